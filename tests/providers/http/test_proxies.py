"""Providers behind a proxy, asked by the adapters and by the official SDKs."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from http1.proxies import Proxies, read_proxies
from http1.trust import Trust
from providers.errors import InvalidRequestError, SettingError, UnavailableError, UntrustedError
from providers.registry import ProviderOptions, connect, resolve
from tests.authorities import Authority
from tests.fakes import FakeProvider
from tests.fakes.outward_proxy import OutwardProxy
from tests.providers.conftest import REQUEST
from tests.providers.http.test_trust import Asking, asking, through_the_adapter

__all__ = ["asking"]

NAME = "models.example.org"


class Names:
    """Answers look-ups of the loop with one address; without one as where no name outside is known."""

    def __init__(self) -> None:
        self.address = ""

    async def getaddrinfo(self, host: str | bytes, port: int, **_how: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - the loop's signature
        """Return what the system would."""
        address = "127.0.0.1" if host in {"localhost", b"localhost"} else self.address
        if not address:
            raise OSError
        return [(2, 1, 6, "", (address, port))]


@pytest.fixture(autouse=True)
async def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A network that knows no names outside: the proxy does."""
    scripted = Names()
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", scripted.getaddrinfo)
    return scripted


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority that the options trust in."""
    return Authority(tmp_path)


def behind(options: ProviderOptions, port: int, authority: Authority | None = None, user: str = "") -> ProviderOptions:
    """Return options with a proxy."""
    value = f"http://{user}localhost:{port}"
    return msgspec.structs.replace(
        options,
        proxies=read_proxies({"HTTPS_PROXY": value, "HTTP_PROXY": value, "NO_PROXY": "direct.example.org"}),
        trust=Trust(more=authority.file if authority else None),
    )


def named(url: str, name: str = NAME) -> str:
    """Return the URL of a fake under a name."""
    return url.replace("127.0.0.1", name)


async def test_a_provider_is_reached_through_a_tunnel(
    asking: Asking, authority: Authority, options: ProviderOptions
) -> None:
    """By its own name, over TLS from end to end; the proxy sees neither key nor text."""
    with FakeProvider(tls=authority.context(NAME)) as fake, OutwardProxy("reply:p@ss:word") as proxy:
        assert await asking(named(fake.url), behind(options, proxy.port, authority, "reply:p%40ss%3Aword@"))
        assert all(head.startswith(f"CONNECT {NAME}:") and "sk-secret" not in head for head in proxy.heads)
        assert len(fake.requests) == len(proxy.heads) == 1
        assert "proxy-authorization" not in fake.requests[0].headers


async def test_plain_http_goes_through_it_too(asking: Asking, options: ProviderOptions) -> None:
    """As a request with its whole URL."""
    with FakeProvider() as fake, OutwardProxy("a:b") as proxy:
        assert await asking(named(fake.url), behind(options, proxy.port, user="a:b@"))
        assert named(fake.url) in proxy.heads[0].split("\r\n", maxsplit=1)[0]
        assert fake.requests[0].headers["host"] == named(fake.url).removeprefix("http://")


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("user", ["", "reply:wrong@"])
async def test_credentials_that_the_proxy_does_not_take_are_told(
    asking: Asking,
    authority: Authority,
    options: ProviderOptions,
    user: str,
    tls: bool,  # noqa: FBT001 - a row
) -> None:
    """As the proxy's, not as the provider's key."""
    with FakeProvider(tls=authority.context(NAME) if tls else None) as fake, OutwardProxy("reply:right") as proxy:
        with pytest.raises(UnavailableError, match="proxy on the way to it wants other credentials"):
            await asking(named(fake.url), behind(options, proxy.port, authority, user))
        assert not fake.requests


@pytest.mark.parametrize("status", [403, 502, 503])
async def test_a_refusal_of_the_proxy_is_told(
    asking: Asking, authority: Authority, options: ProviderOptions, status: int
) -> None:
    """With its status."""
    told = rf"proxy on the way to it refuses \(HTTP {status}\)"
    with OutwardProxy(refusal=status) as proxy, pytest.raises(UnavailableError, match=told):
        await asking(f"https://{NAME}", behind(options, proxy.port, authority))


async def test_a_proxy_that_is_down_is_told(asking: Asking, options: ProviderOptions) -> None:
    """Nothing goes past it."""
    with OutwardProxy() as proxy:
        port = proxy.port
    with FakeProvider() as fake:
        with pytest.raises(UnavailableError):
            await asking(named(fake.url), behind(options, port))
        assert not fake.requests


async def test_some_are_reached_without_it(
    asking: Asking, authority: Authority, options: ProviderOptions, names: Names
) -> None:
    """What `NO_PROXY` names, and this machine."""
    names.address = "127.0.0.1"
    host = "direct.example.org"
    with FakeProvider(tls=authority.context(host, "127.0.0.1")) as fake, OutwardProxy(refusal=403) as proxy:
        assert await asking(named(fake.url, host), behind(options, proxy.port, authority))
        assert await asking(fake.url, behind(options, proxy.port, authority))
        assert not proxy.heads


async def test_no_proxy_is_taken_unless_told(
    asking: Asking, options: ProviderOptions, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The options say it, and the environment only by way of the settings."""
    names.address = "127.0.0.1"
    with FakeProvider() as fake, OutwardProxy(refusal=403) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        assert options.proxies == Proxies()
        assert await asking(named(fake.url), options)
        assert not proxy.heads


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("169.254.169.254", ""),
        ("100.100.100.200", ""),
        ("metadata.example.org", "169.254.169.254"),
        ("inside.example.org", "10.1.2.3"),
        ("10.1.2.3", ""),
        ("intranet", ""),
        ("models.internal", ""),
    ],
)
async def test_a_proxy_is_no_way_around_the_rules(
    asking: Asking, options: ProviderOptions, names: Names, host: str, address: str
) -> None:
    """What a name leads to is looked up here as well, and where that can't be done its form is judged."""
    names.address = address
    with OutwardProxy() as proxy:
        strict = msgspec.structs.replace(
            behind(options, proxy.port), private_base_urls=address.startswith("169") or host.startswith(("169", "100"))
        )
        with pytest.raises((SettingError, InvalidRequestError), match=r"address|private host"):
            await asking(f"http://{host}:8000", strict)
        assert not proxy.heads


async def test_a_certificate_counts_behind_a_proxy_too(
    asking: Asking, authority: Authority, options: ProviderOptions
) -> None:
    """A proxy that breaks TLS open has to be trusted explicitly."""
    with FakeProvider(tls=authority.context(NAME)) as fake, OutwardProxy() as proxy:
        with pytest.raises(UntrustedError, match="authority that is not known here"):
            await asking(named(fake.url), behind(options, proxy.port))
        assert not fake.requests


async def test_a_tunnel_is_used_again(authority: Authority, options: ProviderOptions) -> None:
    """It takes three round trips to make."""
    with FakeProvider(tls=authority.context(NAME)) as fake, OutwardProxy() as proxy:
        provider = connect(resolve("custom", base_url=named(fake.url)), behind(options, proxy.port, authority))
        for _ in range(3):
            await provider.complete(REQUEST)
        await provider.aclose()
        assert (len(proxy.heads), len(fake.requests)) == (1, 3)


async def test_the_adapter_says_who_has_no_address(options: ProviderOptions, names: Names) -> None:
    """Without a proxy a name that is known nowhere is the provider's."""
    names.address = ""
    with pytest.raises(UnavailableError, match="host name has no address"):
        await through_the_adapter(f"http://{NAME}", options)
