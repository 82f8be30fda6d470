"""Every answer of ours has one Content-Type with at most one charset; HEAD is GET without the body, also in the log."""

from itertools import product
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.assistant.harness import service
from tests.servers.process import free_port

PAGES = {
    "/health": "application/json",
    "/metrics": "text/plain; version=0.0.4; charset=utf-8",
    "/docs": "text/html; charset=utf-8",
    "/docs/openapi.json": "application/json",
    "/api/v1/ai/prompts": "application/json",
    "/api/v1/ai/nothing": "application/json",
    "/api/v1/conversations/all": "application/json",
    "/api/v1/agents/me": "application/json",
    "/api/v1/ai//prompts": "application/json",
}


VARYING = {"x-request-id", "date"}
FILES = {
    b"plain words": "text/plain; charset=utf-8",
    b"a,b\n1,2\n": "text/plain; charset=utf-8",
    b"<html><script>alert(1)</script></html>": "text/plain; charset=utf-8",
    "Grüße".encode(): "text/plain; charset=utf-8",
    b"\x89PNG\r\n\x1a\n" + bytes(16): "image/png",
    b"%PDF-1.7\n": "application/pdf",
}


async def test_pages_have_one_charset_and_head_is_get_without_a_body(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second charset makes some clients read a page as another one; the log calls HEAD what it is."""
    async with service(state) as client:
        await client.get("/api/v1/agents/me")  # notes when the agent was last here, which is a part of the answer
        for path, kind in PAGES.items():
            got, asked = await client.get(path), await client.head(path)
            assert got.headers.get_list("content-type") == [kind], path
            assert (asked.status_code, asked.content) == (got.status_code, b"")
            assert told(asked, path) == told(got, path)
            assert int(asked.headers["content-length"]) > 0
    lines = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    heads = [(line["path"], line["status"]) for line in lines if line.get("method") == "HEAD"]
    gets = [(line["path"], line["status"]) for line in lines if line.get("method") == "GET"]
    assert heads == gets[1:]
    assert [path for path, _ in heads] == list(PAGES)


def told(answer: httpx.Response, path: str) -> dict[str, Any]:
    """Return the headers that are the same for every request; figures grow by the request itself."""
    varying = {*VARYING, "content-length"} if path == "/metrics" else VARYING
    return {name: value for name, value in answer.headers.items() if name not in varying}


async def test_uploaded_file_has_the_type_that_was_found(state: Path) -> None:
    """Once, whatever its kind."""
    async with service(state) as client:
        for content, kind in FILES.items():
            made = await client.post("/api/v1/media", files={"files": ("file.txt", content)})
            answer = await client.get(made.json()["data"]["url"])
            assert (answer.content, answer.headers.get_list("content-type")) == (content, [kind])


async def test_page_on_trouble_has_one_charset(state: Path) -> None:
    """So has the page that people get while the helpdesk is away."""
    async with service(state, core_url=f"http://127.0.0.1:{free_port()}") as client:
        for method, path in product(("GET", "HEAD", "POST", "OPTIONS"), ("/", "/inboxes/1", "/api", "/metrics.html")):
            answer = await client.request(method, path)
            assert answer.status_code == 502
            assert answer.headers.get_list("content-type") == ["text/html; charset=utf-8"]
