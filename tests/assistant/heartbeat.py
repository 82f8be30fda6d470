"""Listening to whether a running service goes on answering while it is kept busy."""

import contextlib
import threading
import time
from collections.abc import Iterator

import httpx


class Heartbeat:
    """The longest time that `/health` took to answer, in seconds."""

    longest = 0.0
    beats = 0


@contextlib.contextmanager
def beating(client: httpx.Client) -> Iterator[Heartbeat]:
    """Ask for `/health` again and again, from a thread, until the end of the block."""
    found, over = Heartbeat(), threading.Event()

    def beat() -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as own:
            while not over.wait(0.02):
                started = time.monotonic()
                own.get("/health")
                found.longest = max(found.longest, time.monotonic() - started)
                found.beats += 1

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
