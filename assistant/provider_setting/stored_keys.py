"""Which stored key a masked one stands for: a key is bound to its provider and the origin of its address."""

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
    if target.is_built_in:
        return ""
    if not is_bound(stored, target):
        raise _elsewhere()
    return stored.api_key


def is_mask(secret: str) -> bool:
    """Tell whether a key, or a header's value, is what stands in for the stored one."""
    return secret != "" and set(secret.strip()) <= {"•", "*"}


class StoredKeys(Struct, frozen=True, kw_only=True):
    """The stored keys that a new list of fallbacks may keep.

    Attributes:
        active: the setting of the active provider.
        fallbacks: those of its fallbacks.
        labels: what the new fallbacks are called.
        active_stays: whether the active provider stays so at its address, and needs its key itself.
    """

    active: ProviderSetting
    fallbacks: Sequence[ProviderSetting]
    labels: frozenset[str]
    active_stays: bool

    def key_for(self, target: ProviderSetting) -> str:
        """Return the key that a fallback keeps.

        Raises:
            ApiKeyRequiredError: none is stored for this provider and address, or several that no name tells apart.
        """
        if target.is_built_in:
            return ""
        keys = {each.api_key for each in self.meant_by(target)}
        if not keys:
            raise _elsewhere()
        if len(keys) > 1:
            raise ApiKeyRequiredError(
                "api_key",
                "several keys are stored for this address, so keep the name of the one meant, or enter it again",
            )
        return keys.pop()

    def meant_by(self, target: ProviderSetting) -> list[ProviderSetting]:
        """Return the stored settings of the same server whose key may be meant; several where nothing tells.

        The one of the same name is. Else it was renamed, and is one whose name is gone. Else it is new beside others of
        its server, and shares their key.
        """
        all_bound = [each for each in (*self.fallbacks, self.active) if is_bound(each, target)]
        free = [each for each in all_bound if not (self.active_stays and each is self.active)]
        same_name = [each for each in free if each.label == target.label]
        if same_name:
            return same_name
        renamed = [each for each in free if each.label not in self.labels]
        return renamed or all_bound


def _elsewhere() -> ApiKeyRequiredError:
    return ApiKeyRequiredError(
        "api_key", "this is another address than the stored key's, so enter the key again (empty where none is needed)"
    )


def _origin(setting: ProviderSetting) -> str:
    return origin(setting.base_url) if setting.base_url else ""
