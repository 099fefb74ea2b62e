"""The key that secrets in the store are encrypted with, and where it is kept; part of the wiring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import frozen

from .bad_configuration import BadConfiguration
from .engine_options import EngineOptions
from .sources import expand_home

if TYPE_CHECKING:  # a start without encryption does not need them
    from ..adapters.encryption.key_place import KeyPlace
    from ..application.vault_ports import Vault


@frozen
class NamedPlace:
    """Where keys are kept, as a person named it."""

    keys: KeyPlace
    name: str

    def create(self) -> None:
        """Make the first key.

        Raises:
            BadConfiguration: there is one, or none can be kept there.
        """
        self._put(self.keys.create)

    def rotate(self) -> None:
        """Make a key and put it before the others.

        Raises:
            BadConfiguration: there is none yet, or it cannot be kept there.
        """
        self._put(self.keys.add)

    def _put(self, put: Callable[[str], None]) -> None:
        from ..adapters.encryption.fernet_vault import make_key
        from ..adapters.encryption.key_place import KeysUnusable

        try:
            put(make_key())
        except KeysUnusable as error:
            raise BadConfiguration(f"{self.name} {error}.") from None


def find_key_place(options: EngineOptions) -> NamedPlace | None:
    """Return where the key is to be; None where nothing is to be encrypted.

    Raises:
        BadConfiguration: two places are named, or this machine cannot use the one that is.
    """
    file, keyring = options.encryption_key_file, options.encryption_keyring
    if file and keyring:
        raise BadConfiguration(f"{file.place} and {keyring.place} are both set; keep one of them.")
    if file:
        from ..adapters.encryption.key_file import KeyFile

        path = expand_home(file.text)
        return NamedPlace(KeyFile(path), f"{file.place} names {path}, which")
    if keyring is None:
        return None
    from ..adapters.encryption.key_place import KeysUnusable
    from ..adapters.encryption.system_keyring import SystemKeyring

    name = f"{keyring.place} names an entry of the system's keyring, which"
    try:
        return NamedPlace(SystemKeyring(keyring.text), name)
    except KeysUnusable as error:
        raise BadConfiguration(f"{keyring.place} {error}.") from None


def make_vault(options: EngineOptions) -> Vault | None:
    """Return what secrets in the store are encrypted with; None where nothing is to be.

    Raises:
        BadConfiguration: there is no key where one is to be.
    """
    place = find_key_place(options)
    if place is None:
        return None
    from ..adapters.encryption.fernet_vault import FernetVault
    from ..adapters.encryption.key_place import KeysUnusable

    try:
        return FernetVault(place.keys)
    except KeysUnusable as error:
        advice = "To make a key there, run: cronlytic-mcp keys encryption-init"
        raise BadConfiguration(f"{place.name} {error}. {advice}") from None


def find_exposure(options: EngineOptions) -> tuple[str, ...]:
    """Return a warning where others than its owner may use the key file."""
    if options.encryption_key_file is None:
        return ()
    from ..adapters.encryption.key_file import KeyFile

    path = expand_home(options.encryption_key_file.text)
    mode = KeyFile(path).exposure
    if mode is None:
        return ()
    exposed = f"{path} holds the encryption key, and its mode {mode} lets others read it"
    return (f"{exposed}; run: chmod 600 {path}",)
