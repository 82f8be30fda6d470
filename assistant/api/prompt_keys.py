"""The keys of prompts, as they stand in paths."""

import re

from assistant.errors import InvalidRequestError

_KEY = re.compile(r"_?[a-z][a-z0-9_]{0,63}")


def checked_key(key: str) -> str:
    """Return the key of a path if a prompt or a shared part may have it; raises InvalidRequestError."""
    if not _KEY.fullmatch(key):
        raise InvalidRequestError(
            "key", "must be lowercase letters, digits and _, starting with a letter; a shared part has _ before it"
        )
    return key
