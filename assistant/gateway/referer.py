"""Which conversation an agent has open: a browser says so with each request, in the header Referer."""

import re

from litestar.types import HTTPScope

_LONGEST = 2048  # bytes; a page's address is far shorter
_HOST = rb"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_PAGE = re.compile(rb"https?://" + _HOST + rb"((?:/[A-Za-z0-9._~-]*)*)(?:\?[!-~]*)?")
_UUID = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SHOWING = {b"conversation", b"conversations"}
_UPWARDS = {b".", b".."}


def is_page(scope: HTTPScope) -> bool:
    """Tell whether a request comes from a page in a browser."""
    return _path(scope) is not None


def open_conversation(scope: HTTPScope) -> str:
    """Return the UUID of the conversation that the page shows from which a request comes; empty when it shows none.

    The page's host is not looked at: proxies change it, composers may live elsewhere, and whoever sends another address
    learns nothing by it, as conversations are read with the caller's own rights. What is not a UUID never gets into an
    address of ours.
    """
    parts = (_path(scope) or b"").removesuffix(b"/").split(b"/")
    if len(parts) < len((b"", b"conversation", b"uuid")) or parts[-2] not in _SHOWING or not _UPWARDS.isdisjoint(parts):
        return ""
    return parts[-1].decode().lower() if _UUID.fullmatch(parts[-1]) else ""


def _path(scope: HTTPScope) -> bytes | None:
    """Return the path of the page that a request comes from; None when it does not say so, or says several."""
    pages = [value for name, value in scope["headers"] if name == b"referer"]
    page = _PAGE.fullmatch(pages[0]) if len(pages) == 1 and len(pages[0]) <= _LONGEST else None
    return None if page is None else page[1]
