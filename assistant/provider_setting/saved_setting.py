"""The saved provider setting: one row, its keys sealed.

The provider's key and headers are bound to who gets them: in a row whose provider or address was changed by hand, they
do not open.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.database.secret_keys import SealedBox, SealedValueError
from assistant.database.tables import ProviderSettingRow
from assistant.errors import StaleEditError
from providers.dialects import Dialect
from providers.http.headers import Headers
from providers.registry import ProviderSetting

PURPOSE = "provider-keys"
"""What provider keys are sealed for."""
ROW = 1
"""The one row that there is."""
KEY, FALLBACKS, HEADERS = SEALED = ("sealed_api_key", "sealed_fallbacks", "sealed_headers")
"""The columns that are sealed."""
_decode = msgspec.json.Decoder(tuple[ProviderSetting, ...]).decode
_decode_headers = msgspec.json.Decoder(Headers).decode


class SavedSetting(Struct, frozen=True, kw_only=True):
    """Saved settings, the provider's and those of its fallbacks, and which change it was.

    `readable` is false when the keys can't be opened any more.
    """

    settings: tuple[ProviderSetting, ...]
    revision: int
    readable: bool = True


class SettingStorage:
    """Reads and writes the saved provider setting.

    Args:
        database: where it is kept.
        box: seals the API key.
    """

    def __init__(self, database: Database, box: SealedBox) -> None:
        self._database = database
        self._box = box

    async def revision(self) -> int:
        """Return which change is the latest; 0 before the first."""
        async with self._database.reading() as session:
            return await session.scalar(select(ProviderSettingRow.revision).where(ProviderSettingRow.id == ROW)) or 0

    async def load(self) -> SavedSetting | None:
        """Return the saved setting, or nothing before the first change."""
        async with self._database.reading() as session:
            row = await session.get(ProviderSettingRow, ROW)
        return None if row is None else self._opened(row)

    async def save(
        self,
        settings: tuple[ProviderSetting, ...],
        *,
        based_on: int,
        record: Callable[[AsyncSession], None] | None = None,
    ) -> SavedSetting:
        """Replace the saved setting.

        Args:
            settings: the new ones.
            based_on: the revision that it was made from; 0 before the first.
            record: writes the change down for the audit log, in the same transaction.

        Raises:
            StaleEditError: the saved one is of another revision by now.
        """
        async with self._database.writing(ProviderSettingRow) as session:
            row = await session.get(ProviderSettingRow, ROW)
            latest = 0 if row is None else row.revision
            if latest != based_on:
                raise StaleEditError("Someone else has changed the provider. Look at it and try again.")
            saved = self._sealed(settings, latest + 1)
            await session.merge(saved)
            if record is not None:
                record(session)
        return SavedSetting(settings=settings, revision=saved.revision)

    def _sealed(self, settings: tuple[ProviderSetting, ...], revision: int) -> ProviderSettingRow:
        setting, *rest = settings
        row = ProviderSettingRow(
            id=ROW,
            revision=revision,
            provider=setting.provider,
            model=setting.model,
            base_url=setting.base_url,
            api=setting.api,
            updated_at=datetime.now(UTC),
        )
        row.sealed_api_key = self._box.seal(setting.api_key.encode(), *place_of(row, KEY))
        row.sealed_fallbacks = self._box.seal(msgspec.json.encode(rest), *place_of(row, FALLBACKS)) if rest else None
        headers = setting.headers
        row.sealed_headers = self._box.seal(msgspec.json.encode(headers), *place_of(row, HEADERS)) if headers else None
        return row

    def _opened(self, row: ProviderSettingRow) -> SavedSetting:
        try:
            api_key, readable = self._open(row, KEY).decode(), True
            rest = _decode(self._open(row, FALLBACKS)) if row.sealed_fallbacks else ()
            headers = _decode_headers(self._open(row, HEADERS)) if row.sealed_headers else ()
        except SealedValueError:
            api_key, rest, headers, readable = "", (), (), False
        setting = ProviderSetting(
            provider=row.provider,
            api_key=api_key,
            model=row.model,
            base_url=row.base_url,
            api=cast("Dialect", row.api),  # only a dialect is ever written
            headers=headers,
        )
        return SavedSetting(settings=(setting, *rest), revision=row.revision, readable=readable)

    def _open(self, row: ProviderSettingRow, column: str) -> bytes:
        return self._box.open(getattr(row, column), *place_of(row, column), unbound=True)


def place_of(row: ProviderSettingRow, column: str) -> tuple[str | int, ...]:
    """Return what a sealed column is bound to."""
    return (column, ROW) if column == FALLBACKS else (column, ROW, row.provider, row.base_url)
