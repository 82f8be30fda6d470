"""How the page reaches a browser: compressed, kept for ever under names that change, and allowed to do little."""

import gzip
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from litestar.di import Provide

from assistant.console.build import ConsoleBuild
from assistant.console.routes import Console, ConsoleController
from assistant.web.application import WebApp, constant
from tests.assistant.harness import error, own_loop, service

_INDEX = '<html lang="__LANGUAGE__"><script src="__ROOT__/assistant/assets/a-1.js" nonce="__NONCE__"></script>__DESK__'
_SCRIPT = b"console.log('hello');" * 100


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A folder for a build; it lies beside something that is no one's business."""
    (tmp_path / "secret.js").write_text("secret")
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    return folder


@pytest.fixture
def built(static: Path) -> Path:
    """A folder with a small build."""
    assets = static / "assets"
    for name, content in (("a-1.js", _SCRIPT), ("a-1.js.gz", gzip.compress(_SCRIPT)), ("a-1.js.br", b"brotli")):
        (assets / name).write_bytes(content)
    (assets / "icon.svg").write_text("<svg/>")
    (static / "index.html").write_text(_INDEX)
    return static


@asynccontextmanager
async def _serving(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    console = Console(build=ConsoleBuild(folder), desk=True)
    app = WebApp(
        route_handlers=[ConsoleController],
        dependencies={"console": Provide(constant(console))},
        openapi_config=None,
    )
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type] # the same protocol
    async with httpx.AsyncClient(
        transport=transport, base_url="http://assistant", headers={"Accept-Encoding": ""}
    ) as it:
        yield it


async def test_start_of_the_page_is_never_kept_and_allows_nothing_from_elsewhere(built: Path) -> None:
    """Each answer has a nonce of its own; no inline script, no other host, no page around it."""
    async with _serving(built) as client:
        answers = [await client.get(path) for path in ("/assistant/", "/assistant/prompts/reply_friendly/tests")]
    nonces = [re.search(r'nonce="([^"]+)"', answer.text) for answer in answers]
    for answer, nonce in zip(answers, nonces, strict=True):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        policy = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert nonce
        assert policy["style-src"] == f"'self' 'nonce-{nonce[1]}'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["require-trusted-types-for"] == "'script'"
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert nonces[0]
    assert nonces[1]
    assert nonces[0][1] != nonces[1][1]


async def test_address_that_no_page_has_is_not_found_by_programs_either(built: Path) -> None:
    """The page says so to people."""
    async with _serving(built) as client:
        answer = await client.get("/assistant/nothing/here")
    assert answer.status_code == 404
    assert "a-1.js" in answer.text


async def test_page_begins_in_the_language_of_the_browser(built: Path) -> None:
    """German for those who ask for it."""
    async with _serving(built) as client:
        answer = await client.get("/assistant/", headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert '<html lang="de">' in answer.text


@pytest.mark.parametrize(
    ("accepted", "coding", "content"),
    [
        ("gzip, deflate, br, zstd", "br", b"brotli"),
        ("gzip", "gzip", _SCRIPT),
        ("br;q=0, gzip;q=0.5", "gzip", _SCRIPT),
        ("*", "br", b"brotli"),
        ("identity", None, _SCRIPT),
        ("", None, _SCRIPT),
    ],
)
async def test_assets_are_compressed_as_the_browser_can_read_them(
    built: Path, accepted: str, coding: str | None, content: bytes
) -> None:
    """Each of them is kept for ever, and known again by its tag."""
    async with (
        _serving(built) as client,
        client.stream("GET", "/assistant/assets/a-1.js", headers={"Accept-Encoding": accepted}) as answer,
    ):
        sent = b"".join([part async for part in answer.aiter_raw()])
        assert answer.status_code == 200
        assert answer.headers.get("content-encoding") == coding
        assert (gzip.decompress(sent) if coding == "gzip" else sent) == content
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
        tag = answer.headers["etag"]
        headers = {"Accept-Encoding": accepted, "If-None-Match": f'"other", {tag}'}
        known = await client.get("/assistant/assets/a-1.js", headers=headers)
    assert known.status_code == 304
    assert known.content == b""


@pytest.mark.parametrize(
    "name", ["b.js", "..%2Fsecret.js", "..%2f..%2fsecret.js", "%2e%2e%2fsecret.js", "a-1.js.br", "."]
)
async def test_nothing_but_assets_is_served(built: Path, name: str) -> None:
    """Whatever is asked for, only names that the folder lists are opened."""
    async with _serving(built) as client:
        answer = await client.get(f"/assistant/assets/{name}")
    assert answer.status_code == 404
    assert "secret" not in answer.text
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("state", "says"), [(None, "Run make console"), ("building", "is being built"), ("failed", "to see why")]
)
async def test_page_that_is_not_there_yet_says_why_and_opens_once_it_is(
    static: Path, state: str | None, says: str
) -> None:
    """It looks again by itself, without a script."""
    if state:
        (static / "state").write_text(state)
    async with _serving(static) as client:
        answer = await client.get("/assistant/prompts")
        assert answer.status_code == 503
        assert says in answer.text
        assert '<meta http-equiv="refresh"' in answer.text
        assert "<script" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        german = await client.get("/assistant/prompts", headers={"Accept-Language": "de"})
        assert "Die Konsole" in german.text
        (static / "index.html").write_text(_INDEX)
        assert (await client.get("/assistant/prompts")).status_code == 200


async def test_newer_build_is_seen_at_once(built: Path) -> None:
    """A service that runs shows what was built beside it."""
    async with _serving(built) as client:
        assert (await client.get("/assistant/assets/b-2.js")).status_code == 404
        (built / "assets" / "b-2.js").write_text("2")
        (built / "index.html").write_text(f"{_INDEX} two")
        assert (await client.get("/assistant/")).text.endswith(" two")
        assert (await client.get("/assistant/assets/b-2.js")).text == "2"


@own_loop
@pytest.mark.parametrize("path", ["/assistant", "/assistant/", "/assistant/provider", "/assistant/settings/audit"])
async def test_pages_are_the_service_s_own(shared_client: httpx.AsyncClient, path: str) -> None:
    """Also for those who are not signed in, and for HEAD."""
    answer = await shared_client.get(path, headers={"Authorization": ""})
    assert answer.headers["content-type"].startswith("text/html")
    head = await shared_client.head(path)
    assert (head.status_code, head.content) == (answer.status_code, b"")


@own_loop
@pytest.mark.parametrize("path", ["/assistant/../secret", "/assistant//provider", "/Assistant/provider"])
async def test_paths_written_in_another_way_are_refused(shared_client: httpx.AsyncClient, path: str) -> None:
    """Nothing else gets to see them."""
    answer = await shared_client.get(path)
    assert answer.status_code in {400, 404}


async def test_console_is_the_helpdesk_s_where_the_operations_are(tmp_path: Path) -> None:
    """Without the operations there is nothing for it to show."""
    async with service(tmp_path / "var", ai_operations="core") as client:
        assert error(await client.get("/assistant/provider"))[0] == 404
