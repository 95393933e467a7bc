"""Who is calling, when a proxy may stand in between."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNKNOWN = "unknown"


def client_address(
    peer: str | None, forwarded_for: str | None, trusted_proxies: Sequence[Network]
) -> str:
    """Find the caller: the nearest address to us that is not one of our own proxies.

    X-Forwarded-For grows to the right, so it is read from there; what stands left of the first
    untrusted address is hearsay that anyone can write, and is never used.

    Of IPv6 only the network is told: whoever has one address of a /64 has them all (RFC 6177), and
    limits on tries would be none.
    """
    nearest = _parse(peer or "")
    if nearest is None:
        return UNKNOWN
    hops = [part.strip() for part in (forwarded_for or "").split(",")] if forwarded_for else []
    while hops and _is_trusted(nearest, trusted_proxies):
        hop = _parse(hops.pop())
        if hop is None:
            break
        nearest = hop
    if isinstance(nearest, IPv6Address):
        return str(IPv6Network((nearest, 64), strict=False))
    return str(nearest)


@lru_cache(maxsize=1024)
def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _is_trusted(address: Address, trusted_proxies: Sequence[Network]) -> bool:
    return any(address.version == net.version and address in net for net in trusted_proxies)
