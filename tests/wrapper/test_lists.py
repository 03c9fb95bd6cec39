"""Another list of the API, bound without filters: the same paging, retries and errors in a few lines."""

from typing import Any

import pytest
from listeners import Listener, answer

from flexflows import PageMeta
from flexflows import _ahead as ahead
from flexflows import _cursors as cursors
from flexflows._lists import AsyncList, ListEndpoint, Page, SyncList

THINGS: ListEndpoint[Any, PageMeta, Page[Any, PageMeta]] = ListEndpoint(
    lambda: {"method": "get", "url": "/v1/Things"}, "things", lambda record: record["name"], PageMeta.from_dict, Page
)


class Things(SyncList[str, Page[str, PageMeta]]):
    endpoint = THINGS


class AsyncThings(AsyncList[str, Page[str, PageMeta]]):
    endpoint = THINGS


def reply(number: int) -> bytes:
    return answer({"things": [{"name": "one"}, {"name": "two"}][: 1 + number % 2], "meta": {"next_page_url": None}})


ACCOUNT: dict[str, Any] = {"account_sid": "AC1", "auth_token": "t"}
CURSOR = cursors.encode("/v1/Things", "PageToken=1")
ARGUMENTS: dict[str, Any] = {"limit": 3, "page_size": 2, "cursor": CURSOR}
SENT = [
    b"GET /v1/Things?PageToken=1&PageSize=2",
    b"GET /v1/Things?PageSize=1000",
    b"GET /v1/Things?PageToken=1&PageSize=1",
]
LIMIT_1 = {"limit": 1, "cursor": CURSOR}


def sent(listener: Listener) -> list[bytes]:
    return [head.partition(b" HTTP/1.1")[0] for head in listener.requests]


@pytest.mark.parametrize("verb", ["list", "stream", "pages"])
def test_a_list_without_filters(verb: str) -> None:
    """The verbs of the blocking client do for another list what they do for flows."""
    with Listener(reply) as listener, Things(**ACCOUNT, base_url=listener.url) as things:
        call = getattr(things, verb)
        for arguments in (ARGUMENTS, {}, LIMIT_1):
            found = [*call(**arguments)]
            assert [item for page in found for item in page] if verb == "pages" else found
        assert sent(listener) == SENT


@pytest.mark.parametrize("verb", ["stream", "pages"])
@pytest.mark.parametrize(("prefetch", "kept"), [({}, True), ({"prefetch": False}, True), ({"prefetch": 1}, False)])
def test_prefetching_is_handed_on(verb: str, prefetch: dict[str, Any], kept: bool) -> None:  # noqa: FBT001 - a column
    """The verbs that can prefetch hand it on, and do not unless they are told to."""
    with Listener(reply) as listener, Things(**ACCOUNT, base_url=listener.url) as things:
        if kept:
            assert len([*getattr(things, verb)(**prefetch)]) == 1
        else:
            with pytest.raises(TypeError, match=r"^prefetch must be True or False"):
                getattr(things, verb)(**prefetch)
        assert [*getattr(things, verb)(prefetch=True)] != []


def test_nothing_is_prefetched_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `prefetch`, no thread asks for anything."""
    monkeypatch.setattr(ahead, "in_thread", lambda *_: pytest.fail("a thread was started"))
    with Listener(reply) as listener, Things(**ACCOUNT, base_url=listener.url) as things:
        assert [page.records for page in things.pages()] == [("one",)]
        assert [*things.stream()] == ["one", "two"]
        assert things.list() == ["one"]


def test_one_page_without_filters() -> None:
    """A page of another list is a page like any other."""
    with Listener(reply) as listener, Things(**ACCOUNT, base_url=listener.url) as things:
        assert [*things.page(page_size=2, cursor=CURSOR)] == ["one"]
        assert [*things.page()] == ["one", "two"]
        assert sent(listener) == SENT[:2]


@pytest.mark.anyio
async def test_an_asynchronous_list_without_filters() -> None:
    """The verbs of the asynchronous client do for another list what those of the blocking one do."""
    with Listener(reply) as listener:
        async with AsyncThings(**ACCOUNT, base_url=listener.url) as things:
            for arguments in (ARGUMENTS, {}, LIMIT_1):
                assert (await things.list(**arguments))[0] == "one"
            for arguments in (ARGUMENTS, {}, LIMIT_1):
                assert "one" in [thing async for thing in things.stream(**arguments)]
            for arguments in (ARGUMENTS, {}, LIMIT_1):
                assert [page[0] async for page in things.pages(**arguments)] == ["one"]
            assert (await things.page(page_size=2, cursor=CURSOR))[0] == "one"
            assert (await things.page())[0] == "one"
            assert sent(listener) == SENT * 3 + SENT[:2]
            for verb in (things.stream, things.pages):
                with pytest.raises(TypeError, match=r"^prefetch must be True or False"):
                    verb(prefetch=1)  # type: ignore[arg-type]
