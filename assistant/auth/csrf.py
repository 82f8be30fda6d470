"""The proof that a browser's request comes from our own pages: a cookie that only they can copy into a header."""

import hmac
from collections.abc import Mapping

from assistant.errors import CsrfError
from messages.sentences import Sentence

COOKIE, HEADER = "csrf_token", "x-csrftoken"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""


def check_csrf(method: str, cookies: Mapping[str, str], headers: Mapping[str, str]) -> None:
    """See that a request that changes something and carries a session cookie has the pair.

    Raises:
        CsrfError: cookie or header is missing, or they differ.
    """
    if method in SAFE:
        return
    cookie, header = cookies.get(COOKIE, ""), headers.get(HEADER, "")
    if not cookie or not hmac.compare_digest(cookie.encode(), header.encode()):
        raise CsrfError(Sentence("CSRF token mismatch"))
