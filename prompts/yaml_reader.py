"""YAML 1.2 into strict structs, with the line of everything that does not fit."""

from collections.abc import Iterator
from typing import Any, TypeAlias, get_args, get_origin

import msgspec
from msgspec import UNSET, Struct
from yaml import MappingNode, MarkedYAMLError, Node, ScalarNode, SequenceNode, YAMLError

from prompts.errors import BrokenTemplateError, Problem, meant
from prompts.yaml_core import BOOL, FLOAT, INT, NULL, STR, compose, construct, find_unread

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands in the document: field names, and positions in lists from 0."""

_WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "fields",
    "null": "nothing",
}
_VALUE_TAGS = frozenset({BOOL, FLOAT, INT, NULL})


class Reader:
    """Reads one document of `file`; what does not fit gathers in `problems`, and `lines` tells where each value is."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self.lines: dict[Path, int] = {}
        self._file = file

    def compose(self, text: str) -> Node:
        """Parse the text; raises `BrokenTemplateError` when it is no YAML, or empty."""
        try:
            unread = find_unread(text)
            node = None if unread else compose(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise BrokenTemplateError(self._problem(mark.line + 1 if mark else None, _explain(error))) from error
        except (YAMLError, RecursionError) as error:
            raise BrokenTemplateError(self._problem(1, "the front matter is not YAML")) from error
        if unread is not None:
            raise BrokenTemplateError(self._problem(unread[0], f"front matter: {unread[1]}"))
        if node is None:
            raise BrokenTemplateError(self._problem(1, "the front matter is empty"))
        return node

    def read(self, node: Node, kind: Any, path: Path = ()) -> Any:  # noqa: ANN401 - the type is a value here
        """Read a node as `kind`; `UNSET` when it does not fit, and then `problems` says why."""
        self.lines[path] = node.start_mark.line + 1
        arguments = get_args(kind)
        if _is_struct(kind):
            return self._read_struct(node, kind, path)
        if get_origin(kind) is dict and _is_struct(arguments[1]):
            return self._read_mapping(node, arguments[1], path)
        if get_origin(kind) is tuple and _is_struct(arguments[0]):
            return self._read_sequence(node, arguments[0], path)
        return self._read_plain(node, kind, path)

    def _read_struct(self, node: Node, kind: type[Struct], path: Path) -> Any:  # noqa: ANN401 - likewise
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        if not isinstance(node, MappingNode):
            return self._refuse(node, path, f"must hold fields: {', '.join(fields)}")
        found: dict[str, Any] = {}
        for name, value in self._pairs(node, path):
            if field := fields.get(name):
                found[field.name] = self.read(value, field.type, (*path, name))
            else:
                known = ", ".join(sorted(fields))
                self._refuse(value, (*path, name), f"is no known field{meant(name, fields)}; known here: {known}")
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
            return self._refuse(node, path, "must be fields, one a line")
        values = {name: self.read(value, kind, (*path, name)) for name, value in self._pairs(node, path)}
        return UNSET if UNSET in values.values() else values

    def _read_sequence(self, node: Node, kind: type[Struct], path: Path) -> Any:  # noqa: ANN401 - likewise
        if not isinstance(node, SequenceNode):
            return self._refuse(node, path, "must be a list, each item behind a dash")
        values = [self.read(value, kind, (*path, place)) for place, value in enumerate(node.value)]
        return UNSET if UNSET in values else tuple(values)

    def _read_plain(self, node: Node, kind: Any, path: Path) -> Any:  # noqa: ANN401 - likewise
        try:
            return msgspec.convert(self._plain(node, path), kind, dec_hook=_call_kind)
        except msgspec.ValidationError as error:
            return self._refuse(node, path, _expected(kind) or _in_words(error))

    def _plain(self, node: Node, path: Path) -> Any:  # noqa: ANN401 - any YAML value
        if isinstance(node, MappingNode):
            return {name: self._plain(value, (*path, name)) for name, value in self._pairs(node, path)}
        if isinstance(node, SequenceNode):
            return [self._plain(value, (*path, place)) for place, value in enumerate(node.value)]
        self.lines[path] = node.start_mark.line + 1
        return self._scalar(node, path) if isinstance(node, ScalarNode) else None

    def _scalar(self, node: ScalarNode, path: Path) -> str | float | bool | None:
        if node.tag in _VALUE_TAGS:
            try:
                return construct(node.tag, node.value)
            except ValueError:
                self._refuse(node, path, "is not a number that can be read")
        elif node.tag != STR:
            self._refuse(node, path, f"{node.tag} is not read; write a plain value")
        return str(node.value)

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Node]]:
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._refuse(key, path, "a field's name must be a word")
            elif key.value in seen:
                self._refuse(key, (*path, key.value), "stands twice; keep one")
            else:
                seen.add(key.value)
                yield key.value, value

    def _refuse(self, node: Node, path: Path, reason: str) -> msgspec.UnsetType:
        name = ".".join(str(part + 1 if isinstance(part, int) else part) for part in path)
        self.problems.append(self._problem(node.start_mark.line + 1, f"{name or 'front matter'}: {reason}"))
        return UNSET

    def _problem(self, line: int | None, reason: str) -> Problem:
        return Problem(file=self._file, line=line, reason=reason)


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _call_kind(kind: type, value: object) -> object:
    return kind(value)


def _explain(error: MarkedYAMLError) -> str:
    return f"the front matter is not YAML: {error.problem or error.context}"


def _in_words(error: msgspec.ValidationError) -> str:
    """Say a type error in words that an author knows."""
    reason = str(error).partition(" - at")[0]
    for name, word in _WORDS.items():
        reason = reason.replace(f"`{name}`", word)
    return reason[:1].lower() + reason[1:]


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
