"""Libredesk's AI settings page on our provider setting: its shape, and no key that goes astray."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.errors import InvalidRequestError
from assistant.provider_setting.change import MASK
from assistant.provider_setting.settings_page import PageChange
from providers.hosts import HOSTS
from providers.registry import ProviderSetting, resolve
from tests.assistant.harness import error, own_loop, service
from tests.assistant.provider_setting.setting import KEY, OTHER, ask
from tests.fakes import FakeProvider, steps

CONFIG = "/api/v1/ai/config/completion"


@pytest.fixture
def second() -> Iterator[FakeProvider]:
    """Another provider; it lets everyone in and remembers what they showed."""
    with FakeProvider("chat") as fake:
        fake.reply("from the second")
        yield fake


def filled(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return what the page sends: these fields whatever they hold, and blank numbers not at all."""
    form = {"model": "", "base_url": "", "api_key": "", "instructions": "", "vision": False, "reasoning_effort": ""}
    return {**form, **fields}


async def put(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:  # noqa: ANN401
    """Press the page's button Save."""
    return await client.put(CONFIG, json=filled(**fields))


async def try_out(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:  # noqa: ANN401
    """Press the page's button Test connection."""
    return await client.post(f"{CONFIG}/test", json=filled(**fields))


async def show(client: httpx.AsyncClient) -> dict[str, Any]:
    """Open the page."""
    data: dict[str, Any] = (await client.get(CONFIG)).json()["data"]
    return data


def keys_shown(fake: FakeProvider) -> set[str | None]:
    """Return the keys that a provider was shown."""
    return {request.headers.get("authorization") for request in fake.requests}


async def test_setting_has_the_shape_that_the_page_reads(state: Path, first: FakeProvider) -> None:
    """Every field of Libredesk's is there; ours are filled, the key is bullets, and what we don't keep is empty."""
    async with service(state, provider="custom", base_url=first.url, model="mine", api_key=KEY) as client:
        assert (await client.get(CONFIG)).json() == {
            "status": "success",
            "data": {
                "provider": "custom",
                "base_url": f"{first.url}/v1",
                "api_key": MASK,
                "model": "mine",
                "temperature": None,
                "max_tokens": 0,
                "dimensions": 0,
                "embedding_max_tokens": 0,
                "instructions": "",
                "reasoning_effort": "",
                "vision": False,
                "has_api_key": True,
            },
        }


@own_loop
async def test_built_in_model_is_shown_as_something_configured(shared_client: httpx.AsyncClient) -> None:
    """With a model the page takes the setting for a saved one and fills in no numbers of its own."""
    shown = await show(shared_client)
    assert (shown["provider"], shown["base_url"], shown["api_key"], shown["has_api_key"]) == ("local", "", "", False)
    assert shown["model"]


async def test_built_in_model_of_another_file_is_known_by_the_name_that_was_shown(state: Path, tmp_path: Path) -> None:
    """Saving what was shown tries that file, and does not ask for a key of OpenAI's."""
    file = tmp_path / "other.gguf"
    file.write_bytes(b"no model")
    async with service(state, local_model=file) as client:
        shown = await show(client)
        assert "other" in shown["model"]
        answer = await try_out(client, model=shown["model"])
        assert error(answer)[1] == "NetworkException", answer.text


@own_loop
async def test_page_puts_our_provider_in_charge(client: httpx.AsyncClient, first: FakeProvider) -> None:
    """What the page saves is tested live, answers agents, and shows in our own operation too."""
    saved = await put(client, model="mine", base_url=first.url, api_key=KEY)
    assert (saved.status_code, saved.json()) == (200, {"status": "success", "data": True})
    assert len(first.requests) == 1
    assert (await ask(client)).json()["data"] == "from the first"
    ours = (await client.get("/api/v1/ai/provider")).json()["data"]
    assert (ours["provider"], ours["model"], ours["base_url"]) == ("custom", "mine", f"{first.url}/v1")


@own_loop
async def test_saving_what_was_shown_changes_nothing(client: httpx.AsyncClient, first: FakeProvider) -> None:
    """Neither the page's Save without an edit nor a program that sends the whole object back loses anything."""
    setting = {"provider": "anthropic", "api_key": KEY, "base_url": first.url, "api": "chat", "model": "mine"}
    assert (await client.put("/api/v1/ai/provider", json=setting)).status_code == 200
    before, shown = (await client.get("/api/v1/ai/provider")).json()["data"], await show(client)
    page = {name: shown[name] for name in ("model", "base_url", "api_key")}
    for answer in (await put(client, **page), await client.put(CONFIG, json=shown), await try_out(client, **page)):
        assert answer.status_code == 200, answer.text
        assert (await client.get("/api/v1/ai/provider")).json()["data"] == before
        assert await show(client) == shown
    assert (await ask(client)).json()["data"] == "from the first"
    assert keys_shown(first) == {f"Bearer {KEY}"}


@pytest.mark.parametrize("mask", [MASK, "•" * 10, "•", None])
@own_loop
async def test_masked_key_is_kept(client: httpx.AsyncClient, first: FakeProvider, mask: str | None) -> None:
    """Another model with the bullets of either side, or without a key: the stored one goes on being used."""
    await put(client, model="mine", base_url=first.url, api_key=KEY)
    assert (await put(client, model="new", base_url=f"{first.url}/v1/", api_key=mask)).status_code == 200
    shown = await show(client)
    assert (shown["model"], shown["has_api_key"]) == ("new", True)
    assert keys_shown(first) == {f"Bearer {KEY}"}


@own_loop
async def test_empty_key_clears_the_stored_one(client: httpx.AsyncClient, second: FakeProvider) -> None:
    """An admin who empties the field has no key any more, and the server is shown none."""
    await put(client, model="mine", base_url=second.url, api_key=KEY)
    second.requests.clear()
    assert (await put(client, model="mine", base_url=second.url, api_key="")).status_code == 200
    shown = await show(client)
    assert (shown["api_key"], shown["has_api_key"]) == ("", False)
    assert keys_shown(second) == {None}


@own_loop
async def test_stored_key_never_follows_to_another_address(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """Neither Save nor Test shows the stored key to a new server, which hears nothing at all."""
    elsewhere: list[dict[str, Any]] = [
        {"base_url": second.url},
        {"base_url": first.url.replace("127.0.0.1", "localhost")},
        {"base_url": first.url, "provider": "anthropic"},
        {"base_url": "https://api.openai.com/v1"},
        {"base_url": ""},
        {},
    ]
    await put(client, model="mine", base_url=first.url, api_key=KEY)
    for body in elsewhere:
        for key in ({}, {"api_key": None}, {"api_key": MASK}, {"api_key": "•" * 10}):
            sent = {"model": "mine", **body, **key}
            for answer in (await client.put(CONFIG, json=sent), await client.post(f"{CONFIG}/test", json=sent)):
                assert error(answer) == (400, "InputException", "api_key_required"), sent
    assert (await show(client))["base_url"] == f"{first.url}/v1"
    assert not second.requests
    assert len(first.requests) == 1


async def test_testing_makes_one_call_and_saves_nothing(state: Path, first: FakeProvider, second: FakeProvider) -> None:
    """The button tries what the form holds; the active provider stays, here and after a restart."""
    async with service(state) as client:
        await put(client, model="mine", base_url=first.url, api_key=KEY)
        before = await show(client)
        tested = await try_out(client, model="other", base_url=second.url, api_key=OTHER)
        assert (tested.status_code, tested.json()) == (200, {"status": "success", "data": True})
        assert keys_shown(second) == {f"Bearer {OTHER}"}
        assert len(second.requests) == 1
        assert await show(client) == before
        assert (await ask(client)).json()["data"] == "from the first"
    async with service(state) as client:
        assert await show(client) == before


@own_loop
async def test_testing_with_the_mask_uses_the_stored_key(client: httpx.AsyncClient, first: FakeProvider) -> None:
    """On the same server the bullets mean the stored key, as they would when saving."""
    await put(client, model="mine", base_url=first.url, api_key=KEY)
    assert (await try_out(client, model="other", base_url=first.url, api_key="•" * 10)).status_code == 200
    assert error(await try_out(client, model="other", base_url=first.url)) == (
        400,
        "InputException",
        "provider_key",
    )


def whole(first: FakeProvider, second: FakeProvider) -> dict[str, Any]:
    """Return a setting with two fallbacks, a name and a dialect, which the page shows nothing of."""
    spare = {"provider": "custom", "base_url": second.url, "model": "two"}
    return {
        "provider": "custom",
        "base_url": first.url,
        "model": "one",
        "api": "chat",
        "api_key": KEY,
        "fallbacks": [
            {**spare, "name": "spare", "api_key": ""},
            {**spare, "name": "last", "api_key": OTHER, "api": "messages"},
        ],
        "verify": False,
    }


SAVES: list[dict[str, Any]] = [
    {"model": "one", "api_key": MASK},
    {"model": "one"},
    {"model": "other", "api_key": MASK},
    {"model": "other", "api_key": MASK, "provider": "custom"},
    {"model": "one", "api_key": KEY},
    {"model": "one", "api_key": MASK, "fallbacks": []},
    {"model": "one", "api_key": MASK, "has_api_key": True, "reasoning_effort": "", "temperature": None},
]


async def test_what_the_page_does_not_show_survives_its_save(
    state: Path, first: FakeProvider, second: FakeProvider
) -> None:
    """Fallbacks with names, keys and dialects stay, on the same server and on another one, and still answer."""
    async with service(state) as client:
        assert (await client.put("/api/v1/ai/provider", json=whole(first, second))).status_code == 200
        before = (await client.get("/api/v1/ai/provider")).json()["data"]
        assert [each["name"] for each in before["fallbacks"]] == ["spare", "last"]
        for fields in SAVES:
            assert (await put(client, base_url=first.url, **{"api_key": MASK, **fields})).status_code == 200, fields
            after = (await client.get("/api/v1/ai/provider")).json()["data"]
            assert after == {**before, "model": fields["model"]}, fields
        assert not second.requests, "they have not changed, so they are not tried"
        first.script(*[steps.status(503)] * 3)
        assert (await ask(client)).json()["data"] == "from the second"
        assert (await put(client, base_url=second.url, model="new", api_key="")).status_code == 200
        after = (await client.get("/api/v1/ai/provider")).json()["data"]
        assert (after["model"], after["fallbacks"]) == ("new", before["fallbacks"])
    async with service(state) as client:
        assert (await client.get("/api/v1/ai/provider")).json()["data"] == after


@own_loop
async def test_key_of_an_older_composer_leaves_the_fallbacks(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """`{provider, api_key}` changes the key of the active provider; of another one it is the whole setting."""
    assert (await client.put("/api/v1/ai/provider", json=whole(first, second))).status_code == 200
    before = (await client.get("/api/v1/ai/provider")).json()["data"]
    for _ in range(2):
        key = {"provider": "custom", "api_key": KEY}
        assert (await client.put("/api/v1/ai/provider", json=key)).status_code == 200
        assert (await client.get("/api/v1/ai/provider")).json()["data"] == before
    other = {"provider": "openai", "api_key": OTHER, "verify": False}
    assert (await client.put("/api/v1/ai/provider", json=other)).status_code == 200
    assert (await client.get("/api/v1/ai/provider")).json()["data"]["fallbacks"] == []


@own_loop
async def test_failed_test_says_why_and_keeps_the_old_provider(client: httpx.AsyncClient, first: FakeProvider) -> None:
    """A wrong key and a broken server are told as they are, by Save and by Test."""
    await put(client, model="mine", base_url=first.url, api_key=KEY)
    for send in (put, try_out):
        refused = await send(client, model="mine", base_url=first.url, api_key=OTHER)
        assert error(refused) == (400, "InputException", "provider_key")
        assert OTHER not in refused.text
        with FakeProvider("chat") as broken:
            broken.script(*[steps.status(500)] * 3)
            answer = await send(client, model="mine", base_url=broken.url, api_key=OTHER)
        assert error(answer) == (502, "NetworkException", "provider_unavailable")
    assert (await show(client))["base_url"] == f"{first.url}/v1"
    assert (await ask(client)).json()["data"] == "from the first"


INEFFECTIVE = [
    ({"temperature": 0.7}, "temperature"),
    ({"temperature": 0}, "temperature"),
    ({"max_tokens": 1024}, "max_tokens"),
    ({"instructions": "Be brief."}, "instructions"),
    ({"reasoning_effort": "none"}, "reasoning_effort"),
    ({"vision": True}, "vision"),
    ({"dimensions": 1536}, "dimensions"),
    ({"embedding_max_tokens": 8191}, "embedding_max_tokens"),
    ({"max_tokens": 1024, "of_the_future": 1}, "max_tokens"),
]


@pytest.mark.parametrize(("fields", "named"), INEFFECTIVE)
@own_loop
async def test_field_without_effect_is_refused_by_name(
    shared_client: httpx.AsyncClient, second: FakeProvider, fields: dict[str, object], named: str
) -> None:
    """A value that nothing would come of is a 400 that says so, in place of a success that is none."""
    before = await show(shared_client)
    for send in (put, try_out):
        answer = await send(shared_client, model="mine", base_url=second.url, **fields)
        assert error(answer) == (400, "InputException", "invalid_request")
        assert answer.json()["message"].startswith(f"{named}: ")
    assert await show(shared_client) == before
    assert not second.requests


@own_loop
async def test_fields_that_we_do_not_know_are_no_trouble(client: httpx.AsyncClient, second: FakeProvider) -> None:
    """A newer page may send more fields, and what stays empty of those that we know is no loss."""
    more: dict[str, Any] = {
        "temperature": None,
        "max_tokens": None,
        "dimensions": 0,
        "top_p": 0.9,
        "stop": ["\n"],
        "extra": {"deep": [1, {"er": None}]},
        "modle": "mine",
        "fallbacks": "none",
    }
    assert (await try_out(client, model="mine", base_url=second.url, **more)).status_code == 200
    assert (await put(client, model="mine", base_url=second.url, **more)).status_code == 200


BAD = [
    (b"[]", ""),
    (b"", ""),
    (b'{"model": 5}', "model"),
    (b'{"model": "m", "base_url": "ftp://x"}', "base_url"),
    (b'{"model": "m", "base_url": "no address"}', "base_url"),
    (b'{"model": "m", "base_url": "http://169.254.169.254", "api_key": ""}', "base_url"),
    (b'{"model": "m", "base_url": "http://u:p@host", "api_key": ""}', "base_url"),
    (b'{"provider": "skynet", "model": "m", "api_key": "x"}', ", ".join(HOSTS)),
    (b'{"model": "' + b"m" * 300 + b'", "base_url": "http://host", "api_key": ""}', "model"),
    (b'{"model": "m", "top_p": "\xff"}', "UTF-8"),
    (b'{"model": "m", "top_p": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", ""),
]


@pytest.mark.parametrize(("body", "named"), BAD, ids=range(len(BAD)))
@own_loop
async def test_bad_setting_names_the_field_and_changes_nothing(
    shared_client: httpx.AsyncClient, body: bytes, named: str
) -> None:
    """What can't be a setting is a 400 that says which field it is, and no call is made."""
    before = await show(shared_client)
    for answer in (
        await shared_client.put(CONFIG, content=body),
        await shared_client.post(f"{CONFIG}/test", content=body),
    ):
        assert error(answer) == (400, "InputException", "invalid_request")
        assert named in answer.json()["message"]
    assert await show(shared_client) == before


@own_loop
async def test_missing_key_is_told_as_one(shared_client: httpx.AsyncClient) -> None:
    """OpenAI, which an empty address means, needs a key; half a mask is none."""
    for key in ("", f"{MASK}abc"):
        for send in (put, try_out):
            answer = await send(shared_client, model="gpt-5.4-mini", api_key=key)
            assert error(answer) == (400, "InputException", "provider_key"), key


async def test_only_who_manages_the_ai_may(state: Path, first: FakeProvider) -> None:
    """An agent without the right sees and changes nothing, and no one does without credentials."""
    async with service(state, provider="custom", base_url=first.url) as client:
        body = {"first_name": "Ada", "email": "ada@example.com", "roles": ["Agent"]}
        agent = (await client.post("/api/v1/agents", json=body)).json()["data"]
        pair = (await client.post(f"/api/v1/agents/{agent['id']}/api-key")).json()["data"]
        for authorization, status in ((f"token {pair['api_key']}:{pair['api_secret']}", 403), ("token a:b", 401)):
            client.headers["authorization"] = authorization
            for method, path in (("GET", CONFIG), ("PUT", CONFIG), ("POST", f"{CONFIG}/test")):
                answer = await client.request(method, path, json=filled(model="mine", base_url=first.url))
                assert answer.status_code == status, (method, path)
    assert not first.requests


@own_loop
async def test_other_types_are_the_core_s(shared_client: httpx.AsyncClient) -> None:
    """`embedding` and whatever else may follow is not ours: the desk, which has none, says so."""
    for path in ("embedding", "embedding/test", "completions", "completion/tests", "completion/test/x"):
        answer = await shared_client.get(f"/api/v1/ai/config/{path}")
        assert error(answer) == (404, "NotFoundException", "not_found"), path


def meant(current: ProviderSetting, **fields: str) -> tuple[str, str, str]:
    """Return provider, base URL and dialect of what the page means; a new key comes along unless told otherwise."""
    change = PageChange(**{"model": "m", "api_key": "sk-new", **fields}).meant_for(current)
    setting = resolve(change.provider, api_key="sk", model=change.model, base_url=change.base_url, api=change.api)
    return setting.provider, setting.base_url, setting.api


TARGET = "https://me.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"
FOUNDRY = "https://me.services.ai.azure.com"
PRESETS = [
    ("https://api.openai.com/v1", ("openai", "https://api.openai.com/v1", "responses")),
    ("", ("openai", "https://api.openai.com/v1", "responses")),
    ("https://api.anthropic.com/v1", ("anthropic", "https://api.anthropic.com/v1", "messages")),
    ("https://openrouter.ai/api/v1", ("openrouter", "https://openrouter.ai/api/v1", "chat")),
    ("https://api.groq.com/openai/v1", ("groq", "https://api.groq.com/openai/v1", "chat")),
    ("https://api.together.ai/v1", ("together", "https://api.together.ai/v1", "chat")),
    ("http://localhost:11434/v1", ("ollama", "http://localhost:11434/v1", "chat")),
    ("https://llm.example.com", ("custom", "https://llm.example.com/v1", "chat")),
    ("https://API.OpenAI.com:443/v1/chat/completions", ("openai", "https://api.openai.com/v1", "responses")),
    ("https://me.openai.azure.com", ("azure", "https://me.openai.azure.com/openai/v1", "chat")),
    (TARGET, ("azure", TARGET, "chat")),
    ("https://me.services.ai.azure.com/openai/v1/responses", ("azure", f"{FOUNDRY}/openai/v1", "responses")),
    ("https://llm.example.com/anthropic/v1/messages", ("custom", "https://llm.example.com/anthropic/v1", "messages")),
    (
        "https://llm.example.com/api/chat/completions",
        ("custom", "https://llm.example.com/api/chat/completions", "chat"),
    ),
]


@pytest.mark.parametrize(("base_url", "expected"), PRESETS)
def test_address_says_which_provider_it_is(base_url: str, expected: tuple[str, str, str]) -> None:
    """The page's presets become the hosts that have these addresses, with what those hosts need."""
    assert meant(resolve("local"), base_url=base_url) == expected
    assert meant(resolve("custom", base_url="http://host"), base_url=base_url) == expected


def test_what_the_page_does_not_show_stays_on_the_same_server() -> None:
    """Provider and dialect of a setting that was made elsewhere outlive another model or path on the page."""
    azure = resolve("azure", api_key="sk", model="mine", base_url="https://mine.openai.azure.com")
    assert meant(azure, base_url="https://mine.openai.azure.com/openai/v1/responses")[2] == "responses", "it says so"
    assert meant(azure, base_url=azure.base_url) == (azure.provider, azure.base_url, azure.api)
    relay = resolve("openai", api_key="sk", base_url="https://relay.example.com/openai/v1", api="responses")
    assert meant(relay, base_url=relay.base_url) == (relay.provider, relay.base_url, "responses")
    assert meant(relay, base_url="https://relay.example.com/other/v1")[::2] == ("openai", "responses")
    assert meant(relay, base_url="https://elsewhere.example.com", provider="openai")[::2] == ("openai", "chat")
    chat = resolve("openai", api_key="sk", api="chat")
    assert meant(chat, base_url="") == ("openai", chat.base_url, "chat"), "an empty address is OpenAI's own"
    assert meant(chat, base_url="", provider="openai")[2] == "chat"
    assert meant(relay, base_url="")[2] == "responses"
    assert meant(azure, base_url="") == ("openai", chat.base_url, "responses")
    assert meant(chat, base_url=chat.base_url) == ("openai", chat.base_url, "chat")
    assert meant(chat, base_url=chat.base_url, provider="custom") == ("custom", chat.base_url, "chat")


def test_built_in_model_stays_until_something_else_is_meant() -> None:
    """It has no address: the same model without a key is it, another model or a key is OpenAI."""
    local = resolve("local")
    assert meant(local, base_url="", api_key="", model=local.model)[0] == "local"
    assert meant(local, base_url="", api_key=MASK, model=local.model)[0] == "local"
    assert meant(local, base_url="", api_key="", model="gpt-5.4-mini")[0] == "openai"
    assert meant(local, base_url="", api_key="sk-new", model=local.model)[0] == "openai"


def test_provider_of_another_version_does_not_stay() -> None:
    """After a downgrade the page's address finds a provider that this version knows."""
    unknown = ProviderSetting(
        provider="of-the-future", api_key="", model="m", base_url="https://x.example/v1", api="chat"
    )
    assert meant(unknown, base_url=unknown.base_url)[0] == "custom"


def test_change_keeps_its_key_to_itself() -> None:
    """Neither its representation nor its errors show what was entered as key."""
    change = PageChange(api_key=KEY, base_url=f"ftp://{KEY}")
    assert KEY not in repr(change)
    with pytest.raises(InvalidRequestError) as refused:
        change.meant_for(resolve("local"))
    assert KEY not in str(refused.value)
