"""What the documentation says of an operation, kept beside its handler."""

import re
from typing import Any

from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import BaseRouteHandler
from msgspec import Struct

_PARAMETER = re.compile(r"\{[^}]*\}")
_ALWAYS = frozenset({400, 401, 403, 404, 405, 408, 413, 429, 500, 503})


class Parameter(Struct, frozen=True, kw_only=True):
    """A query parameter and its JSON schema."""

    name: str
    schema: dict[str, Any]
    required: bool = False


class Operation(Struct, frozen=True, kw_only=True):
    """An operation, as the documentation shows it.

    Attributes:
        answers: the type of `data`; with `bare`, of the whole answer. Nothing: it is no JSON.
        also: media types of text that it answers with where that is asked for.
        body: the JSON body's type.
        form: the form's fields and their JSON schemas, and which must be there.
        query: the query parameters.
        errors: statuses of errors, besides those of every operation.
        permission: the right that the caller needs; an empty one is any agent's, nothing is anybody's.
        shown: whether the document lists it; a page is no operation for programs.
    """

    answers: Any = bool
    bare: bool = False
    also: tuple[str, ...] = ()
    body: Any = None
    form: tuple[dict[str, Any], tuple[str, ...]] | None = None
    query: tuple[Parameter, ...] = ()
    errors: frozenset[int] = frozenset()
    permission: str | None = ""
    shown: bool = True

    @property
    def statuses(self) -> list[int]:
        """All statuses of errors."""
        return sorted(_ALWAYS | self.errors)


OPT = "operation"


def documented(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - the members of `Operation`
    """Return the `opt` of a handler."""
    return {OPT: Operation(**members)}


async def refuse_options(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Refuse OPTIONS as any method that a path does not have, naming those that it has.

    Litestar would answer it by itself, and name the methods of one handler out of several. It waits for nothing, but a
    guard that is no coroutine goes through a pool of threads with every request.
    """
    if connection.scope.get("method") == HttpMethod.OPTIONS:
        path = _unnamed(str(connection.scope.get("path_template")))
        methods = {
            str(each)
            for route in connection.app.routes
            if _unnamed(route.path_format) == path
            for each in route.methods
        }
        raise MethodNotAllowedException(headers={"Allow": ", ".join(sorted(methods - {"OPTIONS"}))})


def _unnamed(path: str) -> str:
    """Return a path without its parameters' names: `/{a}` and `/{b}` are one path."""
    return _PARAMETER.sub("{}", path)


_PAGE = {"type": "integer", "default": 1}
_SIZE = Parameter(name="page_size", schema={"type": "integer", "minimum": 1, "maximum": 100, "default": 30})
PAGING = (Parameter(name="page", schema=_PAGE), _SIZE)
"""Pages begin at 1 everywhere, but the published document says so of contacts alone."""
PAGING_OF_CONTACTS = (Parameter(name="page", schema={**_PAGE, "minimum": 1}), _SIZE)
SEARCH = (Parameter(name="query", schema={"type": "string", "minLength": 3}, required=True),)
