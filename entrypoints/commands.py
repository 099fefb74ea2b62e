"""What ``cronlytic-mcp`` does besides serving: one command each, imported when it is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from .bad_configuration import BadConfiguration
from .settings import Settings


@frozen
class Invocation:
    """A command as it was called: its own arguments, its flags, and the options that every command takes."""

    command: Command
    arguments: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def run(self, settings: Settings) -> int:
        """Run the command and return the exit code."""
        return self.command.load()(settings, self)


Run = Callable[[Settings, Invocation], int]


@frozen
class Command:
    """A command. arguments: how its own arguments are written; count: of those that are no flags.

    flags: may stand anywhere. explain: says what is wrong with a configuration, in place of the usual line.
    """

    name: str
    summary: str
    load: Callable[[], Run]
    arguments: str = ""
    count: int = 0
    flags: tuple[str, ...] = ()
    explain: Callable[[BadConfiguration, Invocation], int] | None = None


def _load_worker() -> Run:
    from .worker import run_worker

    return lambda settings, _: run_worker(settings)


def _load_service() -> Run:
    from .service import run_service

    return lambda settings, called: run_service(settings, called.arguments[0], called.options)


def _load_doctor() -> Run:
    from .doctor import run_doctor

    return lambda settings, called: run_doctor(settings, called.flags)


def _load_backup() -> Run:
    from .backup import run_backup

    return lambda settings, called: run_backup(settings, called.arguments[0])


def _load_test_notification() -> Run:
    from .send_test_notification import run_test_notification

    return lambda settings, _: run_test_notification(settings)


def _explain_to_doctor(error: BadConfiguration, called: Invocation) -> int:
    from .doctor import report_bad_configuration

    return report_bad_configuration(error, called.flags)


COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command("worker", "run the jobs of the local backend until a signal ends it", _load_worker),
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
    own, rest = [], list(line[1:])
    while rest and not rest[0].startswith("-"):
        own.append(rest.pop(0))
    if len(own) != command.count and not {"--help", "--version"} & set(rest):
        usage = " ".join(filter(None, ("cronlytic-mcp", command.name, command.arguments)))
        raise BadConfiguration(f"Write it as: {usage}, then options.")
    flags = tuple(word for word in rest if word in command.flags)
    return Invocation(command, tuple(own), flags, tuple(word for word in rest if word not in flags))


def describe_commands() -> str:
    """Return the commands as the help shows them."""
    return "\n".join(
        f"  {' '.join(filter(None, (command.name, command.arguments))):<36} {command.summary}"
        for command in COMMANDS.values()
    )
