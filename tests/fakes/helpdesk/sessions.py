"""Who is signed in to the fake helpdesk, as Libredesk knows it: a session cookie, and a pair that proves the origin."""

import base64
import secrets

from aiohttp import web

SESSION, CSRF = "libredesk_session", "csrf_token"
"""Names of the cookies in Libredesk's internal/auth/auth.go."""


class Sessions:
    """The sessions that were begun and not ended."""

    def __init__(self) -> None:
        self._open: set[str] = set()

    def begin(self, answer: web.Response) -> None:
        """Sign the browser in that gets this answer; the second cookie ends in a bare `=`, as Libredesk's does."""
        session = secrets.token_hex(32)
        self._open.add(session)
        answer.set_cookie(SESSION, session, httponly=True, samesite="Lax", max_age=32400)
        token = base64.b64encode(secrets.token_bytes(32)).decode()
        answer.headers.add("Set-Cookie", f"{CSRF}={token}; Path=/")  # aiohttp would put it into quotes

    def end(self, request: web.Request, answer: web.Response) -> None:
        """Sign the browser out that asks."""
        self._open.discard(request.cookies.get(SESSION, ""))
        answer.del_cookie(SESSION, httponly=True, samesite="Lax")

    def is_open(self, request: web.Request) -> bool:
        """Whether a browser that is signed in asks."""
        return request.cookies.get(SESSION) in self._open

    def require(self, request: web.Request) -> None:
        """Let nobody else pass, nor a change that another site's page could have sent."""
        if request.method not in ("GET", "HEAD"):
            token = request.cookies.get(CSRF)
            if not token or token != request.headers.get("X-CSRFTOKEN"):
                raise refusal(web.HTTPForbidden, "CSRF token mismatch", "PermissionException")
        if not self.is_open(request):
            raise refusal(web.HTTPUnauthorized, "Invalid or expired session", "GeneralException")


def refusal(kind: type[web.HTTPException], message: str, error_type: str) -> web.HTTPException:
    """Make a refusal in the helpdesk's envelope."""
    envelope = web.json_response({"status": "error", "message": message, "data": None, "error_type": error_type})
    return kind(text=envelope.text, content_type="application/json")
