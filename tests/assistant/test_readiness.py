"""Readiness: never while this service itself can't serve, and a start never goes on for ever."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from assistant.errors import DatabaseUnavailableError, SettingsError
from assistant.starting.attempts import _run
from tests.assistant.harness import service
from tests.assistant.starting import NOBODY
from tests.fakes import FakeProvider
from tests.servers.process import free_port


async def state_of(client: httpx.AsyncClient) -> tuple[int, dict[str, str]]:
    """Return what readiness says."""
    answer = await client.get("/health/ready")
    return answer.status_code, answer.json()["data"]


async def click(client: httpx.AsyncClient, number: int) -> int:
    """Ask for a completion, and return the status."""
    body = {"prompt_key": "reply_friendly", "content": f"Please wait {number} days."}
    return (await client.post("/api/v1/ai/completion", json=body)).status_code


async def click_until_down(client: httpx.AsyncClient) -> tuple[int, ...]:
    """Ask until readiness tells that a provider is down; return the statuses."""
    statuses = []
    for number in range(100):
        statuses.append(await click(client, number))
        if (await state_of(client))[1]["provider"] != "configured":
            break
    return tuple(statuses)


async def test_provider_that_is_down_is_named_and_readiness_stays(state: Path) -> None:
    """A provider's trouble is no reason to take the service out of a load balancer."""
    async with service(state, provider="custom", base_url=NOBODY, request_timeout=1.0) as client:
        assert await state_of(client) == (
            200,
            {**(await state_of(client))[1], "service": "up", "provider": "configured"},
        )
        await click_until_down(client)
        assert await state_of(client) == (200, {**(await state_of(client))[1], "provider": "down"})


async def test_fallback_that_answers_is_told(state: Path) -> None:
    """While the first provider is down and another one is not, readiness says both."""
    with FakeProvider("chat") as reserve:
        async with service(state) as client:
            fallback = {"provider": "custom", "name": "reserve", "base_url": reserve.url, "api_key": ""}
            first = {"provider": "custom", "api_key": "", "base_url": NOBODY, "verify": False}
            saved = await client.put("/api/v1/ai/provider", json={**first, "fallbacks": [fallback]})
            assert saved.status_code == 200, saved.text
            assert set(await click_until_down(client)) == {200}
            status, states = await state_of(client)
    assert (status, states["provider"]) == (200, "down, a fallback answers")


async def test_core_that_is_down_makes_it_unready(state: Path) -> None:
    """Behind a helpdesk that does not answer, no one can be told apart."""
    core = f"http://127.0.0.1:{free_port()}"
    async with service(state, core_url=core, provider="custom", base_url=NOBODY) as client:
        status, states = await state_of(client)
    assert (status, states["core"]) == (503, "down")


async def test_start_that_fails_again_and_again_ends(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no one expected is tried a few times; what a setting says is not; a database that is away for ever."""
    monkeypatch.setattr("assistant.starting.attempts._RETRY", 0.0)
    for error, ends in (
        (KeyError("x"), True),
        (SettingsError("ASSISTANT_X: must be y"), True),
        (PermissionError(13, "Permission denied", str(state)), True),
        (DatabaseUnavailableError("x"), False),
        (ConnectionRefusedError(111, "Connection refused"), False),
    ):
        said = await ending_of(error)
        assert bool(said) == ends, error
        assert said is None or "\n" not in said


async def ending_of(error: Exception) -> str | None:
    """Start what fails in a way; return what it gives up with, or nothing when it goes on trying."""
    told: list[str] = []
    tries = asyncio.Event()
    count = itertools.count(1)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        if next(count) > 20:
            tries.set()
            await asyncio.sleep(3600)
        raise error
        yield  # type: ignore[unreachable] # makes this a generator

    work = asyncio.create_task(_run(running, asyncio.Event(), asyncio.Event(), told.append))
    enough = asyncio.create_task(tries.wait())
    await asyncio.wait((work, enough), return_when=asyncio.FIRST_COMPLETED, timeout=30)
    for task in (work, enough):
        task.cancel()
    await asyncio.gather(work, enough, return_exceptions=True)
    return told[0] if told else None
