"""What the pipeline takes and gives."""

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from providers.base import Usage

CacheOutcome: TypeAlias = Literal["hit", "miss", "bypass"]


class Order(Struct, frozen=True, kw_only=True):
    """One request for a completion; `fresh` asks the model again whatever is stored."""

    prompt_key: str
    content: str
    variables: dict[str, Any] = {}
    fresh: bool = False


class Entry(Struct, frozen=True, kw_only=True, array_like=True):
    """A finished answer as it is stored: what the agent got, and who gave it."""

    text: str
    provider: str
    model: str
    prompt_version: str
    usage: Usage


class Answer(Struct, frozen=True, kw_only=True):
    """What the agent gets, and how it came about."""

    entry: Entry
    prompt_key: str
    cache: CacheOutcome
    warnings: tuple[str, ...] = ()
    provider_ms: float = 0.0
