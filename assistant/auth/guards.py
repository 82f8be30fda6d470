"""What stands before each operation of ours: who is calling, and whether they may."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from assistant.auth.actor import Actor, Credentials
from assistant.auth.authenticator import Authenticator
from assistant.errors import ForbiddenError, UnauthorizedError

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


def require_agent(authenticator: Authenticator) -> Guard:
    """Make the guard that identifies the caller and puts the `Actor` into the scope's `user`."""

    async def identify(connection: Connection, _handler: BaseRouteHandler) -> None:
        authorization = connection.headers.get("authorization", "")
        if not authorization:
            raise UnauthorizedError("Sign in first: send 'Authorization: token key:secret' or Basic credentials.")
        connection.scope["user"] = await authenticator.identify(Credentials(authorization=authorization))

    return identify


def require(permission: str) -> Guard:
    """Make the guard that lets only holders of a right pass; it runs after `require_agent`."""

    async def check(connection: Connection, _handler: BaseRouteHandler) -> None:
        actor: Actor = connection.scope["user"]
        if not actor.may(permission):
            raise ForbiddenError("Permission denied")

    return check
