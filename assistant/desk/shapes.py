"""How the desk shows conversations, messages and files, field by field as published; what it can't fill is null."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from msgspec import Meta, Struct

from assistant.database.moment import Moment
from assistant.desk.people import Contact, ContactName, ContactSummary, Dated, Email

T = TypeVar("T")


class Status(Struct, frozen=True, kw_only=True):
    """What a conversation can be."""

    id: int
    created_at: Moment
    name: str
    category: Literal["open", "waiting", "resolved"]


class Priority(Struct, frozen=True, kw_only=True):
    """How urgent a conversation can be."""

    id: int
    created_at: Moment
    name: str


class Tag(Dated, frozen=True, kw_only=True):
    """A word that conversations can be marked with."""

    name: str


class ConversationListItem(Dated, frozen=True, kw_only=True):
    """A conversation, as lists show it."""

    uuid: str
    waiting_since: Moment | None
    assignee_last_seen_at: Moment
    contact: ContactSummary
    inbox_channel: str
    inbox_name: str
    sla_policy_id: int | None = None
    first_reply_at: Moment | None
    last_reply_at: Moment | None
    resolved_at: Moment | None
    subject: str
    last_message: str
    last_message_at: Moment
    last_message_sender: str
    next_sla_deadline_at: Moment | None = None
    priority_id: int | None
    unread_message_count: int
    status: str
    priority: str | None
    first_response_deadline_at: Moment | None = None
    resolution_deadline_at: Moment | None = None
    applied_sla_id: int | None = None
    next_response_deadline_at: Moment | None = None
    next_response_met_at: Moment | None = None


class PreviousConversation(Dated, frozen=True, kw_only=True):
    """An earlier conversation with the same contact."""

    uuid: str
    contact: ContactName
    last_message: str
    last_message_at: Moment


class Conversation(Struct, frozen=True, kw_only=True):
    """A conversation, whole but for its messages."""

    id: int
    created_at: Moment
    updated_at: Moment
    uuid: Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
    contact_id: int
    inbox_id: int
    closed_at: Moment | None
    resolved_at: Moment | None
    snoozed_until: Moment | None
    reference_number: str
    priority: str | None
    priority_id: int | None
    status: str
    status_id: int
    first_reply_at: Moment | None
    last_reply_at: Moment | None
    assigned_user_id: int | None
    assigned_team_id: int | None
    assignee_last_seen_at: Moment
    waiting_since: Moment | None
    subject: str
    inbox_mail: Email
    inbox_name: str
    inbox_channel: str
    tags: list[str]
    meta: list[dict[str, Any]] = []
    custom_attributes: dict[str, Any]
    last_message_at: Moment
    last_message: str
    last_message_sender: Literal["contact", "agent"]
    contact: Contact
    sla_policy_id: int | None = None
    sla_policy_name: str | None = None
    applied_sla_id: int | None = None
    first_response_deadline_at: Moment | None = None
    resolution_deadline_at: Moment | None = None
    next_response_deadline_at: Moment | None = None
    next_response_met_at: Moment | None = None
    previous_conversations: list[PreviousConversation]


class ConversationFound(Struct, frozen=True, kw_only=True):
    """A conversation, as search shows it."""

    created_at: Moment
    uuid: str
    reference_number: str
    subject: str


class MessageMeta(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """The envelope of a message sent by e-mail."""

    to: list[str] = []
    cc: list[str] = []
    bcc: list[str] = []
    from_: list[str] = []
    subject: str = ""


class Media(Dated, frozen=True, kw_only=True):
    """An uploaded file."""

    uuid: str
    store: str = "fs"
    filename: str
    content_type: str
    content_id: str = ""
    model_id: int | None
    model_type: str | None
    disposition: str | None
    size: int
    meta: dict[str, Any]
    url: str


class Message(Dated, frozen=True, kw_only=True):
    """A message or a private note."""

    uuid: str
    type: Literal["incoming", "outgoing"]
    status: Literal["pending", "sent", "received", "failed"]
    conversation_id: int
    conversation_uuid: str
    content: str
    text_content: str
    content_type: Literal["html", "text"]
    private: bool
    sender_id: int
    sender_type: Literal["agent", "contact"]
    meta: MessageMeta
    attachments: list[dict[str, Any]]
    echo_id: str | None = None


class MessageFound(Struct, frozen=True, kw_only=True):
    """A message, as search shows it."""

    created_at: Moment
    text_content: str
    conversation_created_at: Moment
    conversation_uuid: str
    conversation_reference_number: str


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list, and how much there is in all."""

    results: list[T]
    total: int
    per_page: int
    total_pages: int
    page: int


class View(Dated, frozen=True, kw_only=True):
    """A saved filter over conversations."""

    name: str
    user_id: int
    filters: list[dict[str, Any]]
