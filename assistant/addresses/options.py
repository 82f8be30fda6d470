"""The options of an address: each one is known, and its value is read, before anything is connected."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_SECONDS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|)")
_NUMBER = re.compile(r"-?\d{1,9}")
_ON, _OFF = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_SECRETS = frozenset({"password", "sslpassword"})


class Option(Struct, frozen=True):
    """An option that an address may have.

    Attributes:
        read: reads its value, or raises ValueError.
        wanted: what the value must be, for whoever wrote another one.
        to: what the value is kept as; empty for what is checked and then needs nothing from us, such as limits that
            our own are stricter than.
    """

    read: Callable[[str], Any]
    wanted: str
    to: str = ""


def plain(name: str) -> str:
    """Return an option's name as it is looked up: `connectTimeout`, `connect_timeout` and `connect-timeout` are one."""
    return name.lower().replace("_", "").replace("-", "")


def known(options: Mapping[str, Option]) -> dict[str, Option]:
    """Return a table of options by their plain names; a key may hold several names, separated by blanks."""
    return {plain(name): option for names, option in options.items() for name in names.split()}


def read_options(given: Sequence[tuple[str, str]], options: Mapping[str, Option]) -> dict[str, Any]:
    """Read the options of an address.

    Args:
        given: names and values.
        options: those that are known, by their plain names.

    Returns:
        The values by what they are kept as.

    Raises:
        ValueError: one is unknown, has a value that can't be used, or says two things; the text names it, and never
            holds a value.
    """
    found: dict[str, Any] = {}
    secret = any(plain(name) in _SECRETS for name, _ in given)
    for name, value in given:
        option = options.get(plain(name))
        if option is None:
            raise ValueError(_unknown(name, secret=secret))
        try:
            read = option.read(value)
        except ValueError:
            raise ValueError(f"must have {option.wanted} as its option {name}") from None
        if option.to and found.setdefault(option.to, read) != read:
            raise ValueError(f"must not say two things with its option {name}")
    return found


def _unknown(name: str, *, secret: bool) -> str:
    """Name an option; not one that may be the rest of a password whose & or ? was not encoded."""
    named = f"the option {name}" if _NAME.fullmatch(name) and not secret else "an option"
    return f"must be without {named}, which this service does not know"


def flag(value: str) -> bool:
    """Read yes or no in the usual ways."""
    if value.lower() not in _ON | _OFF:
        raise ValueError
    return value.lower() in _ON


def seconds(value: str) -> float:
    """Read `5`, `0.5`, `5s` or `500ms`."""
    match = _SECONDS.fullmatch(value)
    if match is None:
        raise ValueError
    return float(match[1]) / (1000 if match[2] == "ms" else 1)


def whole(lowest: int, highest: int = 10**9) -> Callable[[str], int]:
    """Return what reads a whole number between two."""

    def read(value: str) -> int:
        if not _NUMBER.fullmatch(value) or not lowest <= int(value) <= highest:
            raise ValueError
        return int(value)

    return read


def one_of(*allowed: str) -> Callable[[str], str]:
    """Return what reads one of some words, in lower case."""

    def read(value: str) -> str:
        if value.lower() not in allowed:
            raise ValueError
        return value.lower()

    return read


def word(value: str) -> str:
    """Read any text of printable characters without blanks."""
    if not value or not value.isprintable() or " " in value:
        raise ValueError
    return value


def text(value: str) -> str:
    """Read any text of printable characters."""
    if not value or not value.isprintable():
        raise ValueError
    return value


def secret(value: str) -> str:
    """Read a password."""
    return value


def file(value: str) -> str:
    """Read the path of a file that exists."""
    if not Path(value).is_file():
        raise ValueError
    return value


FLAG = "1 or 0"
SECONDS = "a number of seconds, such as 5,"
NUMBER = "a whole number, such as 10,"
FILE = "a file that exists"
