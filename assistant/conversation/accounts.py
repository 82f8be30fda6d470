"""Keeps for an hour what the model read for an answer, for the agent who got it."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec
from msgspec import Struct

from assistant.completion.cache import SharedTier
from assistant.completion.prepared import Prepared
from assistant.conversation.account import Account, account_of
from assistant.conversation.context import ConversationContext
from assistant.database.secret_keys import SealedBox, SealedValueError
from assistant.errors import AssistantError
from assistant.text.offloading import offload

PURPOSE = "contexts"
"""What the box of accounts seals."""
_SECONDS = 3600.0
_LAG = 0.25  # seconds in which what another replica has just kept is there
_MOST_BYTES = 16 * 1024 * 1024
_encode = msgspec.msgpack.Encoder().encode


class Kept(Struct, frozen=True, kw_only=True):
    """An account, and the conversation that it is about."""

    uuid: str
    account: Account


_decode = msgspec.msgpack.Decoder(Kept).decode


class Accounts:
    """Accounts of answers, sealed; those of other replicas are in a store that all of them share.

    Args:
        box: seals them, each for the agent and the request.
        shared: None: there is one process only.
        most_bytes: what this process keeps together; the oldest make room.
        clock: a monotonic clock in seconds.
    """

    def __init__(
        self,
        box: SealedBox,
        shared: SharedTier | None,
        *,
        most_bytes: int = _MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._box = box
        self._shared = shared
        self._most_bytes = most_bytes
        self._clock = clock
        self._bytes = 0
        self._sealed: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def keep(self, agent_id: int, request_id: str, job: Prepared, context: ConversationContext) -> None:
        """Keep what a model read for an agent's request; what can't be written down again is not kept."""
        place = _place(agent_id, request_id)
        try:
            sealed = await offload(job.masking_size, self._written, place, job, context)
        except AssistantError:
            return
        self._remember(place, sealed)
        if self._shared is not None:
            self._shared.put(place, sealed, int(_SECONDS * 1000))

    async def find(self, agent_id: int, request_id: str) -> Kept | None:
        """Return what is kept for an agent's request; None if nothing is, or no more."""
        place = _place(agent_id, request_id)
        until, sealed = self._sealed.get(place, (0.0, None))
        if sealed is None or until <= self._clock():
            sealed = await self._kept_elsewhere(place)
        try:
            return None if sealed is None else _decode(self._box.open(sealed, place))
        except (SealedValueError, msgspec.DecodeError):
            return None

    async def _kept_elsewhere(self, place: str) -> bytes | None:
        """Return what another replica keeps; it writes that down behind its answer, so it may take a moment."""
        if self._shared is None:
            return None
        found = await self._shared.get(place)
        if found is None:
            await asyncio.sleep(_LAG)
            found = await self._shared.get(place)
        return found

    def _written(self, place: str, job: Prepared, context: ConversationContext) -> bytes:
        account, _ = account_of(job, context.transcript)
        return self._box.seal(_encode(Kept(uuid=context.uuid, account=account)), place)

    def _remember(self, place: str, sealed: bytes) -> None:
        self._forget(place)
        now = self._clock()
        self._sealed[place] = (now + _SECONDS, sealed)
        self._bytes += len(sealed)
        for oldest, (until, _) in list(self._sealed.items()):
            if self._bytes <= self._most_bytes and until > now:
                break
            self._forget(oldest)

    def _forget(self, place: str) -> None:
        _, sealed = self._sealed.pop(place, (0.0, b""))
        self._bytes -= len(sealed)


def _place(agent_id: int, request_id: str) -> str:
    """Return the name under which an account is kept: no other agent's, whatever ids proxies give to requests."""
    return "context-" + hashlib.blake2b(f"{agent_id} {request_id}".encode(), digest_size=24).hexdigest()
