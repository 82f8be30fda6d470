"""Messages of conversations: listing, finding, sending."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Select, String, and_, bindparam, column, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.database.queries import Query
from assistant.desk.bodies import MessageBody
from assistant.desk.caller import Caller, readable_by
from assistant.desk.contacts import page_of
from assistant.desk.conversations import find, readable
from assistant.desk.media import attach, attachments_of
from assistant.desk.search_index import MESSAGES, NEWEST_MATCHES, TERMS, matching, newest_matching, terms_of
from assistant.desk.shapes import Message, MessageFound, MessageMeta, Page
from assistant.desk.tables import ContactRow, ConversationRow, MediaRow, MessageRow, now
from assistant.desk.writing import NewMessage, add_message
from assistant.errors import ForbiddenError, InUseError, NotFoundError
from assistant.web.parameters import PageRequest
from messages.sentences import Sentence

_MOST_FOUND = 30


class Messages:
    """The desk's messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, uuid: str, caller: Caller, wanted: PageRequest, *, private: bool | None, types: frozenset[str]
    ) -> Page[Message]:
        """Return a page of a conversation's messages, the newest first.

        Raises:
            NotFoundError: there is no such conversation, or not for this agent.
        """
        conversation = await readable(self._database, uuid, caller)
        filters = {"conversation": conversation["id"], "private": private, "types": ",".join(sorted(types))}
        [counted] = await self._database.rows(_NUMBER, **filters)
        rows = await self._database.rows(_NEWEST, **filters, size=wanted.size, offset=wanted.offset)
        attached = await self._attached(conversation["id"], [row["id"] for row in rows])
        shown = [_shown(row, conversation["uuid"], attached.get(row["id"], [])) for row in rows]
        return page_of(shown, counted["number"], wanted)

    async def _attached(self, conversation_id: int, message_ids: list[int]) -> Mapping[int, list[dict[str, Any]]]:
        """Return what is attached to some messages of a conversation; most have nothing at all."""
        if not await self._database.rows(_ATTACHED, conversation=conversation_id):
            return {}
        async with self._database.reading() as session:
            return await attachments_of(session, message_ids)

    async def get(self, uuid: str, message_uuid: str, caller: Caller) -> Message:
        """Return a message; raises NotFoundError if there is no such conversation or message, or not for this agent."""
        async with self._database.reading() as session:
            row = await _get(session, uuid, message_uuid, caller)
            return (await _all_shown(session, [row], uuid))[0]

    async def send(self, uuid: str, body: MessageBody, caller: Caller) -> Message:
        """Add a message; the same `echo_id` again gives the message that is there already.

        Raises:
            NotFoundError: there is no such conversation, or not for this agent.
            InvalidRequestError: an attachment can't be used.
            ForbiddenError: the contact is blocked and shall have written it.
        """
        async with self._database.writing() as session:
            conversation = await find(session, uuid, caller, lock=True)
            row = await _echoed(session, conversation, body, caller)
            if row is None:
                contact = await session.get_one(ContactRow, conversation.contact_id)
                if body.sender_type == "contact" and not contact.enabled:
                    raise ForbiddenError(Sentence("Permission denied: this contact is blocked."))
                row = await add_message(session, conversation, _new(body), caller)
                await attach(session, body.attachments, row.id, caller)
            return (await _all_shown(session, [row], conversation.uuid))[0]

    async def retry(self, uuid: str, message_uuid: str, caller: Caller) -> Message:
        """Send a message again that could not be delivered.

        Raises:
            NotFoundError: there is no such conversation or message, or not for this agent.
            InUseError: it has not failed.
        """
        async with self._database.writing() as session:
            row = await _get(session, uuid, message_uuid, caller)
            if row.status != "failed":
                raise InUseError(
                    Sentence("Only a failed message can be sent again; this one is {status}.", status=row.status)
                )
            row.status, row.updated_at = "sent", now()
            return (await _all_shown(session, [row], uuid))[0]

    async def search(self, query: str, caller: Caller) -> list[MessageFound]:
        """Return the newest messages that hold all words, of conversations that the agent may read.

        For an agent who may not read all conversations the newest 10,000 matches are looked at.
        """
        on_sqlite = self._database.is_sqlite
        terms = terms_of(query, on_sqlite=on_sqlite)
        if not terms:
            return []
        if not caller.may("conversations:read_all"):
            return await self._search_readable(terms, caller)
        rows = await self._database.rows(_SEARCH, terms=terms)
        if len(rows) < _MOST_FOUND and not on_sqlite:
            rows = await self._database.rows(_SEARCH_ALL, terms=terms)
        return [MessageFound(**row) for row in rows]

    async def _search_readable(self, terms: str, caller: Caller) -> list[MessageFound]:
        ids = matching(MESSAGES, on_sqlite=self._database.is_sqlite)
        statement = _shown_of(ids.order_by(column("id").desc()).limit(NEWEST_MATCHES)).where(readable_by(caller))
        async with self._database.reading() as session:
            rows = await session.execute(statement, {TERMS: terms})
            return [MessageFound(**row) for row in rows.mappings()]


def _shown_of(matches: Select[Any]) -> Select[Any]:
    ids = matches.cte("matches").prefix_with("MATERIALIZED", dialect="postgresql")
    return (
        select(
            MessageRow.created_at,
            MessageRow.text_content,
            ConversationRow.created_at.label("conversation_created_at"),
            ConversationRow.uuid.label("conversation_uuid"),
            ConversationRow.reference_number.label("conversation_reference_number"),
        )
        .join(ids, ids.c.id == MessageRow.id)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .order_by(ids.c.id.desc())
        .limit(_MOST_FOUND)
    )


def _by_index() -> Select[Any]:
    return _shown_of(matching(MESSAGES, on_sqlite=True).order_by(column("id").desc()).limit(_MOST_FOUND))


def _wanted() -> ColumnElement[bool]:
    """Return which messages of a conversation are listed; without a filter, all."""
    private, types = bindparam("private", type_=Boolean), bindparam("types", type_=String)
    return and_(
        MessageRow.conversation_id == bindparam("conversation", type_=Integer),
        or_(private.is_(None), MessageRow.private == private),
        or_(types == "", types.contains(MessageRow.type)),
    )


_NUMBER = Query(lambda: select(func.count().label("number")).select_from(MessageRow).where(_wanted()))
_NEWEST = Query(
    lambda: (
        select(*MessageRow.__table__.c)
        .where(_wanted())
        .order_by(MessageRow.created_at.desc(), MessageRow.id.desc())
        .limit(bindparam("size", type_=Integer))
        .offset(bindparam("offset", type_=Integer))
    ),
    long=True,
)
_ATTACHED = Query(
    lambda: (
        select(MediaRow.id)
        .join(MessageRow, MessageRow.id == MediaRow.message_id)
        .where(MessageRow.conversation_id == bindparam("conversation", type_=Integer))
        .limit(1)
    )
)
_SEARCH = Query(lambda: _shown_of(newest_matching(MESSAGES)), on_sqlite=_by_index, long=True)
_SEARCH_ALL = Query(lambda: _shown_of(matching(MESSAGES, on_sqlite=False)), long=True)


async def _get(session: AsyncSession, uuid: str, message_uuid: str, caller: Caller) -> MessageRow:
    conversation = await find(session, uuid, caller)
    row = await session.scalar(
        select(MessageRow).where(MessageRow.conversation_id == conversation.id, MessageRow.uuid == message_uuid)
    )
    if row is None:
        raise NotFoundError(Sentence("This conversation has no message with this uuid."))
    return row


async def _echoed(
    session: AsyncSession, conversation: ConversationRow, body: MessageBody, caller: Caller
) -> MessageRow | None:
    if not body.echo_id:
        return None
    sender_id = caller.id if body.sender_type == "agent" else conversation.contact_id
    found: MessageRow | None = await session.scalar(
        select(MessageRow).where(
            MessageRow.conversation_id == conversation.id,
            MessageRow.sender_type == body.sender_type,
            MessageRow.sender_id == sender_id,
            MessageRow.echo_id == body.echo_id,
        )
    )
    return found


def _new(body: MessageBody) -> NewMessage:
    return NewMessage(
        content=body.message,
        sender_type=body.sender_type,
        private=body.private,
        to=body.to,
        cc=body.cc,
        bcc=body.bcc,
        mentions=[{"type": each.type, "id": each.id} for each in body.mentions],
        echo_id=body.echo_id or None,
    )


async def _all_shown(session: AsyncSession, rows: list[MessageRow], conversation_uuid: str) -> list[Message]:
    attached = await attachments_of(session, [row.id for row in rows])
    return [_shown(vars(row), conversation_uuid, attached.get(row.id, [])) for row in rows]


def _shown(row: Mapping[str, Any], conversation_uuid: str, attachments: list[dict[str, Any]]) -> Message:
    return Message(
        **{name: row[name] for name in _COLUMNS},
        conversation_uuid=conversation_uuid,
        meta=MessageMeta(**{("from_" if key == "from" else key): value for key, value in row["meta"].items()}),
        attachments=attachments,
    )


_COLUMNS = tuple(name for name in Message.__struct_fields__ if name in MessageRow.__table__.c and name != "meta")
