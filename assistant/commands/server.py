"""The server that runs the workers."""

import contextlib
import os
import signal
import time
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any

from granian.server.mp import MPServer

_NOTICED = 1.0  # seconds in which it is noticed that a worker has ended


class Server(MPServer):
    """A server that is told twice to stop, and then lets nothing under way go on."""

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the server's own
        """Stop; the second time at once."""
        if self.interrupt_signal:
            for worker in self.wrks:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.inner.pid, signal.SIGUSR1)
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call] # has no types

    def _stop_workers(self) -> None:
        """Wait for the workers to end, and kill those that do not.

        The thread that watches a worker may have taken its exit status, and not written it down yet, when the server
        looks: a worker that has ended would be taken for one that refuses to.
        """
        for worker in self.wrks:
            worker.is_alive = partial(_is_alive, worker.inner)  # type: ignore[method-assign] # of this one alone
        super()._stop_workers()  # type: ignore[no-untyped-call] # likewise


def _is_alive(process: BaseProcess) -> bool:
    until = time.monotonic() + _NOTICED
    while process.is_alive():
        if time.monotonic() > until:
            return True
        time.sleep(0.01)
    return False
