"""What a template may read of a conversation, and how much that is at most."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

Context: TypeAlias = Literal["draft", "conversation"]
"""What a prompt works on: the agent's draft, or the conversation too."""

MOST_MESSAGES = 100
"""Turns of a conversation that a template is given."""


_INDENT = "  "


def indented(text: str) -> str:
    """Return a text whose lines can't pass for lines of a template, such as one that says who wrote."""
    return "\n".join(f"{_INDENT}{line}" for line in text.splitlines())


class SpokenMessage(Struct, frozen=True, kw_only=True):
    """What one person wrote in a row.

    Attributes:
        role: `customer`, `agent`, or `note` for what agents wrote to each other.
        author: their name; empty if the helpdesk does not say.
        time: when, such as `2026-11-03 10:15`.
        text: without quoted history and signature; each line is indented by two spaces.
        attachments: names of files.
    """

    role: str
    author: str = ""
    time: str = ""
    text: str = ""
    attachments: tuple[str, ...] = ()


class SpokenConversation(Struct, frozen=True, kw_only=True):
    """A conversation as a template reads it; `messages` are the oldest first, `left_out` counts older ones.

    `earlier` is a summary of older ones, and `episodes` has a line for each time that it was resolved before; both are
    indented like a message.
    """

    subject: str = ""
    status: str = ""
    channel: str = ""
    tags: tuple[str, ...] = ()
    messages: tuple[SpokenMessage, ...] = ()
    episodes: str = ""
    earlier: str = ""
    left_out: int = 0


class Person(Struct, frozen=True, kw_only=True):
    """A customer, an agent or a team."""

    name: str = ""
    language: str = ""


class Around(Struct, frozen=True, kw_only=True):
    """What a prompt with `context: conversation` reads besides the draft."""

    conversation: SpokenConversation = SpokenConversation()
    contact: Person = Person()
    agent: Person = Person()
    team: Person = Person()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that was said and is known, by which it is told what an answer made up."""
        said = self.conversation
        people = (self.contact.name, self.agent.name, self.team.name)
        names = [name for message in said.messages for name in (message.author, *message.attachments)]
        return (
            said.subject,
            said.episodes,
            said.earlier,
            *people,
            *dict.fromkeys(names),
            *(message.text for message in said.messages),
        )

    @property
    def offered(self) -> str:
        """What agents have said: what may be promised again, as nothing that a customer writes may."""
        return "\n\n".join(each.text for each in self.conversation.messages if each.role != "customer")

    def values(self) -> dict[str, object]:
        """Return it by the names that templates know."""
        return {
            "conversation": self.conversation,
            "contact": self.contact,
            "agent": self.agent,
            "team": self.team,
        }


FIELDS: Mapping[str, Mapping[str, int]] = {
    "conversation": {"subject": 500, "status": 60, "channel": 60, "episodes": 2000, "earlier": 6000, "left_out": 10},
    "contact": {"name": 100, "language": 60},
    "agent": {"name": 100},
    "team": {"name": 100},
}
"""Texts that a template may read by a dot, and the characters that each has at most."""
LISTS: Mapping[str, Mapping[str, int]] = {"conversation": {"tags": 2000}}
"""Lists that it may join or loop over, and the characters of all entries."""
MESSAGES = "conversation.messages"
"""The list that it may loop over, message by message."""
MESSAGE_FIELDS: Mapping[str, int] = {"role": 10, "author": 60, "time": 20}
"""Texts of a message; its `text` is bounded by the service's budget for the whole conversation."""
MESSAGE_LISTS: Mapping[str, int] = {"attachments": 120}
"""Lists of a message, and the characters of all entries."""
