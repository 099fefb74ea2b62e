"""The composition of the planner, beside a worker or alone; part of the wiring."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from .logging import Log
from .planner_log import PlannerLog
from .planner_options import DEFAULT_MONTH_TOKENS, PlannerKind, PlannerOptions
from .settings import Settings

if TYPE_CHECKING:  # a start does not need them
    from ..adapters.openai.analyst import LlmAnalyst
    from ..adapters.openai.endpoint import ChatClient
    from ..application.adaptive.analyst import Analyst
    from ..application.adaptive.planner import Planner
    from ..application.adaptive.planner_settings import PlannerSettings
    from ..application.adaptive.ports import AnalysisPorts

_REQUEST_SECONDS = 60.0


def find_planner_fault(options: PlannerOptions, kind: PlannerKind) -> str | None:
    """Return why an analyst cannot work as configured, and what to do about it; None where it can."""
    if kind is not PlannerKind.LLM:
        return None
    if options.base_url is None:
        return "CRONLYTIC_LLM_URL is not set; set it to a chat endpoint, such as http://127.0.0.1:11434/v1."
    if options.model is None:
        return "CRONLYTIC_LLM_MODEL is not set; set it to the name of a model that the endpoint has."
    if find_spec("openai") is None:
        return "The package openai is not installed; run: pip install 'cronlytic-mcp[llm]'."
    return None


def open_planner(
    settings: Settings, kind: PlannerKind, ports: AnalysisPorts, log: Log, to_close: AsyncExitStack
) -> Planner:
    """Return a planner with an analyst that can work; `to_close` ends its connections."""
    from ..application.adaptive.planner import Planner

    options, planner_settings = settings.planner, read_planner_settings(settings, kind)
    analyst: Analyst
    if kind is PlannerKind.LLM:
        llm = _make_llm(options, planner_settings.deadline.total_seconds())
        to_close.push_async_callback(llm.close)
        analyst = llm
    else:
        from ..application.adaptive.rules_analyst import RulesAnalyst

        analyst = RulesAnalyst(ports)
    return Planner(ports, analyst, planner_settings, observe=PlannerLog(log).observe)


def read_planner_settings(settings: Settings, kind: PlannerKind) -> PlannerSettings:
    """Return how a planner works, by what was given and the usual."""
    from ..application.adaptive.planner_settings import PlannerSettings

    usual, options = PlannerSettings(), settings.planner
    numbers = options.numbers

    def span(key: str, default: timedelta) -> timedelta:
        return timedelta(seconds=numbers.get(key, default.total_seconds()))

    return PlannerSettings(
        every=span("planner_seconds", usual.every),
        batch=int(numbers.get("planner_batch", usual.batch)),
        at_once=int(numbers.get("planner_at_once", usual.at_once)),
        deadline=span("planner_deadline", usual.deadline),
        shadow=options.is_shadow(kind),
        quota=int(numbers.get("llm_month_tokens", DEFAULT_MONTH_TOKENS)),
    )


def make_chat_client(options: PlannerOptions, request_seconds: float) -> ChatClient:
    """Return a client of the configured endpoint; each request may take so long."""
    from ..adapters.openai.endpoint import ChatClient, Endpoint

    key = None if options.api_key is None else options.api_key.reveal()
    return ChatClient(Endpoint(options.base_url or "", options.model or "", key, request_seconds))


def _make_llm(options: PlannerOptions, deadline: float) -> LlmAnalyst:
    from ..adapters.openai.analyst import LlmAnalyst

    return LlmAnalyst(make_chat_client(options, min(_REQUEST_SECONDS, deadline)))
