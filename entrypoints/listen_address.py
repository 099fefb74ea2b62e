"""Where a worker listens for those who watch it."""

from __future__ import annotations

import ipaddress

from attrs import frozen

from .bad_configuration import BadConfiguration
from .sources import Given

_LOOPBACK = "127.0.0.1"


@frozen
class ListenAddress:
    """An address of this machine and a port, 0 for any that is free. place: where a person gave it."""

    host: str
    port: int
    place: str

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return ipaddress.ip_address(self.host).is_loopback

    def write(self, port: int | None = None) -> str:
        """Return it as a URL has it, with the port that was found where 0 was given."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port if port is None else port}"


def read_listen_address(given: Given | None) -> ListenAddress | None:
    """Return the address: ``ADDRESS:PORT``, or a port alone, which is one of the loopback address.

    A name is none, because nobody could see in it how far it reaches; only ``localhost`` is taken.

    Raises:
        BadConfiguration: it is no such thing.
    """
    if given is None:
        return None
    host, _, port = given.text.rpartition(":")
    try:
        address = ipaddress.ip_address(_find_host(host))
        if not (port.isascii() and port.isdigit() and len(port) <= 5 and int(port) <= 65_535):
            raise ValueError
    except ValueError:
        raise BadConfiguration(
            f"{given.place} must be an IP address and a port, such as 127.0.0.1:9464 or [::1]:9464; "
            f"it is {given.shown}."
        ) from None
    return ListenAddress(str(address), int(port), given.place)


def _find_host(text: str) -> str:
    if text in {"", "localhost"}:
        return _LOOPBACK
    if text.startswith("[") and text.endswith("]"):
        return text[1:-1]
    if ":" in text:
        raise ValueError
    return text
