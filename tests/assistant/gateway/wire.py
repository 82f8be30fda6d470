"""A client that sends exactly the bytes that it is told to, and tells how an answer ended."""

import contextlib
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

import msgspec

Headers: TypeAlias = Sequence[tuple[str, str]]
PATIENCE = 30.0
_BLOCK = 256 * 1024
_BODILESS = (204, 304)


class Answer(msgspec.Struct, kw_only=True):
    """An answer as it came; `whole` tells whether it came to its end by its own framing."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    whole: bool = False

    def values(self, name: str) -> list[str]:
        """Return the values of all headers of this name."""
        return [value for each, value in self.headers if each == name]

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The body, read as JSON."""
        return msgspec.json.decode(self.body)

    @property
    def code(self) -> str:
        """The code of an error, its envelope having been checked."""
        body = self.json
        assert set(body) == {"status", "message", "data", "error_type"}, body
        assert (body["status"], bool(body["message"])) == ("error", True), body
        code: str = body["data"]["code"]
        return code


class CutError(ConnectionError):
    """The connection ended before a whole head had come; `received` is what had."""

    def __init__(self, received: bytes) -> None:
        super().__init__(f"the connection ended after {received!r}")
        self.received = received


class Wire:
    """A connection to a server.

    Args:
        url: the server's origin.
        receive_buffer: bytes that the system keeps for a reader who is not reading; its own choice without.
        address: of this machine, from which to connect; the usual one without.
    """

    def __init__(self, url: object, *, receive_buffer: int | None = None, address: str = "") -> None:
        there = urlsplit(str(url))
        self.authority = there.netloc
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        if address:
            self.socket.bind((address, 0))
        self.socket.connect((there.hostname or "", there.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pending = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, content: bytes) -> None:
        """Send bytes; a connection that the server has closed is for the answer to tell."""
        with contextlib.suppress(OSError):
            self.socket.sendall(content)

    def send_request(self, method: str, target: str, headers: Headers = (), body: bytes | None = None) -> None:
        """Send a request with a Host, and a length when it has a body."""
        self.send(request_bytes(method, target, [("Host", self.authority), *headers], body))

    def ask(self, method: str, target: str, headers: Headers = (), body: bytes | None = None) -> Answer:
        """Send a request and return its answer."""
        self.send_request(method, target, headers, body)
        return self.answer(method)

    def answer(self, method: str = "GET") -> Answer:
        """Read a whole answer; `interim` answers (1xx) are no answers.

        Raises:
            CutError: the connection ended before the head had come.
        """
        answer = self.head()
        for piece in self.pieces(answer, method):
            answer.body += piece
        return answer

    def head(self) -> Answer:
        """Read the head of an answer.

        Raises:
            CutError: the connection ended before.
        """
        while True:
            first, *lines = self._until(b"\r\n\r\n").decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
            _, status, reason = [*first.split(" ", 2), ""][:3]
            if not status.startswith("1") or status == "101":
                pairs = (line.partition(":") for line in lines)
                headers = [(name.lower(), value.strip(" \t")) for name, _, value in pairs]
                return Answer(status=int(status), reason=reason, headers=headers)

    def pieces(self, answer: Answer, method: str = "GET") -> Iterator[bytes]:
        """Read a body piece by piece, and note when its end has come."""
        lengths = answer.values("content-length")
        if method == "HEAD" or answer.status in _BODILESS:
            answer.whole = True
        elif answer.values("transfer-encoding"):
            yield from self._chunks(answer)
        elif lengths:
            yield from self._sized(answer, int(lengths[0]))
        else:
            yield from self._to_the_end(answer)

    def _chunks(self, answer: Answer) -> Iterator[bytes]:
        with contextlib.suppress(CutError):
            while size := int(self._until(b"\r\n").partition(b";")[0], 16):
                yield self._exactly(size)
                assert self._until(b"\r\n") == b"\r\n"
            while self._until(b"\r\n") != b"\r\n":
                pass
            answer.whole = True

    def _sized(self, answer: Answer, rest: int) -> Iterator[bytes]:
        while rest and (piece := self.some(rest)):
            rest -= len(piece)
            yield piece
        answer.whole = not rest

    def _to_the_end(self, answer: Answer) -> Iterator[bytes]:
        try:
            while piece := self._pending or self.socket.recv(_BLOCK):
                self._pending = b""
                yield piece
            answer.whole = True
        except ConnectionError:
            answer.whole = False

    def some(self, most: int = _BLOCK) -> bytes:
        """Return what has come, at least one byte; nothing at the end of the connection, however it ended."""
        if not self._pending:
            with contextlib.suppress(ConnectionError):
                self._pending = self.socket.recv(_BLOCK)
        piece, self._pending = self._pending[:most], self._pending[most:]
        return piece

    def ended(self) -> bool:
        """Whether the server closes the connection without another byte; waits for either."""
        return not self.some()

    def _exactly(self, size: int) -> bytes:
        received = bytearray()
        while len(received) < size:
            piece = self.some(size - len(received))
            if not piece:
                raise CutError(bytes(received))
            received += piece
        return bytes(received)

    def _until(self, mark: bytes) -> bytes:
        received = b""
        while mark not in received:
            piece = self.some()
            if not piece:
                raise CutError(received)
            received += piece
        found, mark, rest = received.partition(mark)
        self._pending = rest + self._pending
        return found + mark

    def close(self) -> None:
        """Leave."""
        self.socket.close()

    def reset(self) -> None:
        """Leave with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def ask(url: object, method: str, target: str, headers: Headers = (), body: bytes | None = None) -> Answer:
    """Send one request over a connection of its own and return the answer."""
    with Wire(url) as wire:
        return wire.ask(method, target, headers, body)


def exchange(url: object, content: bytes, method: str = "GET") -> Answer | None:
    """Send these bytes over a connection of its own and return the answer; None when it was closed without one."""
    with Wire(url) as wire:
        wire.send(content)
        try:
            return wire.answer(method)
        except CutError as cut:
            if cut.received:
                raise
            return None


def request_bytes(method: str, target: str, headers: Headers, body: bytes | None = None) -> bytes:
    """Return a request; one with a body gets its length, unless a header says how it is framed."""
    framed = any(name.lower() in {"content-length", "transfer-encoding"} for name, _ in headers)
    length = [("Content-Length", str(len(body)))] if body is not None and not framed else []
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in [*headers, *length])]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


def chunks(*pieces: bytes) -> bytes:
    """Return a chunked body, one chunk for each piece."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*filter(None, pieces), b""])
