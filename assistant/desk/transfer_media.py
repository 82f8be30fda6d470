"""Contents of media files on their way out of a desk and into one."""

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO, Self

from assistant.desk.media_folder import MediaFolder
from assistant.desk.transfer_format import CONTENT_BLOCK, MEDIA, MEDIA_CONTENT, Line, written, wrong
from assistant.errors import NotFoundError

_PREFIX = ".import-"
_ABANDONED = 24 * 3600.0  # seconds after which no one works on it any more
_REMEDY = "Export the desk again"


def written_content(media: MediaFolder, uuid: str, size: int) -> Iterator[bytes]:
    """Return the lines that hold a file's content.

    Raises:
        NotFoundError: the file is missing or has another size than the desk knows.
    """
    path, found = media.path_of(uuid), 0
    try:
        with path.open("rb") as file:
            while block := file.read(CONTENT_BLOCK):
                found += len(block)
                yield written(MEDIA_CONTENT, {"uuid": uuid, "data": block})
    except FileNotFoundError:
        raise NotFoundError(f"{path}: the file is missing. Put it back from a backup.") from None
    if found != size:
        raise NotFoundError(f"{path}: has {found} bytes instead of {size}. Put it back from a backup.")


class Staging:
    """Keeps the files of an import aside until their rows are there for good; what is left at the end goes.

    Args:
        media: where they shall lie.
    """

    def __init__(self, media: MediaFolder) -> None:
        self._media = media
        self._row: Line | None = None
        self._file: BinaryIO | None = None
        self._placed: set[str] = set()

    def __enter__(self) -> Self:
        folder = self._media.folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What an import left that was killed goes.
        for path in folder.glob(f"{_PREFIX}*"):
            if time.time() - path.stat().st_mtime > _ABANDONED:
                shutil.rmtree(path, ignore_errors=True)
        self._folder = Path(mkdtemp(prefix=_PREFIX, dir=folder))
        self._contents, self._replaced = self._folder / "contents", self._folder / "replaced"
        self._contents.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def note_replaced(self, uuids: Iterable[str]) -> None:
        """Remember files that shall go when the import is done."""
        with self._replaced.open("a", encoding="ascii") as file:
            file.writelines(f"{uuid}\n" for uuid in uuids)

    def take_from(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Take the contents out of the lines, and pass on the others.

        Raises:
            InvalidRequestError: a content belongs to no row before it, or is not as long as that says.
        """
        for line in lines:
            if line.kind == MEDIA_CONTENT:
                self._add(line)
                continue
            self._finish()
            if line.kind == MEDIA:
                self._row, self._file = line, (self._contents / line.values["uuid"]).open("wb")
            yield line
        self._finish()

    def put_in_place(self) -> None:
        """Move the new files to where they belong."""
        for path in list(self._contents.iterdir()):
            target = self._media.path_of(path.name)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.replace(target)
            self._placed.add(path.name)

    def remove_replaced(self) -> None:
        """Remove the files of the replaced desk, but for those that came again."""
        if self._replaced.exists():
            with self._replaced.open(encoding="ascii") as file:
                for uuid in map(str.strip, file):
                    if uuid not in self._placed:
                        self._media.path_of(uuid).unlink(missing_ok=True)

    def _add(self, line: Line) -> None:
        if self._file is None or self._row is None or self._row.values["uuid"] != line.values["uuid"]:
            raise wrong(line.number, "media_content.uuid", f"must be that of the media line above it. {_REMEDY}")
        self._file.write(line.values["data"])

    def _finish(self) -> None:
        if self._file is None or self._row is None:
            return
        found, size = self._file.tell(), self._row.values["size"]
        if found != size:
            raise wrong(self._row.number, "media.size", f"is {size}, but {found} bytes of content follow. {_REMEDY}")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._row = self._file = None
