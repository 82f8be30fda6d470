"""A limit of the service as an operator reads it, and as a test tries it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

_UNITS = ((1024 * 1024, "MiB"), (1024, "KiB"))


class Trial(Struct, frozen=True):
    """A request that is as large as a limit allows, or larger by one.

    Attributes:
        path: the operation; `{conversation}` stands for one that the test has made.
        body: makes the JSON body of a size.
        field: that the refusal names first.
        method: of the request.
    """

    path: str
    body: Callable[[int], Any]
    field: str
    method: str = "POST"


class Limit(Struct, frozen=True):
    """A row of the table.

    Attributes:
        what: is limited.
        bound: the number, as the code has it.
        unit: `bytes`, `s` for seconds, or what is counted.
        beyond: what a client gets.
        trial: the request that tries it, or the test that does: its file and name.
        setting: the variable, without its prefix, that changes it; empty when it is fixed.
    """

    what: str
    bound: float
    unit: str
    beyond: str
    trial: Trial | str
    setting: str = ""

    @property
    def row(self) -> str:
        """The limit as a row of Markdown."""
        setting = f"`ASSISTANT_{self.setting}`" if self.setting else "fixed"
        return f"| {self.what} | {amount(self.bound, self.unit)} | {setting} | {self.beyond} |"


def amount(bound: float, unit: str) -> str:
    """Return a bound as a person writes it: 64 KiB, 20 s, 1,000 requests."""
    if unit == "bytes":
        for size, name in _UNITS:
            if bound >= size and bound % size == 0:
                return f"{bound // size:,.0f} {name}"
    number = f"{bound:,.0f}" if float(bound).is_integer() else f"{bound:g}"
    return f"{number} {unit}".rstrip()


def table(limits: Mapping[str, Iterable[Limit]]) -> Iterator[str]:
    """Give the lines of the table, a part for each area."""
    for area, rows in limits.items():
        yield from ("", f"### {area}", "", "| what | at most | setting | beyond it |", "|---|--:|---|---|")
        yield from (limit.row for limit in rows)
