"""`assistant providers test` and servers that load their model first."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.assistant.serving import run, wait_until
from tests.fakes import FakeProvider, steps
from tests.fakes.deaf import deaf
from tests.fakes.loading import Loading


def tried(folder: Path, fake: FakeProvider, load: Loading) -> CompletedProcess[str]:
    """Run the command while the server loads its model for longer than a test waits."""
    fake.script(load)
    with ThreadPoolExecutor() as pool:
        setting = {"PROVIDER": "ollama", "BASE_URL": fake.url, "MODEL": "large", "REQUEST_TIMEOUT": "1s"}
        running = pool.submit(run, folder, "providers", "test", **setting)
        wait_until(lambda: bool(fake.requests))
        time.sleep(2.0)
        load.finish()
        return running.result()


def test_load_is_waited_for(tmp_path: Path) -> None:
    """The operator is told what takes so long; one call is made."""
    load = Loading()
    with FakeProvider() as fake:
        ended = tried(tmp_path, fake, load)
        assert (len(fake.requests), load.given_up) == (1, 0)
    assert (ended.returncode, ended.stdout) == (0, "ollama answered with large\n")
    assert "The model is being loaded; this may take up to 120 seconds." in ended.stderr


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (steps.status(401), "refused the API key"),
        (steps.status(404, message="model 'large' not found, try pulling it first"), "it has no model 'large'"),
    ],
)
def test_load_that_fails_is_told_with_its_cause(tmp_path: Path, end: steps.Step, said: str) -> None:
    """And what to do."""
    with FakeProvider() as fake:
        ended = tried(tmp_path, fake, Loading(end))
    assert ended.returncode == 1
    assert said in ended.stderr


def test_server_that_takes_no_connection_is_not_waited_for(tmp_path: Path) -> None:
    """It loads nothing."""
    with deaf("127.0.0.2") as port:
        setting = {"PROVIDER": "ollama", "BASE_URL": f"http://127.0.0.2:{port}", "MODEL": "large"}
        ended = run(tmp_path, "providers", "test", **setting)
    assert ended.returncode == 1
    assert "is not available" in ended.stderr
    assert "being loaded" not in ended.stderr
