"""Asking for reports over HTTP: bad parameters are named, tables open in spreadsheets, errors come with a remedy."""

import csv
import io

import httpx
import pytest

from assistant.api.usage_csv import as_csv
from assistant.usage.figures import Figures
from assistant.usage.totals import group_of
from tests.assistant.harness import error, own_loop
from tests.assistant.usage.usage_rows import NOON, range_of

_USAGE = "/api/v1/ai/usage"


@own_loop
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("tz=Mars/Olympus", "tz"),
        ("tz=../../../etc/passwd", "tz"),
        ("tz=Europe", "tz"),
        (f"tz={'x' * 3000}", "tz"),
        ("by=colour", "by"),
        ("format=xml", "format"),
        ("agent=grace", "agent"),
        ("team=1.5", "team"),
        ("from=yesterday", "from"),
        ("from=2026-11-02&to=2026-11-01", "from"),
    ],
)
async def test_bad_parameter_is_named(shared_client: httpx.AsyncClient, query: str, field: str) -> None:
    """With what would be right."""
    answer = await shared_client.get(f"{_USAGE}?{query}")
    assert error(answer)[2] == "invalid_request"
    assert answer.json()["message"].startswith(f"{field}: ")


@own_loop
@pytest.mark.parametrize("query", ["from=0001-01-01&to=0001-01-02", "from=9999-12-30&to=9999-12-31&tz=Asia/Tokyo"])
async def test_farthest_days_are_empty(shared_client: httpx.AsyncClient, query: str) -> None:
    """There is nothing before the first day that can be written, or after the last."""
    answer = await shared_client.get(f"{_USAGE}?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["total"]["requests"] == 0


@own_loop
async def test_minutes_of_errors_are_a_number(shared_client: httpx.AsyncClient) -> None:
    """Above zero."""
    for minutes in ("0", "ten"):
        answer = await shared_client.get(f"{_USAGE}/errors?minutes={minutes}")
        assert answer.json()["message"].startswith("minutes: ")


@own_loop
async def test_table_is_a_file(shared_client: httpx.AsyncClient) -> None:
    """With a name that says what is inside."""
    answer = await shared_client.get(f"{_USAGE}?format=csv&by=model&from=2026-11-01&to=2026-11-02")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="usage-by-model-2026-11-01-2026-11-02.csv"'
    assert answer.text.startswith("model,of,requests,")


def test_no_name_is_a_formula_in_a_spreadsheet() -> None:
    """A provider may call its model whatever it likes."""
    figures = Figures()
    figures.count("requests", 1)
    group = group_of("model", ("custom", '=HYPERLINK("http://evil.example")'), figures)
    table = as_csv("model", range_of(NOON.date(), NOON.date()), [group])
    [_, row] = csv.reader(io.StringIO(str(table.content)))
    assert row[0] == '\'=HYPERLINK("http://evil.example")'
