"""Listings against the sandbox, with the same tests for the synchronous and the asynchronous client."""

import logging
import re
from contextlib import aclosing
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from drivers import WAYS, Driver, credentials, driver
from raw_server import PATH, RawServer, each, page, response

import flexflows
from flexflows import AsyncFlexFlows, FlexFlow, FlexFlows, Page
from flexflows.sandbox import Sandbox

BOUNDS = FlexFlows.operation.page_size
SIZE, MOST = (BOUNDS.wire_name, BOUNDS.maximum) if BOUNDS else ("", 0)
FILTER = FlexFlows.operation.parameters[0]


def sids(flows: Any) -> list[str | None]:
    return [flow.sid for flow in flows]


def expected(sandbox: Sandbox) -> list[str]:
    return [record["sid"] for record in sandbox.flows]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("arguments", "requested", "count"),
    [
        ({}, [MOST] * 2, MOST + 9),
        ({"limit": 1}, [1], 1),
        ({"limit": MOST + 1}, [MOST, 1], MOST + 1),
        ({"limit": 5, "page_size": 2}, [2, 2, 1], 5),
        ({"limit": 2, "page_size": 5}, [2], 2),
        ({"limit": 0}, [], 0),
    ],
    ids=str,
)
def test_no_more_than_needed(
    open_client: Driver, way: str, arguments: dict[str, Any], requested: list[int], count: int
) -> None:
    """All records come in order; limit and page size determine the number of requests, and the size of each."""
    with Sandbox(flows=[{"sid": f"FO{number:032x}"} for number in range(MOST + 9)]) as sandbox:
        assert sids(WAYS[way](open_client(sandbox), **arguments)) == expected(sandbox)[:count]
        queries = [parse_qs(urlsplit(request.target).query) for request in sandbox.requests]
        assert [query[SIZE] for query in queries] == [[str(size)] for size in requested]


@pytest.mark.parametrize("method", ["stream", "pages"])
def test_nothing_is_sent_before_the_first_next(open_client: Driver, method: str) -> None:
    """An iterator sends nothing until its first item is requested, and a page at a time."""
    with Sandbox(flows=4) as sandbox:
        iterator = getattr(open_client(sandbox), method)(page_size=2)
        assert sandbox.requests == ()
        counts = [len(sandbox.requests) for _ in iterator]
        assert counts == ([1, 1, 2, 2] if method == "stream" else [1, 2])


def test_one_page(open_client: Driver) -> None:
    """A page has its flows, its request id, and the cursors of its neighbours."""
    with Sandbox(flows=5) as sandbox:
        client = open_client(sandbox)
        first = client.page(page_size=2)
        assert isinstance(first, Page)
        assert all(type(flow) is FlexFlow for flow in first)
        assert sids(first.flex_flows) == expected(sandbox)[:2]
        assert first.previous_cursor is None
        assert first.request_id.startswith("RQ")
        second = client.page(cursor=first.next_cursor)
        assert sids(second) == expected(sandbox)[2:4]
        assert sids(client.page(cursor=second.previous_cursor)) == sids(first)
        assert client.page(cursor=second.next_cursor).next_cursor is None


def test_an_empty_page_with_a_next_page(open_client: Driver) -> None:
    """An empty page in the middle does not end the listing; the next page's URL may be relative, or empty."""
    urls = ("?PageToken=1", f"{PATH}?PageToken=2", "")
    pages = [page(*["FO1"] * (number != 1), next_page_url=url) for number, url in enumerate(urls)]
    with RawServer(each(*map(response, pages))) as server:
        assert sids(open_client(server).stream()) == ["FO1", "FO1"]


def test_the_filter_is_sent_on_every_page(open_client: Driver) -> None:
    """The filter is sent unchanged with every page, and is part of the cursor, from which any client can resume."""
    name = "São Paulo & Zürich/東京?#%2B+"
    flows = [{"sid": f"FO{number}", FILTER.name: name if number % 2 else "x"} for number in range(10)]
    with Sandbox(flows=flows) as sandbox, FlexFlows(**credentials(sandbox)) as other:
        first, *_ = open_client(sandbox).pages(page_size=2, **{FILTER.name: name})
        assert sids(first) == ["FO1", "FO3"]
        queries = [parse_qs(urlsplit(request.target).query) for request in sandbox.requests]
        assert [query[FILTER.wire_name] for query in queries] == [[name]] * 3
        assert sids(other.list(cursor=first.next_cursor)) == ["FO5", "FO7", "FO9"]


def test_both_clients_send_the_same_bytes() -> None:
    """Both clients send the same requests, byte for byte, with the server's query but for the page size."""
    replies = [
        response(page("FO2", next_page_url=f"{PATH}?New=%20+x&PageToken=PA2==&{SIZE}=50")),
        response(b"", status="500 No"),
        response(page("FO3", next_page_url=f"https://elsewhere.invalid{PATH}?PageToken=PA3%3D%3D")),
        response(page("FO4")),
    ]
    with RawServer(each(*replies * 3)) as server:
        for kind in ("sync", "asyncio", "trio"):
            with driver(kind) as open_client:
                client = open_client(server, auth_token="é", base_url=f"{server.url}/a%20b/")
                assert sids(client.list(limit=5, page_size=3, **{FILTER.name: "é /&"})) == ["FO2", "FO3", "FO4"]
    assert server.requests[:4] == server.requests[4:8] == server.requests[8:]
    assert [head.partition(b" HTTP/1.1")[0].decode() for head in server.requests[:4]] == [
        f"GET /a%20b{PATH}?{FILTER.wire_name}=%C3%A9%20%2F%26&{SIZE}=3",
        f"GET /a%20b{PATH}?New=%20+x&PageToken=PA2==&{SIZE}=3",
        f"GET /a%20b{PATH}?New=%20+x&PageToken=PA2==&{SIZE}=3",
        f"GET /a%20b{PATH}?PageToken=PA3%3D%3D&{SIZE}=3",
    ]


def test_an_error_has_the_cursor_of_the_failed_page(open_client: Driver) -> None:
    """Only the page that failed is requested again; its error has its cursor and the number of attempts."""
    with Sandbox(flows=6, faults=["500@2x3"]) as sandbox:
        client = open_client(sandbox, attempts=3)
        pages: list[Page] = []
        with pytest.raises(flexflows.ServerError) as caught:
            pages.extend(client.pages(page_size=2))
        error = caught.value
        assert (error.status, error.code, error.attempts) == (500, 20500, 3)
        assert str(error).startswith(f"500 {error.message} (Twilio error 20500, request {error.request_id}, https:")
        assert [len(page) for page in pages] == [2]
        assert len({request.target for request in sandbox.requests[1:]}) == 1
        assert sids(client.list(cursor=error.cursor)) == expected(sandbox)[2:6]


def test_a_closed_client_cannot_be_used(open_client: Driver) -> None:
    """Using a closed client is a `ValueError`, also in the middle of a listing, and nothing is sent."""
    with Sandbox(flows=4) as sandbox:
        client = open_client(sandbox)
        pages = client.pages(page_size=2)
        assert len(next(pages)) == 2
        client.close()
        client.close()
        for use in (lambda: next(pages), client.list, client.page, client.stream, client.pages):
            with pytest.raises(ValueError, match=r"^this (Async)?FlexFlows is closed; create another$"):
                use()
        assert len(sandbox.requests) == 1


def test_log_records(open_client: Driver, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """Each attempt is logged at DEBUG, without the query: method, path, outcome, time, request id and attempt."""
    with Sandbox(flows=1, faults=["500@1", "close@2"]) as sandbox, caplog.at_level(logging.DEBUG, "flexflows"):
        one = open_client(sandbox).page(**{FILTER.name: "Sales"})
    assert {record.name for record in caplog.records} == {"flexflows"}
    assert not any("Sales" in record.getMessage() for record in caplog.records)
    lines = [record.getMessage() for record in caplog.records if "retry" not in record.__dict__]
    outcomes = [line.partition(" in ")[0].removeprefix(f"GET {PATH}: ") for line in lines]
    assert outcomes == ["500", "RemoteProtocolError", "200"]
    assert lines[1].endswith("s (request -, attempt 2)")
    assert re.search(rf" in \d\.\d{{3}} s \(request {one.request_id}, attempt 3\)$", lines[2])
    assert capfd.readouterr() == ("", "")
    logger = logging.getLogger("flexflows")
    assert (logger.handlers, logger.level) == ([], logging.NOTSET)


def test_leaving_the_block_closes_a_client() -> None:
    """Leaving the block closes the client, and propagates an exception."""
    with pytest.raises(ZeroDivisionError), FlexFlows("AC1", "t") as client:
        _ = 1 / 0
    with pytest.raises(ValueError, match="closed"):
        client.list()


@pytest.mark.anyio
async def test_leaving_the_block_closes_an_asynchronous_client() -> None:
    """Leaving the block closes the client, under each event loop, and an iterator can be left early."""
    with Sandbox(flows=3) as sandbox:
        async with AsyncFlexFlows(**credentials(sandbox)) as client, aclosing(client.stream()) as stream:
            assert (await anext(stream)).sid == sandbox.flows[0]["sid"]
        with pytest.raises(ValueError, match="closed"):
            await client.list()
