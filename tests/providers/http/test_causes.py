"""What the system, OpenSSL and both HTTP clients say, read as one of the reasons why a provider could not be asked."""

import asyncio
import errno
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from cryptography.hazmat.primitives import serialization

from providers.errors import Cause, ProviderError
from providers.http.causes import cause_of
from providers.registry import ProviderOptions, ProviderSetting, resolve
from providers.sdk.inspection import check, list_models
from tests.fakes import FakeProvider, steps
from tests.fakes.certificates import authority, server_side
from tests.servers.process import free_port

Asked: TypeAlias = Callable[[ProviderSetting, ProviderOptions], Awaitable[Any]]


@pytest.mark.parametrize(
    ("made", "said"), [({"names": False}, "it is for another address"), ({"until": -1}, "it has expired")]
)
async def test_a_certificate_is_refused_for_its_own_reason(tmp_path: Path, made: dict[str, Any], said: str) -> None:
    """Even where the authority is known: by a real handshake."""
    signer = authority()
    known = ssl.create_default_context(cadata=signer.certificate.public_bytes(serialization.Encoding.PEM).decode())
    server = FakeProvider("chat", tls=server_side(tmp_path / "tls", signer, **made))
    with server as fake, pytest.raises(ssl.SSLError) as caught:
        await asyncio.open_connection("127.0.0.1", int(fake.url.rpartition(":")[2]), ssl=known)
    assert cause_of(caught.value) == Cause(kind="certificate", said=said)


@pytest.mark.parametrize("asked", [check, list_models])
async def test_both_clients_tell_the_same(asked: Asked, tmp_path: Path, options: ProviderOptions) -> None:
    """The live test and the list of models have different clients, and an admin sees one setting."""

    async def cause(base_url: str) -> str:
        with pytest.raises(ProviderError) as caught:
            await asked(resolve("custom", base_url=base_url), options)
        assert caught.value.cause is not None
        return f"{caught.value.cause.kind} {caught.value.cause.said}".strip()

    with FakeProvider("chat", tls=server_side(tmp_path / "one", authority())) as fake:
        assert (await cause(fake.url)).startswith("certificate an authority signed it that")
    with FakeProvider("chat", tls=server_side(tmp_path / "two")) as fake:
        assert (await cause(fake.url)).startswith("certificate it is self-signed")
    assert await cause(f"http://127.0.0.1:{free_port()}") == "refused"
    assert await cause(f"http://localhost:{free_port()}") == "refused"
    with FakeProvider("chat") as fake:
        fake.script(steps.garbage(), steps.whole(404, b""), steps.status(404, message="no such model"))
        assert [await cause(fake.url) for _ in range(3)] == ["no_http", "path", "model"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ECONNREFUSED, "refused"),
        (errno.ENETUNREACH, "unreachable"),
        (errno.EHOSTUNREACH, "unreachable"),
        (errno.ETIMEDOUT, "silent"),
        (errno.ECONNRESET, "closed"),
    ],
)
def test_an_error_is_found_behind_others(number: int, kind: str) -> None:
    """Clients raise errors of their own from the system's."""
    error = RuntimeError()
    error.__cause__ = OSError(number, "said by the system")
    found = cause_of(error)
    assert found is not None
    assert found.kind == kind


def test_an_error_of_another_kind_has_no_such_cause() -> None:
    """What is not known is not guessed."""
    assert cause_of(RuntimeError()) is None
    assert cause_of(TimeoutError()) is None
    assert cause_of(OSError()) is None
