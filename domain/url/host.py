"""The host of a URL: a name in its one ASCII spelling, or a canonical address literal."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from attrs import frozen

from .address import Address, is_public

NAME_LIMIT = 253
"""Characters of a whole name in ASCII, without the dot that may end it (RFC 1035)."""

_LABEL_LIMIT = 63
# RFC 1123's letters, digits and hyphens. Underscores too: they are no host names by that letter, but
# DNS serves them, browsers call them, and people's services have them.
_ASCII_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# What the URL standard calls "ends in a number": resolvers read such a host as an address.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*", re.ASCII)
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_CANONICAL_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)

_REFUSED_SUFFIXES = ("localhost", "localdomain", "local", "internal", "home.arpa", "lan", "corp", "onion")
# Names under public suffixes that clouds answer with the address of their metadata service.
_METADATA_NAMES = frozenset({"metadata.goog", "metadata.tencentyun.com"})


class HostInvalid(ValueError):
    """A text is no host; the message says in which way, as the end of "the host ..."."""


@frozen
class Host:
    """Where a URL points.

    text: in ASCII and lower case, without brackets; a name may end with a dot.
    address: what the text spells; None for a name.
    """

    text: str
    address: Address | None = None

    @property
    def name(self) -> str:
        """The text without the dot that only says that a name is complete."""
        return self.text.removesuffix(".")

    @property
    def is_public(self) -> bool:
        """Whether the address is public, or the name can be: what it leads to is known at connect."""
        if self.address is not None:
            return is_public(self.address)
        return "." in self.name and self.name not in _METADATA_NAMES and not _has_refused_suffix(self.name)


def _has_refused_suffix(name: str) -> bool:
    return any(name == suffix or name.endswith("." + suffix) for suffix in _REFUSED_SUFFIXES)


def _map(text: str) -> str:
    """Return `text` as UTS 46 maps it: lower case, one spelling of dots and of compatible characters."""
    if text.isascii():
        return text.lower()
    # 60 kB of tables, which the names that most jobs have do not need.
    from idna import IDNAError, uts46_remap

    try:
        if not all(uts46_remap(character, std3_rules=False) for character in text):
            raise HostInvalid("holds an invisible character; remove it.")
        return uts46_remap(text, std3_rules=False)
    except IDNAError:
        raise HostInvalid("holds a character that no international name may have.") from None


def _encode_label(label: str) -> str:
    if not label:
        raise HostInvalid("is empty or has an empty part; write it like example.com.")
    if len(label) > _LABEL_LIMIT:
        raise HostInvalid(f"has a part of {len(label)} characters; the limit is {_LABEL_LIMIT}.")
    if label.isascii() and not label.startswith("xn--"):
        if _ASCII_LABEL.fullmatch(label):
            return label
        raise HostInvalid("may have letters, digits, '_' and, inside a part, '-'.")
    from idna import IDNAError, alabel

    try:
        return alabel(label).decode("ascii")
    except IDNAError:
        raise HostInvalid("is not a valid international name (IDNA 2008 with UTS 46).") from None


def _parse_ipv4(text: str, mapped: str) -> Host:
    # Other spellings (decimal, octal, hex, short, full-width) mean different addresses to different
    # programs, so that a check of one is no check of the other.
    if text == mapped and _CANONICAL_IPV4.fullmatch(text):
        return Host(text, IPv4Address(text))
    raise HostInvalid("ends in a number, so it must be four decimal numbers of 0-255, like 93.184.215.14.")


def split_authority(text: str) -> tuple[str, str, str]:
    """Return host, with its brackets if it has any, colon and port, the last two perhaps empty."""
    if text.startswith("[") and "]" in text:
        inside, _, tail = text.partition("]")
        rest, colon, port = tail.partition(":")
        return f"{inside}]{rest}", colon, port
    return text.partition(":")


def read_port(text: str) -> int | None:
    """Return the port that `text` spells, or None where it spells none of 1-65535."""
    if not 1 <= len(text) <= 5 or not (text.isascii() and text.isdigit()):
        return None
    port = int(text)
    return port if 1 <= port <= 65535 else None


def read_host(text: str) -> Host:
    """Return the host that `text` spells, an IPv6 address in brackets.

    Raises:
        HostInvalid: it is neither a name nor an address in its canonical spelling (RFC 5952 for IPv6).
    """
    if "%" in text:
        raise HostInvalid("must not hold a '%'; write the name itself.")
    if text[:1] == "[" and text[-1:] == "]":
        return _parse_ipv6(text[1:-1])
    return _parse_name(text)


def _parse_name(text: str) -> Host:
    # International text may shrink when mapped, but by no honest name's worth.
    if len(text) > NAME_LIMIT + 1:
        raise HostInvalid(f"has {len(text)} characters; the limit is {NAME_LIMIT}.")
    mapped = _map(text)
    labels = mapped.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _parse_ipv4(text, mapped)
    name = ".".join(map(_encode_label, labels))
    if len(name) > NAME_LIMIT:
        raise HostInvalid(f"has {len(name)} characters in ASCII; the limit is {NAME_LIMIT}.")
    return Host(name + ("." if mapped.endswith(".") else ""))


def _parse_ipv6(text: str) -> Host:
    try:
        address = IPv6Address(int(IPv6Address(text)))
    except AddressValueError:
        raise HostInvalid("is in brackets, so it must be an IPv6 address.") from None
    if text.lower() != str(address):
        raise HostInvalid(f"must be in its one canonical spelling, [{address}].")
    return Host(str(address), address)
