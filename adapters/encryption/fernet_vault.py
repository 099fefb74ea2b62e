"""The `Vault` port over Fernet: AES-128 in CBC mode with HMAC-SHA256, from the cryptography package."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from ...application.vault_ports import WrongKey
from .key_place import KeyPlace, KeysUnusable


class FernetVault:
    """Seals with the first key of a place, and opens with any of them.

    A key that is added to a file is used at once, because another process may already seal with it.

    Raises:
        KeysUnusable: there are no keys at that place.
    """

    def __init__(self, place: KeyPlace) -> None:
        self._place, self._stamp = place, place.stamp()
        self._keys = _load(place)

    def seal(self, text: str) -> str:
        """Return a token."""
        if self._place.stamp() != self._stamp:
            self._reload()
        return self._keys.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return what a token holds."""
        try:
            return self._decrypt(sealed)
        except WrongKey:
            self._reload()
            return self._decrypt(sealed)

    def _decrypt(self, sealed: str) -> str:
        try:
            return self._keys.decrypt(sealed).decode()
        except (InvalidToken, ValueError) as error:  # the latter for what is no ASCII
            raise WrongKey from error

    def _reload(self) -> None:
        stamp = self._place.stamp()
        try:
            self._keys, self._stamp = _load(self._place), stamp
        except KeysUnusable:
            return  # it may be just being written; those that are there go on


def make_key() -> str:
    """Return a new key."""
    return Fernet.generate_key().decode()


def _load(place: KeyPlace) -> MultiFernet:
    keys = place.read()
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise KeysUnusable("holds a line that is no key; a key is 44 characters of base64") from None
