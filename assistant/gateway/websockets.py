"""WebSockets between a client and the core: messages both ways, as fast as the slower side takes them (RFC 6455)."""

import asyncio
import contextlib
import ssl
from typing import TYPE_CHECKING, Any

from litestar.types import Message, Receive, Send, WebSocketScope

from assistant.errors import CoreTimeoutError, CoreUnreachableError, StoppingError
from assistant.gateway.headers import answer_headers, request_headers
from assistant.gateway.request_head import target_of
from assistant.settings import Network
from http1.origins import Origin
from http1.racing import keep_alive
from messages.sentences import Sentence

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

_LARGEST_MESSAGE = 16 * 1024 * 1024  # bytes; also the server's own limit for a frame
_WAITING_MESSAGES = 4
_CLOSE = 1.0  # seconds that the core may take to say goodbye
_ABNORMAL = {1005: 1000, 1006: 1011, 1015: 1011}
"""Codes that tell how a connection ended and must not be sent (RFC 6455, 7.4.1), and what is said in their place."""
_GOING_AWAY = 1001
_HANDSHAKE = b"sec-websocket-"


class Sockets:
    """Relays WebSockets.

    Args:
        origin: the core.
        timeout: seconds that its handshake may take.
        trusted: proxies in front of us whose word on their clients counts.
        tls: the context, for `https`.
    """

    def __init__(
        self, origin: Origin, timeout: float, trusted: tuple[Network, ...], tls: ssl.SSLContext | None
    ) -> None:
        self._origin = origin
        self._timeout = timeout
        self._trusted = trusted
        self._ssl = tls

    async def relay(self, scope: WebSocketScope, receive: Receive, send: Send) -> None:
        """Open a socket to the core as the client wants it, and pass messages until one side closes.

        Raises:
            CoreUnreachableError, CoreTimeoutError, StoppingError: the client's handshake has no answer yet.
        """
        from websockets.exceptions import InvalidStatus  # noqa: PLC0415 - only a helpdesk with sockets needs it

        await receive()  # the client's wish to connect
        try:
            core = await self._open(scope)
        except InvalidStatus as refused:
            answer = refused.response
            headers = [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.raw_items()
            ]
            passed = [pair for pair in answer_headers(headers) if pair[0] != b"content-length"]
            await refuse_handshake(answer.status_code, passed, bytes(answer.body), send)
            return
        except asyncio.CancelledError:  # the service stops
            raise StoppingError from None
        keep_alive(core.transport.get_extra_info("socket"))
        await self._accept(core, send)
        try:
            await _pump(core, receive, send, self._timeout)
        except asyncio.CancelledError:  # the service stops
            await send({"type": "websocket.close", "code": _GOING_AWAY, "reason": ""})
            raise

    async def _open(self, scope: WebSocketScope) -> "ClientConnection":
        """Shake hands with the core; raises InvalidStatus, CoreUnreachableError or CoreTimeoutError."""
        from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI  # noqa: PLC0415 - likewise

        from assistant.gateway.websocket_connecting import connect_without_redirects  # noqa: PLC0415

        headers = request_headers(scope, self._origin.authority.encode(), self._trusted)
        [(_, host), *passed] = headers
        scheme = "wss" if self._ssl else "ws"
        tls = {"ssl": self._ssl, "server_hostname": self._origin.host} if self._ssl else {}
        try:
            return await connect_without_redirects(
                f"{scheme}://{host.decode('latin-1')}{target_of(scope).decode('latin-1')}",
                additional_headers=[
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, value in passed
                    if not name.startswith(_HANDSHAKE)
                ],
                subprotocols=list(scope["subprotocols"]) or None,
                host=self._origin.host,
                port=self._origin.port,
                open_timeout=self._timeout,
                max_size=_LARGEST_MESSAGE,
                max_queue=_WAITING_MESSAGES,
                close_timeout=_CLOSE,
                **tls,
            )
        except InvalidStatus:
            raise
        except TimeoutError:
            raise CoreTimeoutError(Sentence("The helpdesk did not answer in time. Try again in a moment.")) from None
        except (OSError, EOFError, InvalidHandshake, InvalidURI, ValueError) as error:
            raise CoreUnreachableError(Sentence("The helpdesk can't be reached."), hint=type(error).__name__) from None

    async def _accept(self, core: "ClientConnection", send: Send) -> None:
        answer = core.response
        cookies = answer.headers.get_all("Set-Cookie") if answer else []
        await send(
            {
                "type": "websocket.accept",
                "subprotocol": core.subprotocol,
                "headers": [(b"set-cookie", cookie.encode("latin-1")) for cookie in cookies],
            }
        )


async def refuse_handshake(status: int, headers: list[tuple[bytes, bytes]], body: bytes, send: Send) -> None:
    """Answer a WebSocket's handshake with something else (ASGI's extension `websocket.http.response`)."""
    start: Message = {"type": "websocket.http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": body, "more_body": False})


async def _pump(core: "ClientConnection", receive: Receive, send: Send, timeout: float) -> None:  # noqa: ASYNC109 - for each message
    """Pass messages both ways until one side is done, then close the other one the same way."""
    to_core = asyncio.create_task(_to_core(core, receive, timeout))
    to_client = asyncio.create_task(_to_client(core, send))
    try:
        await asyncio.wait((to_core, to_client), return_when=asyncio.FIRST_COMPLETED)
        client_left = to_core.done()
    finally:
        to_core.cancel()
        to_client.cancel()
        await asyncio.gather(to_core, to_client, return_exceptions=True)
        core.transport.abort()
    if not client_left:  # and not before: the server sends no close while someone waits for a message
        code = core.close_code or 1006
        await send({"type": "websocket.close", "code": _ABNORMAL.get(code, code), "reason": core.close_reason or ""})


async def _to_core(core: "ClientConnection", receive: Receive, timeout: float) -> None:  # noqa: ASYNC109 - likewise
    """Pass messages on until the client leaves, or the core takes none for too long: no one would hear the client."""
    from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - likewise

    with contextlib.suppress(ConnectionClosed):
        while True:
            message: Any = await receive()
            if message["type"] == "websocket.disconnect":
                code = message.get("code") or 1005
                await core.close(_ABNORMAL.get(code, code), message.get("reason") or "")
                return
            text = message.get("text")
            try:
                async with asyncio.timeout(timeout):
                    await core.send(text if text is not None else message["bytes"])
            except TimeoutError:
                core.transport.abort()
    await asyncio.Event().wait()  # it is the core that closed, which the other task notices too


async def _to_client(core: "ClientConnection", send: Send) -> None:
    from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - likewise

    with contextlib.suppress(ConnectionClosed):
        while True:
            message = await core.recv()
            if isinstance(message, str):
                await send({"type": "websocket.send", "text": message, "bytes": None})
            else:
                await send({"type": "websocket.send", "bytes": message, "text": None})
