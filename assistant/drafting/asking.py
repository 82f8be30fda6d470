"""Questions to the helpdesk, asked with the rights of the agent who presses a button."""

from collections.abc import Mapping
from typing import Any

import msgspec

from assistant.auth.actor import Credentials
from assistant.errors import CoreUnavailableError, ForbiddenError, NotFoundError, UnauthorizedError
from assistant.gateway.core import CoreAnswer, WritableCore
from messages.sentences import Sentence

_OK, _SIGNED_OUT, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404
_SIGNED_OUT_NOW = Sentence("You are no longer signed in. Sign in again.")
_NO_ACCESS = Sentence("Permission denied")
_MISSING = Sentence("The helpdesk does not know this conversation any more.")
_UNREADABLE = Sentence("The helpdesk did not answer as it should. Try again in a moment.")


async def names_of_tags(core: WritableCore, credentials: Credentials) -> tuple[str, ...]:
    """Return the names of all tags; raises as `data_of` does."""
    rows = data_of(await core.ask("/api/v1/tags", credentials))
    names = (row.get("name") for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()
    return tuple(dict.fromkeys(name.strip() for name in names if isinstance(name, str) and name.strip()))


async def add_note(core: WritableCore, uuid: str, html: str, credentials: Credentials) -> None:
    """Add a private note to a conversation, in the agent's name; raises as `data_of` does."""
    note = {
        "sender_type": "agent",
        "private": True,
        "message": html,
        "attachments": [],
        "mentions": [],
        "to": [],
        "cc": [],
        "bcc": [],
        "echo_id": "",
    }
    data_of(await core.post(f"/api/v1/conversations/{uuid}/messages", msgspec.json.encode(note), credentials))


def data_of(answer: CoreAnswer) -> Any:  # noqa: ANN401 - any JSON
    """Return what the helpdesk answered.

    Raises:
        UnauthorizedError, ForbiddenError, NotFoundError: it refused.
        CoreUnavailableError: it gave no answer that can be read.
    """
    if answer.status == _SIGNED_OUT:
        raise UnauthorizedError(_SIGNED_OUT_NOW)
    if answer.status == _FORBIDDEN:
        raise ForbiddenError(_NO_ACCESS)
    if answer.status == _NOT_FOUND:
        raise NotFoundError(_MISSING)
    try:
        found = msgspec.json.decode(answer.body) if answer.status == _OK else None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        found = None
    if not isinstance(found, Mapping) or "data" not in found:
        raise CoreUnavailableError(_UNREADABLE)
    return found["data"]
