"""The calls that one session takes, by the names of the tools, for an analyst that runs in this process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from attrs import frozen

from ...domain.adaptive.analysis import spend_tokens
from ...domain.adaptive.errors import NotAdaptable
from ...domain.engine.planned_job import JobView
from ...domain.errors import InvalidArguments, Problem
from ...domain.untrusted import clean_text
from .clear_hints import clear_hints
from .get_latest_response import get_latest_response
from .get_response_history import HISTORY_LIMIT, get_response_history
from .get_sibling_latest_responses import get_sibling_latest_responses
from .hint_answer import Shown
from .pause_until import pause_until
from .ports import AnalysisPorts
from .propose_interval import DEFAULT_TTL_MINUTES as INTERVAL_TTL_MINUTES
from .propose_interval import propose_interval
from .propose_next_time import DEFAULT_TTL_MINUTES as NEXT_RUN_TTL_MINUTES
from .propose_next_time import propose_next_time
from .session_call import NO_REASON, Answer, call_in_session
from .submit_analysis import submit_analysis
from .tool_arguments import ToolArguments

_NAME_LIMIT, _RECORDED_LIMIT = 64, 500
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class ToolAnswer:
    """What a call answers, as it is recorded: values that JSON can hold. refused: it is an error."""

    result: Mapping[str, object]
    refused: bool = False


class SessionTools:
    """The tools of one session; nothing outside it can be reached, whatever the arguments say."""

    def __init__(self, ports: AnalysisPorts, session_id: str) -> None:
        self._ports, self.session_id = ports, session_id

    async def call(self, tool: str, arguments: Mapping[str, object]) -> ToolAnswer:
        """Make a call. One that is refused counts, too, and its answer says why.

        Raises:
            AnalysisClosed: the session has ended.
            AnalysisLimitReached: it has had all its calls; it ends with this one.
            AnalysisNotFound, JobNotFound: the session, or its job, is gone.
            StoreUnavailable: the store cannot be read or written.
        """
        read = _READERS.get(tool)
        if read is None:
            names = ", ".join(TOOL_NAMES)
            message = f"is none of this session's tools, which are {names}."
            return await self.refuse(tool, "", Problem("tool", "unknown", message, TOOL_NAMES[0]))
        given = ToolArguments(arguments)
        try:
            make_call = read(given)
            given.finish()
        except InvalidArguments as error:
            return await self._refuse(tool, {}, error)
        try:
            answer = await make_call(self._ports, self.session_id)
        except (InvalidArguments, NotAdaptable) as error:
            return ToolAnswer(_show_error(error), refused=True)
        return ToolAnswer(answer.result)

    async def refuse(self, tool: str, arguments: str, problem: Problem) -> ToolAnswer:
        """Record a call that cannot even be tried, with its arguments as they were written; it counts.

        Raises:
            CronlyticError: as `call`.
        """
        recorded = {"untrusted_arguments": clean_text(arguments, _RECORDED_LIMIT)} if arguments else {}
        return await self._refuse(tool, recorded, InvalidArguments([problem]))

    async def spend_tokens(self, tokens: int) -> None:
        """Note what a model used, whatever becomes of the session.

        Raises:
            AnalysisNotFound: the session is gone with its job.
            StoreUnavailable: the store cannot be written.
        """
        await self._ports.analyses.change_session(self.session_id, partial(spend_tokens, tokens=tokens))

    async def _refuse(self, tool: str, recorded: Mapping[str, object], error: InvalidArguments) -> ToolAnswer:
        def act(view: JobView, now: datetime) -> tuple[None, Shown]:  # noqa: ARG001 - as any act
            raise error

        name = clean_text(tool, _NAME_LIMIT)
        try:
            await call_in_session(self._ports, self.session_id, name, recorded, act)
        except InvalidArguments as refused:
            return ToolAnswer(_show_error(refused), refused=True)
        message = "a call that is refused must be told as refused"
        raise AssertionError(message)


_MakeCall = Callable[[AnalysisPorts, str], Awaitable[Answer]]


def _show_error(error: InvalidArguments | NotAdaptable) -> Mapping[str, object]:
    return {"error": {"code": error.code, "message": str(error), **error.facts}}


def _read_propose_interval(given: ToolArguments) -> _MakeCall:
    return partial(
        propose_interval,
        interval_ms=given.number("interval_ms"),
        ttl_minutes=given.number("ttl_minutes", INTERVAL_TTL_MINUTES),
        reason=given.text("reason", NO_REASON),
    )


def _read_propose_next_time(given: ToolArguments) -> _MakeCall:
    return partial(
        propose_next_time,
        next_run_at=given.instant("next_run_at") or _NEVER,
        ttl_minutes=given.number("ttl_minutes", NEXT_RUN_TTL_MINUTES),
        reason=given.text("reason", NO_REASON),
    )


def _read_pause_until(given: ToolArguments) -> _MakeCall:
    until = given.instant("until", optional=True)
    return partial(pause_until, until=until, reason=given.text("reason", NO_REASON))


def _read_clear_hints(given: ToolArguments) -> _MakeCall:
    return partial(clear_hints, reason=given.text("reason"))


def _read_nothing(call: _MakeCall, given: ToolArguments) -> _MakeCall:  # noqa: ARG001 - there is nothing
    return call


def _read_get_response_history(given: ToolArguments) -> _MakeCall:
    limit, offset = given.whole_number("limit", HISTORY_LIMIT), given.whole_number("offset", 0)
    return partial(get_response_history, limit=HISTORY_LIMIT if limit is None else limit, offset=offset or 0)


def _read_submit_analysis(given: ToolArguments) -> _MakeCall:
    return partial(
        submit_analysis,
        reasoning=given.text("reasoning"),
        next_analysis_in_ms=given.whole_number("next_analysis_in_ms"),
        actions_taken=given.texts("actions_taken"),
        confidence=given.confidence("confidence"),
    )


_READERS: Mapping[str, Callable[[ToolArguments], _MakeCall]] = {
    "propose_interval": _read_propose_interval,
    "propose_next_time": _read_propose_next_time,
    "pause_until": _read_pause_until,
    "clear_hints": _read_clear_hints,
    "get_latest_response": partial(_read_nothing, get_latest_response),
    "get_response_history": _read_get_response_history,
    "get_sibling_latest_responses": partial(_read_nothing, get_sibling_latest_responses),
    "submit_analysis": _read_submit_analysis,
}
TOOL_NAMES: tuple[str, ...] = tuple(_READERS)
