"""Runs the whole service inside a test, as a server would, and talks to it as a client."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
import pytest
from litestar.types import ASGIApp

from assistant.app import create_app
from assistant.commands.storage import upgrade_tables
from assistant.settings import Settings
from tests.assistant.recycling import built

ADMIN_KEY, ADMIN_SECRET = "ak_admin_of_the_tests", "as_secret_of_the_admin_of_the_tests"
SECRET_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ADMIN = {"Authorization": f"token {ADMIN_KEY}:{ADMIN_SECRET}"}

own_loop = pytest.mark.asyncio(loop_scope="module")
"""A test that shares a service with the others of its file runs in the loop of both."""

_FILE = "assistant.db"
_tables: list[bytes] = []


def settings_for(state: Path, **changes: Any) -> Settings:  # noqa: ANN401 - any setting
    """Settings of a service with an administrator and everything else as shipped."""
    base = Settings(state_dir=state, admin_api_key=ADMIN_KEY, admin_api_secret=ADMIN_SECRET, secret_key=(SECRET_KEY,))
    return msgspec.structs.replace(base, **changes)


@asynccontextmanager
async def service(state: Path, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ANN401
    """Run a service and give a client that is signed in as its administrator."""
    if not (state.exists() or "database_url" in changes):
        await _make_tables(state)
    with built(lambda: create_app(settings_for(state, **changes))) as front:
        async with client_of(cast("ASGIApp", front), front.ready) as client:
            yield client


async def _make_tables(state: Path) -> None:
    """Put into a folder that is not there yet the tables that a service would make: here they are made once for all."""
    if not _tables:
        with tempfile.TemporaryDirectory() as folder:
            await upgrade_tables(settings_for(Path(folder) / "var"))
            _tables.append((Path(folder) / "var" / _FILE).read_bytes())
    state.mkdir(mode=0o700)
    (state / _FILE).touch(mode=0o600)
    (state / _FILE).write_bytes(_tables[0])


@asynccontextmanager
async def client_of(app: ASGIApp, ready: asyncio.Event) -> AsyncIterator[httpx.AsyncClient]:
    """Run an application and give a client that is signed in as its administrator."""
    async with lifespan(app):
        await asyncio.wait_for(ready.wait(), 30)
        transport = httpx.ASGITransport(app=cast("Any", app), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://assistant", headers=ADMIN) as client:
            yield client


@asynccontextmanager
async def lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """Start an ASGI application and stop it again, by the lifespan protocol."""
    to_app: asyncio.Queue[Any] = asyncio.Queue()
    from_app: asyncio.Queue[Any] = asyncio.Queue()
    scope = cast("Any", {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}})
    running = asyncio.ensure_future(app(scope, to_app.get, from_app.put))
    await to_app.put({"type": "lifespan.startup"})
    started = await from_app.get()
    assert started["type"] == "lifespan.startup.complete", started
    try:
        yield
    finally:
        await to_app.put({"type": "lifespan.shutdown"})
        await running


def error(answer: httpx.Response) -> tuple[int, str, str]:
    """Return status, error type and code of an error answer, having checked its envelope."""
    body = answer.json()
    assert set(body) == {"status", "message", "data", "error_type"}, body
    assert body["status"] == "error"
    assert body["message"], "an error says what to do"
    return answer.status_code, body["error_type"], body["data"]["code"]
