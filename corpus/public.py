"""Which addresses are public: listed here, because Python's own answer changes between its versions.

From IANA's registries of special-purpose addresses, with every form of IPv6 that carries an IPv4 address inside, and
the one public address at which a cloud answers its guests (Azure's 168.63.129.16).
"""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

_CLOSED_4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 "
        "198.51.100.0/24 203.0.113.0/24 224.0.0.0/3"
    ).split()
]
_OPEN_6 = IPv6Network("2000::/3")
_CLOSED_6 = [IPv6Network(text) for text in "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20".split()]


def is_public(address: str) -> bool:
    """Whether an address, in digits, is one of the open internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        return found.scope_id is None and found in _OPEN_6 and not any(found in network for network in _CLOSED_6)
    return not any(found in network for network in _CLOSED_4)
