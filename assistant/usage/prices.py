"""What a completion costs: own prices first, then published ones that came with the service, else none is known."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from assistant.telemetry import log
from providers.base import Usage

MICROS = 1_000_000
"""Costs are counted in millionths of a US dollar; a price for a million tokens is also one of a token in these."""
_PUBLISHED = {  # our hosts' names, and genai-prices' own
    "openai": "openai",
    "anthropic": "anthropic",
    "azure": "azure",
    "gemini": "google",
    "mistral": "mistral",
    "groq": "groq",
    "openrouter": "openrouter",
    "together": "together",
    "deepseek": "deepseek",
}

Money: TypeAlias = Annotated[float, Meta(ge=0, le=10**6)]
"""US dollars."""
Published: TypeAlias = Callable[[str, str, Usage], int | None]


class Price(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model costs, in US dollars for a million tokens; it goes before any published price.

    Attributes:
        provider: the host's name, as in the provider setting.
        model: its name, as the provider gives it in its answers, or as the setting has it.
        input: of tokens read.
        output: of tokens written.
        cached_input: of tokens read that the provider had read before; None: as all input.
    """

    provider: str
    model: str
    input: Money
    output: Money
    cached_input: Money | None = None


class Bill(Struct, frozen=True, kw_only=True, gc=False):
    """What a provider billed for one call.

    Attributes:
        provider: the host's name.
        model: its name, as the provider gave it.
        asked: its name in the setting; a gateway or a deployment answers by another one.
        usage: the tokens.
        estimate: what was held for the call, in millionths of a US dollar, which counts when no price is known any
            more; None: no price was known, or no budget wanted to know.
    """

    provider: str
    model: str
    asked: str = ""
    usage: Usage
    estimate: int | None = None


class Prices:
    """Tells what a completion costs.

    The published prices are those of the installed genai-prices: nothing is fetched. They take a third of a second to
    load, which a thread does once the service runs, or for whoever waits for them before.
    """

    def __init__(self) -> None:
        self._own: dict[tuple[str, str], Price] = {}
        self._published: Published = _unknown
        self._wanted, self._loaded = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Load the published prices when it is time, beside whatever else happens."""
        loading = asyncio.create_task(self._load())
        try:
            yield
        finally:
            if not self._wanted.is_set():
                loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)

    def load(self) -> None:
        """Load the published prices now."""
        self._wanted.set()

    async def loaded(self) -> None:
        """Wait until the published prices are there, or can't be had."""
        self.load()
        await self._loaded.wait()

    def adopt(self, prices: Iterable[Price]) -> None:
        """Take the own prices, all of them."""
        self._own = {(each.provider, each.model): each for each in prices}

    def cost(self, provider: str, model: str, usage: Usage, *, asked: str = "") -> int | None:
        """Return the cost in millionths of a US dollar.

        Args:
            provider: the host's name.
            model: its name, as the provider gave it.
            usage: what it billed.
            asked: its name in the setting, by which it is looked up when there is no price under the other.

        Returns:
            None when no price is known: an own server's models without own prices, an unknown model, or when the
            published prices are not loaded yet. The built-in model costs nothing.
        """
        if not usage.input_tokens and not usage.output_tokens:
            return 0
        own = self._own.get((provider, model)) or self._own.get((provider, asked))
        if own is not None:
            cached = own.input if own.cached_input is None else own.cached_input
            tokens = min(usage.cached_input_tokens, usage.input_tokens)
            read = (usage.input_tokens - tokens) * own.input + tokens * cached
            return round(read + usage.output_tokens * own.output)
        if provider == "local":
            return 0
        if provider not in _PUBLISHED:
            return None
        cost = self._published(provider, model, usage)
        return self._published(provider, asked, usage) if cost is None and asked else cost

    def billed(self, bills: Iterable[Bill]) -> int | None:
        """Return the cost of calls together, in millionths of a US dollar.

        Returns:
            What is known of it; None when a price is not known and nothing else cost anything.
        """
        costs = [self._billed(bill) for bill in bills]
        known = sum(cost for cost in costs if cost is not None)
        return None if not known and None in costs else known

    def _billed(self, bill: Bill) -> int | None:
        cost = self.cost(bill.provider, bill.model, bill.usage, asked=bill.asked)
        return bill.estimate if cost is None else cost

    async def _load(self) -> None:
        await self._wanted.wait()
        try:
            self._published = await asyncio.to_thread(_load_published)
            gc.freeze()  # some 15,000 objects that stay for good: no collection has to look at them again
        except Exception as error:  # noqa: BLE001 - completions are worth more than their prices
            log.error("published prices can't be loaded, costs are unknown", exception=error)
        self._loaded.set()


def dollars(cost: int | None) -> float | None:
    """Return a cost in US dollars."""
    return None if cost is None else cost / MICROS


def _unknown(_provider: str, _model: str, _usage: Usage) -> None:
    """Know no price."""


def _load_published() -> Published:
    from genai_prices import Usage as Tokens  # noqa: PLC0415 - brings Pydantic and all prices
    from genai_prices import calc_price  # noqa: PLC0415

    def published(provider: str, model: str, usage: Usage) -> int | None:
        if provider not in _PUBLISHED:
            return None
        tokens = Tokens(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=min(usage.cached_input_tokens, usage.input_tokens),
        )
        with contextlib.suppress(LookupError, ValueError):  # an unknown model, or tokens that have no price
            found = calc_price(
                tokens, model, provider_id=_PUBLISHED[provider], genai_request_timestamp=datetime.now(UTC)
            )
            return round(found.total_price * MICROS)
        return None

    published("openai", "", Usage(input_tokens=1))  # reads the data
    return published
