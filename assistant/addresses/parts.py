"""Takes an address apart: scheme, user, password, hosts, path and options, all decoded.

What is wrong with one is said without its values: they hold passwords.
"""

import re
from urllib.parse import unquote

from msgspec import Struct

_AUTHORITY_ENDS = re.compile(r"[/?#]")
_PORTS = 65535
_QUOTES = ('"', "'", "`", "\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "\u00ab")
_SOCKET = re.compile(r"%2f.*?(?::([0-9]*))?", re.IGNORECASE)
_ENCODE = (
    "must be percent-encoded where user name, password or an option hold special characters:"
    " @ as %40, / as %2F, ? as %3F, # as %23"
)


class Place(Struct, frozen=True):
    """A server: its host's name or address, or the folder of its unix socket; the port where one is given."""

    host: str
    port: int | None = None


class Parts(Struct, frozen=True, kw_only=True):
    """The parts of an address.

    Attributes:
        scheme: in lower case.
        user: empty where none is given, and so is the password.
        places: the servers; none where the address names no host.
        path: with its slash.
        options: names and values of the query, in order.
    """

    scheme: str
    user: str = ""
    password: str = ""
    places: tuple[Place, ...] = ()
    path: str = ""
    options: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        """Say nothing: it holds a password."""
        return "Parts(…)"


def scheme_of(address: str) -> str:
    """Return what an address begins with, in lower case; it is looked at first, since it says what the rest must be.

    Raises:
        ValueError: there is a quote before it.
    """
    address = address.strip()
    check_quotes(address)
    return address.partition("://")[0].lower()


def check_quotes(value: str) -> None:
    """See that a value is without the quotes that a shell would take away, and a container's list of variables keeps.

    Raises:
        ValueError: it begins with one.
    """
    if value.startswith(_QUOTES):
        raise ValueError("must be without quotes around it: they count as a part of it")


def take_apart(address: str) -> Parts:
    """Take an address apart. Raises ValueError if it is not written like one; the text says what it must be."""
    scheme, address = scheme_of(address), address.strip()
    if not address.isprintable() or " " in address:
        raise ValueError("must be an address without blanks")
    rest = address.partition("://")[2]
    end = _AUTHORITY_ENDS.search(rest)
    authority, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    if "@" in tail or "#" in tail:
        raise ValueError(_ENCODE)
    credentials, _, hosts = authority.rpartition("@")
    user, _, password = credentials.partition(":")
    path, _, query = tail.partition("?")
    return Parts(
        scheme=scheme,
        user=decode(user),
        password=decode(password),
        places=places_of(hosts),
        path=decode(path),
        options=_options(query),
    )


def decode(text: str) -> str:
    """Undo the percent-encoding; raises ValueError if it is not UTF-8, or hides a zero byte."""
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("must be UTF-8 where it is percent-encoded") from None
    if "\0" in decoded:
        raise ValueError("must hold no zero byte")
    return decoded


def places_of(hosts: str) -> tuple[Place, ...]:
    """Read hosts separated by commas, each with a port or without one.

    Raises:
        ValueError: one can't be a host or a port.
    """
    return tuple(_place(host) for host in hosts.split(",")) if hosts else ()


def port_of(text: str) -> int:
    """Read a port; raises ValueError if it is none."""
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= _PORTS):
        raise ValueError("must hold a port from 1 to 65535, or none")
    return int(text)


def _place(text: str) -> Place:
    if text.startswith("/"):  # a folder may be called as it likes: Google's are project:region:name
        return Place(text)
    if socket := _SOCKET.fullmatch(text):
        path = text[: socket.start(1) - 1] if socket[1] is not None else text
        return Place(decode(path), port_of(socket[1]) if socket[1] else None)
    if text.startswith("["):
        host, closed, port = text[1:].partition("]")
        host = decode(host)
        if not closed or not _is_numeric(host) or (port and not port.startswith(":")):
            raise ValueError("must hold an IPv6 address in brackets, such as [::1]:6379")
        port = port[1:]
    else:
        host, _, port = text.partition(":")
        if ":" in port:
            raise ValueError("must hold a port number, and an IPv6 address in brackets, such as [::1]:6379")
        host = decode(host)
        _check_name(host)
    return Place(host, port_of(port) if port else None)


def _is_numeric(host: str) -> bool:
    import ipaddress  # noqa: PLC0415 - only few addresses have one

    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _check_name(host: str) -> None:
    try:
        host.encode("idna")
    except UnicodeError:
        raise ValueError("must hold the name or the address of a host") from None


def _options(query: str) -> tuple[tuple[str, str], ...]:
    pairs = (option.partition("=") for option in query.split("&") if option)
    return tuple((decode(name), decode(value)) for name, _, value in pairs)
