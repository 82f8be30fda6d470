"""Where the service listens: at whatever name or address of this machine the operator writes."""

import socket
from pathlib import Path

import pytest

from assistant.commands.serving import listening_address
from assistant.errors import SettingsError
from tests.assistant.serving import serving
from tests.assistant.starting import OFFLINE, refusal
from tests.servers.process import free_port

ALL = "0.0.0.0"  # noqa: S104 - what is meant

NAMES = {
    "localhost": {"127.0.0.1", "::1"},
    "LOCALHOST": {"127.0.0.1", "::1"},
    "127.0.0.1": {"127.0.0.1"},
    "127.0.0.2": {"127.0.0.2"},
    ALL: {ALL},
    "::1": {"::1"},
    "[::1]": {"::1"},
    "::": {"::"},
    "[::]": {"::"},
}


@pytest.mark.parametrize("host", NAMES)
def test_names_and_addresses_of_this_machine_are_listened_on(host: str) -> None:
    """The server is told an address, whatever name the operator wrote."""
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    assert listening_address(host, free_port()) in NAMES[host]


@pytest.mark.parametrize(
    "host",
    [
        "no-such-host.invalid",
        "192.0.2.1",
        "2001:db8::1",
        "x" * 64 + ".example",
        "a..b",
        "localhost:8080",
        "http://localhost",
        "127.0.0.1/8",
        "256.0.0.1",
        "[::1",
        "*",
        "two words",
    ],
)
def test_what_cannot_be_listened_on_is_told(host: str) -> None:
    """One sentence says what to set; a name is looked up once, at the start."""
    with pytest.raises(SettingsError, match="ASSISTANT_HOST") as refused:
        listening_address(host, free_port())
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", ALL])
def test_port_in_use_is_told_for_names_too(host: str) -> None:
    """No one is moved to another address of a name because its first one is taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="ASSISTANT_PORT"):
        listening_address(host, taken.getsockname()[1])


def test_localhost_serves(tmp_path: Path) -> None:
    """The most usual value of all."""
    with serving(tmp_path, HOST="localhost", **OFFLINE) as served:
        assert served.client.get("/health").status_code == 200
        assert "http://localhost:" in served.log.read_text()


def test_name_that_cannot_be_listened_on_ends_the_start(tmp_path: Path) -> None:
    """Also where the command line says it."""
    assert "ASSISTANT_HOST" in refusal(tmp_path, HOST="no-such-host.invalid")
    assert "--host" in refusal(tmp_path, "desk", "serve", "--host", "192.0.2.1")
