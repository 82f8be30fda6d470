"""What the fields of the front matter take, read off its structs."""

from collections.abc import Iterator
from types import UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct, UnsetType

from prompts.front_matter import Line, Seconds
from prompts.output import Schema
from prompts.variables import Value

FieldKind: TypeAlias = Literal[
    "line",
    "text",
    "integer",
    "number",
    "boolean",
    "choice",
    "list",
    "integers",
    "duration",
    "value",
    "values",
    "schema",
    "fields",
    "items",
    "map",
]
"""`value` is of any plain kind, `values` have names; `fields`, `items` and `map` (by name) have inner fields."""

_ABSENT = frozenset({type(None), UnsetType})
_PLAIN: dict[object, FieldKind] = {
    Line: "line",
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    Seconds: "duration",
    tuple[int, ...]: "integers",
    dict[str, Value]: "values",
    Schema: "schema",
}


def fields_of(kind: type[Struct], prefix: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the fields of a struct and what they take, each followed by those inside it; names of those have dots."""
    for field in msgspec.structs.fields(kind):
        name, plain, metas = f"{prefix}{field.encode_name}", *_read(field.type)
        yield (
            name,
            {
                "kind": _kind(plain),
                "required": field.required,
                "default": field.default if isinstance(field.default, (str, int, float)) else None,
                "choices": _choices(plain),
                "least": next((meta.ge for meta in metas if meta.ge is not None), None),
                "most": next((meta.le for meta in metas if meta.le is not None), None),
            },
        )
        inner = _struct_in(plain)
        if inner is not None:
            yield from fields_of(inner, f"{name}.")


def _read(kind: Any) -> tuple[Any, tuple[Meta, ...]]:  # noqa: ANN401 - the type is a value here
    """Return what a field takes when it is there at all, and its bounds."""
    if get_origin(kind) in {Union, UnionType}:
        present = [each for each in get_args(kind) if each not in _ABSENT]
        return _read(present[0]) if len(present) == 1 else (Value, ())
    metas = getattr(kind, "__metadata__", ())
    return (kind if kind == Line or not metas else kind.__origin__), metas


def _kind(plain: Any) -> FieldKind:  # noqa: ANN401 - likewise
    if plain in _PLAIN:
        return _PLAIN[plain]
    if plain == Value:
        return "value"
    if get_origin(plain) is Literal:
        return "choice"
    if _struct_in(plain) is None:
        return "list"
    return {dict: "map", tuple: "items"}.get(get_origin(plain), "fields")  # type: ignore[return-value] # words of it


def _choices(plain: Any) -> tuple[str, ...]:  # noqa: ANN401 - likewise
    inner = get_args(plain)[0] if get_origin(plain) is tuple else plain
    return get_args(inner) if get_origin(inner) is Literal else ()


def _struct_in(plain: Any) -> type[Struct] | None:  # noqa: ANN401 - likewise
    found = [each for each in (plain, *get_args(plain)) if isinstance(each, type) and issubclass(each, Struct)]
    return found[0] if found else None
