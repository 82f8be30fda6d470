"""What `helpdesk.json` holds; people are named by their e-mail addresses, all else by its name."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all parts: a misspelt field is noticed."""


class Inbox(_Part, frozen=True, kw_only=True):
    """Where conversations come in."""

    name: str
    channel: str
    mail: str


class Team(_Part, frozen=True, kw_only=True):
    """A team."""

    name: str
    emoji: str
    timezone: str
    conversation_assignment_type: str
    max_auto_assigned_conversations: int


class Agent(_Part, frozen=True, kw_only=True):
    """An agent, with the names of their teams."""

    email: str
    first_name: str
    last_name: str
    roles: list[str]
    teams: list[str]
    availability_status: str


class Note(_Part, frozen=True, kw_only=True):
    """What an agent noted about a contact."""

    by: str
    at: datetime
    note: str


class Contact(_Part, frozen=True, kw_only=True):
    """A customer."""

    email: str
    first_name: str
    last_name: str
    phone_number: str | None = None
    phone_number_country_code: str | None = None
    country: str | None = None
    custom_attributes: dict[str, Any] = {}
    enabled: bool
    notes: list[Note] = []


class Message(_Part, frozen=True, kw_only=True):
    """A message, some minutes after the start of its conversation; `author` is `contact` or an agent's address."""

    after: int
    author: str = msgspec.field(name="from")
    text: str
    html: str | None = None
    private: bool = False


class Conversation(_Part, frozen=True, kw_only=True):
    """A conversation, with its messages in order."""

    subject: str
    contact: str
    inbox: str
    status: str
    priority: str | None
    team: str | None
    agent: str | None
    tags: list[str]
    started: datetime
    custom_attributes: dict[str, Any] = {}
    messages: list[Message]

    def time_of(self, message: Message) -> datetime:
        """Return when a message was written."""
        return self.started + timedelta(minutes=message.after)


class Filter(_Part, frozen=True, kw_only=True):
    """A condition of a view; status and priority stand there by name."""

    model: str
    field: str
    operator: str
    value: str


class View(_Part, frozen=True, kw_only=True):
    """A saved filter of an agent."""

    name: str
    owner: str
    filters: list[Filter]


class Helpdesk(_Part, frozen=True, kw_only=True):
    """The whole sample."""

    inboxes: list[Inbox]
    teams: list[Team]
    agents: list[Agent]
    contacts: list[Contact]
    tags: list[str]
    conversations: list[Conversation]
    views: list[View]


def read_helpdesk() -> Helpdesk:
    """Read the sample."""
    return msgspec.json.decode(Path(__file__).with_name("helpdesk.json").read_bytes(), type=Helpdesk)
