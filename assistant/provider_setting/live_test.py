"""Trying provider settings before they are used."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from difflib import get_close_matches

from msgspec import Struct, structs

from assistant.errors import InvalidRequestError, KeyRefusedError, NotLoadedError, message_of
from assistant.provider_setting.change import ProviderChange, changed, refusal
from assistant.provider_setting.connections import LOAD_SECONDS
from assistant.provider_setting.live_calls import LiveCalls
from messages.sentences import Sentence
from providers.advice import advise, surroundings
from providers.endpoints import alternatives
from providers.errors import CredentialsError, ModelLoadingError, ProviderError, SettingError, UnavailableError
from providers.hosts import HOSTS
from providers.registry import ProviderOptions, ProviderSetting, connect
from providers.sdk import inspection

LIVE_SECONDS = 5.0
"""Seconds that each question to a provider may take, where clicks have as many."""
_MOST_NAMED = 5  # models that a sentence lists
_LONGEST_NAME = 80


class Tried(Struct, frozen=True, kw_only=True):
    """A setting that works, and how its live call went.

    Attributes:
        setting: as it works.
        text: what the model said; empty where no call was made.
        milliseconds: until the whole answer was there.
    """

    setting: ProviderSetting
    text: str = ""
    milliseconds: float = 0.0


def test_again(where: str) -> Sentence:
    """Return that a test came too early, as the model `where` is being loaded first."""
    return Sentence("{where}The model is being loaded; test again in a moment.", where=where)


class LiveTest:
    """Asks providers whether their settings work.

    Args:
        options: how providers are reached.
        seconds: that each question may take.
    """

    def __init__(self, options: ProviderOptions, *, seconds: float = LIVE_SECONDS) -> None:
        self._options = options
        self._seconds = seconds
        self._calls = LiveCalls(options)

    async def aclose(self) -> None:
        """End the calls that go on."""
        await self._calls.aclose()

    async def chosen(self, current: Sequence[ProviderSetting], change: ProviderChange) -> ProviderSetting:
        """Return the setting that a change leads to; a host without a default model is asked for its first one.

        Raises:
            InvalidRequestError: a field can't be used; where it is the model, why the host names none.
        """
        try:
            return changed(current[0], change, current[1:])
        except InvalidRequestError as refused:
            if refused.field != "model" or change.model:
                raise
            setting = changed(current[0], structs.replace(change, model="-"), current[1:])
            try:
                models = await self._models(setting)
            except ProviderError as failed:
                advise(failed, setting, surroundings())
                raise InvalidRequestError("model", f"{refused.reason} {message_of(failed)}") from None
            if not models:
                raise
            return structs.replace(setting, model=models[0])

    async def run(
        self,
        settings: Sequence[ProviderSetting],
        typed: Sequence[str | None],
        *,
        live: bool,
        again: Callable[[str], Sentence] = test_again,
    ) -> tuple[Tried, ...]:
        """See whether a provider and its fallbacks can work: as their settings stand, and by a short live call each.

        Args:
            settings: the provider's, and those of its fallbacks.
            typed: the base URL that each was made from. Where that leaves open which one is meant, the one that answers
                is.
            live: whether to make the calls.
            again: says what to do where a model is being loaded first.

        Returns:
            The settings as they work, and what came of the calls.

        Raises:
            InvalidRequestError: a field can't be used.
            KeyRefusedError: a key is wrong.
            NotLoadedError: a model is being loaded first, which goes on; the same settings can be tried again.
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
                raise self._told(failed, again) from None
        self._calls.forget(each.setting for each in tried)
        return tuple(tried)

    async def models(self, setting: ProviderSetting) -> tuple[str, ...]:
        """Return the names of a host's models; none where it has no list of them, or gives none."""
        try:
            return await self._models(setting)
        except ProviderError:
            return ()

    async def _try(self, setting: ProviderSetting, typed: str | None, *, live: bool) -> Tried:
        await connect(setting, self._options).aclose()
        if not live:
            return Tried(setting=setting)
        try:
            return await self._asked(setting, self._seconds)
        except ProviderError as failed:
            others = alternatives(HOSTS[setting.provider], typed, setting.api) if typed and _misses(failed) else ()
            found = await self._found([structs.replace(setting, base_url=other) for other in others])
            if found is not None:
                return found
            await self._advise(failed, setting, others)
            raise

    async def _asked(self, setting: ProviderSetting, seconds: float) -> Tried:
        started = time.perf_counter()
        answer = await self._calls.check(setting, seconds)
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        return Tried(setting=setting, text=answer.text, milliseconds=milliseconds)

    async def _found(self, candidates: Sequence[ProviderSetting]) -> Tried | None:
        """Return the first of several settings that works; None when there is nothing at any of their addresses.

        All of them together have the time of one, as whoever saves waits.

        Raises:
            ProviderError: there is something at one of them, which refuses the key or the model, or loads the model.
        """
        until = asyncio.get_running_loop().time() + self._seconds
        for candidate in candidates:
            try:
                left = until - asyncio.get_running_loop().time()
                return await self._asked(candidate, max(left, 0.0))
            except ProviderError as failed:
                if not _misses(failed) and not isinstance(failed, UnavailableError):
                    await self._advise(failed, candidate)
                    raise
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
            ProviderError: it can't be reached, refuses the key, or says that it is loading.
        """
        try:
            return await inspection.list_models(setting, self._options, self._seconds)
        except SettingError:
            return ()
        except ProviderError as failed:
            unreachable = failed.cause is not None and failed.cause.kind not in {"path", "model"}
            if unreachable or isinstance(failed, CredentialsError | ModelLoadingError):
                raise
            return ()

    def _told(self, failed: ProviderError, again: Callable[[str], Sentence]) -> Exception:
        """Return the error that an administrator gets: a refused key of a setting is a field of theirs to mend."""
        if isinstance(failed, ModelLoadingError):
            early = NotLoadedError(again(f"{failed.where}: " if failed.where else ""), retry_after=failed.retry_after)
            early.remedy = Sentence(
                "A test waits for {seconds} seconds, and a model may load for up to {load} seconds.",
                seconds=f"{self._seconds:g}",
                load=f"{LOAD_SECONDS:g}",
            )
            return early
        if not isinstance(failed, CredentialsError):
            return failed
        refused = KeyRefusedError(str(failed))
        refused.remedy = failed.remedy
        return refused


def _misses(failed: ProviderError) -> bool:
    """Tell whether there is nothing at the address that was asked."""
    return failed.cause is not None and failed.cause.kind == "path"


def _close(name: str, names: Sequence[str]) -> list[str]:
    """Return the names that are most like another one, as far as they can be shown."""
    shown = [each for each in names if each.isprintable() and len(each) <= _LONGEST_NAME]
    return get_close_matches(name, shown, _MOST_NAMED, cutoff=0)
