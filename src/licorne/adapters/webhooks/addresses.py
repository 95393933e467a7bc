"""Which addresses a webhook may lead to: public ones, and hosts that the operator named.

What a name means is looked up once and the connection goes to that very address, so that a second
look-up can't give another (threat 32, DNS rebinding).
"""

import asyncio
import ipaddress
import socket
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address

_ALLOCATED = ipaddress.ip_network("2000::/3")  # all of IPv6 that is global unicast so far
_TRANSLATED = (  # IPv4 in an IPv6 coat: NAT64 (RFC 6052) and 6to4 (RFC 3056)
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
)

# Threads of their own: a look-up can't be given up, and names that nobody answers for would take
# those away in which slots and files are read (threat 20).
_LOOKING_UP = ThreadPoolExecutor(8, "webhook-names")


class AddressRefused(Exception):
    """``str()`` is a code."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is on the public network, whatever coat it wears."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _ALLOCATED or any(address in network for network in _TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def address_for(host: str, port: int, internal_hosts: Collection[str]) -> str:
    """Look a host up, once. Raises `AddressRefused` where any of its addresses isn't public."""
    loop = asyncio.get_running_loop()
    try:
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await loop.run_in_executor(_LOOKING_UP, look_up)
    except (OSError, UnicodeError) as problem:
        raise AddressRefused("not_found") from problem
    addresses = [str(one[4][0]) for one in found]
    if not addresses:
        raise AddressRefused("not_found")
    if host.lower() not in internal_hosts and not all(
        is_public(ipaddress.ip_address(one.partition("%")[0])) for one in addresses
    ):
        raise AddressRefused("not_public")
    return addresses[0]
