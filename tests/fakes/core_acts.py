"""What the scripted core does with one request. Each function returns an act for `ScriptedCore.at` and `script`."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeAlias

import msgspec

from tests.fakes.core_exchange import CoreExchange, Then

Act: TypeAlias = Callable[[CoreExchange], Awaitable[None]]
Headers: TypeAlias = Sequence[tuple[str, str]]
_BODILESS = (204, 304)
_LEAST_JOB = 32 * 1024


def answer(status: int = 200, body: bytes = b"", headers: Headers = (), *, then: Then = "keep") -> Act:
    """Answer with a fixed length; to HEAD, and with 204 and 304, without the body."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        length = [] if status in _BODILESS else [("Content-Length", str(len(body)))]
        await exchange.send_head(status, [*headers, *length])
        if exchange.request.method != "HEAD" and status not in _BODILESS:
            await exchange.send(body)
        await exchange.end(then)

    return act


def chunked(pieces: Iterable[bytes], headers: Headers = (), trailers: Headers = ()) -> Act:
    """Answer in chunks, one for each piece."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        await exchange.send_head(200, [*headers, ("Transfer-Encoding", "chunked")])
        for piece in pieces:
            await exchange.send_chunk(piece)
        last = "".join(f"{name}: {value}\r\n" for name, value in trailers)
        await exchange.send(f"0\r\n{last}\r\n".encode("latin-1"))

    return act


def until_close(body: bytes, headers: Headers = (), *, then: Then = "fin") -> Act:
    """Answer without a length: the end of the connection is the end of the body."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        await exchange.send_head(200, headers)
        await exchange.send(body)
        await exchange.end(then)

    return act


def raw(*pieces: bytes, then: Then = "keep") -> Act:
    """Answer with exactly these bytes, each piece sent by itself, once the request was read."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        for piece in pieces:
            await exchange.send(piece)
            await asyncio.sleep(0)
        await exchange.end(then)

    return act


def vanish(how: Then = "fin") -> Act:
    """Close the connection without an answer, and without reading the body."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.end(how)

    return act


def hang() -> Act:
    """Read the request and say nothing until the client leaves."""
    return raw(then="hang")


def gated(head: bytes, pieces: Iterable[bytes], gate: threading.Semaphore, *, then: Then = "keep") -> Act:
    """Send the head at once, and one piece more each time that the test releases the gate."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        await exchange.send(head)
        for piece in pieces:
            await exchange.wait_for_gate(gate)
            await exchange.send(piece)
        await exchange.end(then)

    return act


def late(gate: threading.Semaphore, following: Act) -> Act:
    """Wait for the test before anything is read or answered."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.wait_for_gate(gate)
        await following(exchange)

    return act


def poison(content: bytes, evil: bytes) -> Act:
    """Send these bytes, and the evil ones in answer to whatever comes next over the same connection."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        await exchange.send(content)
        if await exchange.receive():
            await exchange.send(evil)
        await exchange.end("fin")

    return act


def drip(content: bytes, pause: float = 0.001) -> Act:
    """Send these bytes one by one."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        for byte in content:
            await exchange.send(bytes([byte]))
            await asyncio.sleep(pause)

    return act


def early(status: int = 413, body: bytes = b"too large") -> Act:
    """Answer before the body was read, then read it to its end, so that the answer is not lost to a reset."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.send_head(status, [("Content-Length", str(len(body))), ("Connection", "close")])
        await exchange.send(body)
        await exchange.read_body(keep=False)
        await exchange.end("fin")

    return act


def blurt(content: bytes, then: Then) -> Act:
    """Send these bytes as soon as the head has come, and then, without having read the body, do what is wanted."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.send(content)
        await exchange.end(then)

    return act


def unread() -> Act:
    """Never read the body nor answer."""

    async def act(exchange: CoreExchange) -> None:
        await asyncio.Event().wait()
        await exchange.end("rst")

    return act


def sink() -> Act:
    """Read a body of any size without keeping it, and tell its length and digest."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body(keep=False)
        request = exchange.request
        told = msgspec.json.encode({"size": request.size, "digest": request.digest.hexdigest()})
        await _send_json(exchange, told)

    return act


def flood(piece: bytes, sent: list[int]) -> Act:
    """Send without end, as fast as it is taken; `sent` gets the size of each piece that the system took."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        await exchange.send_head(200, [("Content-Type", "application/octet-stream")])
        while not exchange.closed:
            await exchange.send(piece)
            sent.append(len(piece))

    return act


def echo() -> Act:
    """Tell what was asked: method, raw target, headers as pairs, and length and digest of the body."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        request = exchange.request
        told = {
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "size": request.size,
            "digest": request.digest.hexdigest(),
        }
        await _send_json(exchange, msgspec.json.encode(told))

    return act


def me(permissions: Sequence[str] = ("ai:manage",), *, agent: int = 7, roles: Any = ("Agent",)) -> Act:  # noqa: ANN401 - whatever a core says
    """Answer `GET /api/v1/agents/me` with an agent who holds these permissions, and has these roles."""
    teams = [{"id": 1, "name": "Support"}]
    person = {"first_name": "Ana", "last_name": "Costa", "email": "ana@example.org"}
    data = {"id": agent, **person, "permissions": list(permissions), "teams": teams, "roles": roles}
    body = msgspec.json.encode({"status": "success", "data": data})
    return answer(200, body, [("Content-Type", "application/json")])


def job() -> Act:
    """Answer `/jobs/NAME/length` and `/jobs/NAME/chunked` with NAME over and over, in pieces with a pause between."""

    async def act(exchange: CoreExchange) -> None:
        await exchange.read_body()
        _, _, name, framing = (exchange.request.path + "//").split("/")[:4]
        body = job_body(name)
        pieces = [body[start : start + 4096] for start in range(0, len(body), 4096)]
        kind = ("Content-Length", str(len(body))) if framing == "length" else ("Transfer-Encoding", "chunked")
        await exchange.send_head(200, [("X-Job", name), kind])
        for piece in pieces:
            await (exchange.send(piece) if framing == "length" else exchange.send_chunk(piece))
            await asyncio.sleep(0.001)
        if framing != "length":
            await exchange.send_chunk(b"")

    return act


def job_body(name: str) -> bytes:
    """Return the body of a job's answer: its own name, so often that a piece of another one's would be seen."""
    word = f"{name};".encode()
    return word * (_LEAST_JOB // len(word) + 1)


async def _send_json(exchange: CoreExchange, content: bytes) -> None:
    await exchange.send_head(200, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    if exchange.request.method != "HEAD":
        await exchange.send(content)
