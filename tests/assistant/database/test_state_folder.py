"""A folder or a file that can't be written: the start says so in one sentence, and ends."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.database.state_folder import check_state
from assistant.errors import SettingsError
from tests.assistant.harness import settings_for
from tests.assistant.serving import environment
from tests.assistant.starting import OFFLINE, refusal, sentence
from tests.servers.process import free_port


def file_in_its_place(folder: Path) -> None:
    """Put a file where the state folder would be."""
    (folder / "var").write_text("not a folder")


def file_as_media(folder: Path) -> None:
    """Put a file where uploads would be."""
    (folder / "var").mkdir()
    (folder / "var" / "media").write_text("not a folder")


def folder_as_database(folder: Path) -> None:
    """Put a folder where SQLite's file would be."""
    (folder / "var" / "assistant.db").mkdir(parents=True)


def other_file_as_database(folder: Path) -> None:
    """Put something else where SQLite's file would be."""
    (folder / "var").mkdir()
    (folder / "var" / "assistant.db").write_text("hunter2" * 1000)


def folder_as_key(folder: Path) -> None:
    """Put a folder where the first administrator's key would be."""
    (folder / "var" / "admin-key").mkdir(parents=True)


def dangling(folder: Path) -> None:
    """Lead the state folder to nowhere."""
    (folder / "var").symlink_to("/proc/1/nowhere")


BROKEN = [file_in_its_place, file_as_media, folder_as_database, other_file_as_database, dangling]


@pytest.mark.parametrize("break_it", BROKEN)
def test_state_that_cannot_be_written_ends_the_start(tmp_path: Path, break_it: Callable[[Path], None]) -> None:
    """The operator reads which file or folder it is, before anything is served."""
    break_it(tmp_path)
    said = refusal(tmp_path)
    assert "can't be written" in said
    assert "hunter2" not in said
    if break_it is not file_as_media:
        assert "can't be" in refusal(tmp_path, "database", "upgrade")


def test_key_file_that_cannot_be_written_ends_the_start(tmp_path: Path) -> None:
    """The first administrator's key has nowhere to go: the worker says so, and the whole service ends."""
    folder_as_key(tmp_path)
    assert "admin-key" in refusal(tmp_path, ADMIN_API_KEY="", ADMIN_API_SECRET="")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_secret_key_that_cannot_be_read_ends_the_start(tmp_path: Path, workers: str) -> None:
    """A folder in the place of the key's file."""
    (tmp_path / "var" / "secret-key").mkdir(parents=True)
    assert "secret-key" in refusal(tmp_path, SECRET_KEY="", WORKERS=workers)


@pytest.fixture
def powerless(tmp_path: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs a command in a folder that it may not write: root goes without its right to write everywhere."""
    less = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if less and shutil.which(less[0]) is None:
        pytest.skip("root can't be held back without setpriv")

    def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*less, sys.executable, "-m", "assistant", *arguments],
            cwd=tmp_path,
            env=environment(**{**OFFLINE, **variables}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    yield command
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o700)


def test_folder_of_another_user_ends_the_start(
    tmp_path: Path, powerless: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """A volume that belongs to someone else, the usual mistake with containers: serving and commands alike."""
    tmp_path.chmod(0o555)
    for arguments in (("serve", "--port", str(free_port())), ("database", "upgrade"), ("prompts", "export", "out")):
        assert "can't be written" in sentence(powerless(*arguments))
    assert powerless("prompts", "list").returncode == 0, "what needs no state works without"


def read_only_database(var: Path) -> None:
    """Take away the right to write SQLite's file."""
    (var / "assistant.db").write_bytes(b"")
    (var / "assistant.db").chmod(0o444)


def read_only_media(var: Path) -> None:
    """Take away the right to store uploads."""
    (var / "media").mkdir(mode=0o555)


def unreadable_key(var: Path) -> None:
    """Take away the right to read the key that was made at the first start."""
    (var / "secret-key").write_text("x")
    (var / "secret-key").chmod(0)


def read_only_folder(var: Path) -> None:
    """Take away the right to write anything."""
    var.chmod(0o555)


def read_only_log(var: Path) -> None:
    """Take away the right to write SQLite's log, which another user's process has left."""
    (var / "assistant.db").write_bytes(b"")
    (var / "assistant.db-wal").write_bytes(b"")
    (var / "assistant.db-wal").chmod(0o444)


@pytest.mark.parametrize(
    "take_away", [read_only_database, read_only_media, unreadable_key, read_only_folder, read_only_log]
)
def test_rights_that_are_missing_end_the_start(
    tmp_path: Path,
    powerless: Callable[..., subprocess.CompletedProcess[str]],
    take_away: Callable[[Path], None],
) -> None:
    """The operator reads which file or folder it is, in one sentence."""
    (tmp_path / "var").mkdir()
    take_away(tmp_path / "var")
    said = sentence(powerless("serve", "--port", str(free_port()), SECRET_KEY=""))
    assert "can't be" in said
    assert "var" in said


@pytest.mark.parametrize("way", ["other folder", "linked", "relative"])
@pytest.mark.parametrize("filled", [b"", None])
def test_database_in_a_folder_that_cannot_be_written_ends_the_start(
    tmp_path: Path, powerless: Callable[..., subprocess.CompletedProcess[str]], way: str, filled: bytes | None
) -> None:
    """SQLite writes files beside its own; the right to write that one alone is not enough, and is told at once."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if filled is None:
        with contextlib.closing(sqlite3.connect(folder / "a.db")) as connection:
            connection.execute("CREATE TABLE t (x)")
    else:
        (folder / "a.db").write_bytes(filled)
    (tmp_path / "link.db").symlink_to(folder / "a.db")
    folder.chmod(0o555)
    path = {
        "other folder": folder / "a.db",
        "linked": tmp_path / "link.db",
        "relative": tmp_path / "x/../elsewhere/a.db",
    }
    (tmp_path / "x").mkdir()
    said = sentence(powerless("database", "upgrade", DATABASE_URL=f"sqlite:///{path[way]}"))
    assert "can't be written" in said
    assert "elsewhere" in said.replace(" ", "")


def test_full_disk_ends_the_start(tmp_path: Path) -> None:
    """What can't be written today won't be answered with an error at the first click."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    (tmp_path / "var").mkdir()
    small = ["/bin/mount", "-t", "tmpfs", "-o", "size=8k", "none", str(tmp_path / "var")]
    if subprocess.run(small, check=False).returncode != 0:
        pytest.skip("this machine does not let root mount")
    try:
        (tmp_path / "var" / "big").write_bytes(bytes(8192))
        assert "No space left" in refusal(tmp_path)
    finally:
        subprocess.run(["/bin/umount", tmp_path / "var"], check=True)


def test_state_folder_is_only_needed_where_something_lies_in_it(tmp_path: Path) -> None:
    """With a core, PostgreSQL and a key of the operator's own, a read-only container serves."""
    (tmp_path / "var").write_text("not a folder")
    bare = settings_for(tmp_path / "var", database_url="postgresql+asyncpg://db/d")
    with pytest.raises(SettingsError):
        check_state(bare)
    check_state(settings_for(tmp_path / "var", database_url=bare.database_url, core_url="http://core:9000"))


def test_database_in_use_by_somebody_else_is_no_reason_to_end(tmp_path: Path) -> None:
    """Another replica writes at the moment of the start."""
    settings = settings_for(tmp_path / "var")
    check_state(settings)
    with contextlib.closing(sqlite3.connect(tmp_path / "var" / "assistant.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        check_state(settings)
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["assistant.db"], "nothing is left behind"
