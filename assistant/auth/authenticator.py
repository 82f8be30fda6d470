"""Finding out who is calling: the protocol, and a short memory in front of it."""

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from assistant.auth.actor import Actor, Credentials
from assistant.errors import AssistantError, CoreUnavailableError

_MOST_ENTRIES = 10_000


class Authenticator(Protocol):
    """Tells who shows these credentials."""

    async def identify(self, credentials: Credentials) -> Actor:
        """Return the caller.

        Raises:
            UnauthorizedError: the core does not know the caller.
            ForbiddenError: someone who may not come in.
            CoreUnavailableError: the core did not say.
        """
        ...


class Known(Struct, frozen=True):
    """Someone who was asked about.

    Attributes:
        until: the authenticator's time until which that holds.
        actor: who it is.
        generation: of those who were asked about; a change of agents or keys begins another one.
    """

    until: float
    actor: Actor
    generation: int


class _Refused(Struct, frozen=True):
    until: float
    error: AssistantError


class RememberingAuthenticator:
    """Asks once per credential and remembers the answer for a moment, under a keyed hash.

    Args:
        inner: who is asked.
        ttl: seconds that a known caller is remembered.
        refusal_ttl: seconds that a refusal is remembered.
        clock: a monotonic clock in seconds.
    """

    def __init__(
        self,
        inner: Authenticator,
        *,
        ttl: float = 30.0,
        refusal_ttl: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._ttl = ttl
        self._refusal_ttl = refusal_ttl
        self._clock = clock
        self._salt = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, Known | _Refused] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Actor]] = {}
        self._generation = 0

    def known(self, credentials: Credentials) -> Known | None:
        """Return the caller if they are known without asking."""
        known = self._known.get(self._digest(credentials))
        return known if isinstance(known, Known) and self.holds(known) else None

    def holds(self, known: Known) -> bool:
        """Tell whether what was known of a caller need not be asked for again."""
        return known.generation == self._generation and known.until >= self._clock()

    async def identify(self, credentials: Credentials) -> Actor:
        """Return the caller, from memory when possible; see `Authenticator`."""
        digest = self._digest(credentials)
        known = self._known.get(digest)
        if known is None or known.until < self._clock():
            return await self._ask(digest, credentials)
        if isinstance(known, _Refused):
            raise type(known.error)(*known.error.args)
        return known.actor

    def forget(self) -> None:
        """Ask about everyone again: an agent or a key has changed."""
        self._generation += 1
        self._known.clear()
        self._asking.clear()

    def _digest(self, credentials: Credentials) -> bytes:
        shown = f"{credentials.authorization}\0{credentials.cookie}\0{credentials.secure}".encode()
        return hashlib.blake2b(shown, key=self._salt, digest_size=16).digest()

    async def _ask(self, digest: bytes, credentials: Credentials) -> Actor:
        """Join the question that is under way for these credentials, or ask it."""
        task = self._asking.get(digest)
        if task is None:
            task = asyncio.create_task(self._learn(digest, credentials))
            self._asking[digest] = task
            task.add_done_callback(lambda done: self._asked(digest, done))
        return await asyncio.shield(task)

    async def _learn(self, digest: bytes, credentials: Credentials) -> Actor:
        generation = self._generation
        try:
            actor = await self._inner.identify(credentials)
        except CoreUnavailableError:
            raise
        except AssistantError as refusal:
            self._remember(digest, refusal, self._refusal_ttl, generation)
            raise
        self._remember(digest, actor, self._ttl, generation)
        return actor

    def _asked(self, digest: bytes, done: asyncio.Task[Actor]) -> None:
        if self._asking.get(digest) is done:
            del self._asking[digest]
        if not done.cancelled():
            done.exception()  # seen: whoever asked has been told, or has left

    def _remember(self, digest: bytes, outcome: Actor | AssistantError, ttl: float, generation: int) -> None:
        """Keep an answer, unless everything was forgotten while it was on its way."""
        if generation != self._generation:
            return
        until = self._clock() + ttl
        self._known[digest] = (
            Known(until, outcome, generation) if isinstance(outcome, Actor) else _Refused(until, outcome)
        )
        self._known.move_to_end(digest)
        while len(self._known) > _MOST_ENTRIES:
            self._known.popitem(last=False)
