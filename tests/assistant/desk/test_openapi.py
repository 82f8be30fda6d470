"""The document that the service serves, held against the published one: clients of that one must notice nothing."""

import asyncio
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis

from tests.assistant.desk.published import (
    Document,
    Side,
    answer,
    body,
    differences,
    listed,
    operations,
    parameters,
    resolved,
    shape_of,
)
from tests.assistant.harness import service

PUBLISHED = Path(__file__).parents[4] / "shared" / "api" / "helpdesk-openapi.json"
LISTED = Path(__file__).parents[2] / "data" / "operations.txt"
"""What clients rely on of it, in short: operations with their parameters, fields and statuses."""

REFUSED = "client must now keep additionalProperties False"
"""The one thing that our bodies demand beyond the published ones: the contract answers an unknown field with 400, but
in what a helpdesk's composer and settings page send."""

_PUBLISHED_STATES = ["available", "away", "busy", "offline"]
_SAVED_STATES = ["away_and_reassigning", "away_manual", "online"]
WIDER = {
    # The answer of the same operation has null there, and what was read may be written back.
    ".business_hours_id: nullable False became True",
    ".sla_policy_id: nullable False became True",
    # Null is what forms send for a field that no one has touched.
    ".availability_status: nullable False became True",
    ".new_password: nullable False became True",
    # The states that answers show and agents are saved with.
    f".status: values {_PUBLISHED_STATES} became {sorted([*_PUBLISHED_STATES, *_SAVED_STATES])}",
}
"""What our bodies allow beyond the published ones; no one who keeps to those can tell."""


@pytest.fixture(scope="module")
def theirs() -> Document:
    """The published document."""
    if not PUBLISHED.exists():
        pytest.skip("../shared is absent")
    document: Document = json.loads(PUBLISHED.read_text())
    return document


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """The document of the whole service."""

    async def fetch() -> Document:
        async with service(tmp_path_factory.mktemp("openapi") / "var") as client:
            document: Document = (await client.get("/docs/openapi.json")).json()
            return document

    return asyncio.run(fetch())


def test_everything_listed_is_there(ours: Document) -> None:
    """Each operation with its parameters, statuses and fields, none of which may become required."""
    wanted = _blocks(LISTED.read_text(encoding="utf-8"))
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for (path, method), operation in operations(ours).items():
        if f"{method.upper()} {path}" in wanted:
            paths[path][method] = operation
    served, missing = _blocks(listed({**ours, "paths": paths})), []
    for called, lines in wanted.items():
        for name, words in lines.items():
            found = served.get(called, {}).get(name, set())
            missing += [f"{called} {name} {word}" for word in sorted(words - found)]
            missing += [f"{called} wants {word}" for word in sorted(found - words) if word.endswith("!")]
    assert len(wanted) == 54
    assert missing == []


def test_what_is_listed_is_what_is_published(theirs: Document) -> None:
    """The list is made from the document: this test writes it with UPDATE_DOCS=1."""
    made = listed(theirs, lambda operation: _list_of_agents_mended(answer(operation), theirs))
    if os.environ.get("UPDATE_DOCS"):
        LISTED.write_text(made, encoding="utf-8")
    assert LISTED.read_text(encoding="utf-8") == made, "run this test once with UPDATE_DOCS=1"


def test_everything_published_is_there(theirs: Document, ours: Document) -> None:
    """All 43 paths with all their methods; of their paths, we add a method to one."""
    assert len(theirs["paths"]) == 43
    assert operations(theirs).keys() <= operations(ours).keys()
    added = {each for each in operations(ours) if each[0] in theirs["paths"]} - operations(theirs).keys()
    assert added == {("/api/v1/ai/provider", "get")}


def test_parameters_are_the_published_ones(theirs: Document, ours: Document) -> None:
    """The same places, names, types, bounds, choices and defaults; we add some that may be left out."""
    added: dict[tuple[str, ...], bool] = {}
    for key, operation in operations(theirs).items():
        published, served = parameters(operation), parameters(operations(ours)[key])
        assert {name: served.get(name) for name in published} == published, key
        added |= {(*key, *name): each["required"] for name, each in served.items() if name not in published}
    assert added == {("/api/v1/ai/prompts", "get", "query", each): False for each in ("all", "inbox_id", "language")}


def test_bodies_are_the_published_ones(theirs: Document, ours: Document) -> None:
    """The same media types, fields, types, choices, nulls and required fields, but for what is listed above."""
    found = set(_changed_bodies(theirs, ours))
    assert {each for each in found if REFUSED not in each} == WIDER
    assert {each for each in found if REFUSED in each} == {f": {REFUSED}", f".mentions[]: {REFUSED}"}


def test_bodies_that_helpdesks_send_may_hold_more(ours: Document) -> None:
    """A composer or settings page of another version is not refused; authors' bodies are as strict as ever."""
    bodies = {
        key: dict(_objects(resolved(operation["requestBody"]["content"]["application/json"]["schema"], ours), ours))
        for key, operation in operations(ours).items()
        if "/api/v1/ai/" in key[0] and "requestBody" in operation
    }
    open_bodies = {key for key, found in bodies.items() if not any(found.values())}
    assert open_bodies == {
        ("/api/v1/ai/completion", "post"),
        ("/api/v1/ai/config/completion", "put"),
        ("/api/v1/ai/config/completion/test", "post"),
        ("/api/v1/ai/provider", "put"),
        ("/api/v1/ai/provider/test", "post"),
        *((f"/api/v1/ai/{button}", "post") for button in ("copilot", "generate-reply", "suggest-tags", "summarize")),
    }
    strict = bodies.keys() - open_bodies
    assert strict
    assert all(all(bodies[key].values()) for key in strict), bodies


def test_answers_are_the_published_ones(theirs: Document, ours: Document) -> None:
    """The same fields, types, choices and nulls, all the way down; we may add fields."""
    documents = (theirs, ours)
    changed = [
        (key, each)
        for key, operation in operations(theirs).items()
        for each in differences(
            shape_of(_list_of_agents_mended(answer(operation), theirs), theirs),
            shape_of(answer(operations(ours)[key]), ours),
            documents,
            Side.SERVER,
        )
    ]
    assert changed == []


def test_only_errors_are_added_to_the_answers(theirs: Document, ours: Document) -> None:
    """Each published answer stays, and what we add says that something went wrong; credentials are sent as ever."""
    for key, operation in operations(theirs).items():
        served = operations(ours)[key]
        assert served["responses"].keys() >= operation["responses"].keys(), key
        added = served["responses"].keys() - operation["responses"].keys()
        assert all(status[0] in "45" for status in added), key
        open_to_all = key == ("/health", "get")  # by the contract; the published document forgot to say so
        assert served["security"] == ([] if open_to_all else operation["security"]), key
    schemes = {name: _bare(each) for name, each in ours["components"]["securitySchemes"].items()}
    assert schemes == {name: _bare(each) for name, each in theirs["components"]["securitySchemes"].items()}


def test_document_is_valid(ours: Document) -> None:
    """It keeps to OpenAPI 3.1, and programs can tell its operations apart by their ids."""
    schemathesis.openapi.from_dict(dict(ours)).validate()
    assert ours["openapi"].startswith("3.1.")
    ids = Counter(operation["operationId"] for operation in operations(ours).values())
    assert [each for each, number in ids.items() if number > 1] == []
    for operation in operations(ours).values():
        for content in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media in content.get("content", {}).values():
                assert resolved(media["schema"], ours)


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"properties": {}}, ".name: is missing"),
        ({"required": ["name"]}, ".name: required False became True"),
        ({"properties": {"name": {"type": "integer"}}}, ".name: kind string became integer"),
        ({"properties": {"name": {"type": ["string", "null"]}}}, ".name: nullable False became True"),
        ({"properties": {"name": {"enum": ["a"]}}}, ".name: values [] became ['a']"),
        ({"properties": {"name": {"type": "string", "pattern": "a"}}}, ".name: client must now keep pattern a"),
        ({"minProperties": 1}, ": client must now keep minProperties 1"),
        ({"properties": {"name": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}}, ".name: kind string became "),
    ],
)
def test_comparison_sees_changes(change: dict[str, Any], difference: str) -> None:
    """What the tests above rely on: a document that asks for more, or promises something else, is told apart."""
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    old, new = shape_of(schema, {}), shape_of({**schema, **change}, {})
    assert list(differences(old, old, ({}, {}), Side.CLIENT)) == []
    assert list(differences(old, new, ({}, {}), Side.CLIENT)) == [difference]


def _blocks(text: str) -> dict[str, dict[str, set[str]]]:
    """Read a list of operations: of each, by what a line is about, its words; statuses stand behind the operation."""
    found: dict[str, dict[str, set[str]]] = {}
    lines: dict[str, set[str]] = {}
    for line in text.splitlines():
        first, second, *words = line.split()
        if line.startswith(" "):
            lines[first] = {second, *words}
        else:
            lines = found[f"{first} {second}"] = {"answers": set(words)}
    return found


def _changed_bodies(theirs: Document, ours: Document) -> Iterator[str]:
    for key, operation in operations(theirs).items():
        (published_kind, published), (kind, served) = body(operation), body(operations(ours)[key])
        assert published_kind == kind, key
        if published is not None:
            shapes = shape_of(published, theirs), shape_of(served, ours)
            yield from differences(*shapes, (theirs, ours), Side.CLIENT)


def _objects(schema: Any, document: Document) -> Iterator[tuple[str, bool]]:  # noqa: ANN401 - a JSON schema
    """Yield the objects with fields of their own that a body is made of, and whether each refuses others."""
    schema = resolved(schema, document)
    if "properties" in schema:
        yield schema.get("title", ""), schema.get("additionalProperties") is False
    parts = [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), schema.get("items")]
    for part in filter(None, parts):
        yield from _objects(part, document)


def _list_of_agents_mended(schema: dict[str, Any], document: Document) -> Any:  # noqa: ANN401 - a JSON schema
    """Undo a slip of the published document: each item of its list of agents is a whole envelope around a list.

    `AgentListResponse` wraps `AgentCompact`, which is `{status, data: [fields]}` itself. The helpdesk answers one list.
    """
    if schema.get("$ref", "").endswith("/AgentListResponse"):
        return resolved(schema, document)["properties"]["data"]["items"]
    return schema


def _bare(scheme: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in scheme.items() if name != "description"}
