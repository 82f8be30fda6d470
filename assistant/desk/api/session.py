"""Signing in and out with a browser, and whether the desk lives."""

import secrets
from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide

from assistant.auth import csrf
from assistant.desk.api.request import DeskRequest
from assistant.desk.bodies import SignInBody
from assistant.desk.identity import SECURE_SESSION_COOKIE, SESSION_COOKIE, Identity
from assistant.desk.people import SignedIn
from assistant.desk.sign_in import SESSION, SignIn
from assistant.envelope import Success, success
from assistant.web.body import body_of
from assistant.web.client_network import client_network
from assistant.web.operation import documented

_LARGEST_BODY = 8 * 1024  # bytes: anybody may send it, and it is more than the longest password with all escaped


class SessionController(Controller):
    """Signing in and out with a browser."""

    path = "/api/v1/auth"
    tags = ("Sign-in",)

    @post(
        "/login",
        status_code=200,
        dependencies={"wanted": Provide(body_of(SignInBody, storable=True))},
        request_max_body_size=_LARGEST_BODY,
        opt=documented(permission=None, answers=SignedIn, body=SignInBody, errors=frozenset({429})),
    )
    async def sign_in(
        self, request: DeskRequest, wanted: NamedDependency[SignInBody], sign_in: NamedDependency[SignIn]
    ) -> Response[dict[str, Any]]:
        """Sign in by e-mail address and password, from a page of this address or from none.

        The answer sets the cookies `desk_session` (over TLS `__Host-desk_session`) and `csrf_token`.
        """
        session = await sign_in.sign_in(wanted.email, wanted.password, client_network(request.scope, sign_in.trusted))
        secure = request.scope["scheme"] == "https"
        name = SECURE_SESSION_COOKIE if secure else SESSION_COOKIE
        return Response(
            success(session.agent),
            cookies=[
                _cookie(name, session.token, httponly=True, secure=secure),
                _cookie(csrf.COOKIE, secrets.token_urlsafe(32), httponly=False, secure=secure),
            ],
        )

    @post("/logout", status_code=200, opt=documented())
    async def sign_out(self, request: DeskRequest, identity: NamedDependency[Identity]) -> Response[dict[str, Any]]:
        """End the browser's session; with an API key there is none, and nothing happens."""
        await identity.sign_out(request.user)
        response = Response(success(data=True))
        secure = request.scope["scheme"] == "https"
        for name in (SESSION_COOKIE, csrf.COOKIE, *([SECURE_SESSION_COOKIE] if secure else [])):
            response.set_cookie(_gone(name, secure=secure))
        return response


class HealthController(Controller):
    """Whether the desk lives."""

    tags = ("Health",)

    @get("/health", opt=documented(permission=None))
    async def alive(self) -> Success:
        """Say that the process answers."""
        return success(data=True)


def _cookie(name: str, value: str, *, httponly: bool, secure: bool) -> Cookie:
    seconds = int(SESSION.total_seconds())
    return Cookie(key=name, value=value, path="/", max_age=seconds, httponly=httponly, secure=secure, samesite="lax")


def _gone(name: str, *, secure: bool) -> Cookie:
    """Return what makes a browser forget a cookie; of one with `__Host-` it takes that over TLS only."""
    return Cookie(key=name, value="", path="/", max_age=0, expires=0, secure=secure, samesite="lax")
