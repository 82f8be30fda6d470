"""What `assistant providers test` does."""

from assistant.commands.storage import stored
from assistant.database.secret_keys import load_secret_keys
from assistant.errors import SettingsError
from assistant.provider_setting.environment import initial_setting, provider_options
from assistant.provider_setting.saved_setting import PURPOSE, SettingStorage
from assistant.settings import Settings
from providers.advice import advise, surroundings
from providers.base import Completion
from providers.errors import ProviderError
from providers.sdk import inspection


async def try_provider(settings: Settings) -> Completion:
    """Make one short live call with the active provider.

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
    try:
        return await inspection.check(setting, provider_options(settings))
    except ProviderError as failed:
        advise(failed, setting, surroundings())
        raise
