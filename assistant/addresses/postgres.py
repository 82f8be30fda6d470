"""The address of PostgreSQL: what is understood of it, and what of it has an effect."""

import re
from typing import Any, Literal, TypeAlias

from msgspec import Struct, field

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
from assistant.addresses.parts import Parts, Place, places_of, port_of, scheme_of, take_apart

SCHEME = re.compile(r"postgres(?:ql)?(?:\+[a-z0-9]{1,20})?")
"""The scheme, perhaps with the name of another program's driver, which says nothing to us."""

TlsMode: TypeAlias = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
_PORT = 5432
_SURE = ("require", "verify-ca", "verify-full")  # the modes in which TLS is not given up
_ANYBODY = {"disable", "allow", "prefer"}


class PostgresTls(Struct, frozen=True, kw_only=True):
    """Whether TLS is spoken, in libpq's words (its documentation, "SSL Support"), and with which certificates.

    Attributes:
        mode: None where the address does not say.
        authorities: a file; None where the system's are meant, or none are looked at.
    """

    mode: TlsMode | None = None
    authorities: str | None = None
    certificate: str | None = None
    key: str | None = None
    key_password: str | None = None
    direct: bool = False

    def __repr__(self) -> str:
        """Say no password."""
        return f"PostgresTls(mode={self.mode!r}, …)"


class Pool(Struct, frozen=True, kw_only=True):
    """How many connections are kept, and how many seconds someone waits for one; None: as usual."""

    size: int | None = None
    patience: float | None = None


class PostgresAddress(Struct, frozen=True, kw_only=True):
    """Where PostgreSQL is, and how to sign in.

    Attributes:
        places: servers that are tried in turn; none: the usual socket, else this machine.
        settings: what the server is told of a session when it begins.
        connecting: seconds that connecting may take, None: as usual; `answering`: seconds that a statement may take.
        role: which of several servers is wanted, in libpq's words (`target_session_attrs`).
    """

    user: str | None = None
    password: str | None = None
    places: tuple[Place, ...] = ()
    database: str | None = None
    tls: PostgresTls = PostgresTls()
    settings: dict[str, str] = field(default_factory=dict)
    connecting: float | None = None
    answering: float | None = None
    role: str | None = None
    pool: Pool = Pool()

    def __repr__(self) -> str:
        """Say nothing: it holds a password."""
        return "PostgresAddress(…)"

    @classmethod
    def read(cls, address: str) -> "PostgresAddress":
        """Read an address.

        Raises:
            ValueError: a part of it can't be used; the text says which, and never holds a value.
        """
        if not SCHEME.fullmatch(scheme_of(address)):
            raise ValueError("must start with postgresql://")
        parts = take_apart(address)
        options = read_options(parts.options, OPTIONS)
        return cls(
            user=parts.user or options.get("user"),
            password=parts.password or options.get("password"),
            places=_places(parts, options),
            database=parts.path.removeprefix("/") or options.get("database"),
            tls=_tls(options),
            settings=_settings(options),
            connecting=options.get("connecting") or None,
            answering=options.get("answering") or None,
            role=options.get("role"),
            pool=Pool(size=options.get("pool_size"), patience=options.get("pool_patience") or None),
        )


def _places(parts: Parts, options: dict[str, Any]) -> tuple[Place, ...]:
    """Return the servers, each with its port; the options host and port say them where the address names none.

    The folder of a socket as an option goes before a host, which some programs want beside it.
    """
    places, others = tuple(place for place in parts.places if place.host), options.get("places", ())
    if not places or any(place.host.startswith("/") for place in others):
        places = others
    port = next((place.port for place in parts.places if place.port and not place.host), options.get("port"))
    if port and not places:
        places = (Place("localhost"),)
    return tuple(Place(place.host, place.port or port or _PORT) for place in places)


def _tls(options: dict[str, Any]) -> PostgresTls:
    """Return how TLS is spoken.

    The driver can't bind a session to its TLS channel. What `channel_binding=require` is for, that no one sits in
    between, is reached by looking at the server's certificate instead.
    """
    mode, bound = _mode(options), options.get("binding") == "require"
    tls = PostgresTls(
        mode=mode,
        authorities=options.get("authorities"),
        certificate=options.get("certificate"),
        key=options.get("key"),
        key_password=options.get("key_password"),
        direct=options.get("negotiation") == "direct",
    )
    if mode in _ANYBODY and (bound or tls.authorities or tls.certificate or tls.direct):
        raise ValueError(
            "must have require, verify-ca or verify-full as its option sslmode beside its other TLS options"
        )
    if bool(tls.certificate) != bool(tls.key):
        raise ValueError("must have both options sslcert and sslkey, or none of them")
    _check_files(tls)
    return _replace_mode(tls, bound=bound)


def _check_files(tls: PostgresTls) -> None:
    import ssl  # noqa: PLC0415 - most addresses name no files

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if tls.authorities and tls.authorities != "system":
            context.load_verify_locations(tls.authorities)
    except (OSError, ValueError):  # SSLError is an OSError
        raise ValueError("must have a readable file of certificates in PEM as its option sslrootcert") from None
    try:
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key, tls.key_password or "")
    except (OSError, ValueError):
        raise ValueError(
            "must have a certificate in PEM and its own key in PEM as its options sslcert and sslkey; the password of"
            " the key, where it has one, as sslpassword"
        ) from None


def _mode(options: dict[str, Any]) -> TlsMode | None:
    """Return the mode that is asked for; `sslaccept` says more of it, unless there is to be no TLS."""
    mode, accepted = options.get("tls"), options.get("accept")
    if mode == "disable" or accepted is None:
        return mode
    return "verify-full" if "verify-full" in {mode, accepted} else mode if mode == "verify-ca" else "require"


def _replace_mode(tls: PostgresTls, *, bound: bool) -> PostgresTls:
    from msgspec.structs import replace  # noqa: PLC0415 - a name too common for the module

    if bound:
        return replace(tls, mode="verify-full")
    if tls.authorities == "system" and tls.mode != "verify-ca":
        return replace(tls, mode="verify-full")  # as libpq
    if tls.authorities and tls.mode in {None, "require"}:
        return replace(tls, mode="verify-ca")  # likewise
    if (tls.certificate or tls.direct) and tls.mode is None:
        return replace(tls, mode="require")
    return tls


def _settings(options: dict[str, Any]) -> dict[str, str]:
    found = {name.removeprefix("set "): str(value) for name, value in options.items() if name.startswith("set ")}
    if "schema" in options and options["schema"] != "public":  # which is searched anyway
        found.setdefault("search_path", options["schema"])
    if "fallback_name" in options:
        found.setdefault("application_name", options["fallback_name"])
    return found


def _tls_mode(value: str) -> str:
    """Read libpq's words, and what other drivers say instead: `ssl=true` is `require` to libpq too."""
    read = value.lower()
    if read in {"disable", "allow", "prefer", *_SURE}:
        return read
    return "require" if read == "no-verify" or flag(read) else "disable"


def _accepted(value: str) -> str:
    """Read Prisma's word for whose certificates are accepted."""
    return "verify-full" if one_of("strict", "accept_invalid_certs")(value) == "strict" else "require"


def _authorities(value: str) -> str:
    return value if value == "system" else file(value)


def _seconds_of_milliseconds(value: str) -> float:
    """Read PostgreSQL's own way of writing a time, whose unit is the millisecond unless another one is written."""
    for unit, factor in (("ms", 0.001), ("min", 60.0), ("s", 1.0), ("", 0.001)):
        if value.endswith(unit):
            return whole(0)(value.removesuffix(unit)) * factor
    raise ValueError


def _command_line(value: str) -> str:
    """Read `-c name=value …` or what poolers ask for, such as `endpoint=…`; a plus stands for a blank in addresses."""
    return text(value if " " in value else value.replace("+", " "))


_TLS_MODES = "disable, allow, prefer, require, verify-ca or verify-full"
_MILLISECONDS = "a number of milliseconds, or one with the unit s or min,"

OPTIONS = known(
    {
        "host hostaddr unix_sock": Option(places_of, "hosts or the folder of a socket", "places"),
        "port": Option(port_of, "a port", "port"),
        "user": Option(text, "a user's name", "user"),
        "password": Option(secret, "a password", "password"),
        "dbname database": Option(text, "the name of a database", "database"),
        "sslmode ssl": Option(_tls_mode, _TLS_MODES, "tls"),
        "sslaccept": Option(_accepted, "strict or accept_invalid_certs", "accept"),
        "channel_binding": Option(one_of("disable", "prefer", "require"), "disable, prefer or require", "binding"),
        "sslrootcert": Option(_authorities, f"{FILE}, or system,", "authorities"),
        "sslcert": Option(file, FILE, "certificate"),
        "sslkey": Option(file, FILE, "key"),
        "sslpassword": Option(secret, "a password", "key_password"),
        "sslnegotiation": Option(one_of("postgres", "direct"), "postgres or direct", "negotiation"),
        "target_session_attrs": Option(
            one_of("any", "read-write", "primary"), "any, read-write or primary, since this service writes,", "role"
        ),
        "application_name": Option(text, "a name", "set application_name"),
        "fallback_application_name": Option(text, "a name", "fallback_name"),
        "schema current_schema": Option(word, "the name of a schema", "schema"),
        "search_path": Option(text, "names of schemas", "set search_path"),
        "options": Option(_command_line, "settings such as -c search_path=app", "set options"),
        "timezone": Option(word, "a time zone", "set timezone"),
        "lock_timeout": Option(word, _MILLISECONDS, "set lock_timeout"),
        "idle_in_transaction_session_timeout": Option(word, _MILLISECONDS, "set idle_in_transaction_session_timeout"),
        "statement_timeout": Option(_seconds_of_milliseconds, _MILLISECONDS, "answering"),
        "socket_timeout command_timeout": Option(seconds, SECONDS, "answering"),
        "connect_timeout timeout": Option(seconds, SECONDS, "connecting"),
        "connection_limit pool_size": Option(whole(1, 1000), "a whole number from 1 to 1000", "pool_size"),
        "pool_timeout": Option(seconds, SECONDS, "pool_patience"),
        # What needs nothing from us: poolers are noticed, and the rest is said for other drivers.
        "pgbouncer use_libpq_compat keepalives sslcompression sslsni supports_prepared_statements": Option(flag, FLAG),
        "statement_cache_size prepared_statement_cache_size prepare_threshold max_overflow pool_recycle": Option(
            whole(-1), NUMBER
        ),
        "keepalives_idle keepalives_interval keepalives_count tcp_user_timeout": Option(whole(0), NUMBER),
        "gssencmode": Option(one_of("disable", "prefer"), "disable or prefer, since GSSAPI is not spoken,"),
        "client_encoding": Option(one_of("utf8", "utf-8", "auto"), "utf8"),
        "load_balance_hosts": Option(one_of("disable"), "disable, since hosts are tried in turn,"),
        "supa workaround": Option(word, "a word"),
    }
)
