"""How providers did in the last hour, over all replicas: from the rows of completions that asked one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, String, bindparam, case, func, select

from assistant.database.database import Database
from assistant.database.queries import Query
from assistant.database.tables import USAGE, UtcDateTime

_HOUR = timedelta(hours=1)


class LastHour(Struct, frozen=True, kw_only=True):
    """Completions for which a provider was asked within the last hour.

    Attributes:
        requests: how many; an answer that a fallback gave counts as the fallback's.
        errors: how many of them failed.
        p50_ms: the median of the others, from a request's arrival to the end of its answer; None: there are none.
        p95_ms: likewise, what 95 of 100 needed at most.
    """

    requests: int = 0
    errors: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None


def _asked() -> Select[Any]:
    failed = case((USAGE.c.error != "", 1), else_=0)
    apart = [USAGE.c.provider, USAGE.c.model, failed]
    ranked = (
        select(
            USAGE.c.provider,
            USAGE.c.model,
            USAGE.c.latency_ms,
            failed.label("failed"),
            func.row_number().over(partition_by=apart, order_by=USAGE.c.latency_ms).label("rank"),
            func.count().over(partition_by=apart).label("number"),
        )
        .where(
            USAGE.c.day >= bindparam("day", type_=String),
            USAGE.c.at >= bindparam("since", type_=UtcDateTime),
            USAGE.c.provider != "",
            USAGE.c.cache != "hit",
            USAGE.c.cache != "coalesced",
        )
        .subquery()
        .c
    )

    def percentile(percent: int) -> ColumnElement[float]:
        wanted = (ranked.failed == 0) & (ranked.rank * 100 >= ranked.number * percent)
        return func.min(case((wanted, ranked.latency_ms)))

    return select(
        ranked.provider,
        ranked.model,
        func.count().label("requests"),
        func.sum(ranked.failed).label("errors"),
        percentile(50).label("p50_ms"),
        percentile(95).label("p95_ms"),
    ).group_by(ranked.provider, ranked.model)


_ASKED = Query(_asked, long=True)


async def last_hour(database: Database, now: datetime | None = None) -> dict[tuple[str, str], LastHour]:
    """Return how providers did, by name and model; a model is empty where none has answered.

    Args:
        database: where the rows are.
        now: the end of the hour.

    Raises:
        DatabaseUnavailableError: the database does not answer.
    """
    since = (now or datetime.now(UTC)) - _HOUR
    rows = await database.rows(_ASKED, day=since.date().isoformat(), since=since)
    return {(row["provider"], row["model"]): _hour(row) for row in rows}


def _hour(row: dict[str, Any]) -> LastHour:
    p50, p95 = (None if row[name] is None else round(float(row[name]), 1) for name in ("p50_ms", "p95_ms"))
    return LastHour(requests=int(row["requests"]), errors=int(row["errors"]), p50_ms=p50, p95_ms=p95)
