"""Sealing all that is stored anew with the first secret key, so that older ones can go.

What lasts is sealed in two places, the saved provider setting and prompts' samples. Cached answers are sealed too; they
are not rewritten, as those of an older key are made again when they are asked for.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.store import prompt_samples
from assistant.store.audit import COMMAND_LINE, AuditLog
from assistant.store.database import Database
from assistant.store.provider_settings import PURPOSE, ROW
from assistant.store.secret_keys import SealedValueError, add_secret_key, load_secret_keys, secret_key_file
from assistant.store.tables import ProviderSettingRow

_SEALED = ("sealed_api_key", "sealed_fallbacks")


class Rotation(Struct, frozen=True, kw_only=True):
    """What a rotation did.

    Attributes:
        values: how many sealed values are stored.
        rewritten: how many of them the first key had not sealed before.
        made_in: the file that got a new first key; None where the keys are a setting.
    """

    values: int
    rewritten: int
    made_in: Path | None


async def rotate_keys(database: Database, settings: Settings) -> Rotation:
    """Rewrite all sealed values with the first key, and say so in the audit log: all of it, or nothing.

    Where the service made its key itself, a new one is made and put first; the old one stays in the file, as a service
    that runs still seals with it. All happens while nobody else can write, so of two rotations one comes after the
    other.

    Raises:
        SettingsError: a value can't be opened with any key, or the file is damaged.
        DatabaseUnavailableError: the database does not answer.
    """
    made_in = None if settings.secret_key else secret_key_file(settings)
    async with database.writing(ProviderSettingRow) as session:
        row = await session.get(ProviderSettingRow, ROW)
        sealed = {} if row is None else {name: getattr(row, name) for name in _SEALED if getattr(row, name)}
        seal_samples = await _opened_samples(session, settings)
        opened = _opened(sealed, settings)  # before a key is made that would not help
        if made_in is not None:
            add_secret_key(settings)
        renewed = _renewed(opened, sealed, settings)
        for name, value in renewed.items():
            setattr(row, name, value)
        samples, resealed = seal_samples()
        done = Rotation(values=len(sealed) + samples, rewritten=len(renewed) + resealed, made_in=made_in)
        after = {"values": done.values, "rewritten": done.rewritten, "made_key": made_in is not None}
        AuditLog(database).record_within(session, COMMAND_LINE, "keys.rotated", "secret key", before=None, after=after)
    return done


async def _opened_samples(session: AsyncSession, settings: Settings) -> Callable[[], tuple[int, int]]:
    try:
        return await prompt_samples.seal_anew(session, lambda: load_secret_keys(settings).box(prompt_samples.PURPOSE))
    except SealedValueError as error:
        raise SettingsError(
            f"{_where(settings)}: {error} was sealed with a key that is not there; add that one after the first and "
            "run this again, or delete the sample"
        ) from None


def _opened(sealed: Mapping[str, bytes], settings: Settings) -> dict[str, bytes]:
    box = load_secret_keys(settings).box(PURPOSE)
    try:
        return {name: box.open(value) for name, value in sealed.items()}
    except SealedValueError:
        raise SettingsError(
            f"{_where(settings)}: the saved provider's key was sealed with a key that is not there; add that one after "
            "the first and run this again, or enter the provider's key anew in the AI settings"
        ) from None


def _renewed(opened: Mapping[str, bytes], sealed: Mapping[str, bytes], settings: Settings) -> dict[str, bytes]:
    """Return the values that the first key had not sealed, sealed with it."""
    box = load_secret_keys(settings).box(PURPOSE)
    return {name: box.seal(value) for name, value in opened.items() if not box.is_newest(sealed[name])}


def _where(settings: Settings) -> str:
    return "ASSISTANT_SECRET_KEY" if settings.secret_key else str(secret_key_file(settings))
