"""Reads YAML 1.2 into strict structs, and reports the line of everything that does not fit."""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias, get_args, get_origin

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import FieldInfo
from yaml import MappingNode, MarkedYAMLError, Node, ScalarNode, SequenceNode, YAMLError

from prompts.errors import MOST_PROBLEMS, BrokenTemplateError, Problem, did_you_mean, shortened
from prompts.syntax import KEY
from prompts.yaml_advice import (
    Advice,
    advise,
    comment_in_text,
    escape_in_text,
    find_break,
    find_unreadable,
    has_special_space,
    has_typographic_quotes,
    in_quotes,
)
from prompts.yaml_core import BOOL, FLOAT, INT, NULL, STR, compose, construct, find_unread

Path: TypeAlias = tuple[str | int, ...]
"""Where a value is in the document: field names, and positions in lists from 0."""

_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "fields",
    "null": "nothing",
}
_VALUE_TAGS = frozenset({BOOL, FLOAT, INT, NULL})
_LINES = frozenset({("title",), ("brief",)})
_TITLES = frozenset({("title",), ("brief",), ("description",)})
_IN_WORDS = {
    "did not find expected '-' indicator": "each item of a list needs a dash, and its fields the same indentation",
    "did not find expected key": "this does not fit the lines above; check the indentation, quotes and brackets",
    "did not find expected ',' or '}'": "a comma or a closing } is missing; put text inside { } in quotes",
    "did not find expected ',' or ']'": "a comma or a closing ] is missing; put text inside [ ] in quotes",
    "mapping values are not allowed in this context": "a field is not allowed here; check its indentation",
    "could not find expected ':'": "a colon and a space are missing, here or on the line above",
}
"""PyYAML's most common errors, in words for people who do not know YAML's."""
_NOT_YAML = "the front matter is not YAML"

Texts: TypeAlias = Literal["", "one", "many", "perhaps"]
"""Which texts a field holds, if any."""


class Reader:
    """Reads one document of `file`; what does not fit is added to `problems`, and `lines` tells where each value is."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self.lines: dict[Path, int] = {}
        self._file = file
        self._written: list[str] = []

    def compose(self, text: str) -> Node:
        """Parse the text; raises `BrokenTemplateError` when it is no YAML, or empty."""
        self._written = text.split("\n")
        if hidden := find_break(text):
            raise BrokenTemplateError(self._advised(hidden))
        try:
            unread = find_unread(text)
            node = None if unread else compose(text)
        except MarkedYAMLError as error:
            raise BrokenTemplateError(self._explain(error, text)) from error
        except (YAMLError, RecursionError) as error:
            advice = find_unreadable(text) or Advice(1, 1, "it can't be read")
            raise BrokenTemplateError(self._advised(advice)) from error
        if unread is not None:
            raise BrokenTemplateError(self._problem(unread[0], f"front matter: {unread[1]}"))
        if node is None:
            raise BrokenTemplateError(self._problem(1, "the front matter is empty"))
        return node

    def read(self, node: Node, kind: Any, path: Path = ()) -> Any:  # noqa: ANN401 - the type is a value here
        """Read a node as `kind`; `UNSET` when it does not fit, and then `problems` says why."""
        self.lines[path] = node.start_mark.line + 1
        if len(self.problems) > MOST_PROBLEMS:
            return UNSET
        arguments = get_args(kind)
        if _is_struct(kind):
            return self._read_struct(node, kind, path)
        if get_origin(kind) is dict and _is_struct(arguments[1]):
            return self._read_mapping(node, arguments[1], path)
        if get_origin(kind) is tuple and _is_struct(arguments[0]):
            return self._read_sequence(node, arguments[0], path)
        return self._read_plain(node, kind, path)

    def _read_struct(self, node: Node, kind: type[Struct], path: Path) -> Any:  # noqa: ANN401 - likewise
        fields = _fields_of(kind)
        if not isinstance(node, MappingNode):
            return self._refuse(node, path, f"must have the fields: {', '.join(fields)}")
        found: dict[str, Any] = {}
        for name, value in self._pairs(node, path):
            if field := fields.get(name):
                found[field.name] = self.read(value, field.type, (*path, name))
            else:
                known, hint = ", ".join(sorted(fields)), _hint_at_space(name) or _hint_at_comma(node, value)
                reason = f"is not a known field{did_you_mean(name.casefold(), fields)}; use one of: {known}{hint}"
                self._refuse(value, (*path, name), reason)
        for name, field in fields.items():
            if field.required and field.name not in found:
                found[field.name] = self._refuse(node, (*path, name), "is missing")
        if UNSET in found.values():
            return UNSET
        try:
            return kind(**found)
        except ValueError as error:
            return self._refuse(node, path, str(error))

    def _read_mapping(self, node: Node, kind: type[Struct], path: Path) -> Any:  # noqa: ANN401 - likewise
        if not isinstance(node, MappingNode):
            return self._refuse(node, path, "must have fields, one on each line")
        values = {name: self.read(value, kind, (*path, name)) for name, value in self._pairs(node, path)}
        return UNSET if UNSET in values.values() else values

    def _read_sequence(self, node: Node, kind: type[Struct], path: Path) -> Any:  # noqa: ANN401 - likewise
        if not isinstance(node, SequenceNode):
            return self._refuse(node, path, "must be a list, with a dash before each item")
        values = [self.read(value, kind, (*path, place)) for place, value in enumerate(node.value)]
        return UNSET if UNSET in values else tuple(values)

    def _read_plain(self, node: Node, kind: Any, path: Path) -> Any:  # noqa: ANN401 - likewise
        texts = _texts_in(kind)
        if texts == "one" and not isinstance(node, ScalarNode):
            return self._refuse_text(node, path, "is read as a list or as fields because of its first character")
        before = len(self.problems)
        value = self._plain(node, path, texts)
        if len(self.problems) > before:
            return UNSET
        try:
            return msgspec.convert(value, kind, dec_hook=_call_kind)
        except msgspec.ValidationError as error:
            wanted = _wanted_list(value, kind, _field(path))
            return self._refuse(node, path, wanted or (_expected(kind) or _in_words(error)) + _hint_at_quotes(node))

    def _plain(self, node: Node, path: Path, texts: Texts) -> Any:  # noqa: ANN401 - any YAML value
        if isinstance(node, MappingNode):
            return {name: self._plain(value, (*path, name), texts) for name, value in self._pairs(node, path)}
        if isinstance(node, SequenceNode):
            return [self._plain(value, (*path, place), texts) for place, value in enumerate(node.value)]
        self.lines[path] = node.start_mark.line + 1
        return self._scalar(node, path, texts) if isinstance(node, ScalarNode) else None

    def _scalar(self, node: ScalarNode, path: Path, texts: Texts) -> str | float | bool | None:
        if texts and not node.style and self._misread(node, path, texts):
            return None
        if node.style == '"' and self._escaped(node, path):
            return None
        if node.tag in _VALUE_TAGS:
            if texts in {"one", "many"} and not node.style and node.tag != NULL:
                return str(node.value)  # such as a title 007, which YAML takes for the number seven
            try:
                return construct(node.tag, node.value)
            except ValueError:
                self._refuse(node, path, "is not a valid number")
        elif node.tag != STR:
            reason = f"{node.tag} is not supported; write a plain value, and put text that starts with ! in quotes"
            self._refuse(node, path, reason)
        return str(node.value)

    def _escaped(self, node: ScalarNode, path: Path) -> bool:
        """Report a backslash in double quotes that YAML reads as the beginning of a control character."""
        start, end = node.start_mark, node.end_mark
        line = self._written[start.line]
        written = line[start.column : end.column if end.line == start.line else None]
        reason = escape_in_text(node.value, written, one_line=path in _LINES)
        if reason is not None:
            self._refuse_text(node, path, reason, written.strip('"'))
        return reason is not None

    def _misread(self, node: ScalarNode, path: Path, texts: Texts) -> bool:
        """Report text without quotes that YAML reads as something else, or not to its end."""
        line = self._written[node.end_mark.line]
        if advice := comment_in_text(line, node.end_mark.column):
            whole = line[node.start_mark.column if node.start_mark.line == node.end_mark.line else 0 :]
            reason = f"{_name(path)}: {advice.reason}; {in_quotes(_field(path), whole)}"
            self.problems.append(self._advised(Advice(node.end_mark.line + 1, advice.column, reason)))
        elif re.match(r"!(?!!)", self._written[node.start_mark.line][node.start_mark.column :]):
            self._refuse_text(node, path, "text that starts with ! means something else in YAML")
        elif texts == "one" and node.tag == NULL:
            reason = "has no text; write some, or leave the field out"
            self._refuse_text(node, path, 'means "nothing" in YAML') if node.value else self._refuse(node, path, reason)
        elif path in _TITLES and has_typographic_quotes(node.value):
            reason = "it has typographic quotes around it, which would be shown"
            self._refuse_text(node, path, reason, node.value[1:-1])
        else:
            return False
        return True

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Node]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._refuse(key, path, "the name of a field must be a word")
            elif key.value in seen:
                reason = f"appears twice; keep one (the first is on line {seen[key.value]})"
                self._refuse(key, (*path, key.value), reason)
            else:
                seen[key.value] = key.start_mark.line + 1
                yield key.value, value

    def _refuse(self, node: Node, path: Path, reason: str) -> msgspec.UnsetType:
        self.problems.append(self._problem(node.start_mark.line + 1, f"{_name(path)}: {reason}"))
        return UNSET

    def _refuse_text(self, node: Node, path: Path, reason: str, text: str | None = None) -> msgspec.UnsetType:
        """Refuse text that lacks quotes; `text` is what belongs between them, by default what is written."""
        mark = node.start_mark
        written = self._written[mark.line][mark.column :] if text is None else text
        told = f"{_name(path)}: {reason}; {in_quotes(_field(path), written)}"
        self.problems.append(self._advised(Advice(mark.line + 1, mark.column + 1, told)))
        return UNSET

    def _explain(self, error: MarkedYAMLError, text: str) -> Problem:
        """Say in an author's words why text is not YAML."""
        mark = error.problem_mark or error.context_mark
        line = min(mark.line + 1, len(self._written)) if mark else None
        if "escape" in str(error.problem):
            reason = "in double quotes a \\ starts an escape, and this one is not a character; use single quotes"
            return self._problem(line, f"{_NOT_YAML}: {reason}")
        if line is not None and (advice := advise(text, line)):
            return self._advised(advice)
        problem = str(error.problem or error.context)
        return self._problem(line, f"{_NOT_YAML}: {_IN_WORDS.get(problem, problem)}")

    def _advised(self, advice: Advice) -> Problem:
        named = re.match(r"[\w.-]+: ", advice.reason)
        reason = advice.reason if named else f"{_NOT_YAML}: {advice.reason}"
        return Problem(file=self._file, line=advice.line, column=advice.column, reason=reason)

    def _problem(self, line: int | None, reason: str) -> Problem:
        return Problem(file=self._file, line=line, reason=reason)


def _name(path: Path) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else shortened(part) for part in path) or "front matter"


def _field(path: Path) -> str:
    return path[-1] if path and isinstance(path[-1], str) else ""


def _texts_in(kind: Any) -> Texts:  # noqa: ANN401 - the type is a value here
    """Tell whether a field has text in an author's own words, several texts, or perhaps one."""
    metas = [meta for meta in getattr(kind, "__metadata__", ()) if meta.pattern == KEY]
    plain = getattr(kind, "__origin__", kind)
    if plain is str:
        return "" if metas else "one"
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        return "many" if _texts_in(arguments[0]) else ""
    return "perhaps" if any(_texts_in(each) for each in arguments if not isinstance(each, str)) else ""


def _hint_at_comma(node: Node, value: Node) -> str:
    """Suggest quotes where a comma inside brackets may have ended text too early."""
    empty = isinstance(value, ScalarNode) and not value.value and not value.style
    if isinstance(node, MappingNode) and node.flow_style and empty:
        return "; a comma ends a value inside { }; put text with a comma in quotes, and write 0.3 with a point"
    return ""


def _hint_at_space(name: str) -> str:
    """Report a special space, which YAML does not take for indentation."""
    return "; it starts with a special space; replace it with an ordinary one" if has_special_space(name) else ""


def _hint_at_quotes(node: Node) -> str:
    """Report quotes that YAML does not know."""
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    found = any(isinstance(each, ScalarNode) and has_typographic_quotes(each.value) for each in nodes)
    return '; it has typographic quotes: use straight ones ("…"), or none' if found else ""


def _wanted_list(value: object, kind: Any, field: str) -> str | None:  # noqa: ANN401 - the type is a value here
    """Say how to write as a list what lacks only its brackets; None for anything else."""
    if isinstance(value, list | dict) or value in (None, ""):
        return None
    parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else [value]
    try:
        msgspec.convert(parts, kind, dec_hook=_call_kind)
    except msgspec.ValidationError:
        return None
    return f"must be a list; write {field}: [{', '.join(map(str, parts))}]"


@functools.cache
def _fields_of(kind: type[Struct]) -> Mapping[str, FieldInfo]:
    """Return a struct's fields by the names that authors write; msgspec finds their types anew at each call."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _call_kind(kind: type, value: object) -> object:
    return kind(value)


def _in_words(error: msgspec.ValidationError) -> str:
    """Say a type error in words that an author knows."""
    reason = str(error).partition(" - at")[0]
    found = re.fullmatch(r"Expected `([^`]*)`, got `([^`]*)`", reason)
    if found is None:
        return reason[:1].lower() + reason[1:]
    wanted, got = found[1].split(" | "), found[2]
    known = " or ".join(_WORDS.get(each, each) for each in wanted if each != "null" or wanted == ["null"])
    quotes = "; put it in quotes" if "str" in wanted and got in {"int", "float", "bool"} else ""
    return f"expected {known}, got {_WORDS.get(got, got)}{quotes}"


def _expected(kind: Any) -> str | None:  # noqa: ANN401 - the type is a value here
    """Say what a field takes, when it takes one of a few words or describes itself."""
    if (described := _description(kind)) is not None:
        return described
    choices = get_args(get_args(kind)[0]) if get_origin(kind) is tuple else get_args(kind)
    words = [choice for choice in choices if isinstance(choice, str)]
    return f"must be one of: {', '.join(words)}" if words else None


def _description(kind: Any) -> str | None:  # noqa: ANN401 - likewise
    metas = [meta for part in (kind, *get_args(kind)) for meta in getattr(part, "__metadata__", ())]
    return next((meta.description for meta in metas if meta.description), None)
