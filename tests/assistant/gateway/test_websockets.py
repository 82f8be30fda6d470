"""WebSockets go through: messages, subprotocols, closing and refusal both ways; a slow side slows the other."""

import threading
from contextlib import AbstractContextManager, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.assistant.gateway.test_streaming import EXTRA, MIB, Memory, standstill
from tests.assistant.gateway.wire import Answer, Wire, request_bytes
from tests.assistant.serving import Served
from tests.fakes import core_acts as acts
from tests.fakes import core_sockets as sockets
from tests.fakes.core import ScriptedCore

PATIENCE = 15.0
CODES = [1000, 1001, 1003, 1008, 1011, 3000, 4000, 4999]
MESSAGES: list[str | bytes] = ["hello", "", "Grüße \U0001f600", b"", b"\x00\xff" * 10, "x" * 70_000, b"y" * 4 * MIB]
HANDSHAKE = [
    ("Host", "helpdesk.example"),
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
]


def opened(url: object, path: str = "/ws", **options: Any) -> AbstractContextManager[ClientConnection]:  # noqa: ANN401
    """Open a WebSocket through the service."""
    address = str(url).replace("http", "ws", 1) + path
    context: AbstractContextManager[ClientConnection] = connect(
        address, proxy=None, max_size=None, open_timeout=PATIENCE, close_timeout=PATIENCE, **options
    )
    return context


def refusal(url: object, path: str = "/ws") -> Answer:
    """Ask for a WebSocket and return the answer that refuses it."""
    with Wire(url) as wire:
        wire.send(request_bytes("GET", path, HANDSHAKE))
        answer = wire.answer()
    assert answer.status != 101
    return answer


def closing(socket: ClientConnection) -> tuple[int | None, str | None]:
    """Wait until the other side closes; returns its code, which is 1006 when it did so without a word, and reason."""
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=PATIENCE)
    return socket.close_code, socket.close_reason


@pytest.mark.parametrize("compression", ["deflate", None])
@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: f"{type(message).__name__}-{len(message)}")
def test_messages_go_both_ways(url: str, core: ScriptedCore, message: str | bytes, compression: str | None) -> None:
    """Text stays text and bytes stay bytes, of any size."""
    talk = sockets.Talk()
    core.at("/ws", sockets.echo(talk))
    with opened(url, compression=compression) as socket:
        socket.send(message)
        assert socket.recv(timeout=PATIENCE) == message
    assert talk.messages == [message]


def test_largest_message(url: str, core: ScriptedCore) -> None:
    """16 MiB pass in both directions; with one byte more the line is closed on both sides."""
    talk = sockets.Talk()
    core.at("/ws", sockets.echo(talk))
    largest = b"x" * 16 * 1024 * 1024
    with opened(url, compression=None) as socket:
        socket.send(largest)
        assert socket.recv(timeout=PATIENCE) == largest
    with opened(url, compression=None) as socket:
        with suppress(ConnectionClosed):
            socket.send(largest + b"x")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=PATIENCE)
    assert [len(message) for message in talk.messages] == [len(largest)]


def test_messages_keep_their_order(url: str, core: ScriptedCore) -> None:
    """Many in a row, and one in several frames, arrive as they were sent."""
    core.at("/ws", sockets.echo())
    with opened(url) as socket:
        for number in range(500):
            socket.send(str(number))
        socket.send(["in ", "three ", "parts"])
        assert [socket.recv(timeout=PATIENCE) for _ in range(500)] == [str(number) for number in range(500)]
        assert socket.recv(timeout=PATIENCE) == "in three parts"


def test_many_at_once(url: str, core: ScriptedCore) -> None:
    """Each agent has one open all day; no one hears another one's messages."""
    core.at("/ws", sockets.echo())
    opening = [opened(url) for _ in range(20)]
    open_ones = [each.__enter__() for each in opening]
    for number, socket in enumerate(open_ones):
        socket.send(f"for {number}")
    assert [socket.recv(timeout=PATIENCE) for socket in open_ones] == [f"for {number}" for number in range(20)]
    for each in opening:
        each.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("known", "chosen"), [(["v2.chat", "v1.chat"], "v2.chat"), (["v1.chat"], "v1.chat"), ([], None)]
)
def test_subprotocol_is_the_cores_choice(url: str, core: ScriptedCore, known: list[str], chosen: str | None) -> None:
    """The client offers, the core chooses, or chooses none."""
    core.at("/ws", sockets.echo(subprotocols=known))
    with opened(url, subprotocols=[Subprotocol("v1.chat"), Subprotocol("v2.chat")]) as socket:
        assert socket.subprotocol == chosen
        socket.send("hello")
        assert socket.recv(timeout=PATIENCE) == "hello"
    [request] = core.seen("/ws")
    offered = [name.strip() for value in request.values("sec-websocket-protocol") for name in value.split(",")]
    assert offered == ["v1.chat", "v2.chat"]


def test_handshake_is_the_clients(url: str, core: ScriptedCore) -> None:
    """The core sees who comes and from which page, as with any request; a stranger's claims are removed."""
    core.at("/ws/a%2fb", sockets.echo())
    headers = {"Cookie": "session=x; b=2", "Authorization": "token a:b", "User-Agent": "Browser/1", "X-Custom": "1"}
    claims = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X_Forwarded_For": "203.0.113.9"}
    with opened(
        url,
        "/ws/a%2fb?token=%41&x",
        origin=Origin("https://helpdesk.example"),
        user_agent_header=None,
        additional_headers={**headers, **claims},
    ):
        pass
    [request] = core.requests
    assert request.target == "/ws/a%2fb?token=%41&x", request
    for name, value in [*headers.items(), ("Origin", "https://helpdesk.example"), ("X-Forwarded-For", "127.0.0.1")]:
        assert request.values(name) == [value], request
    authority = url.removeprefix("http://")
    assert request.values("host") == request.values("x-forwarded-host") == [authority], request
    assert request.values("x-forwarded-proto") in (["http"], ["ws"]), request
    assert b"203.0.113.9" not in request.head, request


@pytest.mark.parametrize("code", CODES)
def test_close_code_of_the_core(url: str, core: ScriptedCore, code: int) -> None:
    """The client reads why the core closes."""
    core.at("/ws", sockets.close(code, "Schluß"))
    with opened(url) as socket:
        socket.send("hello")
        assert closing(socket) == (code, "Schluß")


@pytest.mark.parametrize("code", CODES)
def test_close_code_of_the_client(url: str, core: ScriptedCore, code: int) -> None:
    """The core reads with which code the client closes; the server keeps the reason for itself."""
    talk = sockets.Talk()
    core.at("/ws", sockets.echo(talk))
    with opened(url) as socket:
        socket.send("hello")
        assert socket.recv(timeout=PATIENCE) == "hello"
        socket.close(code, "Schluß")
    assert talk.ended.wait(PATIENCE)
    assert talk.code == code


def test_closing_without_a_code(url: str, core: ScriptedCore) -> None:
    """Nothing is made up that looks like a trouble."""
    core.at("/ws", sockets.close(None))
    with opened(url) as socket:
        socket.send("hello")
        assert closing(socket)[0] in {1000, 1005}


def test_core_that_breaks_off(url: str, core: ScriptedCore) -> None:
    """The client hears of an end that no one wanted, and does not take it for a good one."""
    core.at("/ws", sockets.cut())
    with opened(url) as socket:
        socket.send("hello")
        assert closing(socket)[0] not in {1000, 1005}


@pytest.mark.parametrize("how", ["close", "reset"])
def test_client_that_breaks_off(url: str, core: ScriptedCore, how: str) -> None:
    """The core hears that the client is gone."""
    talk = sockets.Talk()
    core.at("/ws", sockets.echo(talk))
    wire = Wire(url)
    wire.send(request_bytes("GET", "/ws", HANDSHAKE))
    assert wire.head().status == 101
    getattr(wire, how)()
    assert talk.ended.wait(PATIENCE)
    assert core.requests[0].gone.wait(PATIENCE)


@pytest.mark.parametrize("status", [401, 403, 404, 302, 500])
def test_refusal_of_the_core(url: str, core: ScriptedCore, status: int) -> None:
    """A page can tell an expired session from a broken line."""
    core.at("/ws", acts.answer(status, b"no", [("Location", "/login")]))
    answer = refusal(url)
    assert (answer.status, answer.values("location")) == (status, ["/login"])
    assert len(core.requests) == 1, "a redirect is the client's to follow"


def test_core_that_is_not_there(lonely: Served) -> None:
    """502, as with any request."""
    assert refusal(lonely.client.base_url).status == 502


def test_core_that_takes_too_long_to_shake_hands(hurried: Served, core: ScriptedCore) -> None:
    """504, as with any request."""
    core.at("/ws", acts.hang())
    assert refusal(hurried.client.base_url).status == 504


ODD = {
    "closed": acts.raw(then="fin"),
    "garbage": acts.raw(b"garbage\r\n\r\n", then="fin"),
    "wrong key": acts.raw(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
        then="hang",
    ),
    "no upgrade": acts.answer(200, b"hello"),
}


@pytest.mark.parametrize("act", ODD.values(), ids=ODD)
def test_core_that_does_not_shake_hands(url: str, core: ScriptedCore, act: acts.Act) -> None:
    """Whatever it is, it is no open WebSocket."""
    core.at("/ws", act)
    assert refusal(url).status in {200, 502}


def test_pings_of_the_core_are_answered(url: str, core: ScriptedCore) -> None:
    """So that it does not take the line for dead."""
    talk = sockets.Talk()
    core.at("/ws", sockets.ping(b"are you there", talk))
    with opened(url) as socket:
        assert socket.recv(timeout=PATIENCE) == "pong"
    assert talk.pongs == [b"are you there"]


def test_pings_of_the_client_are_answered(url: str, core: ScriptedCore) -> None:
    """So that it does not take the line for dead, also while the core is busy."""
    gate, talk = threading.Semaphore(0), sockets.Talk()
    core.at("/ws", sockets.deaf(gate, talk))
    with opened(url) as socket:
        assert socket.ping(b"hello").wait(PATIENCE)
        gate.release()


def test_slow_client_holds_the_core_back(front: Served, core: ScriptedCore) -> None:
    """Messages that no one reads stay with the core, not in our memory."""
    sent: list[int] = []
    core.at("/ws", sockets.flood(b"x" * MIB, sent))
    memory = Memory(front)
    with Wire(front.client.base_url, receive_buffer=64 * 1024) as wire:
        wire.send(request_bytes("GET", "/ws", HANDSHAKE))
        assert wire.head().status == 101
        standstill(sent)
        assert sum(sent) < 64 * MIB
        assert memory.extra() < EXTRA
    assert core.requests[0].gone.wait(PATIENCE)


def test_slow_core_holds_the_client_back(front: Served, core: ScriptedCore) -> None:
    """Messages that the core does not read yet stay with the client, and arrive all the same."""
    gate, talk, sent = threading.Semaphore(0), sockets.Talk(), [0]
    core.at("/ws", sockets.deaf(gate, talk))
    memory = Memory(front)
    with opened(front.client.base_url, compression=None) as socket:
        sending = threading.Thread(target=send_many, args=(socket, sent))
        sending.start()
        standstill(sent)
        assert sum(sent) < 64 * MIB
        assert memory.extra() < EXTRA
        gate.release()
        sending.join()
    assert talk.ended.wait(PATIENCE)
    assert len(talk.messages) == 96
    assert (talk.code, {len(message) for message in talk.messages}) == (1000, {MIB})


def send_many(socket: ClientConnection, sent: list[int]) -> None:
    """Send 96 messages of a megabyte, as fast as they are taken; `sent` gets the size of each."""
    with suppress(ConnectionClosed):
        for _ in range(96):
            socket.send(b"x" * MIB)
            sent.append(MIB)


@pytest.mark.parametrize("path", ["/api/v1/ai/prompts", "/api/v1/ai/%70rompts", "/health"])
def test_our_own_operations_are_no_websockets(url: str, core: ScriptedCore, path: str) -> None:
    """What is ours does not become the core's by another protocol."""
    assert 400 <= refusal(url, path).status < 500
    assert core.requests == []


def test_built_in_desk_has_no_websockets(desk_inside: Served) -> None:
    """It refuses them, and goes on."""
    assert 400 <= refusal(desk_inside.client.base_url).status < 500
    assert desk_inside.client.get("/api/v1/agents/me").status_code == 200
