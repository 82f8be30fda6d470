"""What can go wrong between a request and its answer.

TransferError
├── NotConnectedError     no connection; nothing of the request was sent
│   ├── UnknownHostError      the host's name has no address
│   ├── TlsError              the server does not speak TLS as it should
│   │   └── CertificateError  its certificate can't be trusted
│   └── ProxyError            the proxy on the way refuses
├── ClosedError           the connection closed before the first byte of an answer
├── CutError              the answer broke off
├── SilentError           no byte in time
└── MalformedError        the answer is not HTTP/1.1, or its head is too large
    └── EndlessError          informational answers (1xx), and no other
"""

import ssl

_EXPIRED, _NOT_YET = 10, 9  # of OpenSSL, X509_V_ERR_…
_UNKNOWN_ISSUER = frozenset({2, 7, 19, 20, 21, 27})  # 7: one of that name is known, with another key
_SELF_SIGNED = 18
_OTHER_HOST = frozenset({62, 64})


class TransferError(Exception):
    """Base of the client's errors."""


class NotConnectedError(TransferError):
    """No connection could be made.

    Args:
        cause: the kind of the system's error, for a log.
        late: whether it took too long.
    """

    def __init__(self, cause: str = "", *, late: bool = False) -> None:
        super().__init__(cause)
        self.cause = cause
        self.late = late


class UnknownHostError(NotConnectedError):
    """The host's name has no address."""


class TlsError(NotConnectedError):
    """TLS could not be agreed on: another protocol listens there, or an outdated version."""


class CertificateError(TlsError):
    """The server's certificate can't be trusted.

    Attributes:
        fault: why, as the end of the sentence "its certificate …".
    """

    def __init__(self, error: ssl.SSLCertVerificationError) -> None:
        super().__init__(type(error).__name__)
        self.fault = certificate_fault(error)


class ProxyError(NotConnectedError):
    """The proxy does not let the request through.

    Attributes:
        status: HTTP status of its answer.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class ClosedError(TransferError):
    """The connection closed before the first byte of an answer."""


class CutError(TransferError):
    """The answer broke off."""


class SilentError(TransferError):
    """Not a byte came in time."""


class MalformedError(TransferError):
    """The answer is not HTTP/1.1, or its head is too large."""


class EndlessError(MalformedError):
    """Informational answers came without end."""


_FAULTS = {
    _NOT_YET: "is not valid yet, by the clock of this machine",
    _EXPIRED: "has expired",
    _SELF_SIGNED: "is signed by itself and by no authority that is known here",
    **dict.fromkeys(_UNKNOWN_ISSUER, "was issued by an authority that is not known here"),
    **dict.fromkeys(_OTHER_HOST, "is for another host name"),
}
CERTIFICATE_FAULTS = tuple(dict.fromkeys(_FAULTS.values()))
"""What `certificate_fault` says, for those who say it in other languages."""


def certificate_fault(error: ssl.SSLCertVerificationError) -> str:
    """Say what is wrong with a certificate, as the end of the sentence "its certificate …"."""
    return _FAULTS.get(error.verify_code) or f"can't be verified ({error.verify_message})"
