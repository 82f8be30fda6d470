"""Proxies on the way out, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name them; lower case goes before upper case.

No standard says what these variables may hold. What is read here is what curl and Go read, but for SOCKS.
"""

import base64
import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from http1.origins import Origin

_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_PORTS = {"http": 80, "https": 443}
_MUST = "must look like http://host:port or http://user:password@host:port"


class Proxy(Struct, frozen=True, kw_only=True):
    """A proxy; its repr hides the credentials.

    Attributes:
        origin: where it listens; `https`: TLS is spoken to it.
        authorization: value of `Proxy-Authorization`; empty: it wants none.
    """

    origin: Origin
    authorization: bytes = b""

    def __repr__(self) -> str:
        return f"Proxy({self.origin!r})"


class Proxies(Struct, frozen=True, kw_only=True):
    """Which origins are reached through a proxy, and which one.

    Attributes:
        https: for origins of this scheme.
        http: for origins of this scheme.
        direct: host names, which stand for what is below them too, addresses, networks in CIDR; each with or without
            a port. `*`: all. Loopback is always reached directly.
    """

    https: Proxy | None = None
    http: Proxy | None = None
    direct: tuple[str, ...] = ()

    def of(self, origin: Origin) -> Proxy | None:
        """Return the proxy on the way to an origin."""
        proxy = self.https if origin.scheme == "https" else self.http
        if proxy is None or _is_loopback(origin.host) or any(_names(each, origin) for each in self.direct):
            return None
        return proxy


def read_proxies(variables: Mapping[str, str]) -> Proxies:
    """Read the proxies from the environment's variables.

    Raises:
        ValueError: a value can't be used; the text begins with the variable's name and never holds the value.
    """
    direct = (part.strip().lower() for part in _value(variables, "no_proxy")[1].split(","))
    return Proxies(
        https=_proxy(*_value(variables, "https_proxy")),
        http=_proxy(*_value(variables, "http_proxy")),
        direct=tuple(part for part in direct if part),
    )


def _value(variables: Mapping[str, str], name: str) -> tuple[str, str]:
    """Return a variable's name as it is written there, and its value."""
    spelling = name if variables.get(name) else name.upper()
    return spelling, variables.get(spelling, "").strip()


def _proxy(name: str, value: str) -> Proxy | None:
    if not value:
        return None
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        usual = _PORTS[parts.scheme]
        host, port = parts.hostname, usual if parts.port is None else parts.port
    except (ValueError, KeyError):
        raise ValueError(f"{name}: {_MUST}") from None
    if not host or not port or not host.isascii() or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"{name}: {_MUST}")
    authorization = b""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = b"Basic " + base64.b64encode(pair.encode())
    return Proxy(origin=Origin(scheme=parts.scheme, host=host, port=port), authorization=authorization)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _names(entry: str, origin: Origin) -> bool:
    """Tell whether an entry of `NO_PROXY` means an origin."""
    if entry == "*":
        return True
    network = _network(entry)
    if network is None:
        entry, port = _split(entry)
        if port not in {"", str(origin.port)}:
            return False
        network = _network(entry)
    if network is None:
        name = entry.removeprefix("*").strip(".")
        return bool(name) and f".{origin.host.rstrip('.')}".endswith(f".{name}")
    with suppress(ValueError):
        return ipaddress.ip_address(origin.host) in network
    return False


def _network(text: str) -> _Network | None:
    with suppress(ValueError):
        return ipaddress.ip_network(text.removeprefix("[").removesuffix("]"), strict=False)
    return None


def _split(entry: str) -> tuple[str, str]:
    host, colon, port = entry.rpartition(":")
    return (host, port) if colon and port.isdecimal() else (entry, "")
