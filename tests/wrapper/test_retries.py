"""Which failure is worth another request, and after how long."""

import ssl

import httpx
import pytest
import tenacity

from flexflows import (
    ApiError,
    ConfigurationError,
    FlexFlowsError,
    PaginationError,
    TransportError,
    UnexpectedResponseError,
    testing,
)
from flexflows import _retries as retries
from flexflows._answers import read_error


def status(code: int, retry_after: str | None = None) -> ApiError:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return read_error(httpx.Response(code, headers=headers))


def transport(cause: BaseException | None) -> TransportError:
    error = TransportError("broken")
    error.__cause__ = cause
    return error


def caused_by(cause: BaseException, *, context: bool = False) -> httpx.ConnectError:
    error = httpx.ConnectError("broken")
    if context:
        error.__context__ = cause
    else:
        error.__cause__ = OSError("between")
        error.__cause__.__cause__ = cause
    return error


def unexpected(*, broken_off: bool) -> UnexpectedResponseError:
    return UnexpectedResponseError("odd", response=httpx.Response(200), broken_off=broken_off)


def pause(error: BaseException, *, attempt: int = 1, attempts: int = 5, jitter: float = 1.0) -> float | None:
    return retries.pause_before_retry(error, attempt=attempt, attempts=attempts, jitter=jitter)


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])
def test_passing_statuses_are_retried(code: int) -> None:
    """What a server says that cannot answer now is worth another request."""
    assert pause(status(code)) == 0.5


@pytest.mark.parametrize("code", [302, 307, 400, 401, 403, 404, 405, 409, 410, 422, 501, 505, 519, 525, 530, 999])
def test_lasting_statuses_are_not_retried(code: int) -> None:
    """What will be refused again is not asked again, `Retry-After` or not."""
    assert pause(status(code)) is None
    assert pause(status(code, "1")) is None


@pytest.mark.parametrize(
    ("error", "is_retried"),
    [
        (transport(httpx.ConnectError("x")), True),
        (transport(httpx.ConnectTimeout("x")), True),
        (transport(httpx.ReadError("x")), True),
        (transport(httpx.ReadTimeout("x")), True),
        (transport(httpx.WriteError("x")), True),
        (transport(httpx.WriteTimeout("x")), True),
        (transport(httpx.CloseError("x")), True),
        (transport(httpx.PoolTimeout("x")), True),
        (transport(httpx.RemoteProtocolError("x")), True),
        (transport(httpx.ProxyError("x")), True),
        (transport(httpx.DecodingError("x")), True),
        (transport(httpx.LocalProtocolError("x")), False),
        (transport(httpx.UnsupportedProtocol("x")), False),
        (transport(caused_by(ssl.SSLCertVerificationError("x"))), False),
        (transport(caused_by(ssl.SSLCertVerificationError("x"), context=True)), False),
        (transport(caused_by(ssl.SSLError("x"))), True),
        (transport(None), False),
        (unexpected(broken_off=True), True),
        (unexpected(broken_off=False), False),
        (PaginationError("x"), False),
        (ConfigurationError("x"), False),
        (FlexFlowsError("x"), False),
        (KeyboardInterrupt(), False),
        (ValueError("x"), False),
    ],
    ids=repr,
)
def test_kinds_of_failure(error: BaseException, is_retried: bool) -> None:  # noqa: FBT001 - a column
    """A connection, a timeout and a body that breaks off are retried; certificates and mistakes are not."""
    assert (pause(error) is not None) is is_retried


@pytest.mark.parametrize(
    ("attempt", "jitter", "seconds"),
    [
        (1, 0, 0.25),
        (1, 1, 0.5),
        (2, 1, 1),
        (3, 1, 2),
        (4, 1, 4),
        (5, 1, 8),
        (6, 1, 8),
        (50, 1, 8),
        (5, 0, 4),
        (3, 0.5, 1.5),
    ],
)
def test_pauses_double_from_half_a_second_to_eight(attempt: int, jitter: float, seconds: float) -> None:
    """Back-off is exponential, bounded, and half of it is chance."""
    assert pause(status(500), attempt=attempt, attempts=100, jitter=jitter) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("1", 1),
        ("59", 59),
        ("60", 60),
        ("61", None),
        ("3600", None),
        ("9" * 400, None),
        ("soon", 0.5),
        ("-1", 0.5),
    ],
)
def test_retry_after_is_obeyed(value: str, seconds: float | None) -> None:
    """`Retry-After` replaces the back-off; more than a minute means giving up, an unreadable one means nothing."""
    assert pause(status(429, value)) == seconds
    assert pause(status(503, value)) == seconds


@pytest.mark.parametrize(
    ("attempt", "attempts", "goes_on"),
    [(1, 1, False), (1, 2, True), (2, 2, False), (4, 5, True), (5, 5, False), (6, 5, False)],
)
def test_attempts_bound_the_requests(attempt: int, attempts: int, goes_on: bool) -> None:  # noqa: FBT001 - a column
    """The last attempt is not followed by another."""
    assert (pause(status(500), attempt=attempt, attempts=attempts) is not None) is goes_on


def test_the_loop_waits_as_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop pauses as long as the decision says, and the error tells how many attempts there were."""
    monkeypatch.setattr(retries, "_pauses_are_skipped", False)
    monkeypatch.setattr(retries.random, "random", lambda: 1.0)
    pauses: list[float] = []
    error = status(500)

    def fail() -> None:
        raise error

    with pytest.raises(ApiError):
        tenacity.Retrying(**retries.loop(4), sleep=pauses.append)(fail)
    assert pauses == [0.5, 1, 2]
    assert error.attempts == 4


def test_the_loop_does_not_wait_where_none_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Retry-After: 0` means at once."""
    monkeypatch.setattr(retries, "_pauses_are_skipped", False)
    pauses: list[float] = []

    def fail() -> None:
        raise status(429, "0")

    with pytest.raises(ApiError):
        tenacity.Retrying(**retries.loop(3), sleep=pauses.append)(fail)
    assert pauses == [0, 0]


def test_the_loop_leaves_other_exceptions_alone() -> None:
    """What is no error of the package passes through after one attempt."""
    calls: list[None] = []

    def fail() -> None:
        calls.append(None)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tenacity.Retrying(**retries.loop(4))(fail)
    assert len(calls) == 1


def test_instant_retries_end_with_their_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are skipped inside the block, nested or left by an exception, and come back after it."""
    monkeypatch.setattr(retries, "_pauses_are_skipped", False)
    pauses: list[float] = []

    def run() -> float:
        pauses.clear()
        with pytest.raises(ApiError):
            tenacity.Retrying(**retries.loop(2), sleep=pauses.append)(_fail_with_2_seconds)
        return pauses[0]

    with pytest.raises(ZeroDivisionError), testing.instant_retries():  # noqa: PT012 - leaving is what is tested
        with testing.instant_retries():
            assert run() == 0
        assert run() == 0
        _ = 1 / 0
    assert run() == 2


def _fail_with_2_seconds() -> None:
    raise status(429, "2")
