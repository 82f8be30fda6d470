"""Uploads that are in no message: how many an agent may have, and how they go."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from sqlalchemy import func, select, update

from assistant.database.database import Database
from assistant.desk.app import Desk
from assistant.desk.leftovers import KEPT, Leftovers
from assistant.desk.media import MARK
from assistant.desk.tables import MediaRow, now
from assistant.settings import Settings
from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.exported import running
from tests.assistant.desk.test_media import MEDIA, files_in
from tests.assistant.harness import ADMIN, error, service
from tests.assistant.serving import serving, wait_until

HOUR = timedelta(hours=1)


async def upload(client: httpx.AsyncClient, content: bytes = b"hello", name: str = "a.txt") -> httpx.Response:
    """Upload a file."""
    return await client.post(MEDIA, files={"files": (name, content)})


async def uploaded(client: httpx.AsyncClient, content: bytes = b"hello") -> dict[str, Any]:
    """Upload a file, and return what the desk says of it."""
    answer = await upload(client, content)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


async def say(client: httpx.AsyncClient, conversation: str, *ids: int, text: str = "Hello") -> httpx.Response:
    """Write a message with files."""
    body = {"message": f"<p>{text}</p>", "private": False, "sender_type": "agent", "attachments": list(ids)}
    return await client.post(f"/api/v1/conversations/{conversation}/messages", json=body)


@asynccontextmanager
async def leftovers(settings: Settings, after: timedelta = KEPT + HOUR) -> AsyncIterator[Leftovers]:
    """Look after a desk's uploads as another worker does, so much later."""
    database = Database(settings.resolved_database_url)
    try:
        yield Leftovers(database, Desk(settings, database).media, clock=lambda: now() + after, pause=0)
    finally:
        await database.aclose()


async def rows_of(settings: Settings) -> int:
    """Count the rows of files."""
    database = Database(settings.resolved_database_url)
    async with database.reading() as session:
        count = await session.scalar(select(func.count()).select_from(MediaRow))
    await database.aclose()
    return count or 0


async def test_what_is_in_no_message_goes_after_a_day(desk: DeskClient, settings: Settings) -> None:
    """Row and content; what was sent, is a contact's picture or shown in a message by its address stays."""
    conversation = (await desk.new_conversation())["uuid"]
    sent, shown, left = [await uploaded(desk.http, each) for each in (b"sent", b"shown", b"left")]
    assert (await say(desk.http, conversation, sent["id"])).status_code == 200
    image = f'<img src="/uploads/{shown["uuid"]}">'
    assert (await say(desk.http, conversation, text=image)).status_code == 200
    async with leftovers(settings, KEPT - HOUR) as early:
        assert await early.sweep() == 0
    async with leftovers(settings) as late:
        assert await late.sweep() == 1
        assert await late.sweep() == 0
    assert {path.name for path in files_in(settings)} == {sent["uuid"], shown["uuid"]}
    assert (await desk.http.get(left["url"])).status_code == 404
    assert [(await desk.http.get(each["url"])).content for each in (sent, shown)] == [b"sent", b"shown"]
    assert (await say(desk.http, conversation, left["id"])).status_code == 400


async def test_what_is_shown_by_its_address_stays_and_takes_no_room(settings: Settings) -> None:
    """In a message, in a note on a contact, or as a contact's picture: also where an earlier version saved that."""
    async with running(msgspec.structs.replace(settings, media_quota_files=1)) as desk:
        client = desk.http
        conversation = await desk.new_conversation()
        contact = f"/api/v1/contacts/{conversation['contact_id']}"
        files = [await uploaded(client, b"in a message")]
        image = '<img src="/uploads/{}">'
        assert (await say(client, conversation["uuid"], text=image.format(files[0]["uuid"]))).status_code == 200
        files.append(await uploaded(client, b"in a note"))
        await desk.post(f"{contact}/notes", {"note": image.format(files[1]["uuid"])})
        files.append(await uploaded(client, b"a picture"))
        form = {"first_name": (None, "Carla"), "email": (None, "carla@example.com")}
        answer = await client.put(contact, files={**form, "avatar_url": (None, f"/uploads/{files[2]['uuid']}")})
        assert answer.status_code == 200, answer.text
        database = Database(settings.resolved_database_url)
        async with database.writing() as session:
            await session.execute(update(MediaRow).values(linked_model=None))  # as an earlier version has it
        await database.aclose()
        async with leftovers(settings) as late:
            assert await late.sweep() == 0
        assert [(await client.get(each["url"])).status_code for each in files] == [200, 200, 200]


async def test_earlier_pictures_of_a_contact_go(desk: DeskClient, settings: Settings) -> None:
    """A new one takes their place; they are uploads that belong to nothing."""
    conversation = await desk.new_conversation()
    contact = f"/api/v1/contacts/{conversation['contact_id']}"
    form = {"first_name": (None, "Carla"), "email": (None, "carla@example.com")}
    for number in range(3):
        picture = ("a.png", b"\x89PNG\r\n\x1a\n%d" % number, "image/png")
        assert (await desk.http.put(contact, files={**form, "files": picture})).status_code == 200
    async with leftovers(settings) as late:
        assert await late.sweep() == 2
    shown = (await desk.get(contact))["avatar_url"]
    assert (await desk.http.get(shown)).content.endswith(b"2")
    assert len(files_in(settings)) == 1


async def test_file_that_can_not_be_removed_holds_up_no_other(desk: DeskClient, settings: Settings) -> None:
    """It is told in the log, and tried again by the next sweep."""
    media = [await uploaded(desk.http, b"%d" % number) for number in range(3)]
    [odd] = [path for path in files_in(settings) if path.name == media[0]["uuid"]]
    odd.unlink()
    odd.mkdir()
    async with leftovers(settings) as late:
        assert await late.sweep() == 2
        odd.rmdir()
        assert await late.sweep() == 1
    assert await rows_of(settings) == 0


async def test_several_workers_share_the_work(desk: DeskClient, settings: Settings) -> None:
    """All of them together remove each upload once."""
    for number in range(12):
        await uploaded(desk.http, b"%d" % number)
    async with leftovers(settings) as one, leftovers(settings) as two, leftovers(settings) as three:
        done = await asyncio.gather(*(each.sweep() for each in (one, two, three)))
    assert sum(done) == 12
    assert (files_in(settings), await rows_of(settings)) == ([], 0)


async def test_sent_while_it_is_removed(desk: DeskClient, settings: Settings) -> None:
    """Either the message has its file for good, or it is refused and there is none: nothing in between."""
    conversation = (await desk.new_conversation())["uuid"]
    media = [await uploaded(desk.http, b"%d" % number) for number in range(10)]
    async with leftovers(settings) as one, leftovers(settings) as two:
        sweeping = asyncio.gather(one.sweep(), two.sweep())
        answers = await asyncio.gather(*(say(desk.http, conversation, each["id"]) for each in media))
        await sweeping
    sent = [each for each, answer in zip(media, answers, strict=True) if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert all(error(each)[0] == 400 and each.json()["message"].startswith("attachments") for each in refused)
    assert {path.name for path in files_in(settings)} == {each["uuid"] for each in sent}
    assert await rows_of(settings) == len(sent)
    for each in sent:
        assert (await desk.http.get(each["url"])).status_code == 200


async def test_a_sweep_that_was_killed_is_taken_up(desk: DeskClient, settings: Settings) -> None:
    """The content is gone, and the row still there: the next sweep removes it."""
    media = await uploaded(desk.http)
    [path] = files_in(settings)
    path.unlink()
    async with leftovers(settings) as late:
        assert await late.sweep() == 1
    assert await rows_of(settings) == 0
    assert (await desk.http.get(media["url"])).status_code == 404


async def test_an_upload_that_was_killed_leaves_nothing_for_long(desk: DeskClient, settings: Settings) -> None:
    """A part of a body, and a content without a row, go; one with a row stays, and so does what is none of ours."""
    kept = await uploaded(desk.http)
    folder, part, lost = settings.media_dir, str(uuid4()), str(uuid4())
    (folder / lost[:2]).mkdir(exist_ok=True)
    (folder / lost[:2] / lost).write_bytes(b"x")
    marks = [folder / f"{MARK}{uuid}" for uuid in (part, lost, kept["uuid"])]
    foreign, young = folder / ".nfs0123", folder / f"{MARK}{uuid4()}"
    for path in (*marks, foreign, young):
        path.write_bytes(b"half")
    long_ago = time.time() - (KEPT + HOUR).total_seconds()
    for path in (*marks, foreign):
        os.utime(path, (long_ago, long_ago))
    async with leftovers(settings, timedelta(0)) as worker:
        assert await worker.sweep() == 0
    assert {path.name for path in files_in(settings)} == {kept["uuid"], foreign.name, young.name}


async def test_the_service_sweeps_by_itself(settings: Settings) -> None:
    """At its start, whatever is older than a day."""
    changes = {"database_url": settings.database_url}
    async with service(settings.state_dir, **changes) as client:
        await uploaded(client)
    database = Database(settings.resolved_database_url)
    async with database.writing() as session:
        await session.execute(update(MediaRow).values(created_at=now() - KEPT - HOUR))
    await database.aclose()
    async with service(settings.state_dir, **changes):
        await asyncio.to_thread(wait_until, lambda: not files_in(settings))
    assert await rows_of(settings) == 0


async def test_too_many_files(settings: Settings) -> None:
    """At the edge, as many of several at once get in as there is room for; the others are told the setting."""
    async with running(msgspec.structs.replace(settings, media_quota_files=3)) as desk:
        client = desk.http
        answers = await asyncio.gather(*(upload(client, b"the same") for _ in range(8)))
        refused = [answer for answer in answers if answer.status_code != 200]
        assert len(refused) == 5
        for answer in refused:
            assert error(answer) == (413, "InputException", "too_large")
            assert "may have 3." in answer.json()["message"]
        assert len(files_in(settings)) == await rows_of(settings) == 3
        _, colleague = await desk.new_agent(["Agent"])
        assert (await upload(colleague.http)).status_code == 200
        conversation = (await desk.new_conversation())["uuid"]
        [sent] = [each.json()["data"]["id"] for each in answers if each.status_code == 200][:1]
        assert (await say(client, conversation, sent)).status_code == 200
        assert [(await upload(client)).status_code for _ in range(2)] == [200, 413]


async def test_too_many_bytes(settings: Settings) -> None:
    """The size of all together counts, to the byte; a day later there is room again."""
    async with running(msgspec.structs.replace(settings, media_quota_bytes=1000, media_max_bytes=600)) as desk:
        client = desk.http
        answers = await asyncio.gather(upload(client, b"x" * 600), upload(client, b"x" * 600))
        assert sorted(each.status_code for each in answers) == [200, 413]
        [refused] = [each for each in answers if each.status_code == 413]
        assert "may have 1000 bytes with this one." in refused.json()["message"]
        codes = [(await upload(client, b"x" * size)).status_code for size in (401, 400, 1)]
        assert codes == [413, 200, 413]
        async with leftovers(settings) as late:
            assert await late.sweep() == 2
        assert (await upload(client, b"x" * 600)).status_code == 200


async def test_one_file_always_has_room(settings: Settings) -> None:
    """A quota below the largest file lets one of these in all the same."""
    async with running(msgspec.structs.replace(settings, media_quota_bytes=10, media_max_bytes=100)) as desk:
        assert [(await upload(desk.http, b"x" * 100)).status_code for _ in range(2)] == [200, 413]


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """Half of it is there, then the client is gone: neither a file nor a part of one stays."""
    head = (
        "POST /api/v1/media HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Authorization: {ADMIN['Authorization']}\r\nContent-Length: 200000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    )
    folder = tmp_path / "var" / "media"
    with serving(tmp_path) as served:
        with socket.create_connection((served.client.base_url.host, served.client.base_url.port or 80)) as connection:
            connection.sendall(head.encode() + b"x" * 100_000)
            wait_until(lambda: any(folder.glob("*")))
        wait_until(lambda: not any(folder.glob("*")))
        assert served.client.post(MEDIA, files={"files": ("a.txt", b"x")}).status_code == 200
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1
