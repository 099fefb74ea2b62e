"""Columns that hold secrets: sealed where there is a vault, and told apart from those that are not.

Once a store was opened with a vault it holds a proof of its key. From then on it is neither read with another
key nor written to without one.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Engine, Text, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeDecorator

from ...application.vault_ports import Vault, WrongKey
from ...domain.engine.errors import StoreUnavailable

SEALED = "sealed:"
_CLEAR = "clear:"  # before a text that begins like one of the two
_MARKS = (SEALED, _CLEAR)
_PROOF = "cronlytic-mcp"
_VAULTS: WeakKeyDictionary[Dialect, Vault] = WeakKeyDictionary()


class Sealed(TypeDecorator[str]):
    """A text that the vault of its engine seals; as it is where that has none."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is stored."""
        if value is None:
            return None
        if vault := _VAULTS.get(dialect):
            return SEALED + vault.seal(value)
        return _CLEAR + value if value.startswith(_MARKS) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text.

        Raises:
            StoreUnavailable: it is sealed, and the key is another one or not there.
        """
        if value is None or not value.startswith(_MARKS):
            return value
        mark, _, rest = value.partition(":")
        return _open(dialect, rest) if mark + ":" == SEALED else rest


def seal_with(engine: Engine, vault: Vault | None) -> None:
    """Have an engine's columns sealed and opened by a vault."""
    if vault is not None:
        _VAULTS[engine.dialect] = vault


def prove_key(connection: Connection) -> bool:
    """Return whether the store has a proof of the key at hand, or needs none.

    Raises:
        StoreUnavailable: it has one of another key, or there is no key.
    """
    from .schema import ENCRYPTION

    proof: str | None = connection.scalar(select(ENCRYPTION.c.proof))
    return proof is not None or connection.dialect not in _VAULTS


def write_proof(connection: Connection) -> None:
    """Have the store sealed from now on."""
    from .schema import ENCRYPTION

    try:
        with connection.begin_nested():
            connection.execute(insert(ENCRYPTION), {"name": "key", "proof": _PROOF})
    except IntegrityError:  # somebody else was first, perhaps with another key
        prove_key(connection)


def refuse_clear_text(connection: Connection) -> None:
    """Refuse to write a secret in the clear to a store that was sealed, perhaps after it was opened.

    Raises:
        StoreUnavailable: it is sealed, and there is no key.
    """
    if connection.dialect not in _VAULTS:
        prove_key(connection)


def _open(dialect: Dialect, sealed: str) -> str:
    vault = _VAULTS.get(dialect)
    if vault is None:
        raise StoreUnavailable(
            "the secrets in it are encrypted, and this program was given no key",
            f"{_KEPT} name the key in CRONLYTIC_ENCRYPTION_KEY_FILE or CRONLYTIC_ENCRYPTION_KEYRING.",
            retryable=False,
        )
    try:
        return vault.open(sealed)
    except WrongKey as error:
        raise StoreUnavailable(
            "the secrets in it are encrypted with another key than the one that this program was given",
            f"{_KEPT} add the right key as a line of the key file.",
            retryable=False,
        ) from error


_KEPT = "Nothing was lost or changed. Ask the person to"
