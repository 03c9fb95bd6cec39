"""The faults, each as httpx sees it, and the requests that they affect."""

from typing import Any

import httpx
import pytest
from listing import KEY, get

import flexflows
from flexflows import FlexFlows, FlexFlowsError, record_fields
from flexflows.sandbox import FAULTS, Fault, Sandbox

ERRORS: dict[str, tuple[type[FlexFlowsError], int | None]] = {
    "401": (flexflows.AuthenticationError, 20003),
    "403": (flexflows.PermissionDeniedError, 20403),
    "404": (flexflows.NotFoundError, 20404),
    "429": (flexflows.RateLimitError, 45010),
    "429-retry-later": (flexflows.RateLimitError, 45010),
    "500": (flexflows.ServerError, 20500),
    "503": (flexflows.ServerError, 20503),
    "503-html": (flexflows.ServerError, None),
    "html": (flexflows.UnexpectedResponseError, None),
    "close": (flexflows.TransportError, None),
    "cut-off": (flexflows.TransportError, None),
    "bad-json": (flexflows.UnexpectedResponseError, None),
}
OTHERS = {"stall", "unknown-fields", "unknown-values", "nulls"}


def test_every_fault_is_tested_and_described() -> None:
    assert {*FAULTS} == {*ERRORS, *OTHERS}
    assert len({kind.description for kind in FAULTS.values()}) == len(FAULTS)


@pytest.mark.parametrize("name", ERRORS)
def test_a_fault_is_an_error_of_the_client(name: str) -> None:
    with (
        Sandbox(3, faults=[f"{name}+"]) as sandbox,
        FlexFlows(sandbox.account_sid, sandbox.auth_token, base_url=sandbox.url, attempts=1) as flows,
        pytest.raises(FlexFlowsError) as caught,
    ):
        flows.list(page_size=2)
    assert (type(caught.value), getattr(caught.value, "code", None)) == ERRORS[name]
    assert getattr(caught.value, "retry_after", None) == (3600 if name == "429-retry-later" else None)
    assert [request.fault for request in sandbox.requests] == [name]


def test_a_stalled_response() -> None:
    """No response comes, the connection stays open, and the request is recorded without a status."""
    with Sandbox(3, faults=["stall"]) as sandbox:
        with pytest.raises(httpx.ReadTimeout):
            get(sandbox, timeout=0.05)
        assert [request.status for request in sandbox.requests] == [None]


def test_faults_that_change_records() -> None:
    """A record gets an unknown field, unknown values for enums, or null everywhere; an error is not changed."""
    with Sandbox(3, faults=["unknown-fields", "unknown-values@2", "nulls@3+"]) as sandbox:
        fields, values, nulls = (get(sandbox).json()[KEY] for _ in range(3))
        assert fields == [{**flow, "x_new": [1]} for flow in sandbox.flows]
        listed = {field.name: "carrier_pigeon" for field in record_fields() if field.values}
        assert values == [flow | {name: listed[name] for name in listed if name in flow} for flow in sandbox.flows]
        assert nulls == [dict.fromkeys(flow) for flow in sandbox.flows]
        assert get(sandbox, "?PageSize=0").json()["code"] == 20007


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (["503@2"], [200, 503, 200, 200]),
        (["503x2"], [503, 503, 200, 200]),
        (["503@2x2"], [200, 503, 503, 200]),
        (["503@3+"], [200, 200, 503, 503]),
        (["429", "503+"], [429, 503, 503, 503]),
        ([429], [429, 200, 200, 200]),
        ([Fault("429", first=3, times=None)], [200, 200, 429, 429]),
        (["sandbox:429@2"], [200, 429, 200, 200]),
    ],
)
def test_a_fault_affects_the_requests_that_it_names(faults: list[Any], expected: list[int]) -> None:
    """Of several faults for one request, the first is used."""
    with Sandbox(1, faults=faults) as sandbox:
        assert [get(sandbox).status_code for _ in expected] == expected


def test_a_fault_of_one_account() -> None:
    """A fault that names an account counts and affects the requests of that account alone."""
    order = ["work", "shop", "a:b", "shop", "a:b", "work", "work"]
    with Sandbox(accounts={"work": 1, "shop": 1, "a:b": 1}, faults=["shop:403+", "a:b:429@2", "503@6"]) as sandbox:
        accounts = [sandbox.accounts[name] for name in order]
        statuses = [get(sandbox, auth=(each.account_sid, each.auth_token)).status_code for each in accounts]
        assert statuses == [200, 403, 200, 403, 429, 503, 200]
        get(sandbox, auth=None)
        assert [request.account for request in sandbox.requests] == [*order, None]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("5000", "unknown fault '5000'; use one of 401, 403, "),
        ("500@", "'500@' is not a fault; write it as in 429, "),
        ("500@0", "'500@0' is not a fault"),
        ("shop:403+", "unknown account 'shop' of a fault; use one of a, b"),
    ],
)
def test_an_invalid_fault_is_refused(fault: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Sandbox(accounts={"a": 1, "b": 1}, faults=[fault])


@pytest.mark.parametrize("number", [{"first": 0}, {"times": 0}])
def test_the_numbers_of_a_fault_are_from_one(number: dict[str, int]) -> None:
    """A fault that would never affect a request is a ValueError."""
    with pytest.raises(ValueError, match="must be 1 or more, not "):
        Fault("429", **number)
