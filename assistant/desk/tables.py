"""The desk's tables, as its migrations make them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.database.tables import UtcDateTime
from assistant.database.upgrading import Tables
from assistant.desk.search_index import add_search_index

NOBODY = 0
"""What the counts hold in place of a missing agent or team: part of a primary key can't be null."""


def now() -> datetime:
    """Return this moment, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Base of the desk's tables."""

    __abstract__ = True

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[str]: JSON, list[dict[str, Any]]: JSON}  # noqa: RUF012 - SQLAlchemy's own form


class Dated(Base):
    """A row with an id and its times."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, sort_order=-3)
    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=-2)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, sort_order=-1)


class AgentRow(Dated):
    """An agent; API secret and password are kept only as hashes. A deleted one stays as an author."""

    __tablename__ = "desk_agent"
    first_name: Mapped[str] = mapped_column(String(140))
    last_name: Mapped[str] = mapped_column(String(140), default="")
    email: Mapped[str] = mapped_column(String(254), unique=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    availability_status: Mapped[str] = mapped_column(String(30), default="offline")
    roles: Mapped[list[str]] = mapped_column(default=list)
    api_key: Mapped[str | None] = mapped_column(String(200), unique=True, default=None)
    api_secret_hash: Mapped[str | None] = mapped_column(String(64), default=None)
    api_key_last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None)
    last_active_at: Mapped[datetime | None] = mapped_column(default=None)
    last_login_at: Mapped[datetime | None] = mapped_column(default=None)
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)


class SessionRow(Base):
    """Someone who signed in with a browser; the cookie's value is kept only as a hash."""

    __tablename__ = "desk_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("desk_agent.id"), index=True)
    expires_at: Mapped[datetime]


class SignInFailureRow(Base):
    """Wrong passwords in a row for an e-mail address, from one network or from all, whether it is known or not.

    Only a hash of address and network is kept.
    """

    __tablename__ = "desk_sign_in_failure"

    email_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    locked_until: Mapped[datetime]


class TeamRow(Dated):
    """A team; business hours and SLA policies are kept for clients and mean nothing here."""

    __tablename__ = "desk_team"

    name: Mapped[str] = mapped_column(String(140), unique=True)
    emoji: Mapped[str | None] = mapped_column(String(40), default=None)
    conversation_assignment_type: Mapped[str] = mapped_column(String(40))
    timezone: Mapped[str] = mapped_column(String(80), default="UTC")
    business_hours_id: Mapped[int | None] = mapped_column(default=None)
    sla_policy_id: Mapped[int | None] = mapped_column(default=None)
    max_auto_assigned_conversations: Mapped[int] = mapped_column(default=0)


class MembershipRow(Base):
    """An agent who belongs to a team."""

    __tablename__ = "desk_team_agent"

    agent_id: Mapped[int] = mapped_column(ForeignKey("desk_agent.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("desk_team.id"), primary_key=True, index=True)


class InboxRow(Dated):
    """Where conversations come in."""

    __tablename__ = "desk_inbox"

    name: Mapped[str] = mapped_column(String(140), unique=True)
    channel: Mapped[str] = mapped_column(String(20), default="email")
    mail: Mapped[str] = mapped_column(String(254))


class StatusRow(Dated):
    """What a conversation can be, such as Open; its category tells what that means."""

    __tablename__ = "desk_status"

    name: Mapped[str] = mapped_column(String(140), unique=True)
    category: Mapped[str] = mapped_column(String(20))


class PriorityRow(Dated):
    """How urgent a conversation can be."""

    __tablename__ = "desk_priority"

    name: Mapped[str] = mapped_column(String(140), unique=True)


class ContactRow(Dated):
    """A customer; `search_text` is the folded name and address that contact search looks into."""

    __tablename__ = "desk_contact"

    first_name: Mapped[str] = mapped_column(String(140))
    last_name: Mapped[str] = mapped_column(String(140), default="")
    email: Mapped[str] = mapped_column(String(254), unique=True)
    phone_number: Mapped[str | None] = mapped_column(String(40), default=None)
    phone_number_country_code: Mapped[str | None] = mapped_column(String(40), default=None)
    country: Mapped[str | None] = mapped_column(String(2), default=None)
    avatar_url: Mapped[str | None] = mapped_column(String(2000), default=None)
    enabled: Mapped[bool] = mapped_column(default=True)
    external_user_id: Mapped[str | None] = mapped_column(String(200), default=None)
    custom_attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    search_text: Mapped[str] = mapped_column(String(1100))


class ContactNoteRow(Dated):
    """What agents should know about a contact."""

    __tablename__ = "desk_contact_note"

    contact_id: Mapped[int] = mapped_column(ForeignKey("desk_contact.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_agent.id"))
    note: Mapped[str] = mapped_column(Text)


class ConversationRow(Dated):
    """A conversation; what lists show of its messages is kept beside it, so that a list is one query."""

    __tablename__ = "desk_conversation"
    __table_args__ = (
        Index("desk_conversation_newest", "last_message_at", "id"),
        Index("desk_conversation_assigned", "assigned_user_id", "last_message_at", "id"),
        Index("desk_conversation_team", "assigned_team_id", "assigned_user_id", "last_message_at", "id"),
        Index("desk_conversation_contact", "contact_id", "last_message_at"),
        Index("desk_conversation_status", "status_id", "last_message_at", "id"),
    )

    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    reference_number: Mapped[str] = mapped_column(String(40), unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("desk_contact.id"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("desk_inbox.id"))
    status_id: Mapped[int] = mapped_column(ForeignKey("desk_status.id"))
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("desk_priority.id"), default=None)
    assigned_user_id: Mapped[int | None] = mapped_column(ForeignKey("desk_agent.id"), default=None)
    assigned_team_id: Mapped[int | None] = mapped_column(ForeignKey("desk_team.id"), default=None)
    subject: Mapped[str] = mapped_column(String(1000), default="")
    custom_attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    snoozed_until: Mapped[datetime | None] = mapped_column(default=None, index=True)
    first_reply_at: Mapped[datetime | None] = mapped_column(default=None)
    last_reply_at: Mapped[datetime | None] = mapped_column(default=None)
    waiting_since: Mapped[datetime | None] = mapped_column(default=None)
    assignee_last_seen_at: Mapped[datetime] = mapped_column(default=now)
    unread_message_count: Mapped[int] = mapped_column(default=0)
    last_message: Mapped[str] = mapped_column(String(400), default="")
    last_message_at: Mapped[datetime] = mapped_column(default=now)
    last_message_sender: Mapped[str] = mapped_column(String(10))


class ConversationCountRow(Base):
    """How many conversations an agent and a team have together, so that no list has to count its rows."""

    __tablename__ = "desk_conversation_count"

    assigned_user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    assigned_team_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    conversations: Mapped[int]


class TagRow(Dated):
    """A word that conversations can be marked with."""

    __tablename__ = "desk_tag"

    name: Mapped[str] = mapped_column(String(140), unique=True)


class ConversationTagRow(Base):
    """A tag of a conversation."""

    __tablename__ = "desk_conversation_tag"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("desk_conversation.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("desk_tag.id"), primary_key=True, index=True)


class MessageRow(Dated):
    """A message or private note; only its status ever changes. `echo_id` keeps a repeated request from doubling it."""

    __tablename__ = "desk_message"
    __table_args__ = (
        Index("desk_message_conversation", "conversation_id", "created_at", "id"),
        UniqueConstraint("conversation_id", "sender_type", "sender_id", "echo_id"),
    )

    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("desk_conversation.id"))
    type: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    content: Mapped[str] = mapped_column(Text)
    text_content: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(String(10))
    private: Mapped[bool] = mapped_column(default=False)
    sender_id: Mapped[int]
    sender_type: Mapped[str] = mapped_column(String(10))
    meta: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mentions: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    echo_id: Mapped[str | None] = mapped_column(String(100), default=None)


class MediaRow(Dated):
    """An uploaded file; its content lies in a file that is named by the uuid alone."""

    __tablename__ = "desk_media"
    __table_args__ = (Index("desk_media_message", "message_id"),)

    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    filename: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(127))
    disposition: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    meta: Mapped[dict[str, Any]] = mapped_column(default=dict)
    linked_model: Mapped[str | None] = mapped_column(String(20), default=None)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("desk_message.id"), default=None)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("desk_contact.id"), default=None)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("desk_agent.id"))


class ViewRow(Dated):
    """A saved filter over conversations, of one agent."""

    __tablename__ = "desk_view"

    name: Mapped[str] = mapped_column(String(140))
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_agent.id"), index=True)
    filters: Mapped[list[dict[str, Any]]] = mapped_column(default=list)


add_search_index(Base.metadata)

TABLES = Tables(
    metadata=Base.metadata, scripts=Path(__file__).parent / "migrations", version_table="desk_alembic_version"
)
"""The desk's tables, and how an older database gets them."""
