"""Which conversation an agent has open: a browser says so with each request, in the header Referer."""

import re
from collections.abc import Sequence

from litestar.types import HTTPScope

from assistant.core.headers import is_trusted, listed
from assistant.settings import Network

_LONGEST = 2048  # bytes; a page's address is far shorter
_ADDRESS = rb"([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?"
_PAGE = re.compile(rb"(https?)://" + _ADDRESS + rb"((?:/[A-Za-z0-9._~-]*)*)(?:\?[!-~]*)?")
_HOST = re.compile(_ADDRESS)
_UUID = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PORTS = {b"http": 80, b"https": 443}
_SHOWING = {b"conversation", b"conversations"}
_UPWARDS = {b".", b".."}


def is_own_page(scope: HTTPScope, trusted: Sequence[Network]) -> bool:
    """Tell whether a request comes from a page of our own address; see `open_conversation`."""
    return _path(scope, trusted) is not None


def open_conversation(scope: HTTPScope, trusted: Sequence[Network]) -> str:
    """Return the UUID of the conversation that the page shows from which a request comes; empty when it shows none.

    Only a page of our own address counts, written the straight way: whoever can make a browser or a program send
    another Referer learns nothing by it, and what is not a UUID never gets into an address of ours.

    Args:
        scope: the request.
        trusted: proxies whose word counts on the address that the browser sees.
    """
    parts = (_path(scope, trusted) or b"").removesuffix(b"/").split(b"/")
    if len(parts) < len((b"", b"conversation", b"uuid")) or parts[-2] not in _SHOWING or not _UPWARDS.isdisjoint(parts):
        return ""
    return parts[-1].decode().lower() if _UUID.fullmatch(parts[-1]) else ""


def _path(scope: HTTPScope, trusted: Sequence[Network]) -> bytes | None:
    """Return the path of the page of ours that a request comes from; None when it does not say so."""
    pages = [value for name, value in scope["headers"] if name == b"referer"]
    page = _PAGE.fullmatch(pages[0]) if len(pages) == 1 and len(pages[0]) <= _LONGEST else None
    if page is None:
        return None
    default = _PORTS[page[1]]
    own = _own_address(scope, tuple(trusted), default=default)
    return page[4] if own == (page[2].lower(), int(page[3] or default)) else None


def _own_address(scope: HTTPScope, trusted: tuple[Network, ...], *, default: int) -> tuple[bytes, int] | None:
    """Return host and port under which the client reached us; nothing when it says several."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if is_trusted(scope, trusted):
        said = listed(scope["headers"], b"x-forwarded-host").partition(b",")[0].strip()
        hosts = [said] if said else hosts
    found = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    return None if found is None else (found[1].lower(), int(found[2] or default))
