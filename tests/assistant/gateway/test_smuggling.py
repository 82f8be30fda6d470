"""Requests and answers hidden behind others: the core and we always agree where one ends and the next begins."""

import threading

import pytest

from tests.assistant.gateway.test_attacks import shown
from tests.assistant.gateway.wire import Answer, Wire, chunks, exchange, request_bytes
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked"
SMUGGLING = {
    "CL.TE": [b"Content-Length: %d" % len(chunks() + SMUGGLED), CHUNKED],
    "TE.CL": [CHUNKED, b"Content-Length: 4"],
    "CL.CL": [b"Content-Length: 0", b"Content-Length: %d" % len(SMUGGLED)],
    "CL, CL": [b"Content-Length: 0, %d" % len(SMUGGLED)],
    "CL twice the same": [b"Content-Length: 5", b"Content-Length: 5"],
    "CL with a sign": [b"Content-Length: +5"],
    "CL in hex": [b"Content-Length: 0x5"],
    "CL with a space": [b"Content-Length: 5 5"],
    "CL huge": [b"Content-Length: 99999999999999999999999999"],
    "CL before the colon": [b"Content-Length : 5"],
    "TE before the colon": [b"Transfer-Encoding : chunked"],
    "TE with a prefix": [b"Transfer-Encoding: xchunked"],
    "TE quoted": [b'Transfer-Encoding: "chunked"'],
    "TE identity": [b"Transfer-Encoding: identity", b"Content-Length: 5"],
    "TE gzip": [b"Transfer-Encoding: gzip, chunked"],
    "TE twice": [CHUNKED, b"Transfer-Encoding: identity"],
    "TE reversed": [b"Transfer-Encoding: chunked, identity"],
    "TE with a tab": [b"Transfer-Encoding:\tchunked"],
    "TE with VT": [b"Transfer-Encoding: \x0bchunked"],
    "TE folded": [b"Transfer-Encoding:\r\n chunked"],
    "TE by line feed": [b"X: y\nTransfer-Encoding: chunked"],
    "CL named in Connection": [b"Content-Length: 5", b"Connection: Content-Length"],
    "TE named in Connection": [CHUNKED, b"Connection: Transfer-Encoding"],
    "CL with an underscore": [b"Content_Length: 5"],
}
SURPLUS = {
    "bytes": b"more",
    "another answer": b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nevil",
    "another head": b"HTTP/1.1 500 Oops\r\n\r\n",
    "unfinished head": b"HTTP/1.1 200 OK\r\n",
    "unfinished status line": b"HTTP/1.1 20",
    "first letter": b"H",
    "zeros": b"\x00" * 9,
}
EVIL = b"HTTP/1.1 500 Evil\r\nContent-Length: 4\r\n\r\nevil"
BODIES = {"chunks": chunks() + SMUGGLED, "bytes": SMUGGLED}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("lines", SMUGGLING.values(), ids=SMUGGLING)
def test_core_sees_one_length_and_no_hidden_request(
    url: str, core: ScriptedCore, lines: list[bytes], body: bytes
) -> None:
    """Conflicting lengths are refused or made one: the core and we always see the same requests."""
    with Wire(url) as wire:
        wire.send(b"\r\n".join([b"POST /outer HTTP/1.1", b"Host: x", *lines, b"", b""]) + body)
        answers = _all_answers(wire)
    for request in core.requests:
        framings = request.values("content-length") + request.values("transfer-encoding")
        assert len(framings) <= 1, shown(core)
        assert request.whole or request.path == "/outer", shown(core)
        assert framings in ([], ["chunked"]) or framings[0].isdecimal(), shown(core)
    served = [answer.json["target"] for answer in answers if answer.status == 200]
    asked = [request.target for request in core.requests if request.whole]
    assert served == asked, shown(core)


def test_coding_that_we_do_not_know_is_not_dropped(url: str, core: ScriptedCore) -> None:
    """A body that is packed for the way is refused (RFC 9112, 6.1), not passed on as if it were not packed."""
    headers = [("Host", "x"), ("Transfer-Encoding", "gzip, chunked")]
    answer = exchange(url, request_bytes("POST", "/thing", headers, chunks(b"packed")))
    assert answer is None or answer.status in {400, 501}, answer
    assert core.requests == [], shown(core)


@pytest.mark.parametrize("body", [b"xyz\r\n", b"5\r\nhelloworld\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n"])
def test_malformed_chunks_are_the_clients_mistake(url: str, core: ScriptedCore, body: bytes) -> None:
    """The core never takes such a body for a whole one, and the client is not told that we failed."""
    answer = exchange(url, request_bytes("POST", "/thing", [("Host", "x"), ("Transfer-Encoding", "chunked")], body))
    assert answer is None or answer.status == 400, answer
    assert not any(request.whole for request in core.requests), shown(core)


def _all_answers(wire: Wire) -> list[Answer]:
    """Return the answers up to the end of the connection, or until the server waits for more of a request."""
    wire.socket.settimeout(0.3)
    answers = []
    try:
        while True:
            answers.append(wire.answer())
    except (OSError, ConnectionError):
        return answers


def test_body_that_looks_like_a_request_is_a_body(url: str, core: ScriptedCore) -> None:
    """With an honest length, and over the same connections as other requests."""
    with Wire(url) as wire:
        for _ in range(5):
            assert wire.ask("POST", "/outer", [], SMUGGLED).json["target"] == "/outer"
            assert wire.ask("GET", "/next").json["target"] == "/next"
    whole = {request.target for request in core.requests if request.whole}  # half of an earlier one may come late
    assert whole == {"/outer", "/next"}, shown(core)


@pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_bytes_after_an_answer_belong_to_nobody(url: str, core: ScriptedCore, method: str, surplus: bytes) -> None:
    """A core that says more than it announced neither changes this answer nor gives the next one."""
    head = b"HTTP/1.1 200 OK\r\nX-Kind: right\r\nContent-Length: 2\r\n\r\n"
    core.at("/thing", acts.poison(head + (b"" if method == "HEAD" else b"ok") + surplus, EVIL))
    with Wire(url) as wire:
        answer = wire.ask(method, "/thing")
        assert (answer.status, answer.values("x-kind"), answer.values("content-length")) == (200, ["right"], ["2"])
        assert answer.body == (b"" if method == "HEAD" else b"ok")
        assert wire.ask("GET", "/next").json["target"] == "/next"
    assert not same_connection(core)


@pytest.mark.parametrize("framing", [b"Content-Length: 49", b"Transfer-Encoding: chunked"], ids=["length", "chunked"])
@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("HEAD", 304)])
def test_body_of_an_answer_without_one_belongs_to_nobody(
    url: str, core: ScriptedCore, method: str, status: int, framing: bytes
) -> None:
    """Such an answer ends with its head: a core that announces a body gets no other request over that connection."""
    core.at("/thing", acts.poison(b"HTTP/1.1 %d Right\r\n%b\r\n\r\n" % (status, framing), EVIL))
    with Wire(url) as wire:
        assert wire.ask(method, "/thing").status == status
        assert wire.ask("GET", "/next").json["target"] == "/next"
    assert not same_connection(core)


@pytest.mark.parametrize("framing", [b"Content-Length: 49", b"Transfer-Encoding: chunked"], ids=["length", "chunked"])
@pytest.mark.parametrize("status", [204, 304])
def test_body_that_comes_later_belongs_to_nobody(url: str, core: ScriptedCore, status: int, framing: bytes) -> None:
    """Also when the announced body is an answer, and comes once the next request may have been sent."""
    gate = threading.Semaphore(0)
    head = b"HTTP/1.1 %d Right\r\n%b\r\n\r\n" % (status, framing)
    core.at("/thing", acts.gated(head, [EVIL], gate, then="hang"))
    with Wire(url) as wire, Wire(url) as other:
        assert wire.ask("GET", "/thing").status == status
        wire.send_request("GET", "/next")
        gate.release()
        assert wire.answer().json["target"] == "/next"
        assert other.ask("GET", "/other").json["target"] == "/other"
    assert not same_connection(core)


@pytest.mark.parametrize("status", [204, 304])
def test_answer_without_a_body_keeps_the_connection(url: str, core: ScriptedCore, status: int) -> None:
    """One that announces none is as good as any other."""
    core.at("/thing", acts.answer(status))
    with Wire(url) as wire:
        assert wire.ask("GET", "/thing").status == status
        assert wire.ask("GET", "/next").json["target"] == "/next"
    assert same_connection(core)


def test_length_of_what_has_not_changed(url: str, core: ScriptedCore) -> None:
    """A 304 may tell the length that a 200 would have (RFC 9110, 8.6)."""
    core.at("/thing", acts.raw(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 44\r\n\r\n"))
    with Wire(url) as wire:
        answer = wire.ask("GET", "/thing")
        assert (answer.status, answer.values("content-length")) == (304, ["44"])
        assert wire.ask("GET", "/next").json["target"] == "/next"


def same_connection(core: ScriptedCore) -> bool:
    """Tell whether the core got both requests, the thing and the next one, over one connection."""
    [thing], [following] = core.seen("/thing"), core.seen("/next")
    return thing.connection == following.connection
