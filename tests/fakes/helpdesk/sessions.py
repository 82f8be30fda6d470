"""Who calls the fake helpdesk, as Libredesk finds out: an API key, or a session and a pair that proves the origin."""

import base64
import binascii
import secrets

from aiohttp import web

from tests.fakes.helpdesk.people import Agent

SESSION, CSRF = "libredesk_session", "csrf_token"
"""Names of the cookies in Libredesk's internal/auth/auth.go."""


class Sessions:
    """The agents, and the sessions that were begun and not ended."""

    def __init__(self, agents: list[Agent]) -> None:
        self._agents = agents
        self._open: dict[str, Agent] = {}

    def begin(self, agent: Agent) -> dict[str, str]:
        """Sign an agent in; gives the cookies, of which the second ends in a bare `=`, as Libredesk's does."""
        session = secrets.token_hex(32)
        self._open[session] = agent
        return {SESSION: session, CSRF: new_csrf()}

    def end(self, request: web.Request) -> None:
        """Sign the browser out that asks."""
        self._open.pop(request.cookies.get(SESSION, ""), None)

    def expire(self) -> None:
        """End all sessions, as time does; no browser hears of it."""
        self._open.clear()

    def of(self, request: web.Request) -> Agent | None:
        """Return whose session the browser has that asks."""
        return self._open.get(request.cookies.get(SESSION, ""))

    def require(self, request: web.Request, permission: str | None = None) -> Agent:
        """Return who asks.

        Raises:
            HTTPUnauthorized: nobody who is known.
            HTTPForbidden: another site's page may have sent it; the agent was disabled, or lacks the permission.
        """
        agent = self._by_key(request) or self._by_session(request)
        if permission is not None and permission not in agent.permissions:
            raise refusal(web.HTTPForbidden, "Permission denied", "PermissionException")
        return agent

    def _by_key(self, request: web.Request) -> Agent | None:
        """Look at `Authorization`, of which only two schemes count: with another one the session decides."""
        key = _key_of(request.headers.get("Authorization", ""))
        if key is None:
            return None
        for agent in self._agents:
            if agent.key == key:
                return agent
        raise refusal(web.HTTPUnauthorized, "Invalid credential", "GeneralException")

    def _by_session(self, request: web.Request) -> Agent:
        if request.method in ("POST", "PUT", "DELETE"):
            token = request.cookies.get(CSRF)
            if not token or token != request.headers.get("X-CSRFTOKEN"):
                raise refusal(web.HTTPForbidden, "CSRF token mismatch", "PermissionException")
        agent = self.of(request)
        if agent is None:
            raise refusal(web.HTTPUnauthorized, "Invalid or expired session", "GeneralException")
        if not agent.enabled:
            self.end(request)
            raise refusal(web.HTTPForbidden, "Your account is disabled", "PermissionException")
        return agent


def new_csrf() -> str:
    """Make a token of the kind that Libredesk makes."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _key_of(authorization: str) -> str | None:
    scheme, _, rest = authorization.partition(" ")
    if scheme == "Basic":
        try:
            rest = base64.b64decode(rest).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    elif scheme != "token":
        return None
    key, _, secret = rest.strip().partition(":")
    return f"{key}:{secret}" if key and secret else None


def refusal(kind: type[web.HTTPException], message: str, error_type: str) -> web.HTTPException:
    """Make a refusal in the helpdesk's envelope."""
    envelope = web.json_response({"status": "error", "message": message, "data": None, "error_type": error_type})
    return kind(text=envelope.text, content_type="application/json")
