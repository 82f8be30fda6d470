"""What waiting does not mend, a database that refuses or a bad setting, is told in one sentence by every command."""

import asyncio
import itertools
import os
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import make_url

from assistant.commands.cli import main
from assistant.commands.storage import upgrade_tables
from assistant.database.database import Database
from assistant.database.refusals import Answers
from assistant.database.tables import TABLES
from assistant.errors import SettingsError
from assistant.settings import read_settings
from tests.assistant.databases import empty_database
from tests.assistant.harness import SECRET_KEY, settings_for
from tests.assistant.serving import run
from tests.assistant.starting import OFFLINE
from tests.servers.pgbouncer import pgbouncer_server
from tests.servers.postgres import PostgresServer
from tests.servers.process import free_port


def address(postgres: PostgresServer, **parts: object) -> str:
    """Return the server's address with other parts."""
    url = make_url(postgres.url).set(drivername="postgresql", **parts)  # type: ignore[arg-type] # its own parts
    return url.render_as_string(hide_password=False)


REFUSED = {
    "password": ({"password": "hunter2"}, "", "refuses the user or the password"),
    "database": ({"database": "hunter2"}, "", "no database of that name"),
    "tls": ({}, "?sslmode=require", "speaks no TLS"),
    "schema": ({}, "?schema=hunter2", "schema is not there"),
    "setting": ({}, "?options=-c+hunter2%3D1", "does not know a setting"),
    "value": ({}, "?lock_timeout=hunter2", "can't take the value"),
    "options for another host": ({}, "?options=endpoint%3Dhunter2", "does not understand the option options"),
    "options that are none": ({}, "?options=hunter2", "does not understand the option options"),
    "setting of the server": ({}, "?options=-c+shared_buffers%3D1", "does not allow changing a setting"),
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_database_that_refuses_is_not_waited_for(postgres: PostgresServer, kind: str) -> None:
    """What waiting does not mend is told once, and nothing of the address comes out."""
    parts, options, reason = REFUSED[kind]
    said = await refused_by_database(address(postgres, **parts) + options)
    assert reason in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("mode", "options", "reason"),
    [
        ("transaction", "?search_path=desk", "search_path"),
        ("transaction", "?options=-c%20search_path%3Ddesk", "options"),
        ("session", "?lock_timeout=5s", "lock_timeout"),
        ("statement", "", "pool_mode"),
    ],
)
async def test_pooler_that_cannot_do_what_is_asked_is_not_waited_for(
    tmp_path: Path, postgres: PostgresServer, mode: str, options: str, reason: str
) -> None:
    """A pooler that does not take an option is named together with the option."""
    with pgbouncer_server(postgres, tmp_path, mode=mode) as server:
        url = make_url(server.url).set(drivername="postgresql").render_as_string(hide_password=False)
        said = await refused_by_database(url + options)
    assert "pooler" in said
    assert reason in said


@pytest.mark.parametrize(
    ("parts", "more", "reason"),
    [
        ({"password": "hunter2"}, "", "refuses the user or the password"),
        ({"username": "hunter2"}, "", "refuses the user or the password"),
        ({"password": "hunter2"}, "auth_type = md5", "refuses the user or the password"),
        ({"password": "hunter2"}, "auth_type = scram-sha-256", "refuses the user or the password"),
        ({"database": "hunter2"}, "", "no database of that name"),
        ({"database": "hunter2"}, "[databases]\nother = host=127.0.0.1", "no database of that name"),
    ],
)
async def test_pooler_that_lets_nobody_in_is_not_waited_for(
    tmp_path: Path, postgres: PostgresServer, parts: dict[str, str], more: str, reason: str
) -> None:
    """A pooler says that user, password or database are wrong under a code that tells nothing."""
    with pgbouncer_server(postgres, tmp_path, more=more) as server:
        url = make_url(server.url).set(drivername="postgresql", **parts)  # type: ignore[arg-type] # its own parts
        said = await refused_by_database(url.render_as_string(hide_password=False))
    assert reason in said
    assert "hunter2" not in said


class AnsweredError(Exception):
    """What a driver raises when a server has answered with a code."""

    def __init__(self, sqlstate: str, said: str) -> None:
        super().__init__(said)
        self.sqlstate = sqlstate


def answered(*errors: Exception) -> tuple[str | None, int]:
    """Return what is told when a database answers so, in turn, for ever; and after how many answers."""
    answers, number = Answers(), 0
    for number, error in zip(range(1, 101), itertools.cycle(errors), strict=False):
        if reason := answers.refusal(error):
            return reason, number
    return None, number


@pytest.mark.parametrize(
    ("state", "said", "reason"),
    [
        ("08P01", "no such database: hunter2", "no database of that name"),
        ("08P01", "password authentication failed", "the user or the password"),
        ("08P01", "SASL authentication failed", "the user or the password"),
        ("08P01", "server login has been failing, cached error: password authentication failed", "the password"),
        ("XX000", "Tenant or user not found", "the user or the password"),
        ("XX000", "(ENOTFOUND) tenant/user hunter2.abc not found", "the user or the password"),
        ("XX000", "Error in authentication query: hunter2", "the user or the password"),
        ("58000", 'No pool configured for database: "hunter2", user: "x"', "no database of that name"),
        ("08P01", 'database "hunter2" does not exist', "no database of that name"),
        ("08P01", 'role "hunter2" does not exist', "the user or the password"),
        ("08P01", "SSL required", "asks for TLS"),
        ("42601", "invalid command-line argument for server process: hunter2", "option options"),
        ("42501", "permission denied for database hunter2", "may not connect"),
    ],
)
def test_words_of_poolers_are_understood(state: str, said: str, reason: str) -> None:
    """What several poolers say of a wrong address is told at the first answer, in our words."""
    told, after = answered(AnsweredError(state, said))
    assert told is not None
    assert reason in told
    assert "hunter2" not in told
    assert after == 1


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("08P01", "hunter2 is no word of the protocol"),
        ("XX000", "hunter2"),
        ("0A000", "hunter2"),
        ("58000", "hunter2"),
        ("42P05", "hunter2"),
    ],
)
def test_same_answer_over_and_over_is_not_waited_for_without_end(state: str, said: str) -> None:
    """Whatever a server means by it: it does not go away, and only the code is told."""
    told, after = answered(AnsweredError(state, said))
    assert told is not None
    assert told.startswith("ASSISTANT_DATABASE_URL: ")
    assert state in told
    assert "hunter2" not in told
    assert 10 < after < 60


@pytest.mark.parametrize(
    "errors",
    [
        [ConnectionRefusedError()],
        [TimeoutError()],
        [AnsweredError("57P03", "the database system is starting up")],
        [AnsweredError("53300", "too many clients already")],
        [AnsweredError("08006", "gone")],
        [AnsweredError("08P01", "pgbouncer cannot connect to server")],
        [AnsweredError("08P01", "server login has been failing, try again later (server_login_retry)")],
        [AnsweredError("08P01", "no more connections allowed (max_client_conn)")],
        [AnsweredError("08P01", "query_wait_timeout")],
        [AnsweredError("XX000", "MaxClientsInSessionMode: max clients reached")],
        [AnsweredError("58000", 'could not get connection from the pool - "AllServersDown"')],
        [AnsweredError("XX000", "x"), ConnectionRefusedError()],
        [AnsweredError("XX000", "x"), AnsweredError("58000", "x")],
    ],
)
def test_database_that_is_away_is_waited_for(errors: list[Exception]) -> None:
    """A server that starts, is overrun, or is away behind its pooler may come back; so may one that changes."""
    assert answered(*errors) == (None, 100)


async def test_user_who_may_not_make_tables_is_told(state: Path, postgres: PostgresServer) -> None:
    """Since PostgreSQL 15 a new user may not write into the schema that every database has."""
    async with empty_database(postgres) as url:
        database = Database(url)
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("DROP ROLE IF EXISTS plain")
            await connection.exec_driver_sql("CREATE ROLE plain LOGIN PASSWORD 'plain'")
            await connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        await database.aclose()
        plain = make_url(url).set(username="plain", password="plain").render_as_string(hide_password=False)
        with pytest.raises(SettingsError, match=r"^ASSISTANT_DATABASE_URL: the user may not create tables"):
            await upgrade_tables(settings_for(state, database_url=plain))


async def refused_by_database(url: str) -> str:
    """Return what is said instead of waiting."""
    values = {"ASSISTANT_DATABASE_URL": url, "ASSISTANT_SECRET_KEY": SECRET_KEY}
    with pytest.raises(SettingsError, match=r"^ASSISTANT_DATABASE_URL: ") as refused:
        await asyncio.wait_for(use_database(read_settings(values).resolved_database_url), 30)
    return str(refused.value)


async def use_database(url: str) -> None:
    """Do what a start does with a database."""
    async with aclosing(Database(url)) as database:
        await database.wait()
        await database.upgrade(TABLES)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_refusal_that_only_a_worker_meets_ends_the_service(
    tmp_path: Path, postgres: PostgresServer, workers: str
) -> None:
    """The process that looks after the workers ends with them, and does not start others for ever."""
    url = address(postgres, password="hunter2")
    port = ("--port", str(free_port()))
    done = run(tmp_path, "serve", *port, DATABASE_URL=url, WORKERS=workers, **OFFLINE)
    assert done.returncode == 1
    assert "ASSISTANT_DATABASE_URL: the database refuses the user or the password" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Runs a command in this process; returns the one sentence that it ends with."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("ASSISTANT_"):
            monkeypatch.delenv(name)

    def run_command(arguments: str, **variables: str) -> str:
        given = {f"ASSISTANT_{name}": value for name, value in {"SECRET_KEY": SECRET_KEY, **variables}.items()}
        result = CliRunner().invoke(main, arguments.split(), env=given)
        assert isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == 1
        return " ".join(result.output.replace("│", " ").split())

    return run_command


AWAY = ["database upgrade", "keys rotate", "prompts export out", "prompts test", "prompts import .", "providers test"]


@pytest.mark.parametrize("arguments", AWAY)
def test_commands_do_not_wait_for_a_database_that_is_away(command: Callable[..., str], arguments: str) -> None:
    """Who types a command reads at once that the database does not answer."""
    said = command(arguments, DATABASE_URL=f"postgresql://u:hunter2@127.0.0.1:{free_port()}/x")
    assert "ASSISTANT_DATABASE_URL" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("arguments", AWAY)
def test_commands_say_what_the_database_refuses(
    command: Callable[..., str], postgres: PostgresServer, arguments: str
) -> None:
    """A wrong password is told as that, by every command."""
    said = command(arguments, DATABASE_URL=address(postgres, password="hunter2"))
    assert "refuses the user or the password" in said
    assert "hunter2" not in said


COMMANDS = [
    "serve",
    "desk serve",
    "desk export x",
    "database upgrade",
    "keys rotate",
    "prompts list",
    "prompts lint",
    "prompts export x",
    "prompts test",
    "providers test",
]


@pytest.mark.parametrize("arguments", COMMANDS)
def test_bad_settings_are_told_by_every_command(command: Callable[..., str], arguments: str) -> None:
    """Whichever command meets it, a setting is named in one sentence."""
    said = command(arguments, REDIS_URL="redis://:hunter2@redis?socket_timeout=abc")
    assert "ASSISTANT_REDIS_URL" in said
    assert "socket_timeout" in said
    assert "hunter2" not in said


def test_unreadable_environment_file_is_named(command: Callable[..., str], tmp_path: Path) -> None:
    """A .env in another encoding is told by name."""
    (tmp_path / ".env").write_bytes("ASSISTANT_LANGUAGE=Français\n".encode("latin-1"))
    assert ".env" in command("prompts list")
