"""Where on its line a problem is: the column, for an editor to point at."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from prompts.errors import Problem

_QUOTED = re.compile(r"'([^'\n]{1,80})'")
_FIELD = re.compile(r"([\w.-]++):")
_TAG = re.compile(r"\{[{%]")


def with_columns(problems: Iterable[Problem], texts: Mapping[str, str]) -> Iterator[Problem]:
    """Add the columns that can be told for sure.

    Args:
        problems: with their lines.
        texts: of the files, by the name that problems have of them.
    """
    for problem in problems:
        text = texts.get(problem.file)
        column = None if text is None or problem.line is None else _column(problem, text.split("\n"))
        yield problem if column is None or problem.column is not None else structs.replace(problem, column=column)


def _column(problem: Problem, lines: list[str]) -> int | None:
    """Return the column of what a problem names, else of the only tag on the line, else of the line's first word."""
    if problem.line is None or not 0 < problem.line <= len(lines):
        return None
    line = lines[problem.line - 1]
    for name in _names(problem.reason):
        places = [found.start() for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", line)]
        if len(places) == 1:
            return places[0] + 1
    tags = [found.start() for found in _TAG.finditer(line)]
    if tags:
        return tags[0] + 1 if len(tags) == 1 else None
    return len(line) - len(line.lstrip()) + 1 if line.strip() else None


def _names(reason: str) -> Iterator[str]:
    """Return what a reason names: the field at its beginning, and the first word in quotes."""
    if field := _FIELD.match(reason):
        yield field[1].rpartition(".")[2]
    if quoted := _QUOTED.search(reason):
        yield quoted[1]
