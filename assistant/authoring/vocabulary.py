"""All words that a prompt file may be written with, read off the code that understands them."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Literal, get_args

from msgspec import Struct, structs

from assistant.authoring import vocabulary_words as words
from assistant.authoring.field_kinds import FieldKind, fields_of
from assistant.text.guards.registry import GUARDS
from messages.sentences import say
from prompts.assertions import AssertionType, Takes, takes
from prompts.checker import LOOP_FACTS
from prompts.conversation import FIELDS, LISTS, MESSAGE_FIELDS, MESSAGE_LISTS, MESSAGES
from prompts.expressions import CONTACT
from prompts.front_matter import FrontMatter
from prompts.syntax import FILTERS, TEXT_FILTERS
from prompts.variables import VariableType

_ARGUMENTS = {"join": "', '", "truncate": "80"}
_SNIPPETS = {
    "extends": '{% extends "_rewrite.j2" %}',
    "include": '{% include "_style.j2" %}',
    "block": "{% block name %}\n\n{% endblock %}",
    "if": "{% if name %}{% endif %}",
    "elif": "{% elif name %}",
    "else": "{% else %}",
    "for": "{% for item in items %}{{ item }}{% endfor %}",
    "set": "{% set name = value %}",
}


class KnownName(Struct, frozen=True, kw_only=True):
    """A name that a template may read; `message` stands for the name that a loop over the messages gives to one.

    `where` names the blocks, `needs_conversation` tells whether it takes `context: conversation`.
    """

    name: str
    kind: Literal["text", "number", "boolean", "list", "messages"]
    where: tuple[Literal["system", "user"], ...]
    needs_conversation: bool
    about: str


class KnownFilter(Struct, frozen=True, kw_only=True):
    """A filter, what it works on, and how it is written with its argument, if it takes one."""

    name: str
    works_on: tuple[Literal["text", "list"], ...]
    written: str
    about: str


class KnownTag(Struct, frozen=True, kw_only=True):
    """A tag or function of templates, and how it is written."""

    name: str
    written: str
    about: str


class KnownField(Struct, frozen=True, kw_only=True):
    """A field of the front matter; names of inner ones have dots.

    `choices` are those of a choice, or of the items of a list; `least` and `most` bound numbers; `default` is null
    where there is none.
    """

    name: str
    kind: FieldKind
    required: bool
    default: Any
    choices: tuple[str, ...]
    least: float | None
    most: float | None
    about: str


class KnownWord(Struct, frozen=True, kw_only=True):
    """A word that a field may have as its value."""

    name: str
    about: str


class KnownAssertion(Struct, frozen=True, kw_only=True):
    """What a test may assert, and which value that takes."""

    name: str
    takes: Takes
    about: str


class Vocabulary(Struct, frozen=True, kw_only=True):
    """All words of prompt files, each with a sentence in the caller's language.

    `parts` are the shared parts that there are now, by the names that `extends` and `include` take.
    """

    names: list[KnownName]
    filters: list[KnownFilter]
    tags: list[KnownTag]
    functions: list[KnownTag]
    fields: list[KnownField]
    variable_types: list[KnownWord]
    guards: list[KnownWord]
    assertions: list[KnownAssertion]
    settings: list[str]
    parts: list[str]


def vocabulary(language: str, settings: Iterable[str], parts: Iterable[str]) -> Vocabulary:
    """Return all words in a language.

    Args:
        language: the code of one that sentences are said in.
        settings: names of the settings that a variable may take its default from.
        parts: names of the shared parts.
    """
    return structs.replace(_known(language), settings=sorted(settings), parts=sorted(parts))


@cache
def _known(language: str) -> Vocabulary:
    def told(kind: Callable[..., Any], all_words: words.Words, name: str, /, **more: object) -> Any:  # noqa: ANN401
        return kind(name=name, about=say(all_words[name], language), **more)

    return Vocabulary(
        names=[told(KnownName, words.NAMES, name, **more) for name, more in _names()],
        filters=[told(KnownFilter, words.FILTERS, name, **_filter(name)) for name in sorted(FILTERS)],
        tags=[told(KnownTag, words.TAGS, name, written=written) for name, written in _SNIPPETS.items()],
        functions=[told(KnownTag, words.FUNCTIONS, "super", written="{{ super() }}")],
        fields=[told(KnownField, words.FIELDS, name, **more) for name, more in fields_of(FrontMatter)],
        variable_types=[told(KnownWord, words.TYPES, name) for name in get_args(VariableType)],
        guards=[told(KnownWord, words.GUARDS, name) for name in GUARDS],
        assertions=[
            told(KnownAssertion, words.ASSERTIONS, name, takes=takes(name)) for name in get_args(AssertionType)
        ],
        settings=[],
        parts=[],
    )


def _names() -> Iterator[tuple[str, dict[str, object]]]:
    yield "content", _name("text", "user")
    yield "format", _name("text", "system", "user")
    for name in CONTACT:
        yield name, _name("text", "user")
    yield MESSAGES, _name("messages", "user", conversation=True)
    for owner, fields in (*FIELDS.items(), ("message", MESSAGE_FIELDS)):
        for field in fields:
            yield f"{owner}.{field}", _name("text", "user", conversation=True)
    for owner, lists in (*LISTS.items(), ("message", MESSAGE_LISTS)):
        for field in lists:
            yield f"{owner}.{field}", _name("list", "user", conversation=True)
    yield "message.text", _name("text", "user", conversation=True)
    for fact in sorted(LOOP_FACTS):
        yield f"loop.{fact}", _name("number" if fact == "index" else "boolean", "system", "user")


def _name(kind: str, *where: str, conversation: bool = False) -> dict[str, object]:
    return {"kind": kind, "where": where, "needs_conversation": conversation}


def _filter(name: str) -> dict[str, object]:
    works_on = ("text",) if name in TEXT_FILTERS else ("text", "list") if name == "length" else ("list",)
    return {"works_on": works_on, "written": f"{name}({_ARGUMENTS[name]})" if name in _ARGUMENTS else name}
