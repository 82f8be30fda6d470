"""What is taken from a request because a trusted proxy sent it: its id, its scheme, and what stands before its path."""

import os
import re
from typing import Any

from assistant.gateway.headers import is_trusted, listed
from assistant.settings import Network
from assistant.web import links

LONGEST_ID = 100
"""Characters of the request id that a trusted proxy gives; the database has room for 128 and what we add to it."""
_ID = re.compile(rf"[A-Za-z0-9._:/+=@~-]{{1,{LONGEST_ID}}}")


class Trust:
    """Knows whose word on a request counts.

    Args:
        trusted: proxies that may give requests their ids and their scheme.
    """

    def __init__(self, trusted: tuple[Network, ...]) -> None:
        self._trusted = trusted

    def believe(self, scope: Any) -> None:  # noqa: ANN401 - an ASGI scope
        """Take the scheme from a trusted proxy: where it ends TLS, cookies are marked as secure."""
        if self._believes(scope):
            proto = listed(scope["headers"], b"x-forwarded-proto").partition(b",")[0]
            if proto.strip().lower() == b"https":
                scope["scheme"] = "https"

    def request_id(self, scope: Any) -> str:  # noqa: ANN401 - an ASGI scope
        """Return the id that a trusted proxy gave, if it can be used, else make one."""
        if self._believes(scope):
            given = listed(scope["headers"], b"x-request-id").decode("latin-1")
            if _ID.fullmatch(given):
                return given
        return os.urandom(16).hex()

    def prefix(self, scope: Any) -> str:  # noqa: ANN401 - an ASGI scope
        """Return what trusted proxies took away from the path."""
        return links.prefix_of(scope["headers"]) if self._believes(scope) else ""

    def _believes(self, scope: Any) -> bool:  # noqa: ANN401 - an ASGI scope
        return bool(self._trusted) and is_trusted(scope, self._trusted)
