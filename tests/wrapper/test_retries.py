"""Retries: which failures are retried, and after how long."""

import logging
import ssl

import httpx
import pytest

from flexflows import ApiError, FlexFlowsError, PaginationError, TransportError, UnexpectedResponseError, testing
from flexflows import _retries as retries


def status(code: int, retry_after: float | None = None) -> ApiError:
    return ApiError("Failed", status=code, retry_after=retry_after)


def transport(error: httpx.TransportError, *causes: BaseException) -> TransportError:
    failure = TransportError("broken")
    failure.is_transient = retries.is_transient_fault(error, causes)
    return failure


def delay(error: FlexFlowsError, *, attempt: int = 1, jitter: float = 1.0) -> float | None:
    return retries.delay_before_retry(error, attempt=attempt, jitter=jitter)


@pytest.mark.parametrize(
    "error",
    [
        *map(status, (408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)),
        *map(transport, (httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x"))),
        transport(httpx.ConnectError("x"), ssl.SSLEOFError("x")),
        TransportError("of a user's test"),
        UnexpectedResponseError("x", truncated=True),
    ],
    ids=repr,
)
def test_transient_failures(error: FlexFlowsError) -> None:
    """Connection errors, timeouts, truncated bodies and the statuses of temporary failures are retried."""
    assert delay(error) == 0.5


@pytest.mark.parametrize(
    "error",
    [
        *map(status, (302, 400, 404, 409, 501, 519, 525, 999)),
        status(400, retry_after=1),
        transport(httpx.LocalProtocolError("x")),
        transport(httpx.ProxyError("502 Bad Gateway")),
        transport(httpx.ConnectError("x"), ssl.SSLCertVerificationError("x")),
        UnexpectedResponseError("x", truncated=False),
        PaginationError("x"),
    ],
    ids=repr,
)
def test_lasting_failures(error: FlexFlowsError) -> None:
    """Other statuses, TLS errors, what a proxy refuses and mistakes are not retried, whatever `Retry-After` says."""
    assert delay(error) is None


@pytest.mark.parametrize(
    ("attempt", "jitter", "seconds"),
    [(1, 0, 0.25), (1, 1, 0.5), (2, 1, 1), (3, 0.5, 1.5), (4, 1, 4), (5, 1, 8), (5, 0, 4), (5000, 1, 8)],
)
def test_back_off_doubles_from_half_a_second_to_eight(attempt: int, jitter: float, seconds: float) -> None:
    """Back-off is exponential and bounded, and half of it is random."""
    assert delay(status(500), attempt=attempt, jitter=jitter) == seconds


@pytest.mark.parametrize(("retry_after", "seconds"), [(0, 0), (59.5, 59.5), (60, 60), (60.1, None), (1e400, None)])
def test_retry_after_is_obeyed(retry_after: float, seconds: float | None) -> None:
    """`Retry-After` replaces the back-off; if it is more than a minute, no attempt follows."""
    assert delay(status(503, retry_after), jitter=0) == seconds


def test_a_plan(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A retry describes the next attempt, and is logged."""
    monkeypatch.setattr(retries, "_pauses_are_skipped", False)
    monkeypatch.setattr("random.random", lambda: 0.5)
    error = status(500)
    with caplog.at_level(logging.DEBUG, "flexflows"):
        retry = retries.plan_retry(error, attempt=2, attempts=4)
    assert retry == retries.Retry(attempt=3, attempts=4, delay=0.75, error=error)
    (record,) = caplog.records
    assert (record.name, record.levelno, record.__dict__["retry"]) == ("flexflows", logging.DEBUG, retry)
    assert record.getMessage() == "attempt 3 of 4 follows in 0.8 s: 500 Failed"


def test_instant_retries_end_with_their_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delays are skipped inside the block, also in nested blocks, and return after it, also after an exception."""
    monkeypatch.setattr(retries, "_pauses_are_skipped", False)

    def planned() -> float:
        return retries.plan_retry(status(429, 2), attempt=1, attempts=2).delay

    with pytest.raises(ZeroDivisionError), testing.instant_retries():  # noqa: PT012 - leaving is what is tested
        with testing.instant_retries():
            assert planned() == 0
        assert planned() == 0
        _ = 1 / 0
    assert planned() == 2
