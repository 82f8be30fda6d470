"""Keys for every purpose, derived from `SECRET_KEY`; made once and kept in a private file when it is unset."""

import base64
import os
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
    """

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = tuple(base64.urlsafe_b64decode(key.rstrip("=") + "=") for key in keys)

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key of the first secret key for a purpose."""
        return _derive(self._keys[0], purpose)

    def box(self, purpose: str) -> "SealedBox":
        """Return what seals and opens values for a purpose."""
        return SealedBox([_derive(key, purpose) for key in self._keys])


class SealedBox:
    """Seals values with the first key and opens those of every key."""

    def __init__(self, keys: list[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])

    def seal(self, value: bytes) -> bytes:
        """Encrypt and authenticate a value."""
        return self._fernet.encrypt(value)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            SealedValueError: it was changed, or sealed with an unknown key.
        """
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SealedValueError("sealed with another ASSISTANT_SECRET_KEY") from None


def load_secret_keys(settings: Settings) -> SecretKeys:
    """Take the keys of the settings, else those of the private file in the state folder, made on first use.

    Raises:
        SettingsError: the file is damaged.
    """
    if settings.secret_key:
        return SecretKeys(settings.secret_key)
    path = settings.state_dir / "secret-key"
    write_private(path, Fernet.generate_key())
    try:
        return SecretKeys(parse_keys(path.read_text(encoding="utf-8")))
    except ValueError:
        raise SettingsError(
            f"{path}: is damaged; put back the key that it held, or remove it and enter the provider's key again"
        ) from None


def add_secret_key(settings: Settings) -> None:
    """Put a new key in front of the one in the private file; that one stays behind it, older ones go.

    Raises:
        SettingsError: the file is damaged.
    """
    load_secret_keys(settings)
    path = settings.state_dir / "secret-key"
    latest, *_ = path.read_text(encoding="utf-8").strip().split(",")
    write_private(path, b",".join([Fernet.generate_key(), latest.encode()]), replace=True)


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
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)
