"""The addresses of the console: the page, which finds its way by itself, and its assets."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from assistant.console.build import ConsoleBuild
from assistant.console.page import COMMON_HEADERS, not_started, started
from assistant.errors import NotFoundError
from assistant.web.language import language_of
from assistant.web.operation import documented
from messages.sentences import Sentence

PATH = "/assistant"
_PAGES = frozenset({"provider", "prompts", "usage", "settings"})
_FOR_EVER = "public, max-age=31536000, immutable"
_UNDOCUMENTED = documented(permission=None, answers=None, shown=False)
_NOT_MODIFIED = 304
_GONE = Sentence("The console has no such part. It may have been built anew: reload the page.")


class Console(Struct, frozen=True, kw_only=True):
    """The console of a service.

    Attributes:
        build: the page.
        desk: whether agents sign in at the built-in desk.
    """

    build: ConsoleBuild
    desk: bool


class ConsoleController(Controller):
    """The console."""

    path = PATH

    @get(
        ["/", "/{page:str}", "/{page:str}/{part:str}", "/{page:str}/{part:str}/{tab:str}"],
        media_type="text/html",
        opt=_UNDOCUMENTED,
    )
    async def page(self, request: Request[Any, Any, Any], console: NamedDependency[Console]) -> Response[str]:
        """Show the page."""
        language, wanted = language_of(request.scope), request.path_params.get("page")
        state = console.build.state
        if state == "built":
            known = wanted is None or wanted in _PAGES
            shown = started(console.build.index, language=language, desk=console.desk, known=known)
        else:
            shown = not_started(state, language)
        return Response(shown.content, status_code=shown.status_code, headers=shown.headers)

    @get("/assets/{name:str}", opt=_UNDOCUMENTED)
    async def asset(
        self, request: Request[Any, Any, Any], name: FromPath[str], console: NamedDependency[Console]
    ) -> Response[bytes]:
        """Give a part of the page; its name changes with its content."""
        found = console.build.asset(name, request.headers.get("accept-encoding", ""))
        if found is None:
            raise NotFoundError(_GONE)
        headers = {**COMMON_HEADERS, "Cache-Control": _FOR_EVER, "ETag": found.tag, "Vary": "Accept-Encoding"}
        if found.tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
            return Response(b"", status_code=_NOT_MODIFIED, headers=headers, media_type=found.media_type)
        coded = {"Content-Encoding": found.coding} if found.coding else {}
        return Response(found.content, headers={**headers, **coded}, media_type=found.media_type)
