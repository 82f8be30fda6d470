"""What is asked rarely: is this setting any good, which models are there.

The first is a click's own call, with a short prompt: what passes here works there. For the second the vendors' official
SDKs ask, because they follow their own API; `client` holds them to the rules of our transport.
"""

from collections.abc import Mapping

from providers.base import Completion, CompletionRequest, Message, Provider, Usage
from providers.errors import CredentialsError, MalformedReplyError, SettingError, ThoughtsOnlyError
from providers.http.addresses import ForbiddenAddressError, resolve_host
from providers.http.urls import host_of, port_of
from providers.registry import ProviderOptions, ProviderSetting, connect, spare_headers_for
from providers.sdk.client import official_client

_QUESTION = CompletionRequest(
    messages=(Message(role="user", content="Answer with the one word: ready"),),
    # Few, so that a slow server of one's own is done in time.
    max_output_tokens=32,
)
_SECONDS = 10.0
_MOST_MODELS = 1000


async def check(setting: ProviderSetting, options: ProviderOptions) -> Completion:
    """Ask for one short completion with a setting, as a click does, and keep nothing.

    It takes as long as the provider does, at most the time that may pass without a byte.

    Raises:
        ProviderError: as a click's call would.
        SettingError: the base URL leads to an address that may not be used.
    """
    provider = connect(setting, options)
    try:
        await _check_address(setting, options)
        return await _asked(provider, setting)
    finally:
        await provider.aclose()


async def list_models(setting: ProviderSetting, options: ProviderOptions, seconds: float = _SECONDS) -> tuple[str, ...]:
    """Return the names of the host's models, in its order; the setting's own model plays no part.

    Args:
        setting: whose host is asked.
        options: what holds for every provider.
        seconds: for the answer, the import of the SDK not counted.

    Raises:
        ProviderError: as the provider's adapter would.
        SettingError: the base URL leads to an address that may not be used.
    """
    if setting.is_built_in:
        return (getattr(connect(setting, options), "model", setting.model),)
    spare = spare_headers_for(setting)
    try:
        return await _listed(setting, options, seconds)
    except CredentialsError:
        if spare is None:
            raise
    return await _listed(setting, options, seconds, spare)


async def _listed(
    setting: ProviderSetting, options: ProviderOptions, seconds: float, headers: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    names: list[str] = []
    async with official_client(setting, options, seconds, headers) as client:
        try:
            async for model in client.models.list():
                if isinstance(getattr(model, "id", None), str):
                    names.append(model.id)
                if len(names) == _MOST_MODELS:
                    break
        except AttributeError:
            # How the SDKs fail on an answer that is no object.
            raise MalformedReplyError(setting.provider, detail="it is no list of models") from None
    return tuple(names)


async def _check_address(setting: ProviderSetting, options: ProviderOptions) -> None:
    """Refuse what the transport would refuse as well, in the words of the setting."""
    if setting.is_built_in:
        return
    host, port = host_of(setting.base_url), port_of(setting.base_url)
    try:
        await resolve_host(host, port, allow_private=options.private_base_urls)
    except ForbiddenAddressError as error:
        raise SettingError("base_url", f"This address can't be used: {error}.") from None
    except OSError:
        return  # the call itself will tell


async def _asked(provider: Provider, setting: ProviderSetting) -> Completion:
    """Return the answer; a model that was still thinking when its few tokens were gone has shown that it works."""
    try:
        return await provider.complete(_QUESTION)
    except ThoughtsOnlyError:
        return Completion(text="…", provider=setting.provider, model=setting.model, finish="length", usage=Usage())
