"""Reading request bodies: JSON whatever the Content-Type says, strictly typed, with the field at fault named."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema

from assistant.errors import InvalidRequestError

T = TypeVar("T", bound=msgspec.Struct)

_PATH = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")
_NAMED = re.compile(r"(?:unknown|required) field `([^`]+)`")


def body_of(kind: type[T]) -> Callable[[Request[Any, Any, Any]], Awaitable[T]]:
    """Make the dependency that reads a body of this kind.

    Raises (when a request is read):
        InvalidRequestError: the body is not JSON, or not of this kind.
    """
    decoder = msgspec.json.Decoder(kind)

    async def read(request: Request[Any, Any, Any]) -> T:
        try:
            return decoder.decode(await request.body())
        except msgspec.ValidationError as error:
            raise _explain(str(error)) from None
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise InvalidRequestError("", "The body must be a JSON object, in UTF-8.") from None

    return read


def _explain(message: str) -> InvalidRequestError:
    """Turn msgspec's message into one that begins with the field."""
    path = _PATH.search(message)
    reason = _PATH.sub("", message)
    named = _NAMED.search(message)
    parts = [part for part in (path[1] if path else "", named[1] if named else "") if part]
    return InvalidRequestError(".".join(parts), reason.replace("`", "'"))


def documented(kind: type[msgspec.Struct]) -> type[Operation]:
    """Make the OpenAPI operation that documents a body read by `body_of`."""
    [schema], components = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    described = components.get(kind.__name__, schema)

    class _Documented(Operation):
        def __post_init__(self) -> None:
            media = {"application/json": OpenAPIMediaType(schema=_schema(described))}
            self.request_body = RequestBody(content=media, required=True)

    return _Documented


def _schema(described: dict[str, Any]) -> Schema:
    """Wrap a plain JSON schema for Litestar, which renders what it knows and keeps the names."""
    properties = {name: Schema(**_known(value)) for name, value in described.get("properties", {}).items()}
    return Schema(
        type="object",  # type: ignore[arg-type] # the enum's own value
        required=described.get("required") or None,
        properties=properties,  # type: ignore[arg-type] # dict is invariant
        description=described.get("description"),
    )


def _known(value: dict[str, Any]) -> dict[str, Any]:
    names = {"type": "type", "enum": "enum", "default": "default", "anyOf": "any_of"}
    return {names[key]: part for key, part in value.items() if key in names}
