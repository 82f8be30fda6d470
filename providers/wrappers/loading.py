"""A deadline for providers that load a model first: they are not broken off while they do."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from typing import Any, TypeAlias

from providers.base import Completion, CompletionRequest, Delta, Provider
from providers.errors import ModelLoadingError, ProviderError, TimedOutError
from providers.http.arrival import Arrival, expected
from providers.wrappers.base import Wrapper, closing
from providers.wrappers.deadline import Deadline
from providers.wrappers.loads import Loads
from providers.wrappers.trace import Trace

Piece: TypeAlias = Delta | Completion

FAIR_SECONDS = 0.2
"""Seconds of silence that say something."""


class LoadingDeadline(Wrapper):
    """Gives up on a provider that is too slow; the call goes on where its server took it and says nothing.

    Servers that load a model stop loading when the one who asked for it leaves, so the next one would wait as long. One
    call at a time goes on, and is written down in the trace. Its caller is told that the model is being loaded, and so
    are those who come meanwhile and ask in vain.

    A stream is begun in one task and read on in another.

    Args:
        provider: the provider to wait for.
        deadline: how long.
        loads: of its model.
        trace: where the call is written down.
        position: the provider's place in the chain.
    """

    def __init__(self, provider: Provider, deadline: Deadline, loads: Loads, *, trace: Trace, position: int) -> None:
        super().__init__(provider)
        self._deadline = deadline
        self._loads = loads
        self._trace = trace
        self._position = position

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer; raises ModelLoadingError or TimedOutError when it takes too long."""
        until = self._deadline.until()
        started = asyncio.get_running_loop().time()
        call, arrival = expected(self._provider.complete(request))
        if await _done(call, until):
            return call.result()
        if self._goes_on(arrival, started):
            await self._keep(_answer(call), request, started)
        else:
            await _stopped(call)
        raise self._late(arrival)

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        """Ask for an answer in pieces; raises as `complete` does, and TimedOutError between pieces."""
        until = self._deadline.until()
        begun = await self._begun(request, until)
        rest = self._deadline.around(begun, until).stream(request)
        async with closing(begun.pieces), closing(rest) as pieces:
            async for piece in pieces:
                yield piece

    async def _begun(self, request: CompletionRequest, until: float) -> "_Begun":
        """Return a stream whose first piece is there."""
        started = asyncio.get_running_loop().time()
        pieces = self._provider.stream(request)
        first, arrival = expected(_next(pieces))
        try:
            if await _done(first, until):
                return _Begun(self.name, first.result(), pieces)
        except BaseException:
            await _closed(pieces)
            raise
        if self._goes_on(arrival, started):
            await self._keep(_read_on(first, pieces), request, started)
        else:
            await _stopped(first)
            await _closed(pieces)
        raise self._late(arrival)

    def _goes_on(self, arrival: Arrival, started: float) -> bool:
        """Tell whether a call that ran out of time may be the load of the model, and is the one that goes on."""
        silent = arrival.silent and asyncio.get_running_loop().time() - started >= FAIR_SECONDS
        return silent and self._loads.expected and not self._loads.under_way

    async def _keep(self, answer: Coroutine[Any, Any, Completion], request: CompletionRequest, started: float) -> None:
        call = self._loads.keep(self.name, answer, request, position=self._position, started=started)
        self._trace.late.append(call)
        await asyncio.sleep(0)  # it begins, and can be ended from now on

    def _late(self, arrival: Arrival) -> ProviderError:
        loading = self._loads.under_way and not arrival.begun
        return ModelLoadingError(self.name) if loading else TimedOutError(self.name)


class _Begun:
    """A stream that has begun, as a provider."""

    def __init__(self, name: str, first: Piece | None, pieces: AsyncIterator[Piece]) -> None:
        self.name = name
        self.pieces = pieces
        self._first = first

    async def stream(self, _request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        if self._first is not None:
            yield self._first
        async for piece in self.pieces:
            yield piece

    async def complete(self, request: CompletionRequest) -> Completion:
        raise NotImplementedError

    async def aclose(self) -> None:
        """Leave it to whose stream it is."""


async def _done(task: asyncio.Task[Any], until: float) -> bool:
    """Wait for a task until the loop's time `until`, and tell whether it is done; it ends with a caller who leaves."""
    try:
        await asyncio.wait({task}, timeout=max(0.0, until - asyncio.get_running_loop().time()))
    except BaseException:
        await _stopped(task)
        raise
    return task.done()


async def _stopped(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()  # seen: it was too late anyway


async def _answer(call: asyncio.Task[Completion]) -> Completion:
    return await call


async def _next(pieces: AsyncIterator[Piece]) -> Piece | None:
    return await anext(pieces, None)


async def _read_on(first: asyncio.Task[Piece | None], pieces: AsyncIterator[Piece]) -> Completion:
    """Read a stream to its end."""
    async with closing(pieces):
        piece = await first
        while not isinstance(piece, Completion):
            piece = await anext(pieces)
        return piece


async def _closed(pieces: AsyncIterator[Piece]) -> None:
    async with closing(pieces):
        return
