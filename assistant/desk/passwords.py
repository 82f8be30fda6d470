"""Hashing passwords with Argon2id, one at a time in the process, since each takes 64 MiB and a tenth of a second.

A hash with several lanes is computed in OpenSSL's pool of threads, where two at once wait for each other for ever. So
all are computed in one thread, in the order in which they came; new ones have one lane, and stored ones get it at the
next sign-in. The thread keeps no process from ending.
"""

import asyncio
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from msgspec import Struct

from assistant.errors import BusyError
from messages.sentences import Sentence

T = TypeVar("T")

_MOST_WAITING = 16  # passwords; what comes then is refused
_LONGEST_WAIT = 10.0  # seconds
_ITERATIONS, _LANES, _MEMORY = 3, 1, 64 * 1024  # RFC 9106, section 4, but for the lanes; memory in KiB
_LENGTH = 32  # bytes
_COSTS = f"m={_MEMORY},t={_ITERATIONS},p={_LANES}"
NOBODYS = f"$argon2id$v=19${_COSTS}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash of no password: comparing with it takes as long as comparing with someone's."""


class Checked(Struct, frozen=True, kw_only=True):
    """What came of comparing a password with a hash.

    Attributes:
        right: whether it is the password.
        anew: its hash with the costs of today, where the stored one has others.
    """

    right: bool
    anew: str | None = None

    def __repr__(self) -> str:
        """Show nothing of the hash."""
        return f"Checked(right={self.right})"


class Turns:
    """Does things one after another in a thread of its own, for callers in any loop.

    Args:
        most: things that wait for their turn.
        longest: seconds that each may wait.
    """

    def __init__(self, most: int, longest: float) -> None:
        self._longest = longest
        self._waiting: queue.Queue[tuple[Future[Any], Callable[[], Any]]] = queue.Queue(most)
        self._starting = threading.Lock()
        self._started = False

    async def take(self, work: Callable[[], T]) -> T:
        """Wait for a turn, and return what comes of the work.

        Raises:
            BusyError: too many wait, or the turn did not come in time.
        """
        turn: Future[T] = Future()
        try:
            self._waiting.put_nowait((turn, work))
        except queue.Full:
            raise _busy() from None
        self._start()
        result = asyncio.wrap_future(turn)
        try:
            await asyncio.wait((result,), timeout=self._longest)
        finally:
            late = turn.cancel()  # only what has not begun; no one waits for it any more
        if late:
            raise _busy()
        return await result

    def _start(self) -> None:
        with self._starting:
            if not self._started:
                threading.Thread(target=self._work, name="passwords", daemon=True).start()
                self._started = True

    def _work(self) -> None:
        while True:
            _do(*self._waiting.get())


_turns = Turns(_MOST_WAITING, _LONGEST_WAIT)


async def hash_password(password: str) -> str:
    """Return the hash of a password, with its salt and costs (PHC string format).

    Raises:
        BusyError: too many passwords are waiting for it.
    """
    return await _turns.take(lambda: _hash(password))


async def check_password(password: str, hashed: str | None) -> Checked:
    """Compare a password with a hash; without one it takes as long and is wrong.

    Raises:
        BusyError: too many passwords are waiting for it.
    """
    return await _turns.take(lambda: _check(password, hashed or NOBODYS))


def _do(turn: Future[Any], work: Callable[[], Any]) -> None:
    """Do what someone still waits for; whatever happens in it, there are others to come."""
    if not turn.set_running_or_notify_cancel():
        return
    try:
        turn.set_result(work())
    except BaseException as error:  # noqa: BLE001 - it is the caller's
        turn.set_exception(error)


def _check(password: str, hashed: str) -> Checked:
    right = _verify(password, hashed)
    return Checked(right=right, anew=_hash(password) if right and f"${_COSTS}$" not in hashed else None)


def _hash(password: str) -> str:
    kdf = Argon2id(salt=os.urandom(16), length=_LENGTH, iterations=_ITERATIONS, lanes=_LANES, memory_cost=_MEMORY)
    return kdf.derive_phc_encoded(password.encode())


def _verify(password: str, hashed: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(password.encode(), hashed)
    except (InvalidKey, ValueError):
        return False
    return True


def _busy() -> BusyError:
    return BusyError(
        Sentence("Too many passwords are being checked just now. Try again in a few seconds."), retry_after=2.0
    )
