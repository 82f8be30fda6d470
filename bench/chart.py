"""Draws the main figure of each case as bars, in plain SVG."""

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from bench.contestants import OURS
from bench.measuring import number
from bench.results import Case, Row

_WIDTH, _LINE, _GAP = 760, 22, 18
_NAMES, _BARS = 180, 440
_OURS, _OTHERS = "#2563eb", "#9ca3af"
_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
    'font-family="system-ui, sans-serif" font-size="13">\n<title>Ours beside the others</title>\n'
    '<rect width="100%" height="100%" fill="#ffffff"/>\n{inside}</svg>\n'
)
_TALL = 10  # rows at most; a longer case is no comparison


def chart(cases: Sequence[Case]) -> str:
    """Return a chart of all cases that compare, one below the other, each on its own scale."""
    parts, top = list[str](), _GAP
    for case in cases:
        rows = [row for row in case.rows if not math.isnan(row.middle(case.main))]
        if 1 < len(rows) <= _TALL:
            parts.append(_group(case, rows, top))
            top += _LINE * (len(rows) + 1) + _GAP
    return _FRAME.format(width=_WIDTH, height=top, inside="".join(parts))


def _group(case: Case, rows: Sequence[Row], top: int) -> str:
    better = "less is better" if case.less else "more is better"
    title = f"{case.title}: {case.main} ({better})"
    lines = [f'<text x="8" y="{top + 14}" font-weight="bold">{escape(title)}</text>\n']
    most = max(row.middle(case.main) for row in rows)
    for place, row in enumerate(rows, start=1):
        lines.append(_bar(row, row.middle(case.main), most, top + place * _LINE))
    return "".join(lines)


def _bar(row: Row, value: float, most: float, top: int) -> str:
    width = _BARS * value / most if most else 0
    color = _OURS if row.who.startswith(OURS) else _OTHERS
    return (
        f'<text x="{_NAMES - 8}" y="{top + 14}" text-anchor="end">{escape(row.who)}</text>'
        f'<rect x="{_NAMES}" y="{top + 3}" width="{max(width, 1):.1f}" height="{_LINE - 7}" rx="2" fill="{color}"/>'
        f'<text x="{_NAMES + width + 6:.1f}" y="{top + 14}">{number(value)}</text>\n'
    )
