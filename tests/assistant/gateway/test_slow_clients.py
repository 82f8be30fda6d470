"""Clients that open much and send little: they are cut in time, and leave room for others."""

import resource
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pytest

from assistant.commands.serving import most_connections
from tests.assistant.gateway.conftest import NO_MODEL
from tests.assistant.gateway.test_websockets import HANDSHAKE
from tests.assistant.gateway.wire import Headers, Wire, ask, chunks, request_bytes
from tests.assistant.harness import ADMIN
from tests.assistant.serving import Served, serving
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore

T = TypeVar("T")

MANY = 1100
LIMIT = 4
ATTACKER, OTHER, PROXY, LEAVING = "127.0.0.2", "127.0.0.4", "127.0.0.3", "127.0.0.5"
CROWD = "127.0.0.6", "127.0.0.7"
"""Two addresses: what one has open beyond its limit of a thousand is ended."""
HEAD = b"GET /thing HTTP/1.1\r\nHost: helpdesk.example\r\n"
_VARIABLES = {"CLIENT_TIMEOUT": "1s", "CLIENT_LIMIT": str(LIMIT), "TRUSTED_PROXIES": PROXY, **NO_MODEL}


@pytest.fixture(scope="module")
def strict(scripted_core: ScriptedCore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service in front of the scripted core, with a second of patience and little room for each client."""
    with serving(tmp_path_factory.mktemp("strict"), CORE_URL=scripted_core.url, **_VARIABLES) as served:
        yield served


@pytest.fixture(scope="module")
def strict_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same, with the desk inside."""
    with serving(tmp_path_factory.mktemp("strict-desk"), **_VARIABLES) as served:
        yield served


class From(Wire):
    """A connection from another address of this machine."""

    def __init__(self, url: object, address: str) -> None:
        super().__init__(url, address=address)


@contextmanager
def allow_files(number: int) -> Iterator[None]:
    """Let this process open so many files until the end of the block; skips a test where the system does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < number:
        pytest.skip(f"at most {hard} files may be open here")
    if soft != resource.RLIM_INFINITY and soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def crowd(url: object, number: int, content: bytes) -> Iterator[None]:
    """Keep connections open that have sent something, and have got what they asked for with it."""
    with ExitStack() as stack:
        wires = [stack.enter_context(From(url, CROWD[index % 2])) for index in range(number)]
        for wire in wires:
            wire.send(content)
        for wire in wires if b"\r\n\r\n" in content else ():
            wire.answer()
        yield


@pytest.mark.parametrize("content", [b"", b"G", HEAD, HEAD + b"\r\n" + HEAD], ids=["nothing", "a byte", "half", "next"])
def test_many_connections_silence_nothing(url: str, core: ScriptedCore, content: bytes) -> None:
    """Eleven hundred connections wait for nothing, and others are answered as always."""
    core.at("/thing", acts.answer(200, b"thing"))
    with allow_files(2 * MANY), crowd(url, MANY, content):
        for path in ("/health", "/thing"):
            begun = time.monotonic()
            assert ask(url, "GET", path).status == 200
            assert time.monotonic() - begun < 10, "before the deadline of the others"


HEADS = {
    "nothing": b"",
    "a byte": b"G",
    "half a line": b"GET /thi",
    "half a head": HEAD,
    "half a header": HEAD + b"X-Long: aaaa",
    "nothing after an answer": HEAD + b"\r\n",
    "half a head after an answer": HEAD + b"\r\n" + HEAD,
}


def at_once(check: Callable[[str, T], None], cases: Collection[T]) -> None:
    """Check each case, all at the same time and each from an address of its own: each of them waits for the service."""
    with ThreadPoolExecutor(len(cases)) as pool:
        for _ in pool.map(check, (f"127.0.1.{number}" for number in range(1, len(cases) + 1)), cases):
            pass


def test_head_that_does_not_come_ends_the_connection(strict: Served, core: ScriptedCore) -> None:
    """Whatever has come of it."""
    core.at("/thing", acts.answer(200, b"thing"))

    def check(address: str, what: str) -> None:
        with From(strict.client.base_url, address) as wire:
            wire.socket.settimeout(10)
            wire.send(HEADS[what])
            received = b"".join(iter(wire.some, b""))
        assert received.count(b"HTTP/1.1 ") == HEADS[what].count(b"\r\n\r\n"), what

    at_once(check, HEADS)


def test_head_that_drips_ends_the_connection(strict: Served) -> None:
    """Bytes that keep coming are no reason to wait for longer."""
    with Wire(strict.client.base_url) as wire, dripping(wire, HEAD + b"X-Long: ", b"a"):
        wire.socket.settimeout(10)
        assert wire.ended()


@contextmanager
def dripping(wire: Wire, first: bytes, drop: bytes) -> Iterator[None]:
    """Send something, then drops of it until the end of the block."""
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.1):
            wire.send(drop)

    wire.send(first)
    thread = threading.Thread(target=drip)
    thread.start()
    with suppress(ConnectionError):
        yield
    over.set()
    thread.join()


SIZED, CHUNKED = [("Content-Length", "5000")], [("Transfer-Encoding", "chunked")]
BODIES = [
    ("/api/v1/thing", SIZED, b""),
    ("/api/v1/thing", SIZED, b"half"),
    ("/api/v1/thing", CHUNKED, b""),
    ("/api/v1/thing", CHUNKED, b"4\r\nhalf\r\n"),
    ("/api/v1/thing", CHUNKED, b"400\r\nhalf"),
    ("/login", SIZED, b"half"),
]


def test_body_that_stays_away_on_its_way_to_the_core(strict: Served, core: ScriptedCore) -> None:
    """The client is told, and the connection ends on both sides."""
    for path, _, _ in BODIES:
        core.at(path, acts.hang())
    at_once(lambda address, case: assert_cut(strict, address, *case), BODIES)
    assert all(request.gone.wait(10) for request in core.requests)


OWN = [
    ("/api/v1/auth/login", b'{"email": '),
    ("/api/v1/ai/completion", b'{"content": '),
    ("/api/v1/agents", b"{"),
    ("/api/v1/ai/provider", b""),
    ("/api/v1/media", b"--x\r\n"),
]


@pytest.mark.parametrize("framing", [SIZED, CHUNKED], ids=["sized", "chunked"])
def test_body_of_our_own_operations_that_stays_away(strict_desk: Served, framing: Headers) -> None:
    """Whoever sends it, and also where a form is read."""
    headers = [*ADMIN.items(), ("Content-Type", "multipart/form-data; boundary=x"), *framing]

    def check(address: str, case: tuple[str, bytes]) -> None:
        path, body = case
        sent = body if framing is SIZED else chunks(body).removesuffix(b"0\r\n\r\n")
        assert_cut(strict_desk, address, path, headers, sent, "PUT" if path.endswith("provider") else "POST")

    at_once(check, OWN)


def assert_cut(  # noqa: PLR0917 - who sends what
    served: Served, address: str, path: str, headers: Headers, body: bytes, method: str = "POST"
) -> None:
    """See that a request with half a body is answered, and its connection closed."""
    with From(served.client.base_url, address) as wire:
        wire.socket.settimeout(10)
        wire.send(request_bytes(method, path, [("Host", wire.authority), *headers]) + body)
        answer = wire.answer()
        assert answer.status == 408, (path, body, answer)
        if path.startswith("/api/"):
            assert answer.code == "request_timeout"
        assert wire.ended()
    assert ask(served.client.base_url, "GET", "/health").status == 200


def test_body_that_drips_is_cut(strict: Served, core: ScriptedCore) -> None:
    """Ten bytes a second are too few."""
    core.at("/api/v1/thing", acts.sink())
    with Wire(strict.client.base_url) as wire:
        wire.socket.settimeout(10)
        with dripping(wire, request_bytes("POST", "/api/v1/thing", [("Host", "x"), *SIZED]), b"a"):
            assert wire.answer().status == 408


def test_body_that_takes_its_time_passes(strict: Served, core: ScriptedCore) -> None:
    """One that comes steadily may take longer than the patience with a silent client."""
    paths = ("/api/v1/thing", "/upload")
    for path in paths:
        core.at(path, acts.sink())

    def check(address: str, path: str) -> None:
        with From(strict.client.base_url, address) as wire:
            wire.send(request_bytes("POST", path, [("Host", "x"), ("Content-Length", str(6 * 4096))]))
            for _ in range(6):
                threading.Event().wait(0.4)
                wire.send(b"x" * 4096)
            assert wire.answer().status == 200, path

    at_once(check, paths)


def test_answer_may_take_longer_than_a_body(strict: Served, core: ScriptedCore) -> None:
    """The patience is with the client, not with the core."""
    gate = threading.Semaphore(0)
    core.at("/api/v1/thing", acts.gated(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", [b"done"], gate))
    with Wire(strict.client.base_url) as wire:
        wire.send_request("POST", "/api/v1/thing", body=b"whole")
        assert wire.head().status == 200
        threading.Event().wait(2)
        gate.release()
        assert wire.some() == b"done"


WAITING = {
    "requests": request_bytes("GET", "/api/v1/hanging", [("Host", "x")]),
    "requests with a body": request_bytes("POST", "/api/v1/hanging", [("Host", "x")], b"body"),
    "WebSockets": request_bytes("GET", "/api/v1/hanging", HANDSHAKE),
}


@contextmanager
def waiting(served: Served, core: ScriptedCore, address: str, content: bytes) -> Iterator[list[From]]:
    """Have as much under way from an address as it may."""
    core.at("/api/v1/hanging", acts.hang())
    with ExitStack() as stack:
        wires = [stack.enter_context(From(served.client.base_url, address)) for _ in range(LIMIT)]
        for number, wire in enumerate(wires, 1):
            wire.send(content)
            core.wait_for("/api/v1/hanging", number)
        yield wires


@pytest.mark.parametrize(("number", "kind"), list(enumerate(WAITING, 10)))
def test_one_address_has_only_so_much_under_way(strict: Served, core: ScriptedCore, number: int, kind: str) -> None:
    """Beyond it the client is told to wait; its health checks and all others are served."""
    address = f"127.0.0.{number}"
    with waiting(strict, core, address, WAITING[kind]):
        for path in ("/api/v1/thing", "/api/v1/ai/prompts"):
            assert asked(strict, address, path) == (429, "too_many_requests")
        assert refused_socket(strict, address) == 429
        assert asked(strict, address, "/health")[0] == 200
        assert asked(strict, OTHER, "/thing")[0] == 200


def test_room_is_given_back(strict: Served, core: ScriptedCore) -> None:
    """One that leaves makes room for one more."""
    with waiting(strict, core, LEAVING, WAITING["requests"]) as wires:
        assert asked(strict, LEAVING, "/thing")[0] == 429
        wires[0].reset()
        assert core.requests[0].gone.wait(10)
        assert until(lambda: asked(strict, LEAVING, "/thing")[0] == 200)


SAID = [
    ("203.0.113.1", 429),
    ("1.2.3.4, 203.0.113.1", 429),
    ("203.0.113.1, 127.0.0.3", 429),
    ("203.0.113.2", 200),
    ("203.0.113.1, 1.2.3.4", 200),
]


def test_clients_behind_a_trusted_proxy_are_told_apart(strict: Served, core: ScriptedCore) -> None:
    """What the proxy asks for itself is not counted, and what others say of their address neither."""

    def hanging(forwarded: str) -> bytes:
        return request_bytes("GET", "/api/v1/hanging", [("Host", "x"), ("X-Forwarded-For", forwarded)])

    with waiting(strict, core, PROXY, hanging("6.6.6.6, 203.0.113.1")):
        said = [
            ("203.0.113.1", 429),
            ("1.2.3.4, 203.0.113.1", 429),
            ("203.0.113.2", 200),
            ("203.0.113.1, 1.2.3.4", 200),
        ]
        for forwarded, status in said:
            assert asked(strict, PROXY, "/thing", [("X-Forwarded-For", forwarded)])[0] == status, forwarded
        assert asked(strict, PROXY, "/thing")[0] == 200
    core.reset()
    with waiting(strict, core, ATTACKER, hanging("203.0.113.7")):
        assert asked(strict, ATTACKER, "/api/v1/thing", [("X-Forwarded-For", "203.0.113.8")])[0] == 429


def asked(served: Served, address: str, path: str, headers: Headers = ()) -> tuple[int, str]:
    """Ask from an address; returns the status, and the code of an error of the API."""
    with From(served.client.base_url, address) as wire:
        answer = wire.ask("GET", path, headers)
        if answer.status == 429:
            assert int(answer.values("retry-after")[0]) >= 1
        return answer.status, answer.code if answer.status == 429 and path.startswith("/api/") else ""


def refused_socket(served: Served, address: str) -> int:
    """Ask for a WebSocket from an address; returns the status of the refusal."""
    with From(served.client.base_url, address) as wire:
        wire.send(request_bytes("GET", "/ws", HANDSHAKE))
        return wire.answer().status


def until(condition: Callable[[], bool]) -> bool:
    """Wait until something holds."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
    return True


@pytest.mark.parametrize(("size", "status"), [(1_000, 200), (60_000, 200), (200_000, 431), (390_000, 431)])
def test_head_has_a_limit(url: str, core: ScriptedCore, size: int, status: int) -> None:
    """Up to 64 KiB of names and values pass; much more is refused before anybody reads it."""
    core.at("/thing", acts.answer(200, b"thing"))
    assert ask(url, "GET", "/thing", [("Cookie", "c=" + "x" * size)]).status == status


def test_worker_may_open_as_much_as_the_system_allows(front: Served) -> None:
    """An operator need not raise the limit in the service's own environment, only that of the system."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    children = Path(f"/proc/{front.process.pid}/task/{front.process.pid}/children").read_text().split()
    limits = [Path(f"/proc/{pid}/limits").read_text() for pid in [str(front.process.pid), *children]]
    for text in limits:
        [soft] = [line.split()[3] for line in text.splitlines() if line.startswith("Max open files")]
        assert soft == "unlimited" or int(soft) >= (65536 if hard == resource.RLIM_INFINITY else min(hard, 65536))


@pytest.mark.parametrize(
    ("files", "connections"), [(256, 128), (1024, 384), (4096, 1920), (20_000, 9_872), (65_536, 32_640)]
)
def test_connections_leave_files_for_everything_else(files: int, connections: int) -> None:
    """Each may need a second one, to the helpdesk."""
    assert most_connections(files) == connections
