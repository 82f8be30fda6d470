"""An exported desk as it stands in its file, and what tests of moving one need over and over."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
from litestar.types import ASGIApp

from assistant.app import create_desk
from assistant.commands.desk_transfer import export_desk, import_desk
from assistant.settings import Settings
from tests.assistant.desk.client import DeskClient
from tests.assistant.harness import client_of
from tests.assistant.recycling import built

AT = {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05.000006Z"}
UUID = "0d1b1f8e-3a52-4c1f-9d55-1f6f8f1b2c3{}"
BUILT_IN = {"Open": "open", "Snoozed": "waiting", "Resolved": "resolved", "Closed": "resolved"}
CONTENT = bytes(range(256)) * 1025  # one block and a bit


def lines() -> list[dict[str, Any]]:
    """Return a small desk, as it is written: the header is line 1."""
    moments = dict.fromkeys(("closed_at", "resolved_at", "snoozed_until", "first_reply_at", "last_reply_at"))
    return [
        {"type": "desk", "version": 1, "rows": 13},
        {"type": "inbox", "id": 4, **AT, "name": "Help", "channel": "email", "mail": "help@example.com"},
        *(
            {"type": "status", "id": number, **AT, "name": name, "category": category}
            for number, (name, category) in enumerate(BUILT_IN.items(), 1)
        ),
        {"type": "agent", "id": 3, **AT, "first_name": "Ada", "last_name": "", "email": "ada@example.com",
         "enabled": True, "availability_status": "online", "roles": ["Admin"], "api_key": None,
         "api_secret_hash": None, "api_key_last_used_at": None, "password_hash": None, "last_active_at": None,
         "last_login_at": None, "deleted_at": None},
        {"type": "contact", "id": 9, **AT, "first_name": "Carla", "last_name": "", "email": "carla@example.com",
         "phone_number": None, "phone_number_country_code": None, "country": "DE", "avatar_url": None,
         "enabled": True, "external_user_id": None, "custom_attributes": {"b": 1.0, "a": ["ü", 2**70]},
         "search_text": "carla carla@example.com"},
        {"type": "tag", "id": 1, **AT, "name": "vip"},
        {"type": "conversation", "id": 5, **AT, "uuid": UUID.format(0), "reference_number": "104", "contact_id": 9,
         "inbox_id": 4, "status_id": 1, "priority_id": None, "assigned_user_id": 3, "assigned_team_id": None,
         "subject": "Größe", "custom_attributes": {}, **moments, "waiting_since": AT["created_at"],
         "assignee_last_seen_at": AT["created_at"], "unread_message_count": 1, "last_message": "Hallo",
         "last_message_at": AT["created_at"], "last_message_sender": "contact"},
        {"type": "conversation_tag", "conversation_id": 5, "tag_id": 1},
        {"type": "message", "id": 7, **AT, "uuid": UUID.format(1), "conversation_id": 5, "message_type": "incoming",
         "status": "received", "content": "Hallo\\u0000", "text_content": "Hallo", "content_type": "text",
         "private": False, "sender_id": 9, "sender_type": "contact", "meta": {}, "mentions": [], "echo_id": "e"},
        {"type": "message", "id": 8, **AT, "uuid": UUID.format(2), "conversation_id": 5, "message_type": "outgoing",
         "status": "sent", "content": "Hi", "text_content": "Hi", "content_type": "text",
         "private": False, "sender_id": 3, "sender_type": "agent", "meta": {}, "mentions": [], "echo_id": "e"},
        {"type": "media", "id": 2, **AT, "uuid": UUID.format(3), "filename": "a.bin",
         "content_type": "application/octet-stream", "disposition": "attachment", "size": len(CONTENT), "meta": {},
         "linked_model": "messages", "message_id": 8, "contact_id": None, "uploaded_by": 3},
        {"type": "media_content", "uuid": UUID.format(3), "data": CONTENT[:262144]},
        {"type": "media_content", "uuid": UUID.format(3), "data": CONTENT[262144:]},
    ]  # fmt: skip


def written(desk: list[dict[str, Any]]) -> bytes:
    """Return lines as they stand in a file."""
    return b"".join(msgspec.json.encode(line) + b"\n" for line in desk)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[DeskClient]:
    """Run a desk and give a client of its administrator."""
    with built(lambda: create_desk(settings)) as front:
        async with client_of(cast("ASGIApp", front), front.ready) as client:
            yield DeskClient(client)


async def exported(settings: Settings, folder: Path) -> bytes:
    """Return what a desk's export holds."""
    path = folder / "exported.jsonl"
    await export_desk(settings, path)
    return path.read_bytes()


async def imported(settings: Settings, folder: Path, content: bytes, *, replace: bool = False) -> int:
    """Import a file with this content."""
    path = folder / "imported.jsonl"
    path.write_bytes(content)
    return await import_desk(settings, path, replace=replace)


def files_of(settings: Settings) -> list[str]:
    """Name all that lies in the media folder but its folders."""
    return sorted(path.name for path in settings.media_dir.rglob("*") if not path.is_dir())
