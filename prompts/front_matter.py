"""The front matter of a prompt file: what an author declares above the template."""

import re
from collections.abc import Collection
from typing import Annotated, Literal, NamedTuple, Self, TypeAlias

from msgspec import Meta, Struct, field

from prompts.assertions import Assertion
from prompts.conversation import FIELDS, Around, Context, SpokenConversation, SpokenMessage, indented
from prompts.errors import BrokenTemplateError, Problem
from prompts.output import Output
from prompts.syntax import KEY
from prompts.variables import MAX_VARIABLES, Value, Variable
from prompts.yaml_reader import Path, Reader

Guard: TypeAlias = Literal[
    "links", "numbers", "names", "quotes", "signature", "language", "length", "html", "commitments", "no_preamble"
]
"""What the service checks in an answer before it is shown."""
RESERVED = frozenset({"content", *FIELDS, "format", "loop", "super", "self"})
"""Names that mean something in every template, so no variable may take them."""

Line: TypeAlias = Annotated[
    str,
    Meta(max_length=300, pattern=r"^[^\n\r]*[^\s][^\n\r]*\Z", description="must be one line of at most 300 characters"),
]
Alias: TypeAlias = Annotated[str, Meta(pattern=KEY, description="may have only lowercase letters, digits and _")]
_LONGEST_TEXT = 20_000
Text: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=_LONGEST_TEXT, description="must be text and may not be empty")
]
_RULE = "---"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_INVISIBLE = " \t\r\u00a0\u2007\u200b\u202f\u2060\u3000\ufeff"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class Seconds(int):
    """A length of time written as `45s`, `30m`, `12h` or `1d`; raises `ValueError` for anything else."""

    __slots__ = ()

    def __new__(cls, written: object) -> Self:
        """Read what was written; raises `ValueError`."""
        found = re.fullmatch(r"([0-9]{1,6})([smhd])", written) if isinstance(written, str) else None
        if not found:
            raise ValueError("must be a number with a unit: 45s, 30m, 12h or 1d")
        return super().__new__(cls, int(found[1]) * _UNITS[found[2]])


class ModelOptions(Struct, frozen=True, kw_only=True):
    """How the model is asked; `max_output_tokens` is a floor that the service raises for a long draft."""

    temperature: Annotated[float, Meta(ge=0, le=2, description="must be a number from 0 to 2")] | None = None
    max_output_tokens: Annotated[int, Meta(ge=1, le=32_768, description="must be a whole number from 1 to 32768")] = 600


class CacheOptions(Struct, frozen=True, kw_only=True):
    """How long an answer may be served again, in seconds; None leaves it to the service's setting.

    For `stale` seconds more it is still served, while a new one is asked for.
    """

    ttl: Seconds | None = None
    stale: Seconds | None = None


class Example(Struct, frozen=True, kw_only=True):
    """A draft and the reply wanted for it; shown to the model only when `variables`, if any, have these values."""

    content: Text
    reply: Text
    variables: dict[str, Value] = {}


class TestMessage(Struct, frozen=True, kw_only=True):
    """What someone wrote, in a test of a prompt that reads the conversation."""

    role: Literal["customer", "agent", "note"]
    text: Text
    author: str = ""


class PromptTest(Struct, frozen=True, kw_only=True):
    """A draft, or a conversation, and what must hold of the model's answer to it; raises `ValueError` without both."""

    content: str = ""
    conversation: tuple[TestMessage, ...] = ()
    variables: dict[str, Value] = {}
    asserts: tuple[Assertion, ...] = field(name="assert")

    def __post_init__(self) -> None:
        if not self.content and not self.conversation:
            raise ValueError("needs a `content` or a `conversation`")
        if len(self.content) > _LONGEST_TEXT:
            raise ValueError(f"`content` may have at most {_LONGEST_TEXT} characters")

    @property
    def said(self) -> str:
        """All that the answer is compared with: the draft, and what was said."""
        return "\n\n".join((*(message.text for message in self.conversation), self.content))

    @property
    def around(self) -> Around | None:
        """The conversation as the template reads it; None for a test of a draft."""
        if not self.conversation:
            return None
        messages = tuple(
            SpokenMessage(role=each.role, author=each.author, text=indented(each.text)) for each in self.conversation
        )
        return Around(conversation=SpokenConversation(messages=messages))


class Scope(Struct, frozen=True, kw_only=True):
    """Who a prompt is for; what is left out does not limit it.

    `teams` and `inboxes` are ids in the helpdesk. `languages` are as agents' tools name them; they only sort the list.
    """

    teams: tuple[int, ...] = ()
    inboxes: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()

    def allows(self, teams: Collection[int], inbox: int | None, *, anywhere: bool = False) -> bool:
        """Tell whether an agent of some teams may use the prompt in an inbox; None: in none that was named.

        `anywhere` asks whether there may be an inbox at all in which it can be used.
        """
        in_inbox = anywhere or not self.inboxes or inbox in self.inboxes
        return in_inbox and (not self.teams or not set(self.teams).isdisjoint(teams))

    def speaks(self, language: str | None) -> bool:
        """Tell whether the prompt is for a language; None: whichever."""
        known = {each.casefold() for each in self.languages}
        return not known or language is None or language.casefold() in known


class FrontMatter(Struct, frozen=True, kw_only=True):
    """All that the front matter may hold; docs/prompts.md explains each field.

    `on_breach` says what an agent gets who would see no warning when the answer still lacks a link or a figure.
    `notes` and `all_episodes` say what of a conversation is read: private notes, and what was said before it was last
    resolved. `output` asks for JSON in place of a text. Raises `ValueError` for fields that don't go together.
    """

    title: Line
    brief: Line
    description: str = ""
    aliases: tuple[Alias, ...] = ()
    variables: dict[str, Variable] = {}
    model: ModelOptions = ModelOptions()
    deadline: Literal["short", "long"] = "short"
    guards: tuple[Guard, ...] = ()
    on_breach: Literal["refuse", "warn"] = "refuse"
    context: Context = "draft"
    notes: bool = False
    all_episodes: bool = False
    output: Output | None = None
    cache: CacheOptions = CacheOptions()
    scope: Scope = Scope()
    examples: tuple[Example, ...] = ()
    tests: tuple[PromptTest, ...] = ()

    def __post_init__(self) -> None:
        if (self.notes or self.all_episodes) and self.context != "conversation":
            raise ValueError("notes and all_episodes need `context: conversation`")
        if self.output is not None and self.guards:
            raise ValueError("guards compare texts, and with `output` the answer is none; leave the guards out")


class Document(NamedTuple):
    """A file taken apart: `body` keeps its line numbers by empty lines in place of the front matter."""

    front_matter: FrontMatter
    lines: dict[Path, int]
    body: str


def read_document(file: str, text: str) -> Document:
    """Take a prompt file apart; raises `BrokenTemplateError` with all that is wrong with its front matter."""
    head, body = split_document(file, text)
    reader = Reader(file)
    front_matter = reader.read(reader.compose(head), FrontMatter)
    if not reader.problems:
        reader.problems += _check_names(file, front_matter, reader.lines)
    if reader.problems:
        raise BrokenTemplateError(reader.problems)
    return Document(front_matter, reader.lines, body)


def split_document(file: str, text: str) -> tuple[str, str]:
    """Return the front matter and the template of a prompt file, each with the line numbers of the file.

    Raises:
        BrokenTemplateError: there is no front matter, or it does not end.
    """
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip(_INVISIBLE)), 0)
    if lines[start].strip(_INVISIBLE) != _RULE:
        reason = f"must start with front matter: a line of {_RULE}{_look_alike(lines[start])}"
        raise BrokenTemplateError(Problem(file=file, line=start + 1, reason=reason))
    end = next((number for number in range(start + 1, len(lines)) if _is_end(lines[number])), None)
    if end is None:
        reason = f"the front matter has no closing line of {_RULE}{_missed_end(lines, start + 1)}"
        raise BrokenTemplateError(Problem(file=file, line=start + 1, reason=reason))
    head = "\n".join([*[""] * (start + 1), *lines[start + 1 : end]])
    return head, "\n" * (end + 1) + "\n".join(lines[end + 1 :])


def _is_end(line: str) -> bool:
    """Tell whether the front matter ends here; an indented line may be part of longer text."""
    return line.strip(_INVISIBLE) == _RULE and line[0] not in " \t"


def _look_alike(line: str) -> str:
    """Return what is wrong with a line that was meant to be three hyphens; empty for any other line."""
    written = line.strip(_INVISIBLE)
    if written == _RULE:
        return "; write it at the very start of the line"
    return "; write three hyphens, not other dashes" if len(written) > 0 and not written.strip(_DASHES) else ""


def _missed_end(lines: list[str], start: int) -> str:
    """Return where the closing line was meant to be, or has to be."""
    for number in range(start, len(lines)):
        if hint := _look_alike(lines[number]):
            return f"; line {number + 1} looks like it{hint.replace('; write', ', but is not: write')}"
        if lines[number].lstrip().startswith("{%"):
            return f"; it belongs above line {number + 1}, where the template begins"
    return ""


def _check_names(file: str, front_matter: FrontMatter, lines: dict[Path, int]) -> list[Problem]:
    if len(front_matter.variables) > MAX_VARIABLES:
        reason = f"variables: may have at most {MAX_VARIABLES} entries"
        return [Problem(file=file, line=lines["variables",], reason=reason)]
    bad = [name for name in front_matter.variables if name in RESERVED or not re.match(KEY, name)]
    reason = "variables.{}: choose another name: lowercase letters, digits and _, and none of " + ", ".join(
        sorted(RESERVED)
    )
    return [Problem(file=file, line=lines["variables", name], reason=reason.format(name)) for name in bad]
