"""The suite's own way of running a service inside of a test."""

import gc
import os
import signal
import tempfile
import weakref
from pathlib import Path
from typing import cast

import pytest
from litestar.types import ASGIApp

from assistant.app import create_app
from tests.assistant.harness import client_of, service, settings_for
from tests.assistant.programs import code_read_anew
from tests.assistant.recycling import built
from tests.assistant.serving import run, started
from tests.assistant.starting import OFFLINE

OFFLINE_SETTING = {"provider": "custom", "base_url": "http://127.0.0.1:9"}
MASKING = {"patterns": [{"name": "parcel", "pattern": "K[0-9]{6}"}]}


async def test_service_is_gone_after_its_test(state: Path) -> None:
    """Nothing holds a service that has ended, such as what the next one takes of it: a suite of a thousand is small."""
    with built(lambda: create_app(settings_for(state, **OFFLINE_SETTING))) as front:
        async with client_of(cast("ASGIApp", front), front.ready) as client:
            assert (await client.get("/api/v1/ai/prompts")).status_code == 200
        gone = weakref.ref(front.ready)  # every part of a service has it
    del front, client
    gc.collect()
    assert gone() is None


async def test_service_answers_by_itself_whoever_was_there_before(tmp_path: Path) -> None:
    """Neither at the same time nor afterwards does one know what was saved in another, or who may come in there."""
    async with service(tmp_path / "one", **OFFLINE_SETTING) as one:
        async with service(tmp_path / "two", **OFFLINE_SETTING, admin_api_key="ak_another") as two:
            saved = await one.put("/api/v1/ai/masking", json=MASKING)
            assert saved.status_code == 200, saved.text
            assert (await two.get("/api/v1/ai/masking")).status_code == 401
        async with service(tmp_path / "three", **OFFLINE_SETTING) as three:
            found = [(await each.get("/api/v1/ai/masking")).json()["data"]["patterns"] for each in (one, three)]
    assert [len(each) for each in found] == [1, 0]


@pytest.mark.parametrize(
    "arguments",
    [("prompts", "list"), ("prompts", "render", "nope", "--content", "x"), ("nope",), ("--help",), ("keys", "--help")],
)
def test_copy_says_what_the_program_says(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """On both channels, and with its exit status."""
    copied = run(tmp_path, *arguments)
    with code_read_anew():
        anew = run(tmp_path, *arguments)
    assert (copied.returncode, copied.stdout, copied.stderr) == (anew.returncode, anew.stdout, anew.stderr)


def test_copy_has_a_folder_and_variables_of_its_own(tmp_path: Path) -> None:
    """Whatever the process has that it is a copy of, or the copy before it."""
    assert run(tmp_path, "prompts", "export", "out").returncode == 0
    assert (tmp_path / "out").is_dir()
    assert "ASSISTANT_SECRET_KEY" in run(tmp_path, "serve", SECRET_KEY="hunter2").stderr
    assert "ASSISTANT_SECRET_KEY" not in run(tmp_path, "serve", PORT="eighty").stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_copy_hears_signals_and_holds_nothing_of_ours(tmp_path: Path, number: signal.Signals) -> None:
    """It ends as any process does, and has no file open but those that it was given."""
    with tempfile.TemporaryFile() as held, started(tmp_path, None, "serve", **OFFLINE) as served:
        assert os.fstat(held.fileno()) not in map(os.stat, Path(f"/proc/{served.process.pid}/fd").iterdir())
        os.killpg(served.process.pid, number)
        assert served.process.wait(15) == (-number if number == signal.SIGKILL else 0)
        assert not Path(f"/proc/{served.process.pid}").exists()
