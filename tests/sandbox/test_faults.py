"""Every fault of the catalogue, as a plain HTTP client meets it."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

from flexflows.sandbox import FAULTS, Fault, FaultKind, Leaves, Sandbox
from flexflows.sandbox._schema import Listing

Connect: TypeAlias = Callable[..., httpx.Client]

STATUSES = {
    "401": 401,
    "403": 403,
    "404": 404,
    "429": 429,
    "429_retry_after": 429,
    "429_retry_date": 429,
    "429_retry_later": 429,
    "429_retry_unreadable": 429,
    "500": 500,
    "503": 503,
    "503_html": 503,
    "520": 520,
    "999": 999,
    "redirect": 307,
    "error_rfc9457": 403,
    "error_v1": 403,
    "error_list": 400,
    "error_details": 400,
    "error_without_code": 403,
    "error_wrong_types": 400,
    "error_empty": 403,
    "error_not_json": 403,
    "error_not_utf8": 403,
}
BROKEN = {
    "close": httpx.RemoteProtocolError,
    "reset": httpx.ReadError,
    "reset_after_headers": httpx.ReadError,
    "cut_off": httpx.RemoteProtocolError,
    "cut_off_chunked": httpx.RemoteProtocolError,
    "stall": httpx.ReadTimeout,
    "stall_in_body": httpx.ReadTimeout,
    "broken_gzip": httpx.DecodingError,
}
NO_PAGE = (
    "html",
    "empty",
    "half_json",
    "not_utf8",
    "null",
    "list",
    "no_list",
    "list_null",
    "list_of_strings",
    "deep_nesting",
)
ALL = [pytest.param(kind, id=name) for name, kind in FAULTS.items()]


def those(leaves: Leaves) -> list[Any]:
    return [pytest.param(kind, id=name) for name, kind in FAULTS.items() if kind.leaves is leaves]


def patience(name: str) -> float:
    """Wait for nothing where nothing comes, and long where a busy machine may need it."""
    return 0.05 if name.startswith("stall") else 5


def is_page(answer: httpx.Response, key: str) -> bool:
    try:
        page = json.loads(answer.content)
    except (ValueError, RecursionError):
        return False
    listed = page.get(key) if isinstance(page, dict) else None
    return answer.status_code == 200 and isinstance(listed, list) and all(isinstance(each, dict) for each in listed)


def test_every_fault_has_its_expectation() -> None:
    """A fault that leaves nothing is in one of the tables here, and no table has another."""
    assert {*STATUSES, *BROKEN, *NO_PAGE} == {name for name, kind in FAULTS.items() if kind.leaves is Leaves.NOTHING}


@pytest.mark.parametrize("kind", ALL)
def test_a_fault_says_what_it_does(kind: FaultKind) -> None:
    """Each row has a name that is safe in a command line, and one line of help."""
    assert kind.name.replace("_", "").isalnum()
    assert kind.does
    assert "\n" not in kind.does


@pytest.mark.parametrize("kind", ALL)
def test_a_fault_strikes_once_and_the_rest_is_well(kind: FaultKind, connect: Connect, listing: Listing) -> None:
    """A planned fault strikes the request that it is planned for; the next one is answered as if nothing had been."""
    with Sandbox(20, faults=[Fault(kind.name)]) as sandbox:
        try:
            connect(sandbox, timeout=patience(kind.name)).get("")
        except httpx.TransportError:
            assert kind.leaves is Leaves.NOTHING
        except httpx.DecodingError:
            assert kind.name == "broken_gzip"
        assert connect(sandbox).get("").json()[listing.key] == list(sandbox.flows)
        assert [request.fault for request in sandbox.requests] == [kind.name, None]


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_an_error_has_its_status(name: str, status: int, connect: Connect) -> None:
    """An error fault answers with its status, and never with a page."""
    with Sandbox(20, faults=[name]) as sandbox:
        answer = connect(sandbox).get("")
        assert answer.status_code == status
        assert sandbox.requests[0].status == status


@pytest.mark.parametrize(("name", "error"), BROKEN.items())
def test_a_broken_connection_is_an_error(name: str, error: type[httpx.HTTPError], connect: Connect) -> None:
    """A fault of the connection reaches the client as httpx's error for it, and what status was sent is known."""
    with Sandbox(20, faults=[name]) as sandbox:
        with pytest.raises(error):
            connect(sandbox, timeout=patience(name)).get("")
        assert sandbox.requests[0].status == (None if name in {"close", "reset", "stall"} else 200)


@pytest.mark.parametrize("name", NO_PAGE)
def test_what_is_no_page_is_none(name: str, connect: Connect, listing: Listing) -> None:
    """Under 200 comes something that is not a page of the list."""
    with Sandbox(20, faults=[name]) as sandbox:
        answer = connect(sandbox).get("")
        assert answer.status_code == 200
        assert not is_page(answer, listing.key)


@pytest.mark.parametrize("kind", those(Leaves.EVERYTHING))
@pytest.mark.parametrize("request_number", [1, 2, 3])
def test_what_leaves_everything_leaves_the_list_complete(
    kind: FaultKind, request_number: int, connect: Connect, listing: Listing
) -> None:
    """Whichever page it strikes, following the next pages on the sandbox's own host gives every flow once."""
    with Sandbox(25, faults=[Fault(kind.name, request=request_number)]) as sandbox:
        client = connect(sandbox)
        before, found, url = list(sandbox.flows), [], "?PageSize=10"
        while url is not None:
            page = client.get(url).json()
            found += page[listing.key]
            url = page["meta"]["next_page_url"]
            url = url and "?" + httpx.URL(url).query.decode()
        assert found == before
        assert any(request.fault == kind.name for request in sandbox.requests)


@pytest.mark.parametrize("kind", those(Leaves.ALTERED))
def test_what_alters_leaves_the_page(kind: FaultKind, connect: Connect, listing: Listing) -> None:
    """As many records come as there are, not as they are, and the next page is right."""
    with Sandbox(25, faults=[kind.name]) as sandbox, Sandbox(25, host_in_urls=sandbox.url) as sound:
        answer = connect(sandbox).get("?PageSize=10")
        right = connect(sound).get("?PageSize=10").json()
        page = json.loads(answer.content)
        assert len(page[listing.key]) == 10
        assert all(record != truth for record, truth in zip(page[listing.key], right[listing.key], strict=True))
        assert page["meta"]["next_page_url"] == right["meta"]["next_page_url"]


@pytest.mark.parametrize("kind", those(Leaves.PAGE))
def test_what_breaks_the_paging_leaves_the_records(kind: FaultKind, connect: Connect, listing: Listing) -> None:
    """The records are right, and the next page is not."""
    with Sandbox(25, faults=[kind.name]) as sandbox, Sandbox(25, host_in_urls=sandbox.url) as sound:
        page = connect(sandbox).get("?PageSize=10").json()
        right = connect(sound).get("?PageSize=10").json()
        assert page[listing.key] == right[listing.key]
        assert page.get("meta", {}).get("next_page_url") != right["meta"]["next_page_url"]


@pytest.mark.parametrize("name", ["cursor_wrong_path", "cursor_other_host", "cursor_padded"])
def test_the_last_page_has_no_next_to_spoil(name: str, connect: Connect) -> None:
    """A fault of the next page's URL leaves a page without one alone."""
    with Sandbox(5, faults=[name]) as sandbox:
        assert connect(sandbox).get("").json()["meta"]["next_page_url"] is None


def page_struck_by(name: str, connect: Connect) -> Any:
    with Sandbox(25, faults=[name], seed=4) as sandbox:
        return json.loads(connect(sandbox).get("?PageSize=10").content)


def test_retry_after_comes_in_every_form(connect: Connect) -> None:
    """429 comes without a time, with seconds, a date, an hour, and something else."""
    values = {}
    for name in (each for each in STATUSES if each.startswith("429")):
        with Sandbox(faults=[name]) as sandbox:
            values[name] = connect(sandbox).get("").headers.get("Retry-After")
    assert values.pop("429_retry_date").endswith(" GMT")
    assert values == {
        "429": None,
        "429_retry_after": "1",
        "429_retry_later": "3600",
        "429_retry_unreadable": "soon",
    }


def test_a_gateway_knows_nothing_of_twilio(connect: Connect) -> None:
    """An answer that did not come from Twilio has no request id, and is no JSON."""
    with Sandbox(faults=["503_html"]) as sandbox:
        answer = connect(sandbox).get("")
        assert "Twilio-Request-Id" not in answer.headers
        assert answer.headers["Content-Type"].startswith("text/html")


def test_the_redirect_leads_elsewhere(connect: Connect) -> None:
    """The redirect names a host that no name server knows."""
    with Sandbox(faults=["redirect"]) as sandbox:
        assert connect(sandbox).get("").headers["Location"].partition("/v1")[0] == "https://elsewhere.invalid"


def test_unknown_fields_are_everywhere(connect: Connect, listing: Listing) -> None:
    """The page, its meta and every record have a field that no schema knows."""
    page = page_struck_by("unknown_fields", connect)
    for each in (page, page["meta"], *page[listing.key]):
        assert "sandbox_unknown" in each


def test_unknown_values_take_the_place_of_listed_ones(connect: Connect, listing: Listing) -> None:
    """Every attribute that lists its values has another one."""
    for record in page_struck_by("unknown_values", connect)[listing.key]:
        assert {record[name] for name in listing.with_enum()} == {"carrier_pigeon"}


def test_wrong_types_are_no_ones_own(connect: Connect, listing: Listing) -> None:
    """No attribute has a value of the type that it should have."""
    right = Sandbox(25, seed=4).flows[:10]
    for record, truth in zip(page_struck_by("wrong_types", connect)[listing.key], right, strict=True):
        assert all(type(record[name]) is not type(truth[name]) for name in truth)


def test_nulls_are_everywhere(connect: Connect, listing: Listing) -> None:
    """Every attribute is there and null."""
    for record in page_struck_by("nulls", connect)[listing.key]:
        assert set(record) == set(listing.attributes())
        assert set(record.values()) == {None}


def test_integers_are_beyond_64_bits(connect: Connect, listing: Listing) -> None:
    """Every integer of a record is too big for 64 bits, those within its objects too."""
    integers = [
        value
        for record in page_struck_by("big_integers", connect)[listing.key]
        for part in (record, *(each for each in record.values() if isinstance(each, dict)))
        for value in part.values()
        if type(value) is int
    ]
    assert integers
    assert all(value >= 2**64 for value in integers)


def test_1e400_is_spelt_out(connect: Connect) -> None:
    """The number is in the text as it is, beyond what a float holds."""
    with Sandbox(2, faults=["huge_float"]) as sandbox:
        assert connect(sandbox).get("").text.count(": 1e400") == 2


def test_surrogates_come_alone(connect: Connect, listing: Listing) -> None:
    """A text ends in half a character, escaped as JSON allows it."""
    for record in page_struck_by("lone_surrogates", connect)[listing.key]:
        assert any(isinstance(value, str) and value.endswith("\ud83d") for value in record.values())


def test_an_empty_page_comes_before_the_next(connect: Connect, listing: Listing) -> None:
    """A page is empty and has a next one, from the first page on and further on, which is another one every time."""
    with Sandbox(5, faults=["empty_page@1x3"]) as sandbox:
        client, url, seen = connect(sandbox), "", []
        for _ in range(3):
            page = client.get(url).json()
            assert page[listing.key] == []
            url = page["meta"]["next_page_url"]
            seen.append(url)
        assert len(set(seen)) == 3
        assert client.get(url).json()[listing.key] == list(sandbox.flows)


def test_flows_added_stand_first(connect: Connect, listing: Listing) -> None:
    """New flows come to the top of the list, with SIDs of their own, and can be paged over as well."""
    with Sandbox(25, faults=["flows_added@1x2"]) as sandbox:
        client, before = connect(sandbox), list(sandbox.flows)
        client.get("")
        client.get("")
        assert len(sandbox.flows) == 31
        assert sandbox.flows[6:] == before
        assert sandbox.flows[-1] == before[-1]
        found, url = [], "?PageSize=2"
        while url is not None:
            page = client.get(url).json()
            found += page[listing.key]
            url = page["meta"]["next_page_url"]
        assert found == list(sandbox.flows)
        assert len({json.dumps(flow) for flow in found}) == 31


def test_page_faults_leave_errors_alone(connect: Connect) -> None:
    """A fault of a page's content changes no answer that is an error."""
    with Sandbox(faults=["nulls", "empty"]) as sandbox:
        assert {connect(sandbox).get("?PageSize=0").json()["code"] for _ in range(8)} == {20007}


def test_a_plan_says_which_requests(connect: Connect) -> None:
    """Planned faults strike the requests that they name, in their order where they meet, and no others."""
    faults = [Fault("500", request=2, times=2), "429@3x2", Fault("404", request=6)]
    with Sandbox(faults=faults) as sandbox:
        client = connect(sandbox)
        assert [client.get("").status_code for _ in range(7)] == [200, 500, 500, 429, 200, 404, 200]


def test_chance_is_seeded(connect: Connect) -> None:
    """By rate, the same requests are struck for the same seed, about as many as the rate says, by all faults named."""
    runs = []
    for seed in (1, 1, 2):
        with Sandbox(1, seed=seed, faults=["500", "404"], fault_rate=0.5) as sandbox:
            client = connect(sandbox)
            runs.append([client.get("").status_code for _ in range(60)])
    assert runs[0] == runs[1] != runs[2]
    assert set(runs[0]) == {200, 404, 500}
    assert 15 < runs[0].count(200) < 45


@pytest.mark.parametrize(("rate", "statuses"), [(0, {200}), (1, {500})])
def test_chance_has_its_ends(rate: float, statuses: set[int], connect: Connect) -> None:
    """A rate of 0 strikes never, and one of 1 always."""
    with Sandbox(1, faults=["500"], fault_rate=rate) as sandbox:
        client = connect(sandbox)
        assert {client.get("").status_code for _ in range(20)} == statuses


def test_a_plan_goes_before_chance(connect: Connect) -> None:
    """A planned fault strikes where chance would have."""
    with Sandbox(1, faults=["500", Fault("404", request=2)]) as sandbox:
        client = connect(sandbox)
        assert [client.get("").status_code for _ in range(3)] == [500, 404, 500]


@pytest.mark.parametrize(
    ("text", "fault"),
    [("429@2", Fault("429", request=2)), ("503_html@1x3", Fault("503_html", times=3)), ("999@10x1", Fault("999", 10))],
)
def test_a_plan_can_be_written_short(text: str, fault: Fault) -> None:
    """NAME@REQUEST and NAME@REQUESTxTIMES are faults, too."""
    assert Fault.parse(text) == fault


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Fault("stal"), "'stal'; close: stall"),
        (lambda: Fault("~"), "FAULTS has them all"),
        (lambda: Fault("500", request=0), "request is 0"),
        (lambda: Fault("500", times=0), "times is 0"),
        (lambda: Fault.parse("500@two"), "NAME@REQUEST"),
        (lambda: Fault.parse("500"), "NAME@REQUEST"),
        (lambda: Sandbox(faults=["500@"]), "NAME@REQUEST"),
        (lambda: Sandbox(faults=["5000"]), "no fault '5000'"),
        (lambda: Sandbox(fault_rate=1.1), "fault_rate is 1.1"),
        (lambda: Sandbox(fault_rate=-0.1), "fault_rate is -0.1"),
    ],
)
def test_a_fault_that_is_none_is_refused(make: Callable[[], object], message: str) -> None:
    """A fault that does not exist, or cannot strike, is a ValueError that says why."""
    with pytest.raises(ValueError, match=message):
        make()


def test_a_row_is_a_value() -> None:
    """A row of the catalogue prints as what it is, without the function in it."""
    assert repr(FAULTS["stall"]) == (
        "FaultKind(name='stall', does='no answer, the connection open', leaves=<Leaves.NOTHING: 'no page'>, adds=0)"
    )
    assert isinstance(FAULTS["stall"], FaultKind)
