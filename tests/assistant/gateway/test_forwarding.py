"""What is not ours goes to the core as it came, and the answer comes back as it was."""

import gzip

import pytest

from tests.assistant.gateway.wire import Wire, ask, chunks, exchange, request_bytes
from tests.assistant.serving import Served
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore

TARGETS = [
    "/",
    "/tickets?a=1&a=2&b",
    "/tickets?q=%41%20b+c%2Fd%3f&x=%zz",
    "/tickets?next=http://elsewhere/?a=b",
    "/a%2fb/%C3%A9/%00/x;y=1",
    "/a//b///c/",
    "/a/../b/./c",
    "/~user/(x)'!$*,;=:@",
    "/api/v1/ai/unknown?x=1",
    "/api/v1/ai/nothing/",
    "/api/v1/ai/config/embedding",
    "/API/v1/ai/nothing",
    "/api/v1/conversations/all?page=1&page_size=30",
]


@pytest.mark.parametrize("target", TARGETS)
def test_target_reaches_the_core_byte_for_byte(url: str, core: ScriptedCore, target: str) -> None:
    """Path and query are no one's business but the core's."""
    answer = ask(url, "GET", target)
    [request] = core.requests
    assert (answer.status, request.target) == (200, target), request


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "BREW"])
def test_every_method_is_passed_on(url: str, core: ScriptedCore, method: str) -> None:
    """Also one that no one has heard of."""
    answer = ask(url, method, "/thing", [], b"payload")
    [request] = core.requests
    assert (answer.status, request.method, bytes(request.body)) == (200, method, b"payload"), request


def test_body_with_a_length_keeps_it(url: str, core: ScriptedCore) -> None:
    """The core sees the same length, and no other framing."""
    ask(url, "POST", "/thing", [], b"x" * 70_000)
    [request] = core.requests
    assert request.values("content-length") == ["70000"]
    assert request.values("transfer-encoding") == []
    assert (bytes(request.body), request.whole) == (b"x" * 70_000, True)


def test_body_in_chunks_stays_in_chunks(url: str, core: ScriptedCore) -> None:
    """Its length is not known to us either."""
    content = request_bytes("POST", "/thing", [("Host", "x"), ("Transfer-Encoding", "chunked")], chunks(b"one", b"two"))
    assert exchange(url, content) is not None
    [request] = core.requests
    assert request.values("transfer-encoding") == ["chunked"]
    assert request.values("content-length") == []
    assert (bytes(request.body), request.whole) == (b"onetwo", True)


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS"])
def test_request_without_a_body_gets_no_framing(url: str, core: ScriptedCore, method: str) -> None:
    """A length that no one sent would be a header of our own."""
    ask(url, method, "/thing")
    [request] = core.requests
    assert request.values("content-length") + request.values("transfer-encoding") == []


def test_empty_body_keeps_its_length(url: str, core: ScriptedCore) -> None:
    """Some servers insist on a length for POST."""
    ask(url, "POST", "/thing", [], b"")
    [request] = core.requests
    assert request.values("content-length") == ["0"]


def test_expectation_is_answered_here(url: str, core: ScriptedCore) -> None:
    """The client hears that it may send its body; the core is not asked to wait for it."""
    with Wire(url) as wire:
        headers = [("Host", "x"), ("Expect", "100-continue"), ("Content-Length", "4")]
        wire.send(request_bytes("POST", "/thing", headers))
        assert wire.some().startswith(b"HTTP/1.1 100 ")
        wire.send(b"body")
        assert wire.answer().status == 200
    [request] = core.requests
    assert request.values("expect") == []
    assert bytes(request.body) == b"body"


def test_head_keeps_the_length_of_what_it_does_not_carry(url: str, core: ScriptedCore) -> None:
    """HEAD tells the size of a file, and the connection goes on."""
    core.at("/file", acts.answer(200, b"x" * 5000, [("Content-Type", "image/png")]))
    with Wire(url) as wire:
        first, second = wire.ask("HEAD", "/file"), wire.ask("GET", "/file")
    assert (first.status, first.values("content-length"), first.body) == (200, ["5000"], b"")
    assert first.values("content-type") == ["image/png"]
    assert (second.status, len(second.body)) == (200, 5000)
    assert core.requests[0].method == "HEAD"


@pytest.mark.parametrize(
    "act",
    [
        acts.answer(200, b"hello"),
        acts.answer(200, b""),
        acts.chunked([b"he", b"l", b"lo"]),
        acts.chunked([]),
        acts.until_close(b"hello"),
        acts.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        acts.drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n0\r\n\r\n"),
        acts.raw(b"HTTP/1.0 200 OK\r\n\r\nhello", then="fin"),
        acts.raw(b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello"),
    ],
    ids=["length", "empty", "chunked", "no-chunk", "close", "drip", "drip-chunked", "http-1.0", "no-reason"],
)
def test_every_framing_of_an_answer_comes_whole(url: str, core: ScriptedCore, act: acts.Act) -> None:
    """However the core says where its answer ends, the client gets all of it and hears the end."""
    core.at("/thing", act)
    with Wire(url) as wire:
        answer = wire.ask("GET", "/thing")
        assert (answer.status, answer.whole) == (200, True)
        assert answer.body in {b"hello", b""}
        assert wire.ask("GET", "/next").status == 200


@pytest.mark.parametrize(
    "status", [201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 404, 409, 418, 429, 503]
)
def test_status_comes_back(url: str, core: ScriptedCore, status: int) -> None:
    """Errors of the core are the core's, and redirects are for the client to follow."""
    headers = [("Location", "http://elsewhere.example/a?b#c"), ("Retry-After", "3"), ("ETag", '"x"')]
    core.at("/thing", acts.answer(status, b"as it is", headers))
    with Wire(url) as wire:
        answer = wire.ask("GET", "/thing")
        assert wire.ask("GET", "/next").status == 200
    assert answer.status == status
    assert answer.body == (b"" if status in {204, 304} else b"as it is")
    assert [answer.values(name) for name in ("location", "retry-after", "etag")] == [
        ["http://elsewhere.example/a?b#c"],
        ["3"],
        ['"x"'],
    ]
    assert len(core.seen("/thing")) == 1


def test_compressed_body_is_left_alone(url: str, core: ScriptedCore) -> None:
    """Neither unpacked nor packed, and nothing is asked for in the client's name."""
    packed = gzip.compress(b"hello" * 1000)
    core.at("/packed", acts.answer(200, packed, [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]))
    answer = ask(url, "GET", "/packed", [("Accept-Encoding", "gzip;q=0.5, br")])
    assert (answer.body, answer.values("content-encoding")) == (packed, ["gzip"])
    assert core.requests[0].values("accept-encoding") == ["gzip;q=0.5, br"]


def test_interim_answers_do_not_confuse(url: str, core: ScriptedCore) -> None:
    """Early hints are dropped, and the answer follows."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    core.at(
        "/thing", acts.raw(hints, b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    )
    answer = ask(url, "GET", "/thing")
    assert (answer.status, answer.body, answer.values("link")) == (200, b"ok", [])


def test_both_parts_are_documented(desk_inside: Served, url: str) -> None:
    """Our own pages answer in front of any core."""
    for base in (desk_inside.client.base_url, url):
        assert ask(base, "GET", "/docs/openapi.json").json["openapi"]
        assert ask(base, "HEAD", "/health").status == 200
