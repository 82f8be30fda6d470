"""Fallbacks of the provider: saved and shown with it, each with a key of its own that never goes astray."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import structs

from assistant.errors import ApiKeyRequiredError, InvalidRequestError
from assistant.provider_setting.change import MASK, Fallback, ProviderChange, fallbacks
from providers.registry import resolve
from tests.assistant.harness import error, own_loop, service
from tests.assistant.provider_setting.setting import ask, put, show
from tests.fakes import FakeProvider, steps

KEY, OTHER = "sk-live-8f3a2c-never-shown", "sk-other-77d1-never-shown"


@pytest.fixture
def first() -> Iterator[FakeProvider]:
    """The active provider; it lets only its key in."""
    with FakeProvider("chat", key=KEY) as fake:
        fake.reply("from the first")
        yield fake


@pytest.fixture
def second() -> Iterator[FakeProvider]:
    """Its fallback, which lets only its own key in."""
    with FakeProvider("chat", key=OTHER) as fake:
        fake.reply("from the second")
        yield fake


def setting(first: FakeProvider, second: FakeProvider, key: str | None = OTHER) -> dict[str, Any]:
    """Return a whole setting, the fallback with this key."""
    fallback = {"provider": "custom", "base_url": second.url, "model": "two"}
    return {
        "provider": "custom",
        "base_url": first.url,
        "model": "one",
        "api_key": KEY,
        "fallbacks": [fallback if key is None else {**fallback, "api_key": key}],
    }


@own_loop
async def test_fallback_answers_when_the_first_fails(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """The agent has an answer and the headers say whose; it is stored as the fallback's, not as the first one's."""
    assert (await put(client, **setting(first, second))).status_code == 200
    first.script(*[steps.status(503)] * 3)
    fallen, again = await ask(client, "no refund"), await ask(client, "no refund")
    assert (fallen.json()["data"], fallen.headers["x-assistant-model"]) == ("from the second", "two")
    assert (again.json()["data"], again.headers["x-assistant-cache"]) == ("from the first", "miss")


@own_loop
async def test_fallback_that_changes_places_with_the_first_keeps_its_key(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """Nobody has to look for keys in order to turn two providers round, the first of which may be down just now."""
    assert (await put(client, **setting(first, second))).status_code == 200
    turned = {"provider": "custom", "base_url": second.url, "model": "two", "api_key": MASK}
    fallback = {"provider": "custom", "base_url": first.url, "model": "one", "api_key": MASK}
    assert (await put(client, **turned, fallbacks=[fallback])).status_code == 200
    assert (await ask(client, "no refund")).json()["data"] == "from the second"
    second.script(*[steps.status(503)] * 3)
    assert (await ask(client, "no refund at all")).json()["data"] == "from the first"


async def test_setting_is_shown_kept_and_survives_a_restart(
    state: Path, first: FakeProvider, second: FakeProvider
) -> None:
    """Keys are masked; sent back masked, left out, or with another key for the first alone, the fallback stays."""
    async with service(state) as client:
        assert (await put(client, **setting(first, second))).status_code == 200
        before = await show(client)
        [fallback] = before["fallbacks"]
        assert (fallback["base_url"], fallback["model"], fallback["api_key"]) == (f"{second.url}/v1", "two", MASK)
        for change in (
            setting(first, second, MASK),
            setting(first, second, None),
            {"provider": "custom", "api_key": KEY},
        ):
            assert (await put(client, **change)).status_code == 200
            assert await show(client) == before
        assert KEY not in str(before)
        assert OTHER not in str(before)
    async with service(state) as client:
        assert await show(client) == before
        assert (await put(client, **{**setting(first, second), "fallbacks": None})).status_code == 200
        assert (await show(client))["fallbacks"] == [], "what is left out is no fallback"


@own_loop
async def test_one_provider_twice_keeps_its_keys_apart(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """Two accounts at one address: masked keys follow their names, and each is used for its own calls."""
    with FakeProvider("chat") as host:
        account: dict[str, Any] = {"provider": "custom", "base_url": host.url, "model": "m"}
        ours, spare = (
            {**account, "name": "ours", "api_key": "sk-ours"},
            {**account, "name": "spare", "api_key": "sk-spare"},
        )
        whole = setting(first, second)
        assert (await put(client, **{**whole, "fallbacks": [ours, spare]})).status_code == 200
        kept = [{**spare, "api_key": MASK}, {**ours, "api_key": MASK}]
        assert (await put(client, **{**whole, "fallbacks": kept})).status_code == 200
        assert [each["name"] for each in (await show(client))["fallbacks"]] == ["spare", "ours"]
        first.script(*[steps.status(503)] * 3)
        assert (await ask(client, "no refund")).status_code == 200
        assert host.requests[-1].headers["authorization"] == "Bearer sk-spare"
        configured = (await client.get("/api/v1/ai/providers")).json()["data"]["configured"]
        assert [each["name"] for each in configured] == ["custom", "spare", "ours"]


@own_loop
async def test_names_are_unique_and_the_providers_own_by_default(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """An admin who names none sees the provider's; two of one name are refused, and the message says which."""
    assert (await put(client, **setting(first, second))).status_code == 200
    assert (await show(client))["fallbacks"][0]["name"] == "custom"
    [fallback] = setting(first, second)["fallbacks"]
    for names in ({}, {"name": "custom"}, {"name": " custom "}):
        twice = await put(client, **{**setting(first, second), "fallbacks": [fallback, {**fallback, **names}]})
        assert error(twice) == (400, "InputException", "invalid_request")
        assert twice.json()["message"].startswith("fallbacks[1].name: ")
    for name in ("n" * 101, "a\u0000b", 5):
        bad = await put(client, **{**setting(first, second), "fallbacks": [{**fallback, "name": name}]})
        assert error(bad) == (400, "InputException", "invalid_request")
        assert "name" in bad.json()["message"]


async def test_fallback_that_fails_its_test_changes_nothing(
    state: Path, first: FakeProvider, second: FakeProvider
) -> None:
    """A wrong key of a fallback is told when it is entered, not on the day when the fallback is needed."""
    async with service(state, provider="custom", base_url=first.url, model="one", api_key=KEY) as client:
        refused = await put(client, **setting(first, second, "wrong"))
        assert error(refused) == (400, "InputException", "provider_key")
        assert refused.json()["message"].startswith("fallbacks[0] (custom): The provider custom refused the API key")
        assert (await show(client))["fallbacks"] == []


@own_loop
async def test_test_call_names_the_fallback_that_fails(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """Each fallback that is sent is asked; a field or a call that fails is named with its place."""
    before, right = await show(client), setting(first, second)
    bad = {**right["fallbacks"][0], "name": "spare", "api_key": "wrong"}
    answer = await client.post("/api/v1/ai/provider/test", json=right)
    assert (answer.status_code, len(first.requests), len(second.requests)) == (200, 1, 1)
    refused = await client.post("/api/v1/ai/provider/test", json={**right, "fallbacks": [*right["fallbacks"], bad]})
    assert error(refused) == (400, "InputException", "provider_key")
    assert refused.json()["message"].startswith("fallbacks[1] (spare): The provider custom refused the API key")
    stray = {"provider": "custom", "api_key": "", "base_url": "http://169.254.169.254"}
    forbidden = await client.post("/api/v1/ai/provider/test", json={**right, "fallbacks": [stray]})
    assert error(forbidden) == (400, "InputException", "invalid_request")
    assert forbidden.json()["message"].startswith("fallbacks[0].base_url: ")
    assert await show(client) == before


async def test_test_call_saves_nothing(state: Path, first: FakeProvider, second: FakeProvider) -> None:
    """A right setting is told to work, a wrong one not to, and the one in charge stays as it is."""
    async with service(state, provider="custom", base_url=first.url, model="one", api_key=KEY) as client:
        before = await show(client)
        right = {"provider": "custom", "base_url": second.url, "model": "two", "api_key": OTHER}
        answer = await client.post("/api/v1/ai/provider/test", json=right)
        assert (answer.status_code, answer.json()["data"]) == (200, True)
        wrong = await client.post("/api/v1/ai/provider/test", json={**right, "api_key": "wrong"})
        assert error(wrong) == (400, "InputException", "provider_key")
        stray = await client.post("/api/v1/ai/provider/test", json={**right, "api_key": MASK})
        assert error(stray) == (400, "InputException", "api_key_required")
        assert await show(client) == before


IN_CHARGE = (
    resolve("openai", api_key=KEY, model="mine", base_url="http://127.0.0.1:1/v1"),
    resolve("anthropic", api_key=OTHER, model="theirs"),
)


def changed(**fallback: Any) -> Any:  # noqa: ANN401 - a setting
    """Return what a fallback comes to be, while two providers are in charge."""
    [found] = fallbacks(IN_CHARGE, ProviderChange(provider="local", api_key="", fallbacks=[Fallback(**fallback)]))
    return found


def test_fallback_with_a_key_alone_is_at_its_hosts_own_address() -> None:
    """A key for OpenAI goes to OpenAI, also when the active provider is a proxy that speaks for it."""
    found, default = changed(provider="openai", api_key="sk-new"), resolve("openai", api_key="sk-new")
    assert found == default
    assert changed(provider="anthropic", api_key="sk-new") == resolve("anthropic", api_key="sk-new")


def test_stored_key_moves_with_its_address_and_no_further() -> None:
    """What was in charge becomes a fallback with its key; another address needs a key of its own."""
    assert changed(provider="openai", base_url="http://127.0.0.1:1/v1", model="new").api_key == KEY
    assert changed(provider="anthropic").api_key == OTHER
    with pytest.raises(ApiKeyRequiredError, match=r"fallbacks\[0\]\.api_key"):
        changed(provider="openai")


def test_fallbacks_are_few_and_known() -> None:
    """The message names which one can't be used."""
    with pytest.raises(InvalidRequestError, match="fallbacks: may have at most 5 entries"):
        fallbacks(IN_CHARGE, ProviderChange(provider="local", fallbacks=[Fallback(provider="local")] * 6))
    with pytest.raises(InvalidRequestError, match=r"fallbacks\[0\]\.provider"):
        changed(provider="nobody", api_key="sk-new")


GROQ = "https://api.groq.com/openai/v1"
ACCOUNTS = (
    resolve("groq", api_key="sk-first"),
    structs.replace(resolve("groq", api_key="sk-eu"), name="eu"),
    structs.replace(resolve("groq", api_key="sk-us"), name="us"),
)


def kept_keys(provider: str, *names: str | None) -> list[str]:
    """Return the keys of groq's fallbacks that came back masked under these names, with a active provider."""
    wanted = [Fallback(provider="groq", name=name, api_key=MASK) for name in names]
    change = ProviderChange(provider=provider, api_key="" if provider == "local" else MASK, fallbacks=wanted)
    return [each.api_key for each in fallbacks(ACCOUNTS, change)]


@pytest.mark.parametrize(
    ("provider", "names", "keys"),
    [
        ("groq", ("us", "eu"), ["sk-us", "sk-eu"]),
        ("groq", ("us", "new"), ["sk-us", "sk-eu"]),
        ("groq", (None, "us"), ["sk-eu", "sk-us"]),
        ("groq", ("eu", "us", "another"), ["sk-eu", "sk-us", None]),
        ("local", ("groq", "eu", "us"), ["sk-first", "sk-eu", "sk-us"]),
        ("local", ("eu", "us", "moved"), ["sk-eu", "sk-us", "sk-first"]),
        ("local", ("eu", "new"), ["sk-eu", None]),
        ("groq", ("new",), [None]),
    ],
)
def test_masked_key_is_found_by_name_and_never_guessed(
    provider: str, names: tuple[str | None, ...], keys: list[str | None]
) -> None:
    """A name that is new takes the one key that is left; where several could be meant the admin is asked."""
    if None not in keys:
        assert kept_keys(provider, *names) == keys
        return
    with pytest.raises(ApiKeyRequiredError, match=rf"fallbacks\[{keys.index(None)}\]\.api_key: several keys"):
        kept_keys(provider, *names)


def test_name_takes_no_key_to_another_address() -> None:
    """The name of a stored fallback, at another address: its key stays where it is."""
    for fallback in (
        Fallback(provider="custom", base_url=GROQ, name="eu", api_key=MASK),
        Fallback(provider="groq", base_url="http://127.0.0.1:1", name="eu"),
    ):
        with pytest.raises(ApiKeyRequiredError, match=r"fallbacks\[0\]\.api_key: this is another address"):
            fallbacks(ACCOUNTS, ProviderChange(provider="groq", api_key=MASK, model="m", fallbacks=[fallback]))


def test_key_of_a_provider_that_moves_stays_with_who_takes_its_place() -> None:
    """The active provider gets another address, and a fallback stands at its former one: the key is that one's."""
    wanted = [Fallback(provider="groq", name=name) for name in ("eu", "us", "former")]
    change = ProviderChange(provider="groq", base_url="http://127.0.0.1:1", api_key="", fallbacks=wanted)
    assert [each.api_key for each in fallbacks(ACCOUNTS, change)] == ["sk-eu", "sk-us", "sk-first"]
