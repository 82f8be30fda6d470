"""A service that is told to stop: what is short comes to its end, what goes on for ever is ended, nothing is killed."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.assistant.gateway.conftest import NO_MODEL
from tests.assistant.gateway.test_failures import assert_told
from tests.assistant.gateway.test_streaming import SOON, STREAM
from tests.assistant.gateway.test_websockets import HANDSHAKE as WANTED
from tests.assistant.gateway.test_websockets import closing, opened
from tests.assistant.gateway.wire import Wire, request_bytes
from tests.assistant.serving import Served, serving
from tests.fakes import core_acts as acts
from tests.fakes import core_sockets as sockets
from tests.fakes.core import ScriptedCore

END = 30.0  # seconds on a busy machine; after four all is over, and after ten a worker is killed, which the log says
EVENT = b"5\r\nevent\r\n"
HANGING = {
    "GET of a page": "/hanging/page",
    "GET of the API": "/api/v1/hanging",
    "POST of a page": "/hanging/form",
    "POST of the API": "/api/v1/hanging/form",
    "POST of an upload": "/api/v1/hanging/upload",
}


@pytest.fixture
def stopping(core: ScriptedCore, tmp_path: Path) -> Iterator[Served]:
    """A service in front of the scripted core, for a test to stop."""
    with serving(tmp_path, CORE_URL=core.url, STOP_GRACE="2s", **NO_MODEL) as served:
        yield served


def stop(served: Served) -> None:
    """Tell a service to stop."""
    served.process.send_signal(signal.SIGTERM)


def assert_ended(served: Served) -> None:
    """See that a service ends by itself."""
    assert served.process.wait(END) == 0, served.log.read_text()
    assert "Killing" not in served.log.read_text()


def test_nothing_to_wait_for(stopping: Served) -> None:
    """It ends."""
    assert stopping.client.get("/thing").status_code == 200
    stop(stopping)
    assert_ended(stopping)


def test_what_goes_on_for_ever_is_ended(stopping: Served, core: ScriptedCore) -> None:
    """A stream, a socket and requests without an answer: the core is told that no one waits any more."""
    core.at("/events", acts.raw(STREAM + EVENT, then="hang"))
    core.at("/half", acts.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", then="hang"))
    core.at("/ws", sockets.echo())
    for path in (*HANGING.values(), "/hanging/socket"):
        core.at(path, acts.hang())
    url = stopping.client.base_url
    with ExitStack() as stack, opened(url):
        events, half, handshake, *hanging = [stack.enter_context(Wire(url)) for _ in range(3 + len(HANGING))]
        events.send_request("GET", "/events")
        half.send_request("GET", "/half")
        answers = [events.head(), half.head()]
        pieces = [wire.pieces(answer) for wire, answer in zip((events, half), answers, strict=True)]
        assert [next(each) for each in pieces] == [b"event", b"half"]
        for wire, (name, path) in zip(hanging, HANGING.items(), strict=True):
            method, length = name.split()[0], 9 if "upload" in name else 4
            wire.send_request(method, path, [("Content-Length", str(length))] if method == "POST" else [])
            wire.send(b"body" if method == "POST" else b"")
        handshake.send(request_bytes("GET", "/hanging/socket", WANTED))
        under_way = [core.wait_for(path) for path in ("/events", "/half", "/ws", *HANGING.values(), "/hanging/socket")]
        stop(stopping)
        assert [b"".join(each) for each in pieces] == [b"", b""]
        assert not any(answer.whole for answer in answers), "what was cut does not look like what came to its end"
        for wire, (name, path) in zip(hanging, HANGING.items(), strict=True):
            assert_told(wire.answer(name.split()[0]), 503, "restarting", path)
        assert handshake.answer().status == 503
        assert_ended(stopping)
        for request in under_way:
            assert request.gone.wait(SOON), request
    assert stopping.log.read_text().count("restarting") == len(under_way) - 1  # a socket is closed with a word


def test_socket_is_closed_with_a_word(stopping: Served, core: ScriptedCore) -> None:
    """The client reads that the service goes away, and the core that its client has left."""
    talk = sockets.Talk()
    core.at("/ws", sockets.echo(talk))
    with opened(stopping.client.base_url) as socket:
        socket.send("hello")
        assert socket.recv(timeout=SOON) == "hello"
        stop(stopping)
        assert closing(socket)[0] == 1001
        assert talk.ended.wait(SOON)
        assert_ended(stopping)


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"], ids=["all", "body"])
def test_short_request_comes_to_its_end(stopping: Served, core: ScriptedCore, head: bytes) -> None:
    """Who asked before the order to stop gets a whole answer."""
    gate = threading.Semaphore(0)
    rest = b"whole" if head else b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole"
    core.at("/slow", acts.gated(head, [rest], gate))
    with Wire(stopping.client.base_url) as wire:
        wire.send_request("GET", "/slow")
        core.wait_for("/slow")
        stop(stopping)
        threading.Timer(1, gate.release).start()  # by then it has heard the order, and its patience is not at its end
        answer = wire.answer()
    assert (answer.status, answer.body, answer.whole) == (200, b"whole", True)
    assert_ended(stopping)


def test_client_that_reads_nothing_does_not_hold_it_up(stopping: Served, core: ScriptedCore) -> None:
    """A download that is stuck ends with the service."""
    core.at("/endless", acts.flood(b"x" * 65536, []))
    with Wire(stopping.client.base_url) as wire:
        wire.send_request("GET", "/endless")
        core.wait_for("/endless")
        stop(stopping)
        assert_ended(stopping)
