"""Every operation of the service on both databases: with the right, without it, and without credentials."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import pytest_asyncio

from assistant.settings import Settings
from tests.assistant.desk import (
    examples_of_ai,
    examples_of_ai_admins,
    examples_of_authors,
    examples_of_buttons,
    examples_of_contacts,
    examples_of_conversations,
    examples_of_people,
)
from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import ALONE, EXAMPLES
from tests.assistant.harness import error, service
from tests.fakes import FakeProvider

MODULES = (
    examples_of_ai,
    examples_of_ai_admins,
    examples_of_authors,
    examples_of_buttons,
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(shared_settings: Settings) -> AsyncIterator[DeskClient]:
    """The same, for all examples that stand beside others."""
    with FakeProvider("chat") as provider:
        options = {"database_url": shared_settings.database_url, "provider": "custom", "base_url": provider.url}
        async with service(shared_settings.state_dir, **options) as client:
            yield DeskClient(client)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("key", sorted(EXAMPLES.keys() - ALONE), ids="{0[0]} {0[1]}".format)
async def test_operation_with_the_right(shared: DeskClient, key: tuple[str, str]) -> None:
    """An agent who holds the right gets what the operation is for."""
    await EXAMPLES[key](shared)


@pytest.mark.parametrize("key", sorted(ALONE), ids="{0[0]} {0[1]}".format)
async def test_operation_with_the_right_in_a_service_of_its_own(whole: DeskClient, key: tuple[str, str]) -> None:
    """The same where an example looks at all that there is, or changes what others look at."""
    await EXAMPLES[key](whole)


@pytest.mark.asyncio(loop_scope="module")
async def test_operations_without_the_right(shared: DeskClient) -> None:
    """No one without credentials and no one without the right gets anything, whatever they send."""
    _, powerless = await shared.new_agent([])
    nobody = shared.signed_in({})
    for each in await operations(shared):
        path = re.sub(r"\{(\w*uuid)\}", str(uuid4()), each.path)
        path = re.sub(r"\{\w+\}", "1", path)
        if each.right is None:
            continue
        answer = await nobody.http.request(each.method, path, json={})
        assert error(answer) == (401, "UnauthorizedException", "unauthorized"), each
        if each.right:
            answer = await powerless.http.request(each.method, path, json={})
            assert error(answer) == (403, "PermissionException", "forbidden"), each


@pytest.mark.asyncio(loop_scope="module")
async def test_every_operation_has_an_example_and_its_row_in_the_docs(shared: DeskClient) -> None:
    """The table in docs/api.md is what the routes are, and each of them is tried on both databases above."""
    found = await operations(shared)
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
