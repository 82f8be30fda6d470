"""The name under which an answer is stored: a keyed hash over everything that shapes the answer."""

import hashlib
import hmac
from collections.abc import Mapping

import msgspec

from providers.registry import ProviderSetting

_encode = msgspec.msgpack.Encoder().encode


def completion_key(
    secret: bytes,
    *,
    prompt_version: str,
    setting: ProviderSetting,
    local_model: str,
    parameters: tuple[object, ...],
    content: tuple[object, ...],
    html: bool,
    values: Mapping[str, object],
    masking: tuple[object, ...],
) -> str:
    """Return the key in hexadecimal; without the secret nobody can tell whose text it stands for.

    The prompt's version covers its template with all that it includes, so the rendered text need not be hashed.

    Args:
        secret: of the keyed hash.
        prompt_version: of the prompt.
        setting: the provider asked.
        local_model: which file the built-in model is, when that is asked.
        parameters: what else the provider is told.
        content: the draft, and all else that the request brings.
        html: whether it is HTML.
        values: of the prompt's variables.
        masking: what is hidden from the provider.
    """
    provider = (setting.provider, setting.base_url, setting.model, setting.api, local_model)
    parts = (prompt_version, provider, parameters, html, sorted(values.items()), content, masking)
    return hmac.new(secret, _encode(parts), hashlib.sha256).hexdigest()
