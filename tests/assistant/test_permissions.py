"""What a route declares protects it, in our API and in the desk alike: each is called with its right and without it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from litestar.types import ASGIApp

from assistant.app import create_app
from assistant.desk.permissions import ADMIN, ROLES
from assistant.front.front import Front
from assistant.web.openapi import Described, operations_of
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import client_of, settings_for

FOR_ANYONE = {
    "GET /docs",
    "GET /docs/openapi.json",
    "GET /health",
    "GET /health/ready",
    "GET /metrics",
    "POST /api/v1/auth/login",
}
FOR_EVERY_AGENT = {
    "GET /api/v1/agents/me",
    "DELETE /api/v1/ai/copilot/messages",
    "GET /api/v1/ai/assistants/compact",
    "GET /api/v1/ai/completions/{request_id}/context",
    "GET /api/v1/ai/copilot/messages",
    "GET /api/v1/ai/me",
    "GET /api/v1/ai/prompts",
    "GET /api/v1/priorities",
    "GET /api/v1/statuses",
    "GET /api/v1/tags",
    "GET /uploads/{uuid}",
    "POST /api/v1/ai/completion",
    "POST /api/v1/ai/feedback",
    "POST /api/v1/ai/copilot",
    "POST /api/v1/ai/generate-reply",
    "POST /api/v1/ai/suggest-tags",
    "POST /api/v1/auth/logout",
    "POST /api/v1/media",
    "PUT /api/v1/agents/me/availability",
}
LARGER = {"ai:prompts": {"ai:publish", "ai:manage"}, "ai:publish": {"ai:manage"}}
"""Rights that hold another one."""


@pytest.fixture
def front(state: Path) -> Front:
    """A service with the built-in desk."""
    return create_app(settings_for(state))


@pytest.fixture
async def admin(front: Front) -> AsyncIterator[DeskClient]:
    """Its administrator."""
    async with client_of(cast("ASGIApp", front), front.ready) as client:
        yield DeskClient(client)


def operations(front: Front) -> list[Described]:
    """Return all operations of both applications."""
    ours: Any = cast("Any", front._ours).operations  # noqa: SLF001 - the one application
    desk: Any = front._core._app  # type: ignore[attr-defined] # noqa: SLF001 - and the other
    return [*operations_of([ours]), *operations_of([desk])]


async def called(client: httpx.AsyncClient, each: Described) -> int:
    """Return the status that an operation answers about things that are not there, with a body that says nothing."""
    path = re.sub(r"\{\w*uuid\}", "7f1d4f2e-0d5c-4c53-9d2b-6f3f0f6f8a11", each.path)
    path = re.sub(r"\{key\}", "no_such_prompt", path)
    answer = await client.request(each.method, re.sub(r"\{\w+\}", "99999", path), json={})
    return answer.status_code


def test_what_needs_no_right_is_chosen(front: Front) -> None:
    """An operation whose right was forgotten would be open to every agent."""
    found = {f"{each.method} {each.path}": each.operation.permission for each in operations(front)}
    assert {name for name, right in found.items() if right is None} == FOR_ANYONE
    assert {name for name, right in found.items() if right == ""} == FOR_EVERY_AGENT


async def test_no_one_gets_in_without_credentials(front: Front, admin: DeskClient) -> None:
    """Whatever needs an agent says 401 to a stranger."""
    stranger = admin.signed_in({}).http
    for each in operations(front):
        if each.operation.permission is not None:
            assert await called(stranger, each) == 401, each


async def test_declared_right_is_the_one_that_counts(
    front: Front, admin: DeskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All other rights together open nothing that declares this one; this one, or one that holds it, is enough."""
    declared = [each for each in operations(front) if each.operation.permission]
    for right in sorted({str(each.operation.permission) for each in declared}):
        monkeypatch.setitem(ROLES, f"Only {right}", frozenset({right}))
    for right in sorted({str(each.operation.permission) for each in declared}):
        monkeypatch.setitem(ROLES, f"All but {right}", ADMIN - {right} - LARGER.get(right, set()))
        _, without = await admin.new_agent([f"All but {right}"])
        holders = [(await admin.new_agent([f"Only {each}"]))[1] for each in sorted({right} | LARGER.get(right, set()))]
        for each in declared:
            if each.operation.permission == right:
                assert await called(without.http, each) == 403, (right, each)
                for holder in holders:
                    assert await called(holder.http, each) not in {401, 403, 500}, (right, each)


async def test_every_agent_may_do_what_declares_no_right(
    front: Front, admin: DeskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone without a single right is still an agent."""
    monkeypatch.setitem(ROLES, "Nothing", frozenset())
    _, agent = await admin.new_agent(["Nothing"])
    for each in operations(front):
        if each.operation.permission == "":
            assert await called(agent.http, each) not in {401, 403, 500}, each
