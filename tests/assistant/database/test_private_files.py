"""All that the service writes down is for the user alone that runs it: customers' texts, uploads, keys."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.database.state_folder import check_state, open_to_others
from tests.assistant.harness import settings_for
from tests.assistant.serving import environment, run, serving

UPLOAD = {"files": ("invoice.txt", b"what a customer wrote", "text/plain")}
DRAFT = {"prompt_key": "reply_friendly", "content": "Your refund was processed. It takes 5 days."}


def wide(folder: Path) -> list[str]:
    """Return what group or others may do anything with, below a folder and with it."""
    found = [(path, path.lstat().st_mode) for path in (folder, *folder.rglob("*"))]
    return [
        f"{path.relative_to(folder.parent)} {stat.S_IMODE(mode):o}"
        for path, mode in found
        if mode & 0o077 and not stat.S_ISLNK(mode)
    ]


@pytest.fixture(autouse=True)
def _generous() -> Iterator[None]:
    """Run as a shell does whose user shares everything."""
    before = os.umask(0)
    yield
    os.umask(before)


def leave_open(folder: Path) -> None:
    """Leave a state folder as an earlier version in a generous container would."""
    (folder / "media").mkdir(parents=True)
    for name in ("assistant.db", "desk.jsonl"):
        (folder / name).write_bytes(b"")
    for path in (folder, *folder.iterdir()):
        path.chmod(0o777)


def test_everything_that_serving_writes_is_private(tmp_path: Path) -> None:
    """The database and its log, keys, uploads, the built-in model's files, figures of workers, and a desk that moves.

    The folder is one that somebody made with wide rights: the start takes them away, from what lies in it too.
    """
    leave_open(tmp_path / "var")
    variables = {"SECRET_KEY": "", "ADMIN_API_KEY": "", "ADMIN_API_SECRET": "", "REQUEST_TIMEOUT": "60s"}
    with serving(tmp_path, WORKERS="2", **variables) as served:
        key = (tmp_path / "var" / "admin-key").read_text().strip()
        served.client.headers["Authorization"] = f"token {key}"
        assert served.client.post("/api/v1/media", files=UPLOAD).status_code == 200
        assert served.client.post("/api/v1/ai/completion", json=DRAFT).status_code == 200
        names = {path.name for path in (tmp_path / "var").iterdir()}
        assert names >= {"assistant.db", "assistant.db-wal", "assistant.db-shm", "admin-key", "secret-key"}
        assert names >= {"media", "metrics", "desk.jsonl"}
        assert any("model" in name for name in names)
        assert wide(tmp_path / "var") == []
        assert "warning: the folder" not in served.log.read_text()
    (tmp_path / "to").mkdir()
    for folder, command in ((tmp_path, ("export", "desk.jsonl")), (tmp_path / "to", ("import", "../desk.jsonl"))):
        done = run(folder, "desk", *command)
        assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((tmp_path / "desk.jsonl").stat().st_mode) == 0o600
    assert any(path.is_file() for path in (tmp_path / "to" / "var" / "media").rglob("*"))
    assert wide(tmp_path / "var") == wide(tmp_path / "to" / "var") == []


@pytest.mark.parametrize(
    "command", [("database", "upgrade"), ("keys", "rotate"), ("prompts", "export", "out")], ids=str
)
def test_commands_leave_nothing_open(tmp_path: Path, command: tuple[str, ...]) -> None:
    """What a command makes before the service ever ran is private too."""
    done = run(tmp_path, *command, SECRET_KEY="", PROVIDER="custom", BASE_URL="http://127.0.0.1:9")
    assert done.returncode == 0, done.stderr
    assert wide(tmp_path / "var") == []
    out = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("out/*")}
    assert out <= {0o666}, "prompts are texts for colleagues and version control: their user's own umask counts"


def test_database_elsewhere_is_private(tmp_path: Path) -> None:
    """Its files are closed, whether new or left open; the folder that the operator chose is left as it is."""
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o755)
    address = f"sqlite:///{folder / 'a.db'}"
    for _ in range(2):
        assert run(tmp_path, "database", "upgrade", DATABASE_URL=address).returncode == 0
        assert wide(folder) == ["elsewhere 755"]
        (folder / "a.db").chmod(0o666)


def test_folder_of_another_user_is_said_to_be_open(tmp_path: Path) -> None:
    """What we can't close, the operator reads about; what is ours in it is closed."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    settings = settings_for(tmp_path / "var")
    leave_open(settings.state_dir)
    (settings.state_dir / "assistant.db").unlink()
    os.chown(settings.state_dir, 4711, 4711)
    check_state(settings)
    assert wide(settings.state_dir) == ["var 777"]
    assert "/var is open to all users of this machine: chmod o= it" in (open_to_others(settings) or "")
    settings.state_dir.chmod(0o2770)
    assert open_to_others(settings) is None, "a volume that Kubernetes gives to a group"


def test_link_in_the_folder_is_left_to_who_made_it(tmp_path: Path) -> None:
    """What a link leads to may be someone else's to share."""
    (tmp_path / "var").mkdir()
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "var" / "media").symlink_to(tmp_path / "shared")
    check_state(settings_for(tmp_path / "var"))
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_worker_of_another_server_keeps_private_too(tmp_path: Path) -> None:
    """`granian assistant.app:create_app` and the like, without our command around it."""
    script = "import os; from assistant.app import create_app; create_app(); print(oct(os.umask(0)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == "0o77"
