"""Single conversations: showing, starting and changing them."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.database.queries import Row
from assistant.desk import counts
from assistant.desk.bodies import ConversationBody, StatusChangeBody, TagsBody
from assistant.desk.caller import Caller, may_read, readable_by
from assistant.desk.contacts import find_or_add
from assistant.desk.labels import CLOSED, OPEN, SNOOZED
from assistant.desk.media import attach
from assistant.desk.people import Participant
from assistant.desk.rows import insert_for
from assistant.desk.search_index import SUBJECTS, index_texts
from assistant.desk.shapes import Conversation
from assistant.desk.showing import PREVIOUS, TAGS, WHOLE, WHOLE_BY_UUID, whole
from assistant.desk.tables import (
    AgentRow,
    ConversationRow,
    ConversationTagRow,
    InboxRow,
    MessageRow,
    PriorityRow,
    StatusRow,
    TagRow,
    TeamRow,
    now,
)
from assistant.desk.writing import NewMessage, add_message
from assistant.errors import ForbiddenError, InvalidRequestError, NotFoundError
from messages.sentences import Sentence

_FIRST_REFERENCE = 100
_SNOOZE = re.compile(r"([0-9]{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_STAYS: Any = {"read": True, "key_share": True}  # PostgreSQL: no one deletes the row before this transaction ends
_NOT_FOUND = Sentence("There is no conversation with this uuid.")


class Conversations:
    """The desk's conversations, one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, uuid: str, caller: Caller) -> Conversation:
        """Return a conversation; raises NotFoundError if there is none, or not for this agent."""
        row = await readable(self._database, uuid, caller)
        tags = await self._database.rows(TAGS, id=row["id"])
        previous = await self._database.rows(PREVIOUS, id=row["id"])
        return whole(row, [tag["name"] for tag in tags], previous, caller)

    async def participants(self, uuid: str, caller: Caller) -> list[Participant]:
        """Return the agents who wrote in a conversation, by id.

        Raises:
            NotFoundError: there is none, or not for this agent.
        """
        async with self._database.reading() as session:
            row = await find(session, uuid, caller)
            writers = select(MessageRow.sender_id).where(
                MessageRow.conversation_id == row.id, MessageRow.sender_type == "agent"
            )
            columns = (AgentRow.id, AgentRow.first_name, AgentRow.last_name)
            rows = await session.execute(select(*columns).where(AgentRow.id.in_(writers)).order_by(AgentRow.id))
            return [Participant(**each) for each in rows.mappings()]

    async def create(self, body: ConversationBody, caller: Caller) -> Conversation:
        """Start a conversation with its first message.

        Raises:
            InvalidRequestError: the inbox, team, agent or an attachment does not exist.
            ForbiddenError: the contact is blocked and shall have written it.
        """
        async with self._database.writing() as session:
            await _must_exist(session, InboxRow, "inbox_id", body.inbox_id)
            await _must_exist(session, TeamRow, "team_id", body.team_id)
            await _agent_must_exist(session, "agent_id", body.agent_id)
            contact = await find_or_add(
                session,
                body.contact_email,
                first_name=body.first_name,
                last_name=body.last_name,
                external_user_id=body.external_user_id or None,
            )
            if body.initiator == "contact" and not contact.enabled:
                raise ForbiddenError(Sentence("Permission denied: this contact is blocked."))
            row = ConversationRow(
                uuid=str(uuid4()),
                reference_number=uuid4().hex,  # until its id is known
                contact_id=contact.id,
                inbox_id=body.inbox_id,
                status_id=await status_id(session, OPEN),
                subject=body.subject,
                custom_attributes=body.custom_attributes,
                last_message_sender=body.initiator,
            )
            session.add(row)
            await session.flush()
            row.reference_number = await _free_reference(session, row.id)
            await counts.adjust(session, {(None, None): 1})
            await counts.assign(session, row, agent_id=body.agent_id, team_id=body.team_id)
            await index_texts(session, SUBJECTS, {row.id: row.subject})
            message = NewMessage(content=body.content, sender_type=body.initiator)
            added = await add_message(session, row, message, caller)
            await attach(session, body.attachments, added.id, caller)
            return await _shown(session, row, caller)

    async def assign_agent(self, uuid: str, agent_id: int | None, caller: Caller) -> None:
        """Give a conversation to an agent, or (None) to no one.

        Raises:
            NotFoundError: there is no such conversation.
            InvalidRequestError: there is no such agent.
        """
        async with self._database.writing() as session:
            await _agent_must_exist(session, "assignee_id", agent_id)
            row = await find(session, uuid, caller, lock=True)
            if agent_id != row.assigned_user_id:
                row.assignee_last_seen_at, row.unread_message_count = now(), 0
            await counts.assign(session, row, agent_id=agent_id, team_id=row.assigned_team_id)

    async def assign_team(self, uuid: str, team_id: int | None, caller: Caller) -> None:
        """Give a conversation to a team, or (None) to none.

        Raises:
            NotFoundError: there is no such conversation.
            InvalidRequestError: there is no such team.
        """
        async with self._database.writing() as session:
            await _must_exist(session, TeamRow, "assignee_id", team_id)
            row = await find(session, uuid, caller, lock=True)
            await counts.assign(session, row, agent_id=row.assigned_user_id, team_id=team_id)

    async def set_priority(self, uuid: str, name: str, caller: Caller) -> None:
        """Say how urgent a conversation is; raises NotFoundError if there is no such conversation."""
        async with self._database.writing() as session:
            row = await find(session, uuid, caller, lock=True)
            row.priority_id = await session.scalar(select(PriorityRow.id).where(PriorityRow.name == name))

    async def set_status(self, uuid: str, body: StatusChangeBody, caller: Caller) -> None:
        """Say what a conversation is.

        Raises:
            NotFoundError: there is no such conversation.
            InvalidRequestError: there is no such status, or a snoozed one lacks its time.
        """
        async with self._database.writing() as session:
            named = select(StatusRow).where(StatusRow.name == body.status)
            status = await session.scalar(named.with_for_update(read=True, key_share=True))
            row = await find(session, uuid, caller, lock=True)
            if status is None:
                raise InvalidRequestError("status", Sentence("must be the name of a status, such as Open"))
            moment = now()
            row.status_id = status.id
            row.snoozed_until = _snoozed_until(body, moment) if status.name == SNOOZED else None
            done = status.category == "resolved"
            row.resolved_at = (row.resolved_at or moment) if done else None
            row.closed_at = (row.closed_at or moment) if status.name == CLOSED else None
            if done:
                row.waiting_since = None

    async def set_tags(self, uuid: str, body: TagsBody, caller: Caller) -> None:
        """Set, add or remove tags; those that are new are made.

        Raises:
            NotFoundError: there is no such conversation.
        """
        async with self._database.writing() as session:
            row = await find(session, uuid, caller, lock=True)
            wanted = await _tag_ids(session, body.tags, make=body.action != "remove_tags")
            mine = ConversationTagRow.conversation_id == row.id
            if body.action != "add_tags":
                dropped = ConversationTagRow.tag_id.in_(wanted) if body.action == "remove_tags" else mine
                await session.execute(delete(ConversationTagRow).where(mine, dropped))
            if body.action != "remove_tags" and wanted:
                rows = [{"conversation_id": row.id, "tag_id": tag_id} for tag_id in sorted(wanted)]
                await session.execute(insert_for(session, ConversationTagRow).on_conflict_do_nothing(), rows)
            row.updated_at = now()

    async def see(self, uuid: str, caller: Caller) -> None:
        """Remember that the assignee has read everything; what others read changes nothing.

        Raises:
            NotFoundError: there is no such conversation.
        """
        async with self._database.writing() as session:
            row = await find(session, uuid, caller, lock=True)
            if row.assigned_user_id == caller.id:
                row.assignee_last_seen_at, row.unread_message_count = now(), 0


async def readable(database: Database, uuid: str, caller: Caller) -> Row:
    """Return a conversation that the agent may read, whole; raises as `find` does."""
    rows = await database.rows(WHOLE_BY_UUID, uuid=uuid)
    if not rows or not may_read(caller, rows[0]["assigned_user_id"], rows[0]["assigned_team_id"]):
        raise NotFoundError(_NOT_FOUND)
    return rows[0]


async def find(session: AsyncSession, uuid: str, caller: Caller, *, lock: bool = False) -> ConversationRow:
    """Return a conversation that the agent may read; raises NotFoundError if there is none, or not for this agent."""
    query = select(ConversationRow).where(ConversationRow.uuid == uuid, readable_by(caller))
    row = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFoundError(_NOT_FOUND)
    return row


async def status_id(session: AsyncSession, name: str) -> int:
    """Return the id of a built-in status."""
    found = await session.scalar(select(StatusRow.id).where(StatusRow.name == name))
    if found is None:
        raise NotFoundError(Sentence("The desk has lost its status {name}.", name=name))
    return found


async def _free_reference(session: AsyncSession, row_id: int) -> str:
    """Return the next reference number; an imported conversation may have it already."""
    number = row_id + _FIRST_REFERENCE - 1
    while await session.scalar(select(ConversationRow.id).where(ConversationRow.reference_number == str(number))):
        number += 1
    return str(number)


async def _must_exist(session: AsyncSession, table: Any, field: str, row_id: int | None) -> None:  # noqa: ANN401 - a table
    if row_id is not None and await session.get(table, row_id, with_for_update=_STAYS) is None:
        raise InvalidRequestError(field, Sentence("there is none with the id {row_id}", row_id=row_id))


async def _agent_must_exist(session: AsyncSession, field: str, agent_id: int | None) -> None:
    agent = None if agent_id is None else await session.get(AgentRow, agent_id, with_for_update=_STAYS)
    if agent_id is not None and (agent is None or agent.deleted_at is not None):
        raise InvalidRequestError(field, Sentence("there is no agent with the id {agent_id}", agent_id=agent_id))


async def _tag_ids(session: AsyncSession, names: list[str], *, make: bool) -> set[int]:
    if make and names:
        rows = [{"name": name, "created_at": now(), "updated_at": now()} for name in sorted(names)]
        await session.execute(insert_for(session, TagRow).on_conflict_do_nothing(), rows)
    return set(await session.scalars(select(TagRow.id).where(TagRow.name.in_(names))))


def _snoozed_until(body: StatusChangeBody, moment: datetime) -> datetime:
    match = _SNOOZE.fullmatch(body.snoozed_until.strip())
    if match is None or int(match[1]) == 0:
        raise InvalidRequestError("snoozed_until", Sentence("must be a duration such as 30m, 3h or 2d when snoozing"))
    duration = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if duration > timedelta(days=3650):
        raise InvalidRequestError("snoozed_until", Sentence("must be at most ten years"))
    return moment + duration


async def _shown(session: AsyncSession, row: ConversationRow, caller: Caller) -> Conversation:
    [found] = (await session.execute(WHOLE.statement, {"id": row.id})).mappings()
    tags = await session.scalars(TAGS.statement, {"id": row.id})
    previous = await session.execute(PREVIOUS.statement, {"id": row.id})
    return whole(dict(found), list(tags), [dict(each) for each in previous.mappings()], caller)
