"""The fake helpdesk's agents and conversations, in the form in which Libredesk's API tells of them."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct, field

Version: TypeAlias = Literal["2.5", "2.7"]
_SINCE = "2026-11-02T09:30:00.000000Z"
_NONE_OF_AN_AGENT = ("phone_number", "phone_number_country_code", "avatar_url", "last_active_at", "last_login_at")
_NONE_OF_A_CONVERSATION = (
    *("closed_at", "resolved_at", "priority", "priority_id", "first_reply_at", "last_reply_at", "waiting_since"),
    *("snoozed_until", "sla_policy_id", "sla_policy_name", "applied_sla_id", "first_response_deadline_at"),
    *("resolution_deadline_at", "next_response_deadline_at", "next_response_met_at", "csat_rating", "csat_feedback"),
    *("csat_responded_at", "last_interaction", "last_interaction_at", "last_interaction_sender"),
)


class Agent(Struct, kw_only=True):
    """Someone who works in the helpdesk.

    Attributes:
        permissions: as Libredesk names them; `ai:manage` makes an administrator of the AI.
        teams: ids.
        key: an API key and its secret with a colon between; None for an agent without.
    """

    id: int
    first_name: str
    email: str
    permissions: list[str]
    last_name: str = "Byron"
    teams: list[int] = field(default_factory=list)
    enabled: bool = True
    key: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what `GET /api/v1/agents/me` tells."""
        return {
            **_nothing(_NONE_OF_AN_AGENT),
            **_person(self.id, self.first_name, self.last_name, self.email),
            "type": "agent",
            "availability_status": "online",
            "enabled": self.enabled,
            "roles": ["Admin" if "ai:manage" in self.permissions else "Agent"],
            "permissions": self.permissions,
            "meta": {},
            "custom_attributes": {},
            "country": None,
            "external_user_id": None,
            "teams": [{"id": team, "name": f"Team {team}", "emoji": ""} for team in self.teams],
            "api_key": self.key and self.key.partition(":")[0],
            "api_key_last_used_at": None,
        }


class Conversation(Struct, kw_only=True):
    """A conversation, with the reply that an agent has begun to write in it.

    Attributes:
        draft: HTML; the composer starts with it.
        messages: as `GET …/messages` tells of them, the oldest first.
        previous: ids of the contact's earlier ones.
        attributes: of the contact, such as a language.
    """

    uuid: str
    subject: str
    inbox_id: int = 1
    first_name: str = "Erika"
    last_name: str = "Mustermann"
    email: str = "erika@shop.example"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    country: str | None = None
    assigned_user_id: int | None = None
    assigned_team_id: int | None = None
    draft: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    previous: list[str] = field(default_factory=list)
    last_message_at: str = _SINCE

    def say(self, content: str, *, by: Agent | None = None, private: bool = False) -> dict[str, Any]:
        """Add a message by an agent, or by the contact."""
        number = len(self.messages) + 1
        sender = _person(by.id, by.first_name, by.last_name, by.email) if by else self._contact()
        message = {
            "id": number,
            "created_at": _SINCE,
            "updated_at": _SINCE,
            "uuid": f"{self.uuid[:-4]}{number:04}",
            "type": "outgoing" if by else "incoming",
            "status": "sent",
            "conversation_id": 40 + self.inbox_id,
            "conversation_uuid": self.uuid,
            "content": content,
            "text_content": content,
            "content_type": "html",
            "private": private,
            "sender_id": sender["id"],
            "sender_type": "agent" if by else "contact",
            "meta": {},
            "attachments": [],
            "author": sender,
        }
        self.messages.append(message)
        return message

    def is_readable_by(self, agent: Agent) -> bool:
        """Whether an agent who may read conversations may read this one (Libredesk's internal/authz/authz.go)."""
        held = {right.removeprefix("conversations:read_") for right in agent.permissions}
        if "all" in held or ("assigned" in held and self.assigned_user_id == agent.id):
            return True
        if self.assigned_team_id in agent.teams:
            return "team_all" in held or (self.assigned_user_id is None and "team_inbox" in held)
        return self.assigned_user_id is self.assigned_team_id is None and "unassigned" in held

    def as_json(self) -> dict[str, Any]:
        """Return what `GET /api/v1/conversations/{uuid}` tells."""
        return {
            **_nothing(_NONE_OF_A_CONVERSATION),
            "id": 40 + self.inbox_id,
            "created_at": _SINCE,
            "updated_at": _SINCE,
            "uuid": self.uuid,
            "contact_id": 12,
            "inbox_id": self.inbox_id,
            "reference_number": str(100 + self.inbox_id),
            "status": "Open",
            "status_category": "open",
            "status_id": 1,
            "assigned_user_id": self.assigned_user_id,
            "assigned_team_id": self.assigned_team_id,
            "subject": self.subject,
            "inbox_mail": "help@shop.example",
            "inbox_reply_to": "",
            "inbox_channel": "email",
            "inbox_name": f"Inbox {self.inbox_id}",
            "tags": [],
            "meta": {},
            "custom_attributes": {},
            "previous_conversations": [{"uuid": uuid, "last_message": "…"} for uuid in self.previous],
            "last_message": "Where is it?",
            "last_message_at": self.last_message_at,
            "last_message_sender": "contact",
            "contact": self._contact(),
        }

    def _contact(self) -> dict[str, Any]:
        return {
            **_nothing(_NONE_OF_AN_AGENT),
            **_person(12, self.first_name, self.last_name, self.email),
            "type": "contact",
            "availability_status": "offline",
            "country": self.country,
            "custom_attributes": dict(self.attributes),
            "enabled": True,
            "external_user_id": None,
        }


def _person(number: int, first_name: str, last_name: str, email: str) -> dict[str, Any]:
    name = {"first_name": first_name, "last_name": last_name, "email": email}
    return {"id": number, "created_at": _SINCE, "updated_at": _SINCE, **name}


def _nothing(names: tuple[str, ...]) -> dict[str, Any]:
    return dict.fromkeys(names)
