"""Where a base URL may lead, judged on the address that is connected to."""

import asyncio
import ipaddress
from typing import Any

import msgspec
import pytest

from providers.base import Provider
from providers.errors import InvalidRequestError, SettingError, UnavailableError
from providers.http.addresses import ForbiddenAddressError, check_address
from providers.registry import ProviderOptions, connect, resolve
from tests.fakes import FakeProvider, steps
from tests.providers.conftest import REQUEST

NEVER = [
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd00:42::42",
    "100.100.100.200",
    "168.63.129.16",
    "::ffff:169.254.169.254",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "0.1.2.3",
    "::",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
    "240.0.0.1",
]
PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "::1",
    "fd12::1",
    "fec0::1",
    "::ffff:10.0.0.1",
]
PUBLIC = ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"]
ODD = ["2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "127.0.0.1.", "1.2.3.4.5", "[fe80::1%25eth0]"]


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_connected_to(address: str) -> None:
    """Metadata and the like stay closed even where private addresses are open."""
    with pytest.raises(ForbiddenAddressError):
        check_address(ipaddress.ip_address(address), allow_private=True)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_permission(address: str) -> None:
    """Loopback and private networks are open unless the operator closes them."""
    check_address(ipaddress.ip_address(address), allow_private=True)
    with pytest.raises(ForbiddenAddressError):
        check_address(ipaddress.ip_address(address), allow_private=False)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_open(address: str) -> None:
    """The rest of the network is where providers live."""
    check_address(ipaddress.ip_address(address), allow_private=False)


@pytest.mark.parametrize("host", ODD)
def test_an_address_in_disguise_is_refused_or_seen_through(host: str, options: ProviderOptions) -> None:
    """What an HTTP client would read as an address, and `ipaddress` can't, never gets that far."""
    denied = msgspec.structs.replace(options, private_base_urls=False)
    with pytest.raises(SettingError) as caught:
        connect(resolve("custom", base_url=f"http://{host}/v1"), denied)
    assert caught.value.field == "base_url"


@pytest.mark.parametrize("address", [*NEVER, *PRIVATE])
def test_a_forbidden_address_is_refused_when_connecting(address: str, options: ProviderOptions) -> None:
    """An admin hears of it at once, without a request."""
    host = f"[{address}]" if ":" in address else address
    denied = msgspec.structs.replace(options, private_base_urls=False)
    with pytest.raises(SettingError, match="address"):
        connect(resolve("custom", base_url=f"http://{host}:80"), denied)


class Names:
    """Answers look-ups of the loop as it is told, and counts them."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.asked = 0

    async def getaddrinfo(self, _host: str, port: int, **_how: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - the loop's signature
        """Return what the system would."""
        self.asked += 1
        return [(2, 1, 6, "", (address, port)) for address in self.addresses]


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Look-ups under the test's control: no name server can be put in the loop's way otherwise."""
    scripted = Names()
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", scripted.getaddrinfo)
    return scripted


def _named(fake: FakeProvider, options: ProviderOptions) -> Provider:
    return connect(resolve("custom", base_url=fake.url.replace("127.0.0.1", "models.example.org")), options)


async def test_a_name_is_looked_up_once_a_minute(names: Names, options: ProviderOptions) -> None:
    """The address that was checked is the one that is used, under the host's own name."""
    names.addresses = ["127.0.0.1"]
    with FakeProvider("chat") as fake:
        fake.script(*[steps.farewell()] * 3)
        provider = _named(fake, options)
        for _ in range(3):
            await provider.complete(REQUEST)
        await provider.aclose()
        assert len({received.peer for received in fake.requests}) == 3
        assert names.asked == 1
        assert fake.requests[0].headers["host"].startswith("models.example.org:")


async def test_a_name_that_turns_to_metadata_is_refused(
    names: Names, options: ProviderOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that changes its address after it was checked is checked again."""
    monkeypatch.setattr("providers.http.transport._FRESH_SECONDS", 0.0)
    names.addresses = ["127.0.0.1"]
    with FakeProvider("chat") as fake:
        provider = _named(fake, options)
        fake.script(steps.farewell())
        await provider.complete(REQUEST)
        names.addresses = ["169.254.169.254"]
        with pytest.raises(InvalidRequestError, match="never connected to"):
            await provider.complete(REQUEST)
        names.addresses = ["127.0.0.1", "169.254.169.254"]
        with pytest.raises(InvalidRequestError):
            await provider.complete(REQUEST)
        await provider.aclose()
        assert len(fake.requests) == 1


async def test_the_next_address_is_tried(names: Names, options: ProviderOptions) -> None:
    """A server that listens on one of its host's addresses is found."""
    names.addresses = ["127.0.0.2", "127.0.0.1"]
    with FakeProvider("chat") as fake:
        fake.script(*[steps.farewell()] * 2)
        provider = _named(fake, options)
        await provider.complete(REQUEST)
        await provider.complete(REQUEST)
        await provider.aclose()
        assert names.asked == 1


async def test_a_server_that_moved_is_found_again(names: Names, options: ProviderOptions) -> None:
    """The name is looked up anew after a failed connection."""
    names.addresses = ["127.0.0.2"]
    with FakeProvider("chat") as fake:
        provider = _named(fake, options)
        with pytest.raises(UnavailableError, match="no connection"):
            await provider.complete(REQUEST)
        names.addresses = ["127.0.0.1"]
        await provider.complete(REQUEST)
        assert names.asked == 2
        await provider.aclose()


async def test_a_name_without_an_address_is_unavailable(
    options: ProviderOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistyped host name is said to be one."""

    async def unknown(*_args: object, **_how: object) -> None:
        raise OSError

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    provider = connect(resolve("custom", base_url="https://mistyped.example.org"), options)
    with pytest.raises(UnavailableError, match="host name"):
        await provider.complete(REQUEST)
    await provider.aclose()
