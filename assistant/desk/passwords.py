"""Hashing passwords with Argon2id, in threads and few at a time, since each takes 64 MiB and a tenth of a second."""

import asyncio
import os

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_ITERATIONS, _LANES, _MEMORY = 3, 4, 64 * 1024  # RFC 9106, section 4, the second recommended option; memory in KiB
_LENGTH = 32  # bytes
_AT_ONCE = asyncio.Semaphore(2)
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash of no password: comparing with it takes as long as comparing with somebody's."""


async def hash_password(password: str) -> str:
    """Return the hash of a password, with its salt and costs (PHC string format)."""
    async with _AT_ONCE:
        return await asyncio.to_thread(_hash, password)


async def is_password(password: str, hashed: str | None) -> bool:
    """Compare a password with a hash; without one it takes as long and is false."""
    async with _AT_ONCE:
        return await asyncio.to_thread(_verify, password, hashed or NOBODYS)


def _hash(password: str) -> str:
    kdf = Argon2id(salt=os.urandom(16), length=_LENGTH, iterations=_ITERATIONS, lanes=_LANES, memory_cost=_MEMORY)
    return kdf.derive_phc_encoded(password.encode())


def _verify(password: str, hashed: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(password.encode(), hashed)
    except (InvalidKey, ValueError):
        return False
    return True
