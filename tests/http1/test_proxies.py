"""Proxies on the way out: which variables mean what, tunnels, credentials, and what is said when one refuses."""

import asyncio
from collections.abc import Iterator

import pytest

from http1.errors import CertificateError, NotConnectedError, ProxyError
from http1.origins import Origin
from http1.proxies import Proxies, Proxy, read_proxies
from http1.trust import Trust
from tests.authorities import Authority
from tests.http1.asking import OK, Script, answering, get, pool_of, serving, silence
from tests.servers.process import free_port
from tests.servers.tinyproxy import TinyproxyServer, tinyproxy_server
from tests.waiting import eventually

NAME = "models.example.org"
BASIC = b"Basic cmVwbHk6d29yZA=="  # reply, word
ODD = b"Basic cmVwbHk6cEBzczp3b3Jk"  # reply, p@ss:word


def origin(url: str) -> Origin:
    """Return the origin of a URL."""
    return Origin.of(url)


def test_variables_name_proxies() -> None:
    """One for each scheme, with credentials that a URL can carry."""
    found = read_proxies(
        {
            "HTTPS_PROXY": "http://reply:p%40ss%3Aword@proxy.example.org:3128",
            "HTTP_PROXY": "proxy.example.org:8888/",
            "NO_PROXY": " internal.example.org, .local ,,10.0.0.0/8 ",
        }
    )
    assert found == Proxies(
        https=Proxy(origin=Origin(scheme="http", host="proxy.example.org", port=3128), authorization=ODD),
        http=Proxy(origin=Origin(scheme="http", host="proxy.example.org", port=8888)),
        direct=("internal.example.org", ".local", "10.0.0.0/8"),
    )
    assert found.of(origin("https://api.example.com")) == found.https
    assert found.of(origin("http://api.example.com")) == found.http
    assert "word" not in repr(found)
    assert "cmVw" not in repr(found)


def test_lower_case_goes_first() -> None:
    """As in every other tool; an empty value is none."""
    found = read_proxies({"https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:2", "no_proxy": "", "NO_PROXY": "x"})
    assert found.https == Proxy(origin=Origin(scheme="http", host="a", port=1))
    assert (found.http, found.direct) == (None, ("x",))
    assert read_proxies({}) == Proxies()


def test_ports_have_defaults() -> None:
    """Those of their schemes."""
    ports = [read_proxies({"http_proxy": value}).http for value in ("http://a", "https://a", "a", "http://[::1]:3128")]
    assert [(each.origin.host, each.origin.port) for each in ports if each] == [
        ("a", 80),
        ("a", 443),
        ("a", 80),
        ("::1", 3128),
    ]


@pytest.mark.parametrize(
    "value",
    ["socks5://secret:1080", "http://", "http://secret:port", "http://secret:99999", "http://secret/path", "secret?x=1",
     "http://sécret", "http://[::1", "://secret"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "http_proxy"])
def test_a_value_that_names_no_proxy_is_told(name: str, value: str) -> None:
    """By the variable's name, in the case that it is written in, and never with the value."""
    with pytest.raises(ValueError, match=f"^{name}: must look like") as caught:
        read_proxies({name: value})
    assert "secret" not in str(caught.value)


DIRECT = [
    ("*", "https://api.example.com", True),
    ("example.com", "https://example.com", True),
    ("example.com", "https://api.example.com", True),
    ("example.com", "https://badexample.com", False),
    (".example.com", "https://api.example.com", True),
    (".example.com", "https://example.com", True),
    ("*.example.com", "https://a.b.example.com", True),
    ("EXAMPLE.com", "https://api.example.com", True),
    ("example.com.", "https://api.example.com", True),
    ("example.com:443", "https://example.com", True),
    ("example.com:8443", "https://example.com", False),
    ("example.com:8443", "https://example.com:8443", True),
    ("com.example", "https://example.com", False),
    ("10.1.2.3", "https://10.1.2.3", True),
    ("10.1.2.3", "https://10.1.2.30", False),
    ("10.0.0.0/8", "http://10.1.2.3:11434", True),
    ("10.1.2.3/8", "http://10.9.9.9", True),
    ("10.0.0.0/8", "http://11.1.2.3", False),
    ("10.1.2.3:80", "http://10.1.2.3", True),
    ("10.1.2.3:81", "http://10.1.2.3", False),
    ("fd00::/8", "http://[fd12::1]", True),
    ("[fd12::1]:80", "http://[fd12::1]", True),
    ("[fd12::1]", "http://[fd12::1]:90", True),
    ("fd00::/8", "http://10.1.2.3", False),
    ("", "http://localhost:11434", True),
    ("", "http://models.localhost", True),
    ("", "http://127.0.0.1", True),
    ("", "http://[::1]", True),
    (" , ", "http://10.1.2.3", False),
]


@pytest.mark.parametrize(("listed", "url", "direct"), DIRECT)
def test_some_are_reached_without_a_proxy(listed: str, url: str, direct: bool) -> None:  # noqa: FBT001 - a row
    """Names and what is below them, addresses, networks, with or without a port; this machine always."""
    proxies = read_proxies({"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://p:1", "NO_PROXY": f"else.org,{listed}"})
    assert (proxies.of(origin(url)) is None) == direct


@pytest.fixture(scope="module")
def tinyproxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyproxyServer]:
    """A proxy that wants credentials."""
    with tinyproxy_server(tmp_path_factory.mktemp("tinyproxy"), "reply word") as server:
        yield server


def proxy(port: int, authorization: bytes = BASIC, scheme: str = "http") -> Proxy:
    """Return a proxy on this machine."""
    host = "127.0.0.1" if scheme == "http" else "proxy.example.org"
    return Proxy(origin=Origin(scheme=scheme, host=host, port=port), authorization=authorization)


async def test_tls_goes_through_a_tunnel(tinyproxy: TinyproxyServer, authority: Authority, trust: Trust) -> None:
    """End to end: the certificate is the server's own, and the connection is kept."""
    body = b"x" * 2_000_000
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    async with serving(answering(answer), authority.context("127.0.0.1")) as server:
        pool = pool_of(server.origin, trust=trust, proxy=proxy(tinyproxy.port))
        for _ in range(2):
            assert await get(pool) == (200, body)
        assert server.opened == 1
        assert all(b"authorization" not in head.lower() for head in server.heads)
        pool.close()
    assert f"CONNECT 127.0.0.1:{server.origin.port}" in tinyproxy.log.read_text()


@pytest.mark.parametrize("authorization", [b"", b"Basic bm86bm8="])
async def test_missing_or_wrong_credentials_are_told(
    tinyproxy: TinyproxyServer, authority: Authority, trust: Trust, authorization: bytes
) -> None:
    """And the server hears nothing."""
    async with serving(answering(OK), authority.context("127.0.0.1")) as server:
        with pytest.raises(ProxyError) as caught:
            await get(pool_of(server.origin, trust=trust, proxy=proxy(tinyproxy.port, authorization)))
        assert not server.opened
    # tinyproxy 1.11 answers wrong credentials with 401, though RFC 9110 has 407 for that
    assert caught.value.status == (407 if not authorization else 401)


async def test_a_proxy_that_reaches_no_one_is_told(tinyproxy: TinyproxyServer, trust: Trust) -> None:
    """By its status."""
    where = Origin(scheme="https", host="127.0.0.1", port=free_port())
    with pytest.raises(ProxyError) as caught:
        await get(pool_of(where, trust=trust, proxy=proxy(tinyproxy.port)))
    assert caught.value.status >= 500


async def test_a_certificate_counts_behind_a_proxy_too(
    tinyproxy: TinyproxyServer, authority: Authority, trust: Trust
) -> None:
    """A proxy vouches for no one."""
    async with serving(answering(OK), authority.context("127.0.0.1", begin=-30, end=-1)) as server:
        with pytest.raises(CertificateError) as caught:
            await get(pool_of(server.origin, trust=trust, proxy=proxy(tinyproxy.port)))
        assert caught.value.fault == "has expired"


async def test_plain_http_goes_to_the_proxy_as_it_is(tinyproxy: TinyproxyServer) -> None:
    """Its target is written in full."""
    async with serving(answering(OK)) as server:
        pool = pool_of(server.origin, proxy=proxy(tinyproxy.port))
        full = f"http://{server.origin.destination}/v1/models"
        assert await get(pool, full, b"Proxy-Authorization: %b\r\n" % BASIC) == (200, b"hello")
        assert server.heads[0].startswith(b"GET /v1/models HTTP/1.")
        assert (await get(pool_of(server.origin, proxy=proxy(tinyproxy.port)), full))[0] == 407


def relaying(requests: list[bytes]) -> Script:
    """Return the script of a proxy that makes tunnels to this machine, whatever name it is asked for."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = int(requests[-1].split()[1].rpartition(b":")[2])
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\nContent-Length: 7\r\n\r\n")
        await asyncio.gather(_relay(reader, far_writer), _relay(far_reader, writer))
        raise ConnectionResetError

    return script


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65_536):
        writer.write(piece)
        await writer.drain()
    writer.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_the_proxy_looks_the_name_up(authority: Authority, trust: Trust, scheme: str) -> None:
    """Also a proxy that TLS is spoken to; cancelling closes the tunnel at the server's end."""
    heads: list[bytes] = []
    tls = authority.context("proxy.example.org") if scheme == "https" else None
    async with serving(silence, authority.context(NAME)) as server, serving(relaying(heads), tls) as between:
        between.heads = heads
        where = Origin(scheme="https", host=NAME, port=server.origin.port)
        pool = pool_of(where, trust=trust, proxy=proxy(between.origin.port, scheme=scheme))
        task = asyncio.create_task(get(pool))
        await eventually(lambda: len(server.heads) == 1)
        assert heads[0].startswith(b"CONNECT models.example.org:%d HTTP/1.1\r\n" % where.port)
        assert b"\r\nProxy-Authorization: %b\r\n" % BASIC in heads[0]
        task.cancel()
        async with asyncio.timeout(5.0):
            await server.left.wait()
            await between.left.wait()


@pytest.mark.parametrize(
    "answer",
    [b"", b"220 mail.example.org ESMTP\r\n", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 30],
)
async def test_what_is_no_proxy_is_told(trust: Trust, answer: bytes) -> None:
    """Whatever else listens there."""
    async with serving(answering(answer, then_close=True)) as server:
        pool = pool_of(Origin(scheme="https", host=NAME, port=443), trust=trust, proxy=proxy(server.origin.port))
        with pytest.raises(NotConnectedError, match="the proxy") as caught:
            await get(pool)
        assert not isinstance(caught.value, ProxyError)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_silent_proxy_is_given_up(trust: Trust, scheme: str) -> None:
    """In the time for a connection, and it is left."""
    async with serving(silence) as server:
        pool = pool_of(
            Origin(scheme="https", host=NAME, port=443),
            trust=trust,
            proxy=proxy(server.origin.port, scheme=scheme),
            timeout=0.3,
        )
        with pytest.raises(NotConnectedError) as caught:
            await get(pool)
        assert caught.value.late
        async with asyncio.timeout(5.0):
            await server.left.wait()


async def test_who_leaves_while_a_tunnel_is_made_closes_it(trust: Trust) -> None:
    """The proxy need not make it for no one."""
    async with serving(silence) as server:
        where = Origin(scheme="https", host=NAME, port=443)
        task = asyncio.create_task(get(pool_of(where, trust=trust, proxy=proxy(server.origin.port))))
        await eventually(lambda: len(server.heads) == 1)
        task.cancel()
        async with asyncio.timeout(1.0):
            await server.left.wait()
