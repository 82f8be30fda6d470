"""What sums of usage keep apart, and which of them answer a question."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, String, Table, bindparam, literal

from assistant.database.tables import DIMENSIONS
from assistant.usage.figures import Figures

Filters: TypeAlias = Mapping[str, Any]
"""Columns of `DIMENSIONS` and the value that each must have; of `teams`, the id of one of them."""

ALL: Filters = {}
"""No filter."""

Key: TypeAlias = tuple[Any, ...]
"""Values of columns of `DIMENSIONS`."""

Cube: TypeAlias = dict[Key, Figures]
"""Completions added up by what they are told apart by."""

Grouping: TypeAlias = Literal["day", "hour", "prompt", "version", "agent", "team", "provider", "model", "error"]


class View(Struct, frozen=True, kw_only=True):
    """Sums that keep some columns apart, the last of which is their key."""

    name: str
    columns: tuple[str, ...]

    def holds(self, wanted: frozenset[str]) -> bool:
        """Tell whether some columns can be asked for."""
        return wanted <= frozenset(self.columns)

    def values(self, key: Key) -> Iterator[dict[str, Any]]:
        """Return the columns that count for completions: none, those of each team, or one row."""
        kept = {name: key[DIMENSIONS.index(name)] for name in self.columns}
        if self.name == "error" and not kept["error"]:
            return
        if self.name == "team":
            for team in teams_of(kept["teams"]):
                yield {"teams": team}
        else:
            yield kept

    @property
    def key(self) -> str:
        """The column that rows are found by; none where there is one row for each time."""
        return "agent_id" if self.columns == DIMENSIONS else self.columns[-1] if self.columns else ""

    def key_of(self, values: Mapping[str, Any]) -> str:
        """Return what a row with these columns is found by."""
        return str(values[self.key]) if self.key else ""


VIEWS = (
    View(name="", columns=()),
    View(name="prompt", columns=("prompt_key",)),
    View(name="version", columns=("prompt_key", "prompt_version")),
    View(name="agent", columns=("agent_id",)),
    View(name="team", columns=("teams",)),
    View(name="provider", columns=("provider",)),
    View(name="model", columns=("provider", "model")),
    View(name="error", columns=("error",)),
)
"""What is kept by hour and by day, the smallest first."""

CUBE = View(name="cube", columns=DIMENSIONS)
"""What is kept by day and by month, since by hour it would be as large as the rows."""

GROUPED: dict[Grouping, tuple[str, ...]] = {
    "day": (),
    "hour": (),
    "prompt": ("prompt_key",),
    "version": ("prompt_key", "prompt_version"),
    "agent": ("agent_id",),
    "team": ("teams",),
    "provider": ("provider",),
    "model": ("provider", "model"),
    "error": ("error",),
}
"""The columns by which a report adds up, the last of which names the group."""


def view_for(columns: tuple[str, ...], filters: Filters) -> View | None:
    """Return the smallest view by hour that holds these columns and filters; None if there is none."""
    wanted = frozenset((*columns, *filters))
    return next((view for view in VIEWS if view.holds(wanted)), None)


def teams_of(listed: str) -> list[str]:
    """Return the ids of teams, as the usage table lists them; one empty id for no team."""
    return listed.split(",")


def asked_for(table: Table, name: str) -> ColumnElement[bool]:
    """Return the condition of a filter; its value is one of `parameters_of`."""
    column, parameter = table.c[name], f"only_{name}"
    if name == "teams":
        return (literal(",") + column + literal(",")).like(bindparam(parameter, type_=String))
    return column == bindparam(parameter, type_=column.type)


def parameters_of(filters: Filters) -> dict[str, Any]:
    """Return the values of `asked_for`."""
    return {f"only_{name}": f"%,{value},%" if name == "teams" else value for name, value in filters.items()}
