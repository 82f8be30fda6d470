"""What the environment says of providers: which one is used until an administrator saves another, and how."""

from assistant.errors import SettingsError
from assistant.provider_setting.connections import LOAD_SECONDS
from assistant.settings import Settings, Waits
from providers.errors import SettingError
from providers.hosts import HOSTS
from providers.registry import ProviderOptions, ProviderSetting, resolve


def initial_setting(settings: Settings) -> ProviderSetting:
    """Return the provider that the environment asks for; the built-in model when it asks for none.

    Raises:
        SettingsError: the variables name something that can't work.
    """
    provider = settings.provider or _provider_of_keys(settings)
    if provider not in HOSTS:
        raise SettingsError(f"ASSISTANT_PROVIDER: there is no such provider; known are {', '.join(HOSTS)}")
    foreign = {"openai": settings.openai_api_key, "anthropic": settings.anthropic_api_key}
    key = settings.api_key or foreign.get(provider) or ""
    try:
        return resolve(provider, api_key=key, model=settings.model, base_url=settings.base_url, api=settings.api)
    except SettingError as error:
        foreign_key = error.field == "api_key" and key and not settings.api_key
        name = f"{provider.upper()}_API_KEY" if foreign_key else f"ASSISTANT_{error.field.upper()}"
        raise SettingsError(f"{name}: {error.reason}") from None


def provider_options(settings: Settings) -> ProviderOptions:
    """Return how providers are reached."""
    return ProviderOptions(
        private_base_urls=settings.private_base_urls == "allow",
        state_dir=settings.state_dir,
        local_model=settings.local_model,
        read_timeout=max(Waits(settings).longest, LOAD_SECONDS),
        trust=settings.trust,
        proxies=settings.proxies,
    )


def _provider_of_keys(settings: Settings) -> str:
    """Guess the provider from what is set: an address of one's own, else a well-known key, else the built-in model."""
    if settings.base_url:
        return "custom"
    if settings.openai_api_key:
        return "openai"
    return "anthropic" if settings.anthropic_api_key else "local"
