"""Bodies that anybody may send before they are known: small, and read as what they have to be."""

import json
import tracemalloc
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.exported import running
from tests.assistant.harness import error, settings_for

LOGIN = "/api/v1/auth/login"
LIMIT = 8 * 1024
NULS = rb"\u0000" * 600_000
LARGE = {
    "a NUL over and over": b'{"email": "' + NULS + b'", "password": "x"}',
    "NULs in a list": b'{"email": [' + b'"\\u0000",' * 400_000 + b'"x"], "password": "x"}',
    "NULs as names": b'{"email": {' + b'"\\u0000":1,' * 400_000 + b'"x":1}, "password": "x"}',
    "unknown fields": b'{"email": "a@example.com", "password": "x", "more": [' + b"[]," * 900_000 + b"[]]}",
    "a long password": b'{"email": "a@example.com", "password": "' + b"x" * 4_000_000 + b'"}',
    "blanks": b" " * 4_000_000 + b'{"email": "a@example.com", "password": "x"}',
    "no JSON": b"[" * 4_000_000,
}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DeskClient]:
    """A desk on SQLite alone, for all tests here: what is refused reaches no database."""
    async with running(settings_for(tmp_path_factory.mktemp("strangers") / "var")) as client:
        yield client


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    """Send a body in pieces, without its length."""
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
async def test_large_body_of_a_sign_in_is_refused_unread(desk: DeskClient, body: bytes) -> None:
    """Its length says so, or its first pieces do; nothing of it is built up."""
    stranger = desk.signed_in({}).http
    for content in (body, pieces(body)):
        tracemalloc.start()
        answer = await stranger.post(LOGIN, content=content)
        grown = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert error(answer) == (413, "InputException", "too_large")
        assert answer.json()["message"] == "The body is too large: at most 8 KiB."
        assert grown < 1024 * 1024


@pytest.mark.parametrize(("size", "status"), [(LIMIT, 401), (LIMIT + 1, 413)])
async def test_bound_of_a_sign_in(desk: DeskClient, size: int, status: int) -> None:
    """A body of 8 KiB is read, one more byte is too much."""
    body = json.dumps({"email": "nobody@example.com", "password": "wrong"}).encode()
    answer = await desk.signed_in({}).http.post(LOGIN, content=body.ljust(size))
    assert answer.status_code == status


async def test_longest_password_is_no_large_body(desk: DeskClient) -> None:
    """Whatever an agent may have chosen they can sign in with, even with every character escaped."""
    password, email = "🔑" * 200, "e" * 60 + "@" + "example." * 20 + "com"
    await desk.new_agent(["Agent"], email=email, new_password=password)
    body = json.dumps({"email": email, "password": password})
    assert (await desk.signed_in({}).http.post(LOGIN, content=body)).status_code == 200


NUL_WHERE = [
    ({"email": "a@example.com", "password": "a\0b"}, "password"),
    ({"email": "a@example.com\0", "password": "ab"}, "email"),
    ({"email": "a@example.com", "password": ["\0"]}, "password"),
    ({"email": {"\0": "\0"}, "password": "ab"}, "email"),
    ({"email": "a@example.com", "password": "ab", "\0": 1}, "\0"),
    ({"email": "a@example.com", "password": "ab", "more": ["\0"]}, "more"),
]


@pytest.mark.parametrize(("body", "field"), NUL_WHERE)
async def test_nul_is_refused_and_the_field_named(desk: DeskClient, body: dict[str, object], field: str) -> None:
    """What is no text is refused for that, and a text that holds a NUL for the NUL."""
    answer = await desk.signed_in({}).http.post(LOGIN, json=body)
    assert error(answer) == (400, "InputException", "invalid_request")
    assert answer.json()["message"].startswith(f"{field}: ")


@pytest.mark.parametrize(("path", "limit"), [("/api/v1/agents", "4 MiB"), (LOGIN, "8 KiB")])
async def test_refusal_names_the_limit_of_its_operation(desk: DeskClient, path: str, limit: str) -> None:
    """An agent's own bodies may be as large as before."""
    answer = await desk.http.post(path, content=b" " * (4 * 1024 * 1024 + 1))
    assert error(answer) == (413, "InputException", "too_large")
    assert answer.json()["message"] == f"The body is too large: at most {limit}."


@pytest.mark.parametrize("path", ["/api/v1/agents", "/api/v1/conversations", "/api/v1/teams", "/api/v1/media"])
async def test_stranger_is_refused_before_a_body_is_read(desk: DeskClient, path: str) -> None:
    """All other operations ask who is calling first."""

    async def untouched() -> AsyncIterator[bytes]:
        yield b"[" * 65536
        pytest.fail("it was read on")

    answer = await desk.signed_in({}).http.post(path, content=untouched())
    assert error(answer)[0] == 401
