"""Everything that a provider does wrong, put to the whole stack, and what its caller gets: a table for operators."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from assistant.envelope import TABLE
from providers.asking.asking import Asking
from providers.asking.deadline import Deadlines
from providers.asking.trace import Trace
from providers.asking.upstream import Upstream
from providers.base import Provider
from providers.dialects import DIALECTS, Dialect
from providers.errors import ProviderError, TimedOutError
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange
from tests.providers.conftest import REQUEST, heard
from tests.waiting import eventually

SILENCE, DEADLINE, TOTAL = 1.5, 3.0, 6.0
"""Seconds between two pieces, until the answer or its first piece, and for a whole stream; in the service 15, 9, 60."""
HEAD = (
    "| what the provider does | dialect | whole answer | after | calls | streamed answer | after | calls |\n"
    "|---|---|---|---|--:|---|---|--:|\n"
)
_AT_ONCE = 16  # cells
_HUGE = "20 MB answer"


async def _drip(exchange: Exchange) -> None:
    """Answer a few characters at a time, without end."""
    if not exchange.received.streamed:
        await exchange.send_head(200, {"Content-Type": "application/json", "Content-Length": "9999"})
        while True:
            await exchange.send_raw(b" ")
            await asyncio.sleep(SILENCE / 10)
    await exchange.start_stream()
    for piece in exchange.events("x" * 8000)[: -exchange.dialect.CLOSING]:
        await exchange.send_chunk(piece)
        await asyncio.sleep(SILENCE / 10)


async def _error_first(exchange: Exchange) -> None:
    """Report an error as the first event of a stream."""
    await exchange.start_stream()
    await exchange.send_chunk(exchange.dialect.error_event("overloaded_error", "Scripted."))
    await exchange.send_chunk(b"")


FAULTS: Mapping[str, steps.Step] = MappingProxyType(
    {
        **{f"status {code}": steps.status(code) for code in (400, 401, 403, 404, 408, 413, 429)},
        "status 429, wait 60 s": steps.status(429, retry_after="60"),
        **{f"status {code}": steps.status(code) for code in (500, 502, 503, 529)},
        "hang before headers": steps.hang(),
        "hang mid-body": steps.hang("body"),
        "cut": steps.cut(),
        "truncate": steps.truncate(),
        "malformed": steps.malformed(),
        "ends with an error's name": steps.ending("error"),
        "error event, first": _error_first,
        "error event, later": steps.error_event("overloaded_error"),
        "slow drip": _drip,
        "empty answer": steps.empty(),
        "wrong content type": steps.wrong_content_type(),
        _HUGE: steps.huge(),
    }
)
_STREAMS_ONLY = {"error event, first", "error event, later"}


class Outcome(Struct, frozen=True, kw_only=True):
    """What the caller got, after how long, and how many requests the provider got; the defaults: not tried."""

    got: str = "-"
    after: str = "-"
    calls: int | str = "-"


Case: TypeAlias = tuple[str, Dialect, bool]  # fault, dialect, streamed
Outcomes: TypeAlias = Mapping[Case, Outcome]


async def outcomes(state_dir: Path) -> Outcomes:
    """Try every fault on every dialect, whole and streamed; many at once, and the largest answers one by one."""
    async with AsyncExitStack() as stack:
        fakes = {dialect: stack.enter_context(FakeProvider(dialect)) for dialect in DIALECTS}
        for fake in fakes.values():
            fake.script(*[_as_the_model_says] * 3 * 2 * len(FAULTS))
        cases = [
            (fault, dialect, streamed)
            for fault in FAULTS
            for dialect in DIALECTS
            for streamed in (False, True)
            if streamed or fault not in _STREAMS_ONLY
        ]
        trials = _Trials(fakes, ProviderOptions(state_dir=state_dir), stack)
        small = [case for case in cases if case[0] != _HUGE]
        found = dict(zip(small, await asyncio.gather(*map(trials.outcome, small)), strict=True))
        return found | {case: await trials.outcome(case) for case in cases if case[0] == _HUGE}


def rows(found: Outcomes) -> Iterator[str]:
    """Yield the table's rows; dialects that fare alike share one."""
    for fault in FAULTS:
        alike: dict[str, list[str]] = {}
        for dialect in DIALECTS:
            whole, streamed = found.get((fault, dialect, False), Outcome()), found[fault, dialect, True]
            alike.setdefault(f"{_cells(whole)} | {_cells(streamed)}", []).append(dialect)
        for cells, dialects in alike.items():
            yield f"| {fault} | {'all' if len(dialects) == len(DIALECTS) else ', '.join(dialects)} | {cells} |\n"


def _cells(outcome: Outcome) -> str:
    return f"{outcome.got} | {outcome.after} | {outcome.calls}"


async def _as_the_model_says(exchange: Exchange) -> None:
    """Do what the name of the model that is asked for says: so all cells of a dialect share one fake."""
    await FAULTS[exchange.model.removesuffix(" streamed")](exchange)


class _Trials:
    """Try one case after another."""

    def __init__(self, fakes: Mapping[Dialect, FakeProvider], options: ProviderOptions, stack: AsyncExitStack) -> None:
        self._fakes = fakes
        self._options = options
        self._stack = stack
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def outcome(self, case: Case) -> Outcome:
        """Ask once, and look at what came of it."""
        fault, dialect, streamed = case
        fake, model = self._fakes[dialect], f"{fault} streamed" if streamed else fault
        provider = connect(resolve("custom", base_url=fake.url, model=model, api=dialect), self._options)
        self._stack.push_async_callback(provider.aclose)
        async with self._room:
            # Reading so much may take a slow machine longer than the short limits of this table.
            outcome, trace = await _ask(provider, streamed=streamed, ease=10 if fault == _HUGE else 1)
        # The fake reads in a thread of its own: what was sent just before a deadline may still be on its way to it.
        await eventually(lambda: sum(received.json["model"] == model for received in fake.requests) == trace.calls)
        return Outcome(got=outcome[0], after=outcome[1], calls=trace.calls)


async def _ask(provider: Provider, *, streamed: bool, ease: int) -> tuple[tuple[str, str], Trace]:
    loop, trace = asyncio.get_running_loop(), Trace()
    arrived = loop.time()
    deadlines = Deadlines(arrived=arrived, seconds=DEADLINE * ease, between=SILENCE * ease, total=TOTAL * ease)
    asking = Asking([Upstream(provider, "m")], deadlines, trace=trace)
    shown: list[str] = []
    timed_out = False
    try:
        await (heard(asking, REQUEST, shown) if streamed else asking.answer(REQUEST))
        got = "the answer"
    except ProviderError as error:
        status = next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)
        got = f"text, then the event `{error.error_code}`" if shown else f"{status} `{error.error_code}`"
        timed_out = isinstance(error, TimedOutError)
    return (got, _roughly(loop.time() - arrived, timed_out=timed_out)), trace


def _roughly(seconds: float, *, timed_out: bool) -> str:
    """Name the limit that was reached; an error that is no timeout waited for none, however slow the machine."""
    limits = {TOTAL: "the total", DEADLINE: "the deadline", SILENCE: "silence"} if timed_out else {}
    return next((name for limit, name in limits.items() if seconds >= limit * 0.98), "at once")
