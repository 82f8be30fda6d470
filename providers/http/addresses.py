"""Which addresses a provider may live at, decided on the address that is connected to.

A base URL is typed by an admin and followed by our server, which stands in a network of its own: it must not be
led to cloud metadata, nor, where `private_base_urls` is off, to anything inside.
"""

import asyncio
import ipaddress
import socket

from providers.http.urls import Address, literal_address

_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "169.254.169.254",  # AWS, Google, Azure, Oracle, OpenStack
        "fd20:ce::254",  # Google over IPv6
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure's host agent
        "192.0.0.192",  # Oracle, first generation
    )
)
_METADATA_NETWORKS = (
    ipaddress.ip_network("fd00:ec2::/32"),  # AWS over IPv6
    ipaddress.ip_network("fd00:42::42/128"),  # Scaleway over IPv6
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
_COMPATIBLE = ipaddress.ip_network("::/96")


class ForbiddenAddressError(Exception):
    """The address must not be connected to; the text is a sentence for people."""


def check_address(address: Address, *, allow_private: bool) -> None:
    """Pass an address that may be connected to.

    Raises:
        ForbiddenAddressError: link-local, metadata, multicast, reserved or unspecified; or loopback and private
            unless they are allowed. Of an IPv6 address that leads to an IPv4 one, the latter is judged.
    """
    for target in _targets(address):
        if _is_metadata(target) or (_is_unusable(target) and not target.is_loopback):
            raise ForbiddenAddressError("it leads to an address that is never connected to")
        if not allow_private and not _is_public(target):
            raise ForbiddenAddressError("it leads to a private address, which is not allowed here")


def is_private(address: Address) -> bool:
    """Tell whether an address is on this machine or in a network of one's own."""
    return not all(_is_public(target) for target in _targets(address))


def is_private_name(host: str) -> bool:
    """Tell whether a host name is by its form one of a network of one's own."""
    return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan"))


async def resolve_host(host: str, port: int, *, allow_private: bool) -> tuple[Address, ...]:
    """Return every address of a host in the system's order, looked up in a thread.

    Raises:
        ForbiddenAddressError: any one of them may not be connected to.
        OSError: the name has no address.
    """
    literal = literal_address(host)
    if literal is None:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = tuple(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))
    else:
        addresses = (literal,)
    for address in addresses:
        check_address(address, allow_private=allow_private)
    return addresses


def _targets(address: Address) -> tuple[Address, ...]:
    """Return the addresses that packets end up at: IPv4 behind a mapped, 6to4, Teredo, NAT64 or compatible one."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    last = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    inner: list[Address] = [found for found in (address.ipv4_mapped, address.sixtofour) if found is not None]
    if address.teredo is not None:
        inner += address.teredo
    if address in _NAT64 or (address in _COMPATIBLE and int(last) > 1):
        inner.append(last)
    return tuple(inner) or (address,)


def _is_metadata(address: Address) -> bool:
    return address in _METADATA or any(address in network for network in _METADATA_NETWORKS)


def _is_public(address: Address) -> bool:
    """Tell whether an address is anybody's; the old site-local ones (RFC 3879) still are a network's own."""
    return address.is_global and not (isinstance(address, ipaddress.IPv6Address) and address.is_site_local)


def _is_unusable(address: Address) -> bool:
    in_this_network = isinstance(address, ipaddress.IPv4Address) and address in _THIS_NETWORK
    special = address.is_link_local or address.is_multicast or address.is_reserved or address.is_unspecified
    return special or in_this_network
