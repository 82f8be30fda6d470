"""API keys of the desk: making, hashing and checking them."""

import base64
import binascii
import hashlib
import hmac
import secrets

from msgspec import Struct


class KeyPair(Struct, frozen=True, kw_only=True):
    """An API key and its secret, as a client sends them."""

    key: str
    secret: str

    def __repr__(self) -> str:
        """Show nothing: this is a secret."""
        return "KeyPair(…)"


def new_key_pair() -> KeyPair:
    """Make a pair that nobody can guess: 128 bits in the key, 256 in the secret."""
    return KeyPair(key=f"ak_{secrets.token_hex(16)}", secret=f"as_{secrets.token_hex(32)}")


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret; one of 256 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, hashed: str) -> bool:
    """Compare a secret with a hash, in a time that tells nothing."""
    return hmac.compare_digest(hash_secret(secret), hashed)


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
