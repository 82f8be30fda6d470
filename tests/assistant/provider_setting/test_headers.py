"""Headers of one's own for a provider: sent with every call, kept like keys, and never sent anywhere else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import structs
from sqlalchemy import text

from assistant.database.database import Database
from assistant.provider_setting.change import MASK
from providers.registry import resolve
from tests.assistant.harness import error, own_loop, service, settings_for
from tests.assistant.provider_setting.setting import KEY, ask, put, show
from tests.fakes import FakeProvider, steps

SECRET, OTHER = "gateway-secret-4711", "another-secret-0815"
SENT = {"X-Portkey-Api-Key": SECRET, "x-team": "support"}


@pytest.fixture
def second() -> Iterator[FakeProvider]:
    """Another provider, which lets everyone in."""
    with FakeProvider("chat") as fake:
        yield fake


def setting(fake: FakeProvider, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a setting with headers."""
    return {"provider": "custom", "base_url": fake.url, "model": "m", "api_key": KEY, "headers": SENT, **more}


def received(fake: FakeProvider) -> list[tuple[str | None, str | None]]:
    """Return the two headers of every request that arrived."""
    return [(each.headers.get("x-portkey-api-key"), each.headers.get("x-team")) for each in fake.requests]


async def test_headers_go_with_every_call_and_are_shown_masked(state: Path, first: FakeProvider) -> None:
    """Live test, clicks, whole and streamed, the list of models, and after a restart; no answer holds their values."""
    async with service(state) as client:
        assert (await put(client, **setting(first))).status_code == 200
        shown = await show(client)
        assert shown["headers"] == dict.fromkeys(SENT, MASK)
        audit = (await client.get("/api/v1/ai/audit")).text
        assert "X-Portkey-Api-Key" in audit
        assert SECRET not in f"{shown}{audit}"
        assert (await ask(client)).status_code == 200
    async with service(state) as client:
        assert await show(client) == shown
        streamed = await client.post(
            "/api/v1/ai/completion",
            json={"prompt_key": "reply_friendly", "content": "another"},
            headers={"Accept": "text/event-stream"},
        )
        assert streamed.status_code == 200
    assert received(first) == [(SECRET, "support")] * 3


async def test_headers_are_stored_sealed(state: Path, first: FakeProvider) -> None:
    """Nothing of them stands in the database's file."""
    async with service(state) as client:
        fallback = {**setting(first), "name": "spare"}
        assert (await put(client, **setting(first, fallbacks=[fallback], verify=False))).status_code == 200
    database = Database(settings_for(state).resolved_database_url)
    async with database.reading() as session:
        rows = (await session.execute(text("SELECT * FROM assistant_provider_setting"))).all()
    await database.aclose()
    assert SECRET not in str(rows)
    assert all(SECRET.encode() not in path.read_bytes() for path in state.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({}, SENT),
        ({"headers": None}, SENT),
        ({"headers": dict.fromkeys(SENT, MASK)}, SENT),
        ({"headers": {"x-portkey-api-key": "****"}}, {"x-portkey-api-key": SECRET}),
        ({"headers": {"X-Portkey-Api-Key": MASK, "x-team": "sales"}}, {"X-Portkey-Api-Key": SECRET, "x-team": "sales"}),
        ({"headers": {}}, {}),
    ],
)
@own_loop
async def test_masked_or_omitted_headers_are_kept_at_their_address(
    client: httpx.AsyncClient, first: FakeProvider, headers: dict[str, Any], left: dict[str, str]
) -> None:
    """What was shown can be sent back; an empty object removes them."""
    await put(client, **setting(first))
    first.requests.clear()
    again = {**setting(first, api_key=MASK, model="new"), "headers": None, **headers}
    assert (await put(client, **again)).status_code == 200
    assert (await show(client))["headers"] == dict.fromkeys(left, MASK)
    lower = {name.lower(): value for name, value in left.items()}
    assert received(first) == [(lower.get("x-portkey-api-key"), lower.get("x-team"))]


@own_loop
async def test_key_alone_and_libredesks_page_leave_the_headers(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """Neither shows them, so neither means to remove them; at another address they are gone."""
    await put(client, **setting(first))
    assert (await put(client, provider="custom", api_key=KEY)).status_code == 200
    page = {"base_url": first.url, "api_key": MASK, "model": "other"}
    assert (await client.put("/api/v1/ai/config/completion", json=page)).status_code == 200
    assert (await show(client))["headers"] == dict.fromkeys(SENT, MASK)
    page = {"base_url": second.url, "api_key": "", "model": "m"}
    assert (await client.put("/api/v1/ai/config/completion", json=page)).status_code == 200
    assert (await show(client))["headers"] == {}
    assert received(second) == [(None, None)]
    assert received(first) == [(SECRET, "support")] * 3


@own_loop
async def test_stored_values_never_follow_to_another_address(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """Not to another origin or provider, nor into a fallback there; the server hears nothing."""
    await put(client, **setting(first))
    masked = dict.fromkeys(SENT, MASK)
    for change in (
        setting(second, api_key="", headers=masked),
        setting(first, api_key=KEY, headers=masked, base_url=first.url.replace("127.0.0.1", "localhost")),
        setting(first, api_key=KEY, headers=masked, provider="openai"),
    ):
        for answer in (await put(client, **change), await client.post("/api/v1/ai/provider/test", json=change)):
            assert error(answer) == (400, "InputException", "api_key_required")
            assert answer.json()["message"].startswith("headers.X-Portkey-Api-Key: ")
    fallback = {"provider": "custom", "base_url": second.url, "api_key": "", "headers": masked}
    refused = await put(client, **setting(first, fallbacks=[fallback]))
    assert error(refused) == (400, "InputException", "api_key_required")
    assert refused.json()["message"].startswith("fallbacks[0].headers.X-Portkey-Api-Key: ")
    assert not second.requests


@own_loop
async def test_fallbacks_have_headers_of_their_own(
    client: httpx.AsyncClient, first: FakeProvider, second: FakeProvider
) -> None:
    """Each is sent its own, shown masked, and keeps them by its name."""
    spare = {"provider": "custom", "base_url": second.url, "api_key": "", "model": "m"}
    one = {**spare, "name": "one", "headers": {"X-Portkey-Api-Key": OTHER}}
    two = {**spare, "name": "two", "headers": {"x-team": "night"}}
    assert (await put(client, **setting(first, fallbacks=[one, two]))).status_code == 200
    assert received(second) == [(OTHER, None), (None, "night")]
    kept = [{**two, "headers": {"x-team": MASK}}, {**one, "headers": None}]
    assert (await put(client, **setting(first, fallbacks=kept))).status_code == 200
    assert received(second)[2:] == [(None, "night"), (OTHER, None)]
    shown = await show(client)
    assert [each["headers"] for each in shown["fallbacks"]] == [{"x-team": MASK}, {"X-Portkey-Api-Key": MASK}]
    assert OTHER not in str(shown)
    first.script(*[steps.status(503)] * 3)
    assert (await ask(client, "no refund")).status_code == 200
    assert received(second)[4:] == [(None, "night")]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"Authorization": f"Basic {SECRET}"}, "headers.Authorization: This header carries the key"),
    ({"Proxy-Authorization": SECRET}, "headers.Proxy-Authorization: This header carries the key"),
    ({"HOST": SECRET}, "headers.HOST: This header is the service's own"),
    ({"content-type": SECRET}, "headers.content-type: "),
    ({"Content-Length": "1"}, "headers.Content-Length: "),
    ({"transfer-encoding": "chunked"}, "headers.transfer-encoding: "),
    ({"Accept-Encoding": "gzip"}, "headers.Accept-Encoding: "),
    ({"Connection": "close"}, "headers.Connection: "),
    ({"two words": SECRET}, "headers: 'two words' is no name of a header"),
    ({"": SECRET}, "headers: '' is no name"),
    ({"x:y": SECRET}, "headers: 'x:y' is no name"),
    ({"x\r\ny": SECRET}, "headers: 'x\\r\\ny' is no name"),
    ({"über": SECRET}, "headers: 'über' is no name"),
    ({"x-a": f"{SECRET}\r\nHost: evil"}, "headers.x-a: Its value must be printable"),
    ({"x-a": f"{SECRET}é"}, "headers.x-a: Its value must be printable"),
    ({"x-a": ""}, "headers.x-a: Its value must be printable"),
    ({"x-a": SECRET * 300}, "headers.x-a: Its value must be printable"),
    ({"x-a": SECRET, "X-A": OTHER}, "headers.X-A: This header is there twice, as x-a too"),
    ({f"x-{n}": SECRET for n in range(17)}, "headers: There may be at most 16 headers"),
    ({"x-a": MASK}, "headers.x-a: its value is not stored for this address"),
]


@pytest.mark.parametrize(("headers", "said"), BAD, ids=range(len(BAD)))
@own_loop
async def test_header_that_can_not_be_sent_is_named(shared_client: Any, headers: dict[str, Any], said: str) -> None:  # noqa: ANN401 - the shared client
    """For the provider and for a fallback; the message holds no value."""
    plain = {"provider": "custom", "base_url": "http://127.0.0.1:9", "api_key": "", "model": "m", "verify": False}
    before = await show(shared_client)
    for change, where in (
        ({**plain, "headers": headers}, ""),
        ({**plain, "fallbacks": [{**plain, "name": "spare", "headers": headers}]}, "fallbacks[0]."),
    ):
        answer = await put(shared_client, **change)
        assert error(answer)[:2] == (400, "InputException")
        assert answer.json()["message"].startswith(where + said), answer.text
        assert SECRET not in answer.text
    assert await show(shared_client) == before


@pytest.mark.parametrize(
    ("provider", "api", "name", "refused"),
    [
        ("azure", "chat", "Api-Key", True),
        ("custom", "chat", "api-key", False),
        ("custom", "messages", "X-Api-Key", True),
        ("custom", "messages", "anthropic-version", True),
        ("custom", "messages", "anthropic-beta", False),
        ("custom", "chat", "x-api-key", False),
        ("local", "chat", "x-team", True),
    ],
)
@own_loop
async def test_what_is_ours_depends_on_the_dialect(
    shared_client: Any,  # noqa: ANN401 - as above
    provider: str,
    api: str,
    name: str,
    refused: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """A gateway may want a header that another dialect's key travels in."""
    place = {} if provider == "local" else {"base_url": "http://127.0.0.1:9", "api": api, "model": "m"}
    change = {"provider": provider, "api_key": "", "verify": False, "headers": {name: "v"}, **place}
    answer = await put(shared_client, **change)
    assert answer.status_code == (400 if refused else 200), answer.text


def test_setting_never_shows_its_headers() -> None:
    """Neither in a log line nor in a traceback."""
    made = resolve("custom", base_url="http://127.0.0.1:9", headers={"x-a": f" {SECRET} "})
    assert made.headers == (("x-a", SECRET),)
    assert SECRET not in f"{made!r} {made!s}"
    assert "headers='***'" in repr(structs.replace(made, api_key=""))
