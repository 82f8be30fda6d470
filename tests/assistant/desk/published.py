"""Compares two OpenAPI documents, 3.0 or 3.1, by what a client can send and can count on."""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, TypeAlias

from msgspec import Struct

Document: TypeAlias = Mapping[str, Any]

_METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
_ANNOTATIONS = {"title", "description", "example", "examples", "default"}
_STRUCTURE = {"$ref", "type", "nullable", "anyOf", "enum", "format", "properties", "items", "required"}
_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


class Side(Enum):
    """Who writes what a schema describes: only a client's own writing is hurt by a new demand."""

    CLIENT = "client"
    SERVER = "server"


class Shape(Struct, frozen=True, kw_only=True):
    """A schema with its references resolved and its dialect gone; `demands` are all keywords that refuse values."""

    kind: str
    nullable: bool
    values: frozenset[Any]
    format: str
    properties: dict[str, Any]
    required: frozenset[str]
    items: Any
    demands: dict[str, Any]


def operations(document: Document) -> dict[tuple[str, str], dict[str, Any]]:
    """Return all operations by path and method."""
    return {
        (path, method): item[method]
        for path, item in document["paths"].items()
        for method in sorted(_METHODS & item.keys())
    }


def parameters(operation: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the parameters by place and name; each with whether it must be there and its schema."""
    return {
        (each["in"], each["name"]): {"required": each.get("required", False), "schema": each["schema"]}
        for each in operation.get("parameters", [])
    }


def body(operation: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the media type and schema of what is sent; nothing when there is no body."""
    content = operation.get("requestBody", {}).get("content", {})
    (found,) = ((kind, media["schema"]) for kind, media in content.items()) if content else (("", None),)
    return found


def answer(operation: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a JSON schema
    """Return the schema of the 200 answer."""
    return operation["responses"]["200"]["content"]["application/json"]["schema"]


def listed(document: Document, given: Callable[[Mapping[str, Any]], Any] = answer) -> str:
    """Return all operations as a text: one a block, with what it takes, is sent and gives; `!` is what must be there.

    Args:
        document: the document.
        given: returns the schema of an operation's 200 answer.
    """
    blocks = []
    for (path, method), operation in sorted(operations(document).items()):
        takes = [f"{'.'.join(name)}{'!' * each['required']}" for name, each in parameters(operation).items()]
        kind, schema = body(operation)
        sends = [kind, *_names(schema, document)] if schema is not None else []
        lines = {"takes": sorted(takes), "sends": sends, "gives": _names(given(operation), document, required=False)}
        told = [f"  {name} {' '.join(words)}\n" for name, words in lines.items() if words]
        blocks.append("".join([f"{method.upper()} {path} {' '.join(sorted(operation['responses']))}\n", *told]))
    return "".join(blocks)


def _names(schema: Mapping[str, Any], document: Document, at: str = "", *, required: bool = True) -> list[str]:
    """Return the fields of a schema with what is in them, as `data[].name`."""
    shape = shape_of(schema, document)
    if shape.items is not None:
        return _names(shape.items, document, f"{at}[]", required=required)
    found = []
    for name, inner in sorted(shape.properties.items()):
        place, must = f"{at}.{name}" if at else name, required and name in shape.required
        found += [f"{place}{'!' * must}", *_names(inner, document, place, required=must)]
    return found


def shape_of(schema: Mapping[str, Any], document: Document) -> Shape:
    """Read a schema of either dialect."""
    schema, nullable = _without_null(resolved(schema, document), document)
    values = frozenset(schema.get("enum", ()))
    return Shape(
        kind=schema.get("type") or _kind_of(values),
        nullable=nullable,
        values=values - {None},
        format=schema.get("format", ""),
        properties=schema.get("properties", {}),
        required=frozenset(schema.get("required", ())),
        items=schema.get("items"),
        demands={name: value for name, value in schema.items() if name not in _ANNOTATIONS | _STRUCTURE},
    )


def resolved(schema: Mapping[str, Any], document: Document) -> Mapping[str, Any]:
    """Follow a reference to the component that it names."""
    while reference := schema.get("$ref"):
        schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    return schema


def differences(theirs: Shape, ours: Shape, documents: tuple[Document, Document], side: Side) -> Iterator[str]:
    """Yield where our shape is another one than theirs; fields that only we have are fine unless we ask for them."""
    for name in ("kind", "nullable", "values", "format"):
        if getattr(theirs, name) != getattr(ours, name):
            yield f": {name} {_shown(getattr(theirs, name))} became {_shown(getattr(ours, name))}"
    yield from _demanded(theirs, ours, side)
    for name, schema in theirs.properties.items():
        if name not in ours.properties:
            yield f".{name}: is missing"
            continue
        yield from _within(f".{name}", (schema, ours.properties[name]), documents, side)
    if theirs.items is not None and ours.items is not None:
        yield from _within("[]", (theirs.items, ours.items), documents, side)


def _within(place: str, schemas: tuple[Any, Any], documents: tuple[Document, Document], side: Side) -> Iterator[str]:
    theirs, ours = (shape_of(schema, document) for schema, document in zip(schemas, documents, strict=True))
    yield from (f"{place}{each}" for each in differences(theirs, ours, documents, side))


def _demanded(theirs: Shape, ours: Shape, side: Side) -> Iterator[str]:
    for name in sorted(theirs.required ^ ours.required):
        yield f".{name}: required {name in theirs.required} became {name in ours.required}"
    for name, value in sorted(ours.demands.items()):
        if value != theirs.demands.get(name):
            yield f": {side.value} must now keep {name} {value}"
    for name in sorted(theirs.demands.keys() - ours.demands.keys()):
        if theirs.demands[name] is not True:  # `additionalProperties: true` says nothing
            yield f": {name} {theirs.demands[name]} is gone"


def _without_null(schema: Mapping[str, Any], document: Document) -> tuple[Mapping[str, Any], bool]:
    """Take `null` out of a schema, however its dialect says it, and tell whether it was there."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        (kind,) = (each for each in kinds if each != "null")
        return {**schema, "type": kind}, "null" in kinds
    if "anyOf" in schema:
        rest = [each for each in schema["anyOf"] if each.get("type") != "null"]
        if len(rest) == 1:
            outer = {name: value for name, value in schema.items() if name != "anyOf"}
            return {**outer, **resolved(rest[0], document)}, len(schema["anyOf"]) > 1
    return schema, bool(schema.get("nullable", False))


def _kind_of(values: frozenset[Any]) -> str:
    kinds = {_KINDS[type(value)] for value in values if value is not None}
    return kinds.pop() if len(kinds) == 1 else ""


def _shown(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, frozenset) else value
