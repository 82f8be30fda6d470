"""Agents of the desk: finding, showing, changing, and giving them API keys."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.auth.authorization import KeyPair
from assistant.database.database import Database
from assistant.desk import counts
from assistant.desk.bodies import AgentBody, AvailabilityBody
from assistant.desk.caller import Caller
from assistant.desk.credentials import hash_secret, new_key_pair
from assistant.desk.passwords import hash_password
from assistant.desk.people import Agent, PersonSummary, TeamCompact
from assistant.desk.permissions import permissions_of
from assistant.desk.rows import get_row, unique
from assistant.desk.tables import AgentRow, MembershipRow, SessionRow, TeamRow, now
from assistant.errors import InUseError, InvalidRequestError, NotFoundError
from messages.sentences import Sentence

_AVAILABILITY = {"available": "online", "busy": "away_manual"}
_MANUAL = {"away_manual", "away_and_reassigning"}


class Agents:
    """The desk's agents.

    Args:
        database: where they are kept.
        changed: called when who may come in, or what they may do, has changed.
    """

    def __init__(self, database: Database, changed: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._changed = changed

    async def all(self) -> list[PersonSummary]:
        """List all agents, by id."""
        table = AgentRow.__table__.c
        columns = (
            table.id, table.first_name, table.last_name, table.email, table.enabled, table.created_at, table.updated_at
        )  # fmt: skip
        async with self._database.reading() as session:
            rows = await session.execute(select(*columns).where(AgentRow.deleted_at.is_(None)).order_by(AgentRow.id))
            return [PersonSummary(type="agent", avatar_url=None, **row) for row in rows.mappings()]

    async def get(self, agent_id: int) -> Agent:
        """Return an agent; raises NotFoundError if there is none with this id."""
        async with self._database.reading() as session:
            return await _shown(session, await _get(session, agent_id))

    async def create(self, body: AgentBody) -> Agent:
        """Add an agent.

        Raises:
            DuplicateError: the e-mail address is taken.
            InvalidRequestError: a team does not exist.
        """
        password = None if body.new_password is None else await hash_password(body.new_password)
        async with self._database.writing() as session:
            row = AgentRow(availability_status=body.availability_status or "offline", password_hash=password)
            _apply(row, body)
            session.add(row)
            await _flush(session, body)
            await _set_teams(session, row.id, body.teams)
            return await _shown(session, row)

    async def update(self, agent_id: int, body: AgentBody) -> Agent:
        """Replace what is known of an agent; without a new password the old one stays.

        Raises:
            NotFoundError, DuplicateError, InvalidRequestError: as for `get` and `create`.
            InUseError: no one would be left to administrate.
        """
        password = None if body.new_password is None else await hash_password(body.new_password)
        async with self._database.writing(AgentRow) as session:
            row = await _get(session, agent_id)
            _apply(row, body)
            row.updated_at = now()
            if body.availability_status is not None:
                row.availability_status = body.availability_status
            if password is not None:
                row.password_hash = password
            await _flush(session, body)
            if password is not None or not row.enabled:
                await _end_sessions(session, agent_id)
            await _check_admins(session)
            await _set_teams(session, agent_id, body.teams)
            shown = await _shown(session, row)
        self._changed()
        return shown

    async def set_availability(self, agent_id: int, body: AvailabilityBody) -> Agent:
        """Say whether an agent is there; an idle timer does not overrule what they said themselves."""
        async with self._database.writing() as session:
            row = await _get(session, agent_id)
            if body.source == "user" or row.availability_status not in _MANUAL:
                row.availability_status = _AVAILABILITY.get(body.status, body.status)
            await session.flush()
            return await _shown(session, row)

    async def delete(self, agent_id: int) -> None:
        """Remove an agent; their conversations lose their assignee, what they wrote stays.

        Raises:
            NotFoundError: there is none with this id.
            InUseError: no one would be left to administrate.
        """
        async with self._database.writing(AgentRow) as session:
            row = await _get(session, agent_id)
            row.deleted_at, row.enabled, row.email = now(), False, f"deleted-{agent_id}@deleted.invalid"
            row.api_key = row.api_secret_hash = row.password_hash = None
            await session.flush()
            await _check_admins(session)
            await _end_sessions(session, agent_id)
            await session.execute(delete(MembershipRow).where(MembershipRow.agent_id == agent_id))
            await counts.unassign_agent(session, agent_id)
        self._changed()

    async def renew_key(self, agent_id: int) -> KeyPair:
        """Give an agent a new key pair; the old one is void. Raises NotFoundError if there is no such agent."""
        pair = new_key_pair()
        async with self._database.writing() as session:
            row = await _get(session, agent_id)
            row.api_key, row.api_secret_hash = pair.key, hash_secret(pair.secret)
            row.api_key_last_used_at = None
        self._changed()
        return pair

    async def revoke_key(self, agent_id: int, caller: Caller) -> None:
        """Take an agent's key pair away; without one, nothing changes.

        Raises:
            NotFoundError: there is no such agent.
            InUseError: the caller would have no way in any more.
        """
        async with self._database.writing() as session:
            row = await _get(session, agent_id)
            if agent_id == caller.id and row.password_hash is None:
                raise InUseError(Sentence("This key is your only way in. Give yourself a password first."))
            row.api_key = row.api_secret_hash = row.api_key_last_used_at = None
        self._changed()

    async def add_first_admin(self, pair: KeyPair, *, keep: Callable[[], None]) -> bool:
        """Make the first administrator with this key pair, unless there are agents; tell whether it was made.

        `keep` is called before the commit, so that no administrator is made whose secret no one holds.
        """
        async with self._database.writing(AgentRow) as session:
            if await session.scalar(select(func.count()).select_from(AgentRow)):
                return False
            session.add(
                AgentRow(
                    first_name="Admin",
                    email="admin@example.com",
                    roles=["Admin"],
                    api_key=pair.key,
                    api_secret_hash=hash_secret(pair.secret),
                )
            )
            await session.flush()
            keep()
        return True

    async def note_use(self, caller: Caller, *, of_key: bool) -> None:
        """Remember that an agent was here."""
        moment = now()
        values: dict[str, Any] = {"last_active_at": moment, "updated_at": AgentRow.updated_at}
        if of_key:
            values["api_key_last_used_at"] = moment
        async with self._database.writing() as session:
            await session.execute(update(AgentRow).where(AgentRow.id == caller.id).values(values))


async def _get(session: AsyncSession, agent_id: int) -> AgentRow:
    row = await get_row(session, AgentRow, agent_id, Sentence("agent"))
    if row.deleted_at is not None:
        raise NotFoundError(Sentence("There is no agent with the id {agent_id}.", agent_id=agent_id))
    return row


async def _flush(session: AsyncSession, body: AgentBody) -> None:
    with unique(Sentence("email: another agent has the address {email}.", email=body.email)):
        await session.flush()


def _apply(row: AgentRow, body: AgentBody) -> None:
    row.first_name, row.last_name, row.email = body.first_name, body.last_name, body.email
    row.roles, row.enabled = body.roles, body.enabled


async def _check_admins(session: AsyncSession) -> None:
    """See that someone is left who can undo what was done."""
    way_in = or_(AgentRow.api_key.is_not(None), AgentRow.password_hash.is_not(None))
    query = select(AgentRow.roles).where(AgentRow.deleted_at.is_(None), AgentRow.enabled, way_in)
    if not any("Admin" in roles for roles in await session.scalars(query)):
        raise InUseError(
            Sentence("This is the last administrator who can sign in. Give someone else the role and a password first.")
        )


async def _end_sessions(session: AsyncSession, agent_id: int) -> None:
    await session.execute(delete(SessionRow).where(SessionRow.agent_id == agent_id))


async def _set_teams(session: AsyncSession, agent_id: int, wanted: Iterable[str]) -> None:
    """Make an agent a member of just these teams, named by id or by name."""
    teams = select(TeamRow.id, TeamRow.name).order_by(TeamRow.id).with_for_update(read=True, key_share=True)
    known = (await session.execute(teams)).all()
    ids = {str(team.id): team.id for team in known} | {team.name: team.id for team in known}
    if unknown := [name for name in wanted if name not in ids]:
        raise InvalidRequestError(
            "teams", Sentence("there is no team {team!r:.100}; name teams by id or name", team=unknown[0])
        )
    await session.execute(delete(MembershipRow).where(MembershipRow.agent_id == agent_id))
    session.add_all(MembershipRow(agent_id=agent_id, team_id=team_id) for team_id in {ids[name] for name in wanted})
    await session.flush()


async def _shown(session: AsyncSession, row: AgentRow) -> Agent:
    teams = select(TeamRow.id, TeamRow.name, TeamRow.emoji).join(MembershipRow, MembershipRow.team_id == TeamRow.id)
    found = await session.execute(teams.where(MembershipRow.agent_id == row.id).order_by(TeamRow.name))
    return Agent(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        availability_status=row.availability_status,
        enabled=row.enabled,
        last_active_at=row.last_active_at,
        last_login_at=row.last_login_at,
        roles=row.roles,
        permissions=permissions_of(row.roles),
        teams=[TeamCompact(**team) for team in found.mappings()],
        api_key=row.api_key,
        api_key_last_used_at=row.api_key_last_used_at,
    )
