"""Certificates for servers on loopback: good ones, and ones that a client must refuse."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


class Signer(NamedTuple):
    """An authority: its certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def authority() -> Signer:
    """Return a new authority that nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _builder("Nobody's authority", key, since=-1, until=30).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    return Signer(made.sign(key, hashes.SHA256()), key)


def server_side(folder: Path, by: Signer | None = None, *, names: bool = True, until: int = 30) -> ssl.SSLContext:
    """Return what a server shows.

    Args:
        folder: where the certificate is written.
        by: who signs it; None: it signs itself.
        names: whether it is for loopback, and not for another host.
        until: days from now to its end; negative: it has expired.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = "localhost" if names else "other.example.org"
    made = _builder(subject, key, since=min(-1, until - 1), until=until, by=by)
    own = [x509.DNSName(subject), *([x509.IPAddress(IPv4Address("127.0.0.1"))] if names else [])]
    certificate = made.add_extension(x509.SubjectAlternativeName(own), critical=False).sign(
        key if by is None else by.key, hashes.SHA256()
    )
    folder.mkdir(exist_ok=True)
    (folder / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


def _builder(
    subject: str, key: ec.EllipticCurvePrivateKey, *, since: int, until: int, by: Signer | None = None
) -> x509.CertificateBuilder:
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]), datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if by is None else by.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + since * _DAY)
        .not_valid_after(now + until * _DAY)
    )
