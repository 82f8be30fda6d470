"""What a fake provider does with one request. Each function returns a step for `FakeProvider.script`."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Literal, TypeAlias

import msgspec

from tests.fakes.bodies import Finish
from tests.fakes.exchange import Exchange

Step: TypeAlias = Callable[[Exchange], Awaitable[None]]
Where: TypeAlias = Literal["headers", "body"]
HUGE, DEPTH = 20_000_000, 50_000


def reply(text: str | None = None, *, finish: Finish = "stop", delay: float = 0.0) -> Step:
    """Answer well; without a text, with the fake's own. `delay` seconds pass before each piece of a stream."""

    async def step(exchange: Exchange) -> None:
        said = exchange.text if text is None else text
        if not exchange.received.streamed:
            await exchange.send_whole(200, exchange.content(said, finish))
            return
        await exchange.start_stream()
        for piece in exchange.events(said, finish):
            await asyncio.sleep(delay)
            await exchange.send_chunk(piece)
        await exchange.send_chunk(b"")

    return step


def status(
    code: int, *, kind: str = "", message: str = "Scripted.", param: str | None = None, retry_after: str | None = None
) -> Step:
    """Answer with an error status; `kind` is the dialect's code or type of the error."""

    async def step(exchange: Exchange) -> None:
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        content = msgspec.json.encode(exchange.dialect.error(code, kind, message, param))
        await exchange.send_whole(code, content, headers)

    return step


def serving(path: str, *, code: int = 404, content: bytes = b"<html>Not Found</html>") -> Step:
    """Answer well at one path, and have nothing at any other."""

    async def step(exchange: Exchange) -> None:
        if exchange.received.path == path:
            await reply()(exchange)
        else:
            await exchange.send_whole(code, content)

    return step


def hang(where: Where = "headers") -> Step:
    """Send nothing, or a first piece, and wait until the client gives up."""

    async def step(exchange: Exchange) -> None:
        with suppress(ConnectionError):
            if where == "body":
                await _begin(exchange)
        await exchange.wait_until_dropped()

    return step


def cut() -> Step:
    """Close the connection in the middle of the answer."""

    async def step(exchange: Exchange) -> None:
        await _begin(exchange)
        exchange.close()

    return step


def close() -> Step:
    """Close the connection without an answer."""

    async def step(exchange: Exchange) -> None:
        exchange.close()

    return step


def truncate() -> Step:
    """End the answer as HTTP wants it, but before the dialect's end."""

    async def step(exchange: Exchange) -> None:
        if not exchange.received.streamed:
            content = exchange.content(exchange.text)
            await exchange.send_whole(200, content[: len(content) // 2])
            return
        await exchange.start_stream()
        for piece in exchange.events(exchange.text)[: -exchange.dialect.CLOSING]:
            await exchange.send_chunk(piece)
        await exchange.send_chunk(b"")

    return step


def malformed() -> Step:
    """Send what is not JSON where JSON belongs."""

    async def step(exchange: Exchange) -> None:
        if not exchange.received.streamed:
            await exchange.send_whole(200, b"{not json")
            return
        await exchange.start_stream()
        await exchange.send_chunk(b"data: {not json\n\n")
        await exchange.send_chunk(b"")

    return step


def wrong_shape() -> Step:
    """Send JSON of another shape than the dialect's."""

    async def step(exchange: Exchange) -> None:
        await exchange.send_whole(200, b'{"choices": 7, "output": 7, "content": 7}')

    return step


def garbage() -> Step:
    """Send bytes that are not HTTP."""

    async def step(exchange: Exchange) -> None:
        await exchange.send_raw(b"\x00\x01\x02 not HTTP at all\r\n\r\n")
        exchange.close()

    return step


def error_event(kind: str, message: str = "Scripted.") -> Step:
    """Begin a stream and report an error in it."""

    async def step(exchange: Exchange) -> None:
        await _begin(exchange)
        await exchange.send_chunk(exchange.dialect.error_event(kind, message))
        await exchange.send_chunk(b"")

    return step


def empty() -> Step:
    """Answer well, without any text."""
    return reply("")


def ending(word: str, text: str | None = None) -> Step:
    """Answer with a text and any word for why it ended; without a text, with the fake's own."""

    def said(content: bytes) -> bytes:
        for known in (b'"length"', b'"max_output_tokens"', b'"max_tokens"'):
            content = content.replace(known, msgspec.json.encode(word))
        return content

    async def step(exchange: Exchange) -> None:
        answer = exchange.text if text is None else text
        if not exchange.received.streamed:
            await exchange.send_whole(200, said(exchange.content(answer, "length")))
            return
        await exchange.start_stream()
        for piece in exchange.events(answer, "length"):
            await exchange.send_chunk(said(piece))
        await exchange.send_chunk(b"")

    return step


def wrong_content_type() -> Step:
    """Send a web page."""

    async def step(exchange: Exchange) -> None:
        page = b"<html><body>Sign in</body></html>"
        await exchange.send_whole(200, page, {"Content-Type": "text/html"})

    return step


def deep(code: int = 200) -> Step:
    """Send JSON that is nested more deeply than anything reads."""

    async def step(exchange: Exchange) -> None:
        content = b'{"error":' + b"[" * DEPTH + b"]" * DEPTH + b"}"
        if code != 200 or not exchange.received.streamed:
            await exchange.send_whole(code, content)
            return
        await exchange.start_stream()
        await exchange.send_chunk(b"data: " + content + b"\n\n")
        await exchange.send_chunk(b"")

    return step


def whole(code: int, content: bytes, headers: dict[str, str] | None = None) -> Step:
    """Send just these bytes, streamed answer wanted or not."""

    async def step(exchange: Exchange) -> None:
        await exchange.send_whole(code, content, headers)

    return step


def cut_error(code: int, headers: dict[str, str]) -> Step:
    """Break off in the middle of an error."""

    async def step(exchange: Exchange) -> None:
        await exchange.send_head(code, {"Content-Type": "application/json", "Content-Length": "99", **headers})
        await exchange.send_raw(b'{"error"')
        exchange.close()

    return step


def farewell() -> Step:
    """Answer well, and keep no connection."""

    async def step(exchange: Exchange) -> None:
        await exchange.send_whole(200, exchange.content(exchange.text), {"Connection": "close"})
        exchange.close()

    return step


def events(choose: Callable[[list[bytes]], list[bytes]]) -> Step:
    """Stream a choice of a good answer's events."""

    async def step(exchange: Exchange) -> None:
        await exchange.start_stream()
        for piece in choose(exchange.events(exchange.text)):
            await exchange.send_chunk(piece)
        await exchange.send_chunk(b"")

    return step


def huge() -> Step:
    """Send 20 MB, as one answer or as events that never end the stream."""

    async def step(exchange: Exchange) -> None:
        if exchange.received.streamed:
            await exchange.start_stream()
            pieces = b"".join(exchange.events("x" * 800)[: -exchange.dialect.CLOSING])
            block = pieces * (100_000 // len(pieces))
        else:
            await exchange.send_head(200, {"Content-Type": "application/json", "Content-Length": str(HUGE)})
            block = b" " * 100_000
        for _ in range(HUGE // 100_000):
            await (exchange.send_chunk(block) if exchange.received.streamed else exchange.send_raw(block))

    return step


def redirect(to: str, code: int = 307) -> Step:
    """Send the client elsewhere."""

    async def step(exchange: Exchange) -> None:
        await exchange.send_whole(code, b"", {"Location": to})

    return step


async def _begin(exchange: Exchange) -> None:
    """Send the first half of a good answer."""
    if exchange.received.streamed:
        await exchange.start_stream()
        events = exchange.events(exchange.text)
        for piece in events[: len(events) // 2 + 1]:
            await exchange.send_chunk(piece)
        return
    content = exchange.content(exchange.text)
    await exchange.send_head(200, {"Content-Type": "application/json", "Content-Length": str(len(content))})
    await exchange.send_raw(content[: len(content) // 2])
