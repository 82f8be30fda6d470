"""A desk of its own for each test, or one for all tests of a file, on either database."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.commands.storage import upgrade_tables
from assistant.desk import passwords
from assistant.settings import Settings
from tests.assistant.databases import drop_database, make_database
from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.exported import running
from tests.assistant.harness import settings_for

DATABASES = ["sqlite", "postgres"]
_FILE = "assistant.db"


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database that holds all tables and no rows."""
    folder = tmp_path_factory.mktemp("sqlite-tables")
    asyncio.run(upgrade_tables(settings_for(folder)))
    return folder / _FILE


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, state: Path) -> Iterator[str | None]:
    """Where a desk keeps everything: a file of the test's own (nothing), or a PostgreSQL database of its own."""
    with _tables(request, state) as url:
        yield url


@pytest.fixture(scope="module", params=DATABASES)
def shared_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a desk on either database, for all tests of a file."""
    state = tmp_path_factory.mktemp("shared") / "var"
    with _tables(request, state) as url:
        yield settings_for(state, database_url=url)


@contextmanager
def _tables(request: pytest.FixtureRequest, state: Path) -> Iterator[str | None]:
    """Make a database with all tables and no rows, and drop it at the end of the block."""
    if request.param == "sqlite":
        state.mkdir(mode=0o700, parents=True)
        shutil.copy(request.getfixturevalue("sqlite_tables"), state / _FILE)
        yield None
        return
    server = request.getfixturevalue("postgres")
    url = asyncio.run(make_database(server))
    yield url
    asyncio.run(drop_database(server, url))


@pytest.fixture
def settings(state: Path, database_url: str | None) -> Settings:
    """Settings of a desk on either database."""
    return settings_for(state, database_url=database_url)


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[DeskClient]:
    """A running desk, and a client that is signed in as its administrator."""
    async with running(settings) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_desk(shared_settings: Settings) -> AsyncIterator[DeskClient]:
    """The same for all tests of a file: each reads, or makes rows of its own. They run in the file's loop."""
    async with running(shared_settings) as client:
        yield client


@pytest.fixture(scope="module")
def cheap_passwords() -> Iterator[None]:
    """Hash passwords at the lowest cost there is: what a hash costs is looked at elsewhere."""
    lowest = {"_ITERATIONS": 1, "_MEMORY": 8}
    costs = "m=8,t=1,p=1"
    nobodys = passwords.NOBODYS.replace(passwords._COSTS, costs)  # noqa: SLF001 - no setting: no one may lower it
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**lowest, "_COSTS": costs, "NOBODYS": nobodys}.items():
            patch.setattr(passwords, name, value)
        yield
