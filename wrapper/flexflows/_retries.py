"""Whether, and after how long, a page is asked for again: one pure decision, and tenacity's loop that acts on it.

A page is a GET, so it is always safe to ask again; a 429 was not even processed
(https://www.twilio.com/docs/usage/rate-limits).
"""

import random
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from ._errors import ApiError, FlexFlowsError, TransportError, UnexpectedResponseError, causes

if TYPE_CHECKING:
    import tenacity

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
RETRIED_TRANSPORT_ERRORS = (
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpx.ProxyError,
    httpx.DecodingError,
)
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
LONGEST_RETRY_AFTER = 60.0

_pauses_are_skipped = False
"""The one piece of module state, for tests: `flexflows.testing.instant_retries`."""


def pause_before_retry(error: BaseException, *, attempt: int, attempts: int, jitter: float) -> float | None:
    """Decide whether a failed request is worth another.

    Args:
        error: How it failed.
        attempt: Which attempt it was, from 1.
        attempts: How many there may be.
        jitter: A random number from 0 to 1, which keeps many clients from knocking at once.

    Returns:
        The seconds to wait first, or `None` to give up. `Retry-After` is obeyed to the letter; one of more than 60 s
        means giving up, rather than knocking early.
    """
    if attempt >= attempts or not _is_passing(error):
        return None
    asked = error.retry_after if isinstance(error, ApiError) else None
    if asked is not None:
        return asked if asked <= LONGEST_RETRY_AFTER else None
    longest = min(FIRST_PAUSE * 2.0 ** (attempt - 1), LONGEST_PAUSE)
    return longest * (1 + jitter) / 2


def loop(attempts: int) -> dict[str, Any]:
    """Give the arguments that make `tenacity.Retrying` or `tenacity.AsyncRetrying` act on the decision."""

    def again(state: "tenacity.RetryCallState") -> bool:
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, FlexFlowsError):
            return False
        error.attempts = state.attempt_number
        pause = pause_before_retry(
            error,
            attempt=state.attempt_number,
            attempts=attempts,
            jitter=random.random(),  # noqa: S311 - spreads load, guards nothing
        )
        state.upcoming_sleep = pause or 0.0
        return pause is not None

    def wait(state: "tenacity.RetryCallState") -> float:
        return 0.0 if _pauses_are_skipped else state.upcoming_sleep

    return {"retry": again, "wait": wait}


@contextmanager
def instant_retries() -> Generator[None, None, None]:
    """Retry without waiting, in every client of the process, while the block runs: for tests."""
    global _pauses_are_skipped  # noqa: PLW0603 - see there
    before, _pauses_are_skipped = _pauses_are_skipped, True
    try:
        yield
    finally:
        _pauses_are_skipped = before


def _is_passing(error: BaseException) -> bool:
    """Say whether the cause may have gone when asked again."""
    if isinstance(error, ApiError):
        return error.status in RETRIED_STATUSES
    if isinstance(error, UnexpectedResponseError):
        return error.broken_off
    if isinstance(error, TransportError):
        return isinstance(error.__cause__, RETRIED_TRANSPORT_ERRORS) and not any(
            isinstance(cause, ssl.SSLCertVerificationError) for cause in causes(error)
        )
    return False
