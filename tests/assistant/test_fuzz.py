"""Generated requests: whatever is sent, the answer is one of the contract's, in the envelope, and never a crash."""

import asyncio
import os
import string
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.assistant.harness import service
from tests.fakes import FakeProvider

T = TypeVar("T")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["reply_friendly", "translate", "make_concise", "nope", ""]) | TEXT
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "prompt_key": KEYS | JSON,
        "content": TEXT | JSON,
        "variables": st.dictionaries(st.sampled_from(["language", "tone"]) | TEXT, JSON, max_size=2) | JSON,
        "instruction": TEXT | JSON,
        "selection": st.fixed_dictionaries({}, optional={"text": TEXT, "before": TEXT, "after": TEXT}) | JSON,
        "detail": st.booleans() | JSON,
        "provider": st.sampled_from(["custom", "openai", "local", "ollama"]) | JSON,
        "api_key": TEXT | JSON,
        "base_url": st.sampled_from(["http://127.0.0.1:9", "http://[::1", "https://x/?q", "//"]) | TEXT | JSON,
        "model": TEXT | JSON,
        "api": st.sampled_from(["chat", "messages"]) | JSON,
        "fallbacks": st.lists(st.fixed_dictionaries({"provider": st.just("custom")}), max_size=2) | JSON,
        "patterns": st.lists(st.fixed_dictionaries({"name": st.just("own"), "pattern": TEXT}), max_size=2) | JSON,
        "private": st.lists(st.sampled_from(["email", "link", "own"]) | TEXT, max_size=2) | JSON,
        "verify": st.just(value=False),
    },
)
PATHS = [
    ("POST", "/api/v1/ai/completion"),
    ("PUT", "/api/v1/ai/provider"),
    ("PUT", "/api/v1/ai/masking"),
    ("PUT", "/api/v1/ai/budgets"),
    ("GET", "/api/v1/ai/prompts"),
    ("POST", "/api/v1/agents/1/api-key/"),
]
# The last one renews the administrator's key, so that is sent with no one's credentials.
COMMON = settings(
    max_examples=150 * int(os.environ.get("EXAMPLES_FACTOR", "1")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Running:
    """A service on a loop of its own, so that a synchronous test can talk to it many times."""

    def __init__(self, loop: asyncio.AbstractEventLoop, client: httpx.AsyncClient) -> None:
        self._loop = loop
        self._client = client

    def request(self, method: str, path: str, **what: object) -> httpx.Response:
        """Send one request."""
        return self._loop.run_until_complete(self._client.request(method, path, **what))  # type: ignore[arg-type] # passed on as it came


@pytest.fixture
def running(state: Path) -> Iterator[Running]:
    """A service with a provider that always answers."""
    with FakeProvider("chat") as fake, asyncio.Runner() as runner:
        context = service(state, provider="custom", base_url=fake.url, log_level="error")
        client = runner.run(_enter(context.__aenter__))
        yield Running(runner.get_loop(), client)
        runner.run(_enter(lambda: context.__aexit__(None, None, None)))


async def _enter(step: Callable[[], Awaitable[T]]) -> T:
    return await step()


def check(answer: httpx.Response) -> None:
    """See that an answer is one of the contract's."""
    assert answer.status_code in {200, 400, 401, 404, 405, 413, 422, 502}, answer.text
    body = answer.json()
    if answer.status_code == 200:
        assert body["status"] == "success"
    else:
        assert (body["status"], bool(body["message"]), bool(body["data"]["code"])) == ("error", True, True)
        assert "Traceback" not in body["message"]


@COMMON
@given(place=st.sampled_from(PATHS[:-1]), body=BODIES | JSON)
def test_any_json_gets_an_answer(running: Running, place: tuple[str, str], body: object) -> None:
    """JSON of any shape."""
    try:
        check(running.request(*place, json=body))
    except ValueError as error:  # a number that JSON can't write: the client refuses to send it
        assert "JSON" in str(error)  # noqa: PT017 - a success is fine too


@COMMON
@given(place=st.sampled_from(PATHS[:-1]), body=st.binary(max_size=200))
def test_any_bytes_get_an_answer(running: Running, place: tuple[str, str], body: bytes) -> None:
    """Bytes that are JSON by accident only."""
    check(running.request(*place, content=body))


@COMMON
@given(
    path=st.text(string.printable, max_size=30).map(lambda text: "/" + quote(text, safe="/;?=&")),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
)
def test_any_path_gets_an_answer(running: Running, path: str, method: str) -> None:
    """Paths that no one has are not found; ours with another method say so."""
    answer = running.request(method, f"http://assistant{path}")
    if answer.headers.get("content-type", "").startswith("application/json") and answer.content:
        check(answer)
    else:
        assert answer.status_code in {200, 404}


@COMMON
@given(header=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60))
def test_any_credentials_get_an_answer(running: Running, header: str) -> None:
    """Whatever stands in the header, a stranger stays outside."""
    for method, path in PATHS:
        answer = running.request(method, path, headers={b"authorization": header.encode("latin-1")})
        check(answer)
        assert answer.status_code == 401
