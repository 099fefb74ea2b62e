"""The command ``cronlytic-mcp doctor``: what keeps jobs from running, and what to do about it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from .bad_configuration import BadConfiguration
from .diagnose_planner import diagnose_planner
from .engine_wiring import (
    can_be_made,
    find_store,
    make_clock,
    make_store_clock,
    open_store,
)
from .host_settings import read_notify_settings
from .logging import Log
from .settings import Settings
from .wiring import build_services

if TYPE_CHECKING:
    from ..application.diagnose import Diagnosis

JSON = "--json"
UNWELL = 1


def run_doctor(settings: Settings, flags: Sequence[str]) -> int:
    """Print every finding, as JSON where ``--json`` is among the flags; return 1 where one is a problem."""
    try:
        findings = asyncio.run(_examine(settings))
    except BadConfiguration as error:
        return report_bad_configuration(error, flags)
    return _report(findings, flags)


def report_bad_configuration(error: BadConfiguration, flags: Sequence[str]) -> int:
    """Print a configuration that cannot be used as the one finding; return 1."""
    from ..application.diagnose import Diagnosis, Level

    return _report([Diagnosis("configuration", Level.PROBLEM, "It cannot be used.", str(error))], flags)


async def _examine(settings: Settings) -> list[Diagnosis]:
    from ..application.diagnose import Diagnosis, Level, diagnose_clock

    backend = Diagnosis("configuration", Level.OK, f"It can be used; the backend is {settings.backend}.")
    findings = [backend]
    findings += [Diagnosis("configuration", Level.WARNING, warning) for warning in settings.warnings]
    findings.append(diagnose_clock(make_clock()))
    match settings.backend:
        case "cronlytic":
            findings += await _examine_cronlytic(settings)
        case "local":
            findings += await _examine_local(settings)
        case _:
            advice = "Leave CRONLYTIC_BACKEND out for the local backend, whose jobs run."
            said = "Jobs are kept in memory and do not run."
            findings.append(Diagnosis("firing", Level.PROBLEM, said, advice))
    if settings.backend != "local":
        findings += await diagnose_planner(settings, make_clock())
    return findings


async def _examine_cronlytic(settings: Settings) -> Sequence[Diagnosis]:
    from ..application.diagnose import Diagnosis, Level, diagnose_backend

    # What calls have to say on their way is in the findings, too.
    services = build_services(settings, Log(sys.stderr, "critical", settings.secrets))
    async with AsyncExitStack() as to_close:
        to_close.push_async_callback(services.close)
        found = await diagnose_backend(services.gateway, services.clock)
    firing = Diagnosis("firing", Level.OK, "Cronlytic runs the jobs, also when no client is open.")
    return (*found, firing)


async def _examine_local(settings: Settings) -> Sequence[Diagnosis]:
    from ..application.diagnose import diagnose_absent_store, diagnose_engine, diagnose_notifications
    from ..application.diagnose_keys import diagnose_keys

    notify = read_notify_settings(settings.engine)
    told = diagnose_notifications(None if notify.url is None else notify.after)
    place = find_store(settings)
    if not place.exists:
        planner = await diagnose_planner(settings, make_clock())
        return *diagnose_absent_store(can_be_made=can_be_made(place)), told, *planner
    clock = make_store_clock(settings)
    store = open_store(settings, clock)
    try:
        findings = await diagnose_engine(store, store.notes, clock)
        planner = await diagnose_planner(settings, clock, store.analyses)
        keys = await diagnose_keys(store, store.signing_keys, store.secrets.count)
        return *findings, *keys, told, *planner
    finally:
        await store.close()


def _report(findings: Sequence[Diagnosis], flags: Sequence[str]) -> int:
    from ..application.diagnose import Level

    unwell = any(finding.level is Level.PROBLEM for finding in findings)
    if JSON in flags:
        listed = [
            {
                "topic": finding.topic,
                "level": finding.level.value,
                "finding": finding.finding,
                "advice": finding.advice,
            }
            for finding in findings
        ]
        text = json.dumps({"healthy": not unwell, "findings": listed}, ensure_ascii=False)
    else:
        text = "\n".join(_write(finding) for finding in findings)
    sys.stdout.write(f"{text}\n")
    return UNWELL if unwell else 0


def _write(finding: Diagnosis) -> str:
    advice = f"\n{'':10}{finding.advice}" if finding.advice else ""
    return f"{finding.level:<10}{finding.topic}: {finding.finding}{advice}"
