"""Switching the provider: tested first, kept when it fails, and no key ever goes astray."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from assistant.database.database import Database
from assistant.database.tables import ProviderSettingRow
from assistant.provider_setting.change import MASK
from providers.hosts import HOSTS
from tests.assistant.harness import error, own_loop, service, settings_for
from tests.assistant.provider_setting.setting import KEY, OTHER, ask, put, show
from tests.fakes import FakeProvider, steps


@pytest.fixture
def second() -> Iterator[FakeProvider]:
    """Another provider, of another dialect; it lets everyone in and remembers what they showed."""
    with FakeProvider("messages") as fake:
        fake.reply("from the second")
        yield fake


@own_loop
async def test_nothing_set_means_the_built_in_model(shared_client: httpx.AsyncClient) -> None:
    """With no setting at all the built-in model is in charge, and the admin is told what it is good for."""
    shown = await show(shared_client)
    assert (shown["provider"], shown["source"], shown["api_key"], shown["has_api_key"]) == (
        "local",
        "built-in",
        "",
        False,
    )
    assert "trying" in str(shown["note"])


async def test_switch_is_tested_saved_and_survives_a_restart(state: Path, first: FakeProvider) -> None:
    """One short live call, then the new provider answers, and does so after a restart."""
    async with service(state) as client:
        switched = await put(client, provider="custom", api_key=KEY, base_url=first.url)
        assert (switched.status_code, switched.json()) == (200, {"status": "success", "data": True})
        assert len(first.requests) == 1
        assert (await ask(client)).json()["data"] == "from the first"
    async with service(state) as client:
        shown = await show(client)
        assert (shown["source"], shown["api_key"], shown["has_api_key"]) == ("saved", MASK, True)
        assert shown["base_url"] == f"{first.url}/v1"
        assert (await ask(client, "another")).json()["data"] == "from the first"


@own_loop
async def test_switch_by_dialect(client: httpx.AsyncClient, second: FakeProvider) -> None:
    """The Anthropic dialect is spoken to another server by its base URL alone."""
    assert (await put(client, provider="anthropic", api_key="any", base_url=second.url)).status_code == 200
    assert (await ask(client)).json()["data"] == "from the second"
    assert {request.path for request in second.requests} == {"/v1/messages"}


@own_loop
async def test_host_without_a_default_model_gives_its_first(client: httpx.AsyncClient) -> None:
    """An admin who names no model gets the first that the host lists; one that lists none is asked for by name."""
    with FakeProvider("chat", models=("first", "second")) as host:
        assert (await put(client, provider="ollama", api_key="", base_url=host.url)).status_code == 200
        assert (await show(client))["model"] == "first"
    with FakeProvider("chat", models=()) as empty:
        refused = await put(client, provider="ollama", api_key="", base_url=empty.url)
    assert error(refused) == (400, "InputException", "invalid_request")
    assert refused.json()["message"].startswith("model: ")
    assert (await show(client))["model"] == "first"


@own_loop
async def test_refused_key_leaves_the_old_provider_in_charge(client: httpx.AsyncClient, first: FakeProvider) -> None:
    """A wrong key is a 400 that says so, and agents go on as before; without the test it is saved as it is."""
    await put(client, provider="custom", api_key=KEY, base_url=first.url)
    for body in (
        {"api_key": OTHER},
        {"api_key": OTHER, "base_url": first.url},
        {"api_key": "", "base_url": first.url},
    ):
        refused = await put(client, provider="custom", **body)
        assert error(refused) == (400, "InputException", "provider_key")
        assert OTHER not in refused.text
        assert (await ask(client, f"after {' and '.join(body)}")).json()["data"] == "from the first"
    assert (await put(client, provider="custom", api_key=OTHER, verify=False)).status_code == 200
    assert error(await ask(client, "unverified")) == (502, "NetworkException", "provider_key")


@own_loop
async def test_provider_that_does_not_answer_the_test_is_not_taken(
    client: httpx.AsyncClient, first: FakeProvider
) -> None:
    """A server that is down or breaks is told as it is, and the old one stays."""
    await put(client, provider="custom", api_key=KEY, base_url=first.url)
    with FakeProvider("chat") as broken:
        broken.script(*[steps.status(500)] * 3)
        answer = await put(client, provider="custom", api_key=OTHER, base_url=broken.url)
    assert error(answer) == (502, "NetworkException", "provider_unavailable")
    assert (await show(client))["base_url"] == f"{first.url}/v1"
    assert (await ask(client)).json()["data"] == "from the first"


@own_loop
async def test_key_alone_changes_only_the_key(client: httpx.AsyncClient, first: FakeProvider) -> None:
    """Older composers send provider and key alone; address and model stay."""
    await put(client, provider="custom", api_key=OTHER, base_url=first.url, model="mine", verify=False)
    assert (await put(client, provider="custom", api_key=KEY)).status_code == 200
    shown = await show(client)
    assert (shown["base_url"], shown["model"]) == (f"{first.url}/v1", "mine")
    assert (await ask(client)).json()["data"] == "from the first"


@own_loop
async def test_masked_or_omitted_key_is_kept_for_the_same_address(
    client: httpx.AsyncClient, first: FakeProvider
) -> None:
    """An admin changes the model and sends back the mask, or nothing: the stored key goes on being used."""
    await put(client, provider="custom", api_key=KEY, base_url=first.url)
    for body in ({"api_key": MASK}, {}, {"api_key": "•" * 40}, {"api_key": "****"}):
        answer = await put(client, provider="custom", base_url=first.url + "/v1/", model="new", **body)
        assert answer.status_code == 200, body
        assert (await show(client))["has_api_key"] is True


@own_loop
async def test_stored_key_never_follows_to_another_address(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """With a masked or omitted key a new origin is refused, tested or not, and its server hears nothing at all."""
    elsewhere = [
        {"provider": "custom", "base_url": second.url},
        {"provider": "custom", "base_url": second.url.replace("127.0.0.1", "localhost")},
        {"provider": "custom", "base_url": first.url.replace("127.0.0.1", "localhost")},
        {"provider": "anthropic", "base_url": second.url},
        {"provider": "anthropic", "base_url": first.url},
        {"provider": "openai", "base_url": second.url},
        {"provider": "openai"},
        {"provider": "ollama", "model": "mine"},
    ]
    await put(client, provider="custom", api_key=KEY, base_url=first.url)
    for body in elsewhere:
        for key in ({}, {"api_key": MASK}, {"api_key": None}, {"api_key": f" {MASK} "}):
            for verify in (True, False):
                answer = await put(client, **body, **key, verify=verify)
                assert error(answer) == (400, "InputException", "api_key_required"), (body, key)
    assert (await show(client))["base_url"] == f"{first.url}/v1"
    assert not second.requests


@own_loop
async def test_empty_key_is_none_at_all(client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider) -> None:
    """An empty key clears the stored one: the new server is shown none."""
    await put(client, provider="custom", api_key=KEY, base_url=first.url)
    assert (await put(client, provider="custom", api_key="", base_url=second.url, api="messages")).status_code == 200
    assert (await show(client))["has_api_key"] is False
    assert all(
        "authorization" not in request.headers and "x-api-key" not in request.headers for request in second.requests
    )


@own_loop
async def test_provider_clients_follow_no_redirect(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """A provider that points elsewhere takes neither draft nor key along."""
    await put(client, provider="custom", api_key=KEY, base_url=first.url)
    first.script(steps.redirect(f"{second.url}/v1/chat/completions"))
    assert error(await ask(client)) == (502, "NetworkException", "provider_rejected")
    first.script(*[steps.redirect(f"{second.url}/v1/chat/completions")] * 3)
    answer = await put(client, provider="custom", api_key=KEY, base_url=first.url)
    assert error(answer) == (502, "NetworkException", "provider_rejected")
    assert not second.requests


@own_loop
async def test_switching_never_serves_the_old_answer(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """The cache belongs to provider and model; back at the first one its own answer is found again."""
    await put(client, provider="custom", api_key=KEY, base_url=first.url)
    assert (await ask(client)).json()["data"] == "from the first"
    await put(client, provider="anthropic", api_key="any", base_url=second.url)
    assert (await ask(client)).json()["data"] == "from the second"
    await put(client, provider="custom", api_key=KEY, base_url=first.url)
    again = await ask(client)
    assert (again.json()["data"], again.headers["x-assistant-cache"]) == ("from the first", "hit")


BAD = [
    (b"[]", "invalid_request", ""),
    (b"{}", "invalid_request", "provider"),
    (b'{"provider": 5, "api_key": ""}', "invalid_request", "provider"),
    (b'{"provider": "skynet", "api_key": "x"}', "invalid_request", ", ".join(HOSTS)),
    (b'{"provider": "custom", "api_key": ""}', "invalid_request", "base_url"),
    (b'{"provider": "custom", "api_key": "", "base_url": "ftp://x"}', "invalid_request", "base_url"),
    (b'{"provider": "custom", "api_key": "", "base_url": "http://169.254.169.254"}', "invalid_request", "base_url"),
    (b'{"provider": "custom", "api_key": "", "base_url": "http://u:p@host"}', "invalid_request", "base_url"),
    (b'{"provider": "custom", "api_key": "", "base_url": "http://host", "api": "soap"}', "invalid_request", "api"),
    (b'{"provider": "custom", "api_key": "", "url": "http://host"}', "invalid_request", "url"),
    (b'{"provider": "openai", "api_key": ""}', "provider_key", "api_key"),
    (b'{"provider": "openai", "api_key": "line\\nbreak"}', "provider_key", "api_key"),
    (b'{"provider": "ollama", "api_key": ""}', "invalid_request", "model"),
    (b'{"provider": "ollama", "api_key": "", "model": "' + b"m" * 300 + b'"}', "invalid_request", "model"),
    (b'{"provider": "openai", "api_key": "x", "verify": "no"}', "invalid_request", "verify"),
    (b'{"provider": "openai", "api_key": "x", "model": "a\\u0000"}', "invalid_request", "model"),
]


@pytest.mark.parametrize(("body", "code", "named"), BAD, ids=range(len(BAD)))
@own_loop
async def test_bad_setting_names_the_field_and_changes_nothing(
    shared_client: httpx.AsyncClient, body: bytes, code: str, named: str
) -> None:
    """What can't be a setting is a 400 that says which field and what is known."""
    before = await show(shared_client)
    answer = await shared_client.put("/api/v1/ai/provider", content=body)
    assert error(answer) == (400, "InputException", code)
    assert named in answer.json()["message"]
    assert await show(shared_client) == before


UNKNOWN_FIELDS: list[dict[str, Any]] = [
    {"id": 1},
    {"created_at": None, "updated_at": "2026-11-29"},
    {"api_keys": ["x"], "Model": "other"},
    {"options": {"temperature": 0.5, "stop": [1, [2]]}},
    {"surprise": "x" * 100_000},
    {"fallbacks": [{"provider": "custom", "api_key": "", "base_url": "http://127.0.0.1:1", "weight": 3}]},
]


@pytest.mark.parametrize("more", UNKNOWN_FIELDS, ids=range(len(UNKNOWN_FIELDS)))
@own_loop
async def test_fields_that_we_do_not_know_are_passed_over(
    client: httpx.AsyncClient, first: FakeProvider, more: dict[str, Any]
) -> None:
    """A composer of another version may send more: the setting is what is known of it, and a key alone stays one."""
    whole = {"provider": "custom", "api_key": KEY, "base_url": first.url, "model": "mine", "verify": False, **more}
    answer = await client.put("/api/v1/ai/provider", json=whole)
    assert answer.status_code == 200, answer.text
    before = await show(client)
    assert (before["model"], before["base_url"]) == ("mine", f"{first.url}/v1")
    if "fallbacks" not in more:
        key_only = {"provider": "custom", "api_key": KEY, **more}
        assert (await client.put("/api/v1/ai/provider", json=key_only)).status_code == 200
        assert (await client.post("/api/v1/ai/provider/test", json={**whole, "verify": True})).status_code == 200
    assert await show(client) == before


async def test_private_addresses_can_be_denied(state: Path, first: FakeProvider) -> None:
    """An operator who hosts for others keeps providers off the inner network, by name as well as by number."""
    async with service(state, private_base_urls="deny") as client:
        for url in (first.url, first.url.replace("127.0.0.1", "localhost")):
            answer = await put(client, provider="custom", api_key=KEY, base_url=url)
            assert answer.status_code in {400, 502}
            assert "address" in answer.json()["message"]
    assert not first.requests


async def test_lost_secret_key_is_told_and_mended(state: Path, first: FakeProvider) -> None:
    """After a change of SECRET_KEY the stored key can't be read: the service starts, says so, and takes a new one."""
    async with service(state) as client:
        await put(client, provider="custom", api_key=KEY, base_url=first.url)
    other = ("ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=",)
    async with service(state, secret_key=other) as client:
        assert "ASSISTANT_SECRET_KEY" in str((await show(client))["problem"])
        refused = await ask(client)
        assert error(refused) == (502, "NetworkException", "provider_key")
        assert "ASSISTANT" not in refused.text, "an agent can do nothing about a setting"
        assert (await client.get("/health/ready")).status_code == 503
        assert (await put(client, provider="custom", api_key=KEY)).status_code == 200
        assert (await ask(client)).json()["data"] == "from the first"


async def test_key_is_nowhere_in_clear(
    state: Path, first: FakeProvider, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every file, the whole log at DEBUG and every answer are searched for the key."""
    answers: list[httpx.Response] = []
    async with service(state, log_level="debug") as client:
        answers.append(await put(client, provider="custom", api_key=KEY, base_url=first.url))
        answers += [await ask(client), await client.get("/api/v1/ai/provider"), await client.get("/health/ready")]
        first.script(steps.status(401), steps.status(500))
        answers += [await ask(client, "one"), await ask(client, "two")]
        answers.append(await client.put("/api/v1/ai/provider", content=f'{{"provider": "{KEY}"}}'))
        logging.getLogger("assistant.tests").debug("the log is at DEBUG")
    log = "".join(capsys.readouterr())
    assert "the log is at DEBUG" in log
    assert KEY not in log
    assert all(KEY not in answer.text + str(answer.headers) for answer in answers)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert state / "assistant.db" in files
    assert all(KEY.encode() not in path.read_bytes() for path in files)


async def test_worker_that_lags_behind_does_not_undo_a_switch(state: Path, first: FakeProvider) -> None:
    """A key alone goes to the provider that is in charge now, not to the one that this worker still remembers."""
    with FakeProvider("chat") as former:
        async with (
            service(state, provider="custom", base_url=former.url) as one,
            service(state, provider="custom", base_url=former.url) as other,
        ):
            await put(one, provider="custom", api_key=KEY, base_url=first.url)
            assert (await put(other, provider="custom", api_key=KEY)).status_code == 200
            assert (await show(other))["base_url"] == f"{first.url}/v1"
        assert not former.requests


async def test_setting_of_another_version_is_told_and_mended(state: Path, first: FakeProvider) -> None:
    """After a downgrade the saved provider may be unknown: the service starts, says so, and takes another one."""
    async with service(state) as client:
        await put(client, provider="custom", api_key=KEY, base_url=first.url)
    database = Database(settings_for(state).resolved_database_url)
    async with database.writing(ProviderSettingRow) as session:
        await session.execute(update(ProviderSettingRow).values(provider="of-the-future"))
    await database.aclose()
    async with service(state) as client:
        assert "no such provider" in str((await show(client))["problem"])
        assert error(await ask(client)) == (502, "NetworkException", "provider_rejected")
        assert (await put(client, provider="custom", api_key=KEY, base_url=first.url)).status_code == 200
        assert (await ask(client)).json()["data"] == "from the first"


async def test_other_workers_follow_a_switch(state: Path, first: FakeProvider) -> None:
    """Two workers on one database: what one is told, the other does a moment later."""
    async with service(state) as one, service(state) as other:
        await put(one, provider="custom", api_key=KEY, base_url=first.url)
        for _ in range(100):
            if (await show(other))["provider"] == "custom":
                break
            await asyncio.sleep(0.1)
        assert (await ask(other)).json()["data"] == "from the first"
