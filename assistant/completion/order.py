"""What the pipeline takes and gives."""

from typing import Any, Literal, TypeAlias

from msgspec import Struct

from assistant.gateway.open_conversation import UNKNOWN, OpenConversation
from assistant.usage.prices import Bill
from providers.base import Usage

CacheOutcome: TypeAlias = Literal["hit", "miss", "coalesced", "bypass"]


class Selection(Struct, frozen=True, kw_only=True):
    """A passage of a draft, and what stands around it, which is read and not rewritten."""

    text: str
    before: str = ""
    after: str = ""

    @property
    def size(self) -> int:
        """Characters of it and of what surrounds it."""
        return len(self.text) + len(self.before) + len(self.after)


class Order(Struct, frozen=True, kw_only=True):
    """One request for a completion.

    Attributes:
        prompt_key: which prompt.
        content: the draft.
        variables: of the prompt.
        instruction: what the agent wishes besides.
        selection: the passage of the draft that is rewritten, when not all of it is.
        inbox_id: the inbox of the conversation, for prompts that are for some only.
        bare: whether the caller gets nothing but the text, and so would see no warning.
        opened: what is known of the conversation that the agent has open.
        fresh: whether the model is asked again whatever is stored.
        arrived: the loop's time at which the request came.
        request_id: of the request.
    """

    prompt_key: str
    content: str
    variables: dict[str, Any] = {}
    instruction: str = ""
    selection: Selection | None = None
    inbox_id: int | None = None
    bare: bool = False
    opened: OpenConversation = UNKNOWN
    fresh: bool = False
    arrived: float = 0.0
    request_id: str = ""

    @property
    def size(self) -> int:
        """Characters of all its texts, whoever they are for."""
        selected = self.selection.size if self.selection else 0
        return len(self.content) + len(self.instruction) + selected + sum(map(_characters, self.variables.values()))


def _characters(value: object) -> int:
    """Return how much text a variable holds; what else a client may send is refused when it is looked at."""
    parts = value if isinstance(value, list) else [value]
    return sum(len(part) for part in parts if isinstance(part, str))


class Entry(Struct, frozen=True, kw_only=True, array_like=True):
    """A finished answer as it is stored: what the agent got, who gave it, and what is to be said about it."""

    text: str
    provider: str
    model: str
    prompt_version: str
    usage: Usage
    warnings: tuple[str, ...] = ()


class Answer(Struct, frozen=True, kw_only=True):
    """What the agent gets, and how it came about.

    Attributes:
        entry: the text, and who gave it.
        prompt_key: the prompt's own key.
        cache: how the cache took part.
        breaches: names of the guards that it breached.
        whole: whether the model came to its end, and read all that it was given.
        provider_ms: milliseconds that the providers took.
        first_ms: milliseconds from the request's arrival to the first piece of a stream.
        replaced: whether a second try took the place of what was streamed, or a part of that was no reply.
        position: the place of the provider that answered, in the order of the setting.
        refusal: what a caller is told instead who would see no warning; empty for an answer that anybody may have.
        bills: what was billed for it, call by call; whose answer is another request's was billed nothing.
    """

    entry: Entry
    prompt_key: str
    cache: CacheOutcome
    breaches: tuple[str, ...] = ()
    whole: bool = True
    provider_ms: float = 0.0
    first_ms: float | None = None
    replaced: bool = False
    position: int = 0
    refusal: str = ""
    bills: tuple[Bill, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the agent; a stored answer repeats them."""
        return self.entry.warnings
