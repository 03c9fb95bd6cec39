"""Every fault of the sandbox: a listing ends in complete data or in the right error, and resumes from its cursor."""

import itertools
import time
from typing import Any

import pytest
from client_faults import ALL_FAULTS, LEAVES, Leaves
from client_faults import fault as fault_of
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
from flexflows.sandbox import Fault, Sandbox

ATTEMPTS = 2
DEADLINE = 8.0
STALLING = {"stall", "stall-in-body"}

RUNS = [("sync", "list"), ("sync", "stream"), ("asyncio", "pages")]
"""Each client, and each way to list."""

Outcome = type[FlexFlowsError] | None
OUTCOMES: dict[str, tuple[Outcome, int]] = {
    # Fault: the error that ends a listing when the fault persists, if any, and the number of attempts.
    "401": (AuthenticationError, 1),
    "403": (PermissionDeniedError, 1),
    "404": (NotFoundError, 1),
    "429": (RateLimitError, ATTEMPTS),
    "429-retry-after": (RateLimitError, ATTEMPTS),
    "429-retry-date": (RateLimitError, ATTEMPTS),
    "429-retry-later": (RateLimitError, 1),
    "429-retry-unreadable": (RateLimitError, ATTEMPTS),
    "500": (ServerError, ATTEMPTS),
    "503": (ServerError, ATTEMPTS),
    "503-html": (ServerError, ATTEMPTS),
    "520": (ServerError, ATTEMPTS),
    "999": (ApiError, 1),
    "redirect": (ApiError, 1),
    "error-rfc9457": (PermissionDeniedError, 1),
    "error-v1": (PermissionDeniedError, 1),
    "error-list": (BadRequestError, 1),
    "error-details": (BadRequestError, 1),
    "error-without-code": (PermissionDeniedError, 1),
    "error-wrong-types": (BadRequestError, 1),
    "error-empty": (PermissionDeniedError, 1),
    "error-not-json": (PermissionDeniedError, 1),
    "error-not-utf8": (PermissionDeniedError, 1),
    "close": (TransportError, ATTEMPTS),
    "reset": (TransportError, ATTEMPTS),
    "reset-after-headers": (TransportError, ATTEMPTS),
    "cut-off": (TransportError, ATTEMPTS),
    "cut-off-chunked": (TransportError, ATTEMPTS),
    "stall": (TransportError, ATTEMPTS),
    "stall-in-body": (TransportError, ATTEMPTS),
    "trickle": (None, 1),
    "broken-gzip": (TransportError, ATTEMPTS),
    "html": (UnexpectedResponseError, 1),
    "empty": (UnexpectedResponseError, 1),
    "bad-json": (UnexpectedResponseError, ATTEMPTS),
    "not-utf8": (UnexpectedResponseError, 1),
    "null": (UnexpectedResponseError, 1),
    "list": (UnexpectedResponseError, 1),
    "no-list": (UnexpectedResponseError, 1),
    "list-null": (UnexpectedResponseError, 1),
    "list-of-strings": (UnexpectedResponseError, 1),
    "deep-nesting": (UnexpectedResponseError, 1),
    "unknown-fields": (None, 1),
    "unknown-values": (None, 1),
    "wrong-types": (None, 1),
    "nulls": (None, 1),
    "no-attributes": (None, 1),
    "big-integers": (None, 1),
    "huge-float": (UnexpectedResponseError, 1),
    "lone-surrogates": (None, 1),
    "side-effects": (None, 1),
    "no-meta": (UnexpectedResponseError, 1),
    "repeated-page": (PaginationError, 1),
    "next-page-wrong-path": (PaginationError, 1),
    "next-page-unreadable": (PaginationError, 1),
    "next-page-wrong-type": (PaginationError, 1),
    "next-page-other-host": (None, 1),
    "next-page-reordered": (None, 1),
    "next-page-padded": (None, 1),
    "next-page-escaped": (None, 1),
    "empty-page": (None, 1),
    "flows-added": (None, 1),
}


def test_the_table_has_every_fault() -> None:
    """The table has an outcome for every fault of the sandbox."""
    assert sorted(OUTCOMES) == sorted(ALL_FAULTS)


def run(
    kind: str, way: str, sandbox: Sandbox, *, timeout: float = 5.0, **arguments: Any
) -> tuple[list[str | None], FlexFlowsError | None]:
    """Return the SIDs that a listing delivered, and the error that ended it."""
    got: list[str | None] = []
    with driver(kind) as open_client:
        client = open_client(sandbox, attempts=ATTEMPTS, timeout=timeout)
        try:
            for flow in WAYS[way](client, page_size=2, **arguments):
                got.append(flow.sid)  # noqa: PERF401 - keeps the SIDs before an error
        except FlexFlowsError as error:
            return got, error
    return got, None


@pytest.mark.parametrize(("kind", "way"), RUNS)
@pytest.mark.parametrize("fault", OUTCOMES)
def test_a_persistent_fault(fault: str, kind: str, way: str) -> None:
    """The listing ends in time, complete or in its error, and resumes without losing or repeating a record."""
    expected, attempts = OUTCOMES[fault]
    with Sandbox(flows=6, faults=[Fault(ALL_FAULTS[fault], 2, times=attempts)]) as sandbox:
        wanted = [flow["sid"] for flow in sandbox.flows]
        started = time.monotonic()
        got, error = run(kind, way, sandbox, timeout=0.15 if fault in STALLING else 5.0)
        assert time.monotonic() - started < DEADLINE
        if expected is None:
            assert error is None
            altered = LEAVES[fault] is Leaves.CHANGED_PAGE_AND_NEXT
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


TRANSIENT = [name for name, (error, attempts) in OUTCOMES.items() if error is not None and attempts > 1]


@pytest.mark.parametrize(("kind", "way"), RUNS)
@pytest.mark.parametrize("fault", TRANSIENT)
def test_a_transient_fault(fault: str, kind: str, way: str) -> None:
    """If a fault is gone on the retry, the listing is complete, with one more request."""
    with Sandbox(flows=6, faults=[Fault(ALL_FAULTS[fault], 2)]) as sandbox:
        got, error = run(kind, way, sandbox, timeout=0.15 if fault in STALLING else 5.0)
        assert error is None
        assert got == [flow["sid"] for flow in sandbox.flows]
        assert len(sandbox.requests) == 4


@pytest.mark.parametrize("kind", ["sync", "asyncio"])
def test_one_fault_after_another(kind: str) -> None:
    """A listing with transient faults of every kind is complete."""
    names = [name for name in TRANSIENT if name not in STALLING]
    faults = [Fault(ALL_FAULTS[name], 2 * number) for number, name in enumerate(names, 1)]
    with Sandbox(flows=60, faults=faults) as sandbox, driver(kind) as open_client:
        client = open_client(sandbox)
        assert [flow.sid for flow in client.stream(page_size=2)] == [flow["sid"] for flow in sandbox.flows]
        assert {request.fault for request in sandbox.requests} == {None, *names}


@pytest.mark.parametrize("kind", ["sync", "asyncio"])
def test_a_listing_resumed_repeatedly(kind: str) -> None:
    """After each error, the listing resumes from the error's cursor, and is complete at last."""
    got: list[str | None] = []
    cursor: str | None = None
    faults = [fault_of(f"{name}@{2 * number}") for number, name in enumerate(["500", "401", "html", "no-meta"] * 2, 1)]
    with Sandbox(flows=20, faults=faults) as sandbox:
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
