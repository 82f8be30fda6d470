"""Keys for every purpose, derived from `SECRET_KEY`; made once and kept in a private file when it is unset."""

import base64
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assistant.errors import SettingsError
from assistant.settings import Settings, values

_BOUND = b"\x01"
"""How a value begins that is bound to its place; those of earlier versions begin with a letter."""
_encode = msgspec.json.Encoder().encode
_NONCE = 12  # bytes, as AES-GCM has them
"""Drawn at random, so a key is good for 2^32 values (NIST SP 800-38D, 8.3): ten a second for thirteen years."""


class SealedValueError(Exception):
    """A stored secret was sealed with a key that `SECRET_KEY` does not hold any more, or for another place."""


class SecretKeys:
    """Derives one key per purpose from each secret key (HKDF, RFC 5869), so that no purpose can read another's.

    Args:
        keys: 32-byte keys in base64url; the first encrypts, all of them decrypt.
        again: reads them again, where a rotation may put another one first while they are in use.
    """

    def __init__(self, keys: tuple[str, ...], *, again: Callable[[], "SecretKeys"] | None = None) -> None:
        self._keys = tuple(base64.urlsafe_b64decode(key.rstrip("=") + "=") for key in keys)
        self._again = again

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key of the first secret key for a purpose."""
        return _derive(self._keys[0], purpose)

    def box(self, purpose: str) -> "SealedBox":
        """Return what seals and opens values for a purpose."""
        again = self._again
        newer = None if again is None else lambda: again().box(purpose)
        return SealedBox(self._keys, purpose, newer)


class SealedBox:
    """Seals values with the first key and opens those of every key.

    Each value is bound to the place where it is kept (the associated data of AES-256-GCM): moved to another one, it
    does not open. So no one who can write to Redis or to the database can swap two of them.

    Args:
        keys: of 32 bytes.
        purpose: what the values are for; those of another purpose don't open.
        newer: returns the box of the keys as they are now; asked about what these keys don't open.
    """

    def __init__(self, keys: tuple[bytes, ...], purpose: str, newer: Callable[[], "SealedBox"] | None = None) -> None:
        self._ciphers = [AESGCM(_derive(key, f"{purpose}, bound to a place")) for key in keys]
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, purpose))) for key in keys])
        self._newer = newer

    def seal(self, value: bytes, *place: str | int) -> bytes:
        """Encrypt and authenticate a value.

        Args:
            value: what is sealed.
            place: where it is kept; it must be named again to open it.
        """
        nonce = os.urandom(_NONCE)
        return _BOUND + nonce + self._ciphers[0].encrypt(nonce, value, _encode(place))

    def open(self, sealed: bytes, *place: str | int, unbound: bool = False) -> bytes:
        """Return what was sealed.

        Args:
            sealed: what `seal` returned.
            place: where it was kept.
            unbound: whether a value of an earlier version opens too, which was bound to no place.

        Raises:
            SealedValueError: it was changed or moved, or sealed with an unknown key.
        """
        opened = self._opened(sealed, place, unbound=unbound)
        if opened is None and self._newer is not None:
            with contextlib.suppress(SettingsError, OSError):
                opened = self._newer()._opened(sealed, place, unbound=unbound)  # noqa: SLF001 - of this class
        if opened is None:
            raise SealedValueError("sealed with another ASSISTANT_SECRET_KEY, or for another place")
        return opened

    def is_newest(self, sealed: bytes, *place: str | int) -> bool:
        """Tell whether the first key sealed a value, for this place."""
        return _decrypted(self._ciphers[0], sealed, place) is not None

    def _opened(self, sealed: bytes, place: tuple[str | int, ...], *, unbound: bool) -> bytes | None:
        if not sealed.startswith(_BOUND):
            return _decrypted_unbound(self._fernet, sealed) if unbound else None
        for cipher in self._ciphers:
            found = _decrypted(cipher, sealed, place)
            if found is not None:
                return found
        return None


def load_secret_keys(settings: Settings) -> SecretKeys:
    """Take the keys of the settings, else those of the private file in the state folder, made on first use.

    Raises:
        SettingsError: the file is damaged.
    """
    if settings.secret_key:
        return SecretKeys(settings.secret_key)
    path = secret_key_file(settings)
    write_private(path, Fernet.generate_key())
    return SecretKeys(_read(path), again=lambda: SecretKeys(_read(path)))


def add_secret_key(settings: Settings) -> None:
    """Put a new key before those of the private file; whoever calls this sees to it that no one else does.

    Raises:
        SettingsError: the file is damaged.
    """
    path = secret_key_file(settings)
    keys = (Fernet.generate_key().decode(), *_read(path))
    write_private(path, ",".join(keys).encode(), replace=True)


def secret_key_file(settings: Settings) -> Path:
    """Return the file of the keys that the service makes itself."""
    return settings.state_dir / "secret-key"


def _read(path: Path) -> tuple[str, ...]:
    try:
        return values.secret_keys(path.read_text(encoding="utf-8"))
    except ValueError:
        raise SettingsError(
            f"{path}: is damaged; put back the key that it held, or remove it and enter the provider's key again"
        ) from None


def write_private(path: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a file that only its owner may read; whole or not at all, and an existing one stays unless replaced."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        if replace:
            draft.replace(path)
        else:
            path.hardlink_to(draft)
        _settle(path.parent)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """See that a power cut does not take back which files a folder holds, where the system can be asked to."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _decrypted(cipher: AESGCM, sealed: bytes, place: tuple[str | int, ...]) -> bytes | None:
    if not sealed.startswith(_BOUND):
        return None
    nonce, encrypted = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return cipher.decrypt(nonce, encrypted, _encode(place))
    except (InvalidTag, ValueError):  # of another key or place, or cut short
        return None


def _decrypted_unbound(fernet: MultiFernet, sealed: bytes) -> bytes | None:
    try:
        return fernet.decrypt(sealed)
    except InvalidToken:
        return None


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)
