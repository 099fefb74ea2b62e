"""Keys in the keyring of the system: the Keychain, the Credential Locker, the Secret Service."""

from __future__ import annotations

from collections.abc import Sequence

from .key_place import KeysUnusable, split_keys

_USER = "encryption-key"


class SystemKeyring:
    """The `KeyPlace` of a service's name in the keyring of this user.

    Raises:
        KeysUnusable: the package keyring is not installed.
    """

    def __init__(self, service: str) -> None:
        try:
            import keyring
        except ImportError:
            raise KeysUnusable("needs one more package: pip install 'cronlytic-mcp[keyring]'") from None
        self._keyring, self._service = keyring, service

    def read(self) -> Sequence[str]:
        """Return the keys."""
        return split_keys((self._get() or "").replace(" ", "\n"))

    def create(self, key: str) -> None:
        """Keep the first key."""
        if self._get():
            raise KeysUnusable("holds a key already")
        self._set(key)

    def add(self, key: str) -> None:
        """Put a key before those that are there."""
        self._set(" ".join((key, *self.read())))

    def stamp(self) -> object:
        """Return nothing that changes: to look costs a call to another process."""

    def _get(self) -> str | None:
        try:
            return self._keyring.get_password(self._service, _USER)
        except self._keyring.errors.KeyringError as error:
            raise KeysUnusable(f"cannot be read ({type(error).__name__})") from None

    def _set(self, text: str) -> None:
        try:
            self._keyring.set_password(self._service, _USER, text)
        except self._keyring.errors.KeyringError as error:
            raise KeysUnusable(f"cannot be written ({type(error).__name__})") from None
