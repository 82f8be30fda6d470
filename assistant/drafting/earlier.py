"""What the copilot is told of a customer's earlier conversations: a line of each that the agent may read."""

import asyncio
from collections.abc import Mapping
from typing import Any

from assistant.auth.actor import Credentials
from assistant.drafting.asking import data_of
from assistant.errors import AssistantError
from assistant.gateway.core import WritableCore

_MOST_TOLD = 5
_MOST_LOOKED_AT = 10
_LONGEST = 250  # characters of a line
_DAY = len("2026-11-03")


async def earlier_conversations(core: WritableCore, uuid: str, credentials: Credentials) -> str:
    """Return the last conversations of the same contact, one a line, the newest first.

    The helpdesk is asked for each with the agent's own rights. Whatever it does not give is left out: the copilot
    answers without it.

    Args:
        core: the helpdesk.
        uuid: of the conversation that is open.
        credentials: the agent's.
    """
    this = await _conversation(core, uuid, credentials)
    listed = this.get("previous_conversations")
    others = [each.get("uuid") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    named = [each for each in others if isinstance(each, str) and each != uuid][:_MOST_LOOKED_AT]
    found = await asyncio.gather(*(_conversation(core, each, credentials) for each in named))
    contact = this.get("contact_id")
    theirs = [each for each in found if each and each.get("contact_id") == contact]
    return "\n".join(_line(each) for each in theirs[:_MOST_TOLD])


async def _conversation(core: WritableCore, uuid: str, credentials: Credentials) -> Mapping[str, Any]:
    if not uuid.replace("-", "").isalnum():
        return {}
    try:
        found = data_of(await core.ask(f"/api/v1/conversations/{uuid}", credentials))
    except AssistantError:
        return {}
    return found if isinstance(found, dict) else {}


def _line(found: Mapping[str, Any]) -> str:
    """Return a conversation's day, number, status and subject."""
    day, number = str(found.get("last_message_at") or "")[:_DAY], str(found.get("reference_number") or "")
    parts = (day, f"#{number}" if number else "", str(found.get("status") or ""), str(found.get("subject") or ""))
    line = ", ".join(part for part in parts if part)
    return " ".join("".join(each if each.isprintable() else " " for each in line[: 4 * _LONGEST]).split())[:_LONGEST]
