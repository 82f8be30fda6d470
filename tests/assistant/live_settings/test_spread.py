"""What an administrator changes at one replica holds at the other one within a second."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.assistant.databases import database_with_tables
from tests.assistant.serving import serving
from tests.fakes import FakeProvider
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer

WITHIN = 3.0  # seconds; one is promised, and without Redis it would be up to five


def soon(holds: Callable[[], bool]) -> bool:
    """Tell whether something holds within the time."""
    end = time.monotonic() + WITHIN
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


async def test_change_at_one_replica_holds_at_the_other(
    tmp_path: Path, redis: RedisServer, postgres: PostgresServer
) -> None:
    """The provider, the budgets, the masking, and a purge: all of it is asked of the replica that was not told."""
    with FakeProvider("chat") as old, FakeProvider("chat") as new:
        old.reply("Your parcel is on its way.")
        new.reply("The parcel is on the way to you.")
        async with database_with_tables(postgres) as database:
            shared = {"DATABASE_URL": database, "REDIS_URL": redis.tcp_url}
            first, second = tmp_path / "first", tmp_path / "second"
            first.mkdir()
            second.mkdir()
            with (
                serving(first, PROVIDER="custom", BASE_URL=old.url, **shared) as told,
                serving(second, PROVIDER="custom", BASE_URL=old.url, **shared) as other,
            ):
                _spread(told.client, other.client, new)


def _spread(told: httpx.Client, other: httpx.Client, new: FakeProvider) -> None:
    body = {"prompt_key": "reply_friendly", "content": "your parcel is on its way"}
    assert other.post("/api/v1/ai/completion", json=body).json()["data"] == "Your parcel is on its way."
    assert _put(told, "provider", {"provider": "custom", "base_url": new.url, "api_key": "", "model": "m"}) == 200
    assert soon(lambda: other.get("/api/v1/ai/provider").json()["data"]["base_url"].startswith(new.url))
    assert other.post("/api/v1/ai/completion", json=body).json()["data"] == "The parcel is on the way to you."
    assert _put(told, "masking", {"patterns": [{"name": "number", "pattern": "x"}], "private": []}) == 400
    assert _put(told, "masking", {"private": ["email"]}) == 200
    assert soon(lambda: other.get("/api/v1/ai/masking").json()["data"]["private"] == ["email"])
    new.reply("The parcel will soon be with you.")
    assert told.delete("/api/v1/ai/cache").status_code == 200
    assert soon(lambda: other.post("/api/v1/ai/completion", json=body).json()["data"].endswith("with you."))
    assert _put(told, "budgets", {"budgets": [{"scope": "agent", "requests_per_minute": 1}]}) == 200
    assert soon(lambda: other.post("/api/v1/ai/completion", json=body).status_code == 429)


def _put(client: httpx.Client, what: str, body: dict[str, object]) -> int:
    return client.put(f"/api/v1/ai/{what}", json=body).status_code
