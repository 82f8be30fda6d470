"""Uploaded files: telling what they are, keeping them, and giving them only to those who may see them."""

import mimetypes
import os
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

from msgspec import structs
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database.database import Database
from assistant.desk.caller import Caller, readable_by
from assistant.desk.media_folder import MediaFolder
from assistant.desk.quota import Quota, check_room
from assistant.desk.shapes import Media
from assistant.desk.tables import ConversationRow, MediaRow, MessageRow
from assistant.errors import InvalidRequestError, NotFoundError
from assistant.web.forms import Upload
from assistant.web.links import link
from messages.sentences import Sentence

SHOWN_INLINE = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp", "application/pdf"})
"""Types that a browser shows without running anything in them; all else is offered for saving."""

MARK = "."
"""How the names of files begin that tell of an upload under way: the rest is its uuid."""

_STARTS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"%PDF-": "application/pdf",
}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")
_RUNNABLE = re.compile(r"^text/|xml$|script")  # types in which a browser could run something
_LONGEST_NAME = 200


class MediaFiles(MediaFolder):
    """The desk's uploaded files.

    Args:
        database: where it is kept what they are.
        folder: where their content lies.
        extensions: endings of names that are taken, in lower case; any when there are none.
        largest: bytes that a file may have.
        quota: what an agent may have uploaded without sending it; one file of the largest size always has room.
    """

    def __init__(
        self, database: Database, folder: Path, *, extensions: frozenset[str], largest: int, quota: Quota
    ) -> None:
        super().__init__(folder)
        self._database = database
        self._quota = structs.replace(quota, bytes=max(quota.bytes, largest))
        self.largest = largest
        self._extensions = extensions

    async def keep_picture(self, uploads: list[Upload], contact_id: int, caller: Caller) -> str | None:
        """Keep a contact's picture, if one was sent, and return its address.

        Raises:
            InvalidRequestError: it is no picture, or more than one file.
        """
        uploads = [upload for upload in uploads if upload.filename or upload.size]
        if not uploads:
            return None
        if uploads[0].field != "files":
            raise InvalidRequestError(uploads[0].field, Sentence("is not a field of this form"))
        if not content_type_of(uploads[0].head).startswith("image/"):
            raise InvalidRequestError("files", Sentence("must be a picture, such as PNG or JPEG"))
        return (await self.keep(uploads[0], caller, inline=True, contact_id=contact_id)).url

    async def keep(
        self,
        upload: Upload,
        caller: Caller,
        *,
        inline: bool,
        linked_model: str | None = None,
        contact_id: int | None = None,
    ) -> Media:
        """Keep an uploaded file.

        Raises:
            InvalidRequestError: its name has an ending that is not taken, or it is empty.
            TooLargeError: the agent has uploaded too much that is in no message yet.
        """
        filename = clean_name(upload.filename)
        self._check(upload, filename)
        content_type, uuid = content_type_of(upload.head), str(uuid4())
        path = self.path_of(uuid)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync(upload.path)
        mark = self.folder / f"{MARK}{uuid}"
        mark.touch(mode=0o600)  # by which the content is found again if the process is killed before there is a row
        try:
            async with self._database.writing() as session:
                if contact_id is None:
                    await check_room(session, self._quota, caller.id, upload.size)
                upload.path.replace(path)
                row = MediaRow(
                    uuid=uuid,
                    filename=filename,
                    content_type=content_type,
                    disposition="inline" if inline and content_type in SHOWN_INLINE else "attachment",
                    size=upload.size,
                    linked_model=linked_model,
                    contact_id=contact_id,
                    uploaded_by=caller.id,
                )
                session.add(row)
                await session.flush()
                return shown(row)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            mark.unlink(missing_ok=True)

    async def find(self, uuid: str, caller: Caller) -> Media:
        """Return a file that the agent may see: their own, a contact's picture, or one of a readable conversation.

        Raises:
            NotFoundError: there is none, or not for this agent.
        """
        async with self._database.reading() as session:
            row = await session.scalar(select(MediaRow).where(MediaRow.uuid == uuid))
            if row is None or not await _may_see(session, row, caller):
                raise NotFoundError(Sentence("There is no file with this address."))
            return shown(row)

    def _check(self, upload: Upload, filename: str) -> None:
        if not upload.size:
            raise InvalidRequestError(upload.field, Sentence("must not be empty"))
        ending = Path(filename).suffix.removeprefix(".").lower()
        if self._extensions and ending not in self._extensions:
            allowed = ", ".join(sorted(self._extensions))
            raise InvalidRequestError(upload.field, Sentence("the name must end in one of: {allowed}", allowed=allowed))


async def attach(session: AsyncSession, ids: list[int], message_id: int, caller: Caller) -> None:
    """Make files part of a message.

    Raises:
        InvalidRequestError: one does not exist, belongs to someone else, or belongs to a message already.
    """
    if not ids:
        return
    rows = await session.scalars(
        select(MediaRow).where(
            MediaRow.id.in_(ids), MediaRow.uploaded_by == caller.id, MediaRow.message_id.is_(None)
        ).with_for_update()
    )  # fmt: skip
    found = {row.id: row for row in rows}
    for media_id in ids:
        if media_id not in found:
            raise InvalidRequestError(
                "attachments", Sentence("there is no free upload of yours with the id {media_id}", media_id=media_id)
            )
        found[media_id].message_id, found[media_id].linked_model = message_id, "messages"


async def attachments_of(session: AsyncSession, message_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what is attached to some messages, by their ids; one query for all of them."""
    found: dict[int, list[dict[str, Any]]] = {}
    if message_ids:
        rows = select(MediaRow).where(MediaRow.message_id.in_(message_ids)).order_by(MediaRow.id)
        for row in await session.scalars(rows):
            media = shown(row)
            as_json = {name: getattr(media, name) for name in Media.__struct_fields__}
            found.setdefault(row.message_id or 0, []).append(as_json)
    return found


def shown(row: MediaRow) -> Media:
    """Show a file as the published API does."""
    return Media(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        uuid=row.uuid,
        filename=row.filename,
        content_type=row.content_type,
        model_id=row.message_id,
        model_type=row.linked_model,
        disposition=row.disposition,
        size=row.size,
        meta=row.meta,
        url=link(f"/uploads/{row.uuid}"),
    )


def clean_name(name: str) -> str:
    """Return a file's name without folders and what some system can't keep, its ending whole."""
    last = _UNSAFE.sub("_", re.split(r"[/\\]", name)[-1]).strip(" .") or "file"
    stem, ending = Path(last).stem, Path(last).suffix[:20]
    return stem[: _LONGEST_NAME - len(ending)] + ending


def content_type_of(head: bytes) -> str:
    """Tell the type of a file by how it begins; its name does not count."""
    for start, kind in _STARTS.items():
        if head.startswith(start):
            return kind
    import puremagic  # noqa: PLC0415 - only uploads need its tables

    try:
        name = puremagic.from_string(head)
    except (puremagic.PureError, ValueError):
        return "text/plain; charset=utf-8" if _is_text(head) else "application/octet-stream"
    guessed = mimetypes.guess_type(f"file{name}")[0] or "application/octet-stream"
    return "text/plain; charset=utf-8" if _RUNNABLE.search(guessed) else guessed


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return False
        text = head[: error.start].decode()
    return "\0" not in text


async def _may_see(session: AsyncSession, row: MediaRow, caller: Caller) -> bool:
    if row.uploaded_by == caller.id or row.contact_id is not None:
        return True
    if row.message_id is None or not caller.may("messages:read"):
        return False
    conversation = select(ConversationRow.id).join(MessageRow, MessageRow.conversation_id == ConversationRow.id)
    query = conversation.where(MessageRow.id == row.message_id, readable_by(caller))
    return await session.scalar(query) is not None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
