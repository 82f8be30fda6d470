"""A provider without a wire, for what has to happen in a certain order."""

import asyncio
from collections.abc import AsyncGenerator

from providers.base import Completion, CompletionRequest, Delta, Provider, Usage
from providers.errors import ProviderError


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
        yield Delta(text="Half")
        raise self._error


async def ticks(count: int) -> None:
    """Let everything else that is ready run, so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


async def collect(provider: Provider, request: CompletionRequest) -> list[Delta | Completion]:
    """Return the pieces of a stream."""
    return [piece async for piece in provider.stream(request)]
