"""Generated requests, sent to the core directly and through the service: no one can tell the two answers apart.

The core's answer carries a fingerprint of what it received, so a request that was changed on its way is seen as well.
"""

import os
import string
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.assistant.gateway.wire import Answer, Wire, chunks, request_bytes
from tests.assistant.serving import Served
from tests.fakes.core import ScriptedCore
from tests.fakes.core_derived import HEADER, NOT_COMPARED, Wanted, derived

COMMON = settings(
    max_examples=200 * int(os.environ.get("EXAMPLES_FACTOR", "1")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
TOKEN = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
FRAMES = NOT_COMPARED | {"content-length", "expect", "host", "date", "server", HEADER}
"""Headers that frame a message or belong to one hop: their own tests are elsewhere."""

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "MKCOL", "BREW"]
STATUSES = [200, 201, 202, 203, 204, 206, 207, 226, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405]
STATUSES += [
    406,
    407,
    409,
    410,
    412,
    413,
    415,
    416,
    418,
    422,
    425,
    428,
    429,
    431,
    451,
    499,
    500,
    501,
    502,
    503,
    504,
    599,
]


def is_free(name: str) -> bool:
    """Whether a header of this name is no one's but the client's or the core's."""
    return name.lower() not in FRAMES and not name.lower().replace("_", "-").startswith(("x-forwarded", "x-real-ip"))


VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"), max_size=30) | st.text(
    string.ascii_letters + " \t,;=\"'", max_size=30
).map(lambda value: value.strip(" \t"))
NAMES = st.sampled_from(
    ["Accept", "Accept-Encoding", "Authorization", "Cookie", "Content-Type", "If-None-Match", "Range", "Origin", "Via"]
) | st.text(TOKEN, min_size=1, max_size=15).filter(is_free)
ANSWER_NAMES = st.sampled_from(
    ["Set-Cookie", "Content-Type", "Content-Encoding", "ETag", "Location", "Vary", "Cache-Control", "WWW-Authenticate"]
) | st.text(TOKEN, min_size=1, max_size=15).filter(is_free)
SEGMENTS = st.text(string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@\\|{}[]", max_size=8) | st.integers(
    0, 255
).map(lambda byte: f"%{byte:02X}")
QUERIES = st.text(string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@/?%[]{}|\\^`", min_size=1, max_size=20)
TARGETS = st.builds(
    lambda parts, query: f"/differential/{'/'.join(parts)}" + (f"?{query}" if query else ""),
    st.lists(SEGMENTS, max_size=5),
    st.none() | QUERIES,
)
ANSWERS = st.builds(
    Wanted,
    status=st.sampled_from(STATUSES),
    headers=st.lists(st.tuples(ANSWER_NAMES, VALUES), max_size=6),
    body=st.binary(max_size=300) | st.integers(0, 30_000).map(lambda size: b"0123456789abcdef" * (size // 16)),
    framing=st.sampled_from(["length", "chunked", "close"]),
    pieces=st.integers(1, 5),
)
BODIES = st.none() | st.lists(st.binary(max_size=200) | st.just(b"z" * 100_000), min_size=0, max_size=4)


class Pair:
    """A connection to the core and one to the service, kept from one request to the next."""

    def __init__(self, core: str, front: str) -> None:
        self._urls = (core, front)
        self._wires = [Wire(url) for url in self._urls]

    def ask(self, content: bytes, method: str) -> tuple[Answer, Answer]:
        """Send a request both ways."""
        direct, through = (self._ask(which, content, method) for which in (0, 1))
        return direct, through

    def _ask(self, which: int, content: bytes, method: str) -> Answer:
        wire = self._wires[which]
        wire.send(content)
        answer = wire.answer(method)
        if "close" in answer.values("connection") or not answer.whole:
            self.renew(which)
        return answer

    def renew(self, which: int) -> None:
        """Connect anew."""
        self._wires[which].close()
        self._wires[which] = Wire(self._urls[which])

    def close(self) -> None:
        """Leave."""
        for wire in self._wires:
            wire.close()


@pytest.fixture
def pair(front: Served, core: ScriptedCore) -> Iterator[Pair]:
    """Both ways to a core whose answers follow from the requests."""
    core.script_all(derived())
    both = Pair(core.url, str(front.client.base_url))
    yield both
    both.close()


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A request, and the answer that it asks for."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    pieces: list[bytes] | None
    chunked: bool
    wanted: Wanted

    def written(self) -> bytes:
        """Return the request's bytes."""
        told = [("Host", "helpdesk.example"), (HEADER, self.wanted.written()), *self.headers]
        if self.pieces is None:
            return request_bytes(self.method, self.target, told)
        if self.chunked:
            chunked = [*told, ("Transfer-Encoding", "chunked")]
            return request_bytes(self.method, self.target, chunked, chunks(*self.pieces))
        return request_bytes(self.method, self.target, told, b"".join(self.pieces))


CASES = st.builds(
    Case,
    method=st.sampled_from(METHODS),
    target=TARGETS,
    headers=st.lists(st.tuples(NAMES, VALUES), max_size=6),
    pieces=BODIES,
    chunked=st.booleans(),
    wanted=ANSWERS,
)


@COMMON
@given(case=CASES)
def test_core_and_service_answer_alike(pair: Pair, case: Case) -> None:
    """Same status, same headers but those for one hop, same bytes; and the core has received the same."""
    direct, through = pair.ask(case.written(), case.method)
    assert (through.status, through.whole) == (direct.status, direct.whole)
    assert through.body == direct.body
    assert compared(through) == compared(direct)
    bodiless = case.method == "HEAD" or through.status in {204, 304}
    if direct.values("content-length") or bodiless:
        assert through.values("content-length") == direct.values("content-length")
    else:  # a body that ended by chunks or by the connection may get its true length
        assert through.values("content-length") in ([], [str(len(through.body))])


def compared(answer: Answer) -> list[tuple[str, str]]:
    """Return the headers that a proxy leaves alone. Date and Server: the core sends none, so the service may."""
    for name in ("date", "server"):
        assert len(answer.values(name)) <= 1
    return sorted(each for each in answer.headers if each[0] not in FRAMES)
