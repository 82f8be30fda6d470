"""The end of this process: it is told to stop, requests under way may go on for a while, then they are ended."""

import asyncio
import os
import signal
from collections.abc import Callable

_GOODBYE = 0.2  # seconds that closing the sockets may take, and in which kept connections are still served
_LOOK = 0.5  # seconds between two looks whether anything is under way
_QUIET = 3.0  # seconds without requests in which the last bytes should have gone out
_LATE = 2.0  # seconds after the grace until the process ends, whoever still holds a connection


class Stopping:
    """How far the end of this process has come.

    Args:
        grace: seconds that requests may go on after the order to stop.

    Attributes:
        begun: whether the order has come.
        over: whether the time of requests is over; what is cancelled from then on is cancelled for that.
        late: set once nothing is waited for any more.
    """

    def __init__(self, grace: float = 0.0) -> None:
        self._grace = grace
        self._close: Callable[[], None] = _nothing
        self._end: Callable[[], None] = _nothing
        self._busy: Callable[[], bool] = bool
        self.begun = self.over = False
        self.late = asyncio.Event()

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What an answer says of it: a client that keeps its connection learns that this is the last answer on it."""
        return [(b"connection", b"close")] if self.begun else []

    def heed(self, *, close: Callable[[], None], end: Callable[[], None], busy: Callable[[], bool]) -> None:
        """Listen to the signals of a server that runs us as one of its processes.

        The server itself listens to SIGTERM and SIGINT: it then takes no more connections, drops sockets, and waits for
        what is under way. SIGTERM is ours now, and SIGINT, which a terminal sends to every process, is held back
        until we send it ourselves. SIGUSR1 is the second order, by someone who won't wait.

        Args:
            close: ends sockets, which could go on for ever.
            end: ends requests.
            busy: tells whether there are any.
        """
        loop = asyncio.get_running_loop()
        self._close, self._end, self._busy = close, end, busy
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        loop.add_signal_handler(signal.SIGTERM, self.begin)
        loop.add_signal_handler(signal.SIGUSR1, self.hurry)

    def begin(self) -> None:
        """Stop; once more changes nothing, as a supervisor may tell each process, and so does the server."""
        if self.begun:
            return
        self.begun = True
        self._close()
        loop = asyncio.get_running_loop()
        loop.call_later(_GOODBYE, _take_no_more)
        loop.call_later(_GOODBYE, self._look, 0.0)
        loop.call_later(self._grace, self.finish)

    def _look(self, quiet: float) -> None:
        """Wait no longer where nothing is under way: the server would wait for a client that sent half a request."""
        if quiet >= _QUIET:
            self.late.set()
            return
        quiet = 0.0 if self._busy() else quiet + _LOOK
        asyncio.get_running_loop().call_later(_LOOK, self._look, quiet)

    def hurry(self) -> None:
        """Stop without any grace."""
        self.begin()
        self.finish()

    def finish(self) -> None:
        """End what is still under way."""
        if self.over:
            return
        self.over = True
        self._end()
        asyncio.get_running_loop().call_later(_LATE, self.late.set)


def _take_no_more() -> None:
    """Let the server close its door."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.kill(os.getpid(), signal.SIGINT)


def _nothing() -> None:
    """Have nothing to end."""
