"""Which revision of something a request is based on, by the headers of HTTP."""

import re

from assistant.errors import InvalidRequestError
from assistant.web.parameters import Connection
from messages.sentences import Sentence

_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')


def tag_of(revision: int) -> dict[str, str]:
    """Return the header that tells a revision."""
    return {"ETag": f'"{revision}"'}


def read_revision(connection: Connection) -> int | None:
    """Return the revision that If-Match names (RFC 9110, 13.1.1); None when it is not there, or says `*`.

    Raises:
        InvalidRequestError: it is none that `tag_of` has told.
    """
    written = connection.headers.get("if-match", "").strip()
    if written in {"", "*"}:
        return None
    found = _TAG.fullmatch(written)
    if found is None:
        raise InvalidRequestError("If-Match", Sentence("must be the ETag of what was read, as it was sent"))
    return int(found[1])
