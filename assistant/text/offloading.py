"""Moves long work on texts off the loop, a little of it at once, so that everyone else is answered meanwhile."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

LARGE = 6_000
"""Size of texts, as `size_of` counts it, beyond which work on them is moved off the loop: about 5 ms of it."""
VERY_LARGE = 10 * LARGE
"""Size beyond which others need not wait for its end: theirs has a turn of its own."""
AT_ONCE = 1
"""Texts of either kind that are worked on off the loop at once; threads share one interpreter, and slow the loop."""

_SIGN = 10  # how many letters are worked on in the time that a digit, a tag's bracket or the like takes
_BYTE = 3  # the same for each byte beyond one that a character has in UTF-8
_LETTERS = bytes(sign for sign in range(256) if not chr(sign).isascii() or chr(sign).isalpha() or chr(sign).isspace())

_P = ParamSpec("_P")
_T = TypeVar("_T")
_threads, _threads_for_very_large = (ThreadPoolExecutor(AT_ONCE, thread_name_prefix="texts") for _ in range(2))


def size_of(*texts: str) -> int:
    """Return how large texts are for who works on them, in letters of prose.

    Digits and signs may each be something that is hidden, compared and told of, and so count as ten.
    """
    text = "".join(texts)
    coded = text.encode("utf-8", "surrogatepass")
    signs = len(coded.translate(None, _LETTERS))
    return len(text) + (_SIGN - 1) * signs + _BYTE * (len(coded) - len(text))


async def offload(size: int, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Return what some work on texts brings; large work waits for its turn, and is done in a thread.

    Args:
        size: of all that the work reads.
        work: what is done; it raises as it would here.
        args: for the work.
        kwargs: likewise.
    """
    if size <= LARGE:
        return work(*args, **kwargs)
    work_in_context = partial(copy_context().run, partial(work, *args, **kwargs))
    threads = _threads if size <= VERY_LARGE else _threads_for_very_large
    return await asyncio.get_running_loop().run_in_executor(threads, work_in_context)


async def offload_always(work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do the same with work that may take its time however short its texts are, such as checking prompts."""
    return await offload(VERY_LARGE + 1, work, *args, **kwargs)


async def offload_at_once(size: int, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do the same without waiting for a turn: for short work in a transaction, for whose end others wait."""
    return work(*args, **kwargs) if size <= LARGE else await asyncio.to_thread(work, *args, **kwargs)
