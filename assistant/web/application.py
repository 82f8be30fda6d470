"""The Litestar application class that the service and the desk share."""

from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException, InternalServerException
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE
from litestar.types import Guard

from assistant.envelope import render
from assistant.errors import TooLargeError
from assistant.telemetry import log
from assistant.text.sizes import shown_size
from assistant.web.language import language_of
from assistant.web.operation import refuse_options
from assistant.web.request_facts import facts_of
from messages.sentences import Sentence

_LEFT = "client disconnected prematurely"  # Litestar's words for a body that breaks off
_CLOSED = 499  # what nginx writes into its log for a client that left


class WebApp(Litestar):
    """Litestar with our errors, our logs, and no plugin for libraries that we don't use.

    Litestar loads its plugins for Pydantic and attrs wherever these are installed. The vendors' SDKs bring Pydantic,
    which would take an eighth of a second and 8 MiB of every start.
    """

    def __init__(self, *, guards: Sequence[Guard] = (), **options: Any) -> None:  # noqa: ANN401 - Litestar's own options
        super().__init__(
            exception_handlers={Exception: answer_error},
            guards=[refuse_options, *guards],
            logging_config=None,
            **options,
        )

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Turn an error into its answer; an unexpected one is logged with where it came from."""
    if isinstance(error, InternalServerException) and error.detail == _LEFT:
        return Response(None, status_code=_CLOSED)  # no one reads it, and nothing went wrong here
    if isinstance(error, HTTPException) and error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
        error = TooLargeError(Sentence("The body is too large: at most {limit}.", limit=_limit(request)))
    rendered = render(error, language_of(request.scope))
    facts_of(request.scope).error = rendered.envelope.data.code
    if rendered.envelope.data.code == "internal":
        log.error("internal error", path=request.scope["path"], exception=error)
    return Response(rendered.envelope, status_code=rendered.status_code, headers=rendered.headers)


def _limit(request: Request[Any, Any, Any]) -> str:
    """Return the operation's limit for a body, as people write it."""
    limit = request.route_handler.resolve_request_max_body_size()
    return shown_size(limit if isinstance(limit, int) else 0)


def constant(member: object) -> Any:  # noqa: ANN401 - a dependency of any type
    """Make the provider of a dependency that is there already."""

    async def provide() -> Any:  # noqa: ANN401
        return member

    return provide
