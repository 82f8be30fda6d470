"""Agents of the desk: finding, showing, and giving them API keys."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from assistant.desk.credentials import KeyPair, hash_secret, matches, new_key_pair
from assistant.desk.permissions import permissions_of
from assistant.desk.tables import AgentRow
from assistant.errors import ForbiddenError, NotFoundError, UnauthorizedError
from assistant.store.database import Database


class Agents:
    """The desk's agents.

    Args:
        database: where they are kept.
        keys_changed: called when who may come in has changed.
    """

    def __init__(self, database: Database, keys_changed: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._keys_changed = keys_changed

    async def authenticate(self, pair: KeyPair | None) -> AgentRow:
        """Return the agent whose key pair this is.

        Raises:
            UnauthorizedError: the pair is nobody's.
            ForbiddenError: the agent is disabled.
        """
        row = None if pair is None else await self._by_key(pair.key)
        if row is None or pair is None or not matches(pair.secret, row.api_secret_hash or ""):
            raise UnauthorizedError("The API key or secret is not valid.")
        if not row.enabled:
            raise ForbiddenError("This agent is disabled.")
        return row

    async def renew_key(self, agent_id: int) -> KeyPair:
        """Give an agent a new key pair; the old one is void.

        Raises:
            NotFoundError: there is no such agent.
        """
        pair = new_key_pair()
        async with self._database.writing(AgentRow) as session:
            row = await session.get(AgentRow, agent_id)
            if row is None:
                raise NotFoundError("There is no agent with this id.")
            row.api_key, row.api_secret_hash = pair.key, hash_secret(pair.secret)
        self._keys_changed()
        return pair

    async def add_first_admin(self, pair: KeyPair, *, keep: Callable[[], None]) -> bool:
        """Make the first administrator with this key pair, unless there are agents; tell whether it was made.

        `keep` is called before the commit, so that no administrator is made whose secret nobody holds.
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

    async def _by_key(self, key: str) -> AgentRow | None:
        async with self._database.reading() as session:
            found: AgentRow | None = await session.scalar(select(AgentRow).where(AgentRow.api_key == key))
            return found


def as_json(row: AgentRow) -> dict[str, Any]:
    """Show an agent as the published API does; fields that this desk doesn't keep are null."""
    return {
        "id": row.id,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "type": "agent",
        "availability_status": row.availability_status,
        "phone_number_country_code": None,
        "phone_number": None,
        "avatar_url": None,
        "enabled": row.enabled,
        "last_active_at": None,
        "last_login_at": None,
        "roles": row.roles,
        "permissions": permissions_of(row.roles),
        "custom_attributes": {},
        "teams": [],
        "api_key": row.api_key,
        "api_key_last_used_at": None,
    }
