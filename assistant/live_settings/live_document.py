"""A document of settings that is in force on every replica within seconds of its change."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from assistant.errors import InvalidRequestError
from assistant.live_settings.document_rows import Documents
from assistant.live_settings.follower import Follower
from assistant.telemetry import log

_POLL = 5.0  # seconds between two looks for another replica's change

T = TypeVar("T", bound=Struct)


class LiveDocument(Generic[T]):
    """Holds the newest content of a document.

    Args:
        documents: where it is kept.
        name: of the document.
        empty: what holds before the first change.
        check: raises `InvalidRequestError` for a content that this version can't use.
        instead: returns what holds while the saved content can't be read; if omitted, what held before.
        adopt: told of each new content before it is in force.
        poll: seconds between two looks for another replica's change.

    Attributes:
        current: the content in force.
        revision: which change was looked at last.
        readable: whether that one could be read; if not, it is damaged or of another version.
    """

    def __init__(
        self,
        documents: Documents,
        name: str,
        empty: T,
        *,
        check: Callable[[T], object] | None = None,
        instead: Callable[[], T] | None = None,
        adopt: Callable[[T], Awaitable[None]] | None = None,
        poll: float = _POLL,
    ) -> None:
        self._documents = documents
        self._name = name
        self._decoder = msgspec.json.Decoder(type(empty))
        self._empty = empty
        self._check = check
        self._instead = instead
        self._adopt = adopt
        self._follower = Follower(name, self.reload, every=poll)
        self._lock = asyncio.Lock()
        self.current = empty
        self.revision = 0
        self.readable = True

    def running(self) -> AbstractAsyncContextManager[None]:
        """Take what is saved, and follow other replicas' changes until the end.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        return self._follower.running()

    async def reload(self) -> None:
        """Take what is saved, if it is newer: a message said so, or it is time to look.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        async with self._lock:
            if await self._documents.revision(self._name) == self.revision:
                return
            saved = await self._documents.load(self._name)
            if saved is None:
                return
            content = self._read(saved.content)
            if content is None:
                log.error(
                    "saved settings can't be read: save them anew, or start the version that wrote them",
                    document=self._name,
                )
                self.current = self._without()
            else:
                if self._adopt is not None:
                    await self._adopt(content)
                self.current = content
            self.readable = content is not None
            self.revision = saved.revision

    async def replace(self, content: T, *, agent_id: int) -> None:
        """Save a new content and put it in force here; the audit log says who did.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        await self.update(lambda _: content, agent_id=agent_id)

    async def update(self, change: Callable[[T], T], *, agent_id: int) -> None:
        """Change the saved content and put it in force here; changes on other replicas wait for their turn.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """

        def changed(saved: str | None) -> str:
            before = self._empty if saved is None else self._read(saved)
            return msgspec.json.encode(change(self._without() if before is None else before)).decode()

        await self._documents.update(self._name, changed, agent_id=agent_id)
        await self.reload()
        log.info("settings changed", document=self._name, revision=self.revision)

    def _read(self, saved: str) -> T | None:
        """Return a saved content; nothing when this version can't use it."""
        try:
            content = self._decoder.decode(saved)
            if self._check is not None:
                self._check(content)
        except (msgspec.DecodeError, InvalidRequestError):
            return None
        return content

    def _without(self) -> T:
        """Return what holds while the saved content can't be read."""
        return self.current if self._instead is None else self._instead()
