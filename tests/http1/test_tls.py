"""TLS: who is trusted, and what is said of a certificate that isn't."""

import asyncio
import ssl
from pathlib import Path

import pytest

from http1.errors import CertificateError, NotConnectedError, TlsError
from http1.origins import Origin
from http1.trust import Trust, check_authorities
from tests.authorities import Authority
from tests.http1.asking import OK, answering, get, pool_of, serving, silence
from tests.servers.nginx import nginx_server
from tests.servers.process import free_port
from tests.waiting import eventually

NAME = "models.example.org"


def named(origin: Origin, host: str = NAME) -> Origin:
    """Return the same server under a name."""
    return Origin(scheme="https", host=host, port=origin.port)


@pytest.mark.parametrize("hosts", [(NAME,), ("other.org", NAME), ("*.example.org",), ("127.0.0.1",)])
async def test_an_authority_of_ones_own_is_trusted(authority: Authority, trust: Trust, hosts: tuple[str, ...]) -> None:
    """Besides those of the system; the certificate is for the name that was asked for, or the address."""
    async with serving(answering(OK), authority.context(*hosts)) as server:
        pool = pool_of(named(server.origin, "127.0.0.1" if "127.0.0.1" in hosts else NAME), trust=trust)
        for _ in range(2):
            assert await get(pool) == (200, b"hello")
        pool.close()
        assert server.opened == 1


async def test_a_file_can_take_the_place_of_the_systems(authority: Authority) -> None:
    """As `SSL_CERT_FILE` means it."""
    async with serving(answering(OK), authority.context(NAME)) as server:
        assert await get(pool_of(named(server.origin), trust=Trust(system=authority.file))) == (200, b"hello")


FAULTS = {
    "expired": ((NAME,), {"begin": -30, "end": -1}, "has expired"),
    "not yet": ((NAME,), {"begin": 1, "end": 30}, "is not valid yet"),
    "other name": (("other.example.org",), {}, "is for another host name"),
    "level below": (("*.example.org", "a.models.example.org"), {}, ""),
    "two levels": (("*.org",), {}, "is for another host name"),
    "address": (("127.0.0.1",), {}, "is for another host name"),
}


@pytest.mark.parametrize("case", FAULTS)
async def test_a_certificate_that_is_no_good_is_told(authority: Authority, trust: Trust, case: str) -> None:
    """In words, and nothing is sent."""
    hosts, days, told = FAULTS[case]
    async with serving(answering(OK), authority.context(*hosts, **days)) as server:
        pool = pool_of(named(server.origin), trust=trust)
        if not told:
            assert await get(pool) == (200, b"hello")
            return
        with pytest.raises(CertificateError) as caught:
            await get(pool)
        assert told in caught.value.fault
        assert not server.heads


async def test_an_unknown_authority_is_told(authority: Authority, tmp_path: Path) -> None:
    """Whether nothing or something else is trusted besides the system's."""
    for other in (Trust(), Trust(more=Authority(tmp_path).file), Trust(system=Authority(tmp_path, "else").file)):
        async with serving(answering(OK), authority.context(NAME)) as server:
            with pytest.raises(CertificateError, match="Verification") as caught:
                await get(pool_of(named(server.origin), trust=other))
            assert "authority that is not known here" in caught.value.fault


async def test_a_certificate_signed_by_itself_is_told(authority: Authority, tmp_path: Path) -> None:
    """As many devices have one."""
    lonely = Authority(tmp_path, NAME)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(lonely.file, lonely.secret)
    async with serving(answering(OK), context) as server:
        with pytest.raises(CertificateError) as caught:
            await get(pool_of(named(server.origin), trust=Trust(more=authority.file)))
        assert "signed by itself" in caught.value.fault


async def test_a_server_without_tls_is_told(trust: Trust) -> None:
    """`https://` in place of `http://` is a common mistake."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        writer.close()

    async with serving(refuse, headless=True) as server:
        with pytest.raises(TlsError) as caught:
            await get(pool_of(named(server.origin), trust=trust))
        assert not isinstance(caught.value, CertificateError)


async def test_a_server_that_never_shakes_hands_is_given_up(trust: Trust) -> None:
    """Whoever accepts connections need not speak."""
    async with serving(silence) as server:
        with pytest.raises(NotConnectedError) as caught:
            await get(pool_of(named(server.origin), trust=trust, timeout=0.3))
        assert caught.value.late


async def test_a_cancelled_request_closes_tls_at_once(authority: Authority, trust: Trust) -> None:
    """It needs no farewell of the other side."""
    async with serving(silence, authority.context(NAME)) as server:
        task = asyncio.create_task(get(pool_of(named(server.origin), trust=trust)))
        await eventually(lambda: len(server.heads) == 1)
        task.cancel()
        async with asyncio.timeout(1.0):
            await server.left.wait()


async def test_twenty_megabytes_come_from_nginx(authority: Authority, trust: Trust, tmp_path: Path) -> None:
    """A real server over TLS, and a connection that is used again."""
    body = bytes(range(256)) * 78_125
    (tmp_path / "large").write_bytes(body)
    certificate, key = authority.issue(NAME)
    port = free_port()
    config = f"listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key}; root {tmp_path};"
    with nginx_server(config, tmp_path):
        pool = pool_of(Origin(scheme="https", host=NAME, port=port), trust=trust)
        connection = await pool.connection()
        pool.give_back(connection)
        for _ in range(2):
            assert await get(pool, "/large") == (200, body)
        assert connection.used
        pool.close()


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_file_without_certificates_is_told(tmp_path: Path, content: bytes) -> None:
    """Before anything is asked."""
    file = tmp_path / "authorities.pem"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="must be a file with certificates in PEM"):
        check_authorities(file)
    for missing in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(ValueError, match="must be a file"):
            check_authorities(missing)


def test_a_file_of_authorities_that_changes_is_read_again(authority: Authority, tmp_path: Path) -> None:
    """What was found to be right is not read twice; another content is."""
    file = tmp_path / "authorities.pem"
    file.write_bytes(authority.file.read_bytes())
    for _ in range(2):
        check_authorities(file)
    file.write_bytes(b"garbage")
    with pytest.raises(ValueError, match="must be a file with certificates in PEM"):
        check_authorities(file)
