"""Every operation of the service on both databases: with the right, without it, and without credentials."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from tests.assistant.desk import (
    examples_of_ai,
    examples_of_ai_admins,
    examples_of_authors,
    examples_of_contacts,
    examples_of_conversations,
    examples_of_people,
)
from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import EXAMPLES
from tests.assistant.harness import error, service
from tests.fakes import FakeProvider

MODULES = (
    examples_of_ai,
    examples_of_ai_admins,
    examples_of_authors,
    examples_of_contacts,
    examples_of_conversations,
    examples_of_people,
)
"""The modules whose functions have become examples by being imported."""
DOCS = Path(__file__).parents[3] / "docs" / "api.md"
BEGIN, END = "<!-- operations: made by tests/assistant/desk/test_operations.py -->\n", "<!-- end of operations -->"


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """A provider that always answers."""
    with FakeProvider("chat") as fake:
        yield fake


@pytest.fixture
async def whole(state: Path, database_url: str | None, provider: FakeProvider) -> AsyncIterator[DeskClient]:
    """The whole service, desk and AI, on either database."""
    options = {"database_url": database_url, "provider": "custom", "base_url": provider.url}
    async with service(state, **options) as client:
        yield DeskClient(client)


@pytest.mark.parametrize("key", sorted(EXAMPLES), ids="{0[0]} {0[1]}".format)
async def test_operation_with_the_right(whole: DeskClient, key: tuple[str, str]) -> None:
    """An agent who holds the right gets what the operation is for."""
    await EXAMPLES[key](whole)


async def test_operations_without_the_right(whole: DeskClient) -> None:
    """Nobody without credentials and nobody without the right gets anything, whatever they send."""
    _, powerless = await whole.new_agent([])
    nobody = whole.signed_in({})
    for each in await operations(whole):
        path = re.sub(r"\{(\w*uuid)\}", str(uuid4()), each.path)
        path = re.sub(r"\{\w+\}", "1", path)
        if each.right is None:
            continue
        answer = await nobody.http.request(each.method, path, json={})
        assert error(answer) == (401, "UnauthorizedException", "unauthorized"), each
        if each.right:
            answer = await powerless.http.request(each.method, path, json={})
            assert error(answer) == (403, "PermissionException", "forbidden"), each


async def test_every_operation_has_an_example_and_its_row_in_the_docs(state: Path) -> None:
    """The table in docs/api.md is what the routes are, and each of them is tried on both databases above."""
    async with service(state) as client:
        found = await operations(DeskClient(client))
    assert {(each.method, each.path) for each in found} == set(EXAMPLES)
    head, rest = DOCS.read_text(encoding="utf-8").split(BEGIN)
    written, tail = rest.split(END)
    table = "".join(
        ["| operation | permission | tested on SQLite | tested on PostgreSQL |\n|---|---|---|---|\n", *map(_row, found)]
    )
    if os.environ.get("UPDATE_DOCS"):
        DOCS.write_text(f"{head}{BEGIN}{table}{END}{tail}", encoding="utf-8")
        written = table
    assert written == table, "run this test once with UPDATE_DOCS=1"


class Shown(msgspec.Struct, frozen=True):
    """An operation in the service's own document; no right at all is None, any agent's is empty."""

    method: str
    path: str
    right: str | None


async def operations(desk: DeskClient) -> list[Shown]:
    """Return the operations that the service documents."""
    document = (await desk.http.get("/docs/openapi.json")).json()
    return [
        Shown(method.upper(), path, _right(operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _right(operation: dict[str, Any]) -> str | None:
    if not operation["security"]:
        return None
    return "".join(re.findall(r"`([^`]+)`", operation["description"]))


def _row(each: Shown) -> str:
    right = {None: "none", "": "any agent"}.get(each.right, f"`{each.right}`")
    return f"| `{each.method} {each.path}` | {right} | yes | yes |\n"
