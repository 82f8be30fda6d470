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
    parameters: tuple[object, ...],
    content: str,
    html: bool,
    values: Mapping[str, object],
) -> str:
    """Return the key in hexadecimal; without the secret nobody can tell whose text it stands for.

    The prompt's version covers its template with all that it includes, so the rendered text need not be hashed.
    """
    provider = (setting.provider, setting.base_url, setting.model, setting.api)
    parts = (prompt_version, provider, parameters, html, sorted(values.items()), content)
    return hmac.new(secret, _encode(parts), hashlib.sha256).hexdigest()
