"""Operations on uploaded files."""

from urllib.parse import quote

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.response import File
from multipart import content_disposition_quote

from assistant.desk.api.request import DeskRequest
from assistant.desk.media import MediaFiles
from assistant.desk.shapes import Media
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError, NotFoundError
from assistant.web.forms import Form, read_form
from assistant.web.operation import documented
from assistant.web.parameters import read_uuid
from messages.sentences import Sentence

_FORM = (
    {
        "files": {"type": "string", "format": "binary"},
        "inline": {"type": "string"},
        "linked_model": {"type": "string", "enum": ["messages"]},
    },
    ("files",),
)
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}


class MediaController(Controller):
    """Operations on uploaded files."""

    tags = ("Media",)

    @post("/api/v1/media", status_code=200, request_max_body_size=None, opt=documented(answers=Media, form=_FORM))
    async def upload(self, request: DeskRequest, media: NamedDependency[MediaFiles]) -> Success:
        """Keep a file; `inline` is `true` for a picture that is shown within a message."""
        form = await read_form(request, media.folder, largest_file=media.largest)
        try:
            inline, linked_model = _read(form)
            file = form.files[0]
            return success(await media.keep(file, request.user, inline=inline, linked_model=linked_model))
        finally:
            form.discard()

    @get("/uploads/{uuid:str}", opt=documented(answers=None))
    async def download(self, request: DeskRequest, media: NamedDependency[MediaFiles]) -> File:
        """Give a file to an agent who may see it."""
        found = await media.find(read_uuid(request, what=Sentence("file")), request.user)
        path = media.path_of(found.uuid)
        if not path.is_file():
            raise NotFoundError(Sentence("The content of this file is gone from the disk."))
        plain = content_disposition_quote(found.filename.encode("ascii", "replace").decode())
        name = f"filename={plain}; filename*=UTF-8''{quote(found.filename, safe='')}"  # RFC 6266, 4.3
        headers = {
            **_SAFE,
            "Content-Type": found.content_type,  # as a media type it would get a charset, perhaps a second one
            "Content-Disposition": f"{found.disposition}; {name}",
        }
        return File(path=path, headers=headers, content_disposition_type="attachment")


def _read(form: Form) -> tuple[bool, str | None]:
    known = {"inline", "linked_model"}
    if unknown := sorted(set(form.fields) - known):
        raise InvalidRequestError(
            unknown[0], "must be a file" if unknown[0] == "files" else "is not a field of this form"
        )
    if len(form.files) != 1 or form.files[0].field != "files":
        raise InvalidRequestError("files", Sentence("must be one file"))
    linked_model = form.fields.get("linked_model") or None
    if linked_model not in {None, "messages"}:
        raise InvalidRequestError("linked_model", Sentence("must be messages"))
    return form.fields.get("inline") == "true", linked_model
