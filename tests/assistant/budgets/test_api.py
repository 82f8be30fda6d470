"""What administrators see and change: budgets, masking, usage, the audit log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest
from litestar import Router
from litestar.di import Provide

from assistant.api.audit import AuditController
from assistant.api.budgets import BudgetController
from assistant.api.masking import MaskingController
from assistant.api.usage import UsageController
from assistant.auth.actor import AI_MANAGE, Actor, Credentials
from assistant.auth.guards import require_agent
from assistant.budgets.budgets import Budgets
from assistant.database.audit_log import AuditLog
from assistant.database.database import Database
from assistant.errors import UnauthorizedError
from assistant.live_settings.documents import Documents
from assistant.live_settings.masking import MaskingSettings
from assistant.usage.log import UsageLog
from assistant.usage.prices import Prices
from assistant.usage.reports import UsageReports
from assistant.usage.rollups import Rollups
from assistant.usage.rows import UsageRows
from assistant.usage.verdicts import Verdicts
from assistant.web.application import WebApp, constant
from assistant.web.openapi import document_of
from tests.assistant.harness import error
from tests.assistant.usage.usage_rows import usage_row

NONE = {"requests_per_minute": None, "tokens_per_day": None, "cost_per_day": None}
BUDGETS = {
    "budgets": [
        {**NONE, "scope": "agent", "id": "*", "requests_per_minute": 30},
        {**NONE, "scope": "workspace", "id": "*", "cost_per_day": 2.5},
    ],
    "prices": [{"provider": "ollama", "model": "llama3", "input": 0.1, "output": 0.2, "cached_input": None}],
}
MASKING = {"patterns": [{"name": "ticket", "pattern": "T-[0-9]{4}"}], "private": ["email", "ticket"]}


class TwoPeople:
    """Knows an administrator and an agent by their tokens."""

    async def identify(self, credentials: Credentials) -> Actor:
        """Return who it is."""
        if credentials.authorization == "token admin:a":
            return Actor(id=1, permissions=frozenset({AI_MANAGE}))
        if credentials.authorization == "token agent:a":
            return Actor(id=7)
        raise UnauthorizedError("Nobody.")


class App:
    """The operations, and what stands behind them."""

    def __init__(self, database: Database) -> None:
        self.database, self.audit = database, AuditLog(database)
        self.rows = UsageRows(database)
        documents = Documents(database, self.audit)
        self.budgets = Budgets(documents, self.rows, Prices())
        self.masking = MaskingSettings(documents, kinds={"email", "phone"})
        names = {
            "audit": self.audit,
            "usage_reports": UsageReports(database, Rollups(database)),
            "usage_log": UsageLog(self.rows, Prices()),
            "budgets": self.budgets,
            "masking": self.masking,
            "verdicts": Verdicts(database),
        }
        router = Router(
            path="/",
            guards=[require_agent(TwoPeople())],
            route_handlers=[BudgetController, MaskingController, UsageController, AuditController],
        )
        self.litestar = WebApp(
            route_handlers=[router],
            dependencies={name: Provide(constant(member)) for name, member in names.items()},
            openapi_config=None,
        )


@asynccontextmanager
async def running(database: Database) -> AsyncIterator[tuple[App, httpx.AsyncClient]]:
    """Run the operations, and give a client that is signed in as the administrator."""
    app = App(database)
    transport = httpx.ASGITransport(app=cast("Any", app.litestar), raise_app_exceptions=False)
    headers = {"Authorization": "token admin:a"}
    async with (
        app.budgets.running(),
        app.masking.running(),
        httpx.AsyncClient(transport=transport, base_url="http://assistant", headers=headers) as client,
    ):
        yield app, client


@pytest.fixture
async def both(database: Database) -> AsyncIterator[tuple[App, httpx.AsyncClient]]:
    """The operations on either database, and a client."""
    async with running(database) as both:
        yield both


@pytest.fixture
def app(both: tuple[App, httpx.AsyncClient]) -> App:
    """The operations on either database."""
    return both[0]


@pytest.fixture
def client(both: tuple[App, httpx.AsyncClient]) -> httpx.AsyncClient:
    """A client of the operations on either database."""
    return both[1]


@pytest.fixture
async def asked(sqlite: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the operations on SQLite, for what the database has no part in."""
    async with running(sqlite) as (_, client):
        yield client


@pytest.mark.parametrize("path", ["budgets", "masking", "usage", "audit"])
async def test_only_administrators_may_look(asked: httpx.AsyncClient, path: str) -> None:
    """No one else sees or changes any of it."""
    address = f"/api/v1/ai/{path}"
    assert error(await asked.get(address, headers={"Authorization": "token agent:a"}))[0] == 403
    assert error(await asked.get(address, headers={"Authorization": "token nobody:a"}))[0] == 401
    assert (await asked.get(address)).status_code == 200
    if path in {"budgets", "masking"}:
        answer = await asked.put(address, json={}, headers={"Authorization": "token agent:a"})
        assert error(answer)[0] == 403


@pytest.mark.parametrize(
    ("path", "empty", "wanted"),
    [
        ("budgets", {"budgets": [], "prices": []}, BUDGETS),
        ("masking", {"patterns": [], "private": []}, MASKING),
    ],
)
async def test_document_is_replaced_as_a_whole(
    client: httpx.AsyncClient, path: str, empty: dict[str, Any], wanted: dict[str, Any]
) -> None:
    """What was sent holds at once and comes back the same; what is left out is gone; the audit log tells."""
    address = f"/api/v1/ai/{path}"
    assert (await client.get(address)).json() == {"status": "success", "data": empty}
    assert (await client.put(address, json=wanted)).json()["data"] == wanted
    assert (await client.get(address)).json()["data"] == wanted
    assert (await client.put(address, json={})).json()["data"] == empty
    log = (await client.get("/api/v1/ai/audit")).json()["data"]
    assert log["total"] == 2
    assert [(each["agent_id"], each["action"], each["subject"]) for each in log["results"]] == [
        (1, f"{path}.changed", path)
    ] * 2
    assert [(each["before"], each["after"]) for each in log["results"]] == [(wanted, empty), (None, wanted)]
    assert log["results"][0]["at"].endswith(("Z", "+00:00"))


async def test_budgets_and_masking_are_in_force(app: App, client: httpx.AsyncClient) -> None:
    """The pipeline works with what was just saved."""
    await client.put("/api/v1/ai/budgets", json={"budgets": [{"scope": "agent", "id": 7, "requests_per_minute": 1}]})
    assert [app.budgets.allows_request_now(Actor(id=7)) for _ in range(2)] == [True, False]
    await client.put("/api/v1/ai/masking", json=MASKING)
    assert app.masking.current.private == ["email", "ticket"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"budgets": [{"scope": "agent", "id": 7}]}, "budgets[0]"),
        ({"budgets": [{"scope": "team", "requests_per_minute": 5}]}, "budgets[0].requests_per_minute"),
        ({"budgets": [{"scope": "agent", "id": "anna", "tokens_per_day": 5}]}, "budgets[0].id"),
        ({"budgets": [{"scope": "agent", "id": -1, "tokens_per_day": 5}]}, "budgets[0].id"),
        ({"budgets": [{"scope": "workspace", "id": 1, "tokens_per_day": 5}]}, "budgets[0].id"),
        ({"budgets": [{"scope": "prompt", "id": "", "tokens_per_day": 5}]}, "budgets[0].id"),
        ({"budgets": [{"scope": "prompt", "id": "a\n", "tokens_per_day": 5}]}, "budgets[0].id"),
        ({"budgets": [{"scope": "agent", "id": i, "tokens_per_day": 5} for i in (7, "7")]}, "budgets[1]"),
        ({"budgets": [{"scope": "agent", "tokens_per_day": 0}]}, "budgets[0].tokens_per_day"),
        ({"budgets": [{"scope": "agent", "cost_per_day": 0}]}, "budgets[0].cost_per_day"),
        ({"budgets": [{"scope": "planet", "tokens_per_day": 5}]}, "budgets[0].scope"),
        ({"budgets": [{"tokens_per_day": 5}]}, "budgets[0].scope"),
        ({"budgets": [{"scope": "agent", "id": 1.5, "tokens_per_day": 5}]}, "budgets[0].id"),
        ({"budgets": [{"scope": "prompt", "id": "a\0", "tokens_per_day": 5}]}, "budgets.id"),
        ({"budgets": [{"scope": "agent", "id": i, "tokens_per_day": 5} for i in range(1001)]}, "budgets"),
        ({"prices": [{"provider": "acme", "model": "m", "input": 1, "output": 1}]}, "prices[0].provider"),
        ({"prices": [{"provider": "custom", "model": "", "input": 1, "output": 1}]}, "prices[0].model"),
        ({"prices": [{"provider": "custom", "model": "m", "input": -1, "output": 1}]}, "prices[0].input"),
        ({"prices": [{"provider": "custom", "model": "m", "input": 1, "output": 1}] * 2}, "prices[1]"),
        ({"budget": []}, "budget"),
    ],
)
async def test_unusable_budgets_change_nothing(asked: httpx.AsyncClient, body: dict[str, Any], field: str) -> None:
    """A mistake is answered with the member at fault, and what holds goes on holding."""
    await asked.put("/api/v1/ai/budgets", json=BUDGETS)
    answer = await asked.put("/api/v1/ai/budgets", json=body)
    assert error(answer) == (400, "InputException", "invalid_request")
    assert answer.json()["message"].startswith(f"{field}: ")
    assert (await asked.get("/api/v1/ai/budgets")).json()["data"] == BUDGETS


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"patterns": [{"name": "Ticket", "pattern": "x"}]}, "patterns[0].name"),
        ({"patterns": [{"name": "email", "pattern": "x"}]}, "patterns[0].name"),
        ({"patterns": [{"name": "a", "pattern": "x"}, {"name": "a", "pattern": "y"}]}, "patterns[1].name"),
        ({"patterns": [{"name": "a", "pattern": "("}]}, "patterns[0].pattern"),
        ({"patterns": [{"name": "a", "pattern": ""}]}, "patterns[0].pattern"),
        ({"patterns": [{"name": "a", "pattern": "x" * 501}]}, "patterns[0].pattern"),
        ({"patterns": [{"name": f"a{i}", "pattern": "x"} for i in range(101)]}, "patterns"),
        ({"private": ["names"]}, "private[0]"),
        ({"private": ["email"] * 201}, "private"),
        (
            {"patterns": [{"name": f"a{i}", "pattern": f"K{i}(?:AB\\d{{9}}){{70}}"} for i in range(30)]},
            "patterns[25].pattern",
        ),
        ({"private": "email"}, "private"),
    ],
)
async def test_unusable_masking_changes_nothing(asked: httpx.AsyncClient, body: dict[str, Any], field: str) -> None:
    """A mistake is answered with the member at fault, and what holds goes on holding."""
    await asked.put("/api/v1/ai/masking", json=MASKING)
    answer = await asked.put("/api/v1/ai/masking", json=body)
    assert error(answer) == (400, "InputException", "invalid_request")
    assert answer.json()["message"].startswith(f"{field}: ")
    assert (await asked.get("/api/v1/ai/masking")).json()["data"] == MASKING


async def test_usage_is_reported(app: App, client: httpx.AsyncClient) -> None:
    """An administrator sees the days that were asked for, grouped as asked, and what they come to."""
    await app.rows.add([usage_row(cost=1_500_000), usage_row(agent_id=8, cache="hit", cost=0)])
    query = {"from": "2026-11-01", "to": "2026-11-30", "by": "agent"}
    report = (await client.get("/api/v1/ai/usage", params=query)).json()["data"]
    assert (report["from"], report["to"], report["by"]) == ("2026-11-01", "2026-11-30", "agent")
    assert (report["total"]["requests"], report["total"]["hits"], report["total"]["cost"]) == (2, 1, 1.5)
    assert [each["key"] for each in report["groups"]] == ["7", "8"]


async def test_usage_of_the_last_thirty_days_by_day(client: httpx.AsyncClient) -> None:
    """Without parameters it is the last thirty days, day by day; a single end is enough."""
    report = (await client.get("/api/v1/ai/usage")).json()["data"]
    assert report["by"] == "day"
    report = (await client.get("/api/v1/ai/usage?to=2026-11-30")).json()["data"]
    assert (report["from"], report["groups"]) == ("2026-11-01", [])
    assert (await client.get("/api/v1/ai/usage?to=0001-01-01")).json()["data"]["from"] == "0001-01-01"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("by=minute", "by"),
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("from=2026-11-02&to=2026-11-01", "from"),
        ("from=2024-11-02&to=2026-11-01", "from"),
        ("by=day&by=agent", "by"),
    ],
)
async def test_unusable_question_about_usage(asked: httpx.AsyncClient, query: str, field: str) -> None:
    """A question that can't be answered names the parameter at fault."""
    answer = await asked.get(f"/api/v1/ai/usage?{query}")
    assert error(answer) == (400, "InputException", "invalid_request")
    assert answer.json()["message"].startswith(f"{field}: ")


async def test_audit_log_is_paged_and_holds_no_secret(app: App, client: httpx.AsyncClient) -> None:
    """The newest change is first; a key that a careless caller sends along is not written down."""
    for number in range(3):
        setting = {"provider": "openai", "api_key": "sk-secret", "fallbacks": [{"api_key": "sk-other", "name": "b"}]}
        before, subject = {"api_key": ""}, f"openai-{number}"
        async with app.database.writing() as session:
            app.audit.record(session, 1, "provider.switched", subject, before=before, after=setting)
    answer = await client.get("/api/v1/ai/audit?page=2&page_size=2")
    page = answer.json()["data"]
    assert (page["total"], page["total_pages"], page["page"], page["per_page"]) == (3, 2, 2, 2)
    [entry] = page["results"]
    assert (entry["subject"], entry["before"]) == ("openai-0", {"api_key": ""})
    assert entry["after"]["fallbacks"][0]["name"] == "b"
    assert "sk-" not in answer.text
    assert error(await client.get("/api/v1/ai/audit?page=0"))[0] == 400


def test_operations_are_documented(sqlite: Database) -> None:
    """Each operation stands in the document, with its body, its parameters and its right."""
    document = document_of([App(sqlite).litestar], title="t", version="1")
    paths = document["paths"]
    assert {f"{method} {path}" for path, methods in paths.items() for method in methods} == {
        "get /api/v1/ai/audit",
        "get /api/v1/ai/budgets",
        "get /api/v1/ai/budgets/used",
        "post /api/v1/ai/masking/try",
        "get /api/v1/ai/masking",
        "get /api/v1/ai/usage",
        "get /api/v1/ai/usage/errors",
        "get /api/v1/ai/usage/verdicts",
        "put /api/v1/ai/budgets",
        "put /api/v1/ai/masking",
    }
    assert [each["name"] for each in paths["/api/v1/ai/usage"]["get"]["parameters"]][:3] == ["from", "to", "by"]
    rights = {path: each["description"] for path, methods in paths.items() for each in methods.values()}
    assert "ai:prompts" in rights.pop("/api/v1/ai/usage/verdicts")
    assert all("ai:manage" in description for description in rights.values())
