"""What the operator lets URLs reach besides the public internet."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from attrs import frozen

from ..errors import InvalidArguments, Problem
from .address import Address, read_address
from .host import Host, HostInvalid, read_host, read_port, split_authority

Network = IPv4Network | IPv6Network


@frozen
class AllowedHosts:
    """Names and networks, each with a port or, where that is None, with every port.

    A name opens itself, wherever it leads, and no name below it. A network opens its addresses, also
    to names that lead there, but not the names that are refused by their text, such as ``localhost``.
    """

    names: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[tuple[Network, int | None], ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> AllowedHosts:
        """Read entries such as ``build.lan``, ``localhost:8080``, ``10.1.0.0/16`` and ``[::1]:8080``.

        Raises:
            InvalidArguments: with every entry that is none of these (field ``allow_hosts``).
        """
        names: set[tuple[str, int | None]] = set()
        networks: list[tuple[Network, int | None]] = []
        problems: list[Problem] = []
        for text in map(str.strip, texts):
            try:
                target, port = _read_entry(text)
            except HostInvalid as error:
                message = f"the entry {text[:100]!r} {error}"
                problems.append(Problem("allow_hosts", "entry", message, "localhost:8080"))
                continue
            if isinstance(target, str):
                names.add((target, port))
            else:
                networks.append((target, port))
        if problems:
            raise InvalidArguments(problems)
        return cls(frozenset(names), tuple(networks))

    def allows_name(self, name: str, port: int) -> bool:
        """Return whether this name may be called on this port, wherever it leads."""
        return (name, port) in self.names or (name, None) in self.names

    def allows_address(self, address: Address, port: int) -> bool:
        """Return whether this address may be called on this port."""
        return any(address in network and entry in (None, port) for network, entry in self.networks)

    def allows(self, host: Host, port: int) -> bool:
        """Return whether a URL may have this host and port."""
        if host.address is not None:
            return self.allows_address(host.address, port)
        return self.allows_name(host.name, port)


def _read_entry(text: str) -> tuple[str | Network, int | None]:
    if (address := read_address(text)) is not None:
        return ip_network(address), None
    if "://" in text:
        raise HostInvalid("is a URL; give only its host, like localhost:8080.")
    if "/" in text:
        return _read_network(text), None
    host_text, colon, port_text = split_authority(text)
    port = read_port(port_text) if colon else None
    if colon and port is None:
        raise HostInvalid("has no port of 1-65535 after the colon.")
    host = read_host(host_text)
    return (host.name if host.address is None else ip_network(host.address)), port


def _read_network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        example = "write its first address and its length, like 10.1.0.0/16."
        raise HostInvalid(f"is no network; {example}") from None
