"""Adding a message to a conversation, and what that changes about the conversation."""

import html
import re
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

import nh3
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.desk.caller import Caller
from assistant.desk.labels import OPEN
from assistant.desk.quota import keep_shown
from assistant.desk.search_index import MESSAGES, index_texts
from assistant.desk.tables import ContactRow, ConversationRow, InboxRow, MessageRow, StatusRow, now
from assistant.text.offloading import offload_at_once
from assistant.text.reading import TAG

_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h[1-6]|tr|blockquote|pre)>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n{3,}")
_MOST_TAGS = 500
_SHORT = 300  # characters of a message that lists show


class NewMessage(Struct, frozen=True, kw_only=True):
    """A message that shall be added; `sender_id` and `at` are the caller and this moment unless given."""

    content: str
    sender_type: Literal["agent", "contact"]
    private: bool = False
    to: list[str] = []
    cc: list[str] = []
    bcc: list[str] = []
    mentions: list[dict[str, Any]] = []
    echo_id: str | None = None
    sender_id: int | None = None
    at: datetime | None = None


async def add_message(session: AsyncSession, row: ConversationRow, new: NewMessage, caller: Caller) -> MessageRow:
    """Add a message, and bring the conversation up to date with it."""
    by_agent = new.sender_type == "agent"
    sender_id = new.sender_id or (caller.id if by_agent else row.contact_id)
    moment = new.at or now()
    markup = TAG.search(new.content) is not None
    text = await offload_at_once(len(new.content), plain_text, new.content) if markup else new.content
    message = MessageRow(
        uuid=str(uuid4()),
        created_at=moment,
        updated_at=moment,
        conversation_id=row.id,
        type="outgoing" if by_agent else "incoming",
        status="sent" if by_agent else "received",
        content=new.content,
        text_content=text,
        content_type="html" if markup else "text",
        private=new.private,
        sender_id=sender_id,
        sender_type=new.sender_type,
        meta=await _meta(session, row, new, by_agent=by_agent),
        mentions=new.mentions,
        echo_id=new.echo_id,
    )
    session.add(message)
    await session.flush()
    await keep_shown(session, new.content)
    await index_texts(session, MESSAGES, {message.id: text})
    await _bring_up_to_date(session, row, message)
    return message


def plain_text(content: str) -> str:
    """Return the words of an HTML fragment, one line for each block."""
    broken = _BREAK.sub("\n", content)
    # An HTML parser takes quadratic time and memory for tags that are opened and never closed.
    bare = nh3.clean(broken, tags=set()) if broken.count("<") <= _MOST_TAGS else TAG.sub("", broken)
    return _BLANK_LINES.sub("\n\n", html.unescape(bare)).strip()


async def _meta(session: AsyncSession, row: ConversationRow, new: NewMessage, *, by_agent: bool) -> dict[str, Any]:
    """Return the envelope: from the inbox to the contact, or the other way round, unless said otherwise."""
    if new.private:
        return {}
    inbox = await session.get_one(InboxRow, row.inbox_id)
    contact = await session.get_one(ContactRow, row.contact_id)
    sender, receiver = (inbox.mail, contact.email) if by_agent else (contact.email, inbox.mail)
    return {"from": [sender], "to": new.to or [receiver], "cc": new.cc, "bcc": new.bcc, "subject": row.subject}


async def _bring_up_to_date(session: AsyncSession, row: ConversationRow, message: MessageRow) -> None:
    row.updated_at = message.created_at
    if message.private:
        return
    row.last_message = " ".join(message.text_content.split())[:_SHORT]
    row.last_message_at = message.created_at
    row.last_message_sender = message.sender_type
    if message.sender_type == "agent":
        row.first_reply_at = row.first_reply_at or message.created_at
        row.last_reply_at, row.waiting_since = message.created_at, None
        return
    row.waiting_since = row.waiting_since or message.created_at
    row.unread_message_count += 1
    # A conversation in which a customer wrote is open again.
    row.status_id = (await session.scalars(select(StatusRow.id).where(StatusRow.name == OPEN))).one()
    row.closed_at = row.resolved_at = row.snoozed_until = None
