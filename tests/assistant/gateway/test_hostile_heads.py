"""Heads that strangers make up: each may be refused or passed on, and none of it stays in memory."""

import tracemalloc
from collections.abc import Callable
from typing import cast

import pytest
from litestar.types import Scope

from assistant.errors import InvalidRequestError
from assistant.gateway.headers import request_headers
from tests.assistant.gateway.wire import ask
from tests.fakes.core import ScriptedCore

LONG = 100_000
UNIQUE: dict[str, Callable[[int], tuple[bytes, bytes]]] = {
    "Host, a name": lambda number: (b"host", b"%06d" % number + b"a" * LONG),
    "Host, labels": lambda number: (b"host", b"%06d" % number + b".a" * (LONG // 2)),
    "Host, an address": lambda number: (b"host", b"[%06d" % number + b":0" * (LONG // 2) + b"]:80"),
    "Host that is none": lambda number: (b"host", b"%06d" % number + b"/" * LONG),
    "a name": lambda number: (b"%06d" % number + b"x" * LONG, b"1"),
    "a name with underscores": lambda number: (b"x_%06d" % number + b"_" * LONG, b"1"),
    "a name that begins as a proxy's": lambda number: (b"x-forwarded-%06d" % number + b"x" * LONG, b"1"),
    "Connection": lambda number: (b"connection", b"%06d" % number + b",a" * (LONG // 2)),
    "a value": lambda number: (b"x-a", b"%06d" % number + b"x" * LONG),
    "X-Forwarded-Host": lambda number: (b"x-forwarded-host", b"%06d" % number + b"a" * LONG),
}


def scope_of(*headers: tuple[bytes, bytes], peer: str = "192.0.2.1") -> Scope:
    """Return a request."""
    return cast("Scope", {"type": "http", "scheme": "http", "client": (peer, 4711), "headers": list(headers)})


def written(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return what the core is told, or nothing when that is refused."""
    try:
        return request_headers(scope, b"core:9000", ())
    except InvalidRequestError:
        return []


@pytest.mark.parametrize("kind", UNIQUE)
def test_nothing_of_a_head_stays_in_memory(kind: str) -> None:
    """A hundred different heads of 100 KB leave no more behind than one."""
    written(scope_of(UNIQUE[kind](0)))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(1, 101):
        written(scope_of(UNIQUE[kind](number)))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < LONG


HOSTS = [
    (b"a" * 255, True),
    (b"a" * 256, False),
    (b"a" * 250 + b":8080", True),
    (b"a" * 251 + b":8080", False),
    (b"a.b" * 85, True),
    (b"a.b" * 86, False),
    (b"[" + b"0:" * 120 + b"1]:443", True),
    (b"[" + b"0:" * 130 + b"1]:443", False),
    (b"a" * 390_000, False),
    (b"helpdesk.example:9000", True),
]


@pytest.mark.parametrize(("host", "taken"), HOSTS)
def test_bound_of_a_host(host: bytes, taken: bool) -> None:  # noqa: FBT001 - a row of the table
    """A Host of 255 bytes passes, one byte more does not."""
    headers = dict(written(scope_of((b"host", host))))
    assert (headers.get(b"host") == headers.get(b"x-forwarded-host") == host) is taken
    assert bool(headers) is taken


@pytest.mark.parametrize("length", [256, 5_000, 60_000])
def test_client_with_a_long_host_is_told(url: str, core: ScriptedCore, length: int) -> None:
    """The core never hears of it."""
    answer = ask(url, "GET", "/api/v1/thing", [("Host", "a" * length)])
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert "255 bytes" in answer.json["message"]
    assert core.requests == []


@pytest.mark.parametrize("begin", ["/", "/api/v1/ai/prompts/", "/%2e/", "/api/v1/thing/"])
@pytest.mark.parametrize("length", [8 * 1024, 8 * 1024 + 1])
def test_bound_of_a_path(url: str, core: ScriptedCore, begin: str, length: int) -> None:
    """8 KiB of a path pass, one byte more does not, whoever would answer; a query may be longer."""
    path = begin + "x" * (length - len(begin))
    answer = ask(url, "GET", path + "?q=" + "x" * 20_000)
    if length > 8 * 1024:
        assert (answer.status, answer.code) == (414, "too_large")
        assert "8192 bytes" in answer.json["message"]
        assert core.requests == []
    else:
        assert answer.status != 414
