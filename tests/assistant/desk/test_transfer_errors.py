"""A file that can't be imported changes nothing, and the error says which line to mend and how."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InvalidRequestError
from assistant.settings import Settings
from tests.assistant.desk.exported import UUID, exported, imported, lines, written


@pytest.mark.parametrize(
    ("number", "changes", "message"),
    [
        (1, {"version": 2}, "line 1: version: is 2, and this program reads up to 1. Import the file"),
        (1, {"type": "tag"}, "line 1: must be {"),
        (1, {"rows": 14}, "line 16: is the last one after 13 of 14 rows: lines are missing"),
        (3, {"type": "ticket"}, "line 3: type: must be an object whose type is one of: inbox, status"),
        (3, {"nick": "x"}, "line 3: status.nick: Object contains unknown field 'nick'. Correct this line"),
        (3, {"category": None}, "line 3: status.category: Expected 'str', got 'null'"),
        (3, {"id": "1"}, "line 3: status.id: Expected 'int', got 'str'"),
        (3, {"id": 2**31}, "line 3: status.id: Expected 'int' <= 2147483647"),
        (3, {"name": "x" * 141}, "line 3: status.name: Expected 'str' of length <= 140"),
        (3, {"created_at": "2026-01-02T03:04:05"}, "line 3: status.created_at: Expected 'datetime' with a timezone"),
        (3, {"created_at": "0001-01-01T00:00:00+01:00"}, "line 3: holds a time outside the years"),
        (7, {"roles": "Admin"}, "line 7: agent.roles: Expected 'array', got 'str'"),
        (8, {"custom_attributes": {"a": ["\0"]}}, "line 8: contact.custom_attributes: holds a NUL character"),
        (12, {"uuid": "../../../../etc/passwd"}, "line 12: message.uuid: Expected 'str' matching regex"),
        (14, {"size": 1}, "line 14: media.size: is 1, but 262400 bytes of content follow"),
        (15, {"data": "?"}, "line 15: media_content.data: Invalid base64 encoded string"),
        (15, {"data": b"x" * 262145}, "line 15: media_content.data: Expected 'bytes' of length <= 262144"),
        (16, {"uuid": UUID.format(1)}, "line 16: media_content.uuid: must be that of the media line above it"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_line_that_cannot_be_read(
    settings: Settings, tmp_path: Path, number: int, changes: dict[str, Any], message: str
) -> None:
    """The error names line and field and what to do, and nothing has changed."""
    desk = lines()
    desk[number - 1].update(changes)
    await refused(settings, tmp_path, written(desk), message)


@pytest.mark.parametrize(
    ("number", "changes", "message"),
    [
        (3, {"name": "Opened"}, "status: there must be one named Open of the category open"),
        (4, {"id": 1}, "line 4: status.id: an earlier line has the same"),
        (7, {"roles": ["Agent"]}, "agent: none is enabled and has the role Admin"),
        (10, {"contact_id": 10}, "line 10: conversation.contact_id: no line above is the contact 10"),
        (11, {"tag_id": 2}, "line 11: conversation_tag.tag_id: no line above is the tag 2"),
        (12, {"sender_id": 3}, "line 12: message.sender_id: no line above is the contact 3"),
        (13, {"sender_id": 9, "sender_type": "contact"},
         "line 13: message.conversation_id and sender_type and sender_id and echo_id: an earlier line has the same"),
    ],
)  # fmt: skip
async def test_row_that_does_not_fit_to_the_others(
    settings: Settings, tmp_path: Path, number: int, changes: dict[str, Any], message: str
) -> None:
    """What a database would refuse is told by line and field, and so is what the desk could not work with."""
    desk = lines()
    desk[number - 1].update(changes)
    await refused(settings, tmp_path, written(desk), message)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda _file: b"", "line 1: must be {"),
        (lambda file: file[:-40], "line 16: has no end: the file was cut off here. Copy the file again"),
        (lambda file: file[: file.rindex(b"\n", 0, -1) + 1], "line 14: media.size: is 262400, but 262144 bytes"),
        (lambda file: file.replace(b'"vip"', b'"v\xefp"'), "line 9: is not UTF-8"),
        (lambda file: file.replace(b'{"type":"tag"', b"tag"), "line 9: is not a JSON object"),
        (lambda file: file.replace(b'"name":"vip"', b'"nam":"vip"'), "line 9: tag.nam: Object contains unknown field"),
        (lambda file: file.replace(b',"name":"vip"', b""), "line 9: tag.name: Object missing required field 'name'"),
        (lambda file: file.replace(b'"meta":{}', b'"meta":' + b"[" * 99999), "line 12: "),
        (lambda file: file.replace(b"\n", b"\n\n", 1), "line 2: is not a JSON object"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_damaged_file(settings: Settings, tmp_path: Path, damage: Callable[[bytes], bytes], message: str) -> None:
    """A file that was cut off, or is none of ours, is refused as a whole."""
    await refused(settings, tmp_path, damage(written(lines())), message)


async def refused(settings: Settings, folder: Path, content: bytes, message: str) -> None:
    """See that a file is refused with a message of one line, and leaves no trace."""
    before = await exported(settings, folder)
    with pytest.raises(InvalidRequestError) as caught:
        await imported(settings, folder, content)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert await exported(settings, folder) == before
    assert not list(settings.media_dir.glob("*"))
