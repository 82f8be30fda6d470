"""Who comes in: by API key, or by e-mail address and password with a browser's session."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.auth.authorization import EXPIRED, KeyPair
from assistant.database.database import Database
from assistant.database.queries import Query, Row
from assistant.desk.caller import Caller
from assistant.desk.credentials import matches
from assistant.desk.passwords import check_password
from assistant.desk.people import SignedIn
from assistant.desk.permissions import permissions_of
from assistant.desk.rows import insert_for
from assistant.desk.tables import AgentRow, MembershipRow, SessionRow, SignInFailureRow, now
from assistant.errors import ForbiddenError, TooManyAttemptsError, UnauthorizedError
from assistant.settings import Network
from messages.sentences import Sentence

SESSION = timedelta(days=7)
"""How long a browser stays signed in after it was last used."""

_RENEWED = timedelta(hours=1)  # how old a session's last use is before it is written again
_FREE_FAILURES = 5  # wrong passwords in a row from one network before it is locked for an address
_MANY_FAILURES = 50  # wrong passwords for an address, from all networks, after which each has fewer to try
_FEWER_FAILURES = 3  # a slip is an agent's, too
_FIRST_LOCK, _LONGEST_LOCK = timedelta(seconds=30), timedelta(minutes=15)
_WRONG_KEY = Sentence("The API key or secret is not valid.")
_WRONG_PASSWORD = Sentence("The e-mail address or the password is wrong.")
_DISABLED = Sentence("This agent is disabled.")


def _agent() -> Select[Any]:
    """Select one row for each team of the agent, or one without a team."""
    return (
        select(
            AgentRow.id,
            AgentRow.enabled,
            AgentRow.roles,
            AgentRow.api_secret_hash,
            AgentRow.last_active_at,
            MembershipRow.team_id,
        )
        .outerjoin(MembershipRow, MembershipRow.agent_id == AgentRow.id)
        .where(AgentRow.deleted_at.is_(None))
    )


_BY_KEY = Query(lambda: _agent().where(AgentRow.api_key == bindparam("key")))
_BY_SESSION = Query(
    lambda: (
        _agent()
        .join(SessionRow, SessionRow.agent_id == AgentRow.id)
        .where(SessionRow.token_hash == bindparam("token_hash"), SessionRow.expires_at > bindparam("moment"))
    )
)


class Session(Struct, frozen=True, kw_only=True):
    """A browser's new session: the cookie's value, and who signed in."""

    token: str
    agent: SignedIn

    def __repr__(self) -> str:
        """Show nothing: this is a secret."""
        return "Session(…)"


class Known(Struct, frozen=True, kw_only=True):
    """A caller, and when they were last seen."""

    caller: Caller
    last_active_at: datetime | None
    by_key: bool


class SignIn:
    """Tells who is calling.

    Wrong passwords are counted by e-mail address and network together, so that no one locks an agent out from
    elsewhere. While an address is being guessed from many networks, each has three tries in a quarter of an hour.

    Args:
        database: where agents and sessions are kept.
        trusted: proxies whose word on a client's address counts.
    """

    def __init__(self, database: Database, trusted: Sequence[Network] = ()) -> None:
        self._database = database
        self.trusted = trusted

    async def by_key(self, pair: KeyPair) -> Known:
        """Return the agent whose key pair this is; one query.

        Raises:
            UnauthorizedError: the pair is no one's.
            ForbiddenError: the agent is disabled.
        """
        rows = await self._database.rows(_BY_KEY, key=pair.key)
        if not rows or not matches(pair.secret, rows[0]["api_secret_hash"] or ""):
            raise UnauthorizedError(_WRONG_KEY)
        return _known(rows, by_key=True)

    async def by_session(self, token: str) -> Known:
        """Return the agent of a browser's session; one query.

        Raises:
            UnauthorizedError: there is no such session any more.
            ForbiddenError: the agent is disabled.
        """
        token_hash = _digest(token)
        rows = await self._database.rows(_BY_SESSION, token_hash=token_hash, moment=now())
        if not rows:
            raise UnauthorizedError(EXPIRED)
        return _known(rows, by_key=False, token_hash=token_hash)

    async def sign_in(self, email: str, password: str, network: str) -> Session:
        """Start a browser's session.

        Args:
            email: of the agent.
            password: what was entered.
            network: where the browser is.

        Raises:
            UnauthorizedError: the address or the password is wrong; it does not tell which.
            ForbiddenError: the agent is disabled.
            TooManyAttemptsError: too many wrong passwords in a row.
            BusyError: too many passwords are being checked.
        """
        digest = _digest(f"{email}\0{network}")
        await self._check_lock(digest)
        async with self._database.reading() as session:
            row = await session.scalar(select(AgentRow).where(AgentRow.email == email, AgentRow.deleted_at.is_(None)))
        checked = await check_password(password, None if row is None else row.password_hash)
        await self._check_lock(digest)  # others may have failed while this one waited for its turn
        if not checked.right or row is None:
            await self._note_failure(digest, _digest(email))
            raise UnauthorizedError(_WRONG_PASSWORD)
        if not row.enabled:
            raise ForbiddenError(_DISABLED)
        return await self._start(row, digest, checked.anew)

    async def sign_out(self, token_hash: str) -> None:
        """End a browser's session."""
        async with self._database.writing() as session:
            await session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))

    async def renew(self, token_hash: str) -> None:
        """Let a session that is being used last longer."""
        moment = now()
        old = SessionRow.expires_at < moment + SESSION - _RENEWED
        async with self._database.writing() as session:
            await session.execute(
                update(SessionRow).where(SessionRow.token_hash == token_hash, old).values(expires_at=moment + SESSION)
            )

    async def _start(self, row: AgentRow, digest: str, anew: str | None) -> Session:
        token, moment = secrets.token_urlsafe(32), now()
        async with self._database.writing() as session:
            await session.execute(delete(SessionRow).where(SessionRow.expires_at < moment))
            await session.execute(delete(SignInFailureRow).where(SignInFailureRow.email_hash == digest))
            session.add(SessionRow(token_hash=_digest(token), agent_id=row.id, expires_at=moment + SESSION))
            await session.execute(
                update(AgentRow).where(AgentRow.id == row.id)
                .values(last_login_at=moment, last_active_at=moment, updated_at=AgentRow.updated_at)
            )  # fmt: skip
            if anew is not None:
                as_checked = (AgentRow.id == row.id, AgentRow.password_hash == row.password_hash)
                await session.execute(
                    update(AgentRow).where(*as_checked).values(password_hash=anew, updated_at=AgentRow.updated_at)
                )
        agent = SignedIn(**{name: getattr(row, name) for name in SignedIn.__struct_fields__})
        return Session(token=token, agent=agent)

    async def _check_lock(self, digest: str) -> None:
        async with self._database.reading() as session:
            row = await session.get(SignInFailureRow, digest)
        wait = (row.locked_until - now()).total_seconds() if row else 0
        if wait > 0:
            raise TooManyAttemptsError(
                Sentence(
                    "Too many wrong passwords for this address from here. Try again in {seconds} seconds.",
                    seconds=int(wait) + 1,
                ),
                retry_after=wait,
            )

    async def _note_failure(self, here: str, everywhere: str) -> None:
        """Count a wrong password, and lock the address for the network that it came from."""
        moment = now()
        async with self._database.writing() as session:
            forgotten = SignInFailureRow.locked_until < moment - _LONGEST_LOCK
            await session.execute(delete(SignInFailureRow).where(forgotten))
            lock = _lock(await _counted(session, here, moment), await _counted(session, everywhere, moment))
            if lock:
                mine = SignInFailureRow.email_hash == here
                await session.execute(update(SignInFailureRow).where(mine).values(locked_until=moment + lock))


async def _counted(session: AsyncSession, digest: str, moment: datetime) -> int:
    """Count a failure, and return how many there were lately."""
    insert = insert_for(session, SignInFailureRow).values(email_hash=digest, count=1, locked_until=moment)
    counted = insert.on_conflict_do_update(
        index_elements=["email_hash"], set_={"count": SignInFailureRow.count + 1, "locked_until": moment}
    )
    count: int = await session.scalar(counted.returning(SignInFailureRow.count))
    return count


def _lock(here: int, everywhere: int) -> timedelta:
    """Return for how long a network is locked; from the fifth failure in a row on, each time for twice as long."""
    if everywhere > _MANY_FAILURES and here >= _FEWER_FAILURES:
        return _LONGEST_LOCK
    if here < _FREE_FAILURES:
        return timedelta()
    doublings = min(here - _FREE_FAILURES, 10)
    return min(_FIRST_LOCK * (1 << doublings), _LONGEST_LOCK)


def _known(rows: list[Row], *, by_key: bool, token_hash: str | None = None) -> Known:
    first = rows[0]
    if not first["enabled"]:
        raise ForbiddenError(_DISABLED)
    caller = Caller(
        id=first["id"],
        permissions=frozenset(permissions_of(first["roles"])),
        teams=frozenset(row["team_id"] for row in rows if row["team_id"] is not None),
        token_hash=token_hash,
    )
    return Known(caller=caller, last_active_at=first["last_active_at"], by_key=by_key)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
