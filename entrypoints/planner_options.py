"""What an operator decides about the planner: which analyst looks at jobs, what it may use, and how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from attrs import field, frozen

from .bad_configuration import BadConfiguration
from .credentials import Secret, check_key, find_key
from .limits import Limit, read_limits
from .setting_checks import check_base_url, check_switch
from .sources import Given, Source, find

PLANNER_KEYS = ("planner", "planner_shadow", "llm_url", "llm_model", "llm_api_key", "llm_api_key_file")
PLANNER_LIMITS: Mapping[str, Limit] = {
    "planner_seconds": Limit("seconds from one look for jobs that are due to the next", 60, 86_400),
    "planner_batch": Limit("jobs of one look", 1, 50, whole=True),
    "planner_at_once": Limit("jobs that are analysed at the same time", 1, 20, whole=True),
    "planner_deadline": Limit("seconds that one analysis may take", 5, 600),
    "llm_month_tokens": Limit(
        "tokens of a calendar month (UTC), of all analyses", 0, 999_999_999, whole=True
    ),
}
DEFAULT_MONTH_TOKENS = 1_000_000
_MODEL_LIMIT = 200
_LLM_URL = "http://127.0.0.1:11434/v1"


class PlannerKind(StrEnum):
    """Who looks at jobs when nobody is there."""

    OFF = "off"
    RULES = "rules"
    LLM = "llm"


@frozen
class PlannerOptions:
    """What was given, checked by itself.

    kind: None where nothing was given, which is off beside a worker. shadow: whether analyses change nothing;
    a model's do not unless that was given. base_url, model, api_key: of the chat endpoint.
    """

    kind: PlannerKind | None = None
    shadow: bool | None = None
    base_url: str | None = None
    model: str | None = None
    api_key: Secret | None = None
    numbers: Mapping[str, float] = field(factory=dict)

    def is_shadow(self, kind: PlannerKind) -> bool:
        """Return whether the analyses of an analyst change nothing."""
        return kind is PlannerKind.LLM if self.shadow is None else self.shadow


def read_planner_options(sources: Sequence[Source]) -> PlannerOptions:
    """Return the options.

    Raises:
        BadConfiguration: one of them is not what it must be.
    """
    url, shadow = find(sources, "llm_url"), find(sources, "planner_shadow")
    key = find_key(sources, "llm_api_key")
    return PlannerOptions(
        kind=_check_kind(find(sources, "planner")),
        shadow=check_switch(shadow) if shadow else None,
        base_url=check_base_url(url, _LLM_URL) if url else None,
        model=_check_model(find(sources, "llm_model")),
        api_key=check_key(key) if key else None,
        numbers=read_limits(sources, PLANNER_LIMITS),
    )


def _check_kind(given: Given | None) -> PlannerKind | None:
    if given is None:
        return None
    if given.text.lower() not in set(PlannerKind):
        raise BadConfiguration(f"{given.place} must be one of {', '.join(PlannerKind)}; it is {given.shown}.")
    return PlannerKind(given.text.lower())


def _check_model(given: Given | None) -> str | None:
    if given is None:
        return None
    if not given.text.isprintable() or len(given.text) > _MODEL_LIMIT:
        raise BadConfiguration(f"{given.place} must be a model's name of at most {_MODEL_LIMIT} characters.")
    return given.text
