"""The report of a run: Markdown for people, JSON for programs."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.chart import chart
from bench.measuring import number, table
from bench.reach import Verdict, verdicts
from bench.results import Case, Row

NAME = "benchmarks"
_SHOWN = 12  # rows of a long table
_NONE = "-"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run: when, on what, of which versions, and what was measured."""

    date: str
    machine: str
    versions: dict[str, str]
    seconds: float
    quick: bool
    cases: list[Case]


def write(run: Run, folder: Path) -> None:
    """Write the report, the figures and the chart into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.md").write_text(markdown(run), encoding="utf-8")
    (folder / f"{NAME}.json").write_bytes(msgspec.json.format(msgspec.json.encode(_known(run)), indent=1) + b"\n")
    (folder / f"{NAME}.svg").write_text(chart(run.cases), encoding="utf-8")


def _known(run: Run) -> Any:  # noqa: ANN401 - plain data, as it is encoded
    """Return the run as plain data; JSON has no NaN, so that becomes null."""
    plain = msgspec.to_builtins(run)
    judged = {case.name: case for case in run.cases}
    return {**plain, "reach": msgspec.to_builtins(verdicts(judged))}


def markdown(run: Run) -> str:
    """Return the whole report."""
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    judged = verdicts({case.name: case for case in run.cases})
    parts = [
        "# How it compares",
        f"Measured on {run.date} by `make bench` in {run.seconds / 60:.0f} minutes: {run.machine}. {versions}.",
        _QUICK if run.quick else "",
        _METHOD,
        f"![Ours beside the others]({NAME}.svg)",
        "## What was to be reached" if judged else "",
        f"{_reach_table(judged)}\n\n{_JUDGED}" if judged else "",
        *(part for case in run.cases for part in _case(case)),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


_QUICK = "**A quick run: its figures only show that everything works.**"
_JUDGED = "A part of someone who had time to spare on their core is the part by CPU: it was not they who set the pace."
_METHOD = """\
What is measured has one core to itself, with all its processes and threads; load generator, provider and Redis have the
other one. Everyone has a turn in each round, so that what disturbs the machine for a while disturbs them all. Figures
are medians of the rounds, the lowest and the highest in brackets; ratios are those within a round. "Raw" is the least
ASGI application that takes a POST, under the same server as ours; "by CPU" is what it takes for a request by what this
one takes. Ours runs as shipped: guards, masking, usage rows, metrics, and its log to a file. The others run without
records and with as little log as they let one choose. Every answer is checked, in status and body."""


def _reach_table(judged: Sequence[Verdict]) -> str:
    rows = [(each.what, each.figure, each.goal, "✓" if each.reached else "✗") for each in judged]
    return table(("what", "figure", "goal", "reached"), rows)


def _case(case: Case) -> list[str]:
    names = list(dict.fromkeys(name for row in case.rows for name in row.figures))
    head = ("", *names, "errors")
    rows = case.rows[:_SHOWN]
    lines = [(row.who, *(_cell(row, name, spread=name == case.main) for name in names), _errors(row)) for row in rows]
    notes = [f"- {row.who}: {row.note}." for row in rows if row.note]
    left = len(case.rows) - len(rows)
    more = [f"{left} more rows, of lesser figures, are in `{NAME}.json`."] if left else []
    return list(filter(None, [f"## {case.title}", case.text, table(head, lines), "\n".join(notes), *more]))


def _errors(row: Row) -> str:
    return f"{row.errors}" if row.figures else _NONE


def _cell(row: Row, name: str, *, spread: bool) -> str:
    values = [value for value in row.figures.get(name, []) if not math.isnan(value)]
    if not values:
        return _NONE
    middle = number(row.middle(name))
    least, most = number(min(values)), number(max(values))
    return f"{middle} ({least} to {most})" if spread and least != most else middle
