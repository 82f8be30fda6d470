"""Secrets that stand in files, as container platforms hand them over."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import FOREIGN, PREFIX, SECRETS, read_settings, unknown_variables
from tests.assistant.serving import ROOT, run
from tests.fakes import FakeProvider

KEY = "A" * 43
NAMES = [*(PREFIX + name for name in SECRETS), *FOREIGN]
VALUES = {
    "SECRET_KEY": f"{KEY},{'B' * 43}=",
    "ADMIN_API_KEY": "ak_one",
    "ADMIN_API_SECRET": "as_one_of_sixteen_characters",
    "API_KEY": "sk-ünï-1",
    "METRICS_TOKEN": "token_of_sixteen_characters",
    "DATABASE_URL": "postgresql://u:p@db/d",
    "REDIS_URL": "redis://redis/0",
    "OPENAI_API_KEY": "sk-openai",
    "ANTHROPIC_API_KEY": "sk-anthropic",
}


def bare(name: str) -> str:
    """Return a variable's name as the tables above have it."""
    return name.removeprefix(PREFIX)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\n", " \n"])
def test_every_secret_may_stand_in_a_file(tmp_path: Path, ending: str) -> None:
    """The file's content is the value, without what an editor puts behind it; it reads the same as the variable."""
    plain = {name: VALUES[bare(name)] for name in NAMES} | {"ASSISTANT_PROVIDER": "openai"}
    filed = {"ASSISTANT_PROVIDER": "openai"}
    for name in NAMES:
        path = tmp_path / name
        path.write_bytes((plain[name] + ending).encode())
        filed[f"{name}_FILE"] = str(path)
    assert read_settings(filed) == read_settings(plain)
    assert unknown_variables(filed) == ()


def test_byte_order_mark_is_no_part_of_a_secret(tmp_path: Path) -> None:
    """A file that was saved by an editor of Windows."""
    (tmp_path / "key").write_bytes("\ufeff".encode() + KEY.encode() + b"\r\n")
    assert read_settings({"ASSISTANT_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == (KEY,)


def folder(path: Path) -> None:
    """Make a folder of a file's name: what Docker does when a mounted file is missing."""
    path.mkdir()


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda _path: None, "can't be read: No such file"),
    "folder": (folder, "must be the path of a file"),
    "pipe": (os.mkfifo, "must be the path of a file"),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "blank": (lambda path: path.write_bytes(b" \n\n"), "is empty"),
    "latin-1": (lambda path: path.write_bytes("hunter2é".encode("latin-1")), "UTF-8"),
    "binary": (lambda path: path.write_bytes(b"hunter2\x00\x01"), "printable"),
    "two lines": (lambda path: path.write_bytes(b"hunter2\nhunter3"), "printable"),
    "large": (lambda path: path.write_bytes(b"hunter2" * 100_000), "too large"),
    "loop": (lambda path: path.symlink_to(path), "can't be read"),
    "file of a file": (lambda path: path.symlink_to("/etc/passwd/x"), "can't be read"),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", NAMES)
def test_file_that_cannot_be_used_is_refused_by_the_variables_name(tmp_path: Path, name: str, kind: str) -> None:
    """The start says which variable names it and what is wrong, and nothing of what the file holds."""
    make, reason = FILES[kind]
    make(tmp_path / "secret")
    with pytest.raises(SettingsError) as refused:
        read_settings({f"{name}_FILE": str(tmp_path / "secret")})
    said = str(refused.value)
    assert said.startswith(f"{name}_FILE: ")
    assert reason in said
    assert "hunter2" not in said


@pytest.mark.parametrize("name", NAMES)
def test_variable_beside_its_file_is_refused_naming_both(tmp_path: Path, name: str) -> None:
    """Which of two values holds is nothing to guess."""
    with pytest.raises(SettingsError, match=rf"^{name}, {name}_FILE: set one of them"):
        read_settings({name: "hunter2", f"{name}_FILE": str(tmp_path / "missing")})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("SECRET_KEY", "hunter2"),
        ("METRICS_TOKEN", "hunter2"),
        ("ADMIN_API_SECRET", "hunter2"),
        ("DATABASE_URL", "mysql://hunter2@db"),
        ("REDIS_URL", "redis://:hunter2@redis?socket_timeout=x"),
    ],
)
def test_content_is_checked_like_a_value(tmp_path: Path, name: str, content: str) -> None:
    """What is wrong with a secret is told as if it stood in the variable, without the secret."""
    (tmp_path / "secret").write_text(content)
    with pytest.raises(SettingsError, match=rf"^ASSISTANT_{name}: must ") as refused:
        read_settings({f"ASSISTANT_{name}_FILE": str(tmp_path / "secret")})
    assert "hunter2" not in str(refused.value)


def test_only_secrets_stand_in_files(tmp_path: Path) -> None:
    """A misspelt or invented variable with that ending is named like any other one."""
    assert unknown_variables({"ASSISTANT_LANGUAGE_FILE": "x", "ASSISTANT_API_KEYS_FILE": "x"}) == (
        "ASSISTANT_API_KEYS_FILE",
        "ASSISTANT_LANGUAGE_FILE",
    )
    assert read_settings({"ASSISTANT_LANGUAGE_FILE": str(tmp_path)}).language == "English"


def test_commands_read_secrets_from_files(tmp_path: Path) -> None:
    """The program itself takes a provider's key from a file, and says in one line what is wrong with one."""
    (tmp_path / "key").write_text("right\n")
    with FakeProvider("chat", key="right") as fake:
        setting = {"PROVIDER": "custom", "BASE_URL": fake.url, "API_KEY_FILE": str(tmp_path / "key")}
        assert run(tmp_path, "providers", "test", **setting).returncode == 0
    refused = run(tmp_path, "database", "upgrade", METRICS_TOKEN_FILE=str(tmp_path / "missing"))
    assert refused.returncode == 1
    assert "ASSISTANT_METRICS_TOKEN_FILE" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_every_secret_in_files_stands_in_the_readme() -> None:
    """An operator finds which variables may be files."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [line] = [line for line in readme.splitlines() if "…_FILE`" in line]
    assert all(f"`{bare(name)}`" in line for name in NAMES)
