"""The request that a command line of curl or wget sends."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from attrs import define, field

from ..portability.references import find_references, resolve
from .draft import NoJob
from .request_options import CURL, STDIN, WGET, Meaning, Option

_FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


@define
class Request:
    """A request as far as it is read; texts are those of a document."""

    url: str = ""
    method: str = ""
    headers: dict[str, str] = field(factory=dict)
    data: list[str] = field(factory=list)
    data_in_query: bool = False
    user: str | None = None
    password: str | None = None
    default_headers: dict[str, str] = field(factory=dict)
    notes: list[str] = field(factory=list)


def read_request(words: Sequence[str], standard_input: str) -> Request:
    """Return the request of a command, which `words` are; `standard_input` is what it reads there.

    Raises:
        NoJob: it is no curl or wget, or does what no job can.
    """
    name = words[0].rpartition("/")[2] if words else ""
    table = {"curl": CURL, "wget": WGET}.get(name)
    if table is None:
        raise NoJob("its command is neither curl nor wget")
    request = Request()
    for option, value in _read_options(words[1:], table):
        _apply(request, option, value, standard_input)
    return _finish(request)


def _read_options(words: Sequence[str], table: Mapping[str, Option]) -> Iterator[tuple[Option, str]]:
    url = Option(Meaning.URL, takes_value=True)
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            yield from ((url, rest) for rest in waiting)
        elif word in table and word != "-":
            yield table[word], _value_of(table[word], None, waiting)
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            option = _find(table, name)
            yield option, _value_of(option, value if equals else None, waiting)
        elif word.startswith("-") and len(word) > 1:
            yield from _read_cluster(word[1:], table, waiting)
        else:
            yield url, word


def _read_cluster(
    letters: str, table: Mapping[str, Option], waiting: Iterator[str]
) -> Iterator[tuple[Option, str]]:
    for at, letter in enumerate(letters, 1):
        option = _find(table, f"-{letter}")
        if option.takes_value:
            yield option, _value_of(option, letters[at:] or None, waiting)
            return
        yield option, ""


def _find(table: Mapping[str, Option], name: str) -> Option:
    if option := table.get(name):
        return option
    shown = name if name.isascii() and len(name) <= 30 else "one of its options"
    raise NoJob(f"{shown} is an option for which a job has no place")


def _value_of(option: Option, given: str | None, waiting: Iterator[str]) -> str:
    if not option.takes_value:
        return ""
    value = given if given is not None else next(waiting, None)
    if value is None:
        raise NoJob("an option lacks its value")
    return value


def _apply(request: Request, option: Option, value: str, standard_input: str) -> None:
    if option.note:
        request.notes.append(option.note)
    match option.meaning:
        case Meaning.URL:
            if request.url:
                raise NoJob("it calls more than one URL")
            request.url = value
        case Meaning.METHOD:
            request.method = option.fixed or value
        case Meaning.HEADER | Meaning.NAMED_HEADER:
            _add_header(request, f"{option.fixed}: {value}" if option.fixed else value)
        case Meaning.DATA | Meaning.JSON:
            request.data.append(_read_data(value, standard_input, option))
            request.default_headers |= _JSON_HEADERS if option.meaning is Meaning.JSON else _FORM_HEADERS
        case Meaning.QUERY:
            request.data_in_query = True
        case Meaning.USER:
            request.user, colon, password = value.partition(":")
            request.password = password if colon else request.password
        case Meaning.PASSWORD:
            request.password = value


def _add_header(request: Request, value: str) -> None:
    name, colon, text = (part.strip() for part in value.partition(":"))
    if value.startswith("@"):
        raise NoJob("its headers are in a file")
    if name == "Cookie" and "=" not in text:
        raise NoJob("its cookies are in a file")
    # A name without a value takes away the header that would be sent by itself.
    if colon:
        request.headers[name] = text


def _read_data(value: str, standard_input: str, option: Option) -> str:
    if value in STDIN and not option.literal:
        return standard_input
    if value.startswith("@") and not option.literal:
        raise NoJob("what it sends is in a file")
    if option.encoded:
        name, equals, text = value.partition("=")
        if find_references(text if equals else name) or "@" in name:
            raise NoJob("what it sends is encoded from a variable or a file")
        plain = quote(resolve(text if equals else name, {}), safe="")
        return f"{name}={plain}" if name and equals else plain
    return value


def _finish(request: Request) -> Request:
    if not request.url:
        raise NoJob("it names no URL")
    if "://" not in request.url and not find_references(request.url):
        request.url = f"http://{request.url}"
    if request.data_in_query and request.data:
        joint = "&" if "?" in request.url else "?"
        request.url, request.data = f"{request.url}{joint}{'&'.join(request.data)}", []
        request.default_headers.pop("Content-Type", None)
    request.method = request.method or ("POST" if request.data else "GET")
    given = {name.lower() for name in request.headers}
    own = {name: value for name, value in request.default_headers.items() if name.lower() not in given}
    request.headers = {name: value for name, value in {**request.headers, **own}.items() if value}
    if request.user is not None:
        pair = f"{request.user}:{request.password or ''}"
        if find_references(pair):
            raise NoJob("its user or password is a variable; write the Authorization header as a job by hand")
        request.headers["Authorization"] = f"Basic {base64.b64encode(resolve(pair, {}).encode()).decode()}"
    return request
