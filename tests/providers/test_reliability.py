"""The table of faults in docs/reliability.md is what really happens."""

import os
from pathlib import Path

from tests.providers.fault_table import HEAD, outcomes, rows

DOCS = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: made by tests/providers/test_reliability.py -->\n", "<!-- end of faults -->"


async def test_the_table_of_faults_is_true(tmp_path: Path) -> None:
    """Each fault, whole and streamed, in each dialect: what the caller gets, after how long, for how many calls."""
    head, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
    written, tail = rest.split(END)
    table = HEAD + "".join(rows(await outcomes(tmp_path)))
    if os.environ.get("UPDATE_DOCS"):
        DOCS.write_text(f"{head}{BEGIN}{table}{END}{tail}", encoding="utf-8")
        written = table
    assert written == table, "run this test once with UPDATE_DOCS=1"
