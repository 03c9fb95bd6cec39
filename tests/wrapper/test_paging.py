"""Cursors and paging: the query that is sent, the next page, and the end of the listing."""

import copy
import json
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_server import KEY, PATH

from flexflows import FlexFlow, FlexFlows, Page, PageMeta, PaginationError
from flexflows import _cursors as cursors
from flexflows._generated import ListOperation, Parameter, list_flex_flows
from flexflows._paging import PageRequest, first_request
from flexflows_api.operation import PageSize

HOST = FlexFlows.operation.server
BOUNDS = list_flex_flows.page_size or PageSize(wire_name="", maximum=0)
SIZE, MOST = BOUNDS.wire_name, BOUNDS.maximum
WHOLE = f"{SIZE}={MOST}"
FILTER = list_flex_flows.parameters[0]
WRONG_CURSOR = "cursor is not a cursor of this list; pass one of a page or an error of this list, unchanged"
OTHER_LIST: ListOperation[FlexFlow, PageMeta] = attrs.evolve(
    list_flex_flows,
    name="list_others",
    parameters=(Parameter(name="a", wire_name="A", required=True), Parameter(name="b", wire_name="B")),
    page_size=None,
)


@attrs.frozen
class Integer:
    """An integer that is no `int`, such as numpy's."""

    value: int

    def __index__(self) -> int:
        return self.value


def first(
    operation: ListOperation[Any, Any] = list_flex_flows,
    *,
    limit: Any = None,
    page_size: Any = None,
    cursor: Any = None,
    prefix: str = "",
    **filters: object,
) -> PageRequest[Page]:
    return first_request(operation, Page, filters, limit=limit, page_size=page_size, cursor=cursor, prefix=prefix)


def parse(
    request: PageRequest[Page],
    records: int = 0,
    next_page_url: Any = None,
    headers: Mapping[str, str] | None = None,
    **meta: Any,
) -> tuple[Page, PageRequest[Page] | None]:
    flows = [{"sid": f"FO{number}"} for number in range(records)]
    document = {KEY: flows, "meta": {"next_page_url": next_page_url, **meta}}
    return request.parse(json.dumps(document).encode(), httpx.Headers(headers))


def following(request: PageRequest[Page], records: int = 0, next_page_url: Any = None) -> PageRequest[Page]:
    next_request = parse(request, records, next_page_url)[1]
    assert next_request is not None
    return next_request


def page_url(number: int) -> str:
    return f"{HOST}{PATH}?{SIZE}=50&Page={number}&PageToken=PA{number}"


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "not a cursor", "é", "\ud83d", f"{cursors.encode(PATH, 'Page=1')}\n"),
        cursors.encode("/v1/Elsewhere", "Page=1"),
        cursors.encode(PATH, "Page=1#x"),
        cursors.encode(PATH, "Page=1\r\nHost: elsewhere"),
        cursors.encode(PATH, "Page=é"),
        cursors.encode(PATH, "a" * (cursors.MAX_QUERY + 1)),
    ],
)
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    """A text that is not a cursor of this list, or was changed, is a `ValueError` that does not quote it."""
    with pytest.raises(ValueError, match=f"^{WRONG_CURSOR}$"):
        first(cursor=cursor)


@pytest.mark.parametrize(
    ("url", "query"),
    [
        (f"{HOST}{PATH}?{SIZE}=50&Page=1&X{SIZE}=5&{SIZE}&{SIZE}=x", f"{WHOLE}&Page=1&X{SIZE}=5&{WHOLE}&{WHOLE}"),
        (f"http://user:password@elsewhere.invalid:99999999{PATH}?Page=1", f"Page=1&{WHOLE}"),
        (f"//elsewhere.invalid{PATH}?Page=1", f"Page=1&{WHOLE}"),
        (f"{PATH.rpartition('/')[2]}?Page=1", f"Page=1&{WHOLE}"),
        ("?Page=1", f"Page=1&{WHOLE}"),
        (f"{HOST}{PATH}/?Page=1", f"Page=1&{WHOLE}"),
        (f"{HOST}{PATH.replace('F', '%46', 1)}?Page=1", f"Page=1&{WHOLE}"),
        (f"{HOST}{PATH}?PageToken=a==&b=%3D%3d&New=1&New=2&&", f"PageToken=a==&b=%3D%3d&New=1&New=2&&&{WHOLE}"),
        (f"{HOST}{PATH}?FriendlyName=a b東", f"FriendlyName=a%20b%E6%9D%B1&{WHOLE}"),
        (f"{HOST}{PATH}?a=1#b=2", f"a=1&{WHOLE}"),
        (f"{HOST}/proxy{PATH}?Page=1", f"Page=1&{WHOLE}"),
    ],
)
def test_the_next_query(url: str, query: str) -> None:
    """The next page's query is that of its URL, byte for byte but for the page size; the URL may be relative."""
    assert following(first(prefix="/proxy"), 1, url).query == query


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (42, "it is not a string but a number"),
        (f"{HOST}{PATH}#?a=b", "it has no query"),
        (f"{HOST}/v1/Elsewhere?Page=1", f"its path is '/v1/Elsewhere' and not '{PATH}'"),
        (f"{HOST}/other{PATH}?Page=1", f"its path is '/other{PATH}' and not '{PATH}'"),
        (f"{HOST}/v1/\x1b[2J?Page=1", rf"its path is '/v1/\x1b[2J' and not '{PATH}'"),
        ("https://[::1/\x00", "it cannot be read: Invalid IPv6 URL"),
        (f"{PATH}?" + "a" * (cursors.MAX_QUERY + 1), f"its query is longer than {cursors.MAX_QUERY} characters"),
        (f"{PATH}?a=\ud83d", "'utf-8' codec can't encode"),
    ],
)
def test_a_next_page_that_cannot_be_followed(url: object, reason: str) -> None:
    """A next page that is not of this list, or not a URL, is an error, not the end of the list."""
    with pytest.raises(PaginationError) as caught:
        parse(first(prefix="/proxy"), 1, url)
    assert str(caught.value).startswith(f"next_page_url cannot be followed: {reason}")
    assert str(caught.value).isprintable()
    assert caught.value.__context__ is None  # it would keep the whole URL


@given(st.text())
def test_any_query_of_a_url_can_be_resumed(text: str) -> None:
    """Any query that a server puts into a next page's URL is decoded unchanged from its cursor."""
    try:
        query = cursors.query_of(f"{HOST}{PATH}?{text}", PATH, prefix="")
    except ValueError:
        return
    cursor = cursors.encode(PATH, query)
    assert cursor.replace("-", "").replace("_", "").isalnum()  # safe in a file name and in a URL
    assert cursors.decode(PATH, cursor) == query
    assert query.isascii()
    cursors.identity(query, SIZE)


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({}, WHOLE),
        ({"limit": 1}, f"{SIZE}=1"),
        ({"limit": MOST + 1}, WHOLE),
        ({"page_size": 1}, f"{SIZE}=1"),
        ({"limit": 5, "page_size": 7}, f"{SIZE}=5"),
        ({"limit": Integer(7), "page_size": Integer(5)}, f"{SIZE}=5"),
        ({FILTER.name: None}, WHOLE),
        ({FILTER.name: ""}, f"{FILTER.wire_name}=&{WHOLE}"),
        ({FILTER.name: "a b&é?#+%"}, f"{FILTER.wire_name}=a%20b%26%C3%A9%3F%23%2B%25&{WHOLE}"),
        ({"operation": OTHER_LIST, "a": "x"}, "A=x"),
    ],
    ids=str,
)
def test_the_first_query(arguments: dict[str, Any], query: str) -> None:
    """The first page's query has the filters, and a page size of the limit up to the operation's maximum."""
    url = first(**arguments).url(httpx.URL("https://flex.example/x"))
    assert url == f"https://flex.example/x{PATH}?{query}"


INTEGER = f"an integer from {BOUNDS.minimum} to {MOST}, not "
CURSOR = cursors.encode(PATH, "Page=1")


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"limit": -1}, ValueError, "limit must be an integer of 0 or more, not -1"),
        ({"limit": True}, TypeError, "limit must be an integer of 0 or more, not of type bool"),
        ({"page_size": BOUNDS.minimum - 1}, ValueError, f"page_size must be {INTEGER}{BOUNDS.minimum - 1}"),
        ({"page_size": Integer(MOST + 1)}, ValueError, f"page_size must be {INTEGER}{MOST + 1}"),
        ({"page_size": 1.0}, TypeError, f"page_size must be {INTEGER}of type float"),
        ({"cursor": 7}, TypeError, "cursor must be a string or None, not of type int"),
        ({"cursor": CURSOR, FILTER.name: "x"}, ValueError, "cursor carries the filters it was made with; pass it with"),
        ({"cursor": CURSOR, "nonsense": "x"}, TypeError, f"{list_flex_flows.name} has no filter 'nonsense'; "),
        ({FILTER.name: 7}, TypeError, f"{FILTER.name} must be "),
        ({FILTER.name: "a" * cursors.MAX_QUERY}, ValueError, f"{FILTER.name} is too long to be sent; shorten it"),
        ({"operation": OTHER_LIST, "a": "x", "page_size": 5}, ValueError, "list_others takes no page size; remove"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_wrong_arguments(arguments: dict[str, Any], kind: type[Exception], message: str) -> None:
    """A wrong argument is an error that states the expected value, even with a limit of 0."""
    with pytest.raises(kind) as caught:
        first(**{"limit": 0, **arguments})
    assert str(caught.value).startswith(message)


def test_no_page_holds_more_than_is_still_wanted() -> None:
    """The page size shrinks with the remaining limit, but not below the operation's minimum; the rest is cut off."""
    request = first(attrs.evolve(list_flex_flows, page_size=attrs.evolve(BOUNDS, minimum=2)), limit=9, page_size=3)
    sizes = [request.query]
    for number, records in enumerate((3, 3, 0, 2), 1):
        request = following(request, records, page_url(number))
        sizes.append(request.query.partition("&")[0])
    assert sizes == [f"{SIZE}={size}" for size in (3, 3, 3, 3, 2)]
    assert [flow.sid for flow in parse(request, 2)[0]] == ["FO0"]
    assert following(request, 2, page_url(9)).remaining == 0


@pytest.mark.parametrize(
    ("start", "resumed", "size"),
    [({"page_size": 20}, {}, 20), ({"page_size": 20}, {"page_size": 5}, 5), ({}, {}, MOST), ({"limit": 7}, {}, MOST)],
    ids=str,
)
def test_a_cursor_carries_the_page_size(start: dict[str, Any], resumed: dict[str, Any], size: int) -> None:
    """A listing that is resumed has the page size of the one before, unless one is given."""
    page, next_request = parse(first(**start), 1, page_url(2), previous_page_url=page_url(0))
    assert next_request is not None
    for cursor in (page.next_cursor, page.previous_cursor, next_request.cursor, first(**start).cursor):
        assert f"{SIZE}={size}" in first(cursor=cursor, **resumed).query.split("&")
    assert page.next_cursor == next_request.cursor


@pytest.mark.parametrize("size", ["0", "-1", "x", "9" * 9, "9" * 5000])
def test_a_cursor_with_another_page_size(size: str) -> None:
    """A page size that a cursor cannot have is brought within the operation's bounds."""
    assert first(cursor=cursors.encode(PATH, f"{SIZE}={size}")).query in {WHOLE, f"{SIZE}={BOUNDS.minimum}"}


@pytest.mark.parametrize(("following_url", "previous_url"), [(None, None), ("", 42), (None, f"{PATH}?\ud83d")])
def test_a_page_without_neighbours(following_url: str | None, previous_url: object) -> None:
    """A next page's URL of null or `""` ends the list; nothing depends on the previous page's, so any is allowed."""
    headers = {"Twilio-Request-Id": "a\x1b b"}
    page, next_request = parse(first(), 1, following_url, headers, previous_page_url=previous_url)
    assert (len(page), page.next_cursor, next_request, page.previous_cursor) == (1, None, None, None)
    assert page.request_id == r"a\x1b b"


@pytest.mark.parametrize(
    ("start", "urls"),
    [
        pytest.param({}, [page_url(0).replace("&PageToken=PA0", "")], id="the first page, by its index"),
        pytest.param({}, [page_url(1), f"{PATH}?Page=2&PageToken=PA1"], id="itself, by another index"),
        pytest.param({}, [f"{PATH}?PageToken=a==", f"{PATH}?PageToken=a%3D%3D"], id="itself, encoded otherwise"),
        pytest.param({}, [f"{PATH}?a=1&b=2", f"{PATH}?b=2&a=1"], id="itself, in another order"),
        pytest.param({}, [page_url(1), page_url(2), page_url(3), page_url(1)], id="a page before"),
        pytest.param({FILTER.name: "a b"}, [f"{PATH}?{SIZE}=50&{FILTER.wire_name}=a%20b"], id="the first, filtered"),
        pytest.param({"cursor": cursors.encode(PATH, "PageToken=9")}, [f"{PATH}?PageToken=9"], id="where it resumed"),
    ],
)
def test_a_page_requested_before(start: dict[str, Any], urls: list[str]) -> None:
    """A next page that was requested before is an error, since the listing would never end."""
    request = first(**start)
    for url in urls[:-1]:
        request = following(request, 1, url)
    with pytest.raises(PaginationError, match="leads back to an earlier page, so the listing would never end"):
        parse(request, 1, urls[-1])


def test_pages_that_differ() -> None:
    """Tokens of bytes that are not UTF-8, and parameters that occur twice or are empty, tell pages apart."""
    request = first(limit=100)
    for query in ("PageToken=%FF", "PageToken=%FE", "Page=1", "a=1", "a=1&a=1", "a=1&a=1&b="):
        request = following(request, 1, f"?{query}")
    assert request.remaining == 94


def test_a_list_without_page_size() -> None:
    """A list that takes no page size is followed by its tokens alone."""
    request = following(first(OTHER_LIST, a="x"), 1, f"{PATH}?PageToken=1")
    assert first(OTHER_LIST, cursor=request.cursor).query == request.query == "PageToken=1"


@pytest.fixture
def page() -> Page:
    records = tuple(FlexFlow.from_dict({"sid": f"FO{number}", "new": {"a": [number]}}) for number in range(3))
    return Page(records, PageMeta.from_dict({"page": 1}), "next", "previous", "RQ1")


def test_a_page_is_a_sequence(page: Page) -> None:
    """A page can be iterated again and again, counted, indexed, sliced and searched."""
    assert list(page) == list(page) == list(page.flex_flows)
    assert (len(page), page[-1].sid, page[1:]) == (3, "FO2", page.flex_flows[1:])
    assert (page.index(page[1]), page.count(page[2]), page[0] in page) == (1, 1, True)
    assert repr(page) == "<Page of 3 Flex Flows, next_cursor='next', request_id='RQ1'>"


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda page: pickle.loads(pickle.dumps(page))])  # noqa: S301
def test_a_page_is_a_value(page: Page, twin: Callable[[Page], Page]) -> None:
    """A copy of a page equals it, a page that differs does not, and no attribute can be set or added."""
    assert twin(page) == page
    assert attrs.evolve(page, flex_flows=page.flex_flows[:2]) != page
    for name in ("flex_flows", "new"):
        with pytest.raises(AttributeError):
            setattr(page, name, None)
