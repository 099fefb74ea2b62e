"""The options of curl and wget that a job can take over, or can do without."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from attrs import frozen

STDIN = frozenset({"@-"})


class Meaning(Enum):
    """What an option is about."""

    URL = auto()
    METHOD = auto()
    HEADER = auto()
    NAMED_HEADER = auto()
    DATA = auto()
    JSON = auto()
    QUERY = auto()
    USER = auto()
    PASSWORD = auto()
    NOTHING = auto()


@frozen
class Option:
    """An option.

    fixed: the method or the header's name that it stands for. literal: its value never names a file.
    encoded: its value is percent-encoded. note: what to tell of it.
    """

    meaning: Meaning
    takes_value: bool = False
    fixed: str = ""
    literal: bool = False
    encoded: bool = False
    note: str = ""


def _table(*rows: tuple[str, Option]) -> Mapping[str, Option]:
    return {name: option for names, option in rows for name in names.split()}


_IGNORED = Option(Meaning.NOTHING)
_IGNORED_VALUE = Option(Meaning.NOTHING, takes_value=True)
_HEADER = Option(Meaning.HEADER, takes_value=True)
_METHOD = Option(Meaning.METHOD, takes_value=True)
_HEAD = Option(Meaning.METHOD, fixed="HEAD")
_AGENT = Option(Meaning.NAMED_HEADER, takes_value=True, fixed="User-Agent")
_REFERER = Option(Meaning.NAMED_HEADER, takes_value=True, fixed="Referer")
_CERTIFICATES = Option(Meaning.NOTHING, note="certificates are checked here, although it asks not to.")
_RETRIES = Option(
    Meaning.NOTHING,
    takes_value=True,
    note="it repeats failed calls; on the local backend options.retries does.",
)
_DEADLINE = Option(
    Meaning.NOTHING,
    takes_value=True,
    note="it has a deadline; on the local backend options.timeout_seconds has.",
)

CURL = _table(
    ("--url", Option(Meaning.URL, takes_value=True)),
    ("-X --request", _METHOD),
    ("-I --head", _HEAD),
    ("-G --get", Option(Meaning.QUERY)),
    ("-H --header", _HEADER),
    ("-A --user-agent", _AGENT),
    ("-e --referer", _REFERER),
    ("-b --cookie", Option(Meaning.NAMED_HEADER, takes_value=True, fixed="Cookie")),
    ("-d --data --data-ascii --data-binary", Option(Meaning.DATA, takes_value=True)),
    ("--data-raw", Option(Meaning.DATA, takes_value=True, literal=True)),
    ("--data-urlencode", Option(Meaning.DATA, takes_value=True, encoded=True, literal=True)),
    ("--json", Option(Meaning.JSON, takes_value=True)),
    ("-u --user", Option(Meaning.USER, takes_value=True)),
    ("-k --insecure", _CERTIFICATES),
    (
        "-L --location",
        Option(Meaning.NOTHING, note="redirects are not followed here; give the URL they lead to."),
    ),
    ("--retry", _RETRIES),
    ("-m --max-time", _DEADLINE),
    ("-o --output -w --write-out -D --dump-header --stderr --connect-timeout", _IGNORED_VALUE),
    ("--retry-delay --retry-max-time --max-redirs --limit-rate", _IGNORED_VALUE),
    (
        "-s --silent -S --show-error -f --fail --fail-with-body --fail-early -v --verbose -i --include",
        _IGNORED,
    ),
    ("-O --remote-name -J -# --progress-bar --no-progress-meter --compressed -N --no-buffer -q", _IGNORED),
    ("-4 --ipv4 -6 --ipv6 --http1.1 --http2 -g --globoff --retry-connrefused --retry-all-errors", _IGNORED),
    ("--basic --no-keepalive --tlsv1.2 --tlsv1.3 -1", _IGNORED),
)

WGET = _table(
    ("--method", _METHOD),
    ("--spider", _HEAD),
    ("--header", _HEADER),
    ("-U --user-agent", _AGENT),
    ("--referer", _REFERER),
    ("--post-data --body-data", Option(Meaning.DATA, takes_value=True, literal=True)),
    ("--user --http-user", Option(Meaning.USER, takes_value=True)),
    ("--password --http-password", Option(Meaning.PASSWORD, takes_value=True)),
    ("--no-check-certificate", _CERTIFICATES),
    ("-t --tries", _RETRIES),
    ("-T --timeout --read-timeout", _DEADLINE),
    ("-O --output-document -o --output-file -a --append-output -P --directory-prefix", _IGNORED_VALUE),
    ("--connect-timeout --dns-timeout --wait -w --waitretry --max-redirect", _IGNORED_VALUE),
    ("-q --quiet -nv --no-verbose -v --verbose -b --delete-after --no-cache --auth-no-challenge", _IGNORED),
    ("-4 --inet4-only -6 --inet6-only --content-on-error -S --server-response -nc -N -nd", _IGNORED),
)
