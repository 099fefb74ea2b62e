"""What ``cronlytic-mcp`` does besides serving: one command each, imported when it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import field, frozen

from .bad_configuration import BadConfiguration
from .settings import Settings


@frozen
class Invocation:
    """A command as it was called: its arguments, flags and values, and the options that all commands take."""

    command: Command
    arguments: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    values: Mapping[str, str] = field(factory=dict)

    def run(self, settings: Settings) -> int:
        """Run the command and return the exit code."""
        return self.command.load()(settings, self)


Run = Callable[[Settings, Invocation], int]


@frozen
class Command:
    """A command. arguments: how its own arguments are written; count: of those that are no flags.

    more: how many may follow those. flags: may stand anywhere; so may valued, each with a text after it.
    explain: says what is wrong with a configuration, in place of the usual line.
    """

    name: str
    summary: str
    load: Callable[[], Run]
    arguments: str = ""
    count: int = 0
    more: int = 0
    flags: tuple[str, ...] = ()
    valued: tuple[str, ...] = ()
    explain: Callable[[BadConfiguration, Invocation], int] | None = None


def _load_worker() -> Run:
    from .worker import run_worker

    return lambda settings, called: run_worker(settings, called.values.get("--listen"))


def _load_planner() -> Run:
    from .planner import run_planner

    return lambda settings, _: run_planner(settings)


def _load_service() -> Run:
    from .service import run_service

    return lambda settings, called: run_service(settings, called.arguments[0], called.options)


def _load_doctor() -> Run:
    from .doctor import run_doctor

    return lambda settings, called: run_doctor(settings, called.flags)


def _load_backup() -> Run:
    from .backup import run_backup

    return lambda settings, called: run_backup(settings, called.arguments[0])


def _load_keys() -> Run:
    from .keys import run_keys

    return lambda settings, called: run_keys(settings, called.arguments)


def _load_test_notification() -> Run:
    from .send_test_notification import run_test_notification

    return lambda settings, _: run_test_notification(settings)


def _load_export() -> Run:
    from .portability.export import run_export

    return lambda settings, called: run_export(settings, called.values)


def _load_apply() -> Run:
    from .portability.apply import run_apply

    return lambda settings, called: run_apply(settings, called.arguments[0], called.flags, called.values)


def _load_import() -> Run:
    from .portability.import_drafts import run_import

    return lambda _, called: run_import(called.arguments, called.flags, called.values)


def _explain_to_doctor(error: BadConfiguration, called: Invocation) -> int:
    from .doctor import report_bad_configuration

    return report_bad_configuration(error, called.flags)


COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command(
            "worker",
            "run the jobs of the local backend until a signal ends it",
            _load_worker,
            arguments="[--listen ADDRESS:PORT]",
            valued=("--listen",),
        ),
        Command("planner", "adapt the jobs of the local backend until a signal ends it", _load_planner),
        Command(
            "service",
            "have the system run a worker for good",
            _load_service,
            arguments="install|uninstall|status",
            count=1,
        ),
        Command(
            "doctor",
            "tell what keeps jobs from running, and what to do about it",
            _load_doctor,
            arguments="[--json]",
            flags=("--json",),
            explain=_explain_to_doctor,
        ),
        Command("backup", "copy the store while it is used", _load_backup, arguments="FILE", count=1),
        Command(
            "export",
            "write all jobs as YAML, secrets as references to variables",
            _load_export,
            arguments="[--output FILE]",
            valued=("--output", "--secrets"),
        ),
        Command(
            "apply",
            "show what differs from a file of jobs, and make the jobs those of the file",
            _load_apply,
            arguments="FILE [--check|--yes] [--prune]",
            count=1,
            flags=("--check", "--yes", "--prune"),
            valued=("--secrets",),
        ),
        Command(
            "import",
            "make a file of jobs from a crontab or a workflow of GitHub Actions",
            _load_import,
            arguments="crontab|github-actions FILE",
            count=2,
            flags=("--system",),
            valued=("--output", "--secrets", "--timezone", "--repository", "--ref"),
        ),
        Command(
            "keys",
            "the keys that calls are signed with, and the one that encrypts secrets in the store",
            _load_keys,
            arguments="[add|retire ID|encrypt|encryption-init|encryption-rotate]",
            more=2,
        ),
        Command("test-notification", "send a person a notification", _load_test_notification),
    )
}


def find_command(line: Sequence[str]) -> Invocation | None:
    """Return the command of a command line, which its first word names; None where it begins otherwise.

    Raises:
        BadConfiguration: there is no such command, or its own arguments are too many or too few.
    """
    if not line or line[0].startswith("-"):
        return None
    command = COMMANDS.get(line[0])
    if command is None:
        shown = line[0] if line[0].isascii() and len(line[0]) <= 24 else "That"
        raise BadConfiguration(f"{shown} is no command; the commands are {', '.join(COMMANDS)}.")
    rest, values = _take_values(line[1:], command)
    flags = tuple(word for word in rest if word in command.flags)
    own, rest = [], [word for word in rest if word not in command.flags]
    while rest and (rest[0] == "-" or not rest[0].startswith("-")):
        own.append(rest.pop(0))
    if not 0 <= len(own) - command.count <= command.more and not {"--help", "--version"} & set(rest):
        raise _misused(command)
    return Invocation(command, tuple(own), flags, tuple(rest), values)


def _take_values(words: Sequence[str], command: Command) -> tuple[list[str], dict[str, str]]:
    """Return the words without the command's own options that have a value, and these."""
    rest: list[str] = []
    values: dict[str, str] = {}
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if name not in command.valued:
            rest.append(word)
            continue
        given = value if equals else next(waiting, "")
        if not given:
            raise _misused(command)
        values[name] = given
    return rest, values


def _misused(command: Command) -> BadConfiguration:
    usage = " ".join(filter(None, ("cronlytic-mcp", command.name, command.arguments)))
    return BadConfiguration(f"Write it as: {usage}, then options.")


def describe_commands() -> str:
    """Return the commands as the help shows them."""
    return "\n".join(
        f"  {' '.join(filter(None, (command.name, command.arguments))):<36} {command.summary}"
        for command in COMMANDS.values()
    )
