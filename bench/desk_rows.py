"""The rows of a large helpdesk, always the same ones: a year of conversations, ten messages each."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table

from assistant.desk.contacts import search_text
from assistant.desk.credentials import hash_secret
from assistant.desk.labels import CLOSED, OPEN, RESOLVED, SNOOZED
from assistant.desk.search_index import MESSAGES, SUBJECTS
from assistant.desk.tables import (
    AgentRow,
    Base,
    ContactRow,
    ConversationRow,
    InboxRow,
    MembershipRow,
    MessageRow,
    TeamRow,
)
from bench.desk_words import Writer, vocabulary
from tests.assistant.harness import ADMIN_KEY, ADMIN_SECRET

Row = dict[str, Any]
Batch = tuple[Table | str, list[Row]]
"""Rows of one table, or `rowid` and `words` of the index with this name."""

AGENTS, TEAMS, CONTACTS = 20, 5, 5_000
TURNS = 10  # messages of a conversation
_TOGETHER = 1_000  # conversations that go on at the same time: their messages lie between each other's
_FIRST = datetime(2025, 1, 1, tzinfo=UTC)
_APART = timedelta(seconds=30)
_FAR = datetime(2100, 1, 1, tzinfo=UTC)
_SHORT = 300
_STATUSES = (OPEN, SNOOZED, RESOLVED, CLOSED)


class Desk:
    """Makes the rows of a helpdesk.

    Args:
        size: conversations.
        statuses: the ids of the built-in statuses by name.
        priorities: the ids of the priorities.
    """

    def __init__(self, size: int, statuses: dict[str, int], priorities: list[int]) -> None:
        self._size = size
        self._statuses = [statuses[name] for name in _STATUSES]
        self._priorities = [None, *priorities]
        self._writer = Writer(vocabulary())
        self._random = random.Random(3)  # noqa: S311 - data, not a secret

    def batches(self) -> Iterator[Batch]:
        """Yield everything, in an order that foreign keys allow."""
        yield _table(AgentRow), [_agent(number) for number in range(1, AGENTS + 1)]
        yield _table(TeamRow), [_team(number) for number in range(1, TEAMS + 1)]
        yield _table(InboxRow), [{**_dated(2), "name": "Sales", "mail": "sales@example.com", "channel": "email"}]
        members = [{"agent_id": agent, "team_id": agent % TEAMS + 1} for agent in range(1, AGENTS + 1)]
        yield _table(MembershipRow), members
        yield _table(ContactRow), [_contact(number) for number in range(1, CONTACTS + 1)]
        for first in range(1, self._size + 1, _TOGETHER):
            yield from self._block(range(first, min(first + _TOGETHER, self._size + 1)))

    def _block(self, ids: range) -> Iterator[Batch]:
        """Make some conversations that went on at the same time."""
        conversations = {number: self._conversation(number) for number in ids}
        messages, found = [], []
        message_id = (ids[0] - 1) * TURNS
        for turn in range(TURNS):
            for number in self._random.sample(ids, len(ids)):
                message_id += 1
                words = self._writer.message()
                message = self._message(message_id, conversations[number], turn, " ".join(words))
                messages.append(message)
                found.append({"rowid": message_id, "words": " ".join(dict.fromkeys(words))})
                _bring_up_to_date(conversations[number], message)
        yield _table(ConversationRow), list(conversations.values())
        yield SUBJECTS, [{"rowid": number, "words": row["subject"]} for number, row in conversations.items()]
        yield _table(MessageRow), messages
        yield MESSAGES, found

    def _conversation(self, number: int) -> Row:
        draw = self._random.random
        agent = int(draw() * AGENTS) + 1 if draw() < 1 / 2 else None
        team = int(draw() * TEAMS) + 1 if draw() < 1 / 2 else None
        status = self._statuses[number % len(self._statuses)]
        done = number % len(self._statuses) >= _STATUSES.index(RESOLVED)
        return {
            **_dated(number),
            "uuid": self._uuid(),
            "reference_number": str(number + 99),
            "contact_id": int(draw() * CONTACTS) + 1,
            "inbox_id": number % 2 + 1,
            "status_id": status,
            "priority_id": self._priorities[number % len(self._priorities)],
            "assigned_user_id": agent,
            "assigned_team_id": team,
            "subject": " ".join(dict.fromkeys(self._writer.subject())),
            "custom_attributes": {},
            "resolved_at": _FIRST if done else None,
            "snoozed_until": _FAR if _STATUSES[number % len(_STATUSES)] == SNOOZED else None,
            "first_reply_at": None,
            "last_reply_at": None,
            "waiting_since": None,
            "assignee_last_seen_at": _FIRST,
            "unread_message_count": number % 3,
            "last_message": "",
            "last_message_at": _FIRST,
            "last_message_sender": "contact",
        }

    def _message(self, message_id: int, conversation: Row, turn: int, text: str) -> Row:
        by_agent = turn % 2 == 1
        sender = (conversation["assigned_user_id"] or 1) if by_agent else conversation["contact_id"]
        ends = (["support@example.com"], [_mail(conversation["contact_id"])])
        return {
            **_dated(message_id, _FIRST + message_id * _APART),
            "uuid": self._uuid(),
            "conversation_id": conversation["id"],
            "type": "outgoing" if by_agent else "incoming",
            "status": "sent" if by_agent else "received",
            "content": f"<p>{text}</p>" if by_agent else text,
            "text_content": text,
            "content_type": "html" if by_agent else "text",
            "private": False,
            "sender_id": sender,
            "sender_type": "agent" if by_agent else "contact",
            "meta": {"from": ends[not by_agent], "to": ends[by_agent], "cc": [], "bcc": [], "subject": "Re: order"},
            "mentions": [],
            "echo_id": None,
        }

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def _table(row: type[Base]) -> Table:
    table = row.__table__
    assert isinstance(table, Table)
    return table


def _dated(number: int, moment: datetime = _FIRST) -> Row:
    return {"id": number, "created_at": moment, "updated_at": moment}


def _mail(number: int) -> str:
    return f"customer{number}@example.org"


def _agent(number: int) -> Row:
    """Make an agent; the first one is the administrator who asks."""
    admin = number == 1
    return {
        **_dated(number),
        "first_name": f"Agent {number}",
        "last_name": "Smith",
        "email": f"agent{number}@example.com",
        "enabled": True,
        "availability_status": "online",
        "roles": ["Admin"] if admin else ["Agent"],
        "api_key": ADMIN_KEY if admin else None,
        "api_secret_hash": hash_secret(ADMIN_SECRET) if admin else None,
    }


def _team(number: int) -> Row:
    values = {"name": f"Team {number}", "conversation_assignment_type": "Manual", "timezone": "UTC"}
    return {**_dated(number), **values, "max_auto_assigned_conversations": 0}


def _contact(number: int) -> Row:
    names = {"first_name": f"Customer {number}", "last_name": "Jones", "email": _mail(number)}
    text = search_text(ContactRow(**names))
    return {**_dated(number), **names, "enabled": True, "custom_attributes": {}, "search_text": text}


def _bring_up_to_date(conversation: Row, message: Row) -> None:
    moment, by_agent = message["created_at"], message["sender_type"] == "agent"
    if not conversation["last_message"]:
        conversation["created_at"] = moment
    conversation["updated_at"] = conversation["last_message_at"] = moment
    conversation["last_message"] = message["text_content"][:_SHORT]
    conversation["last_message_sender"] = message["sender_type"]
    if by_agent:
        conversation["first_reply_at"] = conversation["first_reply_at"] or moment
        conversation["last_reply_at"], conversation["waiting_since"] = moment, None
    else:
        conversation["waiting_since"] = conversation["waiting_since"] or moment
