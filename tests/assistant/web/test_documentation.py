"""The pages of the documentation: anyone may ask for them as often as they like."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar, get, post
from litestar.params import FromPath

from assistant.web import links
from assistant.web.application import WebApp
from assistant.web.openapi import document_of
from assistant.web.operation import documented
from assistant.web.pages import Documentation
from tests.assistant.harness import service

PREFIXES = ["", "/help", "/help/ai", "/a", "/b", "", "/help", *(f"/{number}" for number in range(50))]


@get("/thing/{number:int}", opt=documented(permission="thing:read"))
async def show_thing(number: FromPath[int]) -> dict[str, int]:
    """Show a thing."""
    return {"number": number}


@post("/thing", opt=documented(permission=None))
async def make_thing() -> dict[str, int]:
    """Make a thing."""
    return {}


class Counted(list[Litestar]):
    """Applications that know how often they were looked through."""

    looks = 0

    def __iter__(self) -> Iterator[Litestar]:
        """Count, and go through them."""
        self.looks += 1
        return super().__iter__()


def counted() -> Counted:
    """Return a small application."""
    return Counted([WebApp(route_handlers=[show_thing, make_thing], openapi_config=None)])


@pytest.mark.parametrize("kind", ["document", "page"])
def test_documentation_is_worked_out_once(kind: str) -> None:
    """However many ask, and through whatever proxies, the applications are gone through once."""
    apps = counted()
    documentation = Documentation(apps)
    for prefix in PREFIXES:
        token = links.prefix.set(prefix)
        assert getattr(documentation, kind)()
        links.prefix.reset(token)
    assert apps.looks == 1


@pytest.mark.parametrize("prefix", PREFIXES[:7])
def test_document_is_the_same_for_everybody_but_for_its_server(prefix: str) -> None:
    """What someone asked before has no influence."""
    apps = counted()
    documentation, wanted = Documentation(apps), document_of(apps, title="Reply assistant", version="0")
    documentation.document()
    token = links.prefix.set(prefix)
    found = msgspec.json.decode(documentation.document())
    links.prefix.reset(token)
    assert found.pop("servers", None) == ([{"url": prefix}] if prefix else None)
    assert {**found, "info": None} == {**wanted, "info": None}


async def test_document_and_page_hold_all_that_the_service_does(state: Path) -> None:
    """Our operations and the desk's, the same the second time."""
    async with service(state) as client:
        for path, parts in (("/docs/openapi.json", '"/api/v1/auth/login"'), ("/docs", "/api/v1/ai/completion")):
            first, second = await client.get(path), await client.get(path)
            assert first.text == second.text
            assert parts in first.text
