"""The header `Authorization`: which values of it hold an API key; all others count for nothing, as in Libredesk.

A gateway, a monitoring tool or a browser's extension may put `Bearer …` beside a session: that is no reason to turn the
agent away, and no reason to leave out the proof of origin that a session needs.
"""

import base64
import binascii
from collections.abc import Iterable

from msgspec import Struct

from assistant.errors import UnauthorizedError
from messages.sentences import Sentence

EXPIRED = Sentence("Your session has expired. Sign in again.")
"""What a person in a browser is told whose session is no more."""

_NAME = b"authorization"
_SIGN_IN = Sentence("Sign in first: send 'Authorization: token key:secret' or Basic credentials.")
_BROWSERS = frozenset({b"cookie", b"sec-fetch-mode", b"sec-fetch-site"})


class KeyPair(Struct, frozen=True, kw_only=True):
    """An API key and its secret, as a client sends them."""

    key: str
    secret: str

    def __repr__(self) -> str:
        """Show nothing: this is a secret."""
        return "KeyPair(…)"


def authorization_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the first value of the header that holds an API key, as it came; empty when none does.

    Args:
        headers: of the request, with names in small letters.
    """
    for name, value in headers:
        if name == _NAME and parse_authorization(text := value.decode("latin-1")) is not None:
            return text
    return ""


def not_signed_in(headers: Iterable[tuple[bytes, bytes]]) -> UnauthorizedError:
    """Return what is said to someone who shows nothing: a browser's agent knows of no API keys."""
    in_browser = any(name in _BROWSERS for name, _ in headers)
    return UnauthorizedError(EXPIRED if in_browser else _SIGN_IN)


def parse_authorization(header: str) -> KeyPair | None:
    """Read `token key:secret` or `Basic base64(key:secret)`; nothing when it is neither."""
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() == "basic":
        value = _decode(value.strip())
    elif scheme.lower() != "token":
        return None
    key, colon, secret = value.strip().partition(":")
    return KeyPair(key=key, secret=secret) if colon and key and secret and value.isprintable() else None


def _decode(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
