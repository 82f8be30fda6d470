"""Clicks at llama.cpp's own server with a small model: a real server that an admin enters by its address."""

import contextlib
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.assistant.completion.asking import PATH, STREAMED, deltas_of, done_of, events_of, until
from tests.assistant.harness import ADMIN, error, service
from tests.assistant.serving import START, serving, wait_until
from tests.servers.llama import KEY, LlamaServer, llama_server

DRAFT = "We sent your parcel today. It takes three days."
LONG = "Your parcel is on its way. " * 12
MODEL = "SmolLM2-135M-Instruct.Q4_1"
SOON = 4.5  # seconds: fewer than the service waits before it asks a server again that loads its model

PROMPT = """\
---
title: {title}
description: As short as a prompt can be, as a small model takes its time.
brief: repeat it
guards: []
model: {{temperature: 0, max_output_tokens: {most}}}
---
{{% block system %}}Repeat the text.{{% endblock %}}
{{% block user %}}{{{{ content }}}}{{% endblock %}}
"""


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    """A llama.cpp."""
    with llama_server(tmp_path_factory.mktemp("llama")) as server:
        yield server


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with prompts for a small model, by how much they let it say."""
    folder = tmp_path_factory.mktemp("prompts")
    for name, most in (("short", 16), ("cut", 3), ("long", 2000)):
        (folder / f"{name}.j2").write_text(PROMPT.format(title=name, most=most))
    return folder


@pytest.fixture(scope="module")
def client(llama: LlamaServer, prompts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """An agent at a service whose admin has entered the server's address and key, and saved."""
    with serving(tmp_path_factory.mktemp("llama"), PROMPTS_DIR=str(prompts), REQUEST_TIMEOUT="50") as served:
        wait_until(llama.is_loaded)
        wait_until(lambda: passes(served.client.put, "/api/v1/ai/provider", setting(llama)))
        yield served.client


def setting(llama: LlamaServer, **more: object) -> dict[str, object]:
    """Return what an admin enters."""
    return {"provider": "custom", "base_url": llama.url, "api_key": KEY, "model": MODEL, **more}


def passes(send: Callable[..., httpx.Response], path: str, body: dict[str, object]) -> bool:
    """Press Save or Test, and tell whether it passes; on a busy machine the model may take longer than either waits."""
    answer = send(path, json=body)
    assert answer.is_success or error(answer)[2] in {"provider_timeout", "model_loading"}, answer.text
    return answer.is_success


def wanted(content: str, prompt: str = "short") -> dict[str, str]:
    """Return the body of a click."""
    return {"prompt_key": prompt, "content": content}


def test_a_draft_is_answered_whole(client: httpx.Client) -> None:
    """By the model that the server says it has, and with its tokens."""
    answer = client.post(PATH, json=wanted(DRAFT) | {"detail": True})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert data["text"].strip()
    assert (data["provider"], data["model"]) == ("custom", MODEL)
    assert data["usage"]["input_tokens"] > 10
    assert data["usage"]["output_tokens"] > 0


def test_a_draft_is_answered_in_pieces(client: httpx.Client) -> None:
    """Which together are the answer."""
    answer = client.post(PATH, json=wanted(f"{DRAFT} Thanks."), headers=STREAMED)
    events = events_of(answer.text)
    assert sum(event.name == "delta" for event in events) > 1
    assert deltas_of(events).strip() == done_of(events)["text"]


def test_an_answer_at_its_limit_is_said_to_be_cut(client: httpx.Client) -> None:
    """The model was not done: a warning says so."""
    data = client.post(PATH, json=wanted(DRAFT, "cut") | {"detail": True}).json()["data"]
    assert data["text"].strip()
    assert any("length limit" in warning for warning in data["warnings"])


def test_a_draft_beyond_the_context_is_told_to_the_agent(client: httpx.Client) -> None:
    """It can be shortened, whole and streamed."""
    for headers in ({}, STREAMED):
        answer = client.post(PATH, json=wanted("word " * 4000), headers=headers)
        assert error(answer) == (422, "DataException", "context_too_long")


def test_a_wrong_key_is_told_to_the_admin(client: httpx.Client, llama: LlamaServer) -> None:
    """By Test and by Save, and the setting in use stays."""
    wrong = setting(llama, api_key="sk-wrong")
    for answer in (
        client.post("/api/v1/ai/provider/test", json=wrong),
        client.put("/api/v1/ai/provider", json=wrong),
    ):
        assert error(answer) == (400, "InputException", "provider_key")
    wait_until(lambda: passes(client.post, "/api/v1/ai/provider/test", setting(llama)))


def test_a_model_that_it_has_not_is_no_trouble(client: httpx.Client, llama: LlamaServer) -> None:
    """It answers with the one that it has; one that is not named is looked up in its list."""
    wait_until(lambda: passes(client.post, "/api/v1/ai/provider/test", setting(llama, model="another")))
    wait_until(lambda: passes(client.post, "/api/v1/ai/provider/test", setting(llama, model="")))


@pytest.mark.parametrize("begun", [False, True], ids=["before the first byte", "after it"])
def test_an_agent_who_leaves_ends_the_work(client: httpx.Client, llama: LlamaServer, *, begun: bool) -> None:
    """The server stops reading the draft, or writing the answer."""
    body = msgspec.json.encode(wanted(DRAFT if begun else LONG, "long"))
    with contextlib.closing(HTTPConnection(client.base_url.host, client.base_url.port or 80, timeout=START)) as agent:
        agent.request("POST", PATH, body, {**ADMIN, **STREAMED})
        if begun:
            answer = agent.getresponse()
            assert answer.readline().startswith(b"event: delta")
        wait_until(lambda: not llama.is_idle())
    wait_until(llama.is_idle)


async def test_a_click_at_its_start_is_told_that_the_model_loads(state: Path, prompts: Path, tmp_path: Path) -> None:
    """The server says so itself, and the agent, who waits no longer than this, is told at once; then it answers."""
    async with service(state, prompts_dir=prompts, request_timeout=SOON) as client:
        with llama_server(tmp_path) as llama:
            saved = await client.put("/api/v1/ai/provider", json=setting(llama, verify=False))
            assert saved.status_code == 200, saved.text
            first = await client.post(PATH, json=wanted(DRAFT))
            assert error(first) == (503, "NetworkException", "model_loading")
            assert int(first.headers["retry-after"]) >= 1

            async def answered() -> bool:
                return (await client.post(PATH, json=wanted(DRAFT))).status_code == httpx.codes.OK

            await until(answered, START)
