"""Addresses that leave open where the API is: Save and Test look for it, and what answers is kept."""

import httpx
import pytest

from tests.assistant.harness import error, own_loop
from tests.assistant.provider_setting.setting import KEY, ask, put, show
from tests.fakes import FakeProvider, steps

ELSEWHERE = [
    ("/x", "/x/chat/completions", "/x/chat/completions"),
    ("/api", "/api/chat/completions", "/api/chat/completions"),
    ("", "/chat/completions", "/chat/completions"),
    ("", "/api/chat/completions", "/api/chat/completions"),
    ("", "/openai/v1/chat/completions", "/openai/v1"),
    ("/v1/account/gateway/x", "/v1/account/gateway/x/v1/chat/completions", "/v1/account/gateway/x/v1"),
    ("/inference", "/inference/v1/chat/completions", "/inference/v1"),
]


@pytest.mark.parametrize("code", [404, 405])
@pytest.mark.parametrize(("pasted", "served", "kept"), ELSEWHERE)
@own_loop
async def test_what_answers_the_test_is_kept(
    shared_client: httpx.AsyncClient, pasted: str, served: str, kept: str, code: int
) -> None:
    """The setting shows where the API is, and clicks go there, as does what is saved as it was shown."""
    with FakeProvider("chat") as fake:
        fake.script(*[steps.serving(served, code=code)] * 20)
        assert (await put(shared_client, provider="custom", api_key="", base_url=fake.url + pasted)).status_code == 200
        shown = await show(shared_client)
        assert shown["base_url"] == fake.url + kept
        assert (await ask(shared_client)).status_code == 200
        again = {"provider": "custom", "api_key": "", "base_url": shown["base_url"]}
        assert (await put(shared_client, **again)).status_code == 200
        assert await show(shared_client) == shown
        page = {"base_url": fake.url + pasted, "api_key": "", "model": "m"}
        assert (await shared_client.post("/api/v1/ai/config/completion/test", json=page)).status_code == 200
        assert (await shared_client.put("/api/v1/ai/config/completion", json=page)).status_code == 200
        assert (await show(shared_client))["base_url"] == fake.url + kept


@own_loop
async def test_fallbacks_are_looked_for_as_well(shared_client: httpx.AsyncClient) -> None:
    """Each at its own address."""
    with FakeProvider("chat") as fake, FakeProvider("messages") as spare:
        spare.script(*[steps.serving("/x/messages")] * 9)
        fallback = {"provider": "custom", "api_key": "", "base_url": f"{spare.url}/x", "api": "messages"}
        saved = await put(shared_client, provider="custom", api_key="", base_url=fake.url, fallbacks=[fallback])
        assert saved.status_code == 200, saved.text
        [shown] = (await show(shared_client))["fallbacks"]
    assert shown["base_url"] == f"{spare.url}/x/messages"


@own_loop
async def test_nothing_anywhere_names_all_that_was_asked(shared_client: httpx.AsyncClient) -> None:
    """The first address is what the error is about."""
    with FakeProvider("chat") as fake:
        fake.script(*[steps.serving("/nowhere")] * 9)
        refused = await put(shared_client, provider="custom", api_key="", base_url=f"{fake.url}/x")
    assert error(refused) == (502, "NetworkException", "provider_rejected")
    assert "it has nothing at /x/v1/chat/completions, nor for" in refused.json()["message"]
    assert f"{fake.url}/x/chat/completions" in refused.json()["message"]


@own_loop
async def test_the_search_has_the_time_of_one_call(shared_client: httpx.AsyncClient) -> None:
    """A server that is silent at all other addresses makes no one wait for each of them."""
    with FakeProvider("chat") as fake:
        fake.script(steps.whole(404, b""), *[steps.hang()] * 4)
        refused = await put(shared_client, provider="openai", api_key=KEY, base_url=fake.url)
        assert len(fake.requests) < 4, "the search ended with its time"
    assert error(refused) == (502, "NetworkException", "provider_rejected")
    assert "it has nothing at /v1/chat/completions" in refused.json()["message"]


@own_loop
async def test_a_refused_key_ends_the_search(shared_client: httpx.AsyncClient) -> None:
    """It shows that the API is there."""
    with FakeProvider("chat") as fake:
        fake.script(steps.whole(404, b""), steps.status(401))
        refused = await put(shared_client, provider="custom", api_key="", base_url=f"{fake.url}/x")
        assert [received.path for received in fake.requests] == ["/x/v1/chat/completions", "/x/chat/completions"]
    assert error(refused) == (400, "InputException", "provider_key")


@pytest.mark.parametrize("pasted", ["/x/v1", "/x/chat/completions", "/v2"])
@own_loop
async def test_an_address_that_says_where_is_not_second_guessed(shared_client: httpx.AsyncClient, pasted: str) -> None:
    """One call, and the path in the message."""
    with FakeProvider("chat") as fake:
        fake.script(*[steps.serving("/nowhere")] * 9)
        refused = await put(shared_client, provider="custom", api_key="", base_url=fake.url + pasted)
        assert len(fake.requests) == 1
    assert error(refused) == (502, "NetworkException", "provider_rejected")
