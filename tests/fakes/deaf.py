"""A port that takes no connection, and refuses none."""

import contextlib
import socket
from collections.abc import Iterator


@contextlib.contextmanager
def deaf(address: str, port: int = 0) -> Iterator[int]:
    """Listen there, let no connection through but the few that may wait, and give the port; 0: any free one."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind((address, port))
        listening.listen(0)
        port = listening.getsockname()[1]
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((address, port))
        yield port
