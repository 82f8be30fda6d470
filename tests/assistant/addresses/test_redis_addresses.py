"""Addresses of Redis as hosts show them: each part works, or is refused by name and without its value."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from assistant.addresses.redis import RedisAddress
from assistant.errors import SettingsError
from assistant.redis.refusals import reason_of
from assistant.settings import read_settings
from tests.assistant.redis.redis_trouble import PATIENT, linked, tell
from tests.assistant.redis.test_announcements import Replica, tell_until_heard
from tests.servers.redis import RedisServer

KEY = "A" * 43
OPTIONS = [
    "family=0",
    "family=6",
    "pool_size=5",
    "timeout=5s",
    "timeout=500ms",
    "socket_timeout=5",
    "socket_connect_timeout=2.5",
    "socket_keepalive=True",
    "decode_responses=true",
    "decode_responses=1&encoding=utf-8&encoding_errors=strict",
    "ssl_cert_reqs=none",
    "ssl_cert_reqs=CERT_NONE",
    "ssl_cert_reqs=required&ssl_check_hostname=false",
    "ssl=false",
    "protocol=3",
    "protocol=2",
    "db=0",
    "health_check_interval=30&retry_on_timeout=true&max_connections=20",
    "client_name=assistant",
    "dial_timeout=5s&read_timeout=3s&max_retries=3",
    "connectTimeout=10000&maxRetriesPerRequest=3&enableReadyCheck=false",
    "",
    "&",
]


@pytest.mark.parametrize("options", OPTIONS)
async def test_options_of_hosts_work(redis: RedisServer, options: str) -> None:
    """Whatever another program's client is told in an address, commands, scripts and news go through as bytes."""
    address = f"{redis.tcp_url}?{options}"
    settings = read_settings({"ASSISTANT_REDIS_URL": address, "ASSISTANT_SECRET_KEY": KEY})
    assert settings.redis_url
    async with linked(settings.redis_url) as link:
        assert link.available
        assert await link.call("SET", "greeting", "hello") in {"OK", b"OK"}
        assert await link.call("MGET", "greeting", "nothing") == [b"hello", None]
        assert await link.run(lambda client: client.get("greeting")) == b"hello"


async def test_database_of_the_path_and_of_the_option_is_used(redis: RedisServer) -> None:
    """What is written into database 5 is found there, by whichever part of the address says 5."""
    base = redis.tcp_url.removesuffix("/0")
    for number, address in enumerate((f"{base}/5", f"{base}?db=5", f"{base}/5?db=5", f"{redis.url}?db=5")):
        async with linked(address) as link:
            await link.call("SET", f"from{number}", "here")
        assert await tell(f"{base}/5", "GET", f"from{number}") == b"here"


@pytest.mark.parametrize("protocol", [2, 3])
async def test_news_arrive_in_either_protocol(redis: RedisServer, protocol: int) -> None:
    """Replicas hear of each other's changes also where an old Redis asks for RESP2."""
    address = f"{redis.tcp_url}?protocol={protocol}&decode_responses=true"
    async with Replica(address).running() as one, Replica(address).running() as other:
        await tell_until_heard(one, other)


@pytest.mark.parametrize("options", ["client_name=desk", "clientName=desk"])
async def test_connections_are_called_as_the_address_says(redis: RedisServer, options: str) -> None:
    """An operator finds our connections in `CLIENT LIST`."""
    async with linked(f"{redis.tcp_url}?{options}") as link:
        assert await link.call("CLIENT", "GETNAME") == b"desk"


@pytest.mark.parametrize(
    "credentials", ["desk:p%40ss%2Fw%23rd", "desk:p@ss%2Fw%23rd", "desk:p%40ss%2fw%23rd", "", "user only in options"]
)
async def test_users_and_encoded_passwords_sign_in(redis: RedisServer, credentials: str) -> None:
    """User and password are decoded once; an @ in a password does no harm. The options may name them instead."""
    await tell(redis.tcp_url, "ACL", "SETUSER", "desk", "on", ">p@ss/w#rd", "~*", "&*", "+@all")
    address = f"redis://{credentials}@{urlsplit(redis.tcp_url).netloc}/0"
    if " " in credentials or not credentials:
        address = f"{redis.tcp_url}?username=desk&password=p%40ss%2Fw%23rd"
    async with linked(address) as link:
        assert await link.call("ACL", "WHOAMI") == b"desk"
    async with linked(address.replace("w%23rd", "wrong").replace("w#rd", "wrong")) as link:
        assert not link.available, "a wrong password is no reason not to start"


REFUSED = {
    "socket_timeout=abc": "socket_timeout",
    "socket_timeout=": "socket_timeout",
    "timeout=-1": "timeout",
    "timeout=1e999": "timeout",
    "max_connections=many": "max_connections",
    "db=first": "db",
    "db=-1": "db",
    "protocol=4": "protocol",
    "protocol=hunter2": "protocol",
    "ssl_cert_reqs=sometimes": "ssl_cert_reqs",
    "ssl_ca_certs=/does/not/exist": "ssl_ca_certs",
    "decode_responses=perhaps": "decode_responses",
    "client_name=two%20words": "client_name",
    "keyPrefix=hunter2:": "keyPrefix",
    "sentinel_service=hunter2": "sentinel_service",
    "db=1&db=2": "db",
    "ssl=true&tls=false": "tls",
    "health_check_interval=%E2%82%AC": "health_check_interval",
    "retry_on_timeout": "retry_on_timeout",
}


@pytest.mark.parametrize("options", REFUSED)
def test_options_that_cannot_work_are_refused_by_name(options: str) -> None:
    """The start says which option is wrong and what it must be, in one sentence without its value."""
    said = refusal(f"redis://:hunter2@redis:6379/0?{options}")
    assert f"option {REFUSED[options]}" in said
    assert not any(value in said for value in ("hunter2", "abc", "sometimes", "perhaps", "/does/not/exist"))


ADDRESSES = {
    "redis+sentinel://:hunter2@s:26379/mymaster": "Sentinel and Cluster are not supported",
    "redis+cluster://:hunter2@s:6379": "Sentinel and Cluster are not supported",
    "redis://:hunter2@a:6379,b:6379": "one server",
    "redis://:hun#ter2@redis:6379": "percent-encoded",
    "redis://:hun/ter2@redis:6379": "percent-encoded",
    "redis://:hun?ter2@redis:6379": "percent-encoded",
    "redis://:hun?ter2=x&y@redis:6379": "percent-encoded",
    "redis://:%ff@redis": "UTF-8",
    "redis://:%00@redis": "zero byte",
    "redis://redis:0": "port",
    "redis://redis:65536": "port",
    "redis://redis:\uff16\uff13": "port",
    "redis://redis:" + "9" * 5000: "port",
    "redis://::1:6379": "in brackets",
    "redis://[::1:6379": "in brackets",
    "redis://[hunter2]:6379": "in brackets",
    "redis://redis..internal": "host",
    "redis://" + "x" * 64 + ".example": "host",
    "redis://redis/hunter2": "number of a database",
    "redis://redis/0?db=1": "option db",
    "redis://redis /0": "blanks",
    "redis://redis?password=hun&ter2=x": "without an option",
    "rediss://redis?ssl=false": "redis://",
    "unix://run/redis.sock": "whole path",
    "unix://": "whole path",
    "unix:///redis.sock?ssl=true": "socket",
    "//redis:6379": "redis://",
    "redis-cli --tls -u redis://redis": "must start with redis://",
    '"redis://redis:6379"': "without quotes",
    "'redis://:hunter2@redis:6379'": "without quotes",
    "`rediss://redis`": "without quotes",
    "\u201credis://redis:6379/0\u201d": "without quotes",
    '"redis://redis:6379': "without quotes",
    "http://redis:port": "must start with redis://",
    "postgresql://[::1:6379": "must start with redis://",
    "amqp://u:hun/ter2@mq:5672": "must start with redis://",
    "valkeys://redis?ssl=false": "valkey://",
    "valkey://redis:0": "port",
    "valkey+sentinel://:hunter2@s:26379/mymaster": "Sentinel and Cluster are not supported",
    "redis:6380,password=hunter2,ssl=True,abortConnect=False": "redis://",
    "": "redis://",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_that_cannot_work_are_refused(address: str) -> None:
    """Also what is no option is refused with what it must be, and nothing of a password comes out."""
    said = refusal(address)
    assert ADDRESSES[address] in said
    assert not any(value in said for value in ("hunter2", "ter2", "hun"))


GOOD = {
    "redis://": ("localhost", 6379),
    "redis:///2": ("localhost", 6379),
    "REDIS://redis": ("redis", 6379),
    "valkey://redis": ("redis", 6379),
    "Valkey://:abc@redis:6380/2": ("redis", 6380),
    "valkeys://default:abc@cache.example:6380": ("cache.example", 6380),
    " redis://redis:6380/ ": ("redis", 6380),
    "rediss://default:abc@eu1-x-1.upstash.io:33000": ("eu1-x-1.upstash.io", 33000),
    "redis://default:abc@redis.railway.internal:6379": ("redis.railway.internal", 6379),
    "redis://[::1]:6380/0": ("::1", 6380),
    "redis://[fe80::1%25eth0]": ("fe80::1%eth0", 6379),
    "redis://my_redis:": ("my_redis", 6379),
    "redis://@redis": ("redis", 6379),
}


@pytest.mark.parametrize("address", GOOD)
def test_usual_addresses_are_understood(address: str) -> None:
    """Schemes in upper case, blanks around, IPv6, and parts left out."""
    read = RedisAddress.read(address)
    assert (read.host, read.port) == GOOD[address]
    assert (read.tls is not None) == address.startswith(("rediss", "valkeys"))
    assert "abc" not in repr(read)


@pytest.mark.parametrize(
    ("options", "up"),
    [
        ("ssl_cert_reqs=none", True),
        ("ssl_cert_reqs=CERT_NONE", True),
        ("rejectUnauthorized=false", True),
        ("skip_verify=true", True),
        ("ssl_ca_certs=CA", True),
        ("ssl_ca_certs=CA&ssl_cert_reqs=required&ssl_check_hostname=true", True),
        ("", False),
        ("ssl_cert_reqs=required", False),
    ],
)
async def test_certificates_are_looked_at_as_the_address_says(
    redis: RedisServer, tmp_path: Path, options: str, *, up: bool
) -> None:
    """A certificate of the host's own works with its authority or unlooked at, and leaves Redis out otherwise."""
    async with tls_before(redis, tmp_path) as (port, authority):
        options = options.replace("CA", str(authority))
        for start in (f"rediss://127.0.0.1:{port}/0?", f"redis://127.0.0.1:{port}/0?ssl=true&"):
            async with linked(start + options) as link:
                assert link.available == up


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("rediss://127.0.0.1:TLS", "certificate is not trusted"),
        ("rediss://127.0.0.1:TLS?ssl_cert_reqs=required", "ssl_ca_certs"),
        ("valkeys://u:hunter2@127.0.0.1:TLS/0", "ssl_cert_reqs=none"),
        ("redis://127.0.0.1:TLS?ssl=true&ssl_check_hostname=false", "certificate is not trusted"),
        ("rediss://localhost:TLS?ssl_ca_certs=CA", "for another host"),
        ("redis://hunter2:hunter2@127.0.0.1:PLAIN", "refuses the user or the password"),
    ],
)
async def test_reason_that_waiting_does_not_mend_is_logged_once(
    redis: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str, reason: str
) -> None:
    """An operator reads what to change in the address, and nothing that stands in it."""
    async with tls_before(redis, tmp_path) as (port, authority):
        plain = str(urlsplit(redis.tcp_url).port)
        address = address.replace("TLS", str(port)).replace("PLAIN", plain).replace("CA", str(authority))
        async with linked(address) as link:
            assert not link.available
            await link._look(PATIENT)  # noqa: SLF001 - what it does again and again while Redis is down
    told = [str(record.__dict__["fields"].get("reason", "")) for record in caplog.records if record.name == "assistant"]
    assert len([each for each in told if each]) == 1, told
    assert reason in "".join(told)
    assert "ASSISTANT_REDIS_URL: " in "".join(told)
    assert "hunter2" not in caplog.text + str(told)


def test_redis_that_is_only_away_has_no_such_reason() -> None:
    """What may come back by itself is not blamed on the address."""
    from redis.exceptions import ConnectionError as AwayError  # noqa: PLC0415 - as the product does

    for error in (OSError(), AwayError("Connection refused"), TimeoutError(), ssl.SSLEOFError(), EOFError()):
        assert reason_of(error) is None


def refusal(address: str) -> str:
    """Return what the start says of an address; it is one sentence and names the variable."""
    with pytest.raises(SettingsError) as refused:
        read_settings({"ASSISTANT_REDIS_URL": address, "ASSISTANT_SECRET_KEY": KEY})
    said = str(refused.value)
    assert said.startswith("ASSISTANT_REDIS_URL: must ")
    assert "\n" not in said
    return said


@asynccontextmanager
async def tls_before(redis: RedisServer, folder: Path) -> AsyncIterator[tuple[int, Path]]:
    """End TLS before a Redis, with a certificate that no system knows; gives the port and the certificate's file."""
    certificate, key = self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    target = urlsplit(redis.tcp_url)

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while block := await source.read(65536):
                sink.write(block)
        except OSError:
            pass
        finally:
            sink.close()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))

    async with await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1], certificate


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "redis")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key(), serial_number=1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files = folder / "certificate.pem", folder / "key.pem"
    for path, content in zip(files, (certificate.public_bytes(pem), secret), strict=True):
        path.write_bytes(content)
    return files
