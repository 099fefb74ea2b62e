"""What the doctor says of the planner: whether it could work as configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .planner_options import PlannerKind
from .planner_wiring import find_planner_fault, make_chat_client, read_planner_settings
from .settings import Settings

if TYPE_CHECKING:
    from ..application.analysis_ports import AnalysisStore
    from ..application.diagnose import Diagnosis
    from ..application.ports import Clock

_TOPIC = "planner"
_CHECK_SECONDS = 10.0


async def diagnose_planner(
    settings: Settings, clock: Clock, analyses: AnalysisStore | None = None
) -> tuple[Diagnosis, ...]:
    """Return what keeps the configured planner from working; nothing where none is.

    No finding is a problem: jobs run without a planner.
    """
    from ..application.diagnose import Diagnosis, Level

    kind = settings.planner.kind or PlannerKind.OFF
    if kind is PlannerKind.OFF:
        return ()
    fault = await _find_fault(settings, kind, clock, analyses)
    if fault:
        said, advice = fault
        return (Diagnosis(_TOPIC, Level.WARNING, said, advice),)
    shadow = " in shadow mode, which changes nothing" if settings.planner.is_shadow(kind) else ""
    return (Diagnosis(_TOPIC, Level.OK, f"The analyst {kind.value} can work{shadow}."),)


async def _find_fault(
    settings: Settings, kind: PlannerKind, clock: Clock, analyses: AnalysisStore | None
) -> tuple[str, str] | None:
    said = f"The analyst {kind.value} is configured, and cannot work."
    if settings.backend != "local":
        advice = f"Only jobs of the local backend can be adapted, and the backend is {settings.backend}."
        return said, advice
    if fault := find_planner_fault(settings.planner, kind):
        return said, fault
    if kind is PlannerKind.LLM:
        unwell = await _ask_endpoint(settings) or await _find_spent(settings, clock, analyses)
        return (said, unwell) if unwell else None
    return None


async def _ask_endpoint(settings: Settings) -> str | None:
    from ..application.adaptive.analyst import AnalystFailed

    client = make_chat_client(settings.planner, _CHECK_SECONDS)
    try:
        await client.check()
    except AnalystFailed as error:
        return f"{error} Check CRONLYTIC_LLM_URL and CRONLYTIC_LLM_API_KEY."
    finally:
        await client.close()
    return None


async def _find_spent(settings: Settings, clock: Clock, analyses: AnalysisStore | None) -> str | None:
    from ..domain.adaptive.errors import TokenQuotaExceeded
    from ..domain.adaptive.quota import check_quota, month_of
    from ..domain.errors import CronlyticError

    if analyses is None:
        return None
    now, quota = clock.now(), read_planner_settings(settings, PlannerKind.LLM).quota
    try:
        check_quota(await analyses.sum_tokens(*month_of(now)), quota, now)
    except TokenQuotaExceeded as error:
        return f"{error} The quota is CRONLYTIC_LLM_MONTH_TOKENS."
    except CronlyticError:
        return None  # the finding about the store says it
    return None
