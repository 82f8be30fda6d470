"""What agents and the copilot say to each other: a chat for each agent and conversation, encrypted."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.database.secret_keys import SealedBox, SealedValueError
from assistant.database.tables import CopilotMessageRow
from assistant.telemetry import log

Role: TypeAlias = Literal["user", "assistant"]

PURPOSE = "copilot"
"""What messages are sealed for."""
MOST = 50
"""Messages of a chat that are shown."""


class ChatMessage(Struct, frozen=True, kw_only=True):
    """What the agent (`user`) asked, as text, or the copilot answered, as HTML."""

    role: Role
    content: str


class Chats:
    """Keeps chats.

    Args:
        database: where they are kept.
        box: seals what was said.
    """

    def __init__(self, database: Database, box: SealedBox) -> None:
        self._database = database
        self._box = box

    async def newest(self, agent_id: int, uuid: str) -> list[ChatMessage]:
        """Return the newest messages of a chat, the oldest first; those that no key opens are left out."""
        rows = _of(select(CopilotMessageRow), agent_id, uuid).order_by(CopilotMessageRow.id.desc()).limit(MOST)
        async with self._database.reading() as session:
            found = [self._opened(row) for row in await session.scalars(rows)]
        return [each for each in reversed(found) if each is not None]

    async def add(self, agent_id: int, uuid: str, *, question: str, answer: str) -> None:
        """Keep a question and its answer, both or none."""
        said: tuple[tuple[Role, str], ...] = (("user", question), ("assistant", answer))
        async with self._database.writing(CopilotMessageRow) as session:
            for role, content in said:
                row = CopilotMessageRow(agent_id=agent_id, conversation_uuid=uuid, role=role, at=datetime.now(UTC))
                row.sealed = self._box.seal(content.encode(), *_place(row))
                session.add(row)
                await session.flush()  # which numbers them in their order

    async def clear(self, agent_id: int, uuid: str) -> None:
        """Forget a chat."""
        async with self._database.writing() as session:
            await session.execute(_of(delete(CopilotMessageRow), agent_id, uuid))

    async def forget(self, before: date, most: int) -> int:
        """Delete messages of days before one (in UTC), so many at most; return how many those were.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        moment = datetime.combine(before, time(), UTC)
        old = select(CopilotMessageRow.id).where(CopilotMessageRow.at < moment).limit(most)
        async with self._database.writing() as session:
            done: Any = await session.execute(delete(CopilotMessageRow).where(CopilotMessageRow.id.in_(old)))
        return int(done.rowcount)

    def _opened(self, row: CopilotMessageRow) -> ChatMessage | None:
        role: Role = "user" if row.role == "user" else "assistant"
        try:
            return ChatMessage(role=role, content=self._box.open(row.sealed, *_place(row)).decode())
        except SealedValueError:
            log.warning("a message of the copilot can't be decrypted with any key and is left out", message_id=row.id)
            return None


async def reseal(session: AsyncSession, box: Callable[[], SealedBox]) -> Callable[[], tuple[int, int]]:
    """Open all messages, and return a function that seals those again that the first key has not sealed.

    Args:
        session: the transaction in which all of it happens.
        box: returns what opens and seals; the first key may become another one in between.

    Returns:
        A function that tells how many messages there are, and how many of them it sealed again.

    Raises:
        SealedValueError: one can't be opened with any key; it names it.
    """
    opened: list[tuple[CopilotMessageRow, bytes]] = []
    for row in await session.scalars(select(CopilotMessageRow).order_by(CopilotMessageRow.id)):
        try:
            opened.append((row, box().open(row.sealed, *_place(row))))
        except SealedValueError:
            raise SealedValueError(f"the copilot's message {row.id}") from None

    def seal() -> tuple[int, int]:
        newest = box()
        old = [each for each in opened if not newest.is_newest(each[0].sealed, *_place(each[0]))]
        for row, content in old:
            row.sealed = newest.seal(content, *_place(row))
        return len(opened), len(old)

    return seal


def _place(row: CopilotMessageRow) -> tuple[str | int, ...]:
    """Return what a message is bound to."""
    return (row.agent_id, row.conversation_uuid, row.role)


def _of(statement: Any, agent_id: int, uuid: str) -> Any:  # noqa: ANN401 - of any kind
    return statement.where(CopilotMessageRow.agent_id == agent_id, CopilotMessageRow.conversation_uuid == uuid)
