"""Trying provider settings before they are used."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches

from msgspec import structs

from assistant.errors import InvalidRequestError, KeyRefusedError, message_of
from assistant.provider_setting.change import ProviderChange, changed, refusal
from providers.advice import advise, surroundings
from providers.endpoints import alternatives
from providers.errors import CredentialsError, ProviderError, SettingError, UnavailableError
from providers.hosts import HOSTS
from providers.registry import ProviderOptions, ProviderSetting, connect
from providers.sdk import inspection

_TIMEOUT = 5.0  # seconds that each question to a provider may take
_MOST_NAMED = 5  # models that a sentence lists
_LONGEST_NAME = 80


class LiveTest:
    """Asks providers whether their settings work."""

    def __init__(self, options: ProviderOptions) -> None:
        self._options = options

    async def chosen(self, current: ProviderSetting, change: ProviderChange) -> ProviderSetting:
        """Return the setting that a change leads to; a host without a default model is asked for its first one.

        Raises:
            InvalidRequestError: a field can't be used; where it is the model, why the host names none.
        """
        try:
            return changed(current, change)
        except InvalidRequestError as refused:
            if refused.field != "model" or change.model:
                raise
            setting = changed(current, structs.replace(change, model="-"))
            try:
                models = await self._models(setting)
            except ProviderError as failed:
                advise(failed, setting, surroundings())
                raise InvalidRequestError("model", f"{refused.reason} {message_of(failed)}") from None
            if not models:
                raise
            return structs.replace(setting, model=models[0])

    async def run(
        self, settings: Sequence[ProviderSetting], typed: Sequence[str | None], *, live: bool
    ) -> tuple[ProviderSetting, ...]:
        """See whether a provider and its fallbacks can work: as their settings stand, and by a short live call each.

        Args:
            settings: the provider's, and those of its fallbacks.
            typed: the base URL that each was made from. Where that leaves open which one is meant, the one that answers
                is.
            live: whether to make the calls.

        Returns:
            The settings as they work.

        Raises:
            InvalidRequestError: a field can't be used.
            KeyRefusedError: a key is wrong.
            ProviderError: a call failed; the error says why, and names the fallback that it was.
        """
        tried = []
        for place, (setting, base_url) in enumerate(zip(settings, typed, strict=True)):
            where = f"fallbacks[{place - 1}]" if place else ""
            try:
                tried.append(await self._try(setting, base_url, live=live))
            except SettingError as refused:
                field = f"{where}.{refused.field}" if where else refused.field
                raise refusal(SettingError(field, refused.reason)) from None
            except ProviderError as failed:
                failed.where = f"{where} ({setting.label})" if where else ""
                raise _told(failed) from None
        return tuple(tried)

    async def _try(self, setting: ProviderSetting, typed: str | None, *, live: bool) -> ProviderSetting:
        await connect(setting, self._options).aclose()
        if not live:
            return setting
        try:
            await inspection.check(setting, self._options, timeout=_TIMEOUT)
        except ProviderError as failed:
            others = alternatives(HOSTS[setting.provider], typed, setting.api) if typed and _misses(failed) else ()
            found = await self._found([structs.replace(setting, base_url=other) for other in others])
            if found is not None:
                return found
            await self._advise(failed, setting, others)
            raise
        return setting

    async def _found(self, candidates: Sequence[ProviderSetting]) -> ProviderSetting | None:
        """Return the first of several settings that works; None when there is nothing at any of their addresses.

        All of them together have the time of one, as whoever saves waits.

        Raises:
            ProviderError: there is something at one of them, which refuses the key or the model.
        """
        until = asyncio.get_running_loop().time() + _TIMEOUT
        for candidate in candidates:
            try:
                left = until - asyncio.get_running_loop().time()
                await inspection.check(candidate, self._options, timeout=max(left, 0.0))
            except ProviderError as failed:
                if not _misses(failed) and not isinstance(failed, UnavailableError):
                    await self._advise(failed, candidate)
                    raise
            else:
                return candidate
        return None

    async def _advise(self, failed: ProviderError, setting: ProviderSetting, others: Sequence[str] = ()) -> None:
        """Have an error say why, where else was looked, and which models there are."""
        advise(failed, setting, surroundings())
        if others:
            failed.detail += f", nor for {', '.join(others)}"
        if failed.cause is not None and failed.cause.kind == "model":
            with suppress(ProviderError):
                names = _close(setting.model, await self._models(setting))
                failed.remedy = f"Enter one that it has as model: {', '.join(names)}." if names else failed.remedy

    async def _models(self, setting: ProviderSetting) -> tuple[str, ...]:
        """Return the names of a host's models; none where it has no list of them, or one that can't be read.

        Raises:
            ProviderError: it can't be reached, or refuses the key.
        """
        try:
            async with asyncio.timeout(_TIMEOUT):
                return await inspection.list_models(setting, self._options)
        except (SettingError, TimeoutError):
            return ()
        except ProviderError as failed:
            unreachable = failed.cause is not None and failed.cause.kind not in {"path", "model"}
            if unreachable or isinstance(failed, CredentialsError):
                raise
            return ()


def _misses(failed: ProviderError) -> bool:
    """Tell whether there is nothing at the address that was asked."""
    return failed.cause is not None and failed.cause.kind == "path"


def _told(failed: ProviderError) -> Exception:
    """Return the error that an administrator gets: a refused key of a setting is a field of theirs to mend."""
    if not isinstance(failed, CredentialsError):
        return failed
    refused = KeyRefusedError(str(failed))
    refused.remedy = failed.remedy
    return refused


def _close(name: str, names: Sequence[str]) -> list[str]:
    """Return the names that are most like another one, as far as they can be shown."""
    shown = [each for each in names if each.isprintable() and len(each) <= _LONGEST_NAME]
    return get_close_matches(name, shown, _MOST_NAMED, cutoff=0)
