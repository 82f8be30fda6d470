"""A provider without a wire, for what has to happen in a certain order."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from providers.asking.asking import Asking
from providers.asking.breaker import Breaker
from providers.asking.deadline import Deadlines
from providers.asking.retries import Retries
from providers.asking.slots import Slots
from providers.asking.trace import Trace
from providers.asking.upstream import Upstream
from providers.base import Completion, CompletionRequest, Delta, Provider, Usage
from providers.errors import ProviderError
from tests.providers.conftest import REQUEST

ONCE = Retries(attempts=1)


class Scripted:
    """Does one step for each request: raises an error, or answers with a text; after the last step it answers `done`.

    Args:
        steps: what to do.
        name: its name.

    Attributes:
        calls: requests that it got.
        running: requests that it has not answered.
        gate: while it is closed, no request gets further than its beginning (a stream: than its first piece).
    """

    def __init__(self, *steps: ProviderError | str, name: str = "first") -> None:
        self.name = name
        self.calls = 0
        self.running = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._steps = list(steps)

    async def complete(self, _request: CompletionRequest) -> Completion:
        """Do the next step."""
        text = self._next()
        self.running += 1
        try:
            await self.gate.wait()
        finally:
            self.running -= 1
        return self._completion(text)

    async def stream(self, _request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Do the next step; an answer is one piece."""
        text = self._next()
        self.running += 1
        try:
            yield Delta(text=text)
            await self.gate.wait()
            yield self._completion(text)
        finally:
            self.running -= 1

    async def aclose(self) -> None:
        """Nothing is open."""

    def _next(self) -> str:
        self.calls += 1
        step = self._steps.pop(0) if self._steps else "done"
        if isinstance(step, ProviderError):
            raise step
        return step

    def _completion(self, text: str) -> Completion:
        return Completion(text=text, provider=self.name, model="small", finish="stop", usage=Usage())


class BrokenOff(Scripted):
    """Streams one piece, then raises."""

    def __init__(self, error: ProviderError, *, name: str = "first") -> None:
        super().__init__(name=name)
        self._error = error

    async def stream(self, _request: CompletionRequest) -> AsyncGenerator[Delta | Completion, None]:
        """Raise after the first piece."""
        self.calls += 1
        yield Delta(text="Half a text, ")
        raise self._error


async def ticks(count: int) -> None:
    """Let everything else that is ready run, so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


def asking(
    *providers: Provider,
    breaker: Breaker | None = None,
    slots: Slots | None = None,
    seconds: float = 60,
    retries: Retries = ONCE,
    trace: Trace | None = None,
    **limits: Any,  # noqa: ANN401 - further arguments of `Deadlines` and `Asking`
) -> Asking:
    """Return what asks providers in their order, each of them once unless something else is said."""
    upstreams = [Upstream(provider, "small") for provider in providers]
    for upstream in upstreams:
        upstream.breaker, upstream.slots = breaker or upstream.breaker, slots or upstream.slots
    times = {name: limits.pop(name) for name in ("between", "total", "arrived") if name in limits}
    times.setdefault("arrived", asyncio.get_running_loop().time())
    deadlines = Deadlines(seconds=seconds, **times)
    return Asking(upstreams, deadlines, trace=trace or Trace(), retries=retries, **limits)


class Listening:
    """Asks for a stream in a task of its own.

    Args:
        asking: what is asked.

    Attributes:
        pieces: what was shown so far.
        task: ends with the completion.
    """

    def __init__(self, asking: Asking) -> None:
        self.pieces: list[str] = []
        self._news = asyncio.Event()
        self.task = asyncio.create_task(asking.answer(REQUEST, self._hear))

    async def first(self) -> str:
        """Wait for the first piece."""
        async with asyncio.timeout(10):
            await self._news.wait()
        return self.pieces[0]

    async def leave(self) -> None:
        """Leave it half way."""
        self.task.cancel()
        await asyncio.wait({self.task})

    async def _hear(self, piece: str) -> None:
        self.pieces.append(piece)
        self._news.set()
