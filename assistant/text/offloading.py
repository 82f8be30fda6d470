"""Moves work on long texts off the loop, a little of it at once, so that everyone else is answered meanwhile."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

LARGE = 16 * 1024
"""Characters from which on work on texts is moved off the loop; a thousand of them take up to some 10 ms."""
AT_ONCE = 1
"""Texts that are worked on off the loop at once; threads share one interpreter, and a second would slow the loop."""

_P = ParamSpec("_P")
_T = TypeVar("_T")
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="texts")


async def offload(size: int, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Return what some work on texts brings; large work waits for its turn, and is done in a thread.

    Args:
        size: characters of all that the work reads.
        work: what is done; it raises as it would here.
        args: for the work.
        kwargs: likewise.
    """
    if size <= LARGE:
        return work(*args, **kwargs)
    work_in_context = partial(copy_context().run, partial(work, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_threads, work_in_context)


async def offload_always(work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do the same with work that may take its time however short its texts are, such as checking prompts."""
    return await offload(LARGE + 1, work, *args, **kwargs)


async def offload_at_once(size: int, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do the same without waiting for a turn: for short work in a transaction, for whose end others wait."""
    return work(*args, **kwargs) if size <= LARGE else await asyncio.to_thread(work, *args, **kwargs)
