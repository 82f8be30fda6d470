"""What a client gets when the core can't be reached: an envelope for programs, a small page for people."""

import html
import uuid

import msgspec
from litestar.response.base import ASGIResponse
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from assistant.envelope import Rendered, render
from assistant.errors import AssistantError
from assistant.telemetry import log

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }}</style>
<h1>{title}</h1>
<p>{message}</p>
<p><small>{status} {code}, request {request_id}</small></p>
</html>
"""
_SERVERS = 500
_TITLES = {
    502: "The helpdesk can't be reached",
    503: "The service is being restarted",
    504: "The helpdesk takes too long",
}


async def send_failure(error: AssistantError, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Answer a request that could not be passed on; what is the core's trouble is logged."""
    rendered, request_id = render(error), uuid.uuid4().hex
    if rendered.status_code >= _SERVERS:
        log_failure(error, scope, cut=False, request_id=request_id)
    api = scope["path"].startswith("/api/")
    response = ASGIResponse(
        body=msgspec.json.encode(rendered.envelope) if api else _page(rendered, request_id),
        status_code=rendered.status_code,
        headers={**rendered.headers, "X-Request-Id": request_id, "Cache-Control": "no-store"},
        media_type="application/json" if api else "text/html",  # to which Litestar adds the charset
    )
    await response(scope, receive, send)


async def refuse_socket(error: AssistantError, scope: Scope, send: Send) -> None:
    """Refuse a WebSocket that could not be passed on."""
    rendered = render(error)
    if rendered.status_code >= _SERVERS:
        log_failure(error, scope, cut=False)
    headers = [(b"content-type", b"application/json")]
    await refuse_handshake(rendered.status_code, headers, msgspec.json.encode(rendered.envelope), send)


async def refuse_handshake(status: int, headers: list[tuple[bytes, bytes]], body: bytes, send: Send) -> None:
    """Answer a WebSocket's handshake with something else (ASGI's extension `websocket.http.response`)."""
    start: Message = {"type": "websocket.http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": body, "more_body": False})


def log_failure(error: AssistantError, scope: Scope, *, cut: bool, request_id: str = "") -> None:
    """Tell the operator; `cut` when a part of the answer had left already."""
    rendered = render(error)
    said = {"request_id": request_id, "hint": getattr(error, "hint", "")}
    given = {name: value for name, value in said.items() if value}
    log.warning(
        "the core's answer broke off" if cut else "not passed on to the core",
        method=str(scope.get("method", "WEBSOCKET")),
        path=scope["path"],
        status=0 if cut else rendered.status_code,
        error=rendered.envelope.data.code,
        reason=str(error),
        **given,
    )


def _page(rendered: Rendered, request_id: str) -> bytes:
    page = _PAGE.format(
        title=_TITLES.get(rendered.status_code, "This request can't be passed on"),
        message=html.escape(rendered.envelope.message),
        status=rendered.status_code,
        code=rendered.envelope.data.code,
        request_id=request_id,
    )
    return page.encode()
