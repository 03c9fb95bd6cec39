"""Any list of the API, bound to the clients by its generated operation."""

from collections.abc import Iterator
from typing import Any

import attrs
import httpx
import pytest
from drivers import driver
from raw_server import RawServer, account, each, response

from flexflows import FlexFlow, PageMeta
from flexflows._client import AsyncList, SyncList
from flexflows._generated import ListOperation, Operation, Parameter, list_flex_flows
from flexflows._paging import Page

WORKERS: ListOperation[FlexFlow, PageMeta] = attrs.evolve(
    list_flex_flows,
    name="list_workers",
    server="https://taskrouter.twilio.com",
    path="/v1/Workspaces/{WorkspaceSid}/Workers",
    key="workers",
    parameters=(
        Parameter(name="workspace_sid", wire_name="WorkspaceSid", location="path", required=True),
        Parameter(name="available", wire_name="Available", kind="boolean"),
    ),
    page_size=attrs.evolve(list_flex_flows.page_size, maximum=100) if list_flex_flows.page_size else None,
)
SOME: ListOperation[FlexFlow, PageMeta] = attrs.evolve(WORKERS, name="list_some", page_size=None)


class Workers(SyncList[FlexFlow, Page[FlexFlow, PageMeta]]):
    """A list below a path parameter, on another host, with a smaller page size."""

    operation = WORKERS


class AsyncWorkers(AsyncList[FlexFlow, Page[FlexFlow, PageMeta]]):
    """The asynchronous client for the list of `Workers`."""

    operation = WORKERS


class Some(SyncList[FlexFlow, Page[FlexFlow, PageMeta]]):
    """A list that takes no page size."""

    operation = SOME


def pages() -> Iterator[bytes]:
    for number in range(3):
        following = f'"https://x/v1/Workspaces/WS%2F1/Workers?Page={number + 1}&PageToken=PA{number}"'
        meta = f'{{"next_page_url": {following if number < 2 else "null"}}}'
        yield response(f'{{"workers": [{{"sid": "W{number}"}}], "meta": {meta}}}'.encode())


@pytest.mark.parametrize("kind", ["sync", "asyncio", "trio"])
def test_a_list_below_a_path_parameter(kind: str) -> None:
    """Every page is requested from the list's path, with the operation's maximum page size."""
    with RawServer(each(*pages(), list(pages())[2])) as server, driver(kind) as open_client:
        client: Any = Workers(**account(server))
        filters = {"workspace_sid": "WS/1", "available": True}
        if open_client.portal is not None:
            portal = open_client.portal
            asynchronous = AsyncWorkers(**account(server))
            found = portal.call(asynchronous._list, asynchronous._request(filters, None, None, None))
            portal.call(asynchronous.aclose)
        else:
            found = client._list(client._request(filters, None, None, None))
        assert [worker.sid for worker in found] == ["W0", "W1", "W2"]
        assert [head.split(b" ")[1].decode() for head in server.requests] == [
            "/v1/Workspaces/WS%2F1/Workers?Available=true&PageSize=100",
            "/v1/Workspaces/WS%2F1/Workers?Page=1&PageToken=PA0&PageSize=100",
            "/v1/Workspaces/WS%2F1/Workers?Page=2&PageToken=PA1&PageSize=100",
        ]
        if kind == "sync":
            cursor = client._page(client._request({"workspace_sid": "WS/1"}, None, None, None)).next_cursor
            assert cursor is None
        client.close()


def test_the_server_of_the_operation() -> None:
    """A list may be on another host, in any region."""
    assert repr(Workers("AC1", "t", region="ie1")) == "<Workers of https://taskrouter.dublin.ie1.twilio.com>"


@pytest.mark.parametrize(
    ("client", "arguments", "kind", "expected"),
    [
        (
            Workers,
            ({"workspace_sid": "WS1"}, None, 101, None),
            ValueError,
            "page_size must be an integer from 1 to 100",
        ),
        (Workers, ({}, None, None, None), TypeError, "workspace_sid is missing"),
        (
            Workers,
            ({"workspace_sid": "WS1", "nam": 1}, None, None, None),
            TypeError,
            "list_workers has no filter 'nam'",
        ),
        (Workers, ({"workspace_sid": "WS1", "available": "x"}, None, None, None), ValueError, "available must be"),
        (Some, ({"workspace_sid": "WS1"}, None, 5, None), ValueError, "list_some takes no page size; remove page_size"),
        (Some, ({"nam": 1}, None, None, "x"), TypeError, "list_some has no filter 'nam'"),
    ],
)
def test_wrong_arguments(client: type[Any], arguments: tuple[Any, ...], kind: type[Exception], expected: str) -> None:
    """The error names the parameter, and nothing is sent."""
    with client("AC1", "t", transport=httpx.MockTransport(lambda _: pytest.fail("sent"))) as one:
        with pytest.raises(kind) as caught:
            one._request(*arguments)
        assert str(caught.value).startswith(expected)


def test_a_list_without_page_size() -> None:
    """A list without page sizes is requested without PageSize, and truncated at the limit."""
    with RawServer(each(*pages())) as server, Some(**account(server)) as client:
        assert [one.sid for one in client._list(client._request({"workspace_sid": "WS/1"}, 2, None, None))] == [
            "W0",
            "W1",
        ]
        assert server.requests[0].startswith(b"GET /v1/Workspaces/WS%2F1/Workers HTTP/1.1")


def test_an_operation_that_is_not_a_list() -> None:
    """Binding such an operation fails when the class is created; a base class may have no operation."""
    fetch = Operation(name="fetch_flex_flow", server="https://flex-api.twilio.com", path="/v1/FlexFlows/{Sid}")
    for base in (SyncList, AsyncList):
        for operation, name in ((fetch, "fetch_flex_flow"), ("list_workers", "str")):
            with pytest.raises(TypeError, match=rf"^Wrong cannot be bound to {name}: its response is not a list"):
                type("Wrong", (base,), {"operation": operation})
        assert type("Right", (type("Base", (base,), {}),), {"operation": WORKERS}).operation is WORKERS
