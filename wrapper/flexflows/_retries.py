"""Decide whether and when a page is requested again, in a pure function.

A page is a GET, so it is always safe to request it again; a 429 was not even processed
(https://www.twilio.com/docs/usage/rate-limits).
"""

import logging
import random
import re
import ssl
from collections.abc import Generator
from contextlib import contextmanager

import attrs
import httpx

from ._errors import ApiError, FlexFlowsError, TransportError, UnexpectedResponseError, causes

logger = logging.getLogger("flexflows")

RETRIED_STATUSES = frozenset({408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
RETRIED_TRANSPORT_ERRORS = (
    httpx.TimeoutException,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
    httpx.DecodingError,
)
INITIAL_BACKOFF = 0.5
MAX_BACKOFF = 8.0
MAX_RETRY_AFTER = 60.0

_pauses_are_skipped = False
"""Module state for tests only, set by `flexflows.testing.instant_retries`."""


@attrs.frozen
class Retry:
    """A planned retry of a page; the log record before the pause has it as its attribute `retry`.

    Attributes:
        attempt: The number of the next attempt, from 2.
        attempts: The maximum number of attempts.
        delay: The seconds before the next attempt.
        error: The error of the last attempt.
    """

    attempt: int
    attempts: int
    delay: float
    error: FlexFlowsError


def plan_retry(error: BaseException, *, attempt: int, attempts: int) -> Retry | None:
    """Return the retry after a failed attempt and log it, or return `None` to give up."""
    if not isinstance(error, FlexFlowsError):
        return None
    error.attempts = attempt
    jitter = random.random()  # noqa: S311 - spreads load, guards nothing
    delay = delay_before_retry(error, attempt=attempt, jitter=jitter) if attempt < attempts else None
    if delay is None:
        return None
    retry = Retry(attempt + 1, attempts, 0.0 if _pauses_are_skipped else delay, error)
    logger.debug(
        "attempt %d of %d follows in %.1f s: %s", retry.attempt, attempts, retry.delay, error, extra={"retry": retry}
    )
    return retry


def delay_before_retry(error: FlexFlowsError, *, attempt: int, jitter: float) -> float | None:
    """Return the seconds to wait before the attempt after a failed one, or `None` to give up.

    `Retry-After` is obeyed exactly; if it is more than 60 s, no attempt follows.
    """
    if not _is_transient(error):
        return None
    retry_after = error.retry_after if isinstance(error, ApiError) else None
    if retry_after is not None:
        return retry_after if retry_after <= MAX_RETRY_AFTER else None
    return min(INITIAL_BACKOFF * 2.0 ** min(attempt - 1, 9), MAX_BACKOFF) * (1 + jitter) / 2


@contextmanager
def instant_retries() -> Generator[None, None, None]:
    """Retry without waiting, in every client of the process, while the block runs: for tests."""
    global _pauses_are_skipped  # noqa: PLW0603 - see its docstring
    before, _pauses_are_skipped = _pauses_are_skipped, True
    try:
        yield
    finally:
        _pauses_are_skipped = before


def _is_transient(error: FlexFlowsError) -> bool:
    """Return whether the same request may succeed later."""
    if isinstance(error, ApiError):
        return error.status in RETRIED_STATUSES
    if isinstance(error, UnexpectedResponseError):
        return error.truncated
    if not isinstance(error, TransportError):
        return False
    if isinstance(error.__cause__, httpx.ProxyError):
        # "502 Bad Gateway" of an HTTP proxy, or "could not connect" of a SOCKS proxy; a refused password is permanent.
        return re.search(r"^5\d\d\b|could not connect", str(error.__cause__)) is not None
    return isinstance(error.__cause__, RETRIED_TRANSPORT_ERRORS) and not any(map(_is_tls_fault, causes(error)))


def _is_tls_fault(cause: BaseException) -> bool:
    # A connection that is closed in the middle of TLS is a network error, not a TLS error.
    return isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError)
