"""Another list of the API, bound without filters: the same paging, retries and errors in a few lines."""

from typing import Any

import pytest
from listeners import Listener, answer

from flexflows import PageMeta
from flexflows._lists import AsyncList, ListEndpoint, Page, SyncList

THINGS: ListEndpoint[Any, PageMeta, Page[Any, PageMeta]] = ListEndpoint(
    lambda: {"method": "get", "url": "/v1/Things"}, "things", lambda record: record["name"], PageMeta.from_dict, Page
)


class Things(SyncList[str, Page[str, PageMeta]]):
    endpoint = THINGS


class AsyncThings(AsyncList[str, Page[str, PageMeta]]):
    endpoint = THINGS


def reply(number: int) -> bytes:
    nexts = f"/v1/Things?PageToken={number}" if number % 2 == 0 else None
    return answer({"things": [{"name": f"thing {number % 2}"}], "meta": {"next_page_url": nexts}})


BOTH = ["thing 0", "thing 1"]
ACCOUNT: dict[str, Any] = {"account_sid": "AC1", "auth_token": "t"}


def test_a_list_without_filters() -> None:
    """All verbs of the blocking client work for another list."""
    with Listener(reply) as listener, Things(**ACCOUNT, base_url=listener.url) as things:
        assert things.list() == BOTH
        assert list(things.stream(limit=2, page_size=1)) == BOTH
        assert [*things.pages(prefetch=True)][1][0] == "thing 1"
        assert [*things.page()] == ["thing 0"]
        assert things.list(limit=1, cursor=things._first({}, limit=1, page_size=1, cursor=None).cursor) == ["thing 1"]  # type: ignore[union-attr]
        assert listener.requests[0].startswith(b"GET /v1/Things?PageSize=1000 ")
        assert listener.requests[2].startswith(b"GET /v1/Things?PageSize=1 ")


@pytest.mark.anyio
async def test_an_asynchronous_list_without_filters() -> None:
    """All verbs of the asynchronous client work for another list."""
    with Listener(reply) as listener:
        async with AsyncThings(**ACCOUNT, base_url=listener.url) as things:
            assert await things.list() == BOTH
            assert [thing async for thing in things.stream(limit=2, page_size=1)] == BOTH
            assert [len(page) async for page in things.pages()] == [1, 1]
            assert [*await things.page()] == ["thing 0"]
            assert listener.requests[2].startswith(b"GET /v1/Things?PageSize=1 ")
