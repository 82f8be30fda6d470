"""Reading request bodies: JSON whatever the Content-Type says, strictly typed, with the field at fault named."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request

from assistant.errors import InvalidRequestError
from messages.sentences import Sentence

T = TypeVar("T", bound=msgspec.Struct)

_NUL = b"\\u0000"
_PATH = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")
_NAMED = re.compile(r"(?:unknown|required) field `([^`]+)`")


def body_of(kind: type[T], *, storable: bool = False) -> Callable[[Request[Any, Any, Any]], Awaitable[T]]:
    """Make the dependency that reads a body of this kind.

    Args:
        kind: what the body is.
        storable: refuse NUL characters, which no database takes.

    Raises (when a request is read):
        InvalidRequestError: the body is not JSON, or not of this kind.
    """
    decoder = msgspec.json.Decoder(kind)

    async def read(request: Request[Any, Any, Any]) -> T:
        raw = await request.body()
        try:
            body = decoder.decode(raw)
            if storable and _NUL in raw:
                _refuse_nul(msgspec.to_builtins(body))  # of the fields alone: what else was sent is not built up
        except msgspec.ValidationError as error:
            raise _explain(str(error)) from None
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise InvalidRequestError("", Sentence("The body must be a JSON object, in UTF-8.")) from None
        return body

    return read


def _explain(message: str) -> InvalidRequestError:
    """Turn msgspec's message into one that begins with the field."""
    path = _PATH.search(message)
    reason = _PATH.sub("", message)
    named = _NAMED.search(message)
    parts = [part for part in (path[1] if path else "", named[1] if named else "") if part]
    return InvalidRequestError(".".join(parts), reason.replace("`", "'"))


def _refuse_nul(value: Any, path: str = "") -> None:  # noqa: ANN401 - any JSON value
    """Name the field that holds a NUL character: no database and no page takes one."""
    if isinstance(value, str) and "\0" in value:
        raise InvalidRequestError(path, Sentence("must not hold a NUL character"))
    if isinstance(value, dict):
        for name, member in value.items():
            _refuse_nul(name, path)
            _refuse_nul(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for member in value:
            _refuse_nul(member, path)
