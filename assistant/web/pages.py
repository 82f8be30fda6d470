"""The documentation of the API: the OpenAPI document, and a page for people that needs nothing from elsewhere."""

import html
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import msgspec
from litestar import Controller, Litestar, Response, get
from litestar.di import NamedDependency

from assistant.web.links import link
from assistant.web.openapi import Described, document_of, operations_of
from assistant.web.operation import documented

_TITLE = "Reply assistant"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "code{background:#f0f2f4;padding:.1rem .3rem;border-radius:.2rem}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #d9dee3;vertical-align:top}h2{margin-top:2rem}"
    "@media(prefers-color-scheme:dark){body{color:#e6e9ec;background:#15181b}code{background:#262b30}"
    "td,th{border-color:#343a40}a{color:#7ab7ff}}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


class Documentation:
    """What is documented, worked out when someone asks for the first time: anyone may ask, over and over.

    Args:
        apps: whose operations they are; all of them are there before the first request.
    """

    def __init__(self, apps: Sequence[Litestar]) -> None:
        self._apps = apps
        self._parts: dict[str, msgspec.Raw] = {}
        self._sections: str | None = None

    def document(self) -> bytes:
        """Return the OpenAPI document; it names the server where a proxy serves it below a path."""
        if not self._parts:
            made = document_of(self._apps, title=_TITLE, version=service_version())
            self._parts = {name: msgspec.Raw(msgspec.json.encode(part)) for name, part in made.items()}
        root = link("")
        return msgspec.json.encode({**self._parts, **({"servers": [{"url": root}]} if root else {})})

    def page(self) -> str:
        """Return the page for people."""
        if self._sections is None:
            self._sections = _sections(operations_of(self._apps))
        return _page(self._sections)


class DocumentController(Controller):
    """The documentation of the API."""

    path = "/docs"

    @get("/openapi.json", opt=documented(permission=None, answers=None))
    async def document(self, documentation: NamedDependency[Documentation]) -> Response[bytes]:
        """Give the OpenAPI document."""
        return Response(documentation.document(), media_type="application/json")

    @get("/", media_type="text/html", opt=documented(permission=None, answers=None))
    async def page(self, documentation: NamedDependency[Documentation]) -> Response[str]:
        """Show all operations to a person."""
        return Response(documentation.page(), headers={"Content-Security-Policy": _POLICY})


def service_version() -> str:
    """Return the version of the installed service; 0 when it runs from its source."""
    try:
        return version("reply-assistant")
    except PackageNotFoundError:
        return "0"


def _page(sections: str) -> str:
    document = html.escape(link("/docs/openapi.json"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_TITLE}: API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{_TITLE}: API</h1><p>For programs: <a href='{document}'>openapi.json</a>. Sign in with "
        f"<code>Authorization: token key:secret</code>.</p>{sections}</body></html>"
    )


def _sections(operations: list[Described]) -> str:
    tags = sorted({tag for each in operations for tag in each.tags})
    return "".join(_section(tag, [each for each in operations if tag in each.tags]) for tag in tags)


def _section(tag: str, operations: list[Described]) -> str:
    rows = "".join(map(_row, operations))
    head = "<tr><th>operation<th>what it does<th>right<th>parameters</tr>"
    return f"<h2>{html.escape(tag)}</h2><table>{head}{rows}</table>"


def _row(each: Described) -> str:
    operation = each.operation
    right = {None: "none", "": "any agent"}.get(operation.permission, operation.permission)
    names = [parameter.name for parameter in operation.query]
    names += list(operation.form[0]) if operation.form else getattr(operation.body, "__struct_encode_fields__", ())
    cells = (f"<code>{each.method} {html.escape(each.path)}</code>", html.escape(each.summary), right, ", ".join(names))
    return f"<tr>{''.join(f'<td>{cell}' for cell in cells)}</tr>"
