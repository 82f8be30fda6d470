"""Reading `multipart/form-data` as it arrives: fields into memory, a file straight to disk."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any, Protocol
from uuid import uuid4

from litestar import Request
from msgspec import Struct
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from assistant.errors import InvalidRequestError, TooLargeError
from assistant.text.sizes import shown_size
from messages.sentences import Sentence

_LARGEST_FIELD = 64 * 1024  # bytes
_MOST_PARTS = 30
_DRAINED = 8  # times the limit: what is read and thrown away, so that the client hears the answer
_HEAD = 8192  # bytes of a file that are kept to tell its type


class Upload(Struct, frozen=True, kw_only=True):
    """A file that arrived: what the client calls it, where it lies, and how it begins."""

    field: str
    filename: str
    path: Path
    size: int
    head: bytes


class Form(Struct, frozen=True, kw_only=True):
    """Fields and files of a form."""

    fields: dict[str, str]
    files: list[Upload]

    def discard(self) -> None:
        """Remove the files."""
        for file in self.files:
            file.path.unlink(missing_ok=True)


class Source(Protocol):
    """Where a body comes from."""

    def stream(self) -> AsyncIterator[bytes]:
        """Yield the body in blocks."""
        ...


async def read_form(request: Request[Any, Any, Any], folder: Path, *, largest_file: int) -> Form:
    """Read a form; its files are written into a folder under names that no one else chooses.

    Args:
        request: whose body it is.
        folder: where files go; made when it is missing.
        largest_file: bytes that a file may have.

    Raises:
        InvalidRequestError: it is no form, or a broken one.
        TooLargeError: a file or field is over its limit. Nothing stays behind.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not boundary.isascii() or not boundary:
        raise InvalidRequestError("Content-Type", Sentence("must be multipart/form-data with a boundary"))
    form = _Reading(folder, largest_file)
    try:
        await _parse(request, boundary, form)
    except MultipartError as error:
        form.discard()
        raise InvalidRequestError("", Sentence("The form can't be read: {error}.", error=str(error))) from None
    except BaseException:
        form.discard()
        raise
    return Form(fields=form.fields, files=form.files)


async def _parse(request: Source, boundary: str, form: "_Reading") -> None:
    received = 0
    with PushMultipartParser(boundary, max_segment_count=_MOST_PARTS, header_charset="utf8") as parser:
        async for block in request.stream():
            received += len(block)
            if form.too_large:
                if received > _DRAINED * form.largest_file:
                    break
                continue
            for event in parser.parse(block):
                await form.take(event)
        if form.too_large:
            parser.close(check_complete=False)
            raise TooLargeError(form.too_large)


class _Reading:
    def __init__(self, folder: Path, largest_file: int) -> None:
        self.largest_file = largest_file
        self.too_large = ""
        self.fields: dict[str, str] = {}
        self.files: list[Upload] = []
        self._folder = folder
        self._part: MultipartSegment | None = None
        self._data = bytearray()
        self._file: IO[bytes] | None = None
        self._path = folder
        self._size = 0

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        """Take what the parser found: a part's beginning, some of its content, or (nothing) its end."""
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            self._end()
        else:
            await self._add(event)

    def discard(self) -> None:
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)
        for file in self.files:
            file.path.unlink(missing_ok=True)

    def _begin(self, part: MultipartSegment) -> None:
        self._part, self._size = part, 0
        self._data.clear()
        if part.filename is not None:
            if self.files:
                raise InvalidRequestError(part.name or "files", Sentence("must be one file"))
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path = self._folder / f".{uuid4()}"
            self._file = self._path.open("xb")

    async def _add(self, block: bytes | bytearray) -> None:
        self._size += len(block)
        if self._file is None:
            if self._size > _LARGEST_FIELD:
                raise TooLargeError(
                    Sentence("{name}: may have at most {most}.", name=self._name, most=shown_size(_LARGEST_FIELD))
                )
            self._data += block
            return
        if self._size > self.largest_file:
            self.too_large = Sentence(
                "{name}: a file may have at most {most}.", name=self._name, most=shown_size(self.largest_file)
            )
            return
        if len(self._data) < _HEAD:
            self._data += block[: _HEAD - len(self._data)]
        await asyncio.to_thread(self._file.write, block)

    def _end(self) -> None:
        name = self._name
        if self._file is not None:
            self._file.close()
            self._file = None
            filename = self._part.filename if self._part is not None and self._part.filename else ""
            upload = Upload(field=name, filename=filename, path=self._path, size=self._size, head=bytes(self._data))
            self.files.append(upload)
        elif name in self.fields:
            raise InvalidRequestError(name, Sentence("must be sent once"))
        else:
            self.fields[name] = _decoded(name, bytes(self._data))

    @property
    def _name(self) -> str:
        return self._part.name if self._part is not None and self._part.name else ""


def _decoded(name: str, value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise InvalidRequestError(name, Sentence("must be UTF-8")) from None
    if "\0" in text:
        raise InvalidRequestError(name, Sentence("must not hold a NUL character"))
    return text
