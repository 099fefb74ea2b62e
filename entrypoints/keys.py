"""The command ``cronlytic-mcp keys``: what calls are signed with, and what secrets are encrypted with."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from .bad_configuration import BadConfiguration
from .encryption_wiring import NamedPlace, find_key_place
from .engine_wiring import make_clock, open_store
from .settings import Settings

if TYPE_CHECKING:
    from ..application.signing_ports import SigningKeys
    from ..application.vault_ports import Sealing

FAILED = 1

_USAGE = (
    "Write it as: cronlytic-mcp keys, then nothing, add, retire ID, encrypt, encryption-init or "
    "encryption-rotate."
)
_NOT_NAMED = (
    "No place for the key is named; set CRONLYTIC_ENCRYPTION_KEY_FILE to a path, or "
    "CRONLYTIC_ENCRYPTION_KEYRING to a name for its entry in the system's keyring."
)
_RESTART = (
    "Restart everything that uses the store with this setting, then run: cronlytic-mcp keys encrypt\n"
    "Keep a copy of the key apart from the backups of the store: without it nobody reads the secrets again.\n"
)


class _Refused(Exception):
    """What was asked for was not done; the message says why."""


def run_keys(settings: Settings, words: Sequence[str]) -> int:
    """Do what the words say and tell it; return 0, or 1 where it could not be done.

    Raises:
        BadConfiguration: the words say nothing, or the backend has no store of its own.
    """
    from ..domain.errors import CronlyticError

    if settings.backend != "local":
        raise BadConfiguration(
            f"Keys are those of the local backend, and the backend is {settings.backend}; "
            "set CRONLYTIC_BACKEND=local."
        )
    action, rest = (words[0], words[1:]) if words else ("list", ())
    if len(rest) != (action == "retire") or action not in {*_ON_STORE, *_ON_KEY}:
        raise BadConfiguration(_USAGE)
    try:
        if action in _ON_KEY:
            said = _ON_KEY[action](_find_place(settings))
        else:
            said = asyncio.run(_on_store(settings, _ON_STORE[action], rest))
    except (_Refused, CronlyticError) as error:
        sys.stderr.write(f"cronlytic-mcp: {error}\n")
        return FAILED
    sys.stdout.write(said)
    return 0


class _Secrets(Protocol):
    async def count(self) -> Sealing: ...
    async def seal(self) -> tuple[int, bool]: ...


class _Store(Protocol):
    @property
    def signing_keys(self) -> SigningKeys: ...
    @property
    def secrets(self) -> _Secrets: ...


Act = Callable[[_Store, Sequence[str]], Awaitable[str]]


async def _on_store(settings: Settings, act: Act, rest: Sequence[str]) -> str:
    store = open_store(settings)
    try:
        return await act(store, rest)
    finally:
        await store.close()


async def _list(store: _Store, _: Sequence[str]) -> str:
    keys = await store.signing_keys.list_keys()
    if not keys:
        return "There is no key to sign calls with; to make one, run: cronlytic-mcp keys add\n"
    now = make_clock().now()
    return "".join(f"{key.key_id}  added {_write_age(key.created_at, now)}\n" for key in keys)


def _write_age(at: datetime, now: datetime) -> str:
    days = max(0, (now - at).days)
    ago = {0: "today", 1: "1 day ago"}.get(days, f"{days} days ago")
    return f"{at.isoformat(timespec='seconds')}, {ago}"


async def _add(store: _Store, _: Sequence[str]) -> str:
    from ..domain.webhook.signature import KEY_BYTES, SigningKey

    key = SigningKey(secrets.token_bytes(KEY_BYTES), make_clock().now())
    if not await store.signing_keys.add_key(key):
        oldest = (await store.signing_keys.list_keys())[0].key_id
        raise _Refused(
            f"There are two keys already; when no receiver needs {oldest} any more, run: "
            f"cronlytic-mcp keys retire {oldest}"
        )
    return (
        f"Added the key {key.key_id}. Every engine on this store signs with it, too, within seconds. "
        f"Its secret, which is shown only now:\n{key.reveal()}\n"
    )


async def _retire(store: _Store, rest: Sequence[str]) -> str:
    if not await store.signing_keys.remove_key(rest[0]):
        raise _Refused("There is no such key; cronlytic-mcp keys lists them.")
    return "It is gone. No engine on this store signs with it any more, within seconds.\n"


async def _encrypt(store: _Store, _: Sequence[str]) -> str:
    if not (await store.secrets.count()).encrypted:
        raise _Refused(_NOT_NAMED)
    rows, gone = await store.secrets.seal()
    left = (
        ""
        if gone
        else "What was there before may still be in files of the database, until it writes them anew: with "
        "PostgreSQL run VACUUM FULL, with SQLite end everything that uses the store and run this again.\n"
    )
    return f"Encrypted {rows} rows with the key in use. {_OLD_KEYS}\n{left}"


_OLD_KEYS = "Older keys are needed for older backups only."


def _find_place(settings: Settings) -> NamedPlace:
    place = find_key_place(settings.engine)
    if place is None:
        raise _Refused(_NOT_NAMED)
    return place


def _create(place: NamedPlace) -> str:
    place.create()
    return f"Made a key. {_RESTART}"


def _rotate(place: NamedPlace) -> str:
    place.rotate()
    return f"Added a key, which is the one in use from now on; the others are for reading. {_RESTART}"


_ON_STORE: Mapping[str, Act] = {"list": _list, "add": _add, "retire": _retire, "encrypt": _encrypt}
_ON_KEY: Mapping[str, Callable[[NamedPlace], str]] = {
    "encryption-init": _create,
    "encryption-rotate": _rotate,
}
