"""Completions added up, so that sums can be added up again."""

from collections.abc import Iterable, Mapping
from operator import add, itemgetter
from typing import Any

from msgspec import Struct, field

from assistant.database.tables import COUNTS, LISTS
from assistant.usage.latencies import letter_of

_BETWEEN = ":"
_PLACES = {name: place for place, name in enumerate(COUNTS)}
_counts, _lists = itemgetter(*COUNTS), itemgetter(*LISTS)


class Figures(Struct, kw_only=True):
    """Completions added up.

    Attributes:
        counts: what is counted, in the order of `COUNTS`; cost in millionths of a US dollar.
        codes: codes of errors, and how often each came.
        whole: latencies of answers that were not stored, as letters.
        first: likewise, to the first words.
    """

    counts: list[int] = field(default_factory=lambda: [0] * len(COUNTS))
    codes: dict[str, int] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)

    def add(self, other: "Figures") -> None:
        """Add others to these."""
        self.counts = list(map(add, self.counts, other.counts))
        if other.codes:
            self.add_codes(other.codes.items())
        self.whole += other.whole
        self.first += other.first

    def count(self, name: str, number: int) -> None:
        """Count more of one thing."""
        self.counts[_PLACES[name]] += number

    def add_codes(self, codes: Iterable[tuple[str, int]]) -> None:
        """Add errors."""
        for code, count in codes:
            self.codes[code] = self.codes.get(code, 0) + count

    def add_latency(self, whole: float, first: float | None) -> None:
        """Add the latency of an answer, in milliseconds."""
        self.whole.append(letter_of(whole))
        if first is not None:
            self.first.append(letter_of(first))

    @property
    def named(self) -> dict[str, int]:
        """What is counted, by its names."""
        return dict(zip(COUNTS, self.counts, strict=True))

    def columns(self) -> dict[str, object]:
        """Return these as columns of the table of sums."""
        codes = "".join(f"{code}{_BETWEEN}{count} " for code, count in sorted(self.codes.items()))
        return {
            **self.named,
            "codes": codes,
            "whole": "".join(sorted(self.whole)),
            "first": "".join(sorted(self.first)),
        }


def figures_of(row: Mapping[str, Any]) -> Figures:
    """Make figures of the columns of the table of sums, or of several rows of it added up."""
    codes, whole, first = _lists(row)
    made = Figures(counts=[int(count or 0) for count in _counts(row)], whole=[whole or ""], first=[first or ""])
    if codes:
        made.add_codes(_code(each) for each in codes.split())
    return made


def _code(listed: str) -> tuple[str, int]:
    code, _, count = listed.rpartition(_BETWEEN)
    return code, int(count)
