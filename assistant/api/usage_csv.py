"""A report of usage as a table that spreadsheets open."""

import csv
import io
from typing import Any

from litestar import Response
from msgspec import structs

from assistant.usage.pieces import Range
from assistant.usage.totals import UsageGroup, UsageTotals
from assistant.usage.views import Grouping

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
CSV = "text/csv"
"""Litestar adds the charset."""


def as_csv(by: Grouping, days: Range, groups: list[UsageGroup]) -> Response[str]:
    """Return groups as a file, a line for each; what a version or model belongs to stands beside it."""
    names = [name for name in UsageTotals.__struct_fields__ if name != "error_codes"]
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow([by, "of", *names, "error_codes"])
    for group in groups:
        members = structs.asdict(group)
        codes = " ".join(f"{code}:{count}" for code, count in group.error_codes.items())
        table.writerow([_cell(group.key), _cell(group.of), *(members[name] for name in names), codes])
    name = f"usage-by-{by}-{days.first}-{days.last}.csv"
    return Response(file.getvalue(), media_type=CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _cell(text: str) -> Any:  # noqa: ANN401 - what the writer takes
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULAS) else text
