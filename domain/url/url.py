"""The rule for every URL that is ever called: what its text may be, and where it may lead.

`find_url_problems` and `parse_url` judge the text; `may_connect` judges each address at the moment of
the connection, because only then is it known where a name leads.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from attrs import frozen

from ..errors import InvalidArguments, Problem
from .address import is_public, read_address
from .allowlist import AllowedHosts
from .host import Host, HostInvalid, read_host, read_port, split_authority

__all__ = ["AllowedHosts", "WebUrl", "find_url_problems", "may_connect", "not_public", "parse_url"]

SHORTEST, LONGEST = 8, 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_EXAMPLE = "https://example.com/hook"
_AUTHORITY_END = re.compile(r"[/?#\\]")
# Invisible, so a person who looks at the URL sees another one; the two joiners are part of words.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
_NO_HOSTS = AllowedHosts()


@frozen
class WebUrl:
    """A URL that keeps the rule, in parts that every program reads alike.

    host: without brackets; see `Host`. port: the given one or the scheme's. target: path and query.
    """

    scheme: str
    host: Host
    port: int
    target: str

    @property
    def text(self) -> str:
        """The URL to send a request to: its host in ASCII, without fragment."""
        host = f"[{self.host.text}]" if ":" in self.host.text else self.host.text
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"


def find_url_problems(url: str, allowed: AllowedHosts = _NO_HOSTS) -> tuple[Problem, ...]:
    """Return every rule that `url` breaks, for any text, in linear time.

    `allowed` lets hosts through that are not on the public internet; every other rule stays.
    """
    return _examine(url, allowed)[1]


def parse_url(url: str, allowed: AllowedHosts = _NO_HOSTS) -> WebUrl:
    """Return `url` in parts.

    Raises:
        InvalidArguments: it breaks rules; every one is named.
    """
    parsed, problems = _examine(url, allowed)
    if parsed is None:
        raise InvalidArguments(problems)
    return parsed


def may_connect(url: WebUrl, address: str, port: int, allowed: AllowedHosts = _NO_HOSTS) -> bool:
    """Return whether a request for `url` may go to `address`, which is what its host led to."""
    if allowed.allows_name(url.host.name, port):
        return True
    target = read_address(address)
    return target is not None and (is_public(target) or allowed.allows_address(target, port))


def not_public(host: Host) -> Problem:
    """Return the refusal of a host, which reads the same however it came to light."""
    message = (
        f"the host {host.text[:100]!r} is not on the public internet, or leads to an address that is not. "
        "Use a public host; only the person who runs this server can allow others, with "
        "CRONLYTIC_ALLOW_HOSTS."
    )
    return Problem("url", "public_host", message, _EXAMPLE)


def _problem(rule: str, message: str) -> Problem:
    return Problem("url", rule, message, _EXAMPLE)


def _examine(url: str, allowed: AllowedHosts) -> tuple[WebUrl | None, tuple[Problem, ...]]:
    if not SHORTEST <= len(url) <= LONGEST:
        message = f"must be {SHORTEST} to {LONGEST} characters long; it has {len(url)}."
        return None, (_problem("length", message),)
    problems = list(_find_character_problems(url))
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if scheme not in _DEFAULT_PORTS or not separator:
        problems.append(_problem("scheme", "must begin with https:// or http://."))
    if not separator:
        return None, tuple(problems)
    end = found.start() if (found := _AUTHORITY_END.search(rest)) else len(rest)
    _, at, authority = rest[:end].rpartition("@")
    if at:
        message = "must not hold a user name or password; send them in an Authorization header."
        problems.append(_problem("userinfo", message))
    host_text, colon, port_text = split_authority(authority)
    port = read_port(port_text) if colon else _DEFAULT_PORTS.get(scheme, 0)
    if port is None:
        message = "must have a port of 1 to 65535 after the host's colon; an IPv6 host is in brackets."
        problems.append(_problem("port", message))
    try:
        host = read_host(host_text)
    except HostInvalid as error:
        problems.append(_problem("host", f"the host {host_text[:100]!r} {error}"))
        return None, tuple(problems)
    if not host.is_public and not allowed.allows(host, port or 0):
        problems.append(not_public(host))
    if problems or port is None:
        return None, tuple(problems)
    return WebUrl(scheme, host, port, rest[end:].partition("#")[0]), ()


def _find_character_problems(url: str) -> Iterator[Problem]:
    if "\\" in url:
        yield _problem("characters", "must not hold a backslash; write / or %5C.")
    if url.isascii() and url.isprintable() and " " not in url:
        return
    for position, character in enumerate(url, start=1):
        if unicodedata.category(character) in _REFUSED_CATEGORIES and character not in _JOINERS:
            what = "space" if character.isspace() else "control or invisible character"
            message = (
                f"must not hold a {what}; character {position} is U+{ord(character):04X}. Percent-encode it."
            )
            yield _problem("characters", message)
            return
