"""Paging: the query of each page, the cursors, and the end of the listing."""

import copy
import pickle
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any

import attrs
import httpx
import pytest
from raw_server import PATH, page

from flexflows import FlexFlow, FlexFlows, Page, PageMeta, PaginationError
from flexflows import _cursors as cursors
from flexflows._generated import Parameter
from flexflows_api.operation import PageSize

OPERATION = FlexFlows.operation
HOST = OPERATION.server
BOUNDS = OPERATION.page_size or PageSize(wire_name="", maximum=0)
SIZE, MOST = BOUNDS.wire_name, BOUNDS.maximum
WHOLE = f"{SIZE}={MOST}"
FILTER = OPERATION.parameters[0]


def client_of(*pages: bytes, **changes: Any) -> tuple[FlexFlows, list[str]]:
    """Return a client whose responses are these pages and then a last one, and a list of the queries that it sends."""

    class Client(FlexFlows):
        operation = attrs.evolve(OPERATION, **changes)

    def reply(request: httpx.Request) -> httpx.Response:
        queries.append(request.url.query.decode())
        return httpx.Response(200, content=next(bodies))

    queries: list[str] = []
    bodies = chain(pages, repeat(page("FO9")))
    return Client("AC1", "t", base_url=f"{HOST}/proxy", transport=httpx.MockTransport(reply)), queries


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "not a cursor", "\ud83d", f"{cursors.encode(PATH, 'Page=1')}\n"),
        cursors.encode("/v1/Elsewhere", "Page=1"),
        cursors.encode(PATH, "Page=1#x"),
        cursors.encode(PATH, "Page=1\r\nHost: elsewhere"),
        cursors.encode(PATH, "a" * (cursors.MAX_QUERY + 1)),
    ],
    ids=lambda cursor: ascii(cursor)[:20],
)
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    """A text that is not a cursor of this list, or was changed, is a `ValueError` that does not quote it."""
    with pytest.raises(ValueError, match=r"^cursor is not a cursor of this list; pass one .* of this list, unchanged$"):
        client_of()[0].list(cursor=cursor)


@pytest.mark.parametrize(
    ("url", "query"),
    [
        (f"{HOST}{PATH}?{SIZE}=50&Page=1&X{SIZE}=5&{SIZE}&{SIZE}=x", f"{WHOLE}&Page=1&X{SIZE}=5&{WHOLE}&{WHOLE}"),
        (f"http://user:password@elsewhere.invalid:99999999{PATH}?Page=1", f"Page=1&{WHOLE}"),
        (f"//elsewhere.invalid{PATH}?Page=1", f"Page=1&{WHOLE}"),
        (f"{PATH.rpartition('/')[2]}?Page=1", f"Page=1&{WHOLE}"),
        ("?Page=1", f"Page=1&{WHOLE}"),
        (f"{HOST}{PATH.replace('F', '%46', 1)}/?Page=1", f"Page=1&{WHOLE}"),
        (f"{HOST}/proxy{PATH}?Page=1", f"Page=1&{WHOLE}"),
        ("?PageToken=a==&b=%3D%3d&New=1&New=2&&", f"PageToken=a==&b=%3D%3d&New=1&New=2&&&{WHOLE}"),
        ("?FriendlyName=a b東'[]#b=2", f"FriendlyName=a%20b%E6%9D%B1'[]&{WHOLE}"),
    ],
)
def test_the_next_query(url: str, query: str) -> None:
    """The next page's query is that of its URL, byte for byte but for the page size, also from a stored cursor."""
    client, queries = client_of(page("FO1", next_page_url=url))
    pages = list(client.pages())
    assert client.page(cursor=pages[0].next_cursor) == pages[1]
    assert queries == [WHOLE, query, query]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (42, "it is not a string but a number"),
        (f"{HOST}{PATH}#?a=b", "it has no query"),
        (f"{HOST}/other{PATH}?Page=1", f"its path is '/other{PATH}' and not '{PATH}'"),
        (f"{HOST}/v1/\x1b[2J?Page=1", rf"its path is '/v1/\x1b[2J' and not '{PATH}'"),
        ("https://[::1/\x00", "it cannot be read: Invalid IPv6 URL"),
        ("?" + "a" * (cursors.MAX_QUERY + 1), f"its query is longer than {cursors.MAX_QUERY} characters"),
        ("?a=\ud83d", "'utf-8' codec can't encode"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_next_page_that_cannot_be_followed(url: Any, reason: str) -> None:
    """A next page that is not of this list, or not a URL, is an error, not the end of the list."""
    with pytest.raises(PaginationError) as caught:
        client_of(page("FO1", next_page_url=url))[0].list()
    assert str(caught.value).startswith(f"next_page_url cannot be followed: {reason}")
    assert str(caught.value).isprintable()
    assert caught.value.__context__ is None  # it would keep the whole URL


@pytest.mark.parametrize(
    ("value", "query"),
    [
        (None, WHOLE),
        ("", f"{FILTER.wire_name}=&{WHOLE}"),
        ("a b&é?#+%", f"{FILTER.wire_name}=a%20b%26%C3%A9%3F%23%2B%25&{WHOLE}"),
    ],
)
def test_the_query_of_a_filter(value: str | None, query: str) -> None:
    """A filter is percent-encoded, an empty one too; `None` is no filter."""
    client, queries = client_of()
    client.list(**{FILTER.name: value})
    assert queries == [query]


def test_no_page_holds_more_than_is_still_wanted() -> None:
    """The page size shrinks with the remaining limit, but not below the operation's minimum; the rest is cut off."""
    sizes = (3, 3, 0, 2, 2)
    pages = [page(*["FO1"] * size, next_page_url=f"?Page={number}") for number, size in enumerate(sizes, 1)]
    client, queries = client_of(*pages, page_size=attrs.evolve(BOUNDS, minimum=2))
    assert len(client.list(limit=9, page_size=3)) == 9
    assert [query.rpartition("=")[2] for query in queries] == ["3", "3", "3", "3", "2"]


@pytest.mark.parametrize(
    ("start", "resumed", "size"),
    [({"page_size": 20}, {}, 20), ({"page_size": 20}, {"page_size": 5}, 5), ({"limit": 7}, {}, MOST)],
    ids=str,
)
def test_a_cursor_carries_the_page_size(start: dict[str, Any], resumed: dict[str, Any], size: int) -> None:
    """A listing that is resumed has the page size of the one before, unless one is given."""
    client, queries = client_of(page("FO1", next_page_url="?Page=2", previous_page_url="?Page=0"))
    first = next(client.pages(**start))
    client.page(cursor=first.next_cursor, **resumed)
    client.page(cursor=first.previous_cursor, **resumed)
    assert queries[1:] == [f"Page=2&{SIZE}={size}", f"Page=0&{SIZE}={size}"]


@pytest.mark.parametrize("size", ["0", "-1", "x", "9" * 9, "9" * 5000], ids=lambda size: size[:9])
def test_a_cursor_with_another_page_size(size: str) -> None:
    """A page size that a cursor cannot have is replaced by the operation's maximum."""
    client, queries = client_of()
    client.page(cursor=cursors.encode(PATH, f"{SIZE}={size}"))
    assert queries == [WHOLE]


@pytest.mark.parametrize("url", [42, "?\ud83d"])
def test_the_previous_page_may_be_unreadable(url: Any) -> None:
    """Nothing depends on the previous page, so an unreadable URL of it is no error."""
    assert client_of(page("FO1", previous_page_url=url))[0].page().previous_cursor is None


@pytest.mark.parametrize(
    ("start", "urls"),
    [
        pytest.param({}, [f"?{SIZE}=50&Page=0"], id="the first page, by its index"),
        pytest.param({}, ["?Page=1&PageToken=PA1", "?Page=2&PageToken=PA1"], id="itself, by another index"),
        pytest.param({}, ["?PageToken=a==", "?PageToken=a%3D%3D"], id="itself, encoded otherwise"),
        pytest.param({}, ["?a=1&b=2", "?b=2&a=1"], id="itself, in another order"),
        pytest.param({}, ["?Page=1", "?Page=2", "?Page=3", "?Page=1"], id="a page before"),
        pytest.param({FILTER.name: "a b"}, [f"?{SIZE}=50&{FILTER.wire_name}=a%20b"], id="the first, filtered"),
        pytest.param({"cursor": cursors.encode(PATH, "PageToken=9")}, ["?PageToken=9"], id="where it resumed"),
    ],
)
def test_a_page_requested_before(start: dict[str, Any], urls: list[str]) -> None:
    """A next page that was requested before is an error, since the listing would never end; its page is its cursor."""
    client, queries = client_of(*[page("FO1", next_page_url=url) for url in urls])
    with pytest.raises(PaginationError, match="leads back to an earlier page") as caught:
        client.list(**start)
    assert len(queries) == len(urls)
    client.page(cursor=caught.value.cursor)
    assert {*queries[-1].split("&")} == {*queries[-2].split("&")}


def test_pages_that_differ() -> None:
    """Tokens of bytes that are not UTF-8, and parameters that occur twice or are empty, tell pages apart."""
    urls = ("?PageToken=%FF", "?PageToken=%FE", "?Page=1", "?a=1", "?a=1&a=1", "?a=1&a=1&b=")
    assert len(client_of(*[page("FO1", next_page_url=url) for url in urls])[0].list()) == 7


def test_a_list_without_page_size() -> None:
    """A list that takes no page size is followed by its tokens alone."""
    parameter = Parameter(name="a", wire_name="A", required=True)
    client, queries = client_of(page("FO1", next_page_url="?PageToken=1"), parameters=(parameter,), page_size=None)
    first = next(client.pages(a="x"))
    client.page(cursor=first.next_cursor)
    assert queries == ["A=x", "PageToken=1"]
    with pytest.raises(ValueError, match=f"^{OPERATION.name} takes no page size; remove page_size$"):
        client.list(a="x", page_size=5)


@pytest.fixture
def three_flows() -> Page:
    records = tuple(FlexFlow.from_dict({"sid": f"FO{number}", "new": {"a": [number]}}) for number in range(3))
    return Page(records, PageMeta.from_dict({"page": 1}), "next", "previous", "RQ1")


def test_a_page_is_a_sequence(three_flows: Page) -> None:
    """A page can be iterated again and again, counted, indexed, sliced and searched."""
    page = three_flows
    assert list(page) == list(page) == list(page.flex_flows)
    assert (len(page), page[-1].sid, page[1:]) == (3, "FO2", page.flex_flows[1:])
    assert (page.index(page[1]), page.count(page[2]), page[0] in page) == (1, 1, True)
    assert repr(page) == "<Page of 3 Flex Flows, next_cursor='next', request_id='RQ1'>"


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda page: pickle.loads(pickle.dumps(page))])  # noqa: S301
def test_a_page_is_a_value(three_flows: Page, twin: Callable[[Page], Page]) -> None:
    """A copy of a page equals it, a page that differs does not, and no attribute can be set or added."""
    assert twin(three_flows) == three_flows
    assert attrs.evolve(three_flows, flex_flows=three_flows[:2]) != three_flows
    for name in ("flex_flows", "new"):
        with pytest.raises(AttributeError):
            setattr(three_flows, name, None)
