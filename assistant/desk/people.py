"""How the desk shows people and teams, field by field as published; what a small desk can't fill is null."""

from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct

from assistant.database.moment import Moment

Email: TypeAlias = Annotated[str, Meta(extra_json_schema={"format": "email"})]


class Dated(Struct, frozen=True, kw_only=True):
    """Anything with an id and its times."""

    id: int
    created_at: Moment
    updated_at: Moment


class TeamCompact(Struct, frozen=True, kw_only=True):
    """A team, as agents show it."""

    id: int
    name: str
    emoji: str | None


class Agent(Dated, frozen=True, kw_only=True):
    """An agent, with everything that they may do."""

    first_name: str
    last_name: str
    email: Email | None
    type: str = "agent"
    availability_status: str
    phone_number_country_code: str | None = None
    phone_number: str | None = None
    avatar_url: str | None = None
    enabled: bool
    last_active_at: Moment | None
    last_login_at: Moment | None
    roles: list[str]
    permissions: list[str]
    custom_attributes: dict[str, Any] = {}
    teams: list[TeamCompact]
    api_key: str | None
    api_key_last_used_at: Moment | None


class PersonSummary(Struct, frozen=True, kw_only=True):
    """An agent or a contact, as lists show them."""

    id: int
    type: str
    first_name: str
    last_name: str
    email: Email
    enabled: bool
    avatar_url: str | None
    created_at: Moment
    updated_at: Moment


class ApiKey(Struct, frozen=True, kw_only=True):
    """A new key pair; the secret is shown this once."""

    api_key: str
    api_secret: str


class Team(Dated, frozen=True, kw_only=True):
    """A team."""

    emoji: str | None
    name: str
    conversation_assignment_type: str
    timezone: str
    business_hours_id: int | None
    sla_policy_id: int | None
    max_auto_assigned_conversations: int


class Contact(Dated, frozen=True, kw_only=True):
    """A contact; the fields that only agents have are null."""

    first_name: str
    last_name: str
    email: Email
    type: str = "contact"
    availability_status: str = "offline"
    avatar_url: str | None
    phone_number: str | None
    phone_number_country_code: str | None
    country: str | None
    custom_attributes: dict[str, Any] | None
    enabled: bool
    last_active_at: Moment | None = None
    last_login_at: Moment | None = None
    roles: list[str] | None = None
    permissions: list[str] | None = None
    teams: list[dict[str, Any]] = []
    api_key: str | None = None
    api_key_last_used_at: Moment | None = None


class ContactFound(Struct, frozen=True, kw_only=True):
    """A contact, as search shows it."""

    id: int
    created_at: Moment
    first_name: str
    last_name: str
    email: Email


class ContactNote(Dated, frozen=True, kw_only=True):
    """A note on a contact, and who wrote it."""

    contact_id: int
    note: str
    user_id: int
    first_name: str
    last_name: str
    avatar_url: str | None = None


class ContactSummary(Struct, frozen=True, kw_only=True):
    """A contact, as lists of conversations show it."""

    created_at: Moment
    updated_at: Moment
    first_name: str
    last_name: str
    avatar_url: str | None


class ContactName(Struct, frozen=True, kw_only=True):
    """Who a contact is."""

    first_name: str
    last_name: str
    avatar_url: str | None


class Participant(Struct, frozen=True, kw_only=True):
    """An agent who took part in a conversation."""

    id: int
    first_name: str
    last_name: str
    avatar_url: str | None = None


class SignedIn(Struct, frozen=True, kw_only=True):
    """Who signed in."""

    id: int
    email: Email
    first_name: str
    last_name: str
    enabled: bool
