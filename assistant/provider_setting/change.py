"""What a change of the provider setting means: whole settings, kept keys, and keys that must not follow."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct, structs

from assistant.errors import InvalidRequestError, ProviderKeyError
from assistant.provider_setting.stored_headers import kept_headers
from assistant.provider_setting.stored_keys import StoredKeys, bound_key, is_bound, is_mask
from messages.sentences import Sentence
from providers.dialects import Dialect
from providers.errors import SettingError
from providers.hosts import HOSTS
from providers.registry import ProviderSetting, resolve

MASK = "•" * 8
"""What stands in for a key wherever one is shown."""

_MOST_FALLBACKS = 5
_LONGEST = {"provider": 100, "api_key": 2000, "model": 200, "base_url": 2000}  # as the table has room for
_LONGEST_NAME = 100


class Fallback(Struct, frozen=True, kw_only=True):
    """A provider that is asked when those before it don't answer; what is omitted is None.

    `name` tells it from the others, and is the provider's own unless one provider is there more than once.
    """

    provider: str
    name: str | None = None
    api_key: str | None = None
    model: str | None = None
    base_url: str | None = None
    api: Dialect | None = None
    headers: dict[str, str] | None = None

    def __repr__(self) -> str:
        """Name the provider only: the rest may hold a key."""
        return f"Fallback(provider={self.provider!r}, …)"

    @property
    def label(self) -> str:
        """What it is called."""
        return (self.name or "").strip() or self.provider


class ProviderChange(Struct, frozen=True, kw_only=True):
    """A new provider setting as an administrator sends it; what is omitted is None.

    A masked key keeps the stored one, and so does a masked value of `headers`, which are sent besides ours.
    `verify: false` skips the live test.
    """

    provider: str
    api_key: str | None = None
    model: str | None = None
    base_url: str | None = None
    api: Dialect | None = None
    headers: dict[str, str] | None = None
    verify: bool = True
    fallbacks: list[Fallback] | None = None

    def __repr__(self) -> str:
        """Name the provider only: the rest may hold a key."""
        return f"ProviderChange(provider={self.provider!r}, …)"

    @property
    def keeps_key(self) -> bool:
        """Whether the stored key is meant: it came back masked, or was left out."""
        return self.api_key is None or is_mask(self.api_key)

    @property
    def is_key_only(self) -> bool:
        """Whether nothing but a key was sent, as older composers do."""
        rest = (self.model, self.base_url, self.api, self.headers, self.fallbacks)
        return self.api_key is not None and all(each is None for each in rest)

    def typed(self, fallbacks: int) -> tuple[str | None, ...]:
        """Return the base URLs as they were sent: the provider's, and those of this many fallbacks."""
        sent = self.fallbacks or []
        return (self.base_url, *(each.base_url for each in sent[:fallbacks]))

    def meant_for(self, _current: ProviderSetting) -> "ProviderChange":
        """Return this change: it is whole already."""
        return self

    def keeps_fallbacks(self, current: ProviderSetting) -> bool:
        """Tell whether the fallbacks stay as they are: older composers know only the key."""
        return self.is_key_only and self.provider == current.provider

    def save_again(self, where: str) -> Sentence:
        """Return that it was not saved, as a model is being loaded first, and what to do."""
        return Sentence(
            "{where}The model is being loaded, so nothing was saved; save again in a moment, "
            "or without the test (verify: false).",
            where=where,
        )


class Change(Protocol):
    """What an administrator sends, in whatever shape."""

    def meant_for(self, current: ProviderSetting) -> ProviderChange:
        """Return the whole change that this is, while another setting is active."""
        ...

    def keeps_fallbacks(self, current: ProviderSetting) -> bool:
        """Tell whether the fallbacks stay as they are, since its sender knows nothing of them."""
        ...

    def save_again(self, where: str) -> Sentence:
        """Return that it was not saved, as the model `where` is being loaded first, and what its sender can do."""
        ...


def changed(
    current: ProviderSetting, change: ProviderChange, fallbacks: Sequence[ProviderSetting] = ()
) -> ProviderSetting:
    """Return the setting that a change leads to.

    A stored key is bound to its provider and the origin of its base URL, and never follows to another one. One of the
    fallbacks that becomes the provider keeps its own.

    Raises:
        ApiKeyRequiredError: the address is another one and no key of its own came with it.
        ProviderKeyError: the provider needs a key and none was sent.
        InvalidRequestError: another field can't be used.
    """
    _check_text(change)
    if change.is_key_only and change.provider == current.provider:
        change = structs.replace(change, model=current.model, base_url=current.base_url, api=current.api)
    target = _resolved(change, "-")
    stored = _stored_for(target, current, fallbacks)
    key = bound_key(stored, target) if change.keeps_key else _sent_key(change)
    headers = kept_headers(change.headers, [stored] if is_bound(stored, target) else [])
    return _resolved(change, key, headers)


def _stored_for(
    target: ProviderSetting, current: ProviderSetting, fallbacks: Sequence[ProviderSetting]
) -> ProviderSetting:
    """Return the stored setting of the same server; of several fallbacks the one with this model, else the first."""
    same = [each for each in fallbacks if is_bound(each, target)]
    if is_bound(current, target) or not same:
        return current
    return next((each for each in same if each.model == target.model), same[0])


def fallbacks(current: Sequence[ProviderSetting], change: ProviderChange) -> tuple[ProviderSetting, ...]:
    """Return the settings of the fallbacks that a change leads to.

    A stored key is found again by its name, else by its provider and address, wherever that one stood, and goes to no
    other provider or address.

    Raises:
        ApiKeyRequiredError, ProviderKeyError, InvalidRequestError: one of them can't be used; the error names it.
    """
    wanted = change.fallbacks or []
    if len(wanted) > _MOST_FALLBACKS:
        raise InvalidRequestError("fallbacks", f"may have at most {_MOST_FALLBACKS} entries")
    _check_names(wanted)
    stored = StoredKeys(
        active=current[0],
        fallbacks=current[1:],
        labels=frozenset(each.label for each in wanted),
        active_stays=_stays(current[0], change),
    )
    return tuple(_fallback(stored, each, place) for place, each in enumerate(wanted))


def _stays(current: ProviderSetting, change: ProviderChange) -> bool:
    """Tell whether the active provider stays so, at its address."""
    if change.provider != current.provider:
        return False
    return is_bound(current, _resolved(structs.replace(change, model="-"), "-"))


def _check_names(wanted: Sequence[Fallback]) -> None:
    places: dict[str, int] = {}
    for place, each in enumerate(wanted):
        field = f"fallbacks[{place}].name"
        if len(each.name or "") > _LONGEST_NAME or not each.label.isprintable():
            raise InvalidRequestError(field, f"must have at most {_LONGEST_NAME} characters, all of them printable")
        if each.label in places:
            raise InvalidRequestError(
                field, f"must not be the same as that of fallbacks[{places[each.label]}]: give each a name of its own"
            )
        places[each.label] = place


def _fallback(stored: StoredKeys, wanted: Fallback, place: int) -> ProviderSetting:
    sent = {field: getattr(wanted, field) for field in Fallback.__struct_fields__ if field != "name"}
    change, name = ProviderChange(**sent), "" if wanted.label == wanted.provider else wanted.label
    try:
        _check_text(change)
        target = structs.replace(_resolved(change, "-"), name=name)
        key = stored.key_for(target) if change.keeps_key else _sent_key(change)
        headers = kept_headers(change.headers, stored.meant_by(target))
        return structs.replace(_resolved(change, key, headers), name=name)
    except InvalidRequestError as error:
        raise type(error)(f"fallbacks[{place}].{error.field}", error.reason) from None


def refusal(error: SettingError) -> InvalidRequestError:
    """Turn what a provider setting lacks into what its sender is told."""
    kind = ProviderKeyError if error.field == "api_key" else InvalidRequestError
    return kind(error.field, error.reason)


def _sent_key(change: ProviderChange) -> str:
    return (change.api_key or "").strip()


def _resolved(change: ProviderChange, key: str, headers: Mapping[str, str] | None = None) -> ProviderSetting:
    try:
        return resolve(
            change.provider,
            api_key=key,
            model=change.model or None,
            base_url=change.base_url or None,
            api=change.api,
            headers=headers,
        )
    except SettingError as error:
        raise refusal(error) from None


def _check_text(change: ProviderChange) -> None:
    if change.provider not in HOSTS:
        raise InvalidRequestError("provider", f"there is no such provider; known are {', '.join(HOSTS)}")
    for field, longest in _LONGEST.items():
        value: str = getattr(change, field) or ""
        if len(value) > longest:
            raise InvalidRequestError(field, f"must have at most {longest} characters")
        if not value.strip().isprintable():
            kind = ProviderKeyError if field == "api_key" else InvalidRequestError
            raise kind(field, "must hold printable characters only")
