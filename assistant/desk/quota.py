"""How much an agent may upload that is in no message yet."""

import re

from msgspec import Struct
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.desk.tables import AgentRow, MediaRow
from assistant.errors import TooLargeError
from assistant.text.sizes import shown_size
from messages.sentences import Sentence

IN_CONTENT = "content"
"""What a file is linked to that is attached to no message, but shown in one by its address."""

UNATTACHED = (
    MediaRow.message_id.is_(None) & MediaRow.contact_id.is_(None) & MediaRow.linked_model.is_distinct_from(IN_CONTENT)
)
"""Which files belong to nothing yet."""


_ADDRESS = re.compile(r"/uploads/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class Quota(Struct, frozen=True, kw_only=True):
    """What each agent may have uploaded without sending it: so many files, of so many bytes together."""

    files: int
    bytes: int


async def check_room(session: AsyncSession, quota: Quota, agent_id: int, size: int) -> None:
    """Check that an agent may upload so many bytes more; their other uploads wait until the session's end.

    Raises:
        TooLargeError: that is too many files, or bytes.
    """
    await session.execute(select(AgentRow.id).where(AgentRow.id == agent_id).with_for_update(key_share=True))
    own = select(func.count(), func.coalesce(func.sum(MediaRow.size), 0)).where(MediaRow.uploaded_by == agent_id)
    files, used = (await session.execute(own.where(UNATTACHED))).one()
    if files >= quota.files:
        raise TooLargeError(
            Sentence(
                "files: you have {used} uploads that are in no message yet, and may have {most}. "
                "Send them, or wait: uploads that are in no message are deleted after a day.",
                used=files,
                most=quota.files,
            )
        )
    if used + size > quota.bytes:
        raise TooLargeError(
            Sentence(
                "files: you have {used} that are in no message yet, and may have {most} with this one. "
                "Send them, or wait: uploads that are in no message are deleted after a day.",
                used=shown_size(used),
                most=shown_size(quota.bytes),
            )
        )


async def keep_shown(session: AsyncSession, text: str | None) -> None:
    """Keep the uploads for good whose addresses a text holds, such as pictures within a message."""
    uuids = set(_ADDRESS.findall(text or ""))
    if uuids:
        shown = update(MediaRow).where(MediaRow.uuid.in_(uuids), UNATTACHED)
        await session.execute(shown.values(linked_model=IN_CONTENT))


async def leave_earlier_pictures(session: AsyncSession, contact_id: int, address: str) -> None:
    """Take all pictures of a contact but the one at this address for uploads that are in no message: those go."""
    earlier = update(MediaRow).where(MediaRow.contact_id == contact_id, MediaRow.uuid.not_in(_ADDRESS.findall(address)))
    await session.execute(earlier.values(contact_id=None))
