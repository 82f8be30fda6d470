"""WebSockets of the scripted core, by the rules of the `websockets` library. Each function but the last returns an act.

The connection is the one that the request came over, so its raw bytes are kept like those of any other request.
"""

import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from websockets.frames import Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from tests.fakes.core_acts import Act
from tests.fakes.core_exchange import CoreExchange

Message: TypeAlias = str | bytes
_LONGEST = 256 * 1024 * 1024


class Talk:
    """What was said over a WebSocket, for a test to look at.

    Attributes:
        messages: what the client sent.
        pongs: what the client answered pings with.
        code: the code that the client closed with; 1005 for none, 1006 for an end without closing.
        reason: the client's reason for closing.
        ended: set once it is over.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.pongs: list[bytes] = []
        self.code: int | None = None
        self.reason: str | None = None
        self.ended = threading.Event()


class Socket:
    """An open WebSocket, as a script speaks through it."""

    def __init__(self, exchange: CoreExchange, protocol: ServerProtocol, talk: Talk) -> None:
        self.exchange = exchange
        self._protocol = protocol
        self._talk = talk
        self._fragments = bytearray()
        self._kind = Opcode.TEXT

    @property
    def open(self) -> bool:
        """Whether messages can be sent."""
        return self._protocol.state is State.OPEN and not self.exchange.closed

    async def send(self, message: Message) -> None:
        """Send one message."""
        if isinstance(message, str):
            self._protocol.send_text(message.encode())
        else:
            self._protocol.send_binary(message)
        await self.flush()

    async def ping(self, payload: bytes) -> None:
        """Send a ping."""
        self._protocol.send_ping(payload)
        await self.flush()

    async def close(self, code: int | None, reason: str = "") -> None:
        """Begin to close."""
        self._protocol.send_close(code, reason)
        await self.flush()

    async def messages(self) -> list[Message]:
        """Return what came next, which may be no whole message yet."""
        received = await self.exchange.receive()
        if received:
            self._protocol.receive_data(received)
        else:
            self._protocol.receive_eof()
        come = [message for event in self._protocol.events_received() if (message := self._take(event)) is not None]
        await self.flush()
        return come

    def _take(self, event: object) -> Message | None:
        opcode, content, fin = (getattr(event, name) for name in ("opcode", "data", "fin"))
        if opcode is Opcode.PONG:
            self._talk.pongs.append(bytes(content))
        if opcode not in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
            return None
        if opcode is not Opcode.CONT:
            self._kind = opcode
        self._fragments += content
        if not fin:
            return None
        whole, self._fragments = bytes(self._fragments), bytearray()
        message = whole.decode() if self._kind is Opcode.TEXT else whole
        self._talk.messages.append(message)
        return message

    async def flush(self) -> None:
        """Send what the protocol has to say."""
        for content in self._protocol.data_to_send():
            if content:
                await self.exchange.send(content)

    async def drain(self) -> None:
        """Listen until it is over, and write down how it ended."""
        while self._protocol.state is not State.CLOSED and not self._protocol.eof_sent:
            await self.messages()

    def note_the_end(self) -> None:
        """Write down how the client ended it."""
        received = self._protocol.close_rcvd
        self._talk.code = received.code if received else 1006
        self._talk.reason = received.reason if received else ""
        self._talk.ended.set()


Script: TypeAlias = Callable[[Socket], Awaitable[None]]


def accept(script: Script, talk: Talk | None = None, *, subprotocols: Sequence[str] = ()) -> Act:
    """Shake hands, choose the first of the subprotocols that the client offers too, and follow a script."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        heard = talk or Talk()
        protocol = ServerProtocol(subprotocols=[Subprotocol(name) for name in subprotocols] or None, max_size=_LONGEST)
        protocol.receive_data(exchange.request.head)
        [request] = protocol.events_received()
        assert isinstance(request, Request)
        protocol.send_response(protocol.accept(request))
        socket = Socket(exchange, protocol, heard)
        await socket.flush()
        try:
            if socket.open:
                await script(socket)
                await socket.drain()
        finally:
            socket.note_the_end()
            await exchange.end("fin")

    return act


def echo(talk: Talk | None = None, *, subprotocols: Sequence[str] = ()) -> Act:
    """Send every message back."""

    async def script(socket: Socket) -> None:
        while socket.open:
            for message in await socket.messages():
                await socket.send(message)

    return accept(script, talk, subprotocols=subprotocols)


def close(code: int | None, reason: str = "", talk: Talk | None = None) -> Act:
    """Close as soon as the first message has come."""

    async def script(socket: Socket) -> None:
        while not await socket.messages():
            pass
        await socket.close(code, reason)

    return accept(script, talk)


def cut() -> Act:
    """Break the connection as soon as the first message has come."""

    async def script(socket: Socket) -> None:
        while not await socket.messages():
            pass
        await socket.exchange.end("rst")

    return accept(script)


def ping(payload: bytes, talk: Talk) -> Act:
    """Ping the client, and tell it when its pong has come."""

    async def script(socket: Socket) -> None:
        await socket.ping(payload)
        while not talk.pongs:
            await socket.messages()
        await socket.send("pong")

    return accept(script, talk)


def flood(message: Message, sent: list[int]) -> Act:
    """Send without end, as fast as it is taken; `sent` gets the size of each message that the system took."""

    async def script(socket: Socket) -> None:
        while socket.open:
            await socket.send(message)
            sent.append(len(message))

    return accept(script)


def deaf(gate: threading.Semaphore, talk: Talk) -> Act:
    """Hear nothing until the test opens the gate."""

    async def script(socket: Socket) -> None:
        await socket.exchange.wait_for_gate(gate)

    return accept(script, talk)
