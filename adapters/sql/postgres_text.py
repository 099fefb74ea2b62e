"""Text that PostgreSQL would refuse: it keeps every character but NUL, which SQLite and JSON keep too."""

from __future__ import annotations

from psycopg import AsyncConnection
from psycopg.abc import Buffer
from psycopg.types.string import StrDumper, TextLoader

_ESCAPE = "\ue000"  # for private use, so seldom anywhere
_WRITTEN = {"\x00": _ESCAPE + "0", _ESCAPE: _ESCAPE + "1"}
_TABLE = str.maketrans(_WRITTEN)


class _Dumper(StrDumper):
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.translate(_TABLE) if "\x00" in obj or _ESCAPE in obj else obj)


class _Loader(TextLoader):
    def load(self, data: Buffer) -> bytes | str:
        loaded = super().load(data)
        if isinstance(loaded, str) and _ESCAPE in loaded:
            return loaded.replace(_WRITTEN["\x00"], "\x00").replace(_WRITTEN[_ESCAPE], _ESCAPE)
        return loaded


def register_text(connection: AsyncConnection) -> None:
    """Have a connection write a NUL as two other characters, and read it back."""
    connection.adapters.register_dumper(str, _Dumper)
    connection.adapters.register_loader("text", _Loader)
    connection.adapters.register_loader("varchar", _Loader)
