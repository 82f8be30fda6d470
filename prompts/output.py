"""What a prompt wants as its answer where that is no text but JSON: a schema, and whether an answer follows it.

A schema is written in a small part of JSON Schema (https://json-schema.org), which every provider with structured
output takes: all properties are required, and there are no others.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from prompts.syntax import KEY

Schema: TypeAlias = dict[str, Any]

MOST_FIELDS = 50
"""Values of all kinds that a schema may describe."""
_LONGEST_TEXT = 2000  # characters of one that has no `maxLength`
_MOST_ITEMS = 50  # of a list that has no `maxItems`
_VALUE = re.compile(r"Invalid enum value .*?(?= - at|$)", re.DOTALL)
_OF_EACH = frozenset({"type", "description"})
_KEYWORDS: Mapping[str, frozenset[str]] = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "maxItems"}),
    "string": frozenset({"enum", "maxLength"}),
    "integer": frozenset({"minimum", "maximum"}),
    "number": frozenset({"minimum", "maximum"}),
    "boolean": frozenset(),
}
_BOUNDS = {
    "maxItems": "at most {} items",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
}
"""Bounds, in words: not every provider takes them in a schema, so they are told in the description."""


class Output(Struct, frozen=True, kw_only=True):
    """That an answer is JSON, and what it must hold; raises `ValueError` for a schema that can't be used."""

    format: Literal["json"]
    schema: Schema

    def __post_init__(self) -> None:
        if self.schema.get("type") != "object":
            raise ValueError("schema: must be of `type: object`")
        _check(self.schema, "schema", [0])

    @property
    def sent(self) -> Schema:
        """The schema as providers take it: strict, its bounds in words."""
        return _strict(self.schema)

    def read(self, value: object) -> str:
        """Return a value as JSON that follows the schema.

        Raises:
            ValueError: it does not; says what is wrong, without the value.
        """
        try:
            read = msgspec.convert(value, _kind(self.schema))
        except msgspec.ValidationError as error:
            raise ValueError(_VALUE.sub("not one of the enum", str(error)).replace("`", "'")) from None
        return msgspec.json.encode(read).decode()


def _check(schema: object, path: str, count: list[int]) -> None:
    """See that a schema is one that can be used; raises `ValueError` that names the place."""
    count[0] += 1
    if count[0] > MOST_FIELDS:
        raise ValueError(f"schema: describes more than {MOST_FIELDS} values")
    kind = schema.get("type") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(kind, str) or kind not in _KEYWORDS:
        raise ValueError(f"{path}: must have a `type`: {', '.join(_KEYWORDS)}")
    known = _OF_EACH | _KEYWORDS[kind]
    if unknown := sorted(set(schema) - known):
        raise ValueError(f"{path}: {unknown[0]!r} can't be used here; use one of: {', '.join(sorted(known))}")
    for name, value in schema.items():
        if not _CHECKS[name](value):
            raise ValueError(f"{path}.{name}: is not what it must be in a JSON schema")
    if kind == "object":
        _check_object(schema, path, count)
    elif kind == "array":
        _check(schema.get("items"), f"{path}.items", count)


def _check_object(schema: Schema, path: str, count: list[int]) -> None:
    fields = schema.get("properties")
    if not fields:
        raise ValueError(f"{path}: needs `properties`")
    if schema.get("additionalProperties") or set(schema.get("required") or fields) != set(fields):
        raise ValueError(f"{path}: all properties are required, and there are no others; leave that out")
    for name, inner in fields.items():
        if not re.match(KEY, name):
            raise ValueError(f"{path}.{name}: may have only lowercase letters, digits and _")
        _check(inner, f"{path}.{name}", count)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) and each for each in value)


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "type": lambda value: isinstance(value, str),
    "description": lambda value: isinstance(value, str),
    "properties": lambda value: isinstance(value, dict),
    "required": _is_texts,
    "additionalProperties": lambda value: isinstance(value, bool),
    "items": lambda value: isinstance(value, dict),
    "enum": _is_texts,
    "maxItems": _is_count,
    "maxLength": _is_count,
    "minimum": _is_number,
    "maximum": _is_number,
}


def _kind(schema: Schema) -> Any:  # noqa: ANN401 - a type
    """Return the type of the values that follow a schema."""
    match schema["type"]:
        case "object":
            fields = [(name, _kind(inner)) for name, inner in schema["properties"].items()]
            return msgspec.defstruct("Answer", fields, forbid_unknown_fields=True)
        case "array":
            most = schema.get("maxItems", _MOST_ITEMS)
            return Annotated[list[_kind(schema["items"])], Meta(max_length=most)]  # type: ignore[misc] # made here
        case "string" if "enum" in schema:
            return Literal[tuple(schema["enum"])]
        case "string":
            return Annotated[str, Meta(max_length=schema.get("maxLength", _LONGEST_TEXT))]
        case "boolean":
            return bool
        case name:
            plain = int if name == "integer" else float
            return Annotated[plain, Meta(ge=schema.get("minimum"), le=schema.get("maximum"))]


def _strict(schema: Schema) -> Schema:
    strict = {name: value for name, value in schema.items() if name not in _BOUNDS}
    bounds = [form.format(schema[name]) for name, form in _BOUNDS.items() if name in schema]
    if bounds:
        strict["description"] = ", ".join(filter(None, (schema.get("description"), *bounds)))
    if "properties" in schema:
        strict["properties"] = {name: _strict(inner) for name, inner in schema["properties"].items()}
        strict |= {"required": list(schema["properties"]), "additionalProperties": False}
    if "items" in schema:
        strict["items"] = _strict(schema["items"])
    return strict
