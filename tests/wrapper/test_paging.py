"""From page to page: what is asked for, which page comes next, and when to stop."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from flexflows import FlexFlow, Page, PageMeta, PaginationError
from flexflows import _cursors as cursors
from flexflows._answers import Listing
from flexflows._flex_flows import FLEX_FLOWS
from flexflows._paging import Step, first_step

PATH = "/v1/FlexFlows"
HOST = "https://flex-api.twilio.com"
NO_ARGUMENTS: dict[str, Any] = {"limit": None, "page_size": None, "cursor": None, "prefix": ""}


def maybe_first(friendly_name: str | None = None, **arguments: Any) -> Step | None:
    return first_step(FLEX_FLOWS, {"friendly_name": friendly_name}, **{**NO_ARGUMENTS, **arguments})


def first(friendly_name: str | None = None, **arguments: Any) -> Step:
    step = maybe_first(friendly_name, **arguments)
    assert step is not None
    return step


def listing(records: int = 0, next_page_url: Any = None, **meta: Any) -> Listing:
    return Listing([{"sid": f"FO{number}"} for number in range(records)], {"next_page_url": next_page_url, **meta})


def following(step: Step, records: int = 0, next_page_url: Any = None) -> Step | None:
    return step.read(listing(records, next_page_url), None)[1]


def page_url(number: int, more: str = "") -> str:
    return f"{HOST}{PATH}?PageSize=50&Page={number}&PageToken=PA{number}{more}"


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
        ({"friendly_name": "Sales"}, "FriendlyName=Sales&PageSize=1000"),
        ({"friendly_name": ""}, "FriendlyName=&PageSize=1000"),
        ({"friendly_name": "a b&c=d/é東?#+%"}, "FriendlyName=a+b%26c%3Dd%2F%C3%A9%E6%9D%B1%3F%23%2B%25&PageSize=1000"),
        ({"cursor": cursors.encode(PATH, "PageSize=50&PageToken=a==")}, "PageSize=1000&PageToken=a=="),
        ({"cursor": cursors.encode(PATH, "b=%3D&PageSize=50"), "limit": 3}, "b=%3D&PageSize=3"),
        ({"cursor": cursors.encode(PATH, "")}, "PageSize=1000"),
    ],
)
def test_the_first_query(arguments: dict[str, Any], query: str) -> None:
    """The smaller of the limit and 1,000 is asked for, unless a page size is given; a cursor gives the rest."""
    assert first(**arguments).query == query


@pytest.mark.parametrize("cursor", [None, cursors.encode(PATH, "Page=1")])
def test_a_limit_of_0_is_no_step(cursor: str | None) -> None:
    """Nothing wanted is nothing asked for, and the arguments are checked all the same."""
    assert maybe_first(limit=0, cursor=cursor) is None
    with pytest.raises(ValueError, match=r"^cursor must be"):
        maybe_first(limit=0, cursor="x")
    with pytest.raises(ValueError, match=r"^page_size must be"):
        maybe_first(limit=0, page_size=0)


def test_a_cursor_carries_its_filter() -> None:
    """A cursor together with a filter is a contradiction, which is named."""
    cursor = cursors.encode(PATH, "FriendlyName=Sales&PageToken=a")
    with pytest.raises(
        ValueError, match=r"^cursor carries the filter it was made with; pass it without friendly_name$"
    ):
        maybe_first("Sales", cursor=cursor)
    with pytest.raises(ValueError, match=r"^cursor carries the filter"):
        maybe_first("", cursor=cursor)


def test_several_filters_are_all_named() -> None:
    """A list of several filters names all that its caller gave, and may have to change."""
    endpoint = attrs.evolve(FLEX_FLOWS, request=lambda **filters: {"url": PATH, "params": filters})
    for filters, cursor, said in (
        ({"a": "1", "b": "2"}, cursors.encode(PATH, "a=1"), "pass it without a and b"),
        ({"a": "1", "b": None}, cursors.encode(PATH, "a=1"), "pass it without a"),
        ({"a": "1", "b": "\ud83d"}, None, r"^a or b has the character"),
        ({"a": "1", "b": "2" * 32_000}, None, r"^a or b is too long"),
    ):
        with pytest.raises(ValueError, match=said):
            first_step(endpoint, filters, limit=None, page_size=None, cursor=cursor, prefix="")


def test_filters_that_cannot_be_sent() -> None:
    """A filter of characters that no URL holds, or too many of them, is named before anything is sent."""
    with pytest.raises(ValueError, match=r"^friendly_name has the character '\\ud83d', which cannot be sent$"):
        maybe_first("a\ud83d")
    with pytest.raises(ValueError, match=r"^friendly_name is too long to be sent$"):
        maybe_first("a" * 32_000)
    assert len(first("a" * (32_000 - len("FriendlyName="))).place) == 32_000


def test_limit_and_page_size_go_down_together() -> None:
    """Each page asks for what is still wanted and no more, until that is nothing."""
    step: Step | None = first(limit=7, page_size=3)
    asked = []
    for number in range(1, 9):
        if step is None:
            break
        asked.append(step.query.partition("&")[0])
        step = following(step, records=min(3, step.remaining or 0), next_page_url=page_url(number))
    assert asked == ["PageSize=3", "PageSize=3", "PageSize=1"]


def test_pages_smaller_than_asked_for() -> None:
    """A server that gives less than asked for is asked on, an empty page included."""
    step = first(limit=5)
    step = following(step, 2, page_url(1))
    assert step is not None
    assert step.query.startswith("PageSize=3&")
    step = following(step, 0, page_url(2))
    assert step is not None
    assert step.query == "PageSize=3&Page=2&PageToken=PA2"
    assert following(step, 3, page_url(3)) is None


def test_a_server_that_gives_more_than_asked_for() -> None:
    """Records past the limit are not delivered."""
    page, step = first(limit=2).read(listing(5, page_url(1)), None)
    assert [record["sid"] for record in page] == ["FO0", "FO1"]
    assert step is None
    assert page.next_cursor is not None


def test_the_last_page_has_no_next() -> None:
    """Without a next page URL, or with null for one, the listing ends."""
    for meta in ({"next_page_url": None}, {}):
        page, step = first().read(Listing([], meta), "RQ1")
        assert (page.next_cursor, page.previous_cursor, page.request_id, step) == (None, None, "RQ1", None)


@pytest.mark.parametrize(
    ("url", "query"),
    [
        (f"{HOST}{PATH}?PageSize=50&Page=1&PageToken=PA1", "PageSize=1000&Page=1&PageToken=PA1"),
        (f"{HOST}{PATH}?PageToken=PA1&Page=1&PageSize=50", "PageToken=PA1&Page=1&PageSize=1000"),
        (f"{HOST}{PATH}?PageToken=PA1&Page=1", "PageToken=PA1&Page=1&PageSize=1000"),
        (f"{HOST}{PATH}?PageToken=PA1==", "PageToken=PA1==&PageSize=1000"),
        (f"{HOST}{PATH}?PageToken=PA1%3D%3d", "PageToken=PA1%3D%3d&PageSize=1000"),
        (f"{HOST}{PATH}?New=%20+x&PageToken=1&New=2", "New=%20+x&PageToken=1&New=2&PageSize=1000"),
        (f"https://elsewhere.invalid{PATH}?PageToken=1", "PageToken=1&PageSize=1000"),
        (f"http://elsewhere.invalid/base{PATH}?PageToken=1", "PageToken=1&PageSize=1000"),
    ],
)
def test_the_next_query_is_what_the_server_says(url: str, query: str) -> None:
    """Every parameter is carried over, in its order and encoding, whatever host the URL names."""
    step = following(first(prefix="/base"), 1, url)
    assert step is not None
    assert step.query == query


def test_cursors_of_a_page() -> None:
    """A page's cursors, and a step's own, lead to the places that the server named."""
    step = first("Sales")
    meta = {"previous_page_url": f"https://elsewhere.invalid{PATH}?PageToken=PB1"}
    page, after = step.read(listing(1, page_url(1), **meta), None)
    assert after is not None
    assert page.next_cursor == after.cursor
    assert first(cursor=page.next_cursor).query == after.query
    assert page.previous_cursor is not None
    assert first(cursor=page.previous_cursor).query == "PageToken=PB1&PageSize=1000"
    assert first(cursor=step.cursor).query == step.query


def test_the_page_before_behind_a_proxy() -> None:
    """A page before is read with the path of the base URL, as the next one is."""
    page, _ = first(prefix="/base").read(listing(1, None, previous_page_url=f"/base{PATH}?PageToken=PB1"), None)
    assert page.previous_cursor == cursors.encode(PATH, "PageToken=PB1")


@pytest.mark.parametrize("url", [None, 42, "", "https://[", f"{HOST}/elsewhere?Page=1", f"{PATH}?\ud83d"])
def test_a_previous_page_that_cannot_be_read(url: object) -> None:
    """Nothing depends on the page before, so one that cannot be read is no error."""
    page, _ = first().read(listing(1, None, previous_page_url=url), None)
    assert (len(page), page.previous_cursor) == (1, None)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (42, "next_page_url cannot be followed: it is not a string but a JSON int"),
        (False, "next_page_url cannot be followed: it is not a string but a JSON bool"),
        ({}, "next_page_url cannot be followed: it is not a string but a JSON dict"),
        ("", "next_page_url cannot be followed: it has no query"),
        (f"{HOST}{PATH}", "next_page_url cannot be followed: it has no query"),
        ("https://[::1/\x00", "next_page_url cannot be followed: it cannot be read: Invalid IPv6 URL"),
        (
            f"{HOST}/v1/\x1b[2J?Page=1",
            r"next_page_url cannot be followed: its path is '/v1/\x1b[2J' and not '/v1/FlexFlows'",
        ),
        (f"{PATH}?{'a' * 32_001}", "next_page_url cannot be followed: its query is longer than 32000 characters"),
        (f"{PATH}?a=\ud83d", "next_page_url cannot be followed: 'utf-8' codec can't encode"),
    ],
)
def test_a_next_page_that_cannot_be_followed(url: object, said: str) -> None:
    """A next page that is not of this list, or no URL at all, is an error and not the end of the list."""
    with pytest.raises(PaginationError) as caught:
        first().read(listing(1, url), None)
    assert str(caught.value).startswith(said)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("start", "urls"),
    [
        pytest.param({}, [page_url(0).replace("&PageToken=PA0", "")], id="the first page, by its index"),
        pytest.param({}, [f"{PATH}?PageSize=7"], id="the first page, by its size alone"),
        pytest.param({}, [page_url(1), page_url(1)], id="itself"),
        pytest.param({}, [page_url(1), f"{PATH}?PageToken=PA1&Page=1"], id="itself, in another order"),
        pytest.param({}, [page_url(1, "=="), page_url(1, "%3D%3D")], id="itself, in another encoding"),
        pytest.param({}, [page_url(1), page_url(2), page_url(3), page_url(1)], id="a page before"),
        pytest.param({"friendly_name": "a b"}, [f"{PATH}?PageSize=50&FriendlyName=a%20b"], id="the first, filtered"),
        pytest.param({"cursor": cursors.encode(PATH, "PageToken=9")}, [f"{PATH}?PageToken=9"], id="where it resumed"),
    ],
)
def test_the_loop_guard(start: dict[str, Any], urls: list[str]) -> None:
    """A next page that was seen before would never end, so it is an error."""
    step = first(**start)
    for url in urls[:-1]:
        after = following(step, 1, url)
        assert after is not None
        step = after
    with pytest.raises(PaginationError, match=r"^next_page_url leads back to a page seen before"):
        step.read(listing(1, urls[-1]), None)


def test_a_page_is_typed_as_its_list_says() -> None:
    """What was decoded becomes the list's own page: the same records, the same place."""
    meta = {"page": 3, "previous_page_url": f"{PATH}?PageToken=PB1"}
    raw, _ = first().read(listing(2, page_url(1), **meta), "RQ1")
    page = FLEX_FLOWS.typed(raw)
    assert type(page) is Page
    assert [type(flow) for flow in page] == [FlexFlow, FlexFlow]
    assert [flow.to_dict() for flow in page] == list(raw)
    assert page.meta == PageMeta.from_dict(raw.meta)
    assert page.meta.page == 3
    assert None not in (page.next_cursor, page.previous_cursor)
    for name in ("next_cursor", "previous_cursor", "request_id"):
        assert getattr(page, name) == getattr(raw, name)


def test_listings_do_not_share_what_they_have_seen() -> None:
    """The same page can be read in two listings."""
    assert following(first(), 1, page_url(1)) is not None
    assert following(first(), 1, page_url(1)) is not None


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


def test_a_page_tells_what_it_is(page: Page) -> None:
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
    assert page != list(page)
