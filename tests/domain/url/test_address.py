"""Which addresses are on the public internet, and which only look as if they were."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.url.address import is_public, read_address

REFUSED_NETWORKS = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
    "240.0.0.0/4", "::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48",
    "3fff::/20",
]  # fmt: skip
NEIGHBOURS_OF_REFUSED_NETWORKS = [
    "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
    "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.31.195.255", "192.31.197.0", "192.52.192.255", "192.52.194.0",
    "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "192.175.47.255", "192.175.49.0",
    "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0",
    "223.255.255.255", "2000::", "2001:200::", "2001:db7:ffff::", "2001:db9::", "2003::", "2620:4f:7fff::",
    "2620:4f:8001::", "3ffe:ffff::", "3fff:1000::",
]  # fmt: skip
IN_DISGUISE = [
    "::ffff:100.64.0.1",  # IPv4-mapped
    "::ffff:127.0.0.1",
    "::127.0.0.1",  # IPv4-compatible
    "64:ff9b::7f00:1",  # NAT64
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",  # 6to4
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo for 127.0.0.1
    "fec0::1",  # site-local, retired
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",  # metadata over IPv6
    "ff02::1",
    "ff0e::1",  # global multicast is still no web server
    "100::1",  # discard
    "5f00::1",  # segment routing
    "::",
    "::1",
]


@pytest.mark.parametrize("network", REFUSED_NETWORKS)
def test_the_first_and_the_last_address_of_a_refused_network_are_not_public(network):
    assert not is_public(ip_network(network)[0])
    assert not is_public(ip_network(network)[-1])


@pytest.mark.parametrize("address", NEIGHBOURS_OF_REFUSED_NETWORKS)
def test_the_addresses_beside_a_refused_network_are_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", IN_DISGUISE)
def test_a_private_address_in_disguise_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]
)
def test_servers_of_the_public_internet_are_public(address):
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_what_python_calls_private_is_never_public_by_our_rule(address):
    if address.is_private:
        assert not is_public(address)


@given(st.ip_addresses(v=6))
def test_an_ipv6_address_outside_of_the_assigned_range_is_never_public(address):
    assert int(address) >> 125 == 1 or not is_public(address)


def test_an_address_with_a_zone_is_no_address():
    assert read_address("fe80::1%eth0") is None
    assert read_address("2606:4700:4700::1111%eth0") is None


@given(st.text())
def test_any_text_is_an_address_or_none(text):
    assert read_address(text) is None or str(read_address(text))
