"""The name under which an answer is stored: a keyed hash over everything that shapes the answer.

It is made in two steps. What one prompt's questions share is hashed once and kept, and each question adds its own.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct

from assistant.completion.code_version import code_version
from assistant.completion.prepared import Prepared
from assistant.live_settings.purges import PurgeCounts
from assistant.provider_setting.active import Active
from assistant.text.masking.masking import MaskingRules
from prompts.template import Prompt
from providers.asking.upstream import first_available
from providers.registry import ProviderSetting

Hash: TypeAlias = hashlib.blake2b

_SIZE = 32  # bytes
_MOST_BEGUN = 1000  # hashes of what questions share: prompts times providers, and a few of before a change
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
    """Return the hash of what questions share; without the secret no one can tell whose text a key stands for.

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
    provider = (setting.provider, setting.base_url, setting.model, setting.api, local_model, *setting.headers)
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


class Question(Struct, frozen=True, kw_only=True):
    """A request that was found to be in order, and the name of its answer.

    Attributes:
        prepared: the request.
        key: the name of the answer.
        position: whose answer it is, by the place in the provider setting.
    """

    prepared: Prepared
    key: str
    position: int = 0

    @property
    def meaning(self) -> "Meaning":
        """What it was taken to mean, without its texts."""
        prepared = self.prepared
        return Meaning(
            prompt_key=prepared.request.prompt_key,
            inbox_id=prepared.request.inbox_id,
            prompt=prepared.prompt,
            active=prepared.active,
            rules=prepared.rules,
            epochs=prepared.epochs,
            position=self.position,
            key=self.shared_key,
        )

    @property
    def shared_key(self) -> str | None:
        """The key by which it is shared with whoever asks the same; None for one that is asked afresh."""
        return None if self.prepared.request.fresh else self.key


class Meaning(Struct, frozen=True, kw_only=True):
    """What a request was taken to mean: as long as all of it is what is in use, the same request has the same answer.

    Attributes:
        prompt_key: the prompt's name in the request.
        inbox_id: where the draft belongs.
        prompt, active, rules, epochs: as in `Prepared`.
        position: as in `Question`.
        key: the name of the answer; None when it is asked afresh.
    """

    prompt_key: str
    inbox_id: int | None
    prompt: Prompt
    active: Active
    rules: MaskingRules
    epochs: PurgeCounts
    position: int
    key: str | None


class _Begun(Struct, frozen=True):
    """A hash that was begun, and what went into it: kept, so that no other object can be at its place."""

    hash: Hash
    made_of: tuple[object, ...]


class Keys:
    """Names under which answers are stored.

    Args:
        secret: of the keyed hash.
        local_model: file of the built-in model, if it is another one.
    """

    def __init__(self, secret: bytes, local_model: Path | None) -> None:
        self._secret = secret
        self._local_model = _describe_file(local_model)
        self._begun: dict[tuple[int, ...], _Begun] = {}

    def question(self, prepared: Prepared) -> Question:
        """Return a request with the key under which its answer is looked up: as the provider asked now gives it."""
        position = first_available(prepared.active.upstreams)
        return Question(prepared=prepared, key=self.of(prepared, position), position=position)

    def of(self, prepared: Prepared, position: int) -> str:
        """Return the key of a request's answer as the provider at a place of the setting gives it."""
        request = prepared.request
        selection = request.selection
        around = (selection.before, selection.after) if selection else ()
        contact = (request.opened.contact_name, request.opened.contact_language)
        said = request.around.values() if request.around else {}
        drafts = (
            prepared.draft,
            request.content if selection else "",
            around,
            request.instruction,
            request.previous,
            contact,
            said,
        )
        return end_key(
            self._shared(prepared, prepared.active.settings[position]),
            content=(*drafts, prepared.max_output_tokens),
            html=prepared.html,
            values=prepared.values,
        )

    def _shared(self, prepared: Prepared, setting: ProviderSetting) -> Hash:
        """Return the hash of what a request shares with others; it is looked up by the objects themselves."""
        made_of = (prepared.prompt, setting, prepared.active, prepared.rules, prepared.epochs)
        place = tuple(map(id, made_of))
        begun = self._begun.get(place)
        if begun is None:
            if len(self._begun) >= _MOST_BEGUN:
                self._begun.clear()
            begun = self._begun[place] = _Begun(self._begin(prepared, setting), made_of)
        return begun.hash

    def _begin(self, prepared: Prepared, setting: ProviderSetting) -> Hash:
        prompt = prepared.prompt
        epochs = prepared.epochs.of(prompt.key, setting.provider)
        return begin_key(
            self._secret,
            code=code_version(),
            prompt_version=prompt.version,
            setting=setting,
            local_model=self._local_model if setting.is_built_in else "",
            parameters=(prompt.model.temperature, prompt.guards, prepared.brief, epochs),
            masking=_described(prepared.rules),
        )


def _described(rules: MaskingRules) -> tuple[object, ...]:
    patterns = tuple((each.name, each.pattern, each.private) for each in rules.patterns)
    return (rules.enabled, sorted(rules.private), patterns)


def _describe_file(path: Path | None) -> str:
    """Tell one file from another, and from an earlier one of the same name."""
    if path is None:
        return ""
    status = path.stat()
    return f"{path.name} {status.st_size} {status.st_mtime_ns}"
