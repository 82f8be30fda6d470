"""What differs between two texts, line by line."""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

MOST_LINES = 16_000
"""Lines that are compared, of the part that differs, on both sides together: it takes their square in bits."""

Step = tuple[str, int, int, int, int]


def line_diff(before: str, after: str, names: tuple[str, str]) -> str:
    """Return a unified diff of two texts; empty when they are the same.

    Where too many lines differ to look closely, they are all replaced.

    Args:
        before: the earlier text.
        after: the later one.
        names: what both are called.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    groups = list(_Lines(old, new).get_grouped_opcodes())
    header = [f"--- {names[0]}\n", f"+++ {names[1]}\n"] if groups else []
    return "".join([*header, *(line for group in groups for line in _hunk(group, old, new))])


class _Lines(SequenceMatcher[str]):
    """Groups steps as difflib does; its own search for them takes hours on some texts."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__(None, (), ())
        self._steps = _steps(old, new)

    def get_opcodes(self) -> list[Step]:  # type: ignore[override] # the tag is one of difflib's words
        return list(self._steps)


def _steps(old: list[str], new: list[str]) -> list[Step]:
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    last, other = len(old) - end, len(new) - end
    middle: list[Step]
    if len(left) + len(right) > MOST_LINES:
        middle = [("replace", start, last, start, other)]
    else:
        from rapidfuzz.distance import Indel  # noqa: PLC0415 - a thirtieth of a second that a start need not take

        middle = [
            (step.tag, start + step.src_start, start + step.src_end, start + step.dest_start, start + step.dest_end)
            for step in Indel.opcodes(left, right)
        ]
    every = [("equal", 0, start, 0, start), *middle, ("equal", last, len(old), other, len(new))]
    return _joined(step for step in every if step[1] < step[2] or step[3] < step[4])


def _joined(steps: Iterable[Step]) -> list[Step]:
    """Join changes that touch, so that what is gone stands before what is new."""
    joined: list[Step] = []
    for step in steps:
        if joined and step[0] != "equal" and joined[-1][0] != "equal":
            joined[-1] = ("replace", joined[-1][1], step[2], joined[-1][3], step[4])
        else:
            joined.append(step)
    return joined


def _common(first: list[str], second: list[str]) -> int:
    pairs = zip(first, second, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))


def _hunk(group: list[Step], old: list[str], new: list[str]) -> Iterator[str]:
    """Write one place that differs, with the lines around it."""
    yield f"@@ -{_range(group[0][1], group[-1][2])} +{_range(group[0][3], group[-1][4])} @@\n"
    for tag, start, end, other, last in group:
        if tag == "equal":
            yield from (f" {line}" for line in old[start:end])
        else:
            yield from (f"-{line}" for line in old[start:end])
            yield from (f"+{line}" for line in new[other:last])


def _range(start: int, end: int) -> str:
    """Write which lines those are, as a unified diff counts them."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"
