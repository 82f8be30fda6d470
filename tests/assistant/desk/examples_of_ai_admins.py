"""Examples of what administrators do with the AI operations: budgets, masking, usage, the audit log, the figures."""

from datetime import UTC, datetime

from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.examples import example

BUDGETS = "/api/v1/ai/budgets"
MASKING = "/api/v1/ai/masking"
DRAFT = {"prompt_key": "reply_friendly", "content": "no refund"}


@example("GET", BUDGETS)
async def show_budgets(desk: DeskClient) -> None:
    """Nothing is limited until someone says so."""
    assert await desk.get(BUDGETS) == {"budgets": [], "prices": []}


@example("PUT", BUDGETS, alone=True)
async def replace_budgets(desk: DeskClient) -> None:
    """One request a minute for each agent: the second one is told when to come again, and which budget it was."""
    written = await desk.put(BUDGETS, {"budgets": [{"scope": "agent", "requests_per_minute": 1}]})
    assert [(each["scope"], each["id"]) for each in written["budgets"]] == [("agent", "*")]
    assert await desk.get(BUDGETS) == written
    await desk.post("/api/v1/ai/completion", DRAFT)
    refused = await desk.http.post("/api/v1/ai/completion", json=DRAFT)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert "minute" in refused.json()["message"]


@example("GET", f"{BUDGETS}/used", alone=True)
async def show_used_budgets(desk: DeskClient) -> None:
    """What was asked today counts for the agent, the prompt and the workspace."""
    limits = [{"scope": scope, "tokens_per_day": 10**6} for scope in ("agent", "prompt", "workspace", "team")]
    await desk.put(BUDGETS, {"budgets": limits})
    assert {each["tokens"] for each in (await desk.get(f"{BUDGETS}/used"))["budgets"]} == {0}
    await desk.post("/api/v1/ai/completion", {**DRAFT, "content": "no refund, ever"})
    used = await desk.get(f"{BUDGETS}/used")
    me = await desk.get("/api/v1/ai/me")
    assert [(each["scope"], each["id"]) for each in used["budgets"]] == [(each["scope"], "*") for each in limits]
    assert [each["by"] for each in used["budgets"]] == [str(me["id"]), "reply_friendly", "*", ""]
    [tokens, *others] = [each["tokens"] for each in used["budgets"]]
    assert tokens > 0
    assert others == [tokens, tokens, 0]


@example("GET", MASKING)
async def show_masking(desk: DeskClient) -> None:
    """No patterns of one's own, and nothing private, until someone says so."""
    assert await desk.get(MASKING) == {"patterns": [], "private": []}


@example("PUT", MASKING, alone=True)
async def replace_masking(desk: DeskClient) -> None:
    """A pattern of one's own."""
    wanted = {"patterns": [{"name": "ticket", "pattern": "T-[0-9]{4}"}], "private": ["email", "ticket"]}
    assert await desk.put(MASKING, wanted) == wanted
    assert await desk.get(MASKING) == wanted


@example("POST", "/api/v1/ai/masking/try")
async def try_masking(desk: DeskClient) -> None:
    """What a provider would get of a text, and why; nothing is saved."""
    wanted = {"text": "Ticket T-1234 of ana@example.org", "private": ["email"]}
    tried = await desk.post(f"{MASKING}/try", {**wanted, "patterns": [{"name": "ticket", "pattern": "T-[0-9]{4}"}]})
    assert tried["problems"] == []
    found = [(wanted["text"][each["start"] : each["end"]], each["kind"], each["private"]) for each in tried["spans"]]
    assert found == [("T-1234", "custom", False), ("ana@example.org", "email", True)]
    assert tried["masked"] == f"Ticket {tried['spans'][0]['token']} of {tried['spans'][1]['token']}"
    assert (await desk.get(MASKING))["patterns"] == []


@example("GET", "/api/v1/ai/usage", alone=True)
async def show_usage(desk: DeskClient) -> None:
    """The days that were asked for, and their sum."""
    day = datetime.now(UTC).date().isoformat()
    report = await desk.get("/api/v1/ai/usage", **{"from": day, "by": "prompt"})
    assert (report["from"], report["to"], report["by"]) == (day, day, "prompt")
    assert (report["total"]["requests"], report["before"]["total"]["requests"], report["tz"]) == (0, 0, "UTC")


@example("GET", "/api/v1/ai/usage/errors", alone=True)
async def show_errors(desk: DeskClient) -> None:
    """None in the last five minutes."""
    found = await desk.get("/api/v1/ai/usage/errors", minutes=5)
    assert (found["minutes"], found["errors"], found["causes"]) == (5, 0, [])


@example("GET", "/api/v1/ai/audit", alone=True)
async def show_audit(desk: DeskClient) -> None:
    """Who changed what, the newest first, and nothing past the end."""
    await desk.put(MASKING, {"private": ["email"]})
    await desk.put("/api/v1/ai/provider", {"provider": "custom", "api_key": "sk-new"})
    page = await desk.get("/api/v1/ai/audit", page_size=1)
    assert (page["total"], page["page"], page["total_pages"]) == (2, 1, 2)
    [newest] = page["results"]
    assert (newest["action"], newest["subject"]) == ("provider.switched", "custom")
    assert "sk-new" not in str(newest)
    [masked] = (await desk.get("/api/v1/ai/audit", kind="masking", who=newest["agent_id"]))["results"]
    assert masked["after"]["private"] == ["email"]
    behind = await desk.get("/api/v1/ai/audit", page=42561610398)
    assert (behind["total"], behind["results"]) == (2, [])


@example("DELETE", "/api/v1/ai/cache")
async def purge(desk: DeskClient) -> None:
    """What was answered before is asked anew."""
    draft = {**DRAFT, "content": "no refund, and nothing else"}
    for expected in ("miss", "hit"):
        answer = await desk.http.post("/api/v1/ai/completion", json=draft)
        assert answer.headers["x-assistant-cache"] == expected
    assert await desk.delete("/api/v1/ai/cache?prompt=reply_friendly") is True
    answer = await desk.http.post("/api/v1/ai/completion", json=draft)
    assert answer.headers["x-assistant-cache"] == "miss"


@example("GET", "/metrics")
async def metrics(desk: DeskClient) -> None:
    """The figures as text."""
    await desk.post("/api/v1/ai/completion", DRAFT)
    answer = await desk.http.get("/metrics")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    assert "# TYPE " in answer.text
