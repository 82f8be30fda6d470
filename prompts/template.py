"""A prompt that has passed every check: its variables resolved, its blocks rendered into turns."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import msgspec
from jinja2 import Template
from jinja2.runtime import Context
from msgspec import Struct

from prompts.conversation import Around
from prompts.expressions import CONTACT
from prompts.front_matter import FrontMatter
from prompts.variables import Value, resolve_values

NO_CONTACT: Mapping[str, str] = MappingProxyType(dict.fromkeys(CONTACT, ""))
"""What is known of a customer about whom nothing is known."""

NOTHING_AROUND = Around()
"""No conversation."""

_BRIEF_MESSAGE = "You're an AI assistant for text re-writing. Rewrite the input text to {}."
_BRIEF_CONVERSATION = "You're an AI assistant of a support agent. Read the conversation, and {}."
_LONGEST_BRIEF = 1500  # characters of a conversation that a very small model reads in time
_AS_JSON = "Return one JSON object that follows this JSON schema, and nothing else:\n{}"
_MOST_SYSTEMS = 64
_LONGEST_VALUES = 1000  # characters of values whose system message is kept
_EMPTY_LINES = re.compile(r"\n{3,}")


class Turn(Struct, frozen=True, kw_only=True):
    """One message of the conversation with the model."""

    role: Literal["system", "user", "assistant"]
    content: str


class Rendering:
    """The compiled blocks of one prompt: its own template first, then all that it extends; and its brief.

    `only_content` tells that the user message is the draft and nothing else, so that it need not be rendered.
    """

    def __init__(self, chain: Sequence[Template], brief: Template, *, only_content: bool = False) -> None:
        self.only_content = only_content
        self._template = chain[0]
        self._brief = brief
        self._systems: dict[str, str] = {}  # by what is written for the values
        self._blocks = {
            name: [template.blocks[name] for template in chain if name in template.blocks]
            for name in dict.fromkeys(name for template in chain for name in template.blocks)
        }

    def render_block(self, name: str, values: Mapping[str, object]) -> str:
        """Render one block by itself, as the whole extends chain defines it, without white space at its ends."""
        environment = self._template.environment
        context: Context = environment.context_class(environment, dict(values), self._template.name, {})
        context.blocks = self._blocks
        return "".join(self._blocks[name][0](context)).strip()

    def render_system(self, values: Mapping[str, object]) -> str:
        """Render the system message, whose lines are parted by at most one that is empty; once for the same values."""
        written = repr(values)
        system = self._systems.get(written)
        if system is None:
            system = _EMPTY_LINES.sub("\n\n", self.render_block("system", values))
            if len(self._systems) >= _MOST_SYSTEMS:
                self._systems.clear()
            if len(written) <= _LONGEST_VALUES:
                self._systems[written] = system
        return system

    def render_brief(self, values: Mapping[str, object]) -> str:
        """Render the brief, without white space or a full stop at its end."""
        return self._brief.render(values).strip().rstrip(". ")


class Prompt(FrontMatter, frozen=True, kw_only=True, eq=False):
    """A prompt of the registry, ready to render: its front matter, with the settings in place, and its templates.

    `version` is 32 hexadecimal digits of a hash over the file and everything that it extends or includes. `source` is
    the whole text of the file, `origin` the path that it came from, `parts` the texts that it extends or includes. One
    that is not `listed` works all the same.
    """

    key: str
    version: str
    source: str
    origin: str
    parts: Mapping[str, str]
    rendering: Rendering
    listed: bool = True

    def resolve(self, given: Mapping[str, object]) -> dict[str, Value]:
        """Check the variables of a request and fill in defaults; returns exactly the declared ones.

        Raises:
            VariableError: one is unknown, missing, or does not fit.
        """
        return resolve_values(self.variables, given)

    def render(
        self,
        content: str,
        values: Mapping[str, object],
        *,
        html: bool,
        contact: Mapping[str, str] = NO_CONTACT,
        around: Around = NOTHING_AROUND,
    ) -> tuple[Turn, ...]:
        """Make the messages for a draft: the system message, the examples that apply, and the user message.

        `values` come from `resolve`. `html` says what the draft is; templates read it as `format`. `contact` is what
        the user message may say of the customer; a variable of the same name goes before it. `around` is what a
        prompt with `context: conversation` reads.
        """
        known = {**values, "format": "html" if html else "text"}
        system = self.rendering.render_system(known)
        if self.output is not None:
            system = f"{system}\n\n{_AS_JSON.format(msgspec.json.encode(self.output.sent).decode())}"
        user = content
        if not self.rendering.only_content:
            read = around.values() if self.context == "conversation" else {}
            said = self.rendering.render_block("user", {**contact, **known, **read, "content": content})
            user = content if said == content.strip() else said
        return (
            Turn(role="system", content=system),
            *self._example_turns(values),
            Turn(role="user", content=user),
        )

    def render_brief(
        self, content: str, values: Mapping[str, object], around: Around = NOTHING_AROUND
    ) -> tuple[Turn, ...]:
        """Make the messages for a very small model: one line of instruction, and the draft, or what was said last."""
        brief = self.rendering.render_brief(values)
        if self.context == "conversation":
            said = "\n".join(f"{message.role}: {message.text}" for message in around.conversation.messages)
            instruction = _BRIEF_CONVERSATION.format(brief)
            return Turn(role="system", content=instruction), Turn(role="user", content=said[-_LONGEST_BRIEF:])
        return Turn(role="system", content=_BRIEF_MESSAGE.format(brief)), Turn(role="user", content=content)

    def _example_turns(self, values: Mapping[str, object]) -> list[Turn]:
        turns: list[Turn] = []
        for example in self.examples:
            if all(values.get(name) == value for name, value in example.variables.items()):
                turns += (Turn(role="user", content=example.content), Turn(role="assistant", content=example.reply))
        return turns
