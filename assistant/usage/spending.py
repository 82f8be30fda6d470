"""What a day has cost so far, for budgets."""

from msgspec import Struct
from sqlalchemy import String, bindparam, func, select

from assistant.database.queries import Query, Row
from assistant.database.tables import USAGE


class Spent(Struct, frozen=True, kw_only=True):
    """What a day has cost so far, by who asked for what; `cost` in millionths of a US dollar."""

    agent_id: int
    teams: frozenset[int]
    prompt_key: str
    tokens: int
    cost: int


def spent_of(row: Row) -> Spent:
    """Make a row of `SPENT` what it says."""
    teams = frozenset(int(team) for team in row["teams"].split(",") if team)
    return Spent(**{**row, "teams": teams, "tokens": int(row["tokens"]), "cost": int(row["cost"])})


SPENT = Query(
    lambda: (
        select(
            USAGE.c.agent_id,
            USAGE.c.teams,
            USAGE.c.prompt_key,
            func.sum(USAGE.c.input_tokens + USAGE.c.output_tokens).label("tokens"),
            func.coalesce(func.sum(USAGE.c.cost), 0).label("cost"),
        )
        .where(USAGE.c.day == bindparam("day", type_=String))
        .group_by(USAGE.c.agent_id, USAGE.c.teams, USAGE.c.prompt_key)
    ),
    long=True,
)
