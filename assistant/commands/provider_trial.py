"""What `assistant providers test` does."""

from collections.abc import Callable

from assistant.commands.storage import stored
from assistant.database.secret_keys import load_secret_keys
from assistant.errors import SettingsError
from assistant.provider_setting.connections import LOAD_SECONDS
from assistant.provider_setting.environment import initial_setting, provider_options
from assistant.provider_setting.live_calls import LiveCalls
from assistant.provider_setting.live_test import LIVE_SECONDS
from assistant.provider_setting.saved_setting import PURPOSE, SettingStorage
from assistant.settings import Settings, Waits
from providers.advice import advise, surroundings
from providers.base import Completion
from providers.errors import ModelLoadingError, ProviderError
from providers.registry import ProviderSetting


async def try_provider(settings: Settings, tell: Callable[[str], None]) -> Completion:
    """Make one short live call with the active provider, and wait for a model that it loads first.

    Args:
        settings: the service's.
        tell: called with what is waited for.

    Raises:
        ProviderError, SettingError, SettingsError: it can't answer; the error says why.
    """
    async with stored(settings) as database:
        saved = await SettingStorage(database, load_secret_keys(settings).box(PURPOSE)).load()
    if saved is not None and not saved.readable:
        raise SettingsError(
            "ASSISTANT_SECRET_KEY: the saved provider's key was sealed with another one, or for another provider or "
            "address; enter it again"
        )
    setting = saved.settings[0] if saved else initial_setting(settings)
    calls = LiveCalls(provider_options(settings))
    try:
        return await _answer(calls, setting, min(LIVE_SECONDS, Waits(settings).rewrite), tell)
    except ProviderError as failed:
        advise(failed, setting, surroundings())
        raise
    finally:
        await calls.aclose()


async def _answer(
    calls: LiveCalls, setting: ProviderSetting, seconds: float, tell: Callable[[str], None]
) -> Completion:
    try:
        return await calls.check(setting, seconds)
    except ModelLoadingError:
        tell(f"The model is being loaded; this may take up to {LOAD_SECONDS:g} seconds.")
        return await calls.check(setting, LOAD_SECONDS)
