"""Encrypting everything again with the first secret key, so that older ones can go.

What lasts is sealed in three places: the saved provider setting, prompts' samples, and what is said to the copilot.
Cached answers are sealed too; they are not rewritten, as those of an older key are made again when they are asked for.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.authoring.samples import PURPOSE as SAMPLES
from assistant.authoring.samples import reseal
from assistant.commands.storage import stored
from assistant.database.audit_log import COMMAND_LINE, AuditLog
from assistant.database.database import Database
from assistant.database.secret_keys import SealedValueError, add_secret_key, load_secret_keys, secret_key_file
from assistant.database.tables import ProviderSettingRow
from assistant.drafting.chats import PURPOSE as CHATS
from assistant.drafting.chats import reseal as reseal_chats
from assistant.errors import SettingsError
from assistant.provider_setting.saved_setting import PURPOSE, ROW, SEALED, place_of
from assistant.settings import Settings


class Rotation(Struct, frozen=True, kw_only=True):
    """What a rotation did.

    Attributes:
        values: how many sealed values are stored.
        rewritten: how many of them the first key had not sealed before, or an earlier version, for no place.
        made_in: the file that got a new first key; None where the keys are a setting.
    """

    values: int
    rewritten: int
    made_in: Path | None


async def rotate_stored(settings: Settings) -> Rotation:
    """Open what is stored, and rotate its keys; see `rotate_keys`."""
    async with stored(settings) as database:
        return await rotate_keys(database, settings)


async def rotate_keys(database: Database, settings: Settings) -> Rotation:
    """Rewrite all sealed values with the first key, and say so in the audit log: all of it, or nothing.

    Where the service made its key itself, a new one is made and put first; the old one stays in the file, as a service
    that runs still seals with it. All happens while no one else can write, so of two rotations one comes after the
    other.

    Raises:
        SettingsError: a value can't be opened with any key, or the file is damaged.
        DatabaseUnavailableError: the database does not answer.
    """
    made_in = None if settings.secret_key else secret_key_file(settings)
    async with database.writing(ProviderSettingRow) as session:
        row = await session.get(ProviderSettingRow, ROW)
        seal_samples = await _opened_samples(session, settings)
        seal_chats = await _opened_chats(session, settings)
        opened = _opened(row, settings)  # before a key is made that would not help
        if made_in is not None:
            add_secret_key(settings)
        renewed = 0 if row is None else _renew(row, opened, settings)
        texts = [seal() for seal in (seal_samples, seal_chats)]
        done = Rotation(
            values=len(opened) + sum(number for number, _ in texts),
            rewritten=renewed + sum(resealed for _, resealed in texts),
            made_in=made_in,
        )
        after = {"values": done.values, "rewritten": done.rewritten, "made_key": made_in is not None}
        AuditLog(database).record(session, COMMAND_LINE, "keys.rotated", "secret key", before=None, after=after)
    return done


async def _opened_samples(session: AsyncSession, settings: Settings) -> Callable[[], tuple[int, int]]:
    try:
        return await reseal(session, lambda: load_secret_keys(settings).box(SAMPLES))
    except SealedValueError as error:
        raise SettingsError(
            f"{_where(settings)}: {error} was sealed with a key that is not there; add that one after the first and "
            "run this again, or delete the sample"
        ) from None


async def _opened_chats(session: AsyncSession, settings: Settings) -> Callable[[], tuple[int, int]]:
    try:
        return await reseal_chats(session, lambda: load_secret_keys(settings).box(CHATS))
    except SealedValueError as error:
        raise SettingsError(
            f"{_where(settings)}: {error} was sealed with a key that is not there; add that one after the first and "
            "run this again, or let the agent clear their talk about that conversation"
        ) from None


def _opened(row: ProviderSettingRow | None, settings: Settings) -> dict[str, bytes]:
    box = load_secret_keys(settings).box(PURPOSE)
    if row is None:
        return {}
    sealed = {name: getattr(row, name) for name in SEALED if getattr(row, name)}
    try:
        return {name: box.open(value, *place_of(row, name), unbound=True) for name, value in sealed.items()}
    except SealedValueError:
        raise SettingsError(
            f"{_where(settings)}: the saved provider's key was sealed with a key that is not there, or for another "
            "provider or address; add that one after the first and run this again, or enter the provider's key again "
            "in the AI settings"
        ) from None


def _renew(row: ProviderSettingRow, opened: Mapping[str, bytes], settings: Settings) -> int:
    """Seal with the first key what it had not sealed for its place, and return how many values those were."""
    box = load_secret_keys(settings).box(PURPOSE)
    old = [name for name in opened if not box.is_newest(getattr(row, name), *place_of(row, name))]
    for name in old:
        setattr(row, name, box.seal(opened[name], *place_of(row, name)))
    return len(old)


def _where(settings: Settings) -> str:
    return "ASSISTANT_SECRET_KEY" if settings.secret_key else str(secret_key_file(settings))
