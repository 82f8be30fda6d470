"""What was measured, in the units that it is shown in."""

from pathlib import Path

import msgspec

from bench.contestants import PEERS, LineUp
from bench.load import FULL, Load
from bench.measuring import median

RATE, CPU, BUSY = "requests/s", "CPU µs", "core busy %"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How thoroughly everything is measured.

    Attributes:
        rounds: of each case; in each of them everyone has a turn.
        seconds: that a turn asks for.
        quick: whether long cases do only a part.
        peers: who is measured besides ours and the limits.
        tmp: a folder to work in.
    """

    rounds: int
    seconds: float
    quick: bool
    tmp: Path
    peers: tuple[str, ...] = PEERS

    def folder(self, name: str) -> Path:
        """Make a folder for a case."""
        made = self.tmp / name
        made.mkdir(parents=True)
        return made


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One who was measured: for each figure its value in each round, and what else there is to say."""

    who: str
    figures: dict[str, list[float]] = {}
    errors: int = 0
    note: str = ""

    def middle(self, figure: str) -> float:
        """Return the median of a figure; NaN where there is none."""
        return median(self.figures.get(figure, []))


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case: how it is called, what was done, and who did how well.

    Attributes:
        name: as it is asked for.
        title: its heading.
        text: what was done, in a sentence or two.
        rows: in the order of the table.
        main: the figure that is drawn, and shown with its spread.
        less: whether less of it is better.
    """

    name: str
    title: str
    text: str
    rows: list[Row]
    main: str
    less: bool = False

    def row(self, who: str) -> Row | None:
        """Return someone's row."""
        return next((row for row in self.rows if row.who == who), None)


def absent(line: LineUp) -> list[Row]:
    """Return rows of those who could not be measured, and why."""
    return [Row(who=name, note=note) for name, note in line.missing.items()]


def load_row(who: str, rounds: list[Load], yard: list[Load], yardstick: str) -> Row:
    """Return the row of someone who answered requests, as a part of what the yardstick answered in the same round."""
    figures = {
        RATE: [one.per_second for one in rounds],
        f"of {yardstick}": [one.per_second / by.per_second for one, by in zip(rounds, yard, strict=True)],
        CPU: [one.cpu * 1e6 for one in rounds],
        f"of {yardstick} by CPU": [by.cpu / one.cpu for one, by in zip(rounds, yard, strict=True)],
        "p50 ms": [one.p50 * 1e3 for one in rounds],
        "p99 ms": [one.p99 * 1e3 for one in rounds],
        BUSY: [one.busy * 100 for one in rounds],
        "other core busy %": [one.others_busy * 100 for one in rounds],
    }
    errors = sum(one.errors for one in rounds)
    notes = [held_back(rounds), next((f"an error: {one.sample!r}" for one in rounds if one.sample), "")]
    return Row(who=who, figures=figures, errors=errors, note="; ".join(filter(None, notes)))


def held_back(rounds: list[Load]) -> str:
    """Say so where it was not the server that set the pace."""
    if median(one.busy for one in rounds) >= FULL or median(one.others_busy for one in rounds) < FULL:
        return ""
    return "held back by the load generator and what stands behind, whose core was full"
