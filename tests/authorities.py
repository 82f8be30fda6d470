"""Certificates of an authority of the suite's own, as good or as bad as a test wants them."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_NOW = dt.datetime.now(dt.UTC)
_DAY = dt.timedelta(days=1)


class Authority:
    """Issues certificates for servers.

    Args:
        folder: where its files are kept.
        name: what it is called.

    Attributes:
        file: its own certificate, in PEM.
        secret: its own key.
    """

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        own = _builder(self._name, self._name, self._key, _NOW - 400 * _DAY, _NOW + 400 * _DAY)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        own = own.add_extension(_USAGE, critical=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        self.secret = _kept(self._key, folder / f"{name}.key")

    def issue(self, *hosts: str, begin: int = -1, end: int = 30) -> tuple[Path, Path]:
        """Return the files of a certificate and of its key.

        Args:
            hosts: names or addresses that it is for.
            begin: day on which it begins to be valid, from today.
            end: day on which it ends to be.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        made = _builder(_name(hosts[0]), self._name, key, _NOW + begin * _DAY, _NOW + end * _DAY)
        made = made.add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        stem = f"{hosts[0]}{begin}{end}".replace(":", "_").replace("*", "_")
        certificate = self._folder / f"{stem}.crt"
        certificate.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return certificate, _kept(key, self._folder / f"{stem}.key")

    def context(self, *hosts: str, begin: int = -1, end: int = 30) -> ssl.SSLContext:
        """Return what a server shows such a certificate with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(*hosts, begin=begin, end=end))
        return context


_USAGE = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    crl_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


def _kept(key: ec.EllipticCurvePrivateKey, file: Path) -> Path:
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain))
    return file


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begin: dt.datetime, end: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )
