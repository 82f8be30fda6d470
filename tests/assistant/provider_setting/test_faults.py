"""What an agent is told when the provider fails: the row of the contract, and never the provider's own words."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import pytest_asyncio

from providers.dialects import Dialect
from tests.assistant.harness import error, own_loop, service
from tests.assistant.provider_setting.setting import put
from tests.fakes import FakeProvider, steps
from tests.servers.process import free_port

KEY = "sk-live-8f3a2c-never-shown"
RAW = "raw words of the provider"

REFUSED = (502, "NetworkException", "provider_key")
REJECTED = (502, "NetworkException", "provider_rejected")
UNAVAILABLE = (502, "NetworkException", "provider_unavailable")
TIMEOUT = (504, "NetworkException", "provider_timeout")
LOADING = (503, "NetworkException", "model_loading")
TOO_LONG = (422, "DataException", "context_too_long")
FILTERED = (422, "DataException", "content_filtered")
LIMITED = (429, "RateLimitException", "provider_rate_limited")

FAULTS = {
    "400": (steps.status(400, message=RAW), REJECTED, 1),
    "401": (steps.status(401, message=RAW), REFUSED, 1),
    "403": (steps.status(403, message=RAW), REFUSED, 1),
    "404": (steps.status(404, message=RAW), REJECTED, 1),
    "408": (steps.status(408, message=RAW), TIMEOUT, 3),
    "413": (steps.status(413, message=RAW), TOO_LONG, 1),
    "429": (steps.status(429, message=RAW, retry_after="7"), LIMITED, 1),
    "500": (steps.status(500, message=RAW), UNAVAILABLE, 3),
    "502": (steps.status(502, message=RAW), UNAVAILABLE, 3),
    "503": (steps.status(503, message=RAW), UNAVAILABLE, 3),
    "529": (steps.status(529, message=RAW), UNAVAILABLE, 3),
    "hang before headers": (steps.hang("headers"), LOADING, 1),
    "hang mid-body": (steps.hang("body"), TIMEOUT, 1),
    "close": (steps.close(), UNAVAILABLE, 3),
    "cut": (steps.cut(), UNAVAILABLE, 3),
    "truncate": (steps.truncate(), UNAVAILABLE, 3),
    "malformed": (steps.malformed(), UNAVAILABLE, 3),
    "wrong shape": (steps.wrong_shape(), UNAVAILABLE, 3),
    "garbage": (steps.garbage(), UNAVAILABLE, 3),
    "empty": (steps.empty(), UNAVAILABLE, 3),
    "wrong content type": (steps.wrong_content_type(), UNAVAILABLE, 1),
    "20 MB": (steps.huge(), UNAVAILABLE, 3),
    "redirect": (steps.redirect("http://127.0.0.1:1/"), REJECTED, 1),
    "filtered": (steps.reply("", finish="filtered"), FILTERED, 1),
}
"""What the provider does, what the agent is told, and how often the provider was asked before."""
DIALECTS: tuple[Dialect, ...] = ("chat", "responses", "messages")


class Clients(NamedTuple):
    """Clients of two services, which wait for a provider for 1.5 seconds, and for longer than three calls take."""

    hurried: httpx.AsyncClient
    patient: httpx.AsyncClient


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clients(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clients]:
    """The services of all tests of this file; each switches to a provider of its own, which forgets the one before."""
    folder = tmp_path_factory.mktemp("faults")
    async with AsyncExitStack() as stack:
        hurried = await stack.enter_async_context(service(folder / "hurried", request_timeout=1.5))
        yield Clients(hurried, await stack.enter_async_context(service(folder / "patient", request_timeout=9.0)))


async def switch(client: httpx.AsyncClient, fake: FakeProvider, api: Dialect, **more: str) -> None:
    """Let a service ask this provider, and know no answers of another one."""
    setting = {"provider": "custom", "base_url": fake.url, "api": api, "api_key": KEY, **more}
    assert (await put(client, verify=False, **setting)).status_code == 200
    assert (await client.delete("/api/v1/ai/cache")).status_code == 200


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("dialect", DIALECTS)
@own_loop
async def test_each_fault_is_its_row_of_the_contract(clients: Clients, dialect: Dialect, fault: str) -> None:
    """The status and code tell programs, the message tells people, and the next request works again."""
    step, expected, calls = FAULTS[fault]
    client = clients.hurried if calls == 1 else clients.patient
    if dialect == "messages" and expected is REFUSED:
        calls = 2  # the key goes in another header once
    with FakeProvider(dialect) as fake:
        await switch(client, fake, dialect)
        fake.script(*[step] * calls)
        body = {"prompt_key": "reply_friendly", "content": "no refund"}
        answer = await client.post("/api/v1/ai/completion", json=body)
        assert len(fake.requests) == calls
        after = await client.post("/api/v1/ai/completion", json=body)
    assert error(answer) == expected
    for secret in (KEY, RAW, "Traceback", "127.0.0.1"):
        assert secret not in answer.text
    waits = {"429": "7", "hang before headers": "5"}
    assert answer.headers.get("retry-after") == waits.get(fault)
    assert (after.status_code, after.headers["x-assistant-cache"]) == (200, "miss"), "a failure is never stored"


KEYS = [
    ("openai", "401", 400),
    ("openai", "403", 400),
    ("custom", "401", 502),
    ("mistral", "401", 502),
    ("anthropic", "403", 502),
    ("groq", "401", 502),
    ("azure", "401", 502),
    ("openrouter", "403", 502),
]


@pytest.mark.parametrize(("provider", "fault", "status"), KEYS)
@pytest.mark.parametrize("streamed", [False, True])
@own_loop
async def test_refused_key_is_a_400_for_openai_alone(
    clients: Clients,
    provider: str,
    fault: str,
    status: int,
    streamed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Composers ask for a key of OpenAI's at every 400: with another provider in use it would be of no use."""
    with FakeProvider("chat") as fake:
        await switch(clients.patient, fake, "chat", provider=provider, model="m")
        fake.script(FAULTS[fault][0])
        body = {"prompt_key": "reply_friendly", "content": "no refund"}
        headers = {"Accept": "text/event-stream"} if streamed else {}
        answer = await clients.patient.post("/api/v1/ai/completion", json=body, headers=headers)
    assert error(answer)[::2] == (status, "provider_key")
    assert "An administrator has to enter a valid key" in answer.json()["message"]


@pytest.mark.parametrize(("first", "second", "expected"), [("openai", "custom", 400), ("custom", "openai", 502)])
@own_loop
async def test_first_providers_key_decides(client: httpx.AsyncClient, first: str, second: str, expected: int) -> None:
    """A fallback's key is not the one that a composer could mend."""
    with FakeProvider("chat") as fake:
        fake.script(*[steps.status(401)] * 2)
        rest = {"base_url": fake.url, "api": "chat", "api_key": KEY, "model": "m"}
        whole = {"provider": first, **rest, "verify": False, "fallbacks": [{"provider": second, **rest}]}
        assert (await client.put("/api/v1/ai/provider", json=whole)).status_code == 200
        answer = await client.post("/api/v1/ai/completion", json={"prompt_key": "improve", "content": "no refund"})
        assert len(fake.requests) == 2
    assert error(answer)[::2] == (expected, "provider_key")


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_fault_that_passes_is_not_noticed(state: Path, dialect: Dialect) -> None:
    """A provider that stumbles twice and then answers: the agent has the answer, within the deadline."""
    with FakeProvider(dialect) as fake:
        fake.script(steps.status(503, message=RAW), steps.cut())
        setting = {"provider": "custom", "base_url": fake.url, "api": dialect, "api_key": KEY}
        async with service(state, **setting) as client:
            body = {"prompt_key": "reply_friendly", "content": "no refund"}
            answer = await client.post("/api/v1/ai/completion", json=body)
    assert (answer.status_code, answer.headers["x-assistant-cache"]) == (200, "miss")
    assert len(fake.requests) == 3


async def test_provider_that_is_not_there(state: Path) -> None:
    """Nothing listens at the address: the agent is told at once whom to ask."""
    async with service(state, provider="custom", base_url=f"http://127.0.0.1:{free_port()}") as client:
        answer = await client.post("/api/v1/ai/completion", json={"prompt_key": "improve", "content": "no refund"})
    assert error(answer) == UNAVAILABLE
    assert "administrator" in answer.json()["message"]
