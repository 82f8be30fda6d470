"""Why a setting does not work is told to the admin who tries it, with what to do; agents read one plain sentence."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.assistant.harness import error, own_loop, service
from tests.assistant.provider_setting.setting import ask, put
from tests.fakes import FakeProvider, steps
from tests.fakes.certificates import authority, server_side
from tests.servers.process import free_port

KEY = "sk-live-8f3a2c-never-shown"
UNAVAILABLE = (502, "NetworkException", "provider_unavailable")
REJECTED = (502, "NetworkException", "provider_rejected")


async def tried(client: httpx.AsyncClient, **setting: Any) -> list[httpx.Response]:  # noqa: ANN401 - JSON
    """Press Save and Test, ours and those of Libredesk's page."""
    ours = {"provider": "custom", "api_key": "", "model": "m", **setting}
    page = {name: ours[name] for name in ("api_key", "model", "base_url")}
    return [
        await client.put("/api/v1/ai/provider", json=ours),
        await client.post("/api/v1/ai/provider/test", json=ours),
        await client.put("/api/v1/ai/config/completion", json=page),
        await client.post("/api/v1/ai/config/completion/test", json=page),
    ]


async def told(client: httpx.AsyncClient, expected: tuple[int, str, str], **setting: Any) -> str:  # noqa: ANN401 - JSON
    """Return the one message that all four buttons answer with."""
    answers = await tried(client, **setting)
    assert {error(answer) for answer in answers} == {expected}
    [message] = {answer.json()["message"] for answer in answers}
    assert KEY not in message
    return str(message)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
@own_loop
async def test_localhost_in_a_container_is_the_container(
    shared_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """The most usual mistake with a server of one's own: the message says what to enter instead."""
    monkeypatch.setenv("container", "podman")
    port = free_port()
    message = await told(shared_client, UNAVAILABLE, base_url=f"http://{host}:{port}")
    assert f"nothing listens at {host.strip('[]')}:{port} (connection refused)" in message
    assert f"enter http://host.docker.internal:{port}/v1" in message


@own_loop
async def test_host_that_can_not_list_its_models_says_why(
    shared_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An admin who names no model reads why no list of them came, and not only that one must be named."""
    monkeypatch.setenv("container", "podman")
    port = free_port()
    setting = {"provider": "ollama", "api_key": "", "base_url": f"http://localhost:{port}"}
    for answer in (
        await shared_client.put("/api/v1/ai/provider", json=setting),
        await shared_client.post("/api/v1/ai/provider/test", json=setting),
    ):
        assert error(answer) == (400, "InputException", "invalid_request")
        assert answer.json()["message"].startswith("model: ")
        assert f"enter http://host.docker.internal:{port}/v1" in answer.json()["message"]


@own_loop
async def test_mistyped_host_name_is_said_to_be_one(
    shared_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up is the loop's, which no server can stand in for."""

    async def unknown(*_args: object, **_how: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    for answer in await tried(shared_client, base_url="https://mistyped.example.org"):
        assert error(answer) == UNAVAILABLE
        assert "the host name mistyped.example.org has no address (DNS)" in answer.json()["message"]
        assert "base_url" in answer.json()["message"]


@pytest.mark.parametrize(("signed", "said"), [(True, "an authority signed it that"), (False, "it is self-signed")])
@own_loop
async def test_refused_certificate_is_told_with_its_problem(
    shared_client: httpx.AsyncClient, tmp_path: Path, *, signed: bool, said: str
) -> None:
    """And with the setting that makes the service trust it."""
    with FakeProvider("chat", tls=server_side(tmp_path / "tls", authority() if signed else None)) as fake:
        message = await told(shared_client, UNAVAILABLE, base_url=fake.url)
    assert f"was refused: {said}" in message
    assert "ASSISTANT_CA_FILE" in message


@asynccontextmanager
async def plain_server() -> AsyncIterator[int]:
    """Serve plain HTTP, and give its port; like real servers, it answers at once to what is none."""

    async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


@own_loop
async def test_https_at_a_plain_port_and_the_other_way_round(shared_client: httpx.AsyncClient, tmp_path: Path) -> None:
    """The scheme is the mistake, so the scheme is named."""
    async with plain_server() as port:
        message = await told(shared_client, UNAVAILABLE, base_url=f"https://127.0.0.1:{port}")
        assert "does not speak TLS. Enter http://" in message
    with FakeProvider("chat", tls=server_side(tmp_path / "tls", authority())) as fake:
        for answer in await tried(shared_client, base_url=fake.url.replace("https", "http")):
            assert "enter https:// in base_url" in answer.json()["message"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            steps.whole(404, b"<html>Not Found</html>"),
            "it has nothing at /v1/chat/completions. Enter the whole endpoint",
        ),
        (steps.whole(404, b'{"detail": "Not Found"}'), "it has nothing at /v1/chat/completions"),
        (steps.whole(404, b"404 page not found"), "it has nothing at /v1/chat/completions"),
        (steps.whole(405, b'{"detail": "Method Not Allowed"}'), "it has nothing at /v1/chat/completions"),
        (steps.whole(404, b""), "it has nothing at /v1/chat/completions"),
    ],
)
@own_loop
async def test_wrong_path_is_told_with_the_path(shared_client: httpx.AsyncClient, step: steps.Step, said: str) -> None:
    """An admin reads where was asked, and that the whole endpoint can be entered."""
    with FakeProvider("chat") as fake:
        fake.script(*[step] * 4)
        assert said in await told(shared_client, REJECTED, base_url=f"{fake.url}/v1")


@pytest.mark.parametrize(
    "step",
    [
        steps.status(404, kind="model_not_found", message="The model does not exist."),
        steps.status(404, message="model 'm' not found, try pulling it first"),
        steps.status(404, kind="DeploymentNotFound", message="The API deployment for this resource does not exist."),
        steps.status(400, message="m is not a valid model ID; the model was not found"),
        steps.status(400, param="model", message="Invalid value."),
    ],
)
@own_loop
async def test_unknown_model_is_told_with_those_that_there_are(
    shared_client: httpx.AsyncClient, step: steps.Step
) -> None:
    """The names come from the host's own list."""
    listed = steps.whole(200, b'{"object": "list", "data": [{"id": "qwen3:8b"}, {"id": "gemma3"}]}')
    with FakeProvider("chat") as fake:
        fake.script(*[step, listed] * 4)
        message = await told(shared_client, REJECTED, base_url=f"{fake.url}/v1")
    assert "it has no model 'm'" in message
    assert "qwen3:8b" in message


@own_loop
async def test_key_is_told_as_missing_or_wrong(shared_client: httpx.AsyncClient) -> None:
    """Neither is about the address."""
    refused = (400, "InputException", "provider_key")
    with FakeProvider("chat", key="right") as fake:
        missing = await told(shared_client, refused, base_url=fake.url)
        wrong = await told(shared_client, refused, base_url=fake.url, api_key=KEY)
    assert missing.endswith("No key was sent: enter one as api_key.")
    assert "valid for this address" in wrong


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (steps.garbage(), "does not speak HTTP"),
        (steps.close(), "closed the connection without an answer"),
        (steps.wrong_content_type(), "not of a web page"),
        (steps.status(407), "proxy"),
    ],
)
@own_loop
async def test_what_is_no_api_is_told(shared_client: httpx.AsyncClient, step: steps.Step, said: str) -> None:
    """A port of something else, or a page of a proxy."""
    with FakeProvider("chat") as fake:
        fake.script(*[step] * 4)
        for answer in await tried(shared_client, base_url=fake.url):
            assert said in answer.json()["message"]


@own_loop
async def test_failing_fallback_says_why(shared_client: httpx.AsyncClient) -> None:
    """With its place, as for the provider itself."""
    with FakeProvider("chat") as fake:
        spare = {"provider": "custom", "base_url": f"http://127.0.0.1:{(port := free_port())}", "api_key": ""}
        setting = {"provider": "custom", "base_url": fake.url, "api_key": "", "fallbacks": [spare]}
        answer = await shared_client.put("/api/v1/ai/provider", json=setting)
    assert answer.json()["message"].startswith("fallbacks[0] (custom): The provider custom is not available: nothing")
    assert f"127.0.0.1:{port}" in answer.json()["message"]


UNKNOWN = [
    steps.whole(404, b"<html>Not Found</html>"),
    steps.whole(404, b"404 page not found"),
    steps.whole(405, b'{"detail": "Method Not Allowed"}'),
    steps.status(404, kind="model_not_found", message="The model does not exist."),
    steps.status(404, message="model 'm' not found, try pulling it first"),
    steps.status(400, param="model", message="Invalid value."),
    steps.status(400, message="m is not a valid model ID"),
]


@pytest.mark.parametrize("step", UNKNOWN)
@pytest.mark.parametrize("accepts", ["application/json", "text/event-stream"])
@own_loop
async def test_agents_are_sent_to_who_can_mend_an_address(
    client: httpx.AsyncClient, step: steps.Step, accepts: str
) -> None:
    """They can change neither address nor model, and read of no setting; Test and Save say what to change."""
    with FakeProvider("chat") as fake:
        fake.script(*[step] * 9)
        there = {"base_url": f"{fake.url}/v1", "model": "m"}
        assert (await put(client, provider="custom", api_key="", verify=False, **there)).status_code == 200
        body = {"prompt_key": "reply_friendly", "content": "no refund"}
        told = await client.post("/api/v1/ai/completion", json=body, headers={"Accept": accepts})
        german = await client.post(
            "/api/v1/ai/completion", json=body, headers={"Accept": accepts, "Accept-Language": "de"}
        )
        answers = await tried(client, **there)
    assert {error(each) for each in (told, german, *answers)} == {REJECTED}
    assert told.json()["message"] == (
        "The AI provider custom does not know this address or model. Tell your administrator."
    )
    assert german.json()["message"].endswith("Bitte wenden Sie sich an einen Administrator.")
    for each in answers:
        assert "Enter " in each.json()["message"]


async def test_agents_read_one_plain_sentence(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No address, no setting, no container: what they can do, and who can mend it."""
    monkeypatch.setenv("container", "podman")
    port = free_port()
    async with service(state, provider="custom", base_url=f"http://127.0.0.1:{port}") as client:
        answer = await ask(client)
    assert error(answer) == UNAVAILABLE
    for word in ("base_url", "127.0.0.1", str(port), "container", "ASSISTANT_"):
        assert word not in answer.json()["message"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (
            404,
            "No models loaded. Please load a model in the developer page or use the 'lms load' command.",
        ),  # LM Studio
        (400, "Model unloaded."),
        (400, "Model is unloaded."),
        (400, "No model is currently loaded"),
        (404, "no model loaded"),
    ],
)
async def test_server_without_a_loaded_model_is_said_to_be_one(
    client: httpx.AsyncClient, status: int, said: str
) -> None:
    """Nobody looks for another name of a model that is only not loaded."""
    with FakeProvider() as fake:
        fake.script(*[steps.status(status, message=said)] * 9)
        message = await told(client, REJECTED, base_url=fake.url)
    assert "no model is loaded there" in message
    assert "Load one in the server" in message
