"""The address of Redis: what is understood of it, and what of it has an effect."""

from typing import Any, Literal

from msgspec import Struct

from assistant.addresses.options import (
    FILE,
    FLAG,
    NUMBER,
    SECONDS,
    Option,
    file,
    flag,
    known,
    one_of,
    read_options,
    seconds,
    secret,
    text,
    whole,
    word,
)
from assistant.addresses.parts import Parts, scheme_of, take_apart

_TLS_SCHEMES = {"rediss", "valkeys"}
_SCHEMES = {"redis", "valkey", "unix", *_TLS_SCHEMES}
_DATABASES = 65535
_PORT = 6379


class Tls(Struct, frozen=True, kw_only=True):
    """How Redis' certificate is looked at, and which one it is shown."""

    verify: bool = True
    check_name: bool = True
    authorities: str | None = None
    certificate: str | None = None
    key: str | None = None


class RedisAddress(Struct, frozen=True, kw_only=True):
    """Where Redis is, and how to sign in.

    Attributes:
        socket: the path of its unix socket, else None.
        tls: None without TLS.
        protocol: the version of RESP that is spoken.
        named: what the connections are called, as `CLIENT LIST` shows them.
    """

    host: str = "localhost"
    port: int = _PORT
    socket: str | None = None
    database: int = 0
    user: str | None = None
    password: str | None = None
    named: str | None = None
    protocol: Literal[2, 3] = 3
    tls: Tls | None = None

    def __repr__(self) -> str:
        """Say nothing: it holds a password."""
        return "RedisAddress(…)"

    @classmethod
    def read(cls, address: str) -> "RedisAddress":
        """Read an address.

        Raises:
            ValueError: a part of it can't be used; the text says which, and never holds a value.
        """
        if scheme_of(address) not in _SCHEMES:
            raise ValueError("must start with redis://, rediss:// or unix://; Sentinel and Cluster are not supported")
        parts = take_apart(address)
        options = read_options(parts.options, _OPTIONS)
        place = _socket(parts) if parts.scheme == "unix" else _host(parts)
        return cls(
            **place,
            database=_database(parts, options),
            user=parts.user or options.get("user"),
            password=parts.password or options.get("password"),
            named=options.get("named"),
            protocol=options.get("protocol", 3),
            tls=_tls(parts, options),
        )


def _host(parts: Parts) -> dict[str, Any]:
    if not parts.places:
        return {}
    if len(parts.places) > 1:
        raise ValueError("must name one server; Sentinel and Cluster are not supported")
    place = parts.places[0]
    if place.host.startswith("/"):
        raise ValueError("must start with unix:// before the path of a socket")
    return {"host": place.host or "localhost", "port": place.port or _PORT}


def _socket(parts: Parts) -> dict[str, Any]:
    if any(place.host for place in parts.places) or not parts.path.strip("/"):
        raise ValueError("must hold the whole path of a socket after unix://, such as unix:///run/redis.sock")
    return {"socket": parts.path}


def _database(parts: Parts, options: dict[str, Any]) -> int:
    """Return the number of the database: the path says it, or the option db, or both the same."""
    written = "" if parts.scheme == "unix" else parts.path.strip("/")
    if not written:
        return int(options.get("database", 0))
    try:
        number = whole(0, _DATABASES)(written)
    except ValueError:
        raise ValueError("must have the number of a database as its path, such as /0") from None
    if options.get("database", number) != number:
        raise ValueError("must not name one database in its path and another one as its option db")
    return number


def _tls(parts: Parts, options: dict[str, Any]) -> Tls | None:
    """Return what holds for TLS; its options without it are what hosts append to every address, and change nothing."""
    wanted = options.get("tls", parts.scheme in _TLS_SCHEMES)
    if wanted and parts.scheme == "unix":
        raise ValueError("must be without TLS at a unix socket")
    if parts.scheme in _TLS_SCHEMES and not wanted:
        raise ValueError("must start with redis:// or valkey:// where its option ssl says that there is no TLS")
    if not wanted:
        return None
    names = ("verify", "check_name", "authorities", "certificate", "key")
    tls = Tls(**{name: options[name] for name in names if name in options})
    if tls.key and not tls.certificate:
        raise ValueError("must have the option ssl_certfile beside ssl_keyfile")
    _check_files(tls)
    return tls


def _check_files(tls: Tls) -> None:
    import ssl  # noqa: PLC0415 - most addresses need none of it

    context = ssl.create_default_context()
    try:
        if tls.authorities:
            context.load_verify_locations(tls.authorities)
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key, "")
    except (OSError, ValueError):  # SSLError is an OSError
        raise ValueError(
            "must have certificates in PEM, and a key without a password, as its options ssl_ca_certs, ssl_certfile and"
            " ssl_keyfile"
        ) from None


def _verified(value: str) -> bool:
    """Read whether certificates are looked at: `none`, `CERT_NONE`, `required` and the like."""
    return one_of("none", "optional", "required")(value.lower().removeprefix("cert_")) != "none"


_VERIFY = "none or required"

_OPTIONS = known(
    {
        "db database": Option(whole(0, _DATABASES), "the number of a database", "database"),
        "user username": Option(text, "a user's name", "user"),
        "password": Option(secret, "a password", "password"),
        "client_name": Option(word, "a name without blanks", "named"),
        "protocol": Option(whole(2, 3), "2 or 3", "protocol"),
        "ssl tls": Option(flag, FLAG, "tls"),
        "ssl_cert_reqs": Option(_verified, _VERIFY, "verify"),
        "reject_unauthorized": Option(flag, FLAG, "verify"),
        "skip_verify insecure_skip_verify": Option(lambda value: not flag(value), FLAG, "verify"),
        "ssl_check_hostname": Option(flag, FLAG, "check_name"),
        "ssl_ca_certs": Option(file, FILE, "authorities"),
        "ssl_certfile": Option(file, FILE, "certificate"),
        "ssl_keyfile": Option(file, FILE, "key"),
        # What other programs' clients want to know. Connections, deadlines and retries are our own: see ADR 0007.
        "family": Option(one_of("0", "4", "6", "ipv4", "ipv6"), "0, 4 or 6"),
        "encoding": Option(word, "the name of an encoding"),
        "encoding_errors": Option(word, "a word such as strict"),
        "decode_responses socket_keepalive retry_on_timeout enable_ready_check lazy_connect enable_offline_queue"
        " pool_fifo single_connection_client abort_connect legacy_responses": Option(flag, FLAG),
        "timeout socket_timeout socket_connect_timeout connect_timeout command_timeout dial_timeout read_timeout"
        " write_timeout pool_timeout health_check_interval keep_alive visibility_timeout idle_timeout max_idle_time"
        " conn_max_idle_time conn_max_lifetime": Option(seconds, SECONDS),
        "max_connections pool_size min_idle_conns max_retries max_retries_per_request retries reconnect_attempts"
        " socket_read_size min_pool_size max_pool_size": Option(whole(-1), NUMBER),
    }
)
