"""Requests generated from our own document: no server error, and no answer but those that the document announces."""

from pathlib import Path

import pytest

from tests.assistant.desk.conftest import DATABASES
from tests.assistant.desk.generator import FACTOR, Outcome, generate
from tests.assistant.desk.published import operations
from tests.assistant.serving import Served, serving, serving_desk
from tests.fakes import FakeProvider

EITHER = pytest.mark.parametrize("database_url", DATABASES if FACTOR > 1 else DATABASES[:1], indirect=True)
"""On either database in full length, else on SQLite alone."""


@EITHER
def test_desk_keeps_to_its_document(tmp_path: Path, database_url: str | None) -> None:
    """The desk alone, in short with sequences; what is systematic, the whole service is asked, with the same desk."""
    with serving_desk(tmp_path, **_variables(database_url)) as served:
        _check(served, generate(served, tmp_path, sequences=True, systematic=FACTOR > 1))


@EITHER
def test_service_keeps_to_its_document(tmp_path: Path, database_url: str | None) -> None:
    """The whole service, with a provider that always answers."""
    with (
        FakeProvider("chat") as fake,
        serving(tmp_path, PROVIDER="custom", BASE_URL=fake.url, **_variables(database_url)) as served,
    ):
        _check(served, generate(served, tmp_path, systematic=True, sequences=FACTOR > 1))


def _variables(database_url: str | None) -> dict[str, str]:
    return {} if database_url is None else {"DATABASE_URL": database_url}


def _check(served: Served, outcome: Outcome) -> None:
    """See that all checks held, that most operations did their work at least once, and that nothing broke."""
    errors = [line for line in served.log.read_text().splitlines() if '"level":"error"' in line]
    assert outcome.passed, "\n".join([outcome.report, *errors])
    document = served.client.get("/docs/openapi.json").json()
    known = {f"{method.upper()} {path}" for path, method in operations(document)}
    assert len(known - outcome.reached) <= len(known) // 10, sorted(known - outcome.reached)
    assert errors == []
