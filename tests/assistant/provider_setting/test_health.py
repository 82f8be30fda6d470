"""How the active providers are: what they did in the last hour, and why one failed last, in our own words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from assistant.database.database import Database
from assistant.usage.last_hour import LastHour, last_hour
from assistant.usage.rows import UsageRows
from tests.assistant.harness import own_loop
from tests.assistant.provider_setting.setting import KEY, ask, put
from tests.assistant.usage.fixtures import database, postgresql, rows, sqlite
from tests.assistant.usage.usage_rows import NOON, usage_row
from tests.fakes import FakeProvider, steps

__all__ = ["database", "postgresql", "rows", "sqlite"]


async def configured(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return the active providers."""
    found: list[dict[str, Any]] = (await client.get("/api/v1/ai/providers")).json()["data"]["configured"]
    return found


@own_loop
async def test_last_error_is_told_in_our_own_words(client: httpx.AsyncClient, first: FakeProvider) -> None:
    """With what can be done, and when it was; neither the key nor what the provider sent is in it."""
    setting = {"provider": "custom", "base_url": first.url, "model": "one", "api_key": KEY, "verify": False}
    assert (await put(client, **setting)).status_code == 200
    [healthy] = await configured(client)
    assert (healthy["last_error"], healthy["last_hour"]["requests"]) == (None, 0)

    draft = "no refund for Ana Costa"
    first.script(steps.status(401, message=f"Wrong key {KEY}. You sent: {draft}"))
    assert (await ask(client, draft)).status_code >= 400
    assert (await ask(client, "no refund")).status_code == 200
    answer = await client.get("/api/v1/ai/providers")
    for secret in (KEY, draft, "Wrong key"):
        assert secret not in answer.text
    [failed] = answer.json()["data"]["configured"]
    error = failed["last_error"]
    assert (error["code"], error["status"]) == ("credentials", 401)
    assert error["message"].startswith("The provider custom refused the API key (HTTP 401). Enter a key")
    assert datetime.now(UTC) - datetime.fromisoformat(error["at"]) < timedelta(minutes=1)
    assert (failed["last_hour"]["requests"], failed["last_hour"]["errors"]) == (2, 1)
    assert 0 < failed["last_hour"]["p50_ms"] <= failed["last_hour"]["p95_ms"]


@own_loop
async def test_a_text_that_is_refused_is_no_error_of_the_provider(
    client: httpx.AsyncClient, first: FakeProvider
) -> None:
    """It works, and another text may pass."""
    setting = {"provider": "custom", "base_url": first.url, "model": "two", "api_key": KEY, "verify": False}
    assert (await put(client, **setting)).status_code == 200
    first.script(steps.status(400, kind="content_filter"))
    assert (await ask(client)).status_code == 422
    [healthy] = await configured(client)
    assert healthy["last_error"] is None


async def test_last_hour_is_that_of_each_provider_and_model(database: Database, rows: UsageRows) -> None:
    """Stored answers, older ones and those for which no one was asked don't count; errors have no say in the times."""
    latencies = [100.0 * number for number in range(1, 21)]
    await rows.add(
        [
            *(usage_row(latency_ms=each, request_id=f"r{each}") for each in latencies),
            usage_row(latency_ms=90_000.0, error="provider_timeout"),
            usage_row(model="", error="provider_unavailable", cache=""),
            usage_row(provider="openai", model="gpt", latency_ms=7.0, cache="bypass"),
            usage_row(cache="hit"),
            usage_row(cache="coalesced"),
            usage_row(provider="", model="", error="too_large"),
            usage_row(at=NOON - timedelta(minutes=61)),
            usage_row(at=NOON - timedelta(days=1)),
        ]
    )
    assert await last_hour(database, NOON) == {
        ("custom", "m"): LastHour(requests=21, errors=1, p50_ms=1000.0, p95_ms=1900.0),
        ("custom", ""): LastHour(requests=1, errors=1),
        ("openai", "gpt"): LastHour(requests=1, p50_ms=7.0, p95_ms=7.0),
    }


async def test_hour_may_begin_on_the_day_before(database: Database, rows: UsageRows) -> None:
    """Midnight is no end of it."""
    midnight = NOON.replace(hour=0)
    await rows.add([usage_row(at=midnight - timedelta(minutes=10)), usage_row(at=midnight + timedelta(minutes=10))])
    [found] = (await last_hour(database, midnight + timedelta(minutes=30))).values()
    assert found.requests == 2
