"""Base URLs as people type them, brought into one form."""

import ipaddress
import re
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from providers.errors import SettingError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_API_VERSION = re.compile(r"api-version=[\w.-]+")
"""The one query that a base URL may have: Azure's."""
_WITHOUT_SCHEME = re.compile(r"(?P<host>[a-z0-9][a-z0-9.-]*)(?P<port>:\d+)?(/[\w./-]*)?", re.IGNORECASE)


def tidy(base_url: str) -> str:
    """Return `scheme://host[:port]/path[?api-version=…]`, without quotes around it, doubled slashes or one at its end.

    Raises:
        SettingError: it isn't an http(s) address of a host, or holds a user, a fragment or another query.
    """
    parts = _split(base_url)
    host = host_of(parts.geturl())
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    path = re.sub("/{2,}", "/", parts.path).rstrip("/")
    return f"{parts.scheme}://{_bracketed(host)}{port}{path}{f'?{parts.query}' if parts.query else ''}"


def divided(base_url: str) -> tuple[str, str, str]:
    """Return scheme with host, path, and query with its question mark of a tidy address."""
    address, mark, query = base_url.partition("?")
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}", slash + path, mark + query


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
    text = base_url.strip().strip("\"'`<>").strip()
    if re.search(r"[<>{}]", text):
        raise SettingError("base_url", "Put your own names in place of what stands in brackets in the base URL.")
    parts = _parsed(text)
    if parts is None or parts.scheme not in _DEFAULT_PORTS or re.search(r"[\s\\]|[^\x21-\x7e]", text):
        raise SettingError("base_url", _not_an_address(text))
    if parts.username is not None or parts.password is not None:
        raise SettingError("base_url", "The base URL must hold no user or password; a key belongs into api_key.")
    if "#" in text:
        raise SettingError("base_url", "The base URL must hold no fragment: leave out what begins with #.")
    if "?" in text and not _API_VERSION.fullmatch(parts.query):
        raise SettingError(
            "base_url",
            "The base URL may hold no query but ?api-version=…: leave out what begins with the question mark; "
            "a key belongs into api_key.",
        )
    return parts


def _parsed(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def _not_an_address(text: str) -> str:
    """Say how it should look; what only lacks its scheme is written out."""
    lacking = _WITHOUT_SCHEME.fullmatch(text)
    if lacking is None:
        return "The base URL must look like https://host or http://host:port/path."
    scheme = "http" if lacking["port"] or "." not in lacking["host"] else "https"
    return f"The base URL must begin with https:// or http://: enter {scheme}://{text}."


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
