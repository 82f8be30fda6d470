"""How the work of a function grows with what it is given, by the processor's clock: quick is what grows no faster."""

import time
from collections.abc import Callable

MOST = 2.5
"""How many times the processor time twice as much may take."""

_ATTEMPTS = 5  # a neighbour who fills the cache slows one run, and not all of them
_TICK = 0.002  # seconds that the clock may be off


def grows_no_faster(work: Callable[[int], object], size: int) -> None:
    """See that work of twice the size takes at most 2.5 times the processor time, at best.

    Where long texts are worked on in another way than short ones, the time may make one step, and not two in a row.
    """
    steep = _steep(work, size) and _steep(work, 2 * size)
    assert not steep, steep


def repeated(piece: str, size: int) -> str:
    """Return a piece of text again and again, to that many characters."""
    return piece * (size // len(piece))


def _seconds(work: Callable[[int], object], size: int) -> float:
    begun = time.thread_time()
    work(size)
    return time.thread_time() - begun


def _steep(work: Callable[[int], object], size: int) -> str:
    """Return what was measured where it is too much."""
    once = twice = float("inf")
    for _ in range(_ATTEMPTS):
        twice = min(twice, _seconds(work, 2 * size))  # first, so that what is made at the first use excuses nothing
        once = min(once, _seconds(work, size))
        if twice <= MOST * once + _TICK:
            return ""
    return f"{size}: {once:.3f} s, {2 * size}: {twice:.3f} s"
