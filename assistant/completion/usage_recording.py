"""Writing down what a completion did: a row of usage and the figures; never its text."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from assistant.auth.actor import Actor
from assistant.completion.answer import Answer
from assistant.completion.prepared import Prepared
from assistant.completion.request import DraftRequest
from assistant.database.tables import UsageRow
from assistant.errors import code_of
from assistant.metrics import Completed, Metrics
from assistant.telemetry import log
from assistant.usage.hits import Hit
from assistant.usage.log import UsageLog
from assistant.usage.prices import Bill, Prices, dollars
from assistant.web.shutdown import Stopping
from providers.errors import ProviderError

_LEFT, _STOPPED = "client_left", "restarting"


class Recording:
    """What is known of a completion so far, as a block: it is written down when that ends.

    Args:
        recorder: writes it down.
        request: what was asked.
        actor: who asked.
        streamed: whether the answer is streamed.

    Attributes:
        prepared: what the request means, once that is known.
        answer: once it is there.
        unasked: whether no one asked for it and it cost nothing, so that there is nothing to write down.
    """

    def __init__(self, recorder: "Recorder", request: DraftRequest, actor: Actor, *, streamed: bool) -> None:
        self._recorder = recorder
        self._request = request
        self._actor = actor
        self._streamed = streamed
        self.prepared: Prepared | None = None
        self.answer: Answer | None = None
        self.unasked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.unasked:
            return
        code = "" if error is None else self._recorder.code(error, answered=self.answer is not None)
        provider = error.provider if isinstance(error, ProviderError) else ""
        self._recorder.write(self, self._request, self._actor, code, provider=provider, streamed=self._streamed)


class Recorder:
    """Writes down completions.

    Args:
        usage: the log of usage.
        metrics: the figures of the process.
        prices: what tokens cost.
        stopping: tells what was broken off by the end of this process from what a client left.
    """

    def __init__(self, usage: UsageLog, metrics: Metrics, prices: Prices, stopping: Stopping) -> None:
        self._stopping = stopping
        self._usage = usage
        self._metrics = metrics
        self._prices = prices

    def recording(self, request: DraftRequest, actor: Actor, *, streamed: bool) -> Recording:
        """Write down what happens in the block, when it ends."""
        return Recording(self, request, actor, streamed=streamed)

    def code(self, error: BaseException, *, answered: bool) -> str:
        """Return the code of what a completion ended with; none for a client that left with its answer."""
        if isinstance(error, Exception):
            return code_of(error)
        if answered or not isinstance(error, asyncio.CancelledError | GeneratorExit):
            return ""
        return _STOPPED if self._stopping.over else _LEFT

    def write(
        self,
        recording: Recording,
        request: DraftRequest,
        actor: Actor,
        error: str = "",
        *,
        provider: str = "",
        streamed: bool = False,
    ) -> None:
        """Write down what happened to an request.

        Args:
            recording: what is known of it.
            request: what was asked.
            actor: who asked.
            error: the code of what kept the answer from coming.
            provider: whose error that was.
            streamed: whether the answer was streamed.
        """
        seconds = asyncio.get_running_loop().time() - request.arrived
        prepared, answer = recording.prepared, recording.answer
        paid = tuple(prepared.paid) if prepared and not answer else ()
        use = UsageRow(
            at=datetime.now(UTC),
            request_id=request.request_id,
            agent_id=actor.id,
            teams=actor.teams,
            prompt_key=prepared.prompt.key if prepared else "",
            prompt_version=prepared.prompt.version if prepared else "",
            latency_ms=seconds * 1000,
            error=error,
            streamed=streamed,
            **(_of_answer(answer) if answer else {"provider": provider} | _of_bills(paid)),
        )
        bills = answer.bills if answer else paid
        self._usage.add(use, bills)
        self._metrics.completion(self._completed(use, bills, seconds))
        if use.first_delta_ms is not None:
            self._metrics.first_delta(use.first_delta_ms / 1000)

    def write_hit(self, hit: Hit) -> None:
        """Write down that a stored answer was given: its row of usage, the figures, and the line of its request."""
        self._usage.add_hit(hit)
        self._metrics.hit(hit.path, hit.prompt_key, hit.seconds)
        log.later(hit)

    def _completed(self, use: UsageRow, bills: Sequence[Bill], seconds: float) -> Completed:
        """Return the figures; what the cache or a colleague's request answered cost nothing."""
        asked = use.cache in {"miss", "bypass"} or bool(bills)
        return Completed(
            prompt=use.prompt_key,
            cache=use.cache or "none",
            outcome=use.error or "ok",
            seconds=seconds,
            provider=use.provider,
            model=use.model,
            input_tokens=use.input_tokens if asked else 0,
            output_tokens=use.output_tokens if asked else 0,
            cost=dollars(self._prices.billed(bills)) if asked else None,
            breaches=use.guards,
        )


def _of_bills(bills: Sequence[Bill]) -> dict[str, Any]:
    """Return what calls took of which no answer came."""
    if not bills:
        return {}
    return {
        "provider": bills[-1].provider,
        "model": bills[-1].model,
        "input_tokens": sum(each.usage.input_tokens for each in bills),
        "output_tokens": sum(each.usage.output_tokens for each in bills),
        "cached_input_tokens": sum(each.usage.cached_input_tokens for each in bills),
    }


def _of_answer(answer: Answer) -> dict[str, Any]:
    entry = answer.entry
    return {
        "provider": entry.provider,
        "model": entry.model,
        "input_tokens": entry.usage.input_tokens,
        "output_tokens": entry.usage.output_tokens,
        "cached_input_tokens": entry.usage.cached_input_tokens,
        "first_delta_ms": answer.first_ms,
        "cache": answer.cache,
        "guards": answer.breaches,
    }
