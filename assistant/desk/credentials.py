"""API keys of the desk: making, hashing and checking them."""

import hashlib
import hmac
import secrets

from assistant.auth.authorization import KeyPair


def new_key_pair() -> KeyPair:
    """Make a pair that no one can guess: 128 bits in the key, 256 in the secret."""
    return KeyPair(key=f"ak_{secrets.token_hex(16)}", secret=f"as_{secrets.token_hex(32)}")


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret; one of 256 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, hashed: str) -> bool:
    """Compare a secret with a hash, in a time that tells nothing."""
    return hmac.compare_digest(hash_secret(secret), hashed)
