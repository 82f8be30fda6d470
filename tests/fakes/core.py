"""A core on a loopback port, in a thread of its own, that keeps the raw bytes of requests and answers as it is told.

`python -m tests.fakes.core --port PORT` runs one in a process of its own, for tests that kill it.
"""

import argparse
import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count

from tests.fakes import core_acts
from tests.fakes.core_acts import Act
from tests.fakes.core_exchange import CoreExchange, Line, Seen, Then
from tests.fakes.threaded import Threaded

__all__ = ["ScriptedCore", "Seen"]

_LONGEST_HEAD = 4 * 1024 * 1024
_PATIENCE = 30.0  # seconds that a test waits for a request

_ASKED_BY_ITSELF = {"/api/v1/ai/config/completion", "/api/v1/ai/no-such-operation"}
"""What a service asks when no client does: no such operations, and nothing that scripts are for, unless a test says."""


class ScriptedCore(Threaded):
    """A real HTTP/1.1 server with scripted answers.

    with ScriptedCore() as core:                    # answers everything with what it was asked, as JSON
        core.at("/tickets", acts.answer(200, b"x")) # by path, from now on
        core.script(acts.hang())                    # the next request, whatever it is
        ...                                         # talk to core.url
        assert core.seen("/tickets")[0].head == b"GET …"

    Args:
        port: where it listens; 0 for a free port.
        default: what it does with a request that nothing else was said about.
    """

    def __init__(self, port: int = 0, default: Act | None = None) -> None:
        super().__init__("scripted-core")
        self._default = default or core_acts.echo()
        self._port = port
        self._numbers = count(1)
        self._arrived = threading.Condition()
        self._under_way: set[asyncio.Task[None] | None] = set()  # a loop alone would forget those that wait for ever
        self.reset()

    def reset(self) -> None:
        """Forget what came and what was scripted."""
        with self._arrived:
            self.requests: list[Seen] = []
            self._acts: dict[str, Act] = {}
            self._script: deque[Act] = deque()
            self._all: Act | None = None
            self._on_reuse: Then = "keep"

    @property
    def url(self) -> str:
        """The origin, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def authority(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._port}"

    def at(self, path: str, act: Act) -> None:
        """Do this with every request for a path, whatever its query."""
        self._acts[path] = act

    def script(self, *acts: Act) -> None:
        """Do this with the next requests, one act each, whatever their paths."""
        self._script.extend(acts)

    def script_all(self, act: Act) -> None:
        """Do this with all requests that nothing else was said about."""
        self._all = act

    def close_when_reused(self, how: Then) -> None:
        """From now on, close a connection that has served a request as soon as the next one comes over it."""
        self._on_reuse = how

    def seen(self, path: str) -> list[Seen]:
        """Return the requests for a path so far."""
        return [request for request in tuple(self.requests) if request.path == path]

    def wait_for(self, path: str, number: int = 1) -> Seen:
        """Wait until a path was asked for so many times, and return the last of these requests."""
        self.wait_until(lambda: len(self.seen(path)) >= number)
        return self.seen(path)[number - 1]

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds for the requests that came."""
        with self._arrived:
            assert self._arrived.wait_for(condition, _PATIENCE), self.requests

    async def _listen(self) -> asyncio.Server:
        factory = lambda: _Watch(self._converse, next(self._numbers), self._loop)  # noqa: E731 - one expression
        return await self._loop.create_server(factory, "127.0.0.1", self._port, backlog=512)

    async def _converse(self, line: Line) -> None:
        task = asyncio.current_task()
        self._under_way.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while not line.writer.is_closing():
                    await self._answer(line)
        finally:
            self._under_way.discard(task)
            line.writer.close()

    async def _answer(self, line: Line) -> None:
        head = await line.reader.readuntil(b"\r\n\r\n")
        request = Seen(head, line.number, line.gone, reused=line.served > 0)
        line.served += 1
        exchange = CoreExchange(request, line)
        if request.path in _ASKED_BY_ITSELF and request.path not in self._acts:
            await core_acts.answer(404)(exchange)
            return
        act = self._act_for(request)
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        await act(exchange)
        if not request.whole:
            line.writer.close()

    def _act_for(self, request: Seen) -> Act:
        if request.reused and self._on_reuse != "keep":
            return core_acts.vanish(self._on_reuse)
        if self._script and request.path not in _ASKED_BY_ITSELF:
            return self._script.popleft()
        return self._acts.get(request.path, self._all or self._default)


class _Watch(asyncio.StreamReaderProtocol):
    """Tells at once that the client has left, also while no one reads."""

    def __init__(
        self,
        converse: Callable[[Line], Awaitable[None]],
        number: int,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        reader = asyncio.StreamReader(limit=_LONGEST_HEAD, loop=loop)
        super().__init__(reader, self._opened, loop=loop)
        self._start = converse
        self._number = number
        self._line: Line | None = None

    def _opened(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Awaitable[None]:
        self._line = Line(self._number, reader, writer)
        return self._start(self._line)

    def eof_received(self) -> bool | None:
        self._leave()
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        super().connection_lost(exc)

    def _leave(self) -> None:
        if self._line is not None:
            self._line.gone.set()


def main() -> None:
    """Run a core that answers `/jobs/…` until it is killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.core", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    with ScriptedCore(parser.parse_args().port, core_acts.job()):
        threading.Event().wait()


if __name__ == "__main__":
    main()
