"""A provider setting as Libredesk's AI settings page sends it, and what its sender means.

The page knows no providers, only OpenAI-compatible addresses: it sends base URL, key and model, and an empty base URL
is OpenAI's (Libredesk 2.7: `internal/ai/ai.go` and `features/admin/ai/ProviderForm.vue` of its frontend).
"""

from msgspec import Struct

from assistant.provider_setting.change import ProviderChange, refusal
from assistant.provider_setting.stored_keys import is_mask
from messages.sentences import Sentence
from providers.endpoints import dialect_of
from providers.errors import SettingError
from providers.hosts import HOSTS, Host, host_at
from providers.http.urls import host_of
from providers.registry import ProviderSetting, base_url_of, origin

_OTHER_ADDRESSES = {"https://api.together.ai:443": "together"}
"""Addresses that the page fills in by itself where a host's row has another one."""


class PageChange(Struct, frozen=True, kw_only=True):
    """What the page sends of a provider setting; a provider comes only from programs that name one."""

    provider: str | None = None
    base_url: str | None = None
    api_key: str | None = None
    model: str | None = None

    def __repr__(self) -> str:
        """Say nothing of it: the fields may hold a key."""
        return "PageChange(…)"

    def meant_for(self, current: ProviderSetting) -> ProviderChange:
        """Return the whole change that this is, while another setting is active.

        What the page does not show stays on the same server: which provider it counts as, and its dialect. On another
        one, the provider is the host with that address, else `custom`. Fallbacks stay in any case.

        Raises:
            InvalidRequestError: the base URL is none.
        """
        try:
            return self._change(current)
        except SettingError as error:
            raise refusal(error) from None

    def keeps_fallbacks(self, _current: ProviderSetting) -> bool:
        """Return that they stay: the page does not show them, so whoever saves it means nothing by leaving them out."""
        return True

    def save_again(self, where: str) -> Sentence:
        """Return that it was not saved, as a model is being loaded first; the page can't leave out the test."""
        return Sentence("{where}The model is being loaded, so nothing was saved; save again in a moment.", where=where)

    def _change(self, current: ProviderSetting) -> ProviderChange:
        url = (self.base_url or "").strip()
        server = url or ("" if current.is_built_in else HOSTS["openai"].base_url)
        stays = _origin(server) == _origin(current.base_url)
        provider = self.provider or self._provider(url, current, stays=stays)
        return ProviderChange(
            provider=provider,
            api_key=self.api_key,
            model=self.model or "",
            base_url=None if _is_own(url, HOSTS.get(provider)) else url,
            api=current.api if stays and provider == current.provider and not _says_dialect(url) else None,
        )

    def _provider(self, url: str, current: ProviderSetting, *, stays: bool) -> str:
        if not url:
            return "local" if current.is_built_in and self._is_untouched(current) else "openai"
        if stays and current.provider in HOSTS:
            return current.provider
        hosts = {_origin(host.base_url): host.name for host in HOSTS.values() if host.base_url}
        by_domain = host_at(host_of(url))
        own = {**_OTHER_ADDRESSES, **hosts}.get(_origin(url))
        return own or ("custom" if by_domain is None or by_domain.base_url else by_domain.name)

    def _is_untouched(self, current: ProviderSetting) -> bool:
        """Tell whether the page sends back the built-in model, which has no address: no other model, and no key."""
        own_key = bool(self.api_key) and not is_mask(self.api_key or "")
        return not own_key and (self.model or current.model) == current.model


def _origin(base_url: str) -> str:
    return origin(base_url) if base_url else ""


def _says_dialect(url: str) -> bool:
    """Tell whether a whole endpoint was pasted, which says itself what is spoken there."""
    return bool(url) and dialect_of(url) is not None


def _is_own(url: str, host: Host | None) -> bool:
    """Tell whether an address is the one that a host's row has: then all of the row's defaults hold, dialect too."""
    return not url or (host is not None and base_url_of(host, url) == host.base_url)
