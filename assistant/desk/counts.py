"""Keeps the number of conversations of each agent and team, and changes who has which conversation."""

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.desk.rows import insert_for
from assistant.desk.tables import NOBODY, ConversationCountRow, ConversationRow

Place = tuple[int | None, int | None]
"""The agent and the team that have a conversation."""


async def assign(session: AsyncSession, row: ConversationRow, *, agent_id: int | None, team_id: int | None) -> None:
    """Give a conversation to an agent and a team, either of which may be no one."""
    before, after = (row.assigned_user_id, row.assigned_team_id), (agent_id, team_id)
    if before == after:
        return
    row.assigned_user_id, row.assigned_team_id = after
    await adjust(session, {before: -1, after: 1})


async def adjust(session: AsyncSession, changes: dict[Place, int]) -> None:
    """Add to the counts; in one order for all writers, so that no two wait for each other."""
    keyed = sorted((agent or NOBODY, team or NOBODY, change) for (agent, team), change in changes.items() if change)
    for agent, team, change in keyed:
        insert = insert_for(session, ConversationCountRow).values(
            assigned_user_id=agent, assigned_team_id=team, conversations=change
        )
        await session.execute(
            insert.on_conflict_do_update(
                index_elements=["assigned_user_id", "assigned_team_id"],
                set_={"conversations": ConversationCountRow.conversations + change},
            )
        )


async def unassign_agent(session: AsyncSession, agent_id: int) -> None:
    """Take all conversations of an agent away from them."""
    mine = ConversationRow.assigned_user_id == agent_id
    await _unassign(session, mine, {"assigned_user_id": None})


async def unassign_team(session: AsyncSession, team_id: int) -> None:
    """Take all conversations of a team away from it."""
    await _unassign(session, ConversationRow.assigned_team_id == team_id, {"assigned_team_id": None})


async def recount(session: AsyncSession) -> None:
    """Count again, after conversations came in by another way."""
    columns = (ConversationRow.assigned_user_id, ConversationRow.assigned_team_id)
    found = await session.execute(select(*columns, func.count()).group_by(*columns))
    await adjust(session, {(agent, team): number for agent, team, number in found})


async def _unassign(session: AsyncSession, which: ColumnElement[bool], values: dict[str, None]) -> None:
    columns = (ConversationRow.assigned_user_id, ConversationRow.assigned_team_id)
    await session.execute(select(ConversationRow.id).where(which).with_for_update())
    found = (await session.execute(select(*columns, func.count()).where(which).group_by(*columns))).all()
    changes: dict[Place, int] = {}
    for agent, team, number in found:
        after = (values.get("assigned_user_id", agent), values.get("assigned_team_id", team))
        changes[agent, team] = changes.get((agent, team), 0) - number
        changes[after] = changes.get(after, 0) + number
    await session.execute(update(ConversationRow).where(which).values(**values, updated_at=ConversationRow.updated_at))
    await adjust(session, changes)
