"""Which stored values masked headers stand for: like keys, they are bound to their provider and its address."""

from collections.abc import Mapping, Sequence

from assistant.errors import ApiKeyRequiredError
from assistant.provider_setting.stored_keys import is_mask
from providers.registry import ProviderSetting


def kept_headers(sent: Mapping[str, str] | None, stored: Sequence[ProviderSetting]) -> dict[str, str]:
    """Return the headers that a change leads to; those of a setting that does not say a word of them stay.

    Args:
        sent: what was sent; None: nothing.
        stored: the settings of the same provider and address whose headers may be meant.

    Raises:
        ApiKeyRequiredError: a value is masked, and none is stored for this address, or several are.
    """
    if sent is None:
        return dict(stored[0].headers) if len({each.headers for each in stored}) == 1 else {}
    return {name: _stored(name, stored) if is_mask(value) else value for name, value in sent.items()}


def _stored(name: str, stored: Sequence[ProviderSetting]) -> str:
    found = {value for each in stored for own, value in each.headers if own.lower() == name.lower()}
    if len(found) != 1:
        raise ApiKeyRequiredError(
            f"headers.{name[:40]}",
            "its value is not stored for this address, so enter it again"
            if not found
            else "several values are stored for this address, so enter it again",
        )
    return found.pop()
