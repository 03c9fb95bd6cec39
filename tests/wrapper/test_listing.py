"""Listings against the sandbox, with the same tests for the synchronous and the asynchronous client."""

import itertools
import logging
import re
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from client_faults import fault as fault_of
from drivers import WAYS, Driver, credentials, driver
from raw_server import RawServer, by_number, page, response

import flexflows
from flexflows import FlexFlow, Page
from flexflows import _cursors as cursors
from flexflows.sandbox import Sandbox

PATH = "/v1/FlexFlows"


def sids(flows: Any) -> list[str | None]:
    return [flow.sid for flow in flows]


def wanted(sandbox: Sandbox, *span: int | None) -> list[str]:
    return [record["sid"] for record in itertools.islice(sandbox.flows, *span)]


def records(count: int) -> list[dict[str, Any]]:
    """Return minimal records."""
    return [{"sid": f"FO{number:032x}"} for number in range(count)]


def sizes(sandbox: Sandbox) -> list[str]:
    return [parse_qs(urlsplit(request.target).query)["PageSize"][0] for request in sandbox.requests]


@pytest.mark.parametrize("way", ["list", "pages"])
def test_all_flows_of_an_account(open_client: Driver, way: str) -> None:
    """The 2,500 flows of a full account come in order, in three requests by default."""
    with Sandbox(flows=records(2_500)) as sandbox:
        assert sids(WAYS[way](open_client(sandbox))) == wanted(sandbox, None)
        assert sizes(sandbox) == ["1000"] * 3


@pytest.mark.parametrize("way", ["list", "stream", "pages"])
@pytest.mark.parametrize(
    ("arguments", "requested", "count"),
    [
        ({"limit": 1}, ["1"], 1),
        ({"limit": 1000}, ["1000"], 1000),
        ({"limit": 1001}, ["1000", "1"], 1001),
        ({"limit": 5, "page_size": 2}, ["2", "2", "1"], 5),
        ({"limit": 2, "page_size": 5}, ["2"], 2),
        ({"limit": 0}, [], 0),
        ({"page_size": 600}, ["600", "600"], 1200),
        ({"limit": 10**9}, ["1000", "1000"], 1200),
    ],
    ids=str,
)
def test_no_more_than_needed(
    open_client: Driver, way: str, arguments: dict[str, Any], requested: list[str], count: int
) -> None:
    """Limit and page size determine the number of requests, and the page size of each."""
    with Sandbox(flows=records(1200)) as sandbox:
        assert sids(WAYS[way](open_client(sandbox), **arguments)) == wanted(sandbox, count)
        assert sizes(sandbox) == requested


@pytest.mark.parametrize("method", ["stream", "pages"])
def test_nothing_is_sent_before_the_first_next(open_client: Driver, method: str) -> None:
    """An iterator sends nothing until its first item is requested."""
    with Sandbox(flows=3) as sandbox:
        iterator = getattr(open_client(sandbox), method)()
        assert sandbox.requests == ()
        assert next(iterator) is not None
        assert len(sandbox.requests) == 1
        iterator.close()


def test_a_stream_requests_a_page_when_its_first_record_is_needed(open_client: Driver) -> None:
    """The second page is requested after the last record of the first, and not before."""
    with Sandbox(flows=4) as sandbox:
        stream = open_client(sandbox).stream(page_size=2)
        assert [len(sandbox.requests) for _ in stream] == [1, 1, 2, 2]


def test_one_page(open_client: Driver) -> None:
    """A page has its flows, the cursors of its neighbours, and its request id."""
    with Sandbox(flows=5) as sandbox:
        client = open_client(sandbox)
        first = client.page(page_size=2)
        assert isinstance(first, Page)
        assert all(type(flow) is FlexFlow for flow in first)
        assert sids(first.flex_flows) == wanted(sandbox, 2)
        assert first.previous_cursor is None
        assert first.request_id is not None
        assert first.request_id.startswith("RQ")
        second = client.page(cursor=first.next_cursor, page_size=2)
        assert sids(second) == wanted(sandbox, 2, 4)
        assert sids(client.page(cursor=second.previous_cursor, page_size=2)) == sids(first)
        assert client.page().next_cursor is None


def test_an_empty_account(open_client: Driver) -> None:
    """An account without flows has one empty page."""
    with Sandbox(flows=0) as sandbox:
        client = open_client(sandbox)
        assert client.list() == []
        assert [len(page) for page in client.pages()] == [0]


def test_the_filter_is_sent_on_every_page(open_client: Driver) -> None:
    """The filter is sent unchanged with every page, and is part of the cursors."""
    name = "São Paulo & Zürich/東京?#%2B+"
    records = [{"sid": f"FO{number:032x}", "friendly_name": name if number % 2 else "x"} for number in range(10)]
    with Sandbox(flows=records) as sandbox:
        client = open_client(sandbox)
        assert sids(client.list(friendly_name=name, page_size=2)) == [record["sid"] for record in records[1::2]]
        queries = [parse_qs(urlsplit(request.target).query) for request in sandbox.requests]
        assert [query["FriendlyName"] for query in queries] == [[name]] * 3
        first = client.page(friendly_name=name, page_size=2)
        assert sids(client.list(cursor=first.next_cursor)) == [record["sid"] for record in records[5::2]]


@pytest.mark.parametrize(
    "fault", ["next-page-other-host", "next-page-reordered", "next-page-padded", "next-page-escaped"]
)
def test_the_next_page_is_requested_as_the_server_says(open_client: Driver, fault: str) -> None:
    """The next page's query is sent byte for byte, apart from its page size, to the configured host."""
    with Sandbox(flows=4, faults=[fault_of(fault)]) as sandbox:
        client = open_client(sandbox)
        pages = list(client.pages(page_size=2))
        assert sids(itertools.chain(*pages)) == wanted(sandbox, None)
        target = urlsplit(sandbox.requests[1].target)
        named = urlsplit(pages[0].meta.next_page_url or "")
        assert (target.path, target.query) == (named.path, named.query)


def test_a_base_url_with_a_path(open_client: Driver) -> None:
    """A path in the base URL is kept on every page, whether the next page's URL has it or not."""

    def reply(number: int) -> bytes:
        following = (f"/proxy/X{PATH}?Page=1", f"https://flex-api.twilio.com{PATH}?Page=2", None)[number]
        return response(page(f"FO{number}", next_page_url=following))

    with RawServer(by_number(reply)) as listener:
        client = open_client(account_sid="AC1", auth_token="t", base_url=f"{listener.url}/proxy/X/")
        assert [flow.sid for flow in client.list()] == ["FO0", "FO1", "FO2"]
        assert [head.split(b" ")[1].decode() for head in listener.requests] == [
            f"/proxy/X{PATH}?{query}" for query in ("PageSize=1000", "Page=1&PageSize=1000", "Page=2&PageSize=1000")
        ]


RESUME = """
import sys
from flexflows import FlexFlows
account_sid, auth_token, base_url, cursor = sys.argv[1:]
with FlexFlows(account_sid, auth_token, base_url=base_url) as flows:
    print(*[flow.sid for flow in flows.stream(cursor=cursor)])
"""


def test_a_cursor_resumes_in_another_process() -> None:
    """A listing can be resumed from a cursor in another process and with the other client."""
    with Sandbox(flows=9) as sandbox, driver("asyncio") as open_client:
        page = open_client(sandbox).page(page_size=4)
        arguments = [sandbox.account_sid, sandbox.auth_token, sandbox.url, page.next_cursor or ""]
        command = [sys.executable, "-W", "error", "-c", RESUME, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        assert done.stdout.split() == wanted(sandbox, 4, 9)
        assert done.stderr == ""


def test_both_clients_send_the_same_bytes() -> None:
    """Both clients send the same requests, byte for byte."""
    second = page("FO2", next_page_url="/v1/FlexFlows?New=%20+x&PageToken=PA2==&PageSize=50")
    third = page("FO3", next_page_url="https://elsewhere.invalid/v1/FlexFlows?PageToken=PA3%3D%3D")
    replies = [
        response(second),
        response(b"", status="500 No"),
        response(third),
        response(page("FO4")),
        response(page()),
    ]
    with RawServer(by_number(lambda number: replies[number % 5])) as listener:
        for kind in ("sync", "asyncio", "trio"):
            with driver(kind) as open_client:
                client = open_client(account_sid="AC1", auth_token="é", base_url=f"{listener.url}/a%20b/")
                assert sids(client.list(friendly_name="é /&", limit=5, page_size=3)) == ["FO2", "FO3", "FO4"]
                cursor = cursors.encode("/v1/FlexFlows", "PageToken=PA9==&PageSize=50")
                assert client.page(cursor=cursor, page_size=7).next_cursor is None
    assert len(listener.requests) == 15
    assert listener.requests[:5] == listener.requests[5:10] == listener.requests[10:]
    assert [head.partition(b" HTTP/1.1")[0].decode() for head in listener.requests[:5]] == [
        "GET /a%20b/v1/FlexFlows?FriendlyName=%C3%A9%20%2F%26&PageSize=3",
        "GET /a%20b/v1/FlexFlows?New=%20+x&PageToken=PA2==&PageSize=3",
        "GET /a%20b/v1/FlexFlows?New=%20+x&PageToken=PA2==&PageSize=3",
        "GET /a%20b/v1/FlexFlows?PageToken=PA3%3D%3D&PageSize=3",
        "GET /a%20b/v1/FlexFlows?PageToken=PA9==&PageSize=7",
    ]


@pytest.mark.parametrize("pair", [("account_sid", "auth_token"), ("api_key", "api_secret")])
def test_every_pair_of_credentials_opens_the_account(open_client: Driver, pair: tuple[str, str]) -> None:
    """The account's token and an API key both authenticate."""
    with Sandbox(flows=1) as sandbox:
        arguments = {name: getattr(sandbox, name) for name in pair}
        assert len(open_client(base_url=sandbox.url, **arguments).list()) == 1


def test_an_error_has_the_cursor_of_the_failed_page(open_client: Driver) -> None:
    """An error in the middle has the failed page's cursor, the number of attempts, and the API's error."""
    with Sandbox(flows=6, faults=["500@2x3"]) as sandbox:
        client = open_client(sandbox, attempts=3)
        got: list[Page] = []
        with pytest.raises(flexflows.ServerError) as caught:
            got.extend(client.pages(page_size=2))
        error = caught.value
        assert (error.status, error.code, error.attempts, error.message) == (500, 20500, 3, "Internal Server Error")
        assert str(error).startswith(
            f"500 Internal Server Error (Twilio error 20500, request {error.request_id}, https:"
        )
        assert len(sandbox.requests) == 4
        assert [len(page) for page in got] == [2]
        assert sids(client.list(cursor=error.cursor)) == wanted(sandbox, 2, 6)


def test_only_the_page_that_failed_is_requested_again(open_client: Driver) -> None:
    """A retry repeats the page, not the listing."""
    with Sandbox(flows=6, faults=["503@2x2"]) as sandbox:
        assert sids(open_client(sandbox).list(page_size=2)) == wanted(sandbox, None)
        targets = [request.target for request in sandbox.requests]
    assert len(targets) == 5
    assert targets[1] == targets[2] == targets[3]
    assert len(set(targets)) == 3


@pytest.mark.parametrize("attempts", [1, 2, 7])
def test_attempts_are_per_client(open_client: Driver, attempts: int) -> None:
    """A client requests a page as often as its `attempts` allow, and no more."""
    with Sandbox(flows=1, faults=["503+"]) as sandbox:
        with pytest.raises(flexflows.ServerError) as caught:
            open_client(sandbox, attempts=attempts).page()
        assert caught.value.attempts == len(sandbox.requests) == attempts


def test_a_closed_client_cannot_be_used(open_client: Driver) -> None:
    """Using a closed client is a `ValueError`, also in the middle of a listing, and nothing is sent."""
    with Sandbox(flows=4) as sandbox:
        client = open_client(sandbox)
        pages = client.pages(page_size=2)
        assert len(next(pages)) == 2
        client.close()
        client.close()
        with pytest.raises(ValueError, match=r"^this (Async)?FlexFlows is closed; create another$"):
            next(pages)
        for method in ("list", "page", "stream", "pages"):
            with pytest.raises(ValueError, match=r"is closed; create another$"):
                getattr(client, method)()
        assert len(sandbox.requests) == 1


def test_the_repr_of_a_client() -> None:
    """A client's repr names its host; it cannot be pickled."""
    with Sandbox(flows=0) as sandbox, flexflows.FlexFlows(**credentials(sandbox)) as client:
        assert repr(client) == f"<FlexFlows of {sandbox.url}>"
        assert repr(flexflows.FlexFlows.__new__(flexflows.FlexFlows)) == "<FlexFlows of None>"
        with pytest.raises(TypeError, match=r"^a FlexFlows cannot be pickled"):
            client.__reduce__()


def test_log_records(open_client: Driver, caplog: pytest.LogCaptureFixture) -> None:
    """Each attempt is logged at DEBUG, without the query: method, path, outcome, time, request id and attempt."""
    with Sandbox(flows=1, faults=["503@1", "close@2"]) as sandbox, caplog.at_level(logging.DEBUG, "flexflows"):
        page = open_client(sandbox).page(friendly_name="Sales")
    assert not any("Sales" in record.getMessage() for record in caplog.records)
    assert {record.name for record in caplog.records} == {"flexflows"}
    lines = [record.getMessage() for record in caplog.records if "retry" not in record.__dict__]
    assert [line.partition(" in ")[0] for line in lines] == [
        "GET /v1/FlexFlows: 503",
        "GET /v1/FlexFlows: RemoteProtocolError",
        "GET /v1/FlexFlows: 200",
    ]
    assert all(re.search(r" in \d\.\d{3} s ", line) for line in lines)
    assert lines[1].endswith(" s (request None, attempt 2)")
    assert lines[2].endswith(f" s (request {page.request_id}, attempt 3)")
    assert all(record.levelno == logging.DEBUG for record in caplog.records if record.name == "flexflows")


def test_the_library_is_quiet(capfd: pytest.CaptureFixture[str], open_client: Driver) -> None:
    """Retries and errors print nothing, even in an app that configures no logging."""
    with Sandbox(flows=1, faults=["503@1", "429-retry-later@2"]) as sandbox, pytest.raises(flexflows.RateLimitError):
        open_client(sandbox).list()
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("flexflows").handlers == []
    assert logging.getLogger("flexflows").level == logging.NOTSET


def test_clients_are_context_managers() -> None:
    """Leaving the block closes the connections, and propagates an exception."""
    with Sandbox(flows=1) as sandbox:
        with pytest.raises(ZeroDivisionError), flexflows.FlexFlows(**credentials(sandbox)) as client:  # noqa: PT012
            client.list()
            _ = 1 / 0
        assert client._is_closed


@pytest.mark.anyio
async def test_asynchronous_clients_are_context_managers() -> None:
    """Leaving the block closes the connections, under each event loop."""
    with Sandbox(flows=3) as sandbox:
        with pytest.raises(ZeroDivisionError):  # noqa: PT012 - leaving the block is what is tested
            async with flexflows.AsyncFlexFlows(**credentials(sandbox)) as client:
                assert len(await client.list()) == 3
                assert [flow.sid async for flow in client.stream(page_size=1)] == wanted(sandbox, None)
                assert [len(page) async for page in client.pages(page_size=2)] == [2, 1]
                _ = 1 / 0
        assert client._is_closed
