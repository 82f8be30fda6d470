"""Reads a conversation from the helpdesk, with the rights of the agent who asks."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct, structs

from assistant.auth.actor import Actor, Credentials
from assistant.conversation.thread import Message, Thread, message_of, thread_of
from assistant.errors import CoreUnavailableError, ForbiddenError, NotFoundError, UnauthorizedError
from assistant.gateway.core import CoreAnswer, CoreGateway
from messages.sentences import Sentence

_PAGE = 100
_MOST_PAGES = 5
_TTL = 60.0  # seconds
_MOST_KNOWN = 8_000_000  # characters of messages
_OK, _SIGNED_OUT, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404

_NO_ACCESS = Sentence("Permission denied")
_SIGNED_OUT_NOW = Sentence("You are no longer signed in. Sign in again.")
_UNREADABLE = Sentence("The helpdesk did not give the conversation. Try again in a moment.")


class _Known(Struct, frozen=True):
    """Messages that were read, and the marks by which it is seen whether there are others since."""

    until: float
    marks: tuple[object, object]
    messages: tuple[Message, ...]
    before: int

    @property
    def size(self) -> int:
        """Characters of all messages."""
        return sum(len(message.body) for message in self.messages)


class ConversationReader:
    """Reads conversations, and remembers the messages of one for a moment, for the agent who read them.

    Whether the agent may read it is asked of the helpdesk each time.

    Args:
        core: the helpdesk.
        most: characters of messages that are remembered; the oldest are forgotten for more.
        clock: a monotonic clock in seconds.
    """

    def __init__(
        self, core: CoreGateway, *, most: int = _MOST_KNOWN, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._core = core
        self._most = most
        self._clock = clock
        self._size = 0
        self._known: OrderedDict[tuple[int, str], _Known] = OrderedDict()

    async def read(self, uuid: str, actor: Actor, credentials: Credentials) -> Thread:
        """Return a conversation with its newest messages, at most 500.

        Raises:
            NotFoundError: there is none of that name.
            ForbiddenError: the agent may not read it.
            UnauthorizedError: the agent is no longer signed in.
            CoreUnavailableError: the helpdesk gave no answer that can be read.
        """
        path = f"/api/v1/conversations/{uuid}"
        place = (actor.id, uuid)
        known = self._known.get(place)
        if known is not None and known.until < self._clock():
            known = None
        first = None if known else asyncio.create_task(self._page(path, 1, credentials))
        try:
            given = _data(await self._core.ask(path, credentials), uuid)
            thread = thread_of(given, uuid)
            if thread is None:
                raise CoreUnavailableError(_UNREADABLE)
            marks = (given.get("last_message_at"), given.get("updated_at"))
            if known is None or known.marks != marks:
                known = await self._messages(path, credentials, first, uuid)
                self._remember(place, structs.replace(known, marks=marks))
        finally:
            if first is not None and not first.done():
                first.cancel()
        return structs.replace(thread, messages=known.messages, before=known.before)

    async def last_message_at(self, uuid: str, credentials: Credentials) -> str:
        """Return when a conversation was last written in, as the helpdesk says it; raises as `read` does."""
        given = _data(await self._core.ask(f"/api/v1/conversations/{uuid}", credentials), uuid)
        return str(given.get("last_message_at", ""))

    async def _messages(
        self, path: str, credentials: Credentials, first: asyncio.Task[CoreAnswer] | None, uuid: str
    ) -> _Known:
        """Read the pages at once, the number of which the first one tells."""
        answer = await (first or self._page(path, 1, credentials))
        page = _data(answer, uuid)
        pages = min(_MOST_PAGES, _number(page.get("total_pages")))
        others = await asyncio.gather(*(self._page(path, number, credentials) for number in range(2, pages + 1)))
        rows = [row for each in (page, *(_data(other, uuid) for other in others)) for row in _rows(each)]
        messages = {message.id: message for row in rows if (message := message_of(row))}
        total = max(_number(page.get("total")), len(rows))
        ordered = tuple(messages[number] for number in sorted(messages))
        return _Known(self._clock() + _TTL, (None, None), ordered, total - len(rows))

    async def _page(self, path: str, number: int, credentials: Credentials) -> CoreAnswer:
        return await self._core.ask(f"{path}/messages?page={number}&page_size={_PAGE}", credentials)

    def _remember(self, place: tuple[int, str], known: _Known) -> None:
        self._forget(place)
        self._known[place] = known
        self._size += known.size
        for oldest in list(self._known):
            if self._size <= self._most and self._known[oldest].until >= self._clock():
                break
            self._forget(oldest)

    def _forget(self, place: tuple[int, str]) -> None:
        known = self._known.pop(place, None)
        self._size -= known.size if known else 0


def _data(answer: CoreAnswer, uuid: str) -> Mapping[str, Any]:
    """Return what an answer holds; a refusal of the helpdesk's is one of ours."""
    if answer.status == _SIGNED_OUT:
        raise UnauthorizedError(_SIGNED_OUT_NOW)
    if answer.status == _FORBIDDEN:
        raise ForbiddenError(_NO_ACCESS)
    if answer.status == _NOT_FOUND:
        raise NotFoundError(Sentence("There is no conversation {uuid}.", uuid=uuid))
    try:
        data = msgspec.json.decode(answer.body).get("data") if answer.status == _OK else None
    except (msgspec.DecodeError, UnicodeError, RecursionError, AttributeError):
        data = None
    if not isinstance(data, dict):
        raise CoreUnavailableError(_UNREADABLE)
    return data


def _rows(page: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows = page.get("results")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
