"""Replacing the secret key, by the command as an operator runs it."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.assistant.harness import SECRET_KEY, error, service
from tests.assistant.serving import run
from tests.fakes import FakeProvider

OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
KEY = "sk-live-8f3a2c-never-shown"


async def rotate(folder: Path, secret_key: str) -> str:
    """Run `assistant keys rotate`, which must succeed; return what it prints."""
    done = await asyncio.to_thread(run, folder, "keys", "rotate", SECRET_KEY=secret_key)
    assert done.returncode == 0, done.stderr
    for secret in (*secret_key.split(","), KEY):
        assert not secret or secret not in done.stdout + done.stderr
    return " ".join(done.stdout.split())


async def switch(client: httpx.AsyncClient, provider: FakeProvider) -> None:
    """Put a provider with a key in charge, and a fallback with another one."""
    fallback = {"provider": "custom", "name": "spare", "base_url": provider.url, "api_key": "sk-spare"}
    body = {"provider": "custom", "base_url": provider.url, "api_key": KEY, "verify": False, "fallbacks": [fallback]}
    assert (await client.put("/api/v1/ai/provider", json=body)).status_code == 200


async def show(client: httpx.AsyncClient) -> dict[str, Any]:
    """Return the provider setting."""
    data: dict[str, Any] = (await client.get("/api/v1/ai/provider")).json()["data"]
    return data


async def answers(client: httpx.AsyncClient, content: str) -> None:
    """See that the provider lets us in with the stored key."""
    assert (await show(client))["problem"] is None
    body = {"prompt_key": "reply_friendly", "content": content}
    answer = await client.post("/api/v1/ai/completion", json=body)
    assert (answer.status_code, answer.headers["x-assistant-cache"]) == (200, "miss"), answer.text


def sealed(state: Path) -> list[Any]:
    """Return the saved setting and the audit log as the database has them."""
    with closing(sqlite3.connect(state / "assistant.db")) as database:
        found = [database.execute(f"SELECT * FROM assistant_{table}") for table in ("provider_setting", "audit")]  # noqa: S608
        return [each.fetchall() for each in found]


async def test_old_key_can_go_after_a_rotation(state: Path, tmp_path: Path) -> None:
    """While the service runs all that is stored is rewritten, once; then the new key alone is enough."""
    with FakeProvider("chat", key=KEY) as provider:
        async with service(state) as client:
            await switch(client, provider)
        async with service(state, secret_key=(OTHER_KEY, SECRET_KEY)) as client:
            first = await rotate(tmp_path, f"{OTHER_KEY},{SECRET_KEY}")
            assert first.startswith("2 of 2 sealed values rewritten with the first key of ASSISTANT_SECRET_KEY next:")
            assert "remove the keys after the first" in first
            assert (await rotate(tmp_path, f"{OTHER_KEY},{SECRET_KEY}")).startswith("0 of 2 sealed values rewritten")
            await answers(client, "during")
        async with service(state, secret_key=(OTHER_KEY,)) as client:
            await answers(client, "after")
            assert [each["has_api_key"] for each in (await show(client))["fallbacks"]] == [True]
            log = await client.get("/api/v1/ai/audit?page_size=2")
    assert all(secret not in log.text for secret in (KEY, OTHER_KEY, SECRET_KEY))
    assert [(each["action"], each["agent_id"], each["after"]) for each in log.json()["data"]["results"]] == [
        ("keys.rotated", 0, {"values": 2, "rewritten": rewritten, "made_key": False}) for rewritten in (0, 2)
    ]


async def test_nothing_stored_is_nothing_to_do(tmp_path: Path) -> None:
    """In an empty database, with a single key, the command says how a key is changed."""
    told = await rotate(tmp_path, SECRET_KEY)
    assert told.startswith("0 of 0 sealed values")
    assert "put a new one before it" in told


@pytest.mark.parametrize("given", [OTHER_KEY, ""])
async def test_value_that_no_key_opens_stops_it(state: Path, tmp_path: Path, given: str) -> None:
    """The operator reads what is missing and where it goes; nothing is changed, and no key made that would not help."""
    with FakeProvider("chat") as provider:
        async with service(state) as client:
            await switch(client, provider)
    before = sealed(state)
    for _ in range(2):
        done = await asyncio.to_thread(run, tmp_path, "keys", "rotate", SECRET_KEY=given)
        assert done.returncode == 1
        told = "".join(done.stderr.replace("│", " ").split())
        assert ("ASSISTANT_SECRET_KEY:" if given else "var/secret-key:") in told
        assert "addthatoneafterthefirst" in told
        assert "Traceback" not in done.stderr
    assert sealed(state) == before
    assert given or "," not in (state / "secret-key").read_text()


async def test_key_that_the_service_made_is_replaced_while_it_runs(state: Path, tmp_path: Path) -> None:
    """A new key comes first in the private file; services of before and after it understand each other's switches."""
    file = state / "secret-key"
    with FakeProvider("chat", key=KEY) as provider:
        async with service(state, secret_key=()) as before:
            old = file.read_text().strip()
            await switch(before, provider)
            told = await rotate(tmp_path, "")
            assert told.startswith("2 of 2 sealed values rewritten with a new key, the first in var/secret-key next: ")
            assert "restart the service" in told
            new, *rest = file.read_text().split(",")
            assert (rest, stat.S_IMODE(file.stat().st_mode)) == ([old], 0o600)
            assert new not in told
            assert new != old
            async with service(state, secret_key=()) as after:
                await switch(after, provider)
                await follow(before, provider, "sealed with the new key")
                await switch(before, provider)
                await follow(after, provider, "sealed with the old key")
        await rotate(tmp_path, "")
        newest, *rest = file.read_text().split(",")
        assert rest == [new, old]
        file.write_text(newest)
        async with service(state, secret_key=()) as client:
            await answers(client, "with the newest key alone")


async def follow(client: httpx.AsyncClient, provider: FakeProvider, content: str) -> None:
    """See that a service takes another one's newest switch: a change of the model alone begins with it."""
    body = {"provider": "custom", "base_url": provider.url, "model": content, "verify": False}
    answer = await client.put("/api/v1/ai/provider", json=body)
    assert answer.status_code == 200, answer.text
    await answers(client, content)


async def test_rotations_at_once_lose_no_key(state: Path, tmp_path: Path) -> None:
    """Two operators at the same moment: each one's key is in the file, and what is stored can be opened."""
    with FakeProvider("chat", key=KEY) as provider:
        async with service(state, secret_key=()) as client:
            await switch(client, provider)
        await asyncio.gather(*(rotate(tmp_path, "") for _ in range(3)))
        assert len((state / "secret-key").read_text().split(",")) == 4
        async with service(state, secret_key=()) as client:
            await answers(client, "after all of them")


async def test_damaged_key_file_stops_it(state: Path, tmp_path: Path) -> None:
    """Half a key is never put behind a new one."""
    state.mkdir()
    (state / "secret-key").write_text("half")
    done = await asyncio.to_thread(run, tmp_path, "keys", "rotate", SECRET_KEY="")
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert (state / "secret-key").read_text() == "half"
    async with service(state) as client:
        assert error(await client.get("/api/v1/ai/nothing"))[0] == 404
