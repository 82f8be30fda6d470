"""Completions as the usage log keeps them, and writing many at once."""

import functools
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import Dialect, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from assistant.database.tables import UsageRow

Cache: TypeAlias = Literal["hit", "miss", "coalesced", "bypass", ""]

_LARGEST = 2**31 - 1


class Use(Struct, frozen=True, kw_only=True):
    """One completion, as the usage log keeps it.

    Attributes:
        at: when it ended.
        request_id: of the request.
        agent_id: who asked.
        teams: whose budgets it counts towards.
        prompt_key: the prompt's own key, not an alias; empty when there is no such prompt.
        prompt_version: its version.
        provider: who answered, or failed last; empty when nobody was asked.
        model: likewise.
        input_tokens: what the provider billed, cached ones included; none for hits and coalesced answers.
        output_tokens: likewise.
        cached_input_tokens: likewise.
        cost: millionths of a US dollar; None when no price is known.
        latency_ms: from the request's arrival to the end of the answer.
        first_delta_ms: from the request's arrival to the first words, of a streamed answer.
        cache: how the cache took part; empty when the request failed before.
        guards: names of the guards that the answer breached.
        error: the code of the error; empty when there was none.
        streamed: whether the answer was streamed.
    """

    at: datetime
    request_id: str
    agent_id: int
    teams: frozenset[int] = frozenset()
    prompt_key: str
    prompt_version: str = ""
    provider: str = ""
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    cost: int | None = None
    latency_ms: float
    first_delta_ms: float | None = None
    cache: Cache = ""
    guards: tuple[str, ...] = ()
    error: str = ""
    streamed: bool = False


async def insert_uses(connection: AsyncConnection, uses: Iterable[Use]) -> None:
    """Write completions within the connection's transaction.

    The statement is compiled once and goes to the driver with the values as they are: a busy service writes thousands
    of hits a second, and SQLAlchemy's own way takes twice the time for each.
    """
    statement = _statement(connection.dialect)
    await connection.exec_driver_sql(statement.sql, [statement.values(use) for use in uses])


class _Statement:
    """The INSERT in a database's own words."""

    def __init__(self, dialect: Dialect) -> None:
        names = [column.key for column in UsageRow.__table__.c if column.key != "id"]
        self.sql = str(insert(UsageRow).compile(dialect=dialect, column_keys=names))
        self._moment: Callable[[datetime], Any] = (
            UsageRow.__table__.c.at.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is
        )

    def values(self, use: Use) -> tuple[object, ...]:
        """Return the columns in order; what comes from a provider or a proxy is cut to what they hold."""
        at = use.at.astimezone(UTC)
        return (
            self._moment(at),
            at.date().isoformat(),
            _text(use.request_id, 128),
            use.agent_id,
            ",".join(map(str, sorted(use.teams))),
            _text(use.prompt_key, 100),
            _text(use.prompt_version, 64),
            _text(use.provider, 100),
            _text(use.model, 200),
            _number(use.input_tokens),
            _number(use.output_tokens),
            _number(use.cached_input_tokens),
            use.cost,
            use.latency_ms,
            use.first_delta_ms,
            use.cache,
            ",".join(use.guards),
            _text(use.error, 50),
            use.streamed,
        )


@functools.lru_cache(4)
def _statement(dialect: Dialect) -> _Statement:
    return _Statement(dialect)


def _as_it_is(moment: datetime) -> datetime:
    return moment


def _text(value: str, longest: int) -> str:
    return value.replace("\0", "")[:longest]


def _number(value: int) -> int:
    return min(max(value, 0), _LARGEST)
