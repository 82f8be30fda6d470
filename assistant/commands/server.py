"""The server that runs the workers."""

import contextlib
import os
import signal
from typing import Any

from granian.server.mp import MPServer


class Server(MPServer):
    """A server that is told twice to stop, and then lets nothing under way go on."""

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the server's own
        """Stop; the second time at once."""
        if self.interrupt_signal:
            for worker in self.wrks:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.inner.pid, signal.SIGUSR1)
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call] # has no types
