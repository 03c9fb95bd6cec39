"""The faults, each as httpx sees it, and the requests that they affect."""

from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

from flexflows import FlexFlows, FlexFlowsError, TransportError, UnexpectedResponseError, record_fields
from flexflows.sandbox import FAULTS, Fault, Sandbox
from flexflows.testing import instant_retries

Connect: TypeAlias = Callable[..., Any]
KEY = FlexFlows.operation.key

ERRORS = {
    "401": (401, 20003),
    "403": (403, 20403),
    "404": (404, 20404),
    "429": (429, 45010),
    "429-retry-later": (429, 45010),
    "500": (500, 20500),
    "503": (503, 20503),
}
OTHERS = {
    "503-html": FlexFlowsError,
    "html": UnexpectedResponseError,
    "close": TransportError,
    "cut-off": TransportError,
    "bad-json": FlexFlowsError,
}
CHANGED_RECORDS = ("unknown-fields", "unknown-values", "nulls")


def test_every_fault_is_tested_and_described() -> None:
    """The tables here have all faults, each with a description on one line, without capital and full stop."""
    assert {*FAULTS} == {*ERRORS, *OTHERS, *CHANGED_RECORDS, "stall"}
    assert all(kind.description == kind.description.strip().rstrip(".") for kind in FAULTS.values())
    assert len({kind.description for kind in FAULTS.values()}) == len(FAULTS)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_has_its_status_and_code(name: str, connect: Connect) -> None:
    """A fault replaces the response once, with the error in Twilio's format; the next response is correct."""
    with Sandbox(3, faults=[name]) as sandbox:
        response, correct = connect(sandbox).get(""), connect(sandbox).get("")
        assert (response.status_code, response.json()["code"]) == ERRORS[name]
        assert response.headers.get("Retry-After") == ("3600" if name == "429-retry-later" else None)
        assert correct.json()[KEY] == sandbox.flows
        assert [(request.status, request.fault) for request in sandbox.requests] == [
            (ERRORS[name][0], name),
            (200, None),
        ]


@pytest.mark.parametrize("name", OTHERS)
def test_another_fault_is_an_error_of_the_client(name: str) -> None:
    """The client raises the error that the fault stands for."""
    with (
        Sandbox(3, faults=[f"{name}+"]) as sandbox,
        FlexFlows(sandbox.account_sid, sandbox.auth_token, base_url=sandbox.url) as flows,
        instant_retries(),
        pytest.raises(OTHERS[name]),
    ):
        flows.list(page_size=2)


@pytest.mark.parametrize(("name", "status"), [("close", None), ("cut-off", 200)])
def test_a_broken_connection(name: str, status: int | None, connect: Connect) -> None:
    """A connection that breaks is recorded with the status that was sent, if any."""
    with Sandbox(3, faults=[name]) as sandbox:
        with pytest.raises(httpx.RemoteProtocolError):
            connect(sandbox).get("")
        assert [request.status for request in sandbox.requests] == [status]


def test_a_stalled_response(connect: Connect) -> None:
    """No response comes, and the connection stays open."""
    with Sandbox(3, faults=["stall"]) as sandbox, pytest.raises(httpx.ReadTimeout):
        connect(sandbox).get("", timeout=0.05)


def test_faults_that_change_records(connect: Connect) -> None:
    """A record gets an unknown field, unknown values for enums, or null everywhere; an error is not changed."""
    with Sandbox(3, faults=["unknown-fields", "unknown-values@2", "nulls@3", "nulls@4"]) as sandbox:
        client = connect(sandbox)
        fields, values, nulls = (client.get("").json()[KEY] for _ in range(3))
        assert [{**flow, "x_new": [1]} for flow in sandbox.flows] == fields
        listed = {field.name: "carrier_pigeon" for field in record_fields() if field.values and "." not in field.name}
        assert [flow | {name: listed[name] for name in listed if name in flow} for flow in sandbox.flows] == values
        assert [dict.fromkeys(flow) for flow in sandbox.flows] == nulls
        assert client.get("?PageSize=0").json()["code"] == 20007


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (["503@2"], [200, 503, 200, 200]),
        (["503x2"], [503, 503, 200, 200]),
        (["503@2x2"], [200, 503, 503, 200]),
        (["503@3+"], [200, 200, 503, 503]),
        (["503+", "429"], [503, 503, 503, 503]),
        (["429", "503+"], [429, 503, 503, 503]),
        ([Fault("429", first=3, times=None)], [200, 200, 429, 429]),
        (["sandbox:429@2"], [200, 429, 200, 200]),
    ],
)
def test_affected_requests(faults: list[Any], expected: list[int], connect: Connect) -> None:
    """A fault affects the requests that it names; of several for one request, the first is used."""
    with Sandbox(1, faults=faults) as sandbox:
        assert [connect(sandbox).get("").status_code for _ in expected] == expected


def test_a_fault_of_one_account(connect: Connect) -> None:
    """A fault that names an account counts and affects the requests of that account alone."""
    with Sandbox(accounts={"work": 1, "shop": 1, "a:b": 1}, faults=["shop:403+", "a:b:429@2", "503@6"]) as sandbox:
        order = ["work", "shop", "a:b", "shop", "a:b", "work", "work"]
        statuses = [connect(sandbox, name).get("").status_code for name in order]
        assert statuses == [200, 403, 200, 403, 429, 503, 200]
        assert [request.account for request in sandbox.requests] == order
        httpx.get(sandbox.url, trust_env=False)
        assert (sandbox.requests[-1].account, sandbox.requests[-1].status) == (None, 401)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Sandbox(faults=["5000"]), "unknown fault '5000'; use one of 401, 403, "),
        (lambda: Sandbox(faults=["500@"]), "'500@' is not a fault; write it as in 429, "),
        (lambda: Sandbox(faults=[""]), "'' is not a fault"),
        (lambda: Sandbox(faults=["500@0"]), "the fault 500 starts at 0, 1 times; use 1 or more"),
        (lambda: Sandbox(faults=["500x0"]), "the fault 500 starts at 1, 0 times"),
        (lambda: Fault("5000"), "unknown fault '5000'"),
        (lambda: Sandbox(faults=["shop:403+"]), "unknown account 'shop' of a fault; use one of sandbox"),
        (
            lambda: Sandbox(accounts={"a": 1, "b": 1}, faults=["c:403"]),
            "unknown account 'c' of a fault; use one of a, b",
        ),
    ],
)
def test_an_invalid_fault_is_refused(make: Callable[[], object], message: str) -> None:
    """A fault without a known name, account or number is a ValueError that says so."""
    with pytest.raises(ValueError, match=message):
        make()


def test_faults_are_a_list() -> None:
    """One fault instead of a list is a TypeError; a number in the list counts as its text."""
    with pytest.raises(TypeError, match=r"faults must be a list, such as \['429'\], not of type str"):
        Sandbox(faults="500")
    with pytest.raises(ValueError, match="unknown fault '5000'"):
        Sandbox(faults=[5000])  # type: ignore[list-item]
