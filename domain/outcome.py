"""What may be said of a change that was sent more than once, when it ends in an error."""

from __future__ import annotations

from .errors import CronlyticError, JobNotFound, RateLimited, ServiceUnavailable, UnexpectedResponse

THROTTLED = "it limits the rate of calls"


def leaves_outcome_unknown(error: BaseException) -> bool:
    """Tell whether the request may have been carried out although it ended in this error."""
    return isinstance(error, ServiceUnavailable | UnexpectedResponse) and error.outcome_unknown


def with_outcome_unknown(error: CronlyticError) -> CronlyticError:
    """Return the error of the last sending, saying that an earlier one may have been carried out.

    A job that is not there is not, whatever became of the earlier one, so `JobNotFound` stays.
    """
    if leaves_outcome_unknown(error):
        return error
    match error:
        case JobNotFound():
            return error
        case UnexpectedResponse():
            return UnexpectedResponse(
                error.operation, error.difference, status=error.status, outcome_unknown=True
            )
        case ServiceUnavailable():
            reason, retry_in, retryable = error.reason, error.retry_in, error.retryable
        case RateLimited():
            reason, retry_in, retryable = THROTTLED, error.retry_after, True
        case _:
            refusal = str(error).removesuffix(".")
            reason, retry_in, retryable = (
                f"it did not answer at first and then refused: {refusal}",
                None,
                False,
            )
    return ServiceUnavailable(reason, retry_in=retry_in, retryable=retryable, outcome_unknown=True)
