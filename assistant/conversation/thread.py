"""A conversation with its messages, as the helpdesk gives them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

Author: TypeAlias = Literal["customer", "agent"]

_RESOLVED = ("resolved", "closed")


class Message(Struct, frozen=True, kw_only=True):
    """A message, a private note or a record of what happened.

    Attributes:
        id: its number; later ones are higher.
        uuid: its name.
        at: when it was written.
        author: who wrote it.
        name: of the author, if the helpdesk says.
        body: text, or HTML.
        html: whether it is HTML.
        private: whether customers don't see it.
        resolves: whether it records that the conversation was resolved or closed.
        spoken: whether someone wrote it to someone: no record, copy or survey.
        attachments: names of files.
    """

    id: int
    uuid: str
    at: datetime
    author: Author
    name: str = ""
    body: str = ""
    html: bool = False
    private: bool = False
    resolves: bool = False
    spoken: bool = True
    attachments: tuple[str, ...] = ()


class Thread(Struct, frozen=True, kw_only=True):
    """A conversation.

    Attributes:
        uuid: its name.
        subject: empty where the channel has none.
        status: as the helpdesk calls it.
        tags: names.
        channel: such as `email` or `livechat`.
        inbox_id: where it came in.
        contact: name of the customer.
        language: of the customer, as the helpdesk keeps it.
        last_message_at: when it was last written in: the mark by which a change is seen.
        resolved_at: when it was last resolved, if it has not been opened again.
        messages: the oldest first.
        before: how many older ones were not read.
    """

    uuid: str
    subject: str = ""
    status: str = ""
    tags: tuple[str, ...] = ()
    channel: str = ""
    inbox_id: int | None = None
    contact: str = ""
    language: str = ""
    last_message_at: str = ""
    resolved_at: datetime | None = None
    messages: tuple[Message, ...] = ()
    before: int = 0


def message_of(given: Mapping[str, Any]) -> Message | None:
    """Read a message from the helpdesk's JSON; None for what is none."""
    at = _moment(given.get("created_at"))
    number = given.get("id")
    if at is None or isinstance(number, bool) or not isinstance(number, int):
        return None
    body = _text(given.get("content"))
    meta = _object(given.get("meta"))
    record = given.get("type") == "activity"
    return Message(
        id=number,
        uuid=_text(given.get("uuid")),
        at=at,
        author="customer" if given.get("sender_type") == "contact" else "agent",
        name=_name(_object(given.get("author"))),
        body=body or _text(given.get("text_content")),
        html=bool(body) and given.get("content_type") != "text",
        private=given.get("private") is True,
        resolves=record and any(f"as {word}" in body.lower() for word in _RESOLVED),
        spoken=not record and meta.get("continuity_email") is not True and not _is_survey(meta),
        attachments=tuple(
            filter(
                None,
                (
                    _text(_object(each).get("filename") or _object(each).get("name"))
                    for each in _list(given.get("attachments"))
                ),
            )
        ),
    )


def thread_of(given: Mapping[str, Any], uuid: str) -> Thread | None:
    """Read a conversation from the helpdesk's JSON, without messages; None if it is another one, or none."""
    if _text(given.get("uuid"), uuid).lower() != uuid.lower():
        return None
    contact = _object(given.get("contact"))
    places = (_object(contact.get("custom_attributes")), contact)
    languages = (_text(place.get(name)) for place in places for name in ("language", "locale", "lang"))
    inbox = given.get("inbox_id")
    return Thread(
        uuid=uuid,
        subject=_text(given.get("subject")),
        status=_text(given.get("status")),
        tags=tuple(filter(None, map(_text, _list(given.get("tags"))))),
        channel=_text(given.get("inbox_channel")),
        inbox_id=inbox if isinstance(inbox, int) and not isinstance(inbox, bool) else None,
        contact=_name(contact),
        language=next(filter(None, languages), ""),
        last_message_at=_text(given.get("last_message_at")),
        resolved_at=_moment(given.get("resolved_at")),
    )


def _is_survey(meta: Mapping[str, Any]) -> bool:
    return any(meta.get(name) is True for name in ("is_csat", "csat", "satisfaction_survey"))


def _name(person: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (_text(person.get(part)).strip() for part in ("first_name", "last_name"))))


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(value: object, default: str = "") -> str:
    return value if isinstance(value, str) else default


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
