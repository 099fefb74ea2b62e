"""The Cronlytic credentials: where they may come from, and what they must look like."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from .bad_configuration import BadConfiguration
from .sources import Given, Source, expand_home, find

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_KEY_FILE_LIMIT = 8192  # bytes; no key is that long, so the wrong file is not read to its end


class Secret:
    """A text that shows itself only where it is asked to."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret()"

    def reveal(self) -> str:
        """Return the text."""
        return self._text


@frozen
class Credentials:
    """An API key and the id (a UUID) of the user whom it belongs to."""

    api_key: Secret
    user_id: str


def read_credentials(sources: Sequence[Source]) -> Credentials | None:
    """Return the credentials, or None where there are none.

    Raises:
        BadConfiguration: one of the two is missing, or is not what it must be.
    """
    key, user = find_key(sources), find(sources, "user_id")
    if user and not _UUID.fullmatch(user.text):
        raise BadConfiguration(
            f"{user.place} must be a UUID such as 3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11; it is not one."
        )
    if key is None and user is None:
        return None
    if user is None:
        raise BadConfiguration(
            "The API key is set but the user id is not; set CRONLYTIC_USER_ID, "
            "or user_id in the configuration file."
        )
    if key is None:
        raise BadConfiguration(
            "The user id is set but the API key is not; set CRONLYTIC_API_KEY or CRONLYTIC_API_KEY_FILE, "
            "or api_key in the configuration file."
        )
    return Credentials(check_key(key), user.text.lower())


def find_key(sources: Sequence[Source], name: str = "api_key") -> Given | None:
    """Return a key from where it is set, or from the file that is named there.

    Raises:
        BadConfiguration: both are set, or the file cannot be read.
    """
    for source in sources:
        key, file = source.get(name), source.get(f"{name}_file")
        if key and file:
            raise BadConfiguration(f"{key.place} and {file.place} are both set; keep one of them.")
        if file:
            return _read_key_file(file)
        if key:
            return key
    return None


def _read_key_file(file: Given) -> Given:
    path = expand_home(file.text)
    try:
        with path.open("rb") as opened:
            content = opened.read(_KEY_FILE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such path can be"
        raise BadConfiguration(f"{file.place} names {path}, which cannot be read ({reason}).") from None
    place = f"the key in {path}, named by {file.place},"
    if len(content) > _KEY_FILE_LIMIT:
        raise BadConfiguration(
            f"{_capital(place)} is longer than {_KEY_FILE_LIMIT} bytes; name the right file."
        )
    text = content.decode("utf-8", errors="replace").strip()
    if not text:
        raise BadConfiguration(f"{file.place} names {path}, which is empty.")
    return Given(text, place)


def check_key(key: Given) -> Secret:
    """Return a key that a header can carry.

    Raises:
        BadConfiguration: it is none.
    """
    # An HTTP header carries it, so nothing may end the line; its value is never shown, not even in part.
    if not (key.text.isascii() and key.text.isprintable()) or " " in key.text:
        raise BadConfiguration(
            f"{_capital(key.place)} must be visible ASCII characters without spaces; copy the key again."
        )
    return Secret(key.text)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
