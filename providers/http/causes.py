"""From what the HTTP client, the system or OpenSSL says to why a provider could not be asked.

The one place that knows their errors; the errors are looked for along the chain in which each was raised from another.
"""

import errno
import socket
import ssl
from collections.abc import Iterator

from http1.errors import NotConnectedError
from providers.errors import Cause, CauseKind

_BY_NUMBER: dict[int | None, CauseKind] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "closed",
    errno.EPIPE: "closed",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETUNREACH: "unreachable",
    errno.ENETDOWN: "unreachable",
    errno.EADDRNOTAVAIL: "unreachable",
    errno.ETIMEDOUT: "silent",
}
_BY_NAME: dict[str, CauseKind] = {
    "UnknownHostError": "name",
    "ProxyError": "proxy",
    "ClosedError": "closed",
    "MalformedError": "no_http",
    "ConnectTimeout": "silent",
    "RemoteProtocolError": "no_http",
    "SSLError": "tls",
}
"""Of the HTTP clients' own errors, which stand for one of the system's or for none."""
_CERTIFICATE = {
    9: "it is not valid yet",
    10: "it has expired",
    18: "it is self-signed, so no authority vouches for it",
    19: "an authority signed it that this service does not know",
    20: "an authority signed it that this service does not know",
    21: "an authority signed it that this service does not know, or it comes without those in between",
    62: "it is for another host name",
    64: "it is for another address",
}
"""By OpenSSL's codes (X509_V_ERR_…)."""
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
"""OpenSSL's reasons when what answers is no TLS."""


def cause_of(error: BaseException) -> Cause | None:
    """Return why a connection failed, as far as an error or one that it came from says; None when none does."""
    links = list(_links(error))
    found = (read(link) for read in (_of_tls, _of_the_system, _of_a_client) for link in links)
    return next((cause for cause in found if cause is not None), None)


def _links(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _of_tls(error: BaseException) -> Cause | None:
    """Read an error of OpenSSL's; what an HTTP client derives from its class says nothing itself."""
    code, reason = getattr(error, "verify_code", None), getattr(error, "reason", None)
    if isinstance(error, ssl.SSLCertVerificationError) and isinstance(code, int):
        return Cause(kind="certificate", said=_CERTIFICATE.get(code) or error.verify_message.rstrip("."))
    if not isinstance(error, ssl.SSLError) or not isinstance(reason, str):
        return None
    return Cause(kind="no_tls" if reason in _NO_TLS else "tls", said=reason.replace("_", " ").lower())


def _of_the_system(error: BaseException) -> Cause | None:
    if isinstance(error, socket.gaierror):
        return Cause(kind="name")
    kind = _BY_NUMBER.get(error.errno) if isinstance(error, OSError) else None
    return None if kind is None else Cause(kind=kind)


def _of_a_client(error: BaseException) -> Cause | None:
    if isinstance(error, NotConnectedError) and error.late:
        return Cause(kind="silent")
    kinds = (_BY_NAME.get(each.__name__) for each in type(error).__mro__)
    return next((Cause(kind=kind) for kind in kinds if kind is not None), None)
