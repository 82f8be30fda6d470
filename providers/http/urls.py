"""Base URLs as people type them, brought into one form."""

import ipaddress
import re
from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from providers.errors import SettingError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_VERSION = re.compile(r"v\d+\w*")


def normalise(base_url: str, *, version_path: str, endpoints: Iterable[str]) -> str:
    """Return `scheme://host[:port]/path` with a version in its path and no slash at its end.

    `version_path` is appended where no segment of the path is a version; a pasted endpoint
    (`…/v1/chat/completions`) is cut back to its base, where it is one of `endpoints`.

    Raises:
        SettingError: it isn't an http(s) address of a host, or holds a user, query or fragment.
    """
    parts = _split(base_url)
    path = parts.path.rstrip("/")
    path = path.removesuffix(max((each for each in endpoints if path.endswith(each)), key=len, default=""))
    if not any(_VERSION.fullmatch(segment) for segment in path.split("/")):
        path += version_path
    return f"{_origin(parts)}{path}"


def origin(base_url: str) -> str:
    """Return `scheme://host:port` in lower case, the port always written: what a stored key is bound to.

    Raises:
        SettingError: it isn't an http(s) address of a host.
    """
    parts = _split(base_url)
    return f"{parts.scheme}://{_bracketed(host_of(base_url))}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"


def host_of(base_url: str) -> str:
    """Return the host of a base URL in lower case, without brackets or a dot at its end.

    Raises:
        SettingError: the host is neither a name in ASCII nor an IP address in its usual form.
    """
    host = (_split(base_url).hostname or "").rstrip(".")
    if literal_address(host) is None and not _NAME.fullmatch(host):
        raise SettingError("base_url", "The base URL must name a host, in ASCII (for other scripts: xn--…).")
    return host


def port_of(base_url: str) -> int:
    """Return the port that a base URL means."""
    parts = _split(base_url)
    return parts.port or _DEFAULT_PORTS[parts.scheme]


def literal_address(host: str) -> Address | None:
    """Return the IP address that a host is, or None for a name.

    A host whose last label is a number is an address to every HTTP client (WHATWG URL, 3.5 "ends in a
    number"), though in forms that `ipaddress` doesn't read (`2130706433`, `0x7f.1`, `0177.0.0.1`).

    Raises:
        SettingError: it is an address in such a form, or one with a zone.
    """
    if ":" not in host and not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise SettingError("base_url", "The base URL holds an IP address in an unusual form.") from None
    if "%" in host:
        raise SettingError("base_url", "The base URL holds an IP address with a zone.")
    return address


def _split(base_url: str) -> SplitResult:
    text = base_url.strip()
    try:
        parts = urlsplit(text)
        valid = bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.scheme not in _DEFAULT_PORTS or re.search(r"[\s\\]|[^\x21-\x7e]", text):
        raise SettingError("base_url", "The base URL must look like https://host or http://host:port/path.")
    if parts.username is not None or parts.password is not None or "?" in text or "#" in text:
        raise SettingError("base_url", "The base URL must hold no user, password, query or fragment.")
    return parts


def _origin(parts: SplitResult) -> str:
    host = host_of(parts.geturl())
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{_bracketed(host)}{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
