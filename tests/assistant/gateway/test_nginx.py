"""A real server behind us: its pages, ranges, redirects and errors are what they are without us."""

import re

import pytest

from tests.assistant.gateway.wire import Answer, ask, exchange, request_bytes
from tests.assistant.serving import Served
from tests.servers.nginx import NginxServer

PER_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "date"})
NGINX_REQUESTS = [
    ("GET", "/pages/", []),
    ("HEAD", "/pages/", []),
    ("GET", "/pages", []),
    ("GET", "/app.js", [("Accept-Encoding", "gzip")]),
    ("GET", "/app.js", []),
    ("GET", "/blob.bin", [("Range", "bytes=10-19")]),
    ("GET", "/blob.bin", [("Range", "bytes=0-9,100-109")]),
    ("GET", "/blob.bin", [("Range", "bytes=999999-")]),
    ("HEAD", "/blob.bin", [("Range", "bytes=-5")]),
    ("GET", "/moved", []),
    ("GET", "/gone", []),
    ("GET", "/empty", []),
    ("GET", "/cookies", []),
    ("GET", "/nothing-here", []),
    ("GET", "/asked?a=%20b&c", []),
    ("POST", "/pages/", []),
    ("DELETE", "/asked", []),
    ("GET", "/pages/%2e%2e/app.js", []),
    ("GET", "/%2e%2e/%2e%2e/etc/passwd", []),
]


@pytest.mark.parametrize(("method", "target", "headers"), NGINX_REQUESTS)
def test_nginx_behind_us_is_nginx(
    nginx: NginxServer, before_nginx: Served, method: str, target: str, headers: list[tuple[str, str]]
) -> None:
    """Pages, scripts, ranges, redirects and errors of a real server are the same with us in front."""
    headers = [("Host", "helpdesk.example"), *headers]
    content = request_bytes(method, target, headers)
    direct, through = exchange(nginx.url, content, method), exchange(before_nginx.client.base_url, content, method)
    assert direct is not None
    assert through is not None
    assert _compared(through) == _compared(direct)


def test_nginx_says_a_page_has_not_changed(nginx: NginxServer, before_nginx: Served) -> None:
    """A browser's cache works through us."""
    base = before_nginx.client.base_url
    tag = ask(base, "GET", "/app.js").values("etag")[0]
    again = ask(base, "GET", "/app.js", [("If-None-Match", tag)])
    assert (again.status, again.body, again.values("etag")) == (304, b"", [tag])
    assert ask(nginx.url, "GET", "/app.js").values("etag") == [tag]


def _compared(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    body = answer.body
    headers = sorted(pair for pair in answer.headers if pair[0] not in PER_HOP)
    for kind in answer.values("content-type"):  # the border of a multipart answer is new each time
        if border := re.search("boundary=(.+)", kind):
            body = body.replace(border[1].encode(), b"border")
            headers = [pair for pair in headers if pair[0] != "content-type"]
    return answer.status, headers, body
