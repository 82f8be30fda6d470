"""What the pipeline takes: one request for a completion."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from msgspec import Struct

from assistant.gateway.open_conversation import UNKNOWN, OpenConversation
from assistant.text.lazy import Lazy
from assistant.text.offloading import size_of
from prompts.conversation import Around

Look: TypeAlias = Callable[[], Awaitable[bool]]
"""Tells whether a conversation has gone on since it was read."""


class Selection(Struct, frozen=True, kw_only=True):
    """A passage of a draft, and what stands around it, which is read and not rewritten."""

    text: str
    before: str = ""
    after: str = ""


class DraftRequest(Struct, frozen=True, kw_only=True, dict=True):
    """One request for a completion.

    Attributes:
        prompt_key: which prompt.
        content: the draft.
        variables: of the prompt.
        instruction: what the agent wishes besides.
        previous: the last answer, which is changed as the agent wishes.
        selection: the passage of the draft that is rewritten, when not all of it is.
        inbox_id: the inbox of the conversation, for prompts that are for some only.
        as_html: whether the answer is HTML whatever the draft is.
        bare: whether the caller gets nothing but the text, and so would see no warning.
        opened: what is known of the conversation that the agent has open.
        around: what a prompt reads of the conversation that the request names.
        look: at the conversation, when the answer is there.
        fresh: whether the model is asked again whatever is stored.
        arrived: the loop's time at which the request came.
        request_id: of the request.
    """

    prompt_key: str
    content: str
    variables: dict[str, Any] = {}
    instruction: str = ""
    previous: str = ""
    selection: Selection | None = None
    inbox_id: int | None = None
    as_html: bool = False
    bare: bool = False
    opened: OpenConversation = UNKNOWN
    around: Around | None = None
    look: Look | None = None
    fresh: bool = False
    arrived: float = 0.0
    request_id: str = ""

    @Lazy
    def size(self) -> int:
        """How large all its texts are for who works on them, as `size_of` counts it."""
        selected, known = self.selection, self.opened
        passage = (selected.text, selected.before, selected.after) if selected else ()
        said = self.around.texts if self.around else ()
        variables = [text for value in self.variables.values() for text in _texts(value)]
        return size_of(self.content, self.instruction, self.previous, *passage, *said, known.contact_name, *variables)


def _texts(value: object) -> list[str]:
    """Return the texts of a variable; what else a client may send is refused when it is looked at."""
    parts = value if isinstance(value, list) else [value]
    return [part for part in parts if isinstance(part, str)]
