"""A crontab whose lines call a URL, as drafts of jobs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..portability.document import Document
from ..portability.references import escape, references_of
from ..schedule import CronSchedule
from .draft import Drafts, NoJob, Remark, name_by_url, tell_apart
from .request_words import read_request
from .shell_words import split_command

_ASSIGNMENT = re.compile(r"""\s*(["']?)([A-Za-z_][A-Za-z0-9_]*)\1\s*=\s*(.*?)\s*""", re.ASCII)
_PERCENT = re.compile(r"\\%|%")
_MAIL = "MAILTO sends output by mail; here CRONLYTIC_NOTIFY_URL names who is told of failures."
_NO_ZONE = (
    "without CRON_TZ, times are in the machine's zone, which is taken to be UTC; --timezone names another."
)


def read_crontab(text: str, *, timezone: str | None = None, has_user: bool = False) -> Drafts:
    """Return a draft for each line that calls one URL with curl or wget, and why the others are none.

    timezone: the zone of the machine that the crontab is of, UTC unless given; a CRON_TZ in it wins.
    has_user: it is the system's, with a user before each command.
    """
    reader = _Reader(timezone, has_user=has_user)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            reader.read(number, line)
    return reader.finish()


class _Reader:
    """What was read so far; an assignment holds for the lines after it."""

    def __init__(self, timezone: str | None, *, has_user: bool) -> None:
        self._timezone, self._has_user = timezone, has_user
        self._without_zone = False
        self._variables: dict[str, str] = {}
        self._documents: list[Document] = []
        self._notes: list[Remark] = []
        self._skipped: list[Remark] = []

    def read(self, number: int, line: str) -> None:
        """Read one line that says something."""
        if assignment := _ASSIGNMENT.fullmatch(line):
            self._assign(number, assignment[2], _unquote(assignment[3]))
            return
        try:
            self._documents.append(self._read_job(number, line))
        except NoJob as error:
            self._skipped.append(Remark(number, f"{error}."))

    def finish(self) -> Drafts:
        """Return everything."""
        names = tell_apart([str(document["name"]) for document in self._documents])
        documents = tuple(
            document | {"name": name} for name, document in zip(names, self._documents, strict=True)
        )
        if self._without_zone:
            self._notes.insert(0, Remark(None, _NO_ZONE))
        used = set(references_of(list(documents)))
        variables = {name: value for name, value in self._variables.items() if name in used}
        return Drafts(documents, tuple(self._notes), tuple(self._skipped), variables)

    def _assign(self, number: int, name: str, value: str) -> None:
        if name == "CRON_TZ":
            self._timezone = value
        elif name == "MAILTO":
            self._notes.append(Remark(number, _MAIL))
        elif self._variables.get(name, value) != value:
            message = f"{name} is assigned a second time; the file has the value of the first for all jobs."
            self._notes.append(Remark(number, message))
        elif value:
            self._variables[name] = value

    def _read_job(self, number: int, line: str) -> Document:
        expression, rest = _split_schedule(line)
        schedule = self._read_schedule(expression)
        if self._has_user:
            rest = "".join(rest.split(maxsplit=1)[1:])
        command, standard_input = _split_at_percent(rest.strip())
        request = read_request(split_command(command), escape(standard_input))
        self._notes += [Remark(number, note) for note in request.notes]
        self._without_zone = self._without_zone or self._timezone is None
        document: Document = {"name": name_by_url(request.url), "cron_expression": schedule.expression}
        if schedule.timezone != "UTC":
            document["timezone"] = schedule.timezone
        document |= {"method": request.method, "url": request.url}
        optional: Mapping[str, object] = {"headers": request.headers, "body": "&".join(request.data)}
        return document | {name: value for name, value in optional.items() if value}

    def _read_schedule(self, expression: str) -> CronSchedule:
        if expression.lower() == "@reboot":
            raise NoJob("@reboot is no time; a job has none for the start of a machine")
        schedule = CronSchedule(expression, self._timezone or "UTC")
        if problems := schedule.find_problems():
            raise NoJob(
                f"its schedule cannot be read: {problems[0].field}: {problems[0].message}".rstrip(".")
            )
        return CronSchedule.parse(schedule.expression, schedule.timezone)


def _split_schedule(line: str) -> tuple[str, str]:
    count = 1 if line.lstrip().startswith("@") else 5
    words = line.split(maxsplit=count)
    if len(words) <= count:
        raise NoJob("it is neither an assignment nor a schedule with a command")
    return " ".join(words[:count]), words[count]


def _split_at_percent(command: str) -> tuple[str, str]:
    """Return the command and its standard input: the first bare ``%`` ends it, the others end lines."""
    text = _PERCENT.sub(lambda found: "%" if found.group() == "\\%" else "\0", command)
    before, _, after = text.partition("\0")
    return before, after.replace("\0", "\n")


def _unquote(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
