"""Lists without filters, bound to the generated code for Flex Flows."""

import asyncio
from typing import Any

import httpx
import pytest

from flexflows import AuthenticationError, FlexFlow, PageMeta
from flexflows._flex_flows import FLEX_FLOWS
from flexflows._lists import AsyncList, ListEndpoint, Page, SyncList


class Flows(SyncList[FlexFlow, Page[FlexFlow, PageMeta]]):
    endpoint = ListEndpoint(FLEX_FLOWS.request, "flex_flows", FlexFlow.from_dict, PageMeta.from_dict, Page)


class AsyncFlows(AsyncList[FlexFlow, Page[FlexFlow, PageMeta]]):
    endpoint = Flows.endpoint


@pytest.fixture
def asked() -> list[httpx.QueryParams]:
    return []


@pytest.fixture
def account(asked: list[httpx.QueryParams]) -> dict[str, Any]:
    """Credentials, and an account of three flows."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params)
        size, number = int(asked[-1]["PageSize"]), int(asked[-1].get("Page", 0))
        flows = [{"sid": f"FO{index}"} for index in range(3)][number * size :]
        more = f"https://flex-api.twilio.com/v1/FlexFlows?PageSize={size}&Page={number + 1}&PageToken=PA{number}"
        meta = {"next_page_url": more if len(flows) > size else None}
        return httpx.Response(200, json={"flex_flows": flows[:size], "meta": meta})

    return {"account_sid": "AC" + "a" * 32, "auth_token": "secret", "transport": httpx.MockTransport(answer)}


def test_every_verb_reads_the_list(account: dict[str, Any]) -> None:
    """List, stream, pages and page give the same records."""
    with Flows(**account) as flows:
        first = flows.page(page_size=2)
        rest = flows.page(page_size=2, cursor=first.next_cursor)
        assert [*first, *rest] == flows.list() == list(flows.stream(prefetch=True))
        assert [len(page) for page in flows.pages(page_size=2)] == [2, 1]


def test_every_verb_reads_the_list_asynchronously(account: dict[str, Any]) -> None:
    """The asynchronous twin does the same."""

    async def read() -> None:
        async with AsyncFlows(**account) as flows:
            first = await flows.page(page_size=2)
            rest = await flows.page(page_size=2, cursor=first.next_cursor)
            streamed = [flow async for flow in flows.stream(prefetch=True)]
            assert [*first, *rest] == await flows.list() == streamed
            assert [len(page) async for page in flows.pages(page_size=2)] == [2, 1]

    asyncio.run(read())


def test_limits_are_kept(account: dict[str, Any], asked: list[httpx.QueryParams]) -> None:
    """A limit asks for no more than it needs, and 0 asks for nothing."""
    with Flows(**account) as flows:
        assert len(flows.list(limit=2)) == 2
        assert flows.list(limit=0) == []
    assert [query["PageSize"] for query in asked] == ["2"]


def test_errors_are_the_packages_own() -> None:
    """An error of the API is told like that of any list."""
    refuse = httpx.MockTransport(lambda _: httpx.Response(401, json={"code": 20003, "message": "Authenticate"}))
    with Flows("AC" + "a" * 32, "secret", transport=refuse) as flows, pytest.raises(AuthenticationError, match="20003"):
        flows.list()
