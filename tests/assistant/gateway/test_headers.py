"""Headers: all but those for one hop pass as they are, and the core learns whom we speak for."""

import pytest

from tests.assistant.gateway.wire import Headers, Wire, ask, exchange, request_bytes
from tests.assistant.serving import Served
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore, Seen

OURS = ["forwarded", "host", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]
HOP_BY_HOP = [
    ("Keep-Alive", "timeout=5"),
    ("Proxy-Connection", "keep-alive"),
    ("TE", "trailers, deflate"),
    ("Trailer", "X-Checksum"),
    ("Upgrade", "h2c"),
]
CLAIMS = [
    ("X-Forwarded-For", "203.0.113.9"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Port", "443"),
    ("X-Forwarded-Server", "evil"),
    ("X-Forwarded-Prefix", "/evil"),
    ("X-Real-IP", "203.0.113.9"),
    ("Forwarded", "for=203.0.113.9;proto=https"),
]
NEVER_CLAIMS = [
    ("X-Forwarded", "for=203.0.113.9"),
    ("X-Original-Forwarded-For", "203.0.113.9"),
    ("Forwarded-For", "203.0.113.9"),
    ("X-Client-IP", "203.0.113.9"),
    ("CF-Connecting-IP", "203.0.113.9"),
    ("True-Client-IP", "203.0.113.9"),
    ("Fastly-Client-IP", "203.0.113.9"),
    ("X_Forwarded_For", "203.0.113.9"),
    ("X_Forwarded-Host", "evil.example"),
    ("X-Forwarded_For", "203.0.113.9"),
    ("X-Forwarded_Proto", "evil"),
    ("X-Forwarded-Preferred_Username", "evil"),
    ("X_Real_IP", "203.0.113.9"),
    ("X-Real_IP", "203.0.113.9"),
    ("X_Client_IP", "203.0.113.9"),
    ("CF_Connecting_IP", "203.0.113.9"),
    ("True_Client-IP", "203.0.113.9"),
    ("X_Original_Forwarded_For", "203.0.113.9"),
    ("Forwarded_For", "203.0.113.9"),
]


def sent(url: object, core: ScriptedCore, headers: Headers, *, host: str = "helpdesk.example") -> Seen:
    """Return what the core saw of a request with these headers."""
    exchanged = exchange(url, request_bytes("GET", "/thing", [("Host", host), *headers]))
    assert exchanged is not None
    assert exchanged.status == 200
    return core.requests[-1]


def test_core_sees_the_clients_headers_and_no_others_of_ours(url: str, core: ScriptedCore) -> None:
    """Nothing is added but who is in front: no agent, no encodings, no connection."""
    request = sent(url, core, [("Accept", "text/html"), ("X-Custom", "a,b;c"), ("Cookie", "a=1; b=2"), ("X-Empty", "")])
    assert request.names == sorted([*OURS, "accept", "x-custom", "cookie", "x-empty"]), request
    assert [request.values(name) for name in ("accept", "x-custom", "cookie", "x-empty")] == [
        ["text/html"],
        ["a,b;c"],
        ["a=1; b=2"],
        [""],
    ]


def test_authorization_and_cookies_are_the_cores(url: str, core: ScriptedCore) -> None:
    """They are passed on to their character, and in their order when there are several."""
    headers = [
        ("Authorization", 'Digest username="x", nonce="a=="'),
        ("X-Many", "1"),
        ("X-Other", "-"),
        ("X-Many", "2"),
    ]
    request = sent(url, core, headers)
    assert request.values("authorization") == ['Digest username="x", nonce="a=="']
    assert request.values("x-many") == ["1", "2"]


def test_bytes_beyond_ascii_pass_both_ways(url: str, core: ScriptedCore) -> None:
    """What a header means is not ours to say: Latin-1, UTF-8, whatever it is."""
    utf8 = "Grüße €".encode().decode("latin-1")
    core.at("/thing", acts.answer(200, b"", [("X-Latin", "Gr\xfc\xdfe"), ("X-Utf8", utf8)]))
    with Wire(url) as wire:
        answer = wire.ask("GET", "/thing", [("X-Latin", "Gr\xfc\xdfe"), ("X-Utf8", utf8)])
    for heard in (answer, core.requests[0]):
        assert heard.values("x-latin") == ["Gr\xfc\xdfe"]
        assert heard.values("x-utf8") == [utf8]


def test_large_and_many_headers_pass(url: str, core: ScriptedCore) -> None:
    """A cookie of 8 KiB and 60 headers are no reason to refuse anything."""
    headers = [("Cookie", "c=" + "x" * 8000), *((f"X-Number-{number}", str(number)) for number in range(60))]
    core.at("/thing", acts.answer(200, b"", [("Set-Cookie", "s=" + "y" * 30_000), *headers]))
    with Wire(url) as wire:
        answer = wire.ask("GET", "/thing", headers)
    assert answer.values("set-cookie") == ["s=" + "y" * 30_000]
    for heard in (answer, core.requests[0]):
        assert heard.values("cookie") == ["c=" + "x" * 8000]
        assert [heard.values(f"x-number-{number}") for number in range(60)] == [[str(number)] for number in range(60)]


def test_several_cookies_are_set_one_by_one(url: str, core: ScriptedCore) -> None:
    """Set-Cookie can't be joined (RFC 6265, 3); order and attributes stay."""
    cookies = ["a=1; Path=/; HttpOnly", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "a=3", "empty="]
    core.at("/login", acts.answer(200, b"", [("Set-Cookie", cookie) for cookie in cookies]))
    assert ask(url, "POST", "/login").values("set-cookie") == cookies


@pytest.mark.parametrize("header", HOP_BY_HOP, ids=[name for name, _ in HOP_BY_HOP])
def test_what_is_for_one_hop_does_not_reach_the_core(url: str, core: ScriptedCore, header: tuple[str, str]) -> None:
    """RFC 9110, 7.6.1."""
    request = sent(url, core, [header, ("X-Kept", "yes")])
    assert request.names == sorted([*OURS, "x-kept"]), request


@pytest.mark.parametrize(
    "connection",
    [
        [("Connection", "x-private, keep-alive")],
        [("Connection", "close"), ("Connection", "X-PRIVATE")],
        [("Connection", ",, x-private ,")],
    ],
    ids=["list", "lines", "commas"],
)
def test_what_connection_names_does_not_reach_the_core(url: str, core: ScriptedCore, connection: Headers) -> None:
    """In any case and on any line."""
    request = sent(url, core, [*connection, ("X-Private", "secret"), ("X-Kept", "yes")])
    assert request.names == sorted([*OURS, "x-kept"]), request


def test_what_the_core_says_for_one_hop_does_not_reach_the_client(url: str, core: ScriptedCore) -> None:
    """The core's connection is not the client's."""
    answer = b"\r\n".join(
        [
            b"HTTP/1.1 200 OK",
            b"Content-Length: 2",
            b"Connection: keep-alive, X-Private",
            b"Keep-Alive: timeout=5, max=100",
            b"Proxy-Connection: keep-alive",
            b"Trailer: X-Checksum",
            b"Upgrade: h2c",
            b"X-Private: secret",
            b"X-Kept: yes",
            b"",
            b"ok",
        ]
    )
    core.at("/thing", acts.raw(answer))
    names = [name for name, _ in ask(url, "GET", "/thing").headers if name not in {"date", "server"}]
    assert sorted(names) == ["content-length", "x-kept"]


def test_trailers_do_not_reach_the_client(url: str, core: ScriptedCore) -> None:
    """They would be headers that no one announced."""
    core.at("/thing", acts.chunked([b"hello"], trailers=[("X-Checksum", "1"), ("Set-Cookie", "a=1")]))
    with Wire(url) as wire:
        answer = wire.ask("GET", "/thing")
        assert (answer.body, answer.whole) == (b"hello", True)
        assert wire.ask("GET", "/next").status == 200
    assert answer.values("x-checksum") + answer.values("set-cookie") == []


def test_answer_of_the_core_gets_no_header_of_ours(url: str, core: ScriptedCore) -> None:
    """Server and date are the core's own, and there is one of each."""
    own = [("Server", "helpdesk/1.2"), ("Date", "Mon, 01 Jan 2024 00:00:00 GMT"), ("X-Kept", "yes")]
    core.at("/thing", acts.answer(200, b"hello", own))
    headers = ask(url, "GET", "/thing").headers
    assert sorted(headers) == sorted([("content-length", "5"), *((name.lower(), value) for name, value in own)])


def test_request_id_of_the_core_stays(url: str, core: ScriptedCore) -> None:
    """Its log and ours are different things."""
    core.at("/thing", acts.answer(200, b"", [("X-Request-Id", "core-1")]))
    assert ask(url, "GET", "/thing").values("x-request-id") == ["core-1"]


def test_core_learns_whom_we_speak_for(url: str, core: ScriptedCore) -> None:
    """Address, scheme and the name that was asked for, in both ways of writing them."""
    request = sent(url, core, [])
    assert request.values("host") == ["helpdesk.example"]
    assert request.values("x-forwarded-for") == ["127.0.0.1"]
    assert request.values("x-forwarded-proto") == ["http"]
    assert request.values("x-forwarded-host") == ["helpdesk.example"]
    assert request.values("forwarded") == ['for=127.0.0.1;host="helpdesk.example";proto=http']


@pytest.mark.parametrize("host", ["helpdesk.example:8080", "[::1]:8080", "127.0.0.1", "under_score.example"])
def test_host_is_passed_on(url: str, core: ScriptedCore, host: str) -> None:
    """A core that serves several names, or builds links, needs the one that was asked for."""
    request = sent(url, core, [], host=host)
    assert (request.values("host"), request.values("x-forwarded-host")) == ([host], [host])
    assert request.values("forwarded") == [f'for=127.0.0.1;host="{host}";proto=http']


def test_empty_host_becomes_the_cores(url: str, core: ScriptedCore) -> None:
    """HTTP/1.1 wants one (RFC 9112, 3.2)."""
    assert sent(url, core, [], host="").values("host") == [core.authority]


@pytest.mark.parametrize("claim", [*CLAIMS, *NEVER_CLAIMS], ids=lambda claim: claim[0])
def test_claims_of_a_stranger_are_removed(url: str, core: ScriptedCore, claim: tuple[str, str]) -> None:
    """Only a trusted proxy may say who its client is; servers that read `_` as `-` are not fooled either."""
    request = sent(url, core, [claim])
    assert request.names == OURS, request
    assert b"203.0.113.9" not in request.raw
    assert b"evil" not in request.raw
    assert request.values("x-forwarded-proto") == ["http"]


def test_trusted_proxy_is_believed(trusting: Served, core: ScriptedCore) -> None:
    """Its list gets us as the next one, and what it says of scheme and name stays."""
    headers = [
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Forwarded-For", "198.51.100.2"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "public.example"),
        ("Forwarded", "for=203.0.113.9;proto=https"),
        ("X-Real-IP", "203.0.113.9"),
    ]
    request = sent(trusting.client.base_url, core, headers)
    assert request.values("x-forwarded-for") == ["203.0.113.9, 198.51.100.2, 127.0.0.1"]
    assert request.values("x-forwarded-proto") == ["https"]
    assert request.values("x-forwarded-host") == ["public.example"]
    assert request.values("forwarded") == [
        'for=203.0.113.9;proto=https, for=127.0.0.1;host="helpdesk.example";proto=http'
    ]
    assert request.values("x-real-ip") == ["203.0.113.9"]


def test_trusted_proxy_that_says_nothing(trusting: Served, core: ScriptedCore) -> None:
    """Then it is the client."""
    request = sent(trusting.client.base_url, core, [])
    assert request.values("x-forwarded-for") == ["127.0.0.1"]
    assert request.values("x-forwarded-proto") == ["http"]
    assert request.values("x-forwarded-host") == ["helpdesk.example"]


@pytest.mark.parametrize("name", ["X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Prefix", "X-Real-IP"])
def test_what_else_a_trusted_proxy_says_passes(trusting: Served, core: ScriptedCore, name: str) -> None:
    """It is what such a proxy sets, or takes out, itself."""
    request = sent(trusting.client.base_url, core, [(name, "said")])
    assert request.names == sorted([*OURS, name.lower()]), request
    assert request.values(name) == ["said"]


@pytest.mark.parametrize("claim", NEVER_CLAIMS, ids=lambda claim: claim[0])
def test_trusted_proxy_does_not_vouch_for_all_its_clients_say(
    trusting: Served, core: ScriptedCore, claim: tuple[str, str]
) -> None:
    """A proxy sets a few headers and passes the others on as a stranger sent them."""
    request = sent(trusting.client.base_url, core, [claim, ("X-Forwarded-For", "198.51.100.2")])
    assert request.names == OURS, request
    assert b"203.0.113.9" not in request.raw
    assert b"evil" not in request.raw
