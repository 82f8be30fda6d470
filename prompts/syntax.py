"""The Jinja environment of prompts, and files as they are parsed for checking."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from jinja2 import BaseLoader, BytecodeCache, DictLoader, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from prompts.characters import HALF_CHARACTER, has_half_character
from prompts.errors import BrokenTemplateError, Problem

Role: TypeAlias = Literal["inherited", "included"]
"""Inherited files hold blocks; included parts are plain text."""
KEY = r"^[a-z][a-z0-9_]{0,63}\Z"
"""How a prompt's key, an alias and the name of a variable look."""
MAX_SOURCE = 65_536
"""Characters that a prompt file or a shared part may have."""
TEXT_FILTERS = frozenset({"capitalize", "lower", "title", "trim", "truncate", "upper", "wordcount"})
FILTERS = TEXT_FILTERS | {"join", "length"}
MAX_DEPTH = 8
"""How deep files, blocks and parts may call each other."""
TOO_DEEP = "the template is nested too deeply; simplify it"
"""What to tell the author of a template that can't be parsed or compiled for its depth."""
MOST_PARTS = 16
"""Shared parts of which is remembered what was made of them: the shipped ones, and a few of an operator's."""
MAX_JOINER = 40
"""Characters that join may put between two items."""


class Source(NamedTuple):
    """The text of a file and where it came from, as problems and `Prompt.origin` name it."""

    origin: str
    text: str

    def problem(self, line: int | None, reason: str) -> Problem:
        """Report something on a line of this file."""
        return Problem(file=self.origin, line=line, reason=reason)


class ParsedFile(Struct, frozen=True, kw_only=True, eq=False):
    """One parsed file: `name` is what extends and include call it, `file` where problems say it is.

    `blocks` are those that it defines, by name; `extends` is where it names the file that it extends.
    """

    name: str
    file: str
    role: Role
    tree: nodes.Template
    blocks: Mapping[str, nodes.Block]
    extends: nodes.Extends | None

    def problem(self, line: int | None, reason: str) -> Problem:
        """Report something on a line of this file."""
        return Problem(file=self.file, line=line, reason=reason)


class _CompiledParts(BytecodeCache):
    """Keeps what Jinja made of shared parts: each is compiled once for all prompts that use it."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Any] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's own
        """Know a part by its name."""
        return name

    def get_source_checksum(self, source: str) -> str:
        """Know a part by the whole of its text, too."""
        return source

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja what it made of the same text under the same name."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what Jinja made of a part."""
        if bucket.key.startswith("_"):
            if len(self._codes) >= MOST_PARTS:
                self._codes.clear()
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _CompiledParts()


def create_environment(sources: Mapping[str, str] | None = None) -> ImmutableSandboxedEnvironment:
    """Make an environment that knows only `sources`, no globals, no tests, and the few filters of the allow-list."""
    loader: BaseLoader | None = DictLoader(sources) if sources else None
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        bytecode_cache=_COMPILED,
        undefined=StrictUndefined,
        autoescape=False,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


def check_text(source: Source) -> None:
    """Raise `BrokenTemplateError` when a file is too long to be worth reading, or could not be saved as UTF-8."""
    if len(source.text) > MAX_SOURCE:
        raise BrokenTemplateError(source.problem(None, f"is longer than {MAX_SOURCE} characters"))
    if has_half_character(source.text):
        raise BrokenTemplateError(source.problem(None, HALF_CHARACTER))


def parse_file(name: str, source: Source, role: Role) -> ParsedFile:
    """Parse a template; raises `BrokenTemplateError` with the line of a syntax error."""
    check_text(source)
    try:
        tree = create_environment().parse(source.text)
    except TemplateSyntaxError as error:
        raise BrokenTemplateError(source.problem(error.lineno, f"syntax: {error.message}")) from error
    except ValueError as error:
        raise BrokenTemplateError(source.problem(None, "contains a number that is too long")) from error
    except (RecursionError, MemoryError) as error:
        raise BrokenTemplateError(source.problem(None, TOO_DEEP)) from error
    return ParsedFile(
        name=name,
        file=source.origin,
        role=role,
        tree=tree,
        blocks={block.name: block for block in tree.find_all(nodes.Block)},
        extends=tree.find(nodes.Extends),
    )


def literal_name(node: nodes.Extends | nodes.Include) -> str | None:
    """Return the shared part that an extends or include names, if it is written out as one text."""
    template = node.template
    return template.value if isinstance(template, nodes.Const) and isinstance(template.value, str) else None


def dotted_name(node: nodes.Node) -> str:
    """Return a name with one dot in it as it is written, such as `conversation.messages`; empty for anything else."""
    plain = isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name)
    return f"{node.node.name}.{node.attr}" if plain else ""  # type: ignore[attr-defined] # seen on the line above
