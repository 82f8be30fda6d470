"""Why Redis can't be reached, in a sentence for the operator, where waiting would not help."""

import ssl
from collections.abc import Iterator

_MOST = 10  # errors that led to one another
_NAME_MISMATCH = {62, 64}  # OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and …_IP_ADDRESS_MISMATCH


def reason_of(error: BaseException) -> str | None:
    """Return what to change in the address; nothing while Redis may just be away.

    Nothing is quoted: drivers' messages hold parts of the address.
    """
    from redis.exceptions import AuthenticationError  # noqa: PLC0415 - loaded long before

    for each in _chain(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return _of_certificate(each)
        if isinstance(each, AuthenticationError):
            return "the server refuses the user or the password"
    return None


def _of_certificate(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _NAME_MISMATCH:
        return (
            "the server's certificate is for another host; use the name that it is for, or set the option"
            " ssl_check_hostname=false"
        )
    return (
        "the server's certificate is not trusted; name its authority's file as the option ssl_ca_certs, or set"
        " ssl_cert_reqs=none to look at no certificate"
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Return an error and what led to it: redis-py raises one of its own instead."""
    current: BaseException | None = error
    for _ in range(_MOST):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__
