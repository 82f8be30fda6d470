"""What the audit log keeps of a switch: the settings, how their keys changed, and the names of their headers."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from assistant.provider_setting.stored_keys import is_bound
from providers.registry import ProviderSetting

KeyChange: TypeAlias = Literal["none", "set", "kept", "changed", "removed"]


def shown_before(settings: Sequence[ProviderSetting]) -> list[dict[str, Any]]:
    """Return the settings that were used; `key` is `set` or `none`."""
    return [_shown(each, "set" if each.api_key else "none") for each in settings]


def shown_after(settings: Sequence[ProviderSetting], before: Sequence[ProviderSetting]) -> list[dict[str, Any]]:
    """Return the settings used now; `key` says how it came from those before.

    It is `kept`, `changed` or `removed` where this provider had one at this address under this name; `kept` also where
    another name had the same one there; else `set` or `none`.
    """
    return [_shown(each, _key_change(each, before, first=place == 0)) for place, each in enumerate(settings)]


def _key_change(setting: ProviderSetting, before: Sequence[ProviderSetting], *, first: bool) -> KeyChange:
    bound = [each for each in before if is_bound(each, setting) and each.api_key]
    own = [each for each in bound if (each is before[0]) == first and each.label == setting.label]
    if not setting.api_key:
        return "removed" if own else "none"
    if setting.api_key in [each.api_key for each in own or bound]:
        return "kept"
    return "changed" if own else "set"


def _shown(setting: ProviderSetting, key: KeyChange) -> dict[str, Any]:
    return {
        "name": setting.label,
        "provider": setting.provider,
        "model": setting.model,
        "base_url": setting.base_url,
        "api": setting.api,
        "key": key,
        "headers": [name for name, _ in setting.headers],
    }
