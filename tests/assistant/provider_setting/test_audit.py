"""What a switch leaves behind: its row of the audit log, and what becomes of two admins who switch at once."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from assistant.database.database import Database
from assistant.provider_setting.change import MASK
from tests.assistant.harness import error, service, settings_for
from tests.assistant.provider_setting.setting import put, show
from tests.fakes import FakeProvider, steps
from tests.fakes.exchange import Exchange

KEY, OTHER = "sk-live-8f3a2c-never-shown", "sk-other-77d1-never-shown"
HERE = {"provider": "custom", "base_url": "http://127.0.0.1:1", "model": "m"}
THERE = {"provider": "custom", "base_url": "http://127.0.0.1:2", "model": "m"}


async def switch(client: httpx.AsyncClient, **body: object) -> httpx.Response:
    """Change the provider setting, as a rule without asking the provider."""
    return await put(client, **{"verify": False, **body})


async def newest(client: httpx.AsyncClient) -> dict[str, Any]:
    """Return the newest row of the audit log, having looked for keys in it."""
    answer = await client.get("/api/v1/ai/audit?page_size=1")
    for secret in (KEY, OTHER, KEY[-6:], OTHER[-6:]):
        assert secret not in answer.text
    entry: dict[str, Any] = answer.json()["data"]["results"][0]
    return entry


async def test_audit_says_what_became_of_each_key(state: Path) -> None:
    """A new key, a kept one, another one and none are told apart, for the provider and for each fallback."""
    spare = {**HERE, "name": "spare"}
    told = []
    async with service(state) as client:
        for change in (
            {**HERE, "api_key": KEY},
            {**HERE, "api_key": MASK, "fallbacks": [{**spare, "api_key": OTHER}]},
            {**HERE, "api_key": OTHER, "fallbacks": [{**spare, "api_key": MASK}]},
            {"provider": "custom", "api_key": KEY},
            {**HERE, "fallbacks": [{**spare, "api_key": KEY}, {**THERE, "name": "far", "api_key": KEY}]},
            {
                **THERE,
                "api_key": "",
                "fallbacks": [{**spare, "api_key": ""}, {**HERE, "name": "moved", "api_key": MASK}],
            },
        ):
            assert (await switch(client, **change)).status_code == 200
            entry = await newest(client)
            told.append(tuple([each["key"] for each in entry[side]] for side in ("before", "after")))
    assert told == [
        (["none"], ["set"]),
        (["set"], ["kept", "set"]),
        (["set", "set"], ["changed", "kept"]),
        (["set", "set"], ["changed", "kept"]),
        (["set", "set"], ["kept", "changed", "set"]),
        (["set", "set", "set"], ["none", "removed", "kept"]),
    ]
    assert [(each["name"], each["base_url"]) for each in entry["after"]] == [
        ("custom", "http://127.0.0.1:2/v1"),
        ("spare", "http://127.0.0.1:1/v1"),
        ("moved", "http://127.0.0.1:1/v1"),
    ]


async def test_switch_that_can_not_be_written_down_is_none(state: Path) -> None:
    """The setting and its row of the audit log are saved together or not at all."""
    async with service(state) as client:
        assert (await switch(client, **HERE, api_key=KEY)).status_code == 200
        before = await show(client)
        database = Database(settings_for(state).resolved_database_url)
        async with database.writing() as session:
            await session.execute(text("ALTER TABLE assistant_audit RENAME TO away"))
        assert error(await switch(client, **THERE, api_key=OTHER)) == (503, "NetworkException", "busy")
        assert await show(client) == before
        async with database.writing() as session:
            await session.execute(text("ALTER TABLE away RENAME TO assistant_audit"))
        await database.aclose()
        assert (await switch(client, provider="custom", api_key="")).status_code == 200
        assert (await show(client))["base_url"] == before["base_url"], "nothing of the failed switch was left"


class Gate:
    """A step of a provider that answers only when it is told to."""

    def __init__(self) -> None:
        self.reached, self._opened = threading.Event(), threading.Event()

    async def step(self, exchange: Exchange) -> None:
        """Say that the request is here, and answer once the gate is open."""
        self.reached.set()
        await asyncio.to_thread(self._opened.wait, 30)
        await steps.reply()(exchange)

    def open(self) -> None:
        """Let the answer go."""
        self._opened.set()


async def switched_during_a_test(slow: httpx.AsyncClient, quick: httpx.AsyncClient) -> httpx.Response:
    """Switch by one client while the other one's live test is under way; return what the other one gets."""
    gate = Gate()
    with FakeProvider("chat") as provider:
        provider.script(gate.step)
        testing = asyncio.create_task(switch(slow, provider="custom", base_url=provider.url, api_key=KEY, verify=True))
        assert await asyncio.to_thread(gate.reached.wait, 30)
        assert (await switch(quick, **HERE, api_key="")).status_code == 200, "nobody waits for another one's live test"
        gate.open()
        return await testing


async def test_switch_is_not_undone_by_one_that_began_before_it(state: Path) -> None:
    """The admin whose live test took longer is told that another one was quicker, and can look and try again."""
    async with service(state) as client:
        late = await switched_during_a_test(client, client)
        assert error(late) == (412, "ConflictException", "stale_edit")
        assert "someone else" in late.json()["message"].lower()
        assert (await show(client))["base_url"] == "http://127.0.0.1:1/v1"
        assert (await client.get("/api/v1/ai/audit")).json()["data"]["total"] == 1
        assert (await switch(client, **THERE, api_key="")).status_code == 200


async def test_switch_on_another_replica_is_not_undone_either(state: Path) -> None:
    """What a replica learns while it tests a setting holds, and so does what it has not learnt yet."""
    async with service(state) as one, service(state) as other:
        late = await switched_during_a_test(one, other)
        assert error(late) == (412, "ConflictException", "stale_edit")
        assert (await switch(one, provider="custom", api_key="")).status_code == 200
        assert (await show(one))["base_url"] == "http://127.0.0.1:1/v1"
