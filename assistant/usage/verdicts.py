"""What became of answers: kept as they were, edited, or undone."""

from datetime import UTC, date, datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import BigInteger, Select, String, bindparam, case, delete, func, select, tuple_

from assistant.database.database import Database
from assistant.database.queries import Query
from assistant.database.tables import USAGE, VerdictRow

Verdict: TypeAlias = Literal["kept", "edited", "undone"]

_OF_REQUEST = Query(
    lambda: (
        select(USAGE.c.prompt_key, USAGE.c.prompt_version)
        .where(
            USAGE.c.request_id == bindparam("request_id", type_=String),
            USAGE.c.agent_id == bindparam("agent_id", type_=BigInteger),
            USAGE.c.error == "",
        )
        .order_by(USAGE.c.id.desc())
        .limit(1)
    )
)


def _by_version() -> Select[Any]:
    similarity = func.avg(VerdictRow.similarity).label("similarity")
    counts = [
        func.sum(case((VerdictRow.verdict == each, 1), else_=0)).label(each) for each in ("kept", "edited", "undone")
    ]
    return (
        select(VerdictRow.prompt_key, VerdictRow.prompt_version, *counts, similarity)
        .where(VerdictRow.day >= bindparam("first", type_=String), VerdictRow.day <= bindparam("last", type_=String))
        .group_by(VerdictRow.prompt_key, VerdictRow.prompt_version)
        .order_by(VerdictRow.prompt_key, func.max(VerdictRow.at).desc())
        .limit(1000)
    )


_BY_VERSION = Query(_by_version, long=True)


class Answered(Struct, frozen=True, kw_only=True):
    """What a request of an agent was answered with."""

    prompt_key: str
    prompt_version: str


class VersionVerdicts(Struct, frozen=True, kw_only=True):
    """How the answers of one version of a prompt did.

    `kept_rate` is the share that was kept as it was; `similarity` the mean likeness of what was sent in the end, null
    when no one told.
    """

    prompt_key: str
    prompt_version: str
    kept: int
    edited: int
    undone: int
    kept_rate: float
    similarity: float | None


class Verdicts:
    """Keeps verdicts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answered(self, request_id: str, agent_id: int) -> Answered | None:
        """Return what a request of an agent's own was answered with, the last one of that id; None if there is none."""
        rows = await self._database.rows(_OF_REQUEST, request_id=request_id, agent_id=agent_id)
        return Answered(prompt_key=rows[0]["prompt_key"], prompt_version=rows[0]["prompt_version"]) if rows else None

    async def give(
        self, request_id: str, agent_id: int, answered: Answered, verdict: Verdict, similarity: float | None
    ) -> None:
        """Write down what became of an answer; a later verdict of the agent's takes the place of an earlier one."""
        now = datetime.now(UTC)
        async with self._database.writing(VerdictRow) as session:
            await session.merge(
                VerdictRow(
                    request_id=request_id,
                    at=now,
                    day=now.date().isoformat(),
                    agent_id=agent_id,
                    prompt_key=answered.prompt_key,
                    prompt_version=answered.prompt_version,
                    verdict=verdict,
                    similarity=similarity,
                )
            )

    async def forget(self, before: date, most: int) -> int:
        """Delete verdicts of the days before one, so many at most, and return how many those were.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        key = VerdictRow.request_id, VerdictRow.agent_id
        old = select(*key).where(VerdictRow.day < before.isoformat()).limit(most)
        async with self._database.writing() as session:
            done: Any = await session.execute(delete(VerdictRow).where(tuple_(*key).in_(old)))
        return int(done.rowcount)

    async def by_version(self, first: date, last: date) -> list[VersionVerdicts]:
        """Return how the answers of some days did, by the version of the prompt; the newest version first."""
        rows = await self._database.rows(_BY_VERSION, first=first.isoformat(), last=last.isoformat())
        return [_verdicts_of(row) for row in rows]


def _verdicts_of(row: dict[str, Any]) -> VersionVerdicts:
    counts = {name: int(row[name] or 0) for name in ("kept", "edited", "undone")}
    similarity = row["similarity"]
    return VersionVerdicts(
        prompt_key=row["prompt_key"],
        prompt_version=row["prompt_version"],
        kept_rate=round(counts["kept"] / sum(counts.values()), 4),
        similarity=None if similarity is None else round(float(similarity), 4),
        **counts,
    )
