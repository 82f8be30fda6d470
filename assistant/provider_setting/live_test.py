"""Trying provider settings before they are used."""

import asyncio
from collections.abc import Sequence

from msgspec import structs

from assistant.errors import InvalidRequestError, KeyRefusedError
from assistant.provider_setting.change import ProviderChange, changed, refusal
from providers.errors import CredentialsError, ProviderError, SettingError
from providers.registry import ProviderOptions, ProviderSetting, connect
from providers.sdk import inspection

_TIMEOUT = 5.0  # seconds that each question to a provider may take


class LiveTest:
    """Asks providers whether their settings work."""

    def __init__(self, options: ProviderOptions) -> None:
        self._options = options

    async def chosen(self, current: ProviderSetting, change: ProviderChange) -> ProviderSetting:
        """Return the setting that a change leads to; a host without a default model is asked for its first one.

        Raises:
            InvalidRequestError: a field can't be used.
        """
        try:
            return changed(current, change)
        except InvalidRequestError as refused:
            if refused.field != "model" or change.model:
                raise
            setting = changed(current, structs.replace(change, model="-"))
            models = await self._models(setting)
            if not models:
                raise
            return structs.replace(setting, model=models[0])

    async def run(self, settings: Sequence[ProviderSetting], *, live: bool) -> None:
        """See whether a provider and its fallbacks can work: as their settings stand, and by a short live call each.

        Raises:
            InvalidRequestError: a field can't be used.
            KeyRefusedError: a key is wrong.
            ProviderError: a call failed; the error says why, and names the fallback that it was.
        """
        for place, setting in enumerate(settings):
            where = f"fallbacks[{place - 1}]" if place else ""
            try:
                await self._try(setting, live=live)
            except SettingError as refused:
                field = f"{where}.{refused.field}" if where else refused.field
                raise refusal(SettingError(field, refused.reason)) from None
            except ProviderError as failed:
                failed.where = f"{where} ({setting.label})" if where else ""
                if isinstance(failed, CredentialsError):
                    raise KeyRefusedError(str(failed)) from None
                raise

    async def _try(self, setting: ProviderSetting, *, live: bool) -> None:
        await connect(setting, self._options).aclose()
        if live:
            await inspection.check(setting, self._options, timeout=_TIMEOUT)

    async def _models(self, setting: ProviderSetting) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(_TIMEOUT):
                return await inspection.list_models(setting, self._options)
        except (ProviderError, SettingError, TimeoutError):
            return ()
