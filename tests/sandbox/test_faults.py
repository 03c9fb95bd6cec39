"""Every fault as a plain HTTP client sees it, and the requests that it affects."""

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest
from client_faults import ALL_FAULTS, LEAVES, Leaves
from client_faults import fault as parse
from flexflows.sandbox._endpoints import ListEndpoint
from flexflows.sandbox._responses import Response

from flexflows.sandbox import FAULTS, Fault, FaultKind, Sandbox

Connect: TypeAlias = Callable[..., httpx.Client]

STATUSES = {
    "401": 401,
    "403": 403,
    "404": 404,
    "429": 429,
    "429-retry-after": 429,
    "429-retry-date": 429,
    "429-retry-later": 429,
    "429-retry-unreadable": 429,
    "500": 500,
    "503": 503,
    "503-html": 503,
    "520": 520,
    "999": 999,
    "redirect": 307,
    "error-rfc9457": 403,
    "error-v1": 403,
    "error-list": 400,
    "error-details": 400,
    "error-without-code": 403,
    "error-wrong-types": 400,
    "error-empty": 403,
    "error-not-json": 403,
    "error-not-utf8": 403,
}
BROKEN = {
    "close": httpx.RemoteProtocolError,
    "reset": httpx.ReadError,
    "reset-after-headers": httpx.ReadError,
    "cut-off": httpx.RemoteProtocolError,
    "cut-off-chunked": httpx.RemoteProtocolError,
    "stall": httpx.ReadTimeout,
    "stall-in-body": httpx.ReadTimeout,
    "broken-gzip": httpx.DecodingError,
}
NO_PAGE = (
    "html",
    "empty",
    "bad-json",
    "not-utf8",
    "null",
    "list",
    "no-list",
    "list-null",
    "list-of-strings",
    "deep-nesting",
)


def faults_that_leave(leaves: Leaves) -> list[str]:
    return [name for name, each in LEAVES.items() if each is leaves]


def patience(name: str) -> float:
    """Return a timeout: short for faults that send nothing, long for the others on a busy machine."""
    return 0.05 if name.startswith("stall") else 5


def is_page(response: httpx.Response, key: str) -> bool:
    try:
        page = json.loads(response.content)
    except (ValueError, RecursionError):
        return False
    listed = page.get(key) if isinstance(page, dict) else None
    return response.status_code == 200 and isinstance(listed, list) and all(isinstance(each, dict) for each in listed)


def test_every_fault_has_its_expectation() -> None:
    """Every fault is in one of the tables of this module."""
    assert sorted([*STATUSES, *BROKEN, *NO_PAGE]) == sorted(faults_that_leave(Leaves.NOTHING))


@pytest.mark.parametrize("kind", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_describes_itself(kind: FaultKind) -> None:
    """A fault has a name that needs no quoting in a shell, and one line of help."""
    assert re.fullmatch("[a-z0-9-]+", kind.name)
    assert kind.description
    assert "\n" not in kind.description
    assert repr(kind) == f"FaultKind(name={kind.name!r}, description={kind.description!r})"


@pytest.mark.parametrize("name", ALL_FAULTS)
def test_a_fault_happens_once_by_default(name: str, connect: Connect, endpoint: ListEndpoint) -> None:
    """A fault affects one request; the next response is correct."""
    with Sandbox(20, faults=[parse(name)]) as sandbox:
        try:
            connect(sandbox, timeout=patience(name)).get("")
        except (httpx.TransportError, httpx.DecodingError):
            assert name in BROKEN
        assert connect(sandbox).get("").json()[endpoint.key] == sandbox.flows[:50]
        assert [request.fault for request in sandbox.requests] == [name, None]


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_an_error_has_its_status(name: str, status: int, connect: Connect) -> None:
    """An error fault has its status."""
    with Sandbox(20, faults=[parse(name)]) as sandbox:
        assert connect(sandbox).get("").status_code == status
        assert sandbox.requests[0].status == status


@pytest.mark.parametrize(("name", "error"), BROKEN.items())
def test_a_broken_connection_is_an_error(name: str, error: type[httpx.HTTPError], connect: Connect) -> None:
    """A fault of the connection raises httpx's error in the client; the sandbox records the status it sent."""
    with Sandbox(20, faults=[parse(name)]) as sandbox:
        with pytest.raises(error):
            connect(sandbox, timeout=patience(name)).get("")
        assert sandbox.requests[0].status == (None if name in {"close", "reset", "stall"} else 200)


@pytest.mark.parametrize("name", NO_PAGE)
def test_a_success_without_a_page(name: str, connect: Connect, endpoint: ListEndpoint) -> None:
    """The status is 200, but the body is not a page of the list."""
    with Sandbox(20, faults=[parse(name)]) as sandbox:
        response = connect(sandbox).get("")
        assert response.status_code == 200
        assert not is_page(response, endpoint.key)


@pytest.mark.parametrize("name", faults_that_leave(Leaves.PAGE_AND_NEXT))
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_fault_that_loses_no_flow(name: str, number: int, connect: Connect, endpoint: ListEndpoint) -> None:
    """On any page, following the next pages on the sandbox's host gives every flow once."""
    with Sandbox(25, faults=[parse(f"{name}@{number}")]) as sandbox:
        client = connect(sandbox)
        before, found, url = list(sandbox.flows), [], "?PageSize=10"
        while url is not None:
            page = client.get(url).json()
            found += page[endpoint.key]
            url = page["meta"]["next_page_url"]
            url = url and "?" + httpx.URL(url).query.decode()
        assert found == before
        assert any(request.fault == name for request in sandbox.requests)


@pytest.mark.parametrize("name", faults_that_leave(Leaves.CHANGED_PAGE_AND_NEXT))
def test_a_fault_that_changes_records(name: str, connect: Connect, endpoint: ListEndpoint) -> None:
    """The records are changed but complete, and the next page is correct."""
    with Sandbox(25, faults=[parse(name)]) as sandbox:
        page = json.loads(connect(sandbox).get("?PageSize=10").content)
        right = connect(sandbox).get("?PageSize=10").json()
        assert len(page[endpoint.key]) == 10
        assert all(record != truth for record, truth in zip(page[endpoint.key], right[endpoint.key], strict=True))
        assert page["meta"]["next_page_url"] == right["meta"]["next_page_url"]


@pytest.mark.parametrize("name", faults_that_leave(Leaves.PAGE_ONLY))
def test_a_fault_that_breaks_paging(name: str, connect: Connect, endpoint: ListEndpoint) -> None:
    """The records are correct, but the next page is wrong."""
    with Sandbox(25, faults=[parse(name)]) as sandbox:
        page = connect(sandbox).get("?PageSize=10").json()
        right = connect(sandbox).get("?PageSize=10").json()
        assert page[endpoint.key] == right[endpoint.key]
        assert page.get("meta", {}).get("next_page_url") != right["meta"]["next_page_url"]


def with_fault(name: str, connect: Connect) -> Any:
    with Sandbox(25, faults=[parse(name)], seed=4) as sandbox:
        return json.loads(connect(sandbox).get("?PageSize=10").content)


@pytest.mark.parametrize(
    ("name", "value"), [("429", None), ("429-retry-after", "1"), ("429-retry-later", "3600"), ("503", None)]
)
def test_retry_after(name: str, value: str | None, connect: Connect) -> None:
    """Retry-After has the fault's value; a rate limit has Twilio's error code."""
    with Sandbox(faults=[name]) as sandbox:
        response = connect(sandbox).get("")
        assert response.headers.get("Retry-After") == value
        assert response.json()["code"] == (45010 if response.status_code == 429 else 20503)


def test_a_gateway_has_no_request_id(connect: Connect) -> None:
    """A response from a gateway has no request id, and is not JSON."""
    with Sandbox(faults=["503-html"]) as sandbox:
        response = connect(sandbox).get("")
        assert "Twilio-Request-Id" not in response.headers
        assert response.headers["Content-Type"].startswith("text/html")


def test_unknown_fields_are_everywhere(connect: Connect, endpoint: ListEndpoint) -> None:
    """The page, its meta and every record have a field that no schema knows."""
    page = with_fault("unknown-fields", connect)
    for each in (page, page["meta"], *page[endpoint.key]):
        assert "sandbox_unknown" in each


def test_unknown_enum_values(connect: Connect, endpoint: ListEndpoint) -> None:
    """Every enum attribute has a value that the fragment does not list."""
    listed = {name for name, schema in endpoint.schema.properties.items() if schema.values}
    for record in with_fault("unknown-values", connect)[endpoint.key]:
        assert {record[name] for name in listed} == {"carrier_pigeon"}


def test_wrong_types(connect: Connect, endpoint: ListEndpoint) -> None:
    """Every attribute has a value of another type."""
    right = Sandbox(25, seed=4).flows[:10]
    for record, truth in zip(with_fault("wrong-types", connect)[endpoint.key], right, strict=True):
        assert all(type(record[name]) is not type(truth[name]) for name in truth)


def test_nulls_are_everywhere(connect: Connect, endpoint: ListEndpoint) -> None:
    """Every attribute is null."""
    for record in with_fault("nulls", connect)[endpoint.key]:
        assert set(record) == set(endpoint.schema.properties)
        assert set(record.values()) == {None}


def test_an_empty_page_has_a_next_page(connect: Connect, endpoint: ListEndpoint) -> None:
    """Any page can be empty and still have a next page."""
    with Sandbox(5, faults=["empty-page@1x3"]) as sandbox:
        client, url, seen = connect(sandbox), "", []
        for _ in range(3):
            page = client.get(url).json()
            assert page[endpoint.key] == []
            url = page["meta"]["next_page_url"]
            seen.append(url)
        assert len(set(seen)) == 3
        assert client.get(url).json()[endpoint.key] == sandbox.flows


def test_a_repeated_page_has_itself_as_its_next(connect: Connect) -> None:
    """The next page is the same page, on the last page too."""
    with Sandbox(5, faults=["repeated-page+"]) as sandbox:
        client = connect(sandbox)
        page = client.get("").json()
        assert page["meta"]["next_page_url"] == page["meta"]["url"]
        assert client.get(page["meta"]["next_page_url"]).json() == page


def test_page_faults_do_not_change_errors(connect: Connect) -> None:
    """A fault that changes the page does not change an error response."""
    for name in ("nulls", "bad-json"):
        with Sandbox(faults=[name]) as sandbox:
            assert connect(sandbox).get("?PageSize=0").json()["code"] == 20007


def test_affected_requests(connect: Connect) -> None:
    """A fault affects the requests that it names; of several faults for one request, the first is used."""
    faults = [Fault("500", request=2, times=2), "429@3x2", Fault("404", request=6), "403@8+"]
    with Sandbox(faults=faults) as sandbox:
        client = connect(sandbox)
        assert [client.get("").status_code for _ in range(10)] == [200, 500, 500, 429, 200, 404, 200, 403, 403, 403]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("500", Fault("500")),
        ("500x3", Fault("500", times=3)),
        ("500+", Fault("500", times=None)),
        ("429@2", Fault("429", request=2)),
        ("503-html@1x3", Fault("503-html", times=3)),
        ("no-list@10x1", Fault("no-list", 10)),
        ("429-retry-after@2+", Fault(FAULTS["429-retry-after"], 2, None)),
    ],
)
def test_the_short_form(text: str, fault: Fault) -> None:
    """A name alone affects the first request; @ sets another request, x the number of requests, + all later ones."""
    assert Fault.parse(text) == fault


def test_a_custom_fault(connect: Connect) -> None:
    """A custom fault is a name and a function."""
    teapot = FaultKind("teapot", "another pot", lambda response, _: Response(418, response.body))
    with Sandbox(faults=[Fault(teapot)]) as sandbox:
        assert connect(sandbox).get("").status_code == 418
        assert sandbox.requests[0].fault == "teapot"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Fault("stal"), "unknown fault 'stal'; did you mean stall?"),
        (lambda: Fault("cut_off"), "unknown fault 'cut_off'; did you mean cut-off?"),
        (lambda: Fault("~"), "unknown fault '~'; use one of 401, 403"),
        (lambda: Fault("500", request=0), "request is 0"),
        (lambda: Fault("500", times=0), "times is 0"),
        (lambda: Fault.parse("500@0"), "request is 0"),
        (lambda: Fault.parse("500@two"), "'500@two' is not a fault; write NAME"),
        (lambda: Fault.parse("500@2x3+"), "write NAME"),
        (lambda: Fault.parse(""), "write NAME"),
        (lambda: Sandbox(faults=["500@"]), "write NAME"),
        (lambda: Sandbox(faults=["5000"]), "unknown fault '5000'; did you mean 500"),
        (lambda: Sandbox(faults=["503_html@2"]), "unknown fault '503_html'; did you mean 503-html"),
    ],
)
def test_an_invalid_fault_is_refused(make: Callable[[], object], message: str) -> None:
    """An unknown fault, or a fault that affects no request, is a ValueError with the reason."""
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


def test_one_fault_is_not_a_list_of_faults() -> None:
    """A string instead of the list of faults is a TypeError."""
    with pytest.raises(TypeError, match="pass a list of faults"):
        Sandbox(faults="500")
