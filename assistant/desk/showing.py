"""A whole conversation: what is read of it, and how it is shown."""

from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, select
from sqlalchemy.orm import aliased

from assistant.database.queries import Query, Row
from assistant.desk.caller import Caller, may_read
from assistant.desk.people import Contact, ContactName
from assistant.desk.shapes import Conversation, PreviousConversation
from assistant.desk.tables import (
    ContactRow,
    ConversationRow,
    ConversationTagRow,
    InboxRow,
    PriorityRow,
    StatusRow,
    TagRow,
)

_MOST_PREVIOUS = 10
_MOST_LOOKED_AT = 50
_ID = bindparam("id", type_=Integer)
_OWN = tuple(name for name in Conversation.__struct_fields__ if name in ConversationRow.__table__.c)
_CONTACT = tuple(name for name in Contact.__struct_fields__ if name in ContactRow.__table__.c)
_PREVIOUS = tuple(name for name in PreviousConversation.__struct_fields__ if name != "contact")


def _whole() -> Select[Any]:
    return (
        select(
            *(getattr(ConversationRow, name) for name in _OWN),
            *(getattr(ContactRow, name).label(f"contact_{name}") for name in _CONTACT if name != "id"),
            InboxRow.mail.label("inbox_mail"),
            InboxRow.name.label("inbox_name"),
            InboxRow.channel.label("inbox_channel"),
            StatusRow.name.label("status"),
            PriorityRow.name.label("priority"),
        )
        .join(ContactRow, ContactRow.id == ConversationRow.contact_id)
        .join(InboxRow, InboxRow.id == ConversationRow.inbox_id)
        .join(StatusRow, StatusRow.id == ConversationRow.status_id)
        .outerjoin(PriorityRow, PriorityRow.id == ConversationRow.priority_id)
    )


WHOLE = Query(lambda: _whole().where(ConversationRow.id == _ID))
WHOLE_BY_UUID = Query(lambda: _whole().where(ConversationRow.uuid == bindparam("uuid", type_=String)))
TAGS = Query(
    lambda: (
        select(TagRow.name)
        .join(ConversationTagRow, ConversationTagRow.tag_id == TagRow.id)
        .where(ConversationTagRow.conversation_id == _ID)
        .order_by(TagRow.name)
    )
)


def _previous() -> Select[Any]:
    this = aliased(ConversationRow)
    return (
        select(*(getattr(ConversationRow, name) for name in (*_PREVIOUS, "assigned_user_id", "assigned_team_id")))
        .join(this, this.contact_id == ConversationRow.contact_id)
        .where(this.id == _ID, ConversationRow.id != _ID)
        .order_by(ConversationRow.last_message_at.desc(), ConversationRow.id.desc())
        .limit(_MOST_LOOKED_AT)
    )


PREVIOUS = Query(_previous)


def whole(found: Row, tags: list[str], previous: list[Row], caller: Caller) -> Conversation:
    """Put a conversation together from what was read; of the previous ones those that the agent may read."""
    own = {name: found.pop(f"contact_{name}") for name in _CONTACT if name != "id"}
    contact = Contact(id=found["contact_id"], **own)
    who = ContactName(first_name=contact.first_name, last_name=contact.last_name, avatar_url=contact.avatar_url)
    shown = [
        PreviousConversation(contact=who, **each)
        for each in previous
        if may_read(caller, each.pop("assigned_user_id"), each.pop("assigned_team_id"))
    ]
    return Conversation(**found, tags=tags, contact=contact, previous_conversations=shown[:_MOST_PREVIOUS])
