"""A core that is killed while it answers: each request gets one whole answer, an error or a cut, never a mixture."""

import contextlib
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.assistant.gateway.conftest import NO_MODEL
from tests.assistant.gateway.wire import CutError, Wire, ask
from tests.assistant.serving import ROOT, Served, serving
from tests.fakes.core_acts import job_body
from tests.servers.process import Command, answers, free_port, running

REQUESTS, AT_ONCE = 200, 16
KILLED_AFTER = 60  # answers


@contextlib.contextmanager
def core_process(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a core in a process of its own."""
    arguments: list[str | Path] = [sys.executable, "-m", "tests.fakes.core", "--port", str(port)]
    with running(
        Command(arguments=arguments, folder=ROOT, log=folder / f"core-{port}.log"), lambda: answers(port)
    ) as process:
        yield process


@pytest.fixture
def port() -> int:
    """Where the core listens, before and after."""
    return free_port()


@pytest.fixture
def before_it(port: int, tmp_path: Path) -> Iterator[Served]:
    """A service in front of it."""
    with serving(tmp_path, CORE_URL=f"http://127.0.0.1:{port}", **NO_MODEL) as served:
        yield served


class Count:
    """Counts answers, and tells when there are enough."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self.enough = threading.Event()

    def one_more(self) -> None:
        """Count an answer."""
        with self._lock:
            self._number += 1
        if self._number >= KILLED_AFTER:
            self.enough.set()


def fetch(url: object, number: int, method: str, count: Count) -> str:
    """Ask for a job; returns how it ended, having seen that what came is this job's and no one else's."""
    name = f"job-{number}-{method}"
    framing = "length" if number % 3 else "chunked"
    with Wire(url) as wire:
        wire.send_request(method, f"/jobs/{name}/{framing}", [], b"x" * 1000 if method == "POST" else None)
        try:
            answer = wire.answer()
        except CutError:
            return "cut"
        finally:
            count.one_more()
    if answer.status == 502:
        assert answer.whole
        assert b";" not in answer.body or f"{name};".encode() not in answer.body
        return "refused"
    assert (answer.status, answer.values("x-job")) == (200, [name])
    whole = job_body(name)
    assert whole.startswith(answer.body), "nothing of another answer, and nothing out of its order"
    assert not answer.whole or answer.body == whole, "what is not all of it never looks like all of it"
    return "whole" if answer.whole else "cut"


def test_killing_the_core_in_the_middle(port: int, before_it: Served, tmp_path: Path) -> None:
    """200 requests, the core killed in the middle of them; after its return the next request works."""
    url, count, killing = before_it.client.base_url, Count(), threading.Event()

    def fetch_one(number: int) -> str:
        if number >= REQUESTS // 2:
            killing.wait(60)  # however late the kill comes on a busy machine, it comes in the middle
        return fetch(url, number, "GET" if number % 4 else "POST", count)

    with core_process(port, tmp_path) as core, ThreadPoolExecutor(AT_ONCE) as pool:
        asked = [pool.submit(fetch_one, number) for number in range(REQUESTS)]
        assert count.enough.wait(60)
        killing.set()
        core.kill()
        ends = Counter(each.result() for each in asked)
    assert sum(ends.values()) == REQUESTS
    assert ends["whole"] >= KILLED_AFTER - AT_ONCE, ends
    assert ends["refused"] > 0, ends
    down = ask(url, "GET", "/api/v1/tickets")
    assert (down.status, down.code) == (502, "core_unavailable")
    with core_process(port, tmp_path):
        assert fetch(url, REQUESTS, "GET", count) == "whole"
        assert fetch(url, REQUESTS + 1, "POST", count) == "whole"
