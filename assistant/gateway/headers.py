"""Headers on their way through: what is for one hop goes, who was in front is said (RFC 9110, 7.6; RFC 7239)."""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from litestar.types import Scope

from assistant.errors import InvalidRequestError
from assistant.settings import Network
from http1.connection import Headers
from messages.sentences import Sentence

HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
)
_WRITTEN_ANEW = frozenset(
    {b"host", b"content-length", b"expect", b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"}
)
_MISREAD = frozenset({b"content_length", b"transfer_encoding"})
"""What a core that reads an underscore as a hyphen would take for the frame of the body."""

_ADDRESSES = (
    b"forwarded",
    b"x-forwarded",
    b"x-original-forwarded",
    b"x-real-ip",
    b"x-client-ip",
    b"x-cluster-client-ip",
    b"client-ip",
    b"proxy-client-ip",
    b"fly-client-ip",
    b"cf-connecting-ip",
    b"true-client-ip",
    b"fastly-client-ip",
)
"""How headers begin from which servers take a client's address."""

_TARGETS = frozenset({b"x-original-url", b"x-original-uri", b"x-rewrite-url"})
"""Headers from which servers take a path in place of the one that was asked for."""

_HOST = re.compile(rb"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
_LARGEST_PORT = 65535
_LONGEST_HOST = 255  # bytes, with the port; a name has at most 253 (RFC 1035, 2.3.4)
_USUAL = [b"keep-alive"]
_Fate: TypeAlias = Literal["passed", "from a proxy", "left out"]


def _fate(name: bytes) -> _Fate:
    """Tell what becomes of a request's header; one that only a proxy may send passes when a trusted one did."""
    plain = name.replace(b"_", b"-")
    if name in HOP_BY_HOP or name in _WRITTEN_ANEW or name in _MISREAD:
        return "left out"
    if not plain.startswith(_ADDRESSES) and plain not in _TARGETS:
        return "passed"
    known = name.startswith(b"x-forwarded-") or name == b"x-real-ip" or name in _TARGETS
    return "from a proxy" if known and b"_" not in name else "left out"


def request_headers(scope: Scope, authority: bytes, trusted: tuple[Network, ...]) -> Headers:
    """Return the headers for the core, without those that frame the body.

    Args:
        scope: the client's request.
        authority: host and port of the core, for a request that names none.
        trusted: the proxies whose word on who they speak for counts.

    Raises:
        InvalidRequestError: the request names no host, or two.
    """
    given = scope["headers"]
    believed = is_trusted(scope, trusted)
    passed = [pair for pair in given if (fate := _fate(pair[0])) == "passed" or (believed and fate == "from a proxy")]
    named = _named(given)
    if named:
        passed = [pair for pair in passed if pair[0] not in named]
    host = _host(given) or authority
    return [(b"host", host), *passed, *_forwarded(scope, host, given if believed else ())]


def answer_headers(headers: Headers) -> Headers:
    """Return the headers for the client."""
    passed = [pair for pair in headers if pair[0] not in HOP_BY_HOP]
    named = _named(headers) if len(passed) < len(headers) else None
    return [pair for pair in passed if pair[0] not in named] if named else passed


def is_trusted(scope: Scope, trusted: tuple[Network, ...]) -> bool:
    """Tell whether a request comes from one of these addresses."""
    if not trusted:
        return False
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0]) if client else None
    except ValueError:
        return False
    return address is not None and any(address in network for network in trusted)


def listed(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> bytes:
    """Return the values of a header that is a list."""
    return b", ".join(value for name, value in headers if name == wanted)


def _named(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    """Return what Connection names: it is for this hop only."""
    values = [value for name, value in headers if name == b"connection"]
    if not values or values == _USUAL:
        return frozenset()
    return frozenset(token.strip().lower() for value in values for token in value.split(b","))


def _host(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    hosts = [value for name, value in headers if name == b"host" and value]
    if not hosts:
        return b""
    if len(hosts) > 1 or not _is_host(hosts[0]):
        raise InvalidRequestError(
            "Host",
            Sentence(
                "must be given once, as a name or address with an optional port, in at most {most} bytes",
                most=_LONGEST_HOST,
            ),
        )
    return hosts[0]


def _is_host(value: bytes) -> bool:
    match = _HOST.fullmatch(value) if len(value) <= _LONGEST_HOST else None
    return match is not None and int(match[1] or 0) <= _LARGEST_PORT


def _forwarded(scope: Any, host: bytes, believed: Iterable[tuple[bytes, bytes]]) -> Headers:  # noqa: ANN401 - of either type
    """Say for whom, under which name and scheme; what a trusted proxy said goes before."""
    client = scope.get("client")
    first = _first_hop(client[0] if client else "unknown", host, secure=scope["scheme"] in {"https", "wss"})
    if not believed:
        return list(first)
    (_, peer), (_, proto), _, (_, hop) = first
    return [
        (b"x-forwarded-for", _appended(listed(believed, b"x-forwarded-for"), peer)),
        (b"x-forwarded-proto", listed(believed, b"x-forwarded-proto") or proto),
        (b"x-forwarded-host", listed(believed, b"x-forwarded-host") or host),
        (b"forwarded", _appended(listed(believed, b"forwarded"), hop)),
    ]


def _first_hop(peer: str, host: bytes, *, secure: bool) -> tuple[tuple[bytes, bytes], ...]:
    proto, address = b"https" if secure else b"http", peer.encode()
    shown = b'"[%b]"' % address if b":" in address else address
    return (
        (b"x-forwarded-for", address),
        (b"x-forwarded-proto", proto),
        (b"x-forwarded-host", host),
        (b"forwarded", b'for=%b;host="%b";proto=%b' % (shown, host, proto)),
    )


def _appended(before: bytes, value: bytes) -> bytes:
    return b"%b, %b" % (before, value) if before else value
