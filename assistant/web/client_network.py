"""From which network a request comes, for what is counted by it."""

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from assistant.settings import Network

_PREFIX = {4: 24, 6: 64}
"""Bits of an address that its network has: what one household or office gets from its provider."""


Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_network(scope: Any, trusted: Sequence[Network]) -> str:  # noqa: ANN401 - an ASGI scope
    """Return the network of the client, such as `192.0.2.0/24` or `2001:db8::/64`; empty when nothing tells.

    Args:
        scope: the request.
        trusted: proxies whose `X-Forwarded-For` counts; the last address in it that is none of theirs is the client's.
    """
    found = _client(scope, trusted)
    return "" if found is None else _network(found)


def client_peer(scope: Any, trusted: Sequence[Network]) -> str:  # noqa: ANN401 - an ASGI scope
    """Return the address of the client, of IPv6 its network; empty when it is a trusted proxy or nothing tells."""
    client = scope.get("client")
    if not trusted and client and ":" not in client[0]:
        return str(client[0])
    return _peer(_client(scope, trusted), trusted)


def peer_at(address: str, trusted: Sequence[Network]) -> str:
    """Return whose connection it is that comes from an address, as `client_peer` names who asks over it."""
    return _peer(read_address(address), trusted)


def _peer(found: Address | None, trusted: Sequence[Network]) -> str:
    if found is None or _is_trusted(found, trusted):
        return ""
    return str(found) if isinstance(found, ipaddress.IPv4Address) else _network(found)


def comes_from_proxy(scope: Any, trusted: Sequence[Network]) -> bool:  # noqa: ANN401 - an ASGI scope
    """Tell whether a request comes from a trusted proxy."""
    client = scope.get("client")
    found = read_address(client[0]) if trusted and client else None
    return found is not None and _is_trusted(found, trusted)


def _client(scope: Any, trusted: Sequence[Network]) -> Address | None:  # noqa: ANN401 - an ASGI scope
    client = scope.get("client")
    found = read_address(client[0]) if client else None
    if found is not None and _is_trusted(found, trusted):
        for said in _forwarded(scope):
            address = read_address(said)
            if address is None:
                break
            found = address
            if not _is_trusted(address, trusted):
                break
    return found


def _network(address: Address) -> str:
    return str(ipaddress.ip_network((address, _PREFIX[address.version]), strict=False))


def _forwarded(scope: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the addresses that proxies wrote down, the nearest one first."""
    said = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    if said:
        for each in reversed(said.split(b",")):
            yield each.decode("latin-1").strip()


def read_address(text: str) -> Address | None:
    """Read an address, with or without a port: nothing if it is none; one of IPv4 within IPv6 is one of IPv4."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)
