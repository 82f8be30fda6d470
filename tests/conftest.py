"""What every test shares: no way off this machine, and real servers of its own."""

import functools
import gc
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest
from httpx._transports import default as httpx_transports  # it has no public name

from assistant.telemetry import LineHandler
from tests.assistant import programs
from tests.assistant.compiling import compiled_once
from tests.assistant.recycling import applications_recycled
from tests.assistant.registration import registered_once
from tests.scratch import keep_files_in_memory
from tests.servers.postgres import PostgresServer, postgres_server
from tests.servers.redis import RedisServer, redis_server

hypothesis.settings.register_profile("suite", deadline=None)  # how long an example takes says nothing on a busy machine
hypothesis.settings.load_profile("suite")

_COLLECTIONS = (10_000, 20, 20)  # a service that ends leaves 4 MB of cycles, which may wait for a few more
_LOCAL = ("127.", "::1", "localhost")
_LONGEST = (
    "tests/assistant/desk/test_schemathesis.py",
    "tests/assistant/browser/",
    "tests/assistant/console/",
    "tests/assistant/commands/test_serve.py",
    "tests/assistant/desk/test_durability.py",
    "tests/providers/local/",
    "tests/assistant/desk/test_passwords.py",
    "tests/assistant/text/test_shapes.py",
    "tests/assistant/front/test_hit_lane.py",
    "tests/prompts/test_mutations.py",
    "tests/assistant/desk/test_transfer.py",
    "tests/assistant/text/masking/test_hostile_",
    "tests/assistant/provider_setting/",
    "tests/assistant/database/",
)
"""Files and folders whose tests take longest, those with the most to do in one file first."""


def pytest_configure() -> None:
    """Choose where files lie before the first one is made."""
    keep_files_in_memory()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files: one that begins last keeps the other workers waiting."""
    items.sort(key=_place)  # within a file nothing changes


def _place(item: pytest.Item) -> int:
    found = (place for place, each in enumerate(_LONGEST) if item.nodeid.startswith(each))
    return next(found, len(_LONGEST))


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Refuse every connection that would leave the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOCAL):
            raise AssertionError(f"a test wanted to connect to {address[0]}")
        connect(self, address)  # type: ignore[arg-type] # passed on as it came

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment] # for every test
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _log_stays_open() -> Iterator[None]:
    """Let no test write its log lines to where an earlier one looked at its own: services inside of tests log there."""
    yield
    root = logging.getLogger()
    root.handlers[:] = [each for each in root.handlers if not getattr(getattr(each, "stream", None), "closed", False)]


@pytest.fixture(scope="session", autouse=True)
def _nothing_stays_for_good() -> Iterator[None]:
    """Freeze what is there before the first test, and keep services from freezing what is there once they have started.

    A process that serves does so to spare the collector work. In this one, where services come and go, each of them
    and all that the tests before it left would stay until the end: 4 MB a service.
    """
    freeze = gc.freeze
    gc.set_threshold(*_COLLECTIONS)
    gc.collect()
    freeze()  # the code and ten thousand tests, which every whole collection would look through
    gc.freeze = lambda: None
    yield
    gc.freeze = freeze


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Let the processes that tests start keep what Python compiles, as operators' do; each would do it anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _code_read_once() -> Iterator[None]:
    """Spare the processes that tests start most of what each start is, where a test is not about that."""
    with programs.code_read_once():
        yield


@pytest.fixture(scope="session", autouse=True)
def _authorities_read_once() -> Iterator[None]:
    """Give all clients of tests the same certificate authorities, which each would read anew: none has use for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx_transports, "create_ssl_context", functools.cache(httpx.create_ssl_context))
        yield


@pytest.fixture
def code_read_anew() -> Iterator[None]:
    """Start each process of the test as an operator does."""
    with programs.code_read_anew():
        yield


@pytest.fixture(scope="session", autouse=True)
def _lines_at_once() -> None:
    """Have services of this process write each line as it comes: tests read them as soon as they have an answer."""
    LineHandler.at_once = True


@pytest.fixture(scope="session", autouse=True)
def _started_quickly() -> Iterator[None]:
    """Spare the services of tests, which come and go, what comes to the same for each of them."""
    with registered_once(), applications_recycled(), compiled_once():
        yield


@pytest.fixture(scope="module")
def no_collection() -> Iterator[None]:
    """Measure processor time without the collector's: that grows with all that the suite has made before."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis of the suite's own."""
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL of the suite's own."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder that no one else uses."""
    return tmp_path / "var"
