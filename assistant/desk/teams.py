"""Teams of the desk."""

from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.desk import counts
from assistant.desk.bodies import TeamBody
from assistant.desk.people import Team
from assistant.desk.rows import get_row, unique, unused
from assistant.desk.tables import MembershipRow, TeamRow, now
from messages.sentences import Sentence


class Teams:
    """The desk's teams.

    Args:
        database: where they are kept.
        changed: called when who belongs to a team has changed.
    """

    def __init__(self, database: Database, changed: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._changed = changed

    async def all(self) -> list[Team]:
        """List all teams, by name."""
        async with self._database.reading() as session:
            return [_shown(row) for row in await session.scalars(select(TeamRow).order_by(TeamRow.name, TeamRow.id))]

    async def get(self, team_id: int) -> Team:
        """Return a team; raises NotFoundError if there is none with this id."""
        async with self._database.reading() as session:
            return _shown(await get_row(session, TeamRow, team_id, Sentence("team")))

    async def create(self, body: TeamBody) -> Team:
        """Add a team; raises DuplicateError if the name is taken."""
        async with self._database.writing() as session:
            row = TeamRow()
            session.add(row)
            return await _save(session, row, body)

    async def update(self, team_id: int, body: TeamBody) -> Team:
        """Replace what is known of a team.

        Raises:
            NotFoundError, DuplicateError: as for `get` and `create`.
        """
        async with self._database.writing() as session:
            row = await get_row(session, TeamRow, team_id, Sentence("team"))
            row.updated_at = now()
            return await _save(session, row, body)

    async def delete(self, team_id: int) -> None:
        """Remove a team; its conversations lose it. Raises NotFoundError if there is none with this id."""
        async with self._database.writing() as session:
            row = await get_row(session, TeamRow, team_id, Sentence("team"), lock=True)
            await session.execute(delete(MembershipRow).where(MembershipRow.team_id == team_id))
            await counts.unassign_team(session, team_id)
            await session.delete(row)
            with unused(Sentence("The team was given something just now. Try again.")):
                await session.flush()
        self._changed()


async def _save(session: AsyncSession, row: TeamRow, body: TeamBody) -> Team:
    row.name, row.emoji, row.timezone = body.name, body.emoji or None, body.timezone
    row.conversation_assignment_type = body.conversation_assignment_type
    row.max_auto_assigned_conversations = body.max_auto_assigned_conversations
    row.business_hours_id, row.sla_policy_id = body.business_hours_id, body.sla_policy_id
    with unique(Sentence("name: another team is called {name!r}.", name=body.name)):
        await session.flush()
    return _shown(row)


def _shown(row: TeamRow) -> Team:
    return Team(**{name: getattr(row, name) for name in Team.__struct_fields__})
