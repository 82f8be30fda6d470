"""A change of a contact, as the form of the published API sends it."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from msgspec import Struct

from assistant.desk.fields import check_email, check_line
from assistant.errors import InvalidRequestError
from assistant.web.links import local
from messages.sentences import Sentence

_LONGEST_URL = 2000
_LONGEST_NUMBER = 40  # characters of a telephone number or its country
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
_TEXT = {"type": "string"}
_FIELDS: dict[str, dict[str, Any]] = {
    "first_name": _TEXT,
    "last_name": _TEXT,
    "email": {"type": "string", "format": "email"},
    "phone_number": _TEXT,
    "phone_number_country_code": _TEXT,
    "country": _TEXT,
    "avatar_url": {"type": ["string", "null"]},
    "enabled": {"type": "boolean"},
}
_REQUIRED = ("email", "first_name")
FORM = ({**_FIELDS, "files": {"type": "string", "format": "binary"}}, _REQUIRED)
"""The form's fields and their JSON schemas, and which must be there."""


class ContactChange(Struct, frozen=True, kw_only=True):
    """Columns of a contact and their new values."""

    values: dict[str, str | bool | None]


def read_change(fields: Mapping[str, str]) -> ContactChange:
    """Check a form; an empty text clears a field that may be empty.

    Raises:
        InvalidRequestError: a field is unknown, missing or can't be used.
    """
    if unknown := sorted(set(fields) - set(_FIELDS)):
        raise InvalidRequestError(unknown[0], Sentence("is not a field of this form"))
    for name in _REQUIRED:
        if name not in fields:
            raise InvalidRequestError(name, Sentence("is missing"))
    return ContactChange(values={name: _checked(name, value) for name, value in fields.items()})


def _checked(name: str, value: str) -> str | bool | None:
    check = _CHECKS.get(name)
    return check(name, value) if check else check_line(name, value, longest=_LONGEST_NUMBER) or None


def _flag(name: str, value: str) -> bool:
    if value not in {"true", "false"}:
        raise InvalidRequestError(name, Sentence("must be true or false"))
    return value == "true"


def _country(name: str, value: str) -> str | None:
    if value and not _COUNTRY.fullmatch(value):
        raise InvalidRequestError(name, Sentence("must be a country's two letters, such as DE"))
    return value.upper() or None


def _address(name: str, value: str) -> str | None:
    """Keep a web address or one of our own; `null` removes it."""
    value = local(check_line(name, value, longest=_LONGEST_URL))
    if value in {"", "null"}:
        return None
    if not value.startswith("/uploads/") and not _WEB_ADDRESS.fullmatch(value):
        raise InvalidRequestError(name, Sentence("must be an address that begins with https:// or http://"))
    return value


_CHECKS: dict[str, Callable[[str, str], str | bool | None]] = {
    "email": check_email,
    "first_name": partial(check_line, shortest=1),
    "last_name": check_line,
    "enabled": _flag,
    "country": _country,
    "avatar_url": _address,
}
