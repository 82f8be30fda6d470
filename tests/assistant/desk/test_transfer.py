"""Moving a desk: what goes out comes in elsewhere to the byte; all of it, or nothing."""

import os
import re
import signal
import stat
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec
import pytest

from assistant.commands.desk_transfer import export_desk
from assistant.errors import InUseError, InvalidRequestError, NotFoundError
from assistant.settings import Settings
from tests.assistant.databases import empty_database
from tests.assistant.desk.exported import CONTENT, UUID, exported, files_of, imported, lines, running, written
from tests.assistant.harness import settings_for
from tests.assistant.programs import Running, start
from tests.assistant.serving import environment, wait_until


@pytest.fixture
async def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> AsyncIterator[Settings]:
    """Settings of a desk in the other kind of database."""
    folder = tmp_path / "elsewhere" / "var"
    if settings.database_url:
        yield settings_for(folder)
        return
    async with empty_database(request.getfixturevalue("postgres")) as url:
        yield settings_for(folder, database_url=url)


class Command(msgspec.Struct, frozen=True):
    """A command that runs, what it reads and writes, and a file of what it says."""

    process: Running
    reads: IO[bytes]
    writes: IO[bytes]
    said: IO[bytes]


@contextmanager
def command(settings: Settings, folder: Path, *arguments: str) -> Iterator[Command]:
    """Run a command of the desk in a folder, between two pipes; the end of the block kills it if it still runs."""
    variables = environment(**({"DATABASE_URL": settings.database_url} if settings.database_url else {}))
    (given, reads), (writes, output) = _pipe(), _pipe()
    with reads, writes, tempfile.TemporaryFile() as said:
        with given, output:
            process = start(["desk", *arguments], folder, variables, output, said, given=given)
        try:
            yield Command(process, reads, writes, said)
        finally:
            process.kill()


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    """Return the end of a pipe to read from, and the one to write to."""
    read, write = os.pipe()
    return os.fdopen(read, "rb"), os.fdopen(write, "wb")


def run(settings: Settings, folder: Path, *arguments: str, given: bytes = b"") -> tuple[int, bytes, str]:
    """Run a command of the desk to its end, and return its status, its output, and the words of what it said."""
    folder.mkdir(exist_ok=True)
    with command(settings, folder, *arguments) as done, ThreadPoolExecutor(1) as feeding:
        fed = feeding.submit(_feed, done.reads, given)
        output, status = done.writes.read(), done.process.wait(60)
        fed.result()
        done.said.seek(0)
        return status, output, " ".join(re.findall(r"[^\s─│╭╮╰╯]+", done.said.read().decode()))


def _feed(reads: IO[bytes], given: bytes) -> None:
    """Write all that a command may read; it may have ended before."""
    with suppress(BrokenPipeError), reads:
        reads.write(given)


async def test_desk_moves_to_the_other_database(settings: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    """The sample with a file: the same bytes come out again, keys work, lists and search show the same."""
    async with running(msgspec.structs.replace(settings, sample_data=True)) as desk:
        upload = await desk.http.post("/api/v1/media", files={"files": ("a.zip", CONTENT)})
        media = upload.json()["data"]
        conversation = await desk.new_conversation(subject="Schöne Grüße")
        await desk.reply(conversation, "See the file", attachments=[media["id"]])
        _, agent = await desk.new_agent(["Agent"])
        listed = await desk.get("/api/v1/conversations/all", page_size=100)
    first = await exported(settings, tmp_path)
    assert await imported(elsewhere, tmp_path, first) == msgspec.json.decode(first.split(b"\n")[0])["rows"]
    assert await exported(elsewhere, tmp_path) == first
    async with running(elsewhere) as desk:
        moved = desk.signed_in(dict(agent.http.headers))
        assert await moved.get("/api/v1/conversations/all", page_size=100) == listed
        assert (await moved.http.get(media["url"])).status_code == 200
        assert (await desk.http.get(media["url"])).content == CONTENT
        assert len(await desk.get("/api/v1/conversations/search", query="schone")) == 1
        assert (await desk.get("/api/v1/messages/search", query="mis-sorted"))[0]["text_content"].startswith("Carrier")
        again = await desk.new_conversation()
        assert int(again["reference_number"]) == int(conversation["reference_number"]) + 1
        assert (await desk.get("/api/v1/conversations/all"))["total"] == listed["total"] + 1
    assert files_of(elsewhere) == [media["uuid"]]


async def test_every_value_survives(settings: Settings, tmp_path: Path) -> None:
    """Microseconds, large numbers, the order of members, signs that look like escapes."""
    assert await imported(settings, tmp_path, written(lines())) == 13
    assert await exported(settings, tmp_path) == written(lines())
    async with running(settings) as desk:  # with the administrator of the file, not one of its own
        assert (await desk.http.get("/api/v1/agents/me")).status_code == 401


async def test_many_rows_go_in_blocks(settings: Settings, tmp_path: Path) -> None:
    """More rows than one block come through, and their ids are not gone through twice."""
    desk = lines()
    desk[9:9] = [{**desk[8], "id": number, "name": f"tag {number}"} for number in range(2, 1503)]
    desk[0]["rows"] += 1501
    await imported(settings, tmp_path, written(desk))
    assert await exported(settings, tmp_path) == written(desk)


async def test_desk_in_use_is_replaced_only_when_asked_to(settings: Settings, tmp_path: Path) -> None:
    """Without --replace nothing changes; with it all that was there is gone, files and sessions too."""
    async with running(settings) as desk:
        await desk.http.post("/api/v1/media", files={"files": ("a.txt", b"old")})
        await desk.new_team("Old")
        await desk.new_conversation()
    before, files = await exported(settings, tmp_path), files_of(settings)
    with pytest.raises(
        InUseError, match=r"holds conversations \(1\), contacts \(1\), teams \(1\), files \(1\)\. Use --replace"
    ):
        await imported(settings, tmp_path, written(lines()))
    with pytest.raises(InvalidRequestError):
        await imported(settings, tmp_path, written(lines()[:-1]), replace=True)
    assert (await exported(settings, tmp_path), files_of(settings)) == (before, files)
    for _ in range(2):  # the second time over the same files
        await imported(settings, tmp_path, written(lines()), replace=True)
        assert await exported(settings, tmp_path) == written(lines())
        assert files_of(settings) == [UUID.format(3)]


async def test_file_that_is_missing_stops_an_export(settings: Settings, tmp_path: Path) -> None:
    """A desk is exported whole or not at all, and what was in the target stays."""
    target = tmp_path / "desk.jsonl"
    target.write_text("before")
    await imported(settings, tmp_path, written(lines()))
    [path] = [path for path in settings.media_dir.rglob("*") if path.is_file()]
    path.write_bytes(b"short")
    with pytest.raises(NotFoundError, match="has 5 bytes instead of 262400"):
        await export_desk(settings, target)
    path.unlink()
    with pytest.raises(NotFoundError, match="the file is missing"):
        await export_desk(settings, target)
    assert target.read_text() == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["desk.jsonl", "imported.jsonl", "var"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
async def test_import_that_is_stopped_leaves_nothing(
    settings: Settings, tmp_path: Path, number: signal.Signals
) -> None:
    """Whether an operator stops it or the machine does: the desk is as before, and the next import goes through."""
    before = await exported(settings, tmp_path)
    with command(settings, tmp_path, "import", "-") as stopped:
        stopped.reads.write(written(lines()[:-1]))
        stopped.reads.flush()
        wait_until(lambda: any(path.stat().st_size for path in settings.media_dir.glob(".import-*/contents/*")))
        stopped.process.send_signal(number)
        stopped.reads.close()
        assert stopped.process.wait(30) != 0
    assert await exported(settings, tmp_path) == before
    for path in settings.media_dir.glob("*"):
        assert number == signal.SIGKILL, "only who could not clean up leaves something"
        os.utime(path, (time.time() - 90_000, time.time() - 90_000))
    await imported(settings, tmp_path, written(lines()))
    assert files_of(settings) == [UUID.format(3)]


def test_commands_move_a_desk_through_a_pipe(settings: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    """What an operator types; the file that is written is private."""
    folder = tmp_path / "elsewhere"
    assert run(settings, tmp_path, "import", "-", given=written(lines())) == (0, b"", "13 rows imported")
    status, output, said = run(settings, tmp_path, "export", "-")
    assert (status, output, said) == (0, written(lines()), "13 rows exported")
    assert run(elsewhere, folder, "import", "-", given=output) == (0, b"", "13 rows imported")
    assert run(elsewhere, folder, "export", "desk.jsonl") == (0, b"", "13 rows exported")
    assert (folder / "desk.jsonl").read_bytes() == output
    assert stat.S_IMODE((folder / "desk.jsonl").stat().st_mode) == 0o600
    held = "conversations (1), contacts (1), files (1)"
    refusal = f"Error The desk holds {held}. Use --replace to remove all that it holds first."
    assert run(elsewhere, folder, "import", "desk.jsonl") == (1, b"", refusal)
    assert run(elsewhere, folder, "import", "desk.jsonl", "--replace")[0] == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "none.jsonl"], "Error none.jsonl: No such file or directory"),
        (["import", "-"], 'Error line 1: must be {"type": "desk", "version": 1}.'),
        (["export", "none/desk.jsonl"], "Error none/desk.jsonl: its folder does not exist. Make it first"),
        (["export", "/dev/null"], "Error /dev/null: is no file. Name one, or - for standard output"),
    ],
)
def test_command_says_what_is_wrong(settings: Settings, tmp_path: Path, arguments: list[str], said: str) -> None:
    """An error is a sentence, not a trace, and the status tells scripts."""
    status, output, words = run(settings, tmp_path, *arguments)
    assert (status, output) == (1, b"")
    assert said in words
