"""What a client gets when the core can't be reached: an envelope for programs, a small page for people."""

import html
import uuid

import msgspec
from litestar.response.base import ASGIResponse
from litestar.types import HTTPScope, Receive, Scope, Send

from assistant.envelope import Rendered, render
from assistant.errors import AssistantError, code_of
from assistant.gateway.websockets import refuse_handshake
from assistant.telemetry import log
from assistant.web.language import language_of
from messages.sentences import Sentence

_PAGE = """\
<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }}</style>
<h1>{title}</h1>
<p>{message}</p>
<p><small>{status} {code}, {request}</small></p>
</html>
"""
_SERVERS = 500
_TITLES = {
    502: Sentence("The helpdesk can't be reached"),
    503: Sentence("The service is being restarted"),
    504: Sentence("The helpdesk takes too long"),
}
_TITLE = Sentence("This request can't be passed on")


async def send_failure(error: AssistantError, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Answer a request that could not be passed on; what is the core's trouble is logged."""
    language, request_id = language_of(scope), uuid.uuid4().hex
    rendered = render(error, language)
    if rendered.status_code >= _SERVERS:
        _log(error, scope, rendered.status_code, request_id)
    api = scope["path"].startswith("/api/")
    response = ASGIResponse(
        body=msgspec.json.encode(rendered.envelope) if api else _page(rendered, request_id, language),
        status_code=rendered.status_code,
        headers={**rendered.headers, "X-Request-Id": request_id, "Cache-Control": "no-store"},
        media_type="application/json" if api else "text/html",  # to which Litestar adds the charset
    )
    await response(scope, receive, send)


async def refuse_socket(error: AssistantError, scope: Scope, send: Send) -> None:
    """Refuse a WebSocket that could not be passed on."""
    rendered = render(error, language_of(scope))
    if rendered.status_code >= _SERVERS:
        _log(error, scope, rendered.status_code)
    headers = [(b"content-type", b"application/json")]
    await refuse_handshake(rendered.status_code, headers, msgspec.json.encode(rendered.envelope), send)


def _log(error: AssistantError, scope: Scope, status: int, request_id: str = "") -> None:
    said = {"request_id": request_id, "hint": error.hint}
    log.warning(
        "not passed on to the core",
        method=str(scope.get("method", "WEBSOCKET")),
        path=scope["path"],
        status=status,
        error=code_of(error),
        reason=str(error),
        **{name: value for name, value in said.items() if value},
    )


def _page(rendered: Rendered, request_id: str, language: str) -> bytes:
    page = _PAGE.format(
        language=language,
        title=html.escape(_TITLES.get(rendered.status_code, _TITLE).in_language(language), quote=False),
        message=html.escape(rendered.envelope.message),
        status=rendered.status_code,
        code=rendered.envelope.data.code,
        request=Sentence("request {request_id}", request_id=request_id).in_language(language),
    )
    return page.encode()
