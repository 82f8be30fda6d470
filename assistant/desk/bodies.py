"""What the desk is sent: bodies, strictly typed and checked, each error naming the field at fault."""

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from assistant.desk.fields import (
    LARGEST_ID,
    LONGEST_TEXT,
    check_choice,
    check_email,
    check_id,
    check_line,
    check_number,
    check_text,
)
from assistant.desk.permissions import ROLES
from assistant.errors import InvalidRequestError
from messages.sentences import Sentence

Email: TypeAlias = Annotated[str, Meta(extra_json_schema={"format": "email"})]
Availability: TypeAlias = Literal["online", "away", "away_manual", "offline", "away_and_reassigning"]

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
_LONGEST_SUBJECT = 1000
_MOST_ITEMS = 100
_LARGEST_OBJECT = 64 * 1024  # bytes
_DEEPEST = 20
_MOST_TAGS = 50


class Body(Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of all bodies: unknown fields are refused, so that a misspelt one is not lost in silence."""


class AgentBody(Body, kw_only=True):
    """An agent as an administrator wants them."""

    first_name: str
    last_name: str = ""
    email: Email
    roles: list[str]
    send_welcome_email: bool = False
    teams: list[str] = []
    enabled: bool = True
    availability_status: Availability | None = None
    new_password: str | None = None

    def __post_init__(self) -> None:
        """Check and tidy what was sent."""
        self.first_name = check_line("first_name", self.first_name, longest=140, shortest=1)
        self.last_name = check_line("last_name", self.last_name)
        self.email = check_email("email", self.email)
        _check_length("roles", self.roles)
        _check_length("teams", self.teams)
        self.roles = [check_choice("roles", role, ROLES) for role in dict.fromkeys(self.roles)]
        if self.new_password == "":
            self.new_password = None
        if self.new_password is not None and not SHORTEST_PASSWORD <= len(self.new_password) <= LONGEST_PASSWORD:
            raise InvalidRequestError(
                "new_password",
                Sentence("must have {least} to {most} characters", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD),
            )


class AvailabilityBody(Body, kw_only=True):
    """Whether an agent is there; `source` tells whether they said so or an idle timer did."""

    status: Literal["available", "busy", "away", "offline", "online", "away_manual", "away_and_reassigning"]
    source: Literal["user", "idle"] = "user"


class TeamBody(Body, kw_only=True):
    """A team as an administrator wants it."""

    name: str
    emoji: str = ""
    conversation_assignment_type: str
    max_auto_assigned_conversations: int = 0
    timezone: str = "UTC"
    business_hours_id: int | None = None
    sla_policy_id: int | None = None

    def __post_init__(self) -> None:
        """Check and tidy what was sent."""
        self.name = check_line("name", self.name, shortest=1)
        self.emoji = check_line("emoji", self.emoji, longest=40)
        kind = self.conversation_assignment_type
        self.conversation_assignment_type = check_line("conversation_assignment_type", kind, longest=40, shortest=1)
        self.timezone = check_line("timezone", self.timezone, longest=80) or "UTC"
        most = self.max_auto_assigned_conversations
        self.max_auto_assigned_conversations = check_number("max_auto_assigned_conversations", most, most=LARGEST_ID)
        for name in ("business_hours_id", "sla_policy_id"):
            value = getattr(self, name)
            if value is not None:
                check_id(name, value)


class StatusBody(Body, kw_only=True):
    """A status as an administrator wants it."""

    name: str
    category: Literal["open", "waiting", "resolved"]

    def __post_init__(self) -> None:
        """Check and tidy what was sent."""
        self.name = check_line("name", self.name, shortest=1)


class EnabledBody(Body, kw_only=True):
    """Whether a contact may write: false blocks them."""

    enabled: bool


class NoteBody(Body, kw_only=True):
    """A note on a contact."""

    note: str

    def __post_init__(self) -> None:
        """Check and tidy what was sent."""
        self.note = check_text("note", self.note, longest=LONGEST_TEXT, shortest=1)


class ConversationBody(Body, kw_only=True):
    """A new conversation and its first message."""

    subject: str = ""
    content: str
    inbox_id: int
    team_id: int | None = None
    agent_id: int | None = None
    contact_email: Email
    first_name: str
    last_name: str = ""
    external_user_id: str = ""
    attachments: list[int] = []
    initiator: Literal["agent", "contact"]
    custom_attributes: dict[str, Any] = {}

    def __post_init__(self) -> None:
        """Check and tidy what was sent."""
        self.subject = check_line("subject", self.subject, longest=_LONGEST_SUBJECT)
        self.content = check_text("content", self.content, longest=LONGEST_TEXT, shortest=1)
        self.contact_email = check_email("contact_email", self.contact_email)
        self.first_name = check_line("first_name", self.first_name, shortest=1)
        self.last_name = check_line("last_name", self.last_name)
        self.external_user_id = check_line("external_user_id", self.external_user_id, longest=200)
        _check_ids("attachments", self.attachments)
        _check_depth("custom_attributes", self.custom_attributes, _DEEPEST)
        if len(msgspec.json.encode(self.custom_attributes)) > _LARGEST_OBJECT:
            raise InvalidRequestError(
                "custom_attributes", Sentence("must have at most {most} KiB as JSON", most=_LARGEST_OBJECT // 1024)
            )
        for name in ("inbox_id", "team_id", "agent_id"):
            value = getattr(self, name)
            if value is not None:
                check_id(name, value)


class Mention(Body, kw_only=True):
    """An agent or a team that a private note speaks to."""

    type: Literal["agent", "team"] = "agent"
    id: int = 0


class MessageBody(Body, kw_only=True):
    """A reply, a private note, or what a contact wrote."""

    message: str = ""
    attachments: list[int] = []
    private: bool = False
    to: list[str] = []
    cc: list[str] = []
    bcc: list[str] = []
    sender_type: Literal["agent", "contact"]
    mentions: list[Mention] = []
    echo_id: str = ""

    def __post_init__(self) -> None:
        """Check and tidy what was sent."""
        self.message = check_text("message", self.message, longest=LONGEST_TEXT)
        if not self.message and not self.attachments:
            raise InvalidRequestError("message", Sentence("must not be empty unless there are attachments"))
        if self.private and self.sender_type == "contact":
            raise InvalidRequestError("private", Sentence("must be false for what a contact wrote"))
        self.echo_id = check_line("echo_id", self.echo_id, longest=100)
        _check_ids("attachments", self.attachments)
        _check_ids("mentions", [mention.id for mention in self.mentions if mention.id])
        for name in ("to", "cc", "bcc", "mentions"):
            _check_length(name, getattr(self, name))
        for name in ("to", "cc", "bcc"):
            setattr(self, name, [check_email(name, address) for address in getattr(self, name)])


class AssigneeBody(Body, kw_only=True):
    """The agent or team that shall have a conversation."""

    assignee_id: int

    def __post_init__(self) -> None:
        """Check what was sent."""
        check_id("assignee_id", self.assignee_id)


class PriorityBody(Body, kw_only=True):
    """How urgent a conversation shall be."""

    priority: Literal["Low", "Medium", "High"]


class StatusChangeBody(Body, kw_only=True):
    """What a conversation shall be; a snoozed one comes back after a while such as `3h`."""

    status: str
    snoozed_until: str = ""


class TagsBody(Body, kw_only=True):
    """Tags to set, add or remove."""

    tags: list[str] = []
    action: Literal["set_tags", "add_tags", "remove_tags"] = "set_tags"

    def __post_init__(self) -> None:
        """Check and tidy what was sent."""
        if len(self.tags) > _MOST_TAGS:
            raise InvalidRequestError("tags", Sentence("may have at most {most} entries", most=_MOST_TAGS))
        self.tags = list(dict.fromkeys(check_line("tags", tag, shortest=1) for tag in self.tags))


class ViewFilter(Body, kw_only=True):
    """A condition of a view; `value` is an id, and empty for `set` and `not set`."""

    model: Literal["conversations"] = "conversations"
    field: Literal["status_id", "priority_id", "assigned_user_id", "assigned_team_id", "inbox_id"]
    operator: Literal["equals", "not equals", "set", "not set"]
    value: str = ""

    def __post_init__(self) -> None:
        """Check what was sent."""
        if self.operator in {"set", "not set"}:
            return
        digits = self.value.isascii() and self.value.isdigit() and len(self.value) <= len(str(LARGEST_ID))
        if not digits or not 1 <= int(self.value) <= LARGEST_ID:
            raise InvalidRequestError("value", Sentence("must be an id, such as 1"))


class ViewBody(Body, kw_only=True):
    """A saved filter: all its conditions must hold."""

    name: str
    filters: list[ViewFilter] = []

    def __post_init__(self) -> None:
        """Check and tidy what was sent."""
        self.name = check_line("name", self.name, shortest=1)
        _check_length("filters", self.filters)


class SignInBody(Body, kw_only=True):
    """An e-mail address and its password."""

    email: Email
    password: str

    def __post_init__(self) -> None:
        """Check and tidy what was sent."""
        self.email = check_email("email", self.email)
        check_text("password", self.password, longest=LONGEST_PASSWORD, shortest=1)


def _check_ids(field: str, values: list[int]) -> None:
    _check_length(field, values)
    for value in values:
        check_id(field, value)


def _check_depth(field: str, value: Any, left: int) -> None:  # noqa: ANN401 - any JSON value
    if left == 0:
        raise InvalidRequestError(field, Sentence("must be nested at most {deepest} deep", deepest=_DEEPEST))
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members:
        _check_depth(field, member, left - 1)


def _check_length(field: str, values: list[Any]) -> None:
    if len(values) > _MOST_ITEMS:
        raise InvalidRequestError(field, Sentence("may have at most {most} entries", most=_MOST_ITEMS))
