"""Fills an empty desk with the sample helpdesk."""

from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.desk import counts
from assistant.desk.contacts import search_text
from assistant.desk.rows import insert_for
from assistant.desk.sample.conversations import Ids, add_conversations
from assistant.desk.sample.helpdesk import Filter, Helpdesk, read_helpdesk
from assistant.desk.tables import (
    AgentRow,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    Dated,
    InboxRow,
    MembershipRow,
    PriorityRow,
    StatusRow,
    TagRow,
    TeamRow,
    ViewRow,
)
from assistant.telemetry import log


async def fill_with_sample(database: Database) -> bool:
    """Put the sample in, unless there are conversations or contacts, and tell whether that was done.

    Replicas that start together wait for each other; only one of them does it.
    """
    async with database.writing(ConversationRow) as session:
        for row in (ConversationRow, ContactRow):
            if await session.scalar(select(func.count()).select_from(row)):
                return False
        await _fill(session, read_helpdesk())
    log.info("the sample helpdesk was put in, since ASSISTANT_SAMPLE_DATA is set and the desk was empty")
    return True


async def _fill(session: AsyncSession, sample: Helpdesk) -> None:
    began = min(conversation.started for conversation in sample.conversations)
    ids = Ids(
        statuses=await _ids_of(session, StatusRow, "name"),
        priorities=await _ids_of(session, PriorityRow, "name"),
        inboxes=await _add(session, InboxRow, "name", began, [asdict(inbox) for inbox in sample.inboxes]),
        teams=await _add(session, TeamRow, "name", began, [asdict(team) for team in sample.teams]),
        agents=await _add(session, AgentRow, "email", began, [_without(agent, "teams") for agent in sample.agents]),
        tags=await _add(session, TagRow, "name", began, [{"name": name} for name in sample.tags]),
        contacts=await _add_contacts(session, sample, began),
    )
    rows = [
        {"agent_id": ids.agents[agent.email], "team_id": ids.teams[team]}
        for agent in sample.agents
        for team in agent.teams
    ]
    await session.execute(insert_for(session, MembershipRow).on_conflict_do_nothing(), rows)
    await _add_notes(session, sample, ids)
    await add_conversations(session, sample.conversations, ids)
    await counts.recount(session)
    session.add_all(
        ViewRow(
            created_at=began,
            updated_at=began,
            name=view.name,
            user_id=ids.agents[view.owner],
            filters=[_filter(each, ids) for each in view.filters],
        )
        for view in sample.views
    )


async def _add(
    session: AsyncSession, table: type[Dated], key: str, moment: datetime, rows: list[dict[str, Any]]
) -> dict[str, int]:
    """Add rows, but for those that the desk has by this name already, and return the ids of all."""
    dated = [{"created_at": moment, "updated_at": moment, **row} for row in rows]
    await session.execute(insert_for(session, table).on_conflict_do_nothing(), dated)
    return await _ids_of(session, table, key)


async def _ids_of(session: AsyncSession, table: type[Dated], key: str) -> dict[str, int]:
    columns = table.__table__.c
    return dict((await session.execute(select(columns[key], columns.id))).tuples().all())


async def _add_contacts(session: AsyncSession, sample: Helpdesk, began: datetime) -> dict[str, int]:
    """Add the contacts, each at the time of their first conversation."""
    first: dict[str, datetime] = {}
    for conversation in sample.conversations:
        first[conversation.contact] = min(conversation.started, first.get(conversation.contact, conversation.started))
    for contact in sample.contacts:
        moment = first.get(contact.email, began)
        row = ContactRow(created_at=moment, updated_at=moment, **_without(contact, "notes"))
        row.search_text = search_text(row)
        session.add(row)
    await session.flush()
    return await _ids_of(session, ContactRow, "email")


async def _add_notes(session: AsyncSession, sample: Helpdesk, ids: Ids) -> None:
    notes = [(contact, note) for contact in sample.contacts for note in contact.notes]
    session.add_all(
        ContactNoteRow(
            created_at=note.at,
            updated_at=note.at,
            contact_id=ids.contacts[contact.email],
            user_id=ids.agents[note.by],
            note=note.note,
        )
        for contact, note in sorted(notes, key=lambda pair: pair[1].at)
    )


def _filter(each: Filter, ids: Ids) -> dict[str, str]:
    """Return a view's condition as views are kept: about an id where the sample gives a name."""
    named = {"status": ids.statuses, "priority": ids.priorities}
    value = str(named[each.field][each.value])
    return {"model": each.model, "field": f"{each.field}_id", "operator": each.operator, "value": value}


def _without(part: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 - any part of the sample
    return {field: value for field, value in asdict(part).items() if field != name}
