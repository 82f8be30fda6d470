"""Adds the sample's conversations as their people would have: message by message, in the order of time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from msgspec import Struct
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.desk.caller import Caller
from assistant.desk.labels import CLOSED, OPEN, RESOLVED, SNOOZED
from assistant.desk.sample.helpdesk import Conversation, Message
from assistant.desk.search_index import SUBJECTS, index_texts
from assistant.desk.tables import ConversationRow, ConversationTagRow, MessageRow
from assistant.desk.writing import NewMessage, add_message

_NAMES = UUID("5b0c6a1e-3f0d-4c59-9a55-0d9f2f1c7a31")  # the namespace of the sample's uuids
_FIRST_REFERENCE = 100
_SNOOZED_UNTIL = datetime(2027, 12, 1, 9, tzinfo=UTC)
_SETTLING = timedelta(minutes=5)  # from the last message to the change of status


class Ids(Struct, frozen=True, kw_only=True):
    """The ids of what conversations refer to, by name or e-mail address."""

    statuses: dict[str, int]
    priorities: dict[str, int]
    inboxes: dict[str, int]
    teams: dict[str, int]
    agents: dict[str, int]
    tags: dict[str, int]
    contacts: dict[str, int]


async def add_conversations(session: AsyncSession, conversations: Sequence[Conversation], ids: Ids) -> None:
    """Add the conversations, with ids in this order, and their messages, with ids in the order of time."""
    rows = [_row(number, conversation, ids) for number, conversation in enumerate(conversations)]
    session.add_all(rows)
    await session.flush()
    await index_texts(session, SUBJECTS, {row.id: row.subject for row in rows})
    tags = [
        {"conversation_id": row.id, "tag_id": ids.tags[tag]}
        for row, conversation in zip(rows, conversations, strict=True)
        for tag in conversation.tags
    ]
    await session.execute(insert(ConversationTagRow), tags)
    await _add_messages(session, list(zip(rows, conversations, strict=True)), ids)
    for row, conversation in zip(rows, conversations, strict=True):
        _settle(row, conversation, ids)
    await session.flush()
    ended = [{"id": row.id, "updated_at": _end_of(each)} for row, each in zip(rows, conversations, strict=True)]
    await session.execute(update(ConversationRow), ended)  # SQLAlchemy has put this moment in


def _row(number: int, conversation: Conversation, ids: Ids) -> ConversationRow:
    return ConversationRow(
        created_at=conversation.started,
        uuid=str(uuid5(_NAMES, f"conversation {number}")),
        reference_number=str(_FIRST_REFERENCE + number),
        contact_id=ids.contacts[conversation.contact],
        inbox_id=ids.inboxes[conversation.inbox],
        status_id=ids.statuses[OPEN],
        priority_id=conversation.priority and ids.priorities[conversation.priority],
        assigned_user_id=conversation.agent and ids.agents[conversation.agent],
        assigned_team_id=conversation.team and ids.teams[conversation.team],
        subject=conversation.subject,
        custom_attributes=conversation.custom_attributes,
        assignee_last_seen_at=conversation.started,
        last_message_sender="contact",  # until the first message, which is added at once
    )


async def _add_messages(
    session: AsyncSession, conversations: Sequence[tuple[ConversationRow, Conversation]], ids: Ids
) -> None:
    pairs = [(row, each, place) for row, each in conversations for place in range(len(each.messages))]
    named = []
    for row, conversation, place in sorted(pairs, key=lambda pair: pair[1].time_of(pair[1].messages[pair[2]])):
        added = await _add_message(session, row, conversation.messages[place], conversation, ids)
        uuid = str(uuid5(_NAMES, f"message {place} of {row.reference_number}"))
        named.append({"id": added.id, "uuid": uuid, "updated_at": added.created_at})
    await session.flush()
    await session.execute(update(MessageRow), named)


async def _add_message(
    session: AsyncSession, row: ConversationRow, message: Message, conversation: Conversation, ids: Ids
) -> MessageRow:
    """Add a message; an assignee who writes has read what was there."""
    moment, sender_id = conversation.time_of(message), ids.agents.get(message.author)
    new = NewMessage(
        content=message.html or message.text,
        sender_type="contact" if sender_id is None else "agent",
        private=message.private,
        sender_id=sender_id,
        at=moment,
    )
    added = await add_message(session, row, new, Caller(id=sender_id or 0))
    if message.author == conversation.agent:
        row.assignee_last_seen_at, row.unread_message_count = moment, 0
    return added


def _settle(row: ConversationRow, conversation: Conversation, ids: Ids) -> None:
    """Give a conversation its status in the end; an assignee who does that has read everything."""
    if conversation.status == OPEN:
        return
    moment = _end_of(conversation)
    row.status_id = ids.statuses[conversation.status]
    row.snoozed_until = _SNOOZED_UNTIL if conversation.status == SNOOZED else None
    if conversation.status in {RESOLVED, CLOSED}:
        row.resolved_at, row.waiting_since = moment, None
        row.closed_at = moment if conversation.status == CLOSED else None
    if conversation.agent:
        row.assignee_last_seen_at, row.unread_message_count = moment, 0


def _end_of(conversation: Conversation) -> datetime:
    last = conversation.time_of(conversation.messages[-1])
    return last if conversation.status == OPEN else last + _SETTLING
