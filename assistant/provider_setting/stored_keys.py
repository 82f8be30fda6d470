"""Which stored key is meant by one that came back masked: it is bound to its provider and the origin of its address."""

from collections.abc import Sequence

from msgspec import Struct

from assistant.errors import ApiKeyRequiredError
from providers.registry import ProviderSetting, origin


def is_bound(stored: ProviderSetting, target: ProviderSetting) -> bool:
    """Tell whether a stored setting's key may be shown to the server of another setting: it is the same one."""
    return (stored.provider, _origin(stored)) == (target.provider, _origin(target))


def bound_key(stored: ProviderSetting, target: ProviderSetting) -> str:
    """Return the stored key for another setting of the same provider and address.

    Raises:
        ApiKeyRequiredError: it is another provider or address.
    """
    if target.provider == "local":
        return ""
    if not is_bound(stored, target):
        raise _elsewhere()
    return stored.api_key


class StoredKeys(Struct, frozen=True, kw_only=True):
    """The stored keys that a new list of fallbacks may keep.

    Attributes:
        first: the setting of the provider in charge.
        fallbacks: those of its fallbacks.
        labels: what the new fallbacks are called.
        first_stays: whether the provider in charge remains so at its address, and needs its key itself.
    """

    first: ProviderSetting
    fallbacks: Sequence[ProviderSetting]
    labels: frozenset[str]
    first_stays: bool

    def key_for(self, target: ProviderSetting) -> str:
        """Return the key that a fallback keeps: that of its name, else that of its provider and address.

        Raises:
            ApiKeyRequiredError: none is stored for this provider and address, or several that no name tells apart.
        """
        if target.provider == "local":
            return ""
        owners = [*self.fallbacks, *(() if self.first_stays else (self.first,))]
        bound = [each for each in owners if is_bound(each, target)]
        named = [each for each in bound if each.label == target.label]
        renamed = [each for each in bound if each.label not in self.labels]
        same_server = [each for each in (*self.fallbacks, self.first) if is_bound(each, target)]
        found = named or renamed or same_server
        if not found:
            raise _elsewhere()
        if len({each.api_key for each in found}) > 1:
            raise ApiKeyRequiredError(
                "api_key",
                "several keys are stored for this address, so keep the name of the one meant, or enter it again",
            )
        return found[0].api_key


def _elsewhere() -> ApiKeyRequiredError:
    return ApiKeyRequiredError(
        "api_key",
        "this is another address than the stored key's, so enter the key again (empty where none is needed)",
    )


def _origin(setting: ProviderSetting) -> str:
    return origin(setting.base_url) if setting.base_url else ""
