"""Asks a service for its health again and again, from an address of its own, and keeps how long each answer took."""

import http.client
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

ADDRESS = "127.0.9.9"
PAUSE = 0.1
LONGEST = 10.0


@contextmanager
def asked_for_health(port: int) -> Iterator[list[float]]:
    """Ask at once and every 100 ms, over new connections, until the end of the block.

    Gives the seconds that each answer took, infinite where none came; one at least.
    """
    over, seconds = threading.Event(), list[float]()

    def ask() -> None:
        seconds.append(_seconds(port))
        while not over.wait(PAUSE):
            seconds.append(_seconds(port))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield seconds
    finally:
        over.set()
        thread.join()


def _seconds(port: int) -> float:
    begun = time.perf_counter()
    peer = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST, source_address=(ADDRESS, 0))
    try:
        peer.request("GET", "/health")
        return time.perf_counter() - begun if peer.getresponse().status == 200 else math.inf
    except (OSError, http.client.HTTPException):
        return math.inf
    finally:
        peer.close()
