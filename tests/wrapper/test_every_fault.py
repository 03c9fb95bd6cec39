"""Every fault of the sandbox: a listing ends in complete data or in the right error, and goes on from its cursor."""

import itertools
import time
from typing import Any

import pytest
from drivers import WAYS, driver

import flexflows
from flexflows import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    FlexFlowsError,
    NotFoundError,
    PaginationError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TransportError,
    UnexpectedResponseError,
)
from flexflows.sandbox import FAULTS, Fault, Sandbox

ATTEMPTS = 2
DEADLINE = 8.0
IMPATIENT = {"stall", "stall_in_body"}

Outcome = type[FlexFlowsError] | None
ENDS: dict[str, tuple[Outcome, int]] = {
    # Fault: the error that a listing ends in when the fault stays, if any, and the attempts until then.
    "401": (AuthenticationError, 1),
    "403": (PermissionDeniedError, 1),
    "404": (NotFoundError, 1),
    "429": (RateLimitError, ATTEMPTS),
    "429_retry_after": (RateLimitError, ATTEMPTS),
    "429_retry_date": (RateLimitError, ATTEMPTS),
    "429_retry_later": (RateLimitError, 1),
    "429_retry_unreadable": (RateLimitError, ATTEMPTS),
    "500": (ServerError, ATTEMPTS),
    "503": (ServerError, ATTEMPTS),
    "503_html": (ServerError, ATTEMPTS),
    "520": (ServerError, ATTEMPTS),
    "999": (ApiError, 1),
    "redirect": (ApiError, 1),
    "error_rfc9457": (PermissionDeniedError, 1),
    "error_v1": (PermissionDeniedError, 1),
    "error_list": (BadRequestError, 1),
    "error_details": (BadRequestError, 1),
    "error_without_code": (PermissionDeniedError, 1),
    "error_wrong_types": (BadRequestError, 1),
    "error_empty": (PermissionDeniedError, 1),
    "error_not_json": (PermissionDeniedError, 1),
    "error_not_utf8": (PermissionDeniedError, 1),
    "close": (TransportError, ATTEMPTS),
    "reset": (TransportError, ATTEMPTS),
    "reset_after_headers": (TransportError, ATTEMPTS),
    "cut_off": (TransportError, ATTEMPTS),
    "cut_off_chunked": (TransportError, ATTEMPTS),
    "stall": (TransportError, ATTEMPTS),
    "stall_in_body": (TransportError, ATTEMPTS),
    "trickle": (None, 1),
    "broken_gzip": (TransportError, ATTEMPTS),
    "html": (UnexpectedResponseError, 1),
    "empty": (UnexpectedResponseError, 1),
    "half_json": (UnexpectedResponseError, ATTEMPTS),
    "not_utf8": (UnexpectedResponseError, ATTEMPTS),
    "null": (UnexpectedResponseError, 1),
    "list": (UnexpectedResponseError, 1),
    "no_list": (UnexpectedResponseError, 1),
    "list_null": (UnexpectedResponseError, 1),
    "list_of_strings": (UnexpectedResponseError, 1),
    "deep_nesting": (UnexpectedResponseError, ATTEMPTS),
    "unknown_fields": (None, 1),
    "unknown_values": (None, 1),
    "wrong_types": (None, 1),
    "nulls": (None, 1),
    "no_attributes": (None, 1),
    "big_integers": (None, 1),
    "huge_float": (UnexpectedResponseError, ATTEMPTS),
    "lone_surrogates": (None, 1),
    "side_effects": (None, 1),
    "no_meta": (UnexpectedResponseError, 1),
    "repeated_cursor": (PaginationError, 1),
    "cursor_wrong_path": (PaginationError, 1),
    "cursor_unreadable": (PaginationError, 1),
    "cursor_wrong_type": (PaginationError, 1),
    "cursor_other_host": (None, 1),
    "cursor_reordered": (None, 1),
    "cursor_padded": (None, 1),
    "cursor_escaped": (None, 1),
    "empty_page": (None, 1),
    "flows_added": (None, 1),
}


def test_the_table_has_every_fault() -> None:
    """A fault that is new to the sandbox is not forgotten here."""
    assert sorted(ENDS) == sorted(FAULTS)


def run(
    kind: str, way: str, sandbox: Sandbox, *, timeout: float = 5.0, **arguments: Any
) -> tuple[list[str | None], FlexFlowsError | None]:
    """List with a client, and give what was delivered and what it ended in."""
    got: list[str | None] = []
    with driver(kind) as open_client:
        client = open_client(sandbox, attempts=ATTEMPTS, timeout=timeout)
        try:
            for flow in WAYS[way](client, page_size=2, **arguments):
                got.append(flow.sid)  # noqa: PERF401 - what was there when it broke
        except FlexFlowsError as error:
            return got, error
    return got, None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["sync", "asyncio"])
@pytest.mark.parametrize("fault", ENDS)
def test_a_fault_that_stays(fault: str, kind: str, way: str) -> None:
    """The listing ends in its time, whole or in its error, and is completed from there: nothing lost, nothing twice."""
    expected, attempts = ENDS[fault]
    with Sandbox(flows=6, faults=[Fault(fault, 2, times=attempts)]) as sandbox:
        wanted = [flow["sid"] for flow in sandbox.flows]
        started = time.monotonic()
        got, error = run(kind, way, sandbox, timeout=0.15 if fault in IMPATIENT else 5.0)
        assert time.monotonic() - started < DEADLINE
        if expected is None:
            assert error is None
            altered = FAULTS[fault].leaves.name == "ALTERED"
            assert [*got[:2], *got[4:]] == [*wanted[:2], *wanted[4:]]
            assert len(got) == 6
            assert altered or got == wanted
            return
        assert type(error) is expected
        assert error.attempts == attempts
        assert len(sandbox.requests) == 1 + attempts
        assert got == ([] if way == "list" else wanted[:2])
        rest, after = run(kind, way, sandbox, cursor=error.cursor)
        assert after is None
        assert wanted[:2] + rest == wanted


PASSING = [name for name, (error, attempts) in ENDS.items() if error is not None and attempts > 1]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["sync", "asyncio"])
@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes(fault: str, kind: str, way: str) -> None:
    """What is gone when asked again is never noticed: the listing is complete, with one request more."""
    with Sandbox(flows=6, faults=[Fault(fault, 2)]) as sandbox:
        got, error = run(kind, way, sandbox, timeout=0.15 if fault in IMPATIENT else 5.0)
        assert error is None
        assert got == [flow["sid"] for flow in sandbox.flows]
        assert len(sandbox.requests) == 4


@pytest.mark.parametrize("kind", ["sync", "asyncio"])
def test_faults_by_chance(kind: str) -> None:
    """A listing amid faults of every kind that passes is complete in the end."""
    names = [name for name in PASSING if name not in IMPATIENT]
    with Sandbox(flows=60, faults=names, fault_rate=0.3, seed=3) as sandbox, driver(kind) as open_client:
        client = open_client(sandbox, attempts=12)
        wanted = [flow["sid"] for flow in sandbox.flows]
        assert [flow.sid for flow in client.stream(page_size=3, prefetch=True)] == wanted
        assert len({request.fault for request in sandbox.requests}) > 3


@pytest.mark.parametrize("kind", ["sync", "asyncio"])
def test_a_listing_resumed_again_and_again(kind: str) -> None:
    """From error to error, each cursor goes on where the one before ended."""
    got: list[str | None] = []
    cursor: str | None = None
    with Sandbox(flows=20, faults=["500", "401", "html", "no_meta"], fault_rate=0.4) as sandbox:
        wanted = [flow["sid"] for flow in sandbox.flows]
        with driver(kind) as open_client:
            client = open_client(sandbox, attempts=1)
            for _ in itertools.repeat(None, 100):
                try:
                    for page in client.pages(page_size=2, cursor=cursor):
                        got += [flow.sid for flow in page]
                    break
                except flexflows.FlexFlowsError as error:
                    cursor = error.cursor
    assert got == wanted
