"""What a client gets from a core that is gone, slow, cut off or talks nonsense; and what is asked twice."""

import threading
from pathlib import Path

import pytest

from tests.assistant.gateway.test_websockets import opened, send_many
from tests.assistant.gateway.wire import Answer, CutError, Wire, ask
from tests.assistant.serving import Served, wait_until
from tests.fakes import core_acts as acts
from tests.fakes import core_sockets as sockets
from tests.fakes.core import ScriptedCore
from tests.fakes.core_exchange import Then

LARGE = b"HTTP/1.1 200 OK\r\nX-Large: " + b"x" * 80_000 + b"\r\nContent-Length: 2\r\n\r\nok"
MANY = b"HTTP/1.1 200 OK\r\n" + b"X-Small: 1\r\n" * 20_000 + b"Content-Length: 2\r\n\r\nok"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
NO_ANSWER = {
    "closed": acts.raw(then="fin"),
    "reset": acts.raw(then="rst"),
    "cut in the status line": acts.raw(b"HTTP/1.1 20", then="fin"),
    "cut in the headers": acts.raw(b"HTTP/1.1 200 OK\r\nContent-Len", then="fin"),
    "reset in the headers": acts.raw(b"HTTP/1.1 200 OK\r\nContent-Len", then="rst"),
    "cut after an interim answer": acts.raw(b"HTTP/1.1 103 Early Hints\r\n\r\n", then="fin"),
    "garbage": acts.raw(b"SSH-2.0-OpenSSH_9.7\r\n", then="hang"),
    "garbage that looks like HTTP": acts.raw(b"HTTP/1.1 abc OK\r\n\r\n", then="hang"),
    "another protocol": acts.raw(b"HTTP/3.0 200 OK\r\nContent-Length: 2\r\n\r\nok", then="hang"),
    "TLS": acts.raw(b"\x15\x03\x01\x00\x02\x02\x0a", then="fin"),
    "two lengths": acts.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk", then="hang"),
    "length that is none": acts.raw(b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", then="hang"),
    "length and chunks": acts.raw(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", then="hang"),
    "coding that is unknown": acts.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok", then="fin"),
    "space before the colon": acts.raw(b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok", then="hang"),
    "zero byte in a header": acts.raw(OK + b"X-Bad: a\x00b\r\n\r\nok", then="hang"),
    "line feed in a header": acts.raw(OK + b"X-Bad: a\nX-Injected: b\r\n\r\nok", then="hang"),
    "large header": acts.raw(LARGE, then="hang"),
    "many headers": acts.raw(MANY, then="hang"),
    "endless header": acts.raw(*([b"HTTP/1.1 200 OK\r\nX: "] + [b"x" * 65_536] * 64), then="hang"),
    "unasked upgrade": acts.raw(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", then="hang"
    ),
}
CUT = {
    "length, end": acts.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", then="fin"),
    "length, reset": acts.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", then="rst"),
    "chunks, end": acts.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", then="fin"),
    "chunks, reset": acts.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", then="rst"),
    "in a chunk": acts.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf", then="fin"),
    "before the last chunk's end": acts.raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n", then="fin"
    ),
    "chunk that is none": acts.raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n", then="hang"
    ),
    "no length, reset": acts.until_close(b"half", then="rst"),
}


def assert_told(answer: Answer, status: int, code: str, path: str) -> None:
    """See that a failure comes as an envelope for programs and as a page for people."""
    assert (answer.status, answer.whole) == (status, True), answer
    if path.startswith("/api/"):
        assert answer.values("content-type")[0].startswith("application/json")
        assert (answer.code, answer.json["error_type"]) == (code, "NetworkException")
    else:
        assert answer.values("content-type")[0].startswith("text/html")
        assert b"<h1>" in answer.body
        assert code.encode() in answer.body


@pytest.mark.parametrize("path", ["/api/v1/tickets", "/tickets"])
@pytest.mark.parametrize("act", NO_ANSWER.values(), ids=NO_ANSWER)
def test_core_without_a_usable_answer(url: str, core: ScriptedCore, path: str, act: acts.Act) -> None:
    """502, and the service goes on; nothing of the nonsense reaches the client."""
    core.at(path, act)
    with Wire(url) as wire:
        assert_told(wire.ask("GET", path), 502, "core_unavailable", path)
        assert wire.ask("GET", "/next").status == 200


@pytest.mark.parametrize("path", ["/api/v1/tickets", "/tickets", "/api/v1/ai/unknown"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_core_that_is_not_there(lonely: Served, path: str, method: str) -> None:
    """502 for every method; HEAD without the body."""
    answer = ask(lonely.client.base_url, method, path, [], b"body" if method == "POST" else None)
    if method == "HEAD":
        assert (answer.status, answer.body) == (502, b"")
    else:
        assert_told(answer, 502, "core_unavailable", path)


@pytest.mark.parametrize("act", CUT.values(), ids=CUT)
def test_answer_that_breaks_off_is_cut_for_the_client_too(url: str, core: ScriptedCore, act: acts.Act) -> None:
    """Half an answer never looks like a whole one; what has not been passed on yet may still become a 502."""
    core.at("/file", act)
    with Wire(url) as wire:
        answer = heard(wire, "/file")
        assert answer is None or answer.status == 502 or not answer.whole
        if answer is not None and answer.status != 502:
            assert b"half".startswith(answer.body)
            assert wire.ended()
    assert ask(url, "GET", "/next").status == 200


@pytest.mark.parametrize("rest", [b"xyz\r\n", b"4\r\nhalfmore", b"-4\r\nhalf\r\n", b"ffffffffffffffffff\r\n"])
def test_nonsense_after_the_head_was_passed_on_cuts_the_client(url: str, core: ScriptedCore, rest: bytes) -> None:
    """Then it is too late for an error of ours."""
    gate = threading.Semaphore(0)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
    core.at("/file", acts.gated(head, [rest], gate, then="hang"))
    with Wire(url) as wire:
        wire.send_request("GET", "/file")
        answer = wire.head()
        pieces = wire.pieces(answer)
        assert next(pieces) == b"half"
        gate.release()
        assert b"half".startswith(b"".join(pieces))
        assert not answer.whole
        assert wire.ended()


def heard(wire: Wire, path: str) -> Answer | None:
    """Return the answer; None when not even its head came through."""
    try:
        return wire.ask("GET", path)
    except CutError:
        return None


@pytest.mark.parametrize("path", ["/api/v1/tickets", "/tickets"])
def test_core_that_takes_too_long(hurried: Served, core: ScriptedCore, path: str) -> None:
    """504 after the time that an administrator set, and the core is told that no one waits."""
    core.at(path, acts.hang())
    assert_told(ask(hurried.client.base_url, "GET", path), 504, "core_timeout", path)
    assert core.seen(path)[0].gone.wait(15)


def test_core_that_hangs_in_the_head(hurried: Served, core: ScriptedCore) -> None:
    """A head that never ends is no answer."""
    core.at("/api/x", acts.raw(b"HTTP/1.1 200 OK\r\nX-A: 1\r\n", then="hang"))
    assert_told(ask(hurried.client.base_url, "GET", "/api/x"), 504, "core_timeout", "/api/x")


def test_interim_answer_is_not_the_answer(hurried: Served, core: ScriptedCore) -> None:
    """A core that only says that it is still there is too slow nevertheless."""
    core.at("/api/x", acts.raw(b"HTTP/1.1 102 Processing\r\n\r\n", then="hang"))
    assert_told(ask(hurried.client.base_url, "GET", "/api/x"), 504, "core_timeout", "/api/x")


def test_core_that_does_not_take_the_body(hurried: Served, core: ScriptedCore) -> None:
    """An upload that the core leaves lying is too slow as well."""
    core.at("/api/upload", acts.unread())
    with Wire(hurried.client.base_url) as wire:
        wire.send_request("POST", "/api/upload", [("Content-Length", str(10**9))])
        sending = threading.Thread(target=send_often, args=(wire, b"x" * 16 * 1024 * 1024), daemon=True)
        sending.start()
        assert_told(wire.answer(), 504, "core_timeout", "/api/upload")
    sending.join(15)


def send_often(wire: Wire, block: bytes) -> None:
    """Send more than kernels keep for a reader, which on some machines are more than 32 MiB."""
    for _ in range(24):
        wire.send(block)


def test_core_that_takes_no_messages(hurried: Served, core: ScriptedCore) -> None:
    """A WebSocket whose messages the core leaves lying is closed on both sides: it leads nowhere."""
    gate, talk = threading.Semaphore(0), sockets.Talk()
    core.at("/ws", sockets.deaf(gate, talk))
    before = ports_towards(core)
    with opened(hurried.client.base_url, compression=None) as socket:
        [port] = ports_towards(core) - before
        sending = threading.Thread(target=send_many, args=(socket, []))
        sending.start()
        wait_until(lambda: port not in ports_towards(core))
        sending.join(15)
        assert not sending.is_alive(), "the client hears that nobody listens"
    gate.release()
    assert talk.ended.wait(15)
    assert (talk.code, len(talk.messages) < 96) == (1006, True)


def ports_towards(core: ScriptedCore) -> set[int]:
    """Return the ports from which connections to the core are open, as the system sees them: proc_net_tcp(5)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    there = f":{int(core.authority.rpartition(':')[2]):04X}"
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[2].endswith(there) and row[3] == "01"}


def test_slow_client_is_not_a_slow_core(hurried: Served, core: ScriptedCore) -> None:
    """An upload over a bad line may take longer than the core's time."""
    with Wire(hurried.client.base_url) as wire:
        wire.send_request("POST", "/api/upload", [("Content-Length", "6")])
        for _ in range(3):
            wire.send(b"xx")
            threading.Event().wait(0.7)  # the time itself is what this is about
        assert wire.answer().status == 200
    assert bytes(core.requests[0].body) == b"xxxxxx"


def test_silence_inside_an_answer_is_allowed(hurried: Served, core: ScriptedCore) -> None:
    """Events may be far apart: the time counts to the first byte only."""
    gate = threading.Semaphore(0)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"
    core.at("/events", acts.gated(head, [b"cd"], gate))
    with Wire(hurried.client.base_url) as wire:
        wire.send_request("GET", "/events")
        answer = wire.head()
        threading.Timer(1.7, gate.release).start()
        assert b"".join(wire.pieces(answer)) == b"abcd"
        assert answer.whole


@pytest.mark.parametrize("how", ["fin", "rst"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_safe_request_on_a_dying_connection_is_asked_again(
    url: str, core: ScriptedCore, method: str, how: Then
) -> None:
    """A core that closes an idle connection just as it is used again costs no one an error."""
    prime(url, core, how)
    assert ask(url, method, "/thing").status == 200
    first, second = core.seen("/thing")
    assert (first.reused, second.reused) == (True, False)


@pytest.mark.parametrize("how", ["fin", "rst"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET"])
def test_what_may_have_changed_something_is_never_asked_twice(
    url: str, core: ScriptedCore, method: str, how: Then
) -> None:
    """The core may have done it already; so does a GET with a body, which is no plain reading."""
    prime(url, core, how)
    answer = ask(url, method, "/thing", [], b"body")
    [request] = core.seen("/thing")
    assert answer.status == (502 if request.reused else 200)


def test_request_is_asked_again_only_once(url: str, core: ScriptedCore) -> None:
    """A core that closes new connections too is down."""
    prime(url, core, "fin")
    core.at("/thing", acts.raw(then="fin"))
    assert ask(url, "GET", "/thing").status == 502
    assert [request.reused for request in core.seen("/thing")] == [True, False]


def test_first_connection_is_not_tried_again(url: str, core: ScriptedCore) -> None:
    """A new connection was not idle: its end is an answer."""
    core.at("/api/prime", acts.answer(200, b"", [("Connection", "close")], then="fin"))
    core.at("/api/thing", acts.raw(then="fin"))
    core.close_when_reused("fin")
    ask(url, "GET", "/api/thing")
    core.requests.clear()
    core.close_when_reused("keep")
    assert_told(ask(url, "GET", "/api/thing"), 502, "core_unavailable", "/api/thing")
    assert [request.reused for request in core.seen("/api/thing")] == [False]


def test_half_an_answer_is_not_asked_again(url: str, core: ScriptedCore) -> None:
    """The core has begun to answer, so it has got the request."""
    assert ask(url, "GET", "/prime").status == 200
    core.at("/thing", acts.raw(b"HTTP/1.1 200", then="fin"))
    assert ask(url, "GET", "/thing").status == 502
    assert len(core.seen("/thing")) == 1


def test_write_does_not_take_a_connection_that_was_long_idle(url: str, core: ScriptedCore) -> None:
    """What can't be repeated gets a connection that the core has no reason to close."""
    prime(url, core, "fin")
    threading.Event().wait(1.3)  # the idleness itself is what this is about
    assert ask(url, "POST", "/thing", [], b"body").status == 200
    assert [request.reused for request in core.seen("/thing")] == [False]


def test_connection_that_was_closed_while_idle_is_not_used(url: str, core: ScriptedCore) -> None:
    """A core that closes after its answer, without having said so, is no trouble."""
    core.at("/prime", acts.answer(200, b"x", then="fin"))
    for _ in range(5):
        assert ask(url, "GET", "/prime").status == 200
        assert core.seen("/prime")[-1].gone.wait(15)
        assert ask(url, "POST", "/thing", [], b"body").status == 200


def prime(url: str, core: ScriptedCore, how: Then) -> None:
    """Leave an idle connection behind that the core will close when it is used again."""
    assert ask(url, "GET", "/prime").status == 200
    core.close_when_reused(how)
