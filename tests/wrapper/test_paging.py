"""Paging: the query that is sent, the next page, and the end of the listing."""

import copy
import json
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import httpx
import pytest

from flexflows import FlexFlow, Page, PageMeta, PaginationError
from flexflows import _cursors as cursors
from flexflows._generated import ListOperation, Parameter, list_flex_flows
from flexflows._paging import PageRequest, first_request

PATH = "/v1/FlexFlows"
HOST = "https://flex-api.twilio.com"


class Integer:
    """An integer that is no `int`, such as numpy's."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Integer({self.__index__()})"  # not its address: every worker must give the test the same name

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
    document = {
        "flex_flows": [{"sid": f"FO{number}"} for number in range(records)],
        "meta": {"next_page_url": next_page_url, **meta},
    }
    return request.parse(json.dumps(document).encode(), httpx.Headers(headers))


def following(request: PageRequest[Page], records: int = 0, next_page_url: Any = None) -> PageRequest[Page]:
    after = parse(request, records, next_page_url)[1]
    assert after is not None
    return after


def page_url(number: int) -> str:
    return f"{HOST}{PATH}?PageSize=50&Page={number}&PageToken=PA{number}"


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({}, "PageSize=1000"),
        ({"limit": 1}, "PageSize=1"),
        ({"limit": 999}, "PageSize=999"),
        ({"limit": 1000}, "PageSize=1000"),
        ({"limit": 1001}, "PageSize=1000"),
        ({"limit": 10**30}, "PageSize=1000"),
        ({"page_size": 1}, "PageSize=1"),
        ({"page_size": 1000}, "PageSize=1000"),
        ({"limit": 5, "page_size": 7}, "PageSize=5"),
        ({"limit": 7, "page_size": 5}, "PageSize=5"),
        ({"limit": Integer(7), "page_size": Integer(5)}, "PageSize=5"),
        ({"friendly_name": None}, "PageSize=1000"),
        ({"friendly_name": "Sales"}, "FriendlyName=Sales&PageSize=1000"),
        ({"friendly_name": ""}, "FriendlyName=&PageSize=1000"),
        (
            {"friendly_name": "a b&c=d/é東?#+%"},
            "FriendlyName=a%20b%26c%3Dd%2F%C3%A9%E6%9D%B1%3F%23%2B%25&PageSize=1000",
        ),
        ({"cursor": cursors.encode(PATH, "PageSize=50&PageToken=a==")}, "PageSize=1000&PageToken=a=="),
        ({"cursor": cursors.encode(PATH, "b=%3D&PageSize=50"), "limit": 3}, "b=%3D&PageSize=3"),
        ({"cursor": cursors.encode(PATH, "PageSize=50"), "page_size": 7}, "PageSize=7"),
        ({"cursor": cursors.encode(PATH, ""), "friendly_name": None}, "PageSize=1000"),
    ],
    ids=str,
)
def test_the_first_query(arguments: dict[str, Any], query: str) -> None:
    """The page size is the smaller of the limit and 1,000, or as given; a cursor has the other parameters."""
    assert first(**arguments).query == query


OTHER_LIST = attrs.evolve(
    list_flex_flows,
    name="list_bs",
    path="/v2/{A}/Bs",
    page_size=None,
    parameters=(
        Parameter(name="a", wire_name="A", location="path", required=True),
        Parameter(name="b", wire_name="B"),
        Parameter(name="c", wire_name="C", kind="integer", is_array=True),
    ),
)


def test_another_list() -> None:
    """A list with path parameters and without a page size pages like any other."""
    request = first(OTHER_LIST, a="x/y", c=[1, Integer(2)], limit=3)
    base_url = httpx.URL("https://flex.example/proxy")
    assert request.url(base_url) == "https://flex.example/proxy/v2/x%2Fy/Bs?C=1&C=2"
    assert first(OTHER_LIST, a="x").url(base_url) == "https://flex.example/proxy/v2/x/Bs"
    page, after = parse(request, 2, f"{HOST}/v2/x%2Fy/Bs?C=1&C=2&PageSize=9")
    assert after is not None
    assert (after.query, after.remaining) == ("C=1&C=2&PageSize=9", 1)
    assert first(OTHER_LIST, cursor=page.next_cursor).url(base_url) == after.url(base_url)
    parse(after, 1, f"{HOST}/v2/x%2Fy/Bs?C=1&C=2&PageSize=10")  # an ordinary parameter here, so another page


CURSOR = cursors.encode(PATH, "FriendlyName=Sales&PageToken=a")
SIZE = "page_size must be an integer from 1 to 1000, not "
LIMIT = "limit must be an integer of 0 or more, not "
NO_CURSOR = "cursor must be a next_cursor, previous_cursor or error's cursor of this list, unchanged"
CARRIES = "cursor carries the filters it was made with; pass it without "


@pytest.mark.parametrize("limit", [None, 0])
@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"limit": -1}, ValueError, f"{LIMIT}-1"),
        ({"limit": "1"}, TypeError, f"{LIMIT}of type str"),
        ({"limit": 1.0}, TypeError, f"{LIMIT}of type float"),
        ({"limit": True}, TypeError, f"{LIMIT}of type bool"),
        ({"page_size": 0}, ValueError, f"{SIZE}0"),
        ({"page_size": -1}, ValueError, f"{SIZE}-1"),
        ({"page_size": 1001}, ValueError, f"{SIZE}1001"),
        ({"page_size": Integer(1001)}, ValueError, f"{SIZE}1001"),
        ({"page_size": "1"}, TypeError, f"{SIZE}of type str"),
        ({"page_size": 1.0}, TypeError, f"{SIZE}of type float"),
        ({"page_size": False}, TypeError, f"{SIZE}of type bool"),
        ({"cursor": 7}, TypeError, "cursor must be a string or None, not of type int"),
        ({"cursor": ""}, ValueError, NO_CURSOR),
        ({"cursor": f"{HOST}{PATH}?Page=1"}, ValueError, NO_CURSOR),
        ({"cursor": CURSOR, "friendly_name": "Sales"}, ValueError, f"{CARRIES}friendly_name"),
        ({"cursor": CURSOR, "friendly_name": ""}, ValueError, f"{CARRIES}friendly_name"),
        ({"operation": OTHER_LIST, "cursor": CURSOR, "a": "x", "b": "y"}, ValueError, f"{CARRIES}a and b"),
        (
            {"friendly_nam": "x"},
            TypeError,
            "list_flex_flows has no filter 'friendly_nam'; did you mean 'friendly_name'?",
        ),
        (
            {"cursor": CURSOR, "friendly_nam": "x"},
            TypeError,
            "list_flex_flows has no filter 'friendly_nam'; did you mean 'friendly_name'?",
        ),
        ({"friendly_name": 7}, TypeError, "friendly_name must be a string, not a value of type int"),
        ({"friendly_name": b"x"}, TypeError, "friendly_name must be a string, not a value of type bytes"),
        ({"friendly_name": "\ud83d"}, ValueError, "friendly_name has the character '\\ud83d', which no URL can hold"),
        ({"friendly_name": "a" * 32_000}, ValueError, "friendly_name is too long to be sent; shorten it"),
        (
            {"operation": OTHER_LIST, "a": "x", "b": "b" * 32_000},
            ValueError,
            "a or b is too long to be sent; shorten it",
        ),
        ({"operation": OTHER_LIST, "b": "x"}, TypeError, "a is missing; it must be a string"),
        (
            {"operation": OTHER_LIST, "a": "x", "page_size": 5},
            ValueError,
            "list_bs takes no page size; remove page_size",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_wrong_arguments(limit: int | None, arguments: dict[str, Any], kind: type[Exception], message: str) -> None:
    """A wrong argument is an error that states the expected value, even with a limit of 0."""
    with pytest.raises(kind) as caught:
        first(**{"limit": limit, **arguments})
    assert str(caught.value) == message


def test_the_longest_filter() -> None:
    """A query of 32,000 characters is sent."""
    assert len(first(friendly_name="a" * (32_000 - len("FriendlyName="))).raw_query) == 32_000


def test_no_page_holds_more_than_is_still_wanted() -> None:
    """The page size shrinks with the remaining limit, however many records the earlier pages had."""
    request = first(limit=8, page_size=3)
    sizes = [request.query]
    for number, records in enumerate((3, 2, 0, 2), 1):
        request = following(request, records, page_url(number))
        sizes.append(request.query.partition("&")[0])
    assert sizes == ["PageSize=3", "PageSize=3", "PageSize=3", "PageSize=3", "PageSize=1"]
    assert following(request, 1, page_url(9)).remaining == 0


def test_a_page_size_is_never_below_the_minimum() -> None:
    """With a minimum page size, the last page may have too many records, and is truncated to the limit."""
    assert list_flex_flows.page_size is not None
    bounds = attrs.evolve(list_flex_flows.page_size, minimum=5)
    request = first(attrs.evolve(list_flex_flows, page_size=bounds), limit=2)
    assert request.query == "PageSize=5"
    assert len(parse(request, 5)[0]) == 2


def test_a_page_with_too_many_records_is_truncated() -> None:
    """Records past the limit are not delivered."""
    page, after = parse(first(limit=2), 5, page_url(1))
    assert [flow.sid for flow in page] == ["FO0", "FO1"]
    assert after is not None
    assert (after.cursor, after.remaining) == (page.next_cursor, 0)


@pytest.mark.parametrize("meta", ['{"next_page_url": null}', "{}"])
def test_the_last_page_has_no_next(meta: str) -> None:
    """If the next page's URL is missing or null, the listing ends."""
    page, after = first().parse(f'{{"flex_flows": [], "meta": {meta}}}'.encode(), {"Twilio-Request-Id": "RQ1"})
    assert (page.next_cursor, page.previous_cursor, page.request_id, after) == (None, None, "RQ1", None)


@pytest.mark.parametrize(
    ("url", "query"),
    [
        (f"{HOST}{PATH}?PageSize=50&Page=1&PageToken=PA1", "PageSize=1000&Page=1&PageToken=PA1"),
        (f"{HOST}{PATH}?PageToken=PA1&Page=1&PageSize=50", "PageToken=PA1&Page=1&PageSize=1000"),
        (f"{HOST}{PATH}?PageToken=PA1&Page=1", "PageToken=PA1&Page=1&PageSize=1000"),
        (f"{HOST}{PATH}?New=%20+x&PageToken=1&New=2", "New=%20+x&PageToken=1&New=2&PageSize=1000"),
        (f"http://elsewhere.invalid/base{PATH}?PageToken=1", "PageToken=1&PageSize=1000"),
    ],
)
def test_the_next_query_is_the_servers(url: str, query: str) -> None:
    """Every parameter is sent, in its order and encoding, whatever host the URL names."""
    assert following(first(prefix="/base"), 1, url).query == query


def test_cursors_of_a_page() -> None:
    """The cursors of a page, and of a request, lead to the pages that the server named."""
    request = first(friendly_name="Sales", prefix="/base")
    page, after = parse(
        request, 1, page_url(1), previous_page_url=f"https://elsewhere.invalid/base{PATH}?PageToken=PB1"
    )
    assert after is not None
    assert page.next_cursor == after.cursor
    assert first(cursor=page.next_cursor).query == after.query
    assert page.previous_cursor is not None
    assert first(cursor=page.previous_cursor).query == "PageToken=PB1&PageSize=1000"
    assert first(cursor=request.cursor).query == request.query


@pytest.mark.parametrize("url", [None, 42, f"{PATH}?\ud83d"])
def test_a_previous_page_that_cannot_be_read(url: object) -> None:
    """Nothing depends on the previous page, so an unreadable URL of it is not an error."""
    page, _ = parse(first(), 1, previous_page_url=url)
    assert (len(page), page.previous_cursor) == (1, None)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (42, "next_page_url cannot be followed: it is not a string but a JSON int"),
        ("", "next_page_url cannot be followed: it has no query"),
        (
            f"{HOST}/v1/\x1b[2J?Page=1",
            r"next_page_url cannot be followed: its path is '/v1/\x1b[2J' and not '/v1/FlexFlows'",
        ),
        (f"{PATH}?a=\ud83d", "next_page_url cannot be followed: 'utf-8' codec can't encode"),
    ],
)
def test_a_next_page_that_cannot_be_followed(url: object, message: str) -> None:
    """A next page that is not of this list, or not a URL, is an error, not the end of the list."""
    with pytest.raises(PaginationError) as caught:
        parse(first(), 1, url)
    assert str(caught.value).startswith(message)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("start", "urls"),
    [
        pytest.param({}, [page_url(0).replace("&PageToken=PA0", "")], id="the first page, by its index"),
        pytest.param({}, [f"{PATH}?PageSize=7"], id="the first page, by its size alone"),
        pytest.param({}, [page_url(1), page_url(1)], id="itself"),
        pytest.param({}, [page_url(1), f"{PATH}?Page=2&PageToken=PA1"], id="itself, by another index"),
        pytest.param({}, [page_url(1), page_url(2), page_url(3), page_url(1)], id="a page before"),
        pytest.param({"friendly_name": "a b"}, [f"{PATH}?PageSize=50&FriendlyName=a%20b"], id="the first, filtered"),
        pytest.param({"cursor": cursors.encode(PATH, "PageToken=9")}, [f"{PATH}?PageToken=9"], id="where it resumed"),
    ],
)
def test_a_page_requested_before(start: dict[str, Any], urls: list[str]) -> None:
    """A next page that was requested before is an error, since the listing would never end."""
    request = first(**start)
    for url in urls[:-1]:
        request = following(request, 1, url)
    with pytest.raises(PaginationError) as caught:
        parse(request, 1, urls[-1])
    assert str(caught.value) == "next_page_url leads back to an earlier page, so the listing would never end"


def test_parsing_twice_gives_the_same_result() -> None:
    """A request is a value: parsing the same response twice gives the same page and the same next request."""
    request = first(limit=5)
    once, again = (parse(request, 2, page_url(1), {"Twilio-Request-Id": "RQ1"}, page=3) for _ in range(2))
    assert once == again
    page = once[0]
    assert type(page) is Page
    assert page == Page(
        (FlexFlow(sid="FO0"), FlexFlow(sid="FO1")),
        PageMeta.from_dict({"next_page_url": page_url(1), "page": 3}),
        next_cursor=cursors.encode(PATH, "PageSize=50&Page=1&PageToken=PA1"),
        previous_cursor=None,
        request_id="RQ1",
    )


@pytest.fixture
def page() -> Page:
    records = tuple(FlexFlow.from_dict({"sid": f"FO{number}", "new": {"a": [number]}}) for number in range(3))
    return Page(records, PageMeta.from_dict({"page": 1}), "next", "previous", "RQ1")


def test_a_page_is_a_sequence(page: Page) -> None:
    """A page can be iterated again and again, counted, indexed, sliced and searched."""
    assert list(page) == list(page) == list(page.flex_flows)
    assert len(page) == 3
    assert page[0].sid == "FO0"
    assert page[-1].sid == "FO2"
    assert page[1:] == page.flex_flows[1:]
    assert page[0] in page
    assert page.index(page[1]) == 1
    assert page.count(page[2]) == 1
    assert [flow.sid for flow in reversed(page)] == ["FO2", "FO1", "FO0"]
    assert bool(page)
    with pytest.raises(IndexError):
        page[3]


def test_the_repr_of_a_page(page: Page) -> None:
    """A page's repr is one line, without its records."""
    assert repr(page) == "<Page of 3 records, next_cursor='next', request_id='RQ1'>"
    assert page.meta.page == 1


def test_a_page_cannot_be_changed(page: Page) -> None:
    """No attribute of a page can be set, and none added."""
    for name in ("records", "meta", "next_cursor", "previous_cursor", "request_id", "flex_flows", "new"):
        with pytest.raises(AttributeError):
            setattr(page, name, None)
    with pytest.raises(TypeError):
        page[0] = FlexFlow()  # type: ignore[index]


@pytest.mark.parametrize(
    "twin",
    [copy.copy, copy.deepcopy, lambda page: pickle.loads(pickle.dumps(page)), attrs.evolve],  # noqa: S301
)
def test_a_page_is_a_value(page: Page, twin: Callable[[Page], Page]) -> None:
    """A copy of a page equals it, and a page that differs in anything does not."""
    other = twin(page)
    assert type(other) is Page
    assert other == page
    assert list(other) == list(page)
    assert attrs.evolve(page, next_cursor=None) != page
    assert attrs.evolve(page, records=page.records[:2]) != page
    assert page != object()
