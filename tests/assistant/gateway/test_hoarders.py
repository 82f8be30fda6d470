"""Clients that open connections and ask for nothing: each keeps so many, and others are served meanwhile."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from assistant.front.idle_connections import SPARE, room
from tests.assistant.gateway.conftest import NO_MODEL
from tests.assistant.gateway.test_slow_clients import HEAD, From, allow_files
from tests.assistant.gateway.test_websockets import HANDSHAKE
from tests.assistant.gateway.wire import request_bytes
from tests.assistant.serving import Served, serving
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore

LIMIT = 8
ROOM = LIMIT + SPARE
MANY = 100
PROXY, OTHER = "127.0.0.3", "127.0.0.4"
_VARIABLES = {
    "CLIENT_TIMEOUT": "60s",  # so long that none of these connections is ended for being slow
    "CLIENT_LIMIT": str(LIMIT),
    "TRUSTED_PROXIES": PROXY,
    **NO_MODEL,
}


@pytest.fixture(scope="module")
def patient(scripted_core: ScriptedCore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service in front of the scripted core that waits long for its clients, and gives each little room."""
    with serving(tmp_path_factory.mktemp("patient"), CORE_URL=scripted_core.url, **_VARIABLES) as served:
        yield served


@contextmanager
def hoard(served: Served, address: str, content: bytes, number: int = MANY) -> Iterator[list[From]]:
    """Keep connections from an address that have sent something."""
    with allow_files(8 * MANY + 256), ExitStack() as stack:
        wires = []
        for _ in range(number):
            wires.append(stack.enter_context(From(served.client.base_url, address)))
            wires[-1].send(content)
        yield wires


def is_open(wire: From) -> bool:
    """Whether the server still holds this connection; what it answered is left unread."""
    try:
        return _end_of(wire.socket)
    except OSError:
        return False


def _end_of(connection: socket.socket) -> bool:
    patience = connection.gettimeout()
    connection.settimeout(0)
    try:
        while connection.recv(65536):
            pass
    except BlockingIOError:
        return True
    finally:
        connection.settimeout(patience)
    return False


def falls_to(wires: list[From], most: int) -> bool:
    """Wait until so many are left, and see that it stays so."""
    deadline = time.monotonic() + 15
    while sum(map(is_open, wires)) > most:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def served_soon(served: Served, address: str) -> bool:
    """Ask over a new connection; whether it was answered within a second."""
    begun = time.monotonic()
    with From(served.client.base_url, address) as wire:
        return wire.ask("GET", "/health").status == 200 and time.monotonic() - begun < 1


HOARDED = {
    "nothing": b"",
    "a byte": b"G",
    "half a head": HEAD,
    "nothing after an answer": request_bytes("GET", "/health", [("Host", "x")]),
    "half a head after an answer": request_bytes("GET", "/health", [("Host", "x")]) + HEAD,
    "an endless line": b"GET /" + b"x" * 5000,
}


def test_connections_of_one_client_have_a_limit(patient: Served) -> None:
    """Whatever has come over them, they fall to the limit; another client, and this one's next request, are served."""
    clients = {f"127.0.0.{number}": content for number, content in enumerate(HOARDED.values(), 20)}
    with ExitStack() as stack:
        hoards = {each: stack.enter_context(hoard(patient, each, content)) for each, content in clients.items()}
        assert served_soon(patient, OTHER)
        for (address, wires), what in zip(hoards.items(), HOARDED, strict=True):
            assert falls_to(wires, ROOM), what
            assert sum(map(is_open, wires)) >= LIMIT, f"what is allowed stays: {what}"
            assert served_soon(patient, address), what
    said = patient.log.read_text()
    assert "connections beyond the limit" in said
    assert not any(re.search(rf"{re.escape(address)}\b", said) for address in clients)


ANSWERED = {
    "/api/v1/slow": request_bytes("GET", "/api/v1/slow", [("Host", "x")]),
    "/api/v1/slow-body": request_bytes("POST", "/api/v1/slow-body", [("Host", "x")], b"body"),
    "/slow": request_bytes("GET", "/slow", [("Host", "x"), ("Accept", "text/event-stream")]),
}
"""An answer, one to a body, and a stream."""


def test_what_is_being_answered_is_not_cut(patient: Served, core: ScriptedCore) -> None:
    """The oldest connections of all, but not idle: all others go before them."""
    gates = {path: threading.Semaphore(0) for path in ANSWERED}
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 8\r\n\r\n"
    with ExitStack() as stack:
        wires, hoards = {}, {}
        for number, (path, request) in enumerate(ANSWERED.items(), 40):
            core.at(path, acts.gated(head, [b"half", b"done"], gates[path]))
            address = f"127.0.0.{number}"
            wires[path] = stack.enter_context(From(patient.client.base_url, address))
            wires[path].send(request)
            gates[path].release()
            assert wires[path].head().status == 200
            assert wires[path].some() == b"half"
            hoards[path] = stack.enter_context(hoard(patient, address, HEAD))
        for path, wire in wires.items():
            assert falls_to(hoards[path], ROOM), path
            gates[path].release()
            assert wire.some() == b"done", path


def test_connection_that_was_just_used_stays(patient: Served) -> None:
    """Of idle ones, the one that has been so for longest goes first, however old it is."""
    with From(patient.client.base_url, "127.0.0.50") as wire, hoard(patient, "127.0.0.50", HEAD, ROOM - 2) as early:
        time.sleep(2.5)
        assert all(map(is_open, early))
        assert wire.ask("GET", "/health").status == 200
        with hoard(patient, "127.0.0.50", HEAD, 10) as late:
            assert falls_to([*early, *late, wire], ROOM)
            assert wire.ask("GET", "/health").status == 200


def test_websocket_is_not_idle(patient: Served, core: ScriptedCore) -> None:
    """However little is said over it."""
    core.at("/ws", acts.hang())
    with From(patient.client.base_url, "127.0.0.51") as socket_:
        socket_.send(request_bytes("GET", "/ws", HANDSHAKE))
        core.wait_for("/ws", 1)
        with hoard(patient, "127.0.0.51", HEAD) as wires:
            assert falls_to(wires, ROOM)
            assert is_open(socket_)


def test_answers_that_nobody_reads_go_after_idle_connections(patient: Served, core: ScriptedCore) -> None:
    """A client that reads slowly gets its answer while there are idle connections to end."""
    core.at("/big", acts.answer(200, b"x" * 8_000_000))
    asked = request_bytes("GET", "/big", [("Host", "x")])
    with hoard(patient, "127.0.0.52", asked, 4) as slow:
        time.sleep(1.5)
        with hoard(patient, "127.0.0.52", HEAD) as wires:
            assert falls_to(wires, ROOM)
            for wire in slow:
                assert wire.answer().body.count(b"x") == 8_000_000


def test_proxy_may_have_as_many_as_it_likes(patient: Served) -> None:
    """Its connections are those of everyone behind it."""
    with hoard(patient, PROXY, HEAD, 2 * ROOM) as wires:
        time.sleep(2.5)
        assert all(map(is_open, wires))


def test_limit_holds_however_it_is_served(scripted_core: ScriptedCore, tmp_path: Path) -> None:
    """Each of several workers gives a client the same room; an address of IPv4 is one, however it is written."""
    gate = threading.Semaphore(0)
    scripted_core.reset()
    scripted_core.at(
        "/api/v1/slow", acts.gated(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n", [b"half", b"done"], gate)
    )
    variables = {**_VARIABLES, "WORKERS": "2", **({"HOST": "::"} if socket.has_ipv6 else {})}
    with (
        serving(tmp_path, CORE_URL=scripted_core.url, **variables) as served,
        From(served.client.base_url, "127.0.0.2") as answered,
    ):
        answered.send(request_bytes("GET", "/api/v1/slow", [("Host", "x")]))
        scripted_core.wait_for("/api/v1/slow", 1)
        with hoard(served, "127.0.0.2", HEAD) as wires:
            assert served_soon(served, OTHER)
            assert falls_to(wires, 2 * ROOM)
            gate.release(2)
            assert answered.answer().body == b"halfdone"


def test_connections_to_others_are_not_counted(patient: Served, core: ScriptedCore) -> None:
    """Those to the helpdesk have its address at their other end too, and are not clients'."""
    core.at("/api/v1/slow", acts.hang())
    with ExitStack() as stack:
        for number in range(ROOM + LIMIT):
            wire = stack.enter_context(From(patient.client.base_url, PROXY))
            wire.send(request_bytes("GET", "/api/v1/slow", [("Host", "x"), ("X-Forwarded-For", f"203.0.113.{number}")]))
            core.wait_for("/api/v1/slow", number + 1)
        time.sleep(2.5)
        assert not any(request.gone.is_set() for request in core.requests)


@pytest.mark.parametrize(
    ("most", "allowed", "kept"),
    [(1000, None, 1016), (1000, 65536, 1016), (1000, 1024, 256), (8, 1024, 24), (100_000, 4096, 1024), (1, 20, 16)],
)
def test_room_of_one_client_is_a_part_of_what_there_is(most: int, allowed: int | None, kept: int) -> None:
    """Where few files may be open, no one takes all of them."""
    assert room(most, allowed) == kept
