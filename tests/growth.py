"""How the work of a function grows with what it is given, by the processor's clock: quick is what grows no faster."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

MOST = 2.5
"""How many times the processor time twice as much may take."""

_ATTEMPTS = 5  # a neighbour who fills the cache slows one run, and not all of them
_LAST_ATTEMPTS = 20  # before it is said that something grows too fast
_TICK = 0.002  # seconds that the clock may be off

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Stages:
    """What each of several steps of some work took, in seconds of the processor."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def take(self, name: str, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Do one step and return what it brings."""
        begun = time.thread_time()
        result = work(*args, **kwargs)
        self.seconds[name] = self.seconds.get(name, 0.0) + time.thread_time() - begun
        return result


def grows_no_faster(work: Callable[[int], object], size: int) -> None:
    """See that work of twice the size takes at most 2.5 times the processor time, at best.

    Where long texts are worked on in another way than short ones, or only from some length on, the time may make a step
    and grow a little faster beyond it; what grows with the square of the size does so at each size.
    """
    steep = _steep(work, size, _ATTEMPTS)
    for more in (2 * size, 4 * size):
        steep = steep and _steep(work, more, _LAST_ATTEMPTS)
    assert not steep, steep


def stages_grow_no_faster(work: Callable[[int, Stages], object], size: int) -> None:
    """See the same of each step of some work, so that a slow one shows among others that take longer.

    A step is short, and the clock of a busy machine rough: it is measured over two doublings at once.
    """
    steep = _steep_stages(work, size, _ATTEMPTS)
    again = _steep_stages(work, 4 * size, _LAST_ATTEMPTS) if steep else {}
    assert steep.keys().isdisjoint(again), (steep, again)


def repeated(piece: str, size: int) -> str:
    """Return a piece of text again and again, to that many characters."""
    return piece * (size // len(piece))


def _seconds(work: Callable[[int], object], size: int) -> float:
    begun = time.thread_time()
    work(size)
    return time.thread_time() - begun


def _steep(work: Callable[[int], object], size: int, attempts: int) -> str:
    """Return what was measured where it is too much."""
    once = twice = float("inf")
    for _ in range(attempts):
        twice = min(twice, _seconds(work, 2 * size))  # first, so that what is made at the first use excuses nothing
        once = min(once, _seconds(work, size))
        if twice <= MOST * once + _TICK:
            return ""
    return f"{size}: {once:.3f} s, {2 * size}: {twice:.3f} s"


def _steep_stages(work: Callable[[int, Stages], object], size: int, attempts: int) -> dict[str, str]:
    """Return what was measured of the steps that took too much."""
    once, fourfold = Stages(), Stages()
    for _ in range(attempts):
        _measure(fourfold, work, 4 * size)
        _measure(once, work, size)
        pairs = {name: (once.seconds.get(name, 0.0), most) for name, most in fourfold.seconds.items()}
        steep = {name: pair for name, pair in pairs.items() if pair[1] > MOST**2 * pair[0] + _TICK}
        if not steep:
            break
    return {name: f"{size}: {least:.3f} s, {4 * size}: {most:.3f} s" for name, (least, most) in steep.items()}


def _measure(best: Stages, work: Callable[[int, Stages], object], size: int) -> None:
    """Do the work once more, and keep what is the least for each step."""
    now = Stages()
    work(size, now)
    best.seconds = {name: min(seconds, best.seconds.get(name, seconds)) for name, seconds in now.seconds.items()}
