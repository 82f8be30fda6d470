"""From which page a browser's request comes: what needs no session yet is answered to our own pages alone."""

import ipaddress
import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from assistant.errors import ForbiddenError
from assistant.settings import Network
from assistant.telemetry import log
from assistant.web.client_network import comes_from_proxy
from messages.sentences import Sentence

Origin: TypeAlias = tuple[str, str, int]
"""Scheme, host and port, each written in one way."""

_ORIGIN = re.compile(r"(https?)://([^\s/?#@\\]+)", re.IGNORECASE)
_AUTHORITY = re.compile(r"([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5})?)?")
_PORTS = {"http": 80, "https": 443}
_OTHER_SITES = frozenset({"cross-site", "same-site"})
_REMEDY = Sentence("Permission denied: sign in from a page of this address. If this is one, tell your administrator.")
_HINT = (
    "behind a proxy, have it send Host (or X-Forwarded-Host) and X-Forwarded-Proto as the browser has them, and name "
    "it in ASSISTANT_TRUSTED_PROXIES"
)


def check_origin(scope: Any, trusted: Sequence[Network]) -> None:  # noqa: ANN401 - an ASGI scope
    """See that a request comes from a page of our own, or from no page at all, as those of programs do.

    `Origin` must be our own address: the scheme, host and port by which the browser reached us.

    Args:
        scope: the request; its scheme is what the client speaks.
        trusted: proxies whose `X-Forwarded-Host` counts.

    Raises:
        ForbiddenError: it comes from a page elsewhere, from one that tells no address (`null`), or from one that the
            browser calls another site's.
    """
    given = _values(scope, b"origin")
    if not given:
        if _OTHER_SITES.intersection(_values(scope, b"sec-fetch-site")):
            raise _refused()
        return
    if len(given) > 1 or (theirs := _origin(given[0])) is None or theirs != _own(scope, trusted):
        raise _refused()


def _refused() -> ForbiddenError:
    log.warning("a sign-in from another page is refused", hint=_HINT)
    return ForbiddenError(_REMEDY)


def _own(scope: Any, trusted: Sequence[Network]) -> Origin | None:  # noqa: ANN401
    """Return the address by which the client reached us."""
    hosts = _values(scope, b"host")
    if comes_from_proxy(scope, trusted) and (forwarded := _values(scope, b"x-forwarded-host")):
        hosts = [forwarded[0].partition(",")[0].strip()]
    return _normal(str(scope["scheme"]), hosts[0]) if len(hosts) == 1 else None


def _origin(value: str) -> Origin | None:
    match = _ORIGIN.fullmatch(value)
    return _normal(match[1].lower(), match[2]) if match else None


def _normal(scheme: str, authority: str) -> Origin | None:
    """Write host and port in one way: small letters, no dot at the end, the shortest form of IPv6, a usual port too."""
    match = _AUTHORITY.fullmatch(authority)
    if match is None or scheme not in _PORTS:
        return None
    host, port = match[1].lower().removesuffix("."), int(match[2] or _PORTS[scheme])
    if host.startswith("["):
        try:
            host = ipaddress.IPv6Address(host[1:-1]).compressed
        except ValueError:
            return None
    return scheme, host, port


def _values(scope: Any, wanted: bytes) -> list[str]:  # noqa: ANN401
    return [value.decode("latin-1").strip() for name, value in scope["headers"] if name == wanted]
