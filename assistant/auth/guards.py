"""What stands before each operation of ours: who is calling, and whether they may."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from assistant.auth.actor import Actor, Credentials
from assistant.auth.authenticator import Authenticator
from assistant.auth.authorization import authorization_of, not_signed_in
from assistant.auth.csrf import check_csrf
from assistant.errors import ForbiddenError
from assistant.web.request_facts import facts_of

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


def read_credentials(connection: Connection) -> Credentials:
    """Return what the caller showed: an API key in the Authorization header, else the cookies of a browser.

    Raises:
        UnauthorizedError: there is neither.
        CsrfError: a browser's request that changes something lacks its proof of origin.
    """
    authorization = authorization_of(connection.scope["headers"])
    if authorization:
        return Credentials(authorization=authorization)
    cookie = connection.headers.get("cookie", "")
    if not cookie:
        raise not_signed_in(connection.scope["headers"])
    check_csrf(str(connection.scope.get("method", "GET")), connection.cookies, connection.headers)
    return Credentials(cookie=cookie, secure=connection.scope["scheme"] == "https")


def require_agent(authenticator: Authenticator) -> Guard:
    """Make the guard that identifies the caller and puts the `Actor` into the scope's `user`."""

    async def identify(connection: Connection, _handler: BaseRouteHandler) -> None:
        actor = await authenticator.identify(read_credentials(connection))
        connection.scope["user"] = actor
        facts_of(connection.scope).agent = actor.id

    return identify


def require(permission: str) -> Guard:
    """Make the guard that lets only holders of a right pass; it runs after `require_agent`."""

    async def check(connection: Connection, _handler: BaseRouteHandler) -> None:
        actor: Actor = connection.scope["user"]
        if not actor.may(permission):
            raise ForbiddenError("Permission denied")

    return check
