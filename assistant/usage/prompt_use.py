"""How much prompts are used, and what becomes of their answers, for those who write them."""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, String, bindparam, case, func, select

from assistant.database.database import Database
from assistant.database.moment import Moment
from assistant.database.queries import Query, Row
from assistant.database.tables import USAGE, VerdictRow
from assistant.usage.log import UsageLog
from assistant.usage.pieces import Range
from assistant.usage.prices import dollars
from assistant.usage.reports import UsageReports
from assistant.usage.totals import UsageGroup
from assistant.usage.verdicts import Verdict

_DAYS = 30
_UTC = ZoneInfo("UTC")
_FRESH = 30.0  # seconds for which figures of all prompts are kept
_VERDICTS: tuple[Verdict, ...] = ("kept", "edited", "undone")


class PromptUse(Struct, frozen=True, kw_only=True):
    """The use of a prompt.

    `uses` counts its answers, stored ones too, `errors` the requests without one. `kept_rate` is the share that was
    kept as it was of the answers that someone told about; null when no one did. `cost` is in US dollars; null when no
    price is known.
    """

    uses: int = 0
    errors: int = 0
    cost: float | None = None
    kept: int = 0
    edited: int = 0
    undone: int = 0
    kept_rate: float | None = None


class VersionUse(PromptUse, frozen=True, kw_only=True):
    """The use of one version of a prompt, by the hash that usage knows it by; `first` and `last` are when."""

    prompt_version: str
    first: Moment
    last: Moment


class PromptUses:
    """Adds up the use of prompts over the last 30 days.

    Args:
        database: where usage and verdicts are.
        reports: add up what prompts were used.
        log: has what is not written yet.
    """

    def __init__(self, database: Database, reports: UsageReports, log: UsageLog) -> None:
        self._database = database
        self._reports = reports
        self._log = log
        self._kept: tuple[float, dict[str, PromptUse]] | None = None

    async def by_prompt(self) -> Mapping[str, PromptUse]:
        """Return the use of every prompt that was used, by its key; it may be half a minute old.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        if self._kept is None or time.monotonic() - self._kept[0] > _FRESH:
            await self._log.flush()
            today = datetime.now(UTC).date()
            days = Range(first=today - timedelta(days=_DAYS - 1), last=today, zone=_UTC)
            groups = await self._reports.groups("prompt", days)
            self._kept = time.monotonic(), {each.key: _use_of(each) for each in groups}
        return self._kept[1]

    async def by_version(self, key: str) -> list[VersionUse]:
        """Return the use of each version of a prompt, that which was used last first.

        Raises:
            DatabaseUnavailableError: the database does not answer.
        """
        await self._log.flush()
        first, last = _days(datetime.now(UTC).date())
        rows = await self._database.rows(_VERSIONS, first=first, last=last, prompt=key)
        told = await self._database.rows(_TOLD_OF_VERSIONS, first=first, last=last, prompt=key)
        verdicts = {row["key"]: row for row in told}
        return [
            VersionUse(
                prompt_version=row["key"],
                first=row["since"],
                last=row["until"],
                **_figures(row, verdicts.get(row["key"], {})),
            )
            for row in rows
        ]


def _use_of(group: UsageGroup) -> PromptUse:
    priced = group.unpriced < group.requests
    return PromptUse(
        uses=group.requests - group.errors,
        errors=group.errors,
        cost=group.cost if priced or group.cost else None,
        kept=group.kept,
        edited=group.edited,
        undone=group.undone,
        kept_rate=group.kept_rate,
    )


def _days(today: date) -> tuple[str, str]:
    return (today - timedelta(days=_DAYS - 1)).isoformat(), today.isoformat()


def _figures(row: Row, told: Row) -> dict[str, Any]:
    counts: dict[str, int] = {name: int(told.get(name) or 0) for name in _VERDICTS}
    every = sum(counts.values())
    return {
        **counts,
        "uses": int(row["requests"]) - int(row["errors"] or 0),
        "errors": int(row["errors"] or 0),
        "cost": None if row["cost"] is None else dollars(int(row["cost"])),
        "kept_rate": round(counts["kept"] / every, 4) if every else None,
    }


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _used(key: Any) -> Select[Any]:  # noqa: ANN401 - a column of the usage table
    return (
        select(
            key.label("key"),
            func.count().label("requests"),
            _count(USAGE.c.error != "").label("errors"),
            func.sum(USAGE.c.cost).label("cost"),
        )
        .where(USAGE.c.day >= bindparam("first", type_=String), USAGE.c.day <= bindparam("last", type_=String))
        .group_by(key)
    )


def _told(key: Any) -> Select[Any]:  # noqa: ANN401 - a column of the verdicts
    return (
        select(key.label("key"), *(_count(VerdictRow.verdict == each).label(each) for each in _VERDICTS))
        .where(VerdictRow.day >= bindparam("first", type_=String), VerdictRow.day <= bindparam("last", type_=String))
        .group_by(key)
    )


def _used_versions() -> Select[Any]:
    since, until = func.min(USAGE.c.at).label("since"), func.max(USAGE.c.at).label("until")
    of_prompt = USAGE.c.prompt_key == bindparam("prompt", type_=String)
    return _used(USAGE.c.prompt_version).add_columns(since, until).where(of_prompt).order_by(until.desc()).limit(100)


def _told_of_versions() -> Select[Any]:
    return _told(VerdictRow.prompt_version).where(VerdictRow.prompt_key == bindparam("prompt", type_=String))


_VERSIONS = Query(_used_versions, long=True)
_TOLD_OF_VERSIONS = Query(_told_of_versions, long=True)
