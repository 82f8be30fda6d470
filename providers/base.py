"""What every model provider looks like to the service: requests, answers, and the protocol between them."""

from collections.abc import AsyncIterator
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import Struct

Role: TypeAlias = Literal["system", "user", "assistant"]
Finish: TypeAlias = Literal["stop", "length", "filtered"]


class Message(Struct, frozen=True, kw_only=True, gc=False):
    """One turn of the conversation with the model."""

    role: Role
    content: str


class CompletionRequest(Struct, frozen=True, kw_only=True):
    """What the model is asked; which model answers belongs to the configured provider."""

    messages: tuple[Message, ...]
    max_output_tokens: int
    temperature: float | None = None
    output_schema: dict[str, Any] | None = None


MOST_TOKENS = 100_000_000
"""Tokens that one answer may report of a kind; a larger figure makes no sense."""


def tokens(reported: object) -> int:
    """Return a figure that a provider reports, where it makes sense as a number of tokens; else 0."""
    if isinstance(reported, float) and reported.is_integer():
        reported = int(reported)
    sound = isinstance(reported, int) and not isinstance(reported, bool) and 0 <= reported <= MOST_TOKENS
    return reported if sound and isinstance(reported, int) else 0


class Usage(Struct, frozen=True, kw_only=True, gc=False):
    """Tokens that the provider billed; `input_tokens` includes `cached_input_tokens`."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0


NO_USAGE = Usage()
"""Of a call that was billed nothing."""


class Delta(Struct, frozen=True, kw_only=True, gc=False):
    """A piece of a streamed answer, in order."""

    text: str


class Completion(Struct, frozen=True, kw_only=True, gc=False):
    """A whole answer: the model said that it was finished, and why."""

    text: str
    provider: str
    model: str
    finish: Finish
    usage: Usage


class Provider(Protocol):
    """A model behind a wire dialect; every member may raise a `ProviderError`."""

    name: str

    async def complete(self, request: CompletionRequest) -> Completion:
        """Ask for a whole answer."""
        ...

    def stream(self, request: CompletionRequest) -> AsyncIterator[Delta | Completion]:
        """Ask for an answer in pieces; ends with exactly one `Completion`, or raises."""
        ...

    async def aclose(self) -> None:
        """Close the connections; the provider can't be used afterwards."""
        ...
