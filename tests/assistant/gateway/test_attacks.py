"""An attempt list: what strangers send to get where they should not, each harmless; the core's bytes are shown."""

import pytest

from tests.assistant.gateway.test_websockets import HANDSHAKE
from tests.assistant.gateway.wire import Headers, ask, exchange, request_bytes
from tests.assistant.harness import ADMIN
from tests.assistant.serving import Served
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore, Seen

ME = "/api/v1/agents/me"
AUTHORIZATION = list(ADMIN.items())
DISGUISED = [
    "/api/v1/ai/%70rompts",
    "/api/v1/ai/prompt%73",
    "/%61pi/v1/ai/prompts",
    "/api/v1/ai%2fprompts",
    "/api/v1/ai%2Fprompts",
    "/api%2fv1%2fai%2fprompts",
    "//api/v1/ai/prompts",
    "/api//v1/ai/prompts",
    "/api/v1/ai//prompts",
    "/api/v1/ai/./prompts",
    "/./api/v1/ai/prompts",
    "/api/v1/ai/x/../prompts",
    "/api/v1/ai/%2e/prompts",
    "/api/v1/ai/x/%2e%2e/prompts",
    "/api/v1/ai/x/%2E./prompts",
    "/api/v1/ai/x/..%2fprompts",
    "/../api/v1/ai/prompts",
    "/health/../api/v1/ai/provider",
    "/api/v1/ai/%63ompletion",
    "/api/v1/ai/config/./completion",
    "/%68ealth",
    "//health",
]
BACKSLASHED = ["/api/v1/ai\\prompts", "\\api\\v1\\ai\\prompts", "/api/v1/ai/x\\..\\prompts", "/api/v1/ai/prompts;x=1"]
HARMLESS = [
    "//evil.example/",
    "//evil.example:80/path",
    "///evil.example",
    "/\\evil.example",
    "/%5cevil.example",
    "/.evil",
    "/@evil.example/",
    "/http://evil.example/",
    "/api/v1/ai/../agents",
    "/api/v1/ai/%2e%2e/agents",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fetc/passwd",
    "/x%0d%0aX-Injected:%20yes",
    "/x?a=%0d%0aX-Injected:%20yes",
    "/x%00y",
    "/api/v1/AI/unknown",
    "/api/v1/ai/unknown/",
    "/api/v1/ai/%2575nknown",
    "/api/v1/ai/promptsx",
    "/Assets/Index.JS",
]


def shown(core: ScriptedCore) -> str:
    """Return everything that the core received, for whoever reads a failed test."""
    return "\n".join(repr(request.raw) for request in core.requests) or "the core received nothing"


def only(core: ScriptedCore) -> Seen:
    """Return the one request that the core received."""
    assert len(core.requests) == 1, shown(core)
    return core.requests[0]


@pytest.mark.parametrize("target", [*DISGUISED, *BACKSLASHED])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_disguised_address_of_ours_is_refused(url: str, core: ScriptedCore, target: str, method: str) -> None:
    """An address that we and the core could read differently is answered by neither."""
    answer = exchange(url, request_bytes(method, target, [("Host", "x"), *AUTHORIZATION]))
    assert core.requests == [], shown(core)
    assert answer is not None
    assert answer.status == 400, answer
    if answer.values("content-type") == ["application/json"]:
        assert answer.code == "invalid_request"


@pytest.mark.parametrize("target", DISGUISED[:8])
def test_disguise_is_refused_before_the_built_in_desk_too(desk_inside: Served, target: str) -> None:
    """The rule does not depend on the core."""
    answer = exchange(desk_inside.client.base_url, request_bytes("GET", target, [("Host", "x"), *AUTHORIZATION]))
    assert answer is not None
    assert (answer.status, answer.code) == (400, "invalid_request")


@pytest.mark.parametrize("target", HARMLESS)
def test_odd_target_reaches_the_core_alone_and_unchanged(url: str, core: ScriptedCore, target: str) -> None:
    """Nothing leads off the core's host; what the target means is the core's to say."""
    answer = exchange(url, request_bytes("GET", target, [("Host", "helpdesk.example")]))
    assert answer is not None
    if answer.status == 400:  # the server took it for no request
        assert core.requests == [], shown(core)
        return
    request = only(core)
    assert request.head.startswith(f"GET {target} HTTP/1.1\r\nhost: helpdesk.example\r\n".encode()), shown(core)
    assert "x-injected" not in request.names, shown(core)


@pytest.mark.parametrize(
    ("target", "seen"),
    [
        ("http://evil.example/path?q=1", "/path?q=1"),
        ("http://evil.example", "/"),
        ("https://user:pass@evil.example:444/a%2fb", "/a%2fb"),
        ("http://evil.example//double", "//double"),
    ],
)
def test_absolute_target_stays_with_the_core(url: str, core: ScriptedCore, target: str, seen: str) -> None:
    """We are no one's way to elsewhere: only path and query count."""
    answer = exchange(url, request_bytes("GET", target, [("Host", "helpdesk.example")]))
    assert answer is not None
    request = only(core)
    assert request.head.startswith(f"GET {seen} HTTP/1.1\r\n".encode()), shown(core)
    assert b"pass" not in request.head


def test_absolute_target_does_not_hide_an_address_of_ours(url: str, core: ScriptedCore) -> None:
    """It is ours, and needs credentials as ever."""
    answer = exchange(url, request_bytes("GET", "http://evil.example/api/v1/ai/prompts", [("Host", "x")]))
    assert answer is not None
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert core.requests == [], shown(core)


@pytest.mark.parametrize("host", ["evil.example", "169.254.169.254", "localhost:22", "127.0.0.1:9"])
def test_host_leads_nowhere_else(url: str, core: ScriptedCore, host: str) -> None:
    """The connection goes to the core, whatever name the client asks for."""
    assert exchange(url, request_bytes("GET", "/thing", [("Host", host)])) is not None
    assert only(core).values("host") == [host], shown(core)


@pytest.mark.parametrize(
    "hosts", [["a", "b"], ["a", "a"], ["a b"], ["a/b"], ['a"b'], ["a,b"], ["a@b"], ["a?b"], ["a;proto=https"]]
)
def test_ambiguous_host_is_refused(url: str, core: ScriptedCore, hosts: list[str]) -> None:
    """Two hosts, or one that says more than a name and a port, would mean one thing to us and another to the core."""
    answer = exchange(url, request_bytes("GET", "/api/thing", [("Host", host) for host in hosts]))
    assert answer is None or answer.status == 400, answer
    assert core.requests == [], shown(core)


@pytest.mark.parametrize("handshake", [[], HANDSHAKE[1:]], ids=["HTTP", "WebSocket"])
@pytest.mark.parametrize("hosts", [[":"], ["::1"], ["h:99999"], ["a", "b"], ["a", "a"]], ids=" and ".join)
def test_host_that_is_none_is_the_clients_mistake(
    front: Served, core: ScriptedCore, hosts: list[str], handshake: Headers
) -> None:
    """A WebSocket's handshake is refused as any request is, and no operator is troubled with it."""
    url, before = front.client.base_url, len(front.log.read_text())
    answer = exchange(url, request_bytes("GET", "/api/ws", [*(("Host", host) for host in hosts), *handshake]))
    assert answer is not None
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert core.requests == [], shown(core)
    assert ask(url, "GET", "/next").status == 200
    assert "Traceback" not in front.log.read_text()[before:]


@pytest.mark.parametrize(
    "line",
    [
        b"X-A: 1\rX-Injected: yes",
        b"X-A: 1\nX-Injected: yes",
        b"X-A: 1\x00X-Injected: yes",
        b"X-A: 1\r\n X-Injected: yes",
        b"X-Injected : yes",
        b"X-In\x00jected: yes",
        b"X In jected: yes",
        b": yes",
        b"X-Injected",
    ],
)
def test_injected_header_does_not_reach_the_core(url: str, core: ScriptedCore, line: bytes) -> None:
    """A header that could be read as two, or as none, is refused, or passed on as the one that it is to everyone."""
    head = b"GET /thing HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\n"
    answer = exchange(url, head)
    if answer is None or answer.status == 400:
        assert core.requests == [], shown(core)
        return
    request = only(core)
    assert b"\n" not in request.head.replace(b"\r\n", b""), shown(core)
    assert b"\r" not in request.head.replace(b"\r\n", b""), shown(core)
    assert b"\x00" not in request.head, shown(core)
    assert line == b"X-A: 1\nX-Injected: yes" or "x-injected" not in request.names, shown(core)


def test_connection_can_not_remove_what_matters(url: str, core: ScriptedCore) -> None:
    """Host, length and what we say of the client are not for one hop, whatever Connection names."""
    named = "host, content-length, transfer-encoding, x-forwarded-for, x-forwarded-proto, x-forwarded-host, forwarded"
    answer = ask(url, "POST", "/thing", [("Connection", named)], b"hello")
    assert answer.status == 200
    request = only(core)
    assert request.names == [
        "content-length",
        "forwarded",
        "host",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    ], shown(core)
    assert request.values("x-forwarded-for") == ["127.0.0.1"], shown(core)
    assert bytes(request.body) == b"hello", shown(core)


def test_connection_can_not_remove_what_a_trusted_proxy_said(trusting: Served, core: ScriptedCore) -> None:
    """A client behind the proxy can't make itself anonymous."""
    headers = [("Connection", "x-forwarded-for"), ("X-Forwarded-For", "203.0.113.9")]
    assert ask(trusting.client.base_url, "GET", "/thing", headers).status == 200
    assert only(core).values("x-forwarded-for") == ["203.0.113.9, 127.0.0.1"], shown(core)


@pytest.mark.parametrize("target", ["evil.example:443", "127.0.0.1:22", "/thing"])
def test_no_tunnel_is_made(url: str, core: ScriptedCore, target: str) -> None:
    """CONNECT is refused."""
    answer = exchange(url, request_bytes("CONNECT", target, [("Host", "evil.example:443")]))
    assert answer is None or answer.status in {400, 405}, answer
    assert core.requests == [], shown(core)


def test_question_about_the_whole_server(url: str, core: ScriptedCore) -> None:
    """`OPTIONS *` is the core's to answer."""
    assert exchange(url, request_bytes("OPTIONS", "*", [("Host", "x")])) is not None
    assert only(core).head.startswith(b"OPTIONS * HTTP/1.1\r\n"), shown(core)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_the_clients_to_follow(url: str, core: ScriptedCore, status: int) -> None:
    """A core that points elsewhere does not send us there."""
    with ScriptedCore() as other:
        core.at("/go", acts.answer(status, b"", [("Location", f"{other.url}/inner")]))
        answer = ask(url, "GET", "/go", AUTHORIZATION)
        assert (answer.status, answer.values("location")) == (status, [f"{other.url}/inner"])
        assert other.requests == [], shown(other)
    only(core)


def test_redirect_of_who_is_asking_is_not_followed(url: str, core: ScriptedCore) -> None:
    """No one's credentials are shown to another host."""
    with ScriptedCore() as other:
        other.at(ME, acts.me())
        core.at(ME, acts.answer(307, b"", [("Location", other.url + ME)]))
        answer = ask(url, "GET", "/api/v1/ai/prompts", [("Authorization", "token redirected:x")])
        assert (answer.status, answer.code) == (503, "core_unavailable")
        assert other.requests == [], shown(other)


@pytest.mark.parametrize("name", ["X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Forwarded-Path"])
def test_headers_that_rewrite_requests_do_not_move_ours(url: str, core: ScriptedCore, name: str) -> None:
    """Our own operations look at the request line only."""
    answer = ask(url, "GET", "/api/v1/ai/prompts", [(name, "/health")])
    assert (answer.status, answer.code) == (401, "unauthorized")
    assert core.requests == [], shown(core)


def test_endless_request_head_is_refused(url: str, core: ScriptedCore) -> None:
    """No one fills our memory with a head that never ends."""
    answer = exchange(url, b"GET /thing HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 4_000_000 + b"\r\n\r\n")
    assert answer is None or answer.status in {400, 431}, answer
    assert core.requests == [], shown(core)
    assert ask(url, "GET", "/next").status == 200
