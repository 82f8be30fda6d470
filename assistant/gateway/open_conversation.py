"""What is known of the conversation that an agent has open, read with the agent's own rights."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from litestar.types import HTTPScope
from msgspec import Struct

from assistant.auth.actor import Actor, Credentials
from assistant.errors import AssistantError
from assistant.gateway.core import CoreGateway
from assistant.gateway.referer import is_page, open_conversation
from assistant.telemetry import log

_PATIENCE = 0.05  # seconds that a completion waits for a reading
_TTL = 60.0  # seconds
_TTL_OF_A_REFUSAL = 2.0  # in which a conversation that this agent may not read is not asked for again
_MOST_KNOWN = 10_000
_MOST_READING = 256
_LONGEST_NAME = 100
_LONGEST_LANGUAGE = 60
_LANGUAGES = ("language", "locale", "lang")
_GONE = (401, 403, 404)
_OK = 200
_Place: TypeAlias = tuple[int, str]


class OpenConversation(Struct, frozen=True, kw_only=True):
    """What the helpdesk says of a conversation; what it does not say, or not in time, is empty.

    Attributes:
        inbox_id: where it came in.
        contact_name: of the customer.
        contact_language: as the helpdesk keeps it, such as `German` or `de`.
    """

    inbox_id: int | None = None
    contact_name: str = ""
    contact_language: str = ""


UNKNOWN = OpenConversation()
"""A conversation of which nothing is known, or none."""


class _Read(Struct, frozen=True):
    until: float
    conversation: OpenConversation


class OpenConversations:
    """Reads the conversations that agents have open, and remembers them for a moment.

    Each agent's are remembered apart, as one may read what another may not.

    Args:
        core: who knows conversations.
        enabled: whether the header Referer is read at all.
        clock: a monotonic clock in seconds.
    """

    def __init__(self, core: CoreGateway, *, enabled: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._core = core
        self._enabled = enabled
        self._clock = clock
        self._known: OrderedDict[_Place, _Read] = OrderedDict()
        self._reading: dict[tuple[int, _Place], asyncio.Task[OpenConversation]] = {}
        self._generation = 0

    def uuid(self, scope: HTTPScope) -> str:
        """Return which conversation the page shows that a request comes from; empty when it shows none."""
        return open_conversation(scope) if self._enabled else ""

    def asks_for_all(self, scope: HTTPScope) -> bool:
        """Tell whether a request comes from a page, which asks once for all the conversations that it will show."""
        return self._enabled and is_page(scope)

    def known(self, actor: Actor, uuid: str) -> OpenConversation | None:
        """Return what is known without asking; None when that has to be read, or read again."""
        read = self._known.get((actor.id, uuid))
        return None if read is None or read.until < self._clock() else read.conversation

    async def read(self, actor: Actor, uuid: str, credentials: Credentials) -> OpenConversation:
        """Return what is known, or can be read with the caller's credentials in a moment.

        What takes longer goes on by itself, for the next request; no one hears of what goes wrong.
        """
        known = self.known(actor, uuid)
        if known is not None:
            return known
        task = self._task((actor.id, uuid), credentials)
        if task is None:
            return UNKNOWN
        done, _ = await asyncio.wait((task,), timeout=_PATIENCE)
        return task.result() if done and not task.cancelled() else UNKNOWN

    def forget(self) -> None:
        """Read everything again: who may see what has changed."""
        self._generation += 1
        self._known.clear()

    async def aclose(self) -> None:
        """Stop reading."""
        tasks = list(self._reading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _task(self, place: _Place, credentials: Credentials) -> asyncio.Task[OpenConversation] | None:
        """Join the reading that is under way, or begin it; None when too many are."""
        name = (self._generation, place)
        task = self._reading.get(name)
        if task is None and len(self._reading) < _MOST_READING:
            task = self._reading[name] = asyncio.create_task(self._learn(place, credentials))
            task.add_done_callback(lambda _: self._reading.pop(name))
        return task

    async def _learn(self, place: _Place, credentials: Credentials) -> OpenConversation:
        generation, (_, uuid) = self._generation, place
        try:
            answer = await self._core.ask(f"/api/v1/conversations/{uuid}", credentials)
        except AssistantError:
            return UNKNOWN
        except Exception as error:  # noqa: BLE001 - whatever it is, a completion goes on without it
            log.error("the conversation that an agent has open could not be read", exception=error)
            return UNKNOWN
        found = _conversation(answer.body, uuid) if answer.status == _OK else None
        if generation == self._generation and (found is not None or answer.status in _GONE):
            self._remember(place, found or UNKNOWN, _TTL if found else _TTL_OF_A_REFUSAL)
        return found or UNKNOWN

    def _remember(self, place: _Place, found: OpenConversation, seconds: float) -> None:
        self._known[place] = _Read(self._clock() + seconds, found)
        self._known.move_to_end(place)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


def _conversation(body: bytes, uuid: str) -> OpenConversation | None:
    """Read an answer; nothing when it is none, or about another conversation."""
    try:
        data = _object(_object(msgspec.json.decode(body)).get("data"))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    inbox, contact = data.get("inbox_id"), _object(data.get("contact"))
    if str(data.get("uuid", uuid)).lower() != uuid or isinstance(inbox, bool) or not isinstance(inbox, int):
        return None
    names = (_line(contact.get(part), _LONGEST_NAME) for part in ("first_name", "last_name"))
    places = (_object(contact.get("custom_attributes")), contact, _object(data.get("custom_attributes")))
    languages = (_line(place.get(name), _LONGEST_LANGUAGE) for place in places for name in _LANGUAGES)
    return OpenConversation(
        inbox_id=inbox,
        contact_name=" ".join(filter(None, names))[:_LONGEST_NAME],
        contact_language=next(filter(None, languages), ""),
    )


def _object(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    return value if isinstance(value, dict) else {}


def _line(value: Any, most: int) -> str:  # noqa: ANN401 - any JSON value
    """Return a customer's own words as one line of printable characters, and no more than so many."""
    text = value[: most * 4] if isinstance(value, str) else ""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:most]
