"""Keys for every purpose, derived from `SECRET_KEY`; made once and kept in a private file when it is unset."""

import base64
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assistant.errors import SettingsError
from assistant.settings import Settings, parse_keys


class SealedValueError(Exception):
    """A stored secret was sealed with a key that `SECRET_KEY` does not hold any more."""


class SecretKeys:
    """Derives one key per purpose from each secret key (HKDF, RFC 5869), so that no purpose can read another's.

    Args:
        keys: 32-byte keys in base64url; the first encrypts, all of them decrypt.
        again: reads them anew, where a rotation may put another one first while they are in use.
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
        return SealedBox([_derive(key, purpose) for key in self._keys], newer)


class SealedBox:
    """Seals values with the first key and opens those of every key.

    Args:
        keys: of 32 bytes.
        newer: returns the box of the keys as they are now; asked about what these keys don't open.
    """

    def __init__(self, keys: list[bytes], newer: Callable[[], "SealedBox"] | None = None) -> None:
        fernets = [Fernet(base64.urlsafe_b64encode(key)) for key in keys]
        self._first = fernets[0]
        self._fernet = MultiFernet(fernets)
        self._newer = newer

    def seal(self, value: bytes) -> bytes:
        """Encrypt and authenticate a value."""
        return self._fernet.encrypt(value)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            SealedValueError: it was changed, or sealed with an unknown key.
        """
        opened = _decrypted(self._fernet, sealed)
        if opened is None and self._newer is not None:
            with contextlib.suppress(SettingsError, OSError):
                opened = _decrypted(self._newer()._fernet, sealed)  # noqa: SLF001 - of this class
        if opened is None:
            raise SealedValueError("sealed with another ASSISTANT_SECRET_KEY")
        return opened

    def is_newest(self, sealed: bytes) -> bool:
        """Tell whether the first key sealed a value."""
        return _decrypted(self._first, sealed) is not None


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
    """Put a new key before those of the private file; whoever calls this sees to it that nobody else does.

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
        return parse_keys(path.read_text(encoding="utf-8"))
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


def _decrypted(fernet: Fernet | MultiFernet, sealed: bytes) -> bytes | None:
    try:
        return fernet.decrypt(sealed)
    except InvalidToken:
        return None


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)
