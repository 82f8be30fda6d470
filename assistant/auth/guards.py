"""What stands before each operation: who is calling, and whether they hold the right that it declares."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from assistant.auth.actor import Credentials
from assistant.auth.authenticator import Authenticator
from assistant.auth.authorization import authorization_of, not_signed_in
from assistant.auth.csrf import check_csrf
from assistant.errors import ForbiddenError
from assistant.web.operation import OPT, Operation
from assistant.web.request_facts import facts_of
from messages.sentences import Sentence

Connection = ASGIConnection[Any, Any, Any, Any]


class Holder(Protocol):
    """Someone with rights."""

    def may(self, permission: str) -> bool:
        """Tell whether they hold a right."""
        ...


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
    """Make the guard of our operations; it puts the caller's `Actor` into the scope's `user`."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        if right_of(handler) is None:
            return
        actor = await authenticator.identify(read_credentials(connection))
        connection.scope["user"] = actor
        facts_of(connection.scope).agent = actor.id
        check_right(handler, actor)

    return guard


def right_of(handler: BaseRouteHandler) -> str | None:
    """Return the right that an operation declares: empty where every agent may call it, None where anyone may."""
    operation: Operation = handler.opt[OPT]
    return operation.permission


def check_right(handler: BaseRouteHandler, caller: Holder) -> None:
    """See that a caller holds the operation's right; raises ForbiddenError if they don't."""
    right = right_of(handler)
    if right and not caller.may(right):
        raise ForbiddenError(Sentence("Permission denied"))
