"""What is written to the core for a client's request."""

from typing import Any

from litestar.types import HTTPScope
from msgspec import Struct

from assistant.errors import InvalidRequestError, MethodNotAllowedError
from assistant.gateway.headers import request_headers
from assistant.settings import Network
from http1.connection import Headers
from messages.sentences import Sentence

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing (RFC 9110, 9.2.1)."""
_CHUNKED = (b"transfer-encoding", b"chunked")


class Request(Struct, frozen=True, kw_only=True):
    """A request as the core gets it.

    Attributes:
        head: request line and headers.
        has_body: whether a body follows.
        chunked: whether that body comes in chunks, since its length is not known.
        bodiless: whether its answer has no body.
        repeatable: whether it may be sent again without harm.
    """

    head: bytes
    has_body: bool
    chunked: bool
    bodiless: bool
    repeatable: bool


def request_of(scope: HTTPScope, authority: bytes, trusted: tuple[Network, ...]) -> Request:
    """Write a client's request again, its target byte for byte.

    Raises:
        InvalidRequestError: the request names two hosts, or its body is packed in a way that we don't know.
        MethodNotAllowedError: CONNECT, which would make a tunnel.
    """
    method = str(scope["method"])
    if method == "CONNECT":
        raise MethodNotAllowedError(Sentence("CONNECT is not possible here: this is not a proxy to elsewhere."))
    headers = request_headers(scope, authority, trusted)
    framing = _framing(scope["headers"])
    if framing is not None:
        headers.append(framing)
    has_body = framing is not None and framing != (b"content-length", b"0")
    return Request(
        head=head_of(method, target_of(scope), headers),
        has_body=has_body,
        chunked=framing == _CHUNKED,
        bodiless=method == "HEAD",
        repeatable=not has_body and method in _REPEATABLE,
    )


def head_of(method: str, target: bytes, headers: Headers) -> bytes:
    """Write the head of a request."""
    lines = b"".join([b"%b: %b\r\n" % pair for pair in headers])
    return b"%b %b HTTP/1.1\r\n%b\r\n" % (method.encode("ascii"), target, lines)


def target_of(scope: Any) -> bytes:  # noqa: ANN401 - of either type of connection
    """Return path and query as the client sent them."""
    query: bytes = scope["query_string"]
    path: bytes = scope["raw_path"] or b"/"
    return b"%b?%b" % (path, query) if query else path


def _framing(headers: Any) -> tuple[bytes, bytes] | None:  # noqa: ANN401 - pairs of bytes
    """Return the one header that tells where the body ends; chunks win over a length (RFC 9112, 6.3)."""
    framing = None
    for name, value in headers:
        if name == b"transfer-encoding":
            if framing == _CHUNKED or value.strip().lower() != b"chunked":
                raise InvalidRequestError("Transfer-Encoding", Sentence("must be 'chunked', once"))
            framing = _CHUNKED
        elif name == b"content-length" and framing is None:
            framing = (b"content-length", value)
    return framing
