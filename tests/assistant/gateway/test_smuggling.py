"""Requests hidden in the bodies of others: the core and we always agree where one ends and the next begins."""

import pytest

from tests.assistant.gateway.test_attacks import shown
from tests.assistant.gateway.wire import Answer, Wire, chunks, exchange, request_bytes
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
    assert {request.target for request in core.requests} == {"/outer", "/next"}, shown(core)
