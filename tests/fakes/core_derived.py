"""Answers that follow from the request itself: the same request gets the same answer, whichever way it comes."""

import base64
import hashlib
from typing import Literal

import msgspec

from tests.fakes.core_acts import Act
from tests.fakes.core_exchange import CoreExchange, Seen

HEADER = "x-answer"
"""Carries the wanted answer."""

NOT_COMPARED = frozenset(
    {
        "connection",
        "forwarded",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    }
)
"""What a proxy drops or sets. All other headers of a request, and its body, have a part in the answer's body."""

_BODILESS = (204, 304)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: the body is followed by the request's fingerprint, and sent in so many pieces."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    framing: Literal["length", "chunked", "close"]
    pieces: int

    def written(self) -> str:
        """Return the value of the header that asks for this answer."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode()


def derived() -> Act:
    """Give the answer that the request's header asks for."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        request = exchange.request
        wanted = msgspec.json.decode(base64.urlsafe_b64decode(request.values(HEADER)[0]), type=Wanted)
        body = wanted.body + b"\n" + fingerprint(request)
        bodiless = wanted.status in _BODILESS
        await exchange.send_head(wanted.status, [*wanted.headers, *_framing(wanted, len(body), bodiless=bodiless)])
        if request.method != "HEAD" and not bodiless:
            await _send(exchange, wanted, body)
        if wanted.framing == "close":
            await exchange.end("fin")

    return act


def fingerprint(request: Seen) -> bytes:
    """Return a digest of what a proxy has to leave as it is; headers of one name keep their order."""
    kept = [(name.lower(), value) for name, value in request.headers if name.lower() not in NOT_COMPARED]
    kept.sort(key=lambda header: header[0])
    whole = repr((request.method, request.target, kept, bytes(request.body)))
    return hashlib.sha256(whole.encode()).hexdigest().encode()


def _framing(wanted: Wanted, length: int, *, bodiless: bool) -> list[tuple[str, str]]:
    if wanted.framing == "close":
        return [("Connection", "close")]
    if bodiless:
        return []
    if wanted.framing == "length":
        return [("Content-Length", str(length))]
    return [("Transfer-Encoding", "chunked")]


async def _send(exchange: CoreExchange, wanted: Wanted, body: bytes) -> None:
    size = max(1, -(-len(body) // wanted.pieces))
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        await (exchange.send_chunk(piece) if wanted.framing == "chunked" else exchange.send(piece))
    if wanted.framing == "chunked":
        await exchange.send_chunk(b"")
