"""Headers that an admin has a provider sent besides ours: a gateway's key, a team's name."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from providers.errors import SettingError

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values, by name."""

MOST_HEADERS = 16
"""Headers that a provider may be sent besides ours."""
_LONGEST_VALUE = 4096
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_VALUE = re.compile(r"[!-~]([\t -~]*[!-~])?")
_KEYS = frozenset(("authorization", "proxy-authorization", "api_key", "apikey"))
_OURS = frozenset(
    (
        "accept",
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
"""Of the request itself, and of its connection."""


def checked(headers: Mapping[str, str], *, keys: Iterable[str], ours: Iterable[str]) -> Headers:
    """Return headers that may be sent, by name, without spaces around their values.

    Args:
        headers: names and values as an admin typed them.
        keys: names of the headers, in lower case, that carry the key itself.
        ours: further names, in lower case, that are ours to send.

    Raises:
        SettingError: one of them is none, or is ours; the reason holds no value.
    """
    if len(headers) > MOST_HEADERS:
        raise SettingError("headers", f"There may be at most {MOST_HEADERS} headers.")
    seen: dict[str, str] = {}
    for name in headers:
        _check_name(name, seen.get(name.lower()), _KEYS | {*keys}, _OURS | {*ours})
        seen[name.lower()] = name
    return tuple(sorted((name, _value(name, value.strip())) for name, value in headers.items()))


def _check_name(name: str, twin: str | None, keys: frozenset[str], ours: frozenset[str]) -> None:
    if not _NAME.fullmatch(name):
        raise SettingError("headers", f"{name[:40]!r} is no name of a header: letters, digits and - only.")
    if twin is not None:
        raise SettingError(f"headers.{name}", f"This header is there twice, as {twin} too.")
    if name.lower() in keys:
        raise SettingError(
            f"headers.{name}", "This header carries the key: leave it out, and enter the key as api_key."
        )
    if name.lower() in ours:
        raise SettingError(f"headers.{name}", "This header is the service's own: leave it out.")


def _value(name: str, value: str) -> str:
    if len(value) > _LONGEST_VALUE or not _VALUE.fullmatch(value):
        raise SettingError(
            f"headers.{name}",
            f"Its value must be printable ASCII on one line, with 1 to {_LONGEST_VALUE} characters.",
        )
    return value
