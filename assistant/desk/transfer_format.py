"""The lines of an exported desk: how they are written, and how strictly they are read.

The first line is the header, each further one a row, in an order in which what a row refers to stands before it. A row
has its table's columns under their names; only a column called `type` has its kind before it (`message_type`), since
`type` tells the kinds of lines apart. What a field may hold follows from its column.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, BinaryIO, Union, get_args, get_type_hints

import msgspec
from msgspec import Meta, Struct, defstruct
from sqlalchemy import Column, String, Table

from assistant.desk.fields import LARGEST_ID
from assistant.desk.tables import (
    AgentRow,
    Base,
    ContactNoteRow,
    ContactRow,
    ConversationRow,
    ConversationTagRow,
    InboxRow,
    MediaRow,
    MembershipRow,
    MessageRow,
    PriorityRow,
    StatusRow,
    TagRow,
    TeamRow,
    ViewRow,
)
from assistant.errors import InvalidRequestError

VERSION = 1
MEDIA, MEDIA_CONTENT = "media", "media_content"
KINDS: Mapping[str, type[Base]] = {
    "inbox": InboxRow,
    "status": StatusRow,
    "priority": PriorityRow,
    "team": TeamRow,
    "agent": AgentRow,
    "membership": MembershipRow,
    "contact": ContactRow,
    "contact_note": ContactNoteRow,
    "tag": TagRow,
    "conversation": ConversationRow,
    "conversation_tag": ConversationTagRow,
    "message": MessageRow,
    MEDIA: MediaRow,
    "view": ViewRow,
}
"""The kinds of rows and their tables, in an order in which each refers only to those before it."""

CONTENT_BLOCK = 256 * 1024
"""Bytes of a media file that one line holds."""

_LONGEST_LINE = 16 * 1024 * 1024  # bytes: twice the largest row of a desk, so that any other file is told apart soon
_UUID = r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z"  # names a file, so it must be nothing else
_NUL = re.compile(rb"(?<!\\)(\\\\)*\\u0000")
_PATH = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")
_NAMED = re.compile(r"(?:unknown|required) field `([^`]+)`")
_REMEDY = "Correct this line, or export the desk again"
_COPY = "Copy the file again, or export the desk again"


class Header(Struct, frozen=True, kw_only=True, tag_field="type", tag="desk"):
    """The first line; `rows` tells how many follow, so that a file that was cut off is noticed."""

    version: Annotated[int, Meta(ge=1)]
    rows: int | None = None


class Line(Struct, frozen=True, kw_only=True):
    """A line that was read: its number, its kind, and the values of its columns."""

    number: int
    kind: str
    values: dict[str, Any]


class _MediaContent(Struct, frozen=True, tag_field="type", tag=MEDIA_CONTENT, forbid_unknown_fields=True):
    uuid: Annotated[str, Meta(pattern=_UUID)]
    data: Annotated[bytes, Meta(max_length=CONTENT_BLOCK)]


class _Kind(Struct):
    type: str = ""


def wrong(number: int, field: str, reason: str) -> InvalidRequestError:
    """Return the error of a line."""
    return InvalidRequestError(f"line {number}" + (f": {field}" if field else ""), reason)


def table_of(row: type[Base]) -> Table:
    """Return a class's table."""
    return Base.metadata.tables[row.__tablename__]


def field_of(kind: str, column: str) -> str:
    """Return what a column is called in a line."""
    return f"{kind}_type" if column == "type" else column


def written(kind: str, values: Mapping[str, Any]) -> bytes:
    """Return the line of a row or of a part of a file."""
    named = {field_of(kind, name): value for name, value in values.items()}
    return msgspec.json.encode({"type": kind, **named}) + b"\n"


def written_header(rows: int) -> bytes:
    """Return the first line."""
    return msgspec.json.encode(Header(version=VERSION, rows=rows)) + b"\n"


def read_header(source: BinaryIO) -> Header:
    """Read the first line; raises InvalidRequestError if the file is no exported desk, or one of a newer version."""
    hint = 'must be {"type": "desk", "version": 1}. Take a file that `assistant desk export` wrote'
    raw = source.readline(_LONGEST_LINE)
    try:
        header = msgspec.json.decode(raw, type=Header)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise wrong(1, "", hint) from None
    if header.version > VERSION:
        reason = f"is {header.version}, and this program reads up to {VERSION}. Import the file with a newer program"
        raise wrong(1, "version", reason)
    return header


def read_lines(source: BinaryIO, header: Header) -> Iterator[Line]:
    """Read what follows the first line.

    Raises:
        InvalidRequestError: a line can't be used, or lines are missing at the end.
    """
    rows, number = 0, 1
    for number, raw in enumerate(iter(partial(source.readline, _LONGEST_LINE), b""), 2):
        line = _read(number, raw)
        rows += line.kind != MEDIA_CONTENT
        yield line
    if header.rows not in {None, rows}:
        raise wrong(number, "", f"is the last one after {rows} of {header.rows} rows: lines are missing. {_COPY}")


def _read(number: int, raw: bytes) -> Line:
    if not raw.endswith(b"\n"):
        raise wrong(number, "", f"has no end: the file was cut off here. {_COPY}")
    try:
        raw.decode()
        row = _DECODER.decode(raw)
        values = _values_of(row)
    except msgspec.ValidationError as error:
        raise _explained(number, raw, str(error)) from None
    except UnicodeError:
        raise wrong(number, "", f"is not UTF-8. {_COPY}") from None
    except OverflowError:
        raise wrong(number, "", f"holds a time outside the years 1 to 9999. {_REMEDY}") from None
    except (msgspec.DecodeError, RecursionError):
        raise wrong(number, "", f"is not a JSON object. {_REMEDY}") from None
    kind: str = row.__struct_config__.tag
    if _NUL.search(raw):
        field = next((name for name in values if _NUL.search(msgspec.json.encode(values[name]))), "")
        raise wrong(number, f"{kind}.{field}", "holds a NUL character (\\u0000), which no database takes. Take it out")
    return Line(number=number, kind=kind, values=values)


def _values_of(row: Struct) -> dict[str, Any]:
    columns = _COLUMNS[type(row)]
    found = {column: getattr(row, field) for field, column in columns.items()}
    return {name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in found.items()}


def _explained(number: int, raw: bytes, message: str) -> InvalidRequestError:
    """Turn msgspec's message into one that begins with the line and the field."""
    path, named = _PATH.search(message), _NAMED.search(message)
    field = path[1] if path else named[1] if named else ""
    if field in {"", "type"}:
        return wrong(number, field, f"must be an object whose type is one of: {', '.join(_TYPES)}. {_REMEDY}")
    with suppress(RecursionError):  # of what is nested too deeply
        field = f"{msgspec.json.decode(raw, type=_Kind).type}.{field}"
    reason = _PATH.sub("", message).replace("`", "'")
    return wrong(number, field, f"{reason}. {_REMEDY}")


def _struct_of(kind: str, row: type[Base]) -> type[Struct]:
    hints = get_type_hints(row)
    fields = [(field_of(kind, column.name), _type_of(column, hints[column.name])) for column in table_of(row).columns]
    return defstruct(kind, fields, tag_field="type", tag=kind, forbid_unknown_fields=True)


def _type_of(column: Column[Any], mapped: Any) -> Any:  # noqa: ANN401 - types
    [hint] = get_args(mapped)
    if column.nullable:
        return _limited(column, get_args(hint)[0]) | None
    return _limited(column, hint)


def _limited(column: Column[Any], hint: Any) -> Any:  # noqa: ANN401 - likewise
    if hint is int:
        lowest = 1 if column.primary_key or column.foreign_keys else 0
        return Annotated[int, Meta(ge=lowest, le=LARGEST_ID)]
    if hint is datetime:
        return Annotated[datetime, Meta(tz=True)]
    if column.name == "uuid":
        return Annotated[str, Meta(pattern=_UUID)]
    if isinstance(column.type, String) and column.type.length:
        return Annotated[str, Meta(max_length=column.type.length)]
    return hint


_STRUCTS = {kind: _struct_of(kind, row) for kind, row in KINDS.items()} | {MEDIA_CONTENT: _MediaContent}
_COLUMNS = {
    struct: {field: "type" if field == field_of(kind, "type") else field for field in struct.__struct_fields__}
    for kind, struct in _STRUCTS.items()
}
_TYPES = tuple(_STRUCTS)
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Union[tuple(_STRUCTS.values())])  # noqa: UP007 - made at run time
