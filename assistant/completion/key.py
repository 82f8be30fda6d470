"""The name under which an answer is stored: a keyed hash over everything that shapes the answer.

It is made in two steps. What one prompt's questions share is hashed once and kept, and each question adds its own.
"""

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from providers.registry import ProviderSetting

Hash: TypeAlias = hashlib.blake2b

_SIZE = 32  # bytes
_encode = msgspec.msgpack.Encoder().encode


def begin_key(
    secret: bytes,
    *,
    code: str,
    prompt_version: str,
    setting: ProviderSetting,
    local_model: str,
    parameters: tuple[object, ...],
    masking: tuple[object, ...],
) -> Hash:
    """Return the hash of what questions share; without the secret nobody can tell whose text a key stands for.

    The prompt's version covers its template with all that it includes, so the rendered text need not be hashed.

    Args:
        secret: of the keyed hash, at most 64 bytes.
        code: version of the code that shapes answers.
        prompt_version: of the prompt.
        setting: the provider asked.
        local_model: which file the built-in model is, when that is asked.
        parameters: what else the provider is told.
        masking: what is hidden from the provider.
    """
    provider = (setting.provider, setting.base_url, setting.model, setting.api, local_model)
    return hashlib.blake2b(
        _encode((code, prompt_version, provider, parameters, masking)), key=secret, digest_size=_SIZE
    )


def end_key(begun: Hash, *, content: tuple[object, ...], html: bool, values: Mapping[str, object]) -> str:
    """Return the key of one question, in hexadecimal; what was begun stays as it is.

    Args:
        begun: what it shares with others.
        content: the draft, and all else that the request brings.
        html: whether it is HTML.
        values: of the prompt's variables.
    """
    whole = begun.copy()
    whole.update(_encode((content, html, sorted(values.items()))))
    return whole.hexdigest()
