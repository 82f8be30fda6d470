"""From which network a request comes: what is counted by it can't be moved by what a client says."""

from typing import Any

import pytest

from assistant.settings.values import networks
from assistant.web.client_network import client_network, client_peer

PROXIES = networks("10.0.0.0/8, fd00::/8")


def scope(peer: str | None, *forwarded: str) -> Any:  # noqa: ANN401 - an ASGI scope
    """Return a request from a peer."""
    headers = [(b"x-forwarded-for", each.encode("latin-1")) for each in forwarded]
    return {"client": None if peer is None else (peer, 1), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("192.0.2.7", [], "192.0.2.0/24"),
        ("192.0.2.7", ["1.2.3.4"], "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", [], "2001:db8:1:2::/64"),
        ("fe80::1%eth0", [], "fe80::/64"),
        ("::ffff:192.0.2.7", [], "192.0.2.0/24"),
        (None, ["1.2.3.4"], ""),
        ("", [], ""),
        ("unix:", ["1.2.3.4"], ""),
        ("10.0.0.1", [], "10.0.0.0/24"),
        ("10.0.0.1", ["192.0.2.7"], "192.0.2.0/24"),
        ("10.0.0.1", ["6.6.6.6, 192.0.2.7"], "192.0.2.0/24"),
        ("10.0.0.1", ["6.6.6.6", "192.0.2.7"], "192.0.2.0/24"),
        ("10.0.0.1", ["192.0.2.7, 10.1.1.1,10.2.2.2"], "192.0.2.0/24"),
        ("fd00::1", ["192.0.2.7:1234"], "192.0.2.0/24"),
        ("fd00::1", ["[2001:db8::7]:1234"], "2001:db8::/64"),
        ("::ffff:10.0.0.1", ["192.0.2.7"], "192.0.2.0/24"),
        ("10.0.0.1", ["192.0.2.7, unknown"], "10.0.0.0/24"),
        ("10.0.0.1", ["192.0.2.7, \xff"], "10.0.0.0/24"),
        ("10.0.0.1", [""], "10.0.0.0/24"),
        ("10.0.0.1", ["," * 100_000], "10.0.0.0/24"),
        ("10.0.0.1", ["192.0.2.7, " + "10.0.0.2, " * 5_000 + "10.0.0.3"], "192.0.2.0/24"),
        ("10.0.0.1", ["10.0.7.1"], "10.0.7.0/24"),
    ],
)
def test_network_is_that_of_the_last_address_that_a_proxy_vouches_for(
    peer: str | None, forwarded: list[str], network: str
) -> None:
    """With and without proxies, in every form that an address has."""
    assert client_network(scope(peer, *forwarded), PROXIES) == network


PEERS = [
    ("192.0.2.7", [], "192.0.2.7"),
    ("192.0.2.8", ["1.2.3.4"], "192.0.2.8"),
    ("2001:db8:1:2:3::4", [], "2001:db8:1:2::/64"),
    ("::ffff:192.0.2.7", [], "192.0.2.7"),
    ("10.0.0.1", ["6.6.6.6, 192.0.2.7"], "192.0.2.7"),
    ("10.0.0.1", ["192.0.2.7, 10.1.1.1,10.2.2.2"], "192.0.2.7"),
    ("fd00::1", ["[2001:db8::7]:1234"], "2001:db8::/64"),
    ("10.0.0.1", [], ""),
    ("10.0.0.1", ["10.0.0.2"], ""),
    ("", [], ""),
    (None, ["1.2.3.4"], ""),
]


@pytest.mark.parametrize(("peer", "forwarded", "counted"), PEERS)
def test_peer_is_one_address_or_a_network_of_ipv6(peer: str | None, forwarded: list[str], counted: str) -> None:
    """What a trusted proxy asks for itself is counted for no one; without trusted ones a peer is who it is."""
    assert client_peer(scope(peer, *forwarded), PROXIES) == counted
    if peer and peer.startswith(("192", "10")):
        assert client_peer(scope(peer, *forwarded), ()) == peer
