from ipaddress import ip_network

import pytest

from licorne.edges.web.client_address import client_address

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
        ("::1", "2001:db8::5", "2001:db8::/64"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        (None, "198.51.100.1", "unknown"),
    ],
)
def test_the_caller_is_the_nearest_address_that_is_not_ours(
    peer: str | None, forwarded: str | None, expected: str
):
    assert client_address(peer, forwarded, PROXIES) == expected


def test_all_addresses_of_an_ipv6_network_are_one_caller():
    callers = {client_address(f"2001:db8:1:2::{last:x}", None, PROXIES) for last in range(1, 50)}
    assert len(callers) == 1
    assert client_address("2001:db8:1:3::1", None, PROXIES) not in callers
