"""Addresses of PostgreSQL as hosts show them: each part works, or is refused by name and without its value."""

import re
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import make_url

from assistant.addresses.parts import Place
from assistant.addresses.postgres import PostgresAddress
from assistant.database.database import Database
from assistant.database.postgres import driver_options
from assistant.errors import SettingsError
from assistant.settings import read_settings
from tests.assistant.addresses.test_redis_addresses import self_signed
from tests.servers.postgres import PostgresServer

KEY = "A" * 43
OPTIONS = [
    "",
    "sslmode=prefer",
    "sslmode=disable",
    "ssl=false",
    "channel_binding=prefer",
    "pgbouncer=true",
    "pgbouncer=true&connection_limit=1&pool_timeout=10",
    "schema=public",
    "connect_timeout=10",
    "connect_timeout=0",
    "statement_timeout=60000",
    "statement_timeout=1min&lock_timeout=5s",
    "socket_timeout=30",
    "application_name=helpdesk",
    "target_session_attrs=read-write",
    "target_session_attrs=any",
    "gssencmode=disable",
    "options=-c%20search_path%3Dpublic",
    "options=-c+work_mem=8MB",
    "client_encoding=utf8&keepalives=1&keepalives_idle=30",
    "statement_cache_size=0&prepared_statement_cache_size=0",
    "supa=base-pooler.x&sslmode=prefer",
    "uselibpqcompat=true",
    "load_balance_hosts=disable",
    "&",
]


@pytest.mark.parametrize("options", OPTIONS)
async def test_options_of_hosts_work(postgres: PostgresServer, options: str) -> None:
    """Whatever else a host writes into its address, the database answers."""
    assert await ask(f"{plain(postgres)}?{options}", "SELECT 1") == 1


@pytest.mark.parametrize(
    ("options", "question", "answer"),
    [
        ("application_name=helpdesk", "SHOW application_name", "helpdesk"),
        ("fallback_application_name=app", "SHOW application_name", "app"),
        ("schema=desk", "SHOW search_path", "desk"),
        ("currentSchema=desk", "SHOW search_path", "desk"),
        ("search_path=desk,public", "SHOW search_path", "desk,public"),
        ("options=-c%20statement_timeout%3D7s", "SHOW statement_timeout", "7s"),
        ("options=-c+search_path%3Ddesk", "SHOW search_path", "desk"),
        ("lock_timeout=5s", "SHOW lock_timeout", "5s"),
        ("timezone=Europe/Berlin", "SHOW timezone", "Europe/Berlin"),
    ],
)
async def test_options_about_the_session_hold(
    postgres: PostgresServer, options: str, question: str, answer: str
) -> None:
    """What an address says about the session is so."""
    assert await ask(f"{plain(postgres)}?{options}", question) == answer


async def test_statement_that_takes_longer_than_the_address_allows_ends(postgres: PostgresServer) -> None:
    """`statement_timeout` holds without a word to the server, which a pooler would not pass on."""
    with pytest.raises(TimeoutError):
        await ask(f"{plain(postgres)}?statement_timeout=50ms", "SELECT pg_sleep(30)")


async def test_hosts_are_tried_in_turn(postgres: PostgresServer) -> None:
    """Of several hosts the first that answers is taken; they may stand in the options too."""
    url = make_url(plain(postgres))
    login = f"{url.username}:{url.password}"
    hosts = f"127.0.0.1:1,127.0.0.1:{url.port}"
    for address in (
        f"postgresql://{login}@{hosts}/{url.database}",
        f"postgresql://{login}@/{url.database}?host={hosts}",
        f"postgresql://{login}@{hosts}/{url.database}?target_session_attrs=primary",
        f"postgresql:///{url.database}?host=127.0.0.1&port={url.port}&user={url.username}&password={url.password}",
        f"postgresql://{login}@:{url.port}/?dbname={url.database}&host=127.0.0.1",
    ):
        assert await ask(address, "SELECT 1") == 1


async def test_passwords_are_decoded_once(postgres: PostgresServer) -> None:
    """Special characters of a password arrive, percent-encoded as every host does it."""
    await ask(plain(postgres), "CREATE ROLE odd LOGIN PASSWORD 'p@s/s%23 #?:é'")
    url = make_url(plain(postgres))
    for password in ("p%40s%2Fs%2523%20%23%3F%3A%C3%A9", "p@s%2fs%2523%20%23%3f:%c3%a9"):
        assert await ask(f"postgres://odd:{password}@127.0.0.1:{url.port}/postgres", "SELECT current_user") == "odd"


REFUSED = {
    "sslmode=sometimes": "sslmode",
    "ssl=hunter2": "ssl",
    "channel_binding=perhaps": "channel_binding",
    "channel_binding=require&sslmode=disable": "sslmode",
    "channel_binding=require&sslmode=prefer": "sslmode",
    "sslrootcert=/does/not/exist": "sslrootcert",
    "sslmode=disable&sslrootcert=system": "sslmode",
    "sslmode=prefer&sslnegotiation=direct": "sslmode",
    "sslcert=/does/not/exist": "sslcert",
    "gssencmode=require": "gssencmode",
    "target_session_attrs=standby": "target_session_attrs",
    "target_session_attrs=read-only": "target_session_attrs",
    "connect_timeout=soon": "connect_timeout",
    "connection_limit=0": "connection_limit",
    "connection_limit=hunter2": "connection_limit",
    "pool_timeout=": "pool_timeout",
    "statement_timeout=5parsecs": "statement_timeout",
    "client_encoding=latin1": "client_encoding",
    "port=0": "port",
    "application_name=": "application_name",
    "service=hunter2": "service",
    "passfile=/etc/hunter2": "passfile",
    "sslcrl=hunter2": "sslcrl",
    "require_auth=scram-sha-256": "require_auth",
    "sslmode=require&sslmode=disable": "sslmode",
    "load_balance_hosts=random": "load_balance_hosts",
}


@pytest.mark.parametrize("options", REFUSED)
def test_options_that_cannot_work_are_refused_by_name(options: str) -> None:
    """The start says which option is wrong and what it must be, in one sentence without its value."""
    said = refusal(f"postgresql://u:hunter2@db/helpdesk?{options}")
    assert f"option {REFUSED[options]}" in said
    assert not any(value in said for value in ("hunter2", "sometimes", "perhaps", "/does/not/exist", "parsecs"))


ADDRESSES = {
    "postgresql://u:hun#ter2@db/helpdesk": "percent-encoded",
    "postgresql://u:hun/ter2@db/helpdesk": "percent-encoded",
    "postgresql://u:hun?ter2@db/helpdesk": "percent-encoded",
    "postgresql://u:hunter2@db:port/helpdesk": "port",
    "postgresql://u:hunter2@db:0/helpdesk": "port",
    "postgresql://u:hunter2@::1:5432/helpdesk": "brackets",
    "postgresql://u:hunter2@[::1/helpdesk": "brackets",
    "postgresql://u:hunter2@db..x/helpdesk": "host",
    "postgresql://u:%ff@db/helpdesk": "UTF-8",
    "postgresql://u:hunter2@db/help desk": "blanks",
    "postgresql://u@db/helpdesk?password=hun&ter2=x": "without an option",
    "jdbc:postgresql://db/helpdesk": "must start with postgresql:// or sqlite:///",
    '"postgresql://u:hunter2@db/helpdesk"': "without quotes",
    "'postgresql://u:hunter2@db:5432/helpdesk'": "without quotes",
    '"sqlite:////srv/helpdesk.db"': "without quotes",
    "psql postgresql://u:hunter2@db/helpdesk": "must start with",
    "mysql://u:hunter2@db/helpdesk": "must start with",
    "host=db user=u password=hunter2": "must start with",
    "helpdesk.db": "must start with",
    "sqlite://helpdesk.db": "must start with",
    "sqlite:///helpdesk.db?mode=ro": "without options",
    "sqlite:///helpdesk.db?hunter2": "without options",
    "sqlite:///": "path of a file",
    "sqlite:////srv/": "path of a file",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_that_cannot_work_are_refused(address: str) -> None:
    """Also what is no option is refused with what it must be, and nothing of a password comes out."""
    said = refusal(address)
    assert ADDRESSES[address] in said
    assert not any(value in said for value in ("hunter2", "ter2", "hun"))


GOOD = {
    "postgres://u:p@h/d": (Place("h", 5432),),
    "POSTGRESQL://u:p@h:6543/d": (Place("h", 6543),),
    "postgresql+asyncpg://u:p@h/d": (Place("h", 5432),),
    "postgresql+psycopg2://u:p@h/d": (Place("h", 5432),),
    "postgresql://u:p@[2001:db8::1]:6543/d": (Place("2001:db8::1", 6543),),
    "postgresql://h1:1,h2,[::1]:3/d": (Place("h1", 1), Place("h2", 5432), Place("::1", 3)),
    "postgresql:///d?host=/var/run/postgresql": (Place("/var/run/postgresql", 5432),),
    "postgresql://u@%2Fvar%2Frun%2Fpostgresql:5433/d": (Place("/var/run/postgresql", 5433),),
    "postgresql://u:p@/d?host=/cloudsql/proj:region:inst": (Place("/cloudsql/proj:region:inst", 5432),),
    "postgresql://u:p@/d?host=%2Fcloudsql%2Fproj%3Aregion%3Ainst": (Place("/cloudsql/proj:region:inst", 5432),),
    "postgresql://u:p@%2Fcloudsql%2Fproj%3Aregion%3Ainst/d": (Place("/cloudsql/proj:region:inst", 5432),),
    "postgresql://u:p@%2fcloudsql%2fproj:region:inst/d": (Place("/cloudsql/proj:region:inst", 5432),),
    "postgresql://u:p@%2Fcloudsql%2Fproj:region:inst:5433/d": (Place("/cloudsql/proj:region:inst", 5433),),
    "postgresql://u:p@localhost/d?host=/cloudsql/proj:region:inst": (Place("/cloudsql/proj:region:inst", 5432),),
    "postgresql+pg8000://u:p@/d?unix_sock=/cloudsql/p:r:i/.s.PGSQL.5432": (
        Place("/cloudsql/p:r:i/.s.PGSQL.5432", 5432),
    ),
    "postgresql:///d?host=/run/a:b&port=6543": (Place("/run/a:b", 6543),),
    "postgresql:///d?host=/run/[a]::1": (Place("/run/[a]::1", 5432),),
    "postgresql:///d?host=/run/a%252Fb": (Place("/run/a%2Fb", 5432),),
    "postgresql://h/d?host=other": (Place("h", 5432),),
    "postgresql:///d": (),
    "postgresql://u@/d": (),
    "postgresql://:5433/d": (Place("localhost", 5433),),
    "postgresql://u.ref:p@aws-0-eu.pooler.supabase.com:6543/d?pgbouncer=true": (
        Place("aws-0-eu.pooler.supabase.com", 6543),
    ),
}


@pytest.mark.parametrize("address", GOOD)
def test_usual_addresses_are_understood(address: str) -> None:
    """Schemes of other drivers, IPv6, sockets, several hosts, and parts left out."""
    url = read_settings({"ASSISTANT_DATABASE_URL": address, "ASSISTANT_SECRET_KEY": KEY}).database_url
    assert url
    read = PostgresAddress.read(url)
    assert (read.places, read.database) == (GOOD[address], "d")
    assert repr(read) == "PostgresAddress(…)"


NO_PEM = {
    "sslcert=TEXT&sslkey=TEXT": "sslcert",
    "sslcert=CA&sslkey=TEXT": "sslkey",
    "sslcert=TEXT&sslkey=KEY": "sslcert",
    "sslcert=KEY&sslkey=CA": "sslkey",
    "sslcert=CA&sslkey=OTHER": "sslkey",
    "sslcert=CA&sslkey=LOCKED": "sslpassword",
    "sslcert=CA&sslkey=LOCKED&sslpassword=hunter2": "sslpassword",
    "sslmode=verify-full&sslrootcert=TEXT": "sslrootcert",
    "sslrootcert=EMPTY": "sslrootcert",
    "sslrootcert=KEY": "sslrootcert",
    "sslmode=require&sslrootcert=BINARY": "sslrootcert",
}


@pytest.mark.parametrize("options", NO_PEM)
def test_files_that_hold_no_certificates_are_refused_by_name(tmp_path: Path, options: str) -> None:
    """A file of another kind is told by the option that names it, at the start and without what it holds."""
    said = refusal(f"postgresql://db/d?{with_files(tmp_path, options)}")
    assert NO_PEM[options] in said
    assert "hunter2" not in said
    assert str(tmp_path) not in said


@pytest.mark.parametrize("options", ["sslcert=CA&sslkey=KEY", "sslcert=CA&sslkey=LOCKED&sslpassword=right"])
def test_files_that_hold_certificates_are_taken(tmp_path: Path, options: str) -> None:
    """Also a key that is locked, with its password."""
    assert PostgresAddress.read(f"postgresql://db/d?{with_files(tmp_path, options)}").tls.mode == "require"


def test_usual_file_of_authorities_that_holds_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that libpq takes, too, where the address names no other one."""
    (tmp_path / "root.crt").write_text("hunter2")
    monkeypatch.setenv("PGSSLROOTCERT", str(tmp_path / "root.crt"))
    with pytest.raises(SettingsError, match=r"root\.crt holds certificates in PEM, or is absent"):
        Database("postgresql+asyncpg://db/d?sslmode=require")


def with_files(folder: Path, options: str) -> str:
    """Write files of several kinds, and return the options with their paths."""
    (folder / "other").mkdir()
    certificate, key = self_signed(folder)
    _, other = self_signed(folder / "other")
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    locked = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"right")
    )
    written = {"TEXT": b"hunter2", "EMPTY": b"", "BINARY": bytes(range(256)), "LOCKED": locked}
    for name, content in written.items():
        (folder / name).write_bytes(content)
    paths = {"CA": certificate, "KEY": key, "OTHER": other, **{name: folder / name for name in written}}
    return re.sub("|".join(paths), lambda found: str(paths[found[0]]), options)


TLS = {
    "sslmode=require": (ssl.CERT_NONE, False),
    "sslmode=no-verify": (ssl.CERT_NONE, False),
    "ssl=true": (ssl.CERT_NONE, False),
    "sslaccept=accept_invalid_certs": (ssl.CERT_NONE, False),
    "sslmode=require&sslaccept=strict": (ssl.CERT_REQUIRED, True),
    "sslmode=verify-full": (ssl.CERT_REQUIRED, True),
    "sslmode=verify-ca&sslrootcert=CA": (ssl.CERT_REQUIRED, False),
    "sslmode=require&sslrootcert=CA": (ssl.CERT_REQUIRED, False),
    "sslrootcert=CA": (ssl.CERT_REQUIRED, False),
    "sslmode=verify-full&sslrootcert=system": (ssl.CERT_REQUIRED, True),
    "sslrootcert=system": (ssl.CERT_REQUIRED, True),
    "sslmode=require&channel_binding=require": (ssl.CERT_REQUIRED, True),
    "channel_binding=require": (ssl.CERT_REQUIRED, True),
    "sslmode=require&sslcert=CA&sslkey=KEY": (ssl.CERT_NONE, False),
}


@pytest.mark.parametrize("options", TLS)
def test_certificates_are_looked_at_as_the_address_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: str
) -> None:
    """In libpq's words; where a bound channel is asked for, the certificate is looked at, so that no one is between."""
    monkeypatch.setenv("HOME", str(tmp_path))
    certificate, key = self_signed(tmp_path)
    options_of_files = options.replace("CA", str(certificate)).replace("KEY", str(key))
    context = driver_options(PostgresAddress.read(f"postgresql://db/d?{options_of_files}"))["ssl"]
    assert (context.verify_mode, context.check_hostname) == TLS[options]


async def test_server_without_tls_is_not_spoken_to_where_tls_is_asked_for(postgres: PostgresServer) -> None:
    """No password goes over an open line that the address does not want."""
    for options in ("sslmode=require", "channel_binding=require", "ssl=true", "sslmode=verify-full"):
        with pytest.raises(ConnectionError):
            await ask(f"{plain(postgres)}?{options}", "SELECT 1")


def plain(postgres: PostgresServer) -> str:
    """Return the server's address as a host would show it."""
    return make_url(postgres.url).set(drivername="postgresql").render_as_string(hide_password=False)


async def ask(address: str, question: str) -> object:
    """Ask the database that an operator's address leads to."""
    url = read_settings({"ASSISTANT_DATABASE_URL": address, "ASSISTANT_SECRET_KEY": KEY}).database_url
    assert url
    database = Database(url)
    try:
        async with database.engine.begin() as connection:
            found = await connection.exec_driver_sql(question)
            return found.scalar() if found.returns_rows else None
    finally:
        await database.aclose()


def refusal(address: str) -> str:
    """Return what the start says of an address; it is one sentence and names the variable."""
    with pytest.raises(SettingsError) as refused:
        read_settings({"ASSISTANT_DATABASE_URL": address, "ASSISTANT_SECRET_KEY": KEY})
    said = str(refused.value)
    assert said.startswith("ASSISTANT_DATABASE_URL: must ")
    assert "\n" not in said
    return said
