"""The servers that other tests stand on: they start, answer, and leave nothing behind."""

import os
import signal
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.servers import ServerError, postgres_server, redis_server
from tests.servers.__main__ import LONG, SUITE, main
from tests.servers.finding import Server
from tests.servers.installing import provide
from tests.servers.process import Command, running


@pytest.mark.parametrize("address", ["url", "tcp_url"])
async def test_redis_answers_on_its_socket_and_on_its_port(tmp_path: Path, address: str) -> None:
    """A client of ours reaches the suite's own, empty Redis over either address, and it is gone afterwards."""
    with redis_server(tmp_path) as server:
        async with Redis.from_url(getattr(server, address)) as client:
            assert await client.set("greeting", "hello")
            assert await client.get("greeting") == b"hello"
            assert await client.dbsize() == 1
            assert (await client.info("server"))["process_id"] == server.pid
    assert_gone(server.pid)
    assert names_in(tmp_path) == ["redis.log"]


async def test_postgresql_answers_whoever_has_its_password(tmp_path: Path) -> None:
    """The URL reaches the suite's own PostgreSQL through SQLAlchemy; with another password it is refused."""
    with postgres_server(tmp_path) as server:
        assert await ask(server.url, "select 1") == 1
        folder = str(await ask(server.url, "show data_directory"))
        assert "PG_VERSION" in names_in(Path(folder))
        wrong = make_url(server.url).set(password="a-wrong-one").render_as_string(hide_password=False)
        with pytest.raises(Exception, match="password authentication failed"):
            await ask(wrong, "select 1")
    assert_gone(server.pid)
    assert names_in(Path(folder)) == []


def test_postgresql_stops_although_a_test_froze_it(tmp_path: Path) -> None:
    """A test that freezes a server and forgets it does not keep the suite waiting, nor a process behind."""
    with postgres_server(tmp_path) as server:
        os.kill(server.pid, signal.SIGSTOP)
    assert_gone(server.pid)


def test_a_server_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    """Whoever runs the suite reads why a server did not start, not only that it did not."""
    command = Command(arguments=["sh", "-c", "echo no room left; exit 3"], folder=tmp_path, log=tmp_path / "log")
    with pytest.raises(ServerError, match=r"ended with status 3.*\nno room left"), running(command, lambda: False):
        pytest.fail("it was taken for ready")


def test_the_command_says_which_servers_were_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m tests.servers` prints one line each: the program and where it comes from."""
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [*SUITE, *LONG]
    assert all(Path(line.split()[1]).exists() for line in lines)


def test_what_cannot_be_installed_from_here_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without root, and without a wheel that carries the program, whoever runs the suite reads what to type."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerError, match=r"need root and apt-get\n.*apt-get install a-browser\)"):
        provide(Server(name="browser", program="a-browser", debian="a-browser"))


async def ask(url: str, question: str) -> object:
    """Return the one value that a statement yields on a connection of its own."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        return await connection.scalar(text(question))


def names_in(folder: Path) -> list[str]:
    """Return what lies in a folder; nothing if it is not there."""
    return sorted(path.name for path in folder.glob("*"))


def assert_gone(pid: int) -> None:
    """Fail if a process with this id is still there."""
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
