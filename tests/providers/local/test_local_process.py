"""Finding the built-in model's process, and what must not be taken for it."""

import asyncio
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from providers.adapters.local import LocalProvider
from providers.errors import UnavailableError
from providers.local.process import LocalUse, find_model
from providers.local.server import Running
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider
from tests.providers.conftest import Ask
from tests.providers.local.processes import is_alive, place, wait_until_gone
from tests.providers.local.test_local import GREETING


@contextmanager
def _written_down(options: ProviderOptions, server: FakeProvider) -> Iterator[int]:
    """Write a server down as the real one does, in a file that isn't locked yet, and yield its descriptor."""
    found = place(options)
    running = Running(pid=os.getpid(), base_url=f"{server.url}/v1", key="old", model_file=found.model_file)
    options.state_dir.mkdir()
    with found.state.open("wb", buffering=0) as file:
        file.write(msgspec.json.encode(running))
        yield file.fileno()


async def test_a_state_file_of_a_server_that_is_gone_leads_nowhere(options: ProviderOptions, ask: Ask) -> None:
    """Its process number and its port may belong to strangers by now, who get neither key nor draft."""
    with FakeProvider("chat") as stranger, _written_down(options, stranger):
        provider = connect(resolve("local"), options)
        assert (await ask(provider, GREETING)).text
        await provider.aclose()
        assert not stranger.requests


async def test_a_stranger_on_the_port_of_a_dead_server_is_not_asked(options: ProviderOptions, ask: Ask) -> None:
    """Also by a provider that has talked to that server before: the lock on the file ends with the server."""
    with FakeProvider("chat") as server, _written_down(options, server) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        provider = connect(resolve("local"), options)
        await ask(provider, GREETING)
        assert len(server.requests) == 1
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert (await ask(provider, GREETING)).text
        await provider.aclose()
        assert len(server.requests) == 1


async def test_a_folder_that_can_not_be_written_makes_the_model_unavailable(options: ProviderOptions, ask: Ask) -> None:
    """An error of the system is one of ours."""
    options.state_dir.write_text("a file where the folder belongs", encoding="utf-8")
    provider = connect(resolve("local"), options)
    with pytest.raises(UnavailableError, match="state folder can't be written"):
        await ask(provider, GREETING)
    await provider.aclose()


class SlowUse(LocalUse):
    """A share in a server that takes long to start, and then doesn't."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, Path("any.gguf"))
        self.starts = 0
        self.go_on = threading.Event()

    def running(self) -> Running:
        """Wait, and fail."""
        self.starts += 1
        self.go_on.wait(10)
        raise UnavailableError("local")


async def test_callers_that_give_up_leave_one_start_behind(options: ProviderOptions) -> None:
    """However many gave up waiting, the threads that everything else needs stay free."""
    use = SlowUse(options.state_dir)
    provider = LocalProvider(use, "any")
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(provider.complete(GREETING), 0.05)
    use.go_on.set()
    with pytest.raises(UnavailableError):
        await provider.complete(GREETING)
    await provider.aclose()
    assert use.starts == 1


async def test_a_closed_provider_starts_nothing(options: ProviderOptions, ask: Ask) -> None:
    """Used before or not, it stays closed."""
    use = SlowUse(options.state_dir)
    provider = LocalProvider(use, "any")
    await provider.aclose()
    with pytest.raises(UnavailableError, match="closed"):
        await ask(provider, GREETING)
    assert not use.starts


def test_two_models_in_one_folder_have_a_process_each(options: ProviderOptions, tmp_path: Path) -> None:
    """Neither is started anew whenever the other one is asked for, and both end with their users."""
    other = tmp_path / "other.gguf"
    other.symlink_to(find_model(None))
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(other.read_bytes())
    uses = [LocalUse(options.state_dir, file) for file in (other, copy)] * 2
    servers = [use.running().pid for use in uses]
    assert servers[:2] == servers[2:]
    assert len(set(servers)) == 2
    assert all(is_alive(server) for server in servers)
    for use in uses:
        use.leave()
    for server in servers:
        wait_until_gone(server)


async def test_the_working_folder_lends_no_code(
    options: ProviderOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that happens to be called like a package isn't imported from there."""
    (tmp_path / "msgspec.py").write_text("raise SystemExit('imported from the working folder')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    provider = connect(resolve("local"), options)
    assert (await provider.complete(GREETING)).text
    await provider.aclose()
