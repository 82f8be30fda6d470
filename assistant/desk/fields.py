"""Checks of what clients send, each naming the field at fault."""

import re
from typing import Any

from assistant.errors import InvalidRequestError
from messages.sentences import Sentence

LARGEST_ID = 2**31 - 1
LONGEST_NAME = 140  # characters
LONGEST_EMAIL = 254  # characters (RFC 5321, 4.5.3.1.3, without the angle brackets)
LONGEST_TEXT = 200_000  # characters of a message or a note
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_text(field: str, value: str, *, longest: int, shortest: int = 0) -> str:
    """Return a text without white space around it; raises InvalidRequestError if it is too short or too long."""
    value = value.strip()
    if len(value) < shortest:
        raise InvalidRequestError(field, Sentence("must not be empty"))
    if len(value) > longest:
        raise InvalidRequestError(
            field, Sentence("must have at most {most} characters, and has {size}", most=longest, size=len(value))
        )
    return value


def check_line(field: str, value: str, *, longest: int = LONGEST_NAME, shortest: int = 0) -> str:
    """Return a text of one line; see `check_text`."""
    if _CONTROL.search(value.strip()):
        raise InvalidRequestError(field, Sentence("must be one line without control characters"))
    return check_text(field, value, longest=longest, shortest=shortest)


def check_email(field: str, value: str) -> str:
    """Return an e-mail address in lower case."""
    value = value.strip().lower()
    if len(value) > LONGEST_EMAIL or not _EMAIL.fullmatch(value):
        raise InvalidRequestError(field, Sentence("must be an e-mail address, such as name@example.com"))
    return value


def check_id(field: str, value: int) -> int:
    """Return a number that can be an id."""
    if not 1 <= value <= LARGEST_ID:
        raise InvalidRequestError(field, Sentence("must be a whole number from 1 to {most}", most=LARGEST_ID))
    return value


def check_number(field: str, value: int, *, most: int, least: int = 0) -> int:
    """Return a number within its bounds."""
    if not least <= value <= most:
        raise InvalidRequestError(
            field, Sentence("must be a whole number from {least} to {most}", least=least, most=most)
        )
    return value


def check_choice(field: str, value: str, choices: Any) -> str:  # noqa: ANN401 - any collection of texts
    """Return one of the choices."""
    if value not in choices:
        raise InvalidRequestError(field, Sentence("must be one of {known}", known=", ".join(choices)))
    return value
