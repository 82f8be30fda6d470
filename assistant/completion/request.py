"""What the pipeline takes: one request for a completion."""

from typing import Any

from msgspec import Struct

from assistant.gateway.open_conversation import UNKNOWN, OpenConversation


class Selection(Struct, frozen=True, kw_only=True):
    """A passage of a draft, and what stands around it, which is read and not rewritten."""

    text: str
    before: str = ""
    after: str = ""

    @property
    def size(self) -> int:
        """Characters of it and of what surrounds it."""
        return len(self.text) + len(self.before) + len(self.after)


class DraftRequest(Struct, frozen=True, kw_only=True):
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
        variables = sum(map(_characters, self.variables.values())) if self.variables else 0
        return len(self.content) + len(self.instruction) + selected + variables


def _characters(value: object) -> int:
    """Return how much text a variable holds; what else a client may send is refused when it is looked at."""
    parts = value if isinstance(value, list) else [value]
    return sum(len(part) for part in parts if isinstance(part, str))
