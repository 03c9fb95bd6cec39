"""Any bytes in a response give an error of this package, or exactly the records sent. `make fuzz` tries more."""

import json
import math
import pickle
from datetime import datetime
from typing import Any

import httpx
from hypothesis import example, given
from hypothesis import strategies as st

from flexflows import ApiError, FlexFlows, FlexFlowsError, Page
from flexflows._generated import fragment

SID = "AC" + "a" * 32
EXAMPLES: list[dict[str, Any]] = fragment()["components"]["schemas"]["FlexFlow"]["examples"]
META = {"page": 0, "page_size": 50, "next_page_url": "https://flex-api.twilio.com/v1/FlexFlows?Page=1&PageToken=PA1"}
PAGE = json.dumps({"flex_flows": EXAMPLES, "meta": META}).encode()

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
names = st.sampled_from([*EXAMPLES[0], "new"]) | st.text(max_size=5)
records = st.dictionaries(names, values | st.sampled_from([value for one in EXAMPLES for value in one.values()]))
metas = st.dictionaries(
    st.sampled_from([*META, "previous_page_url", "key", "url"]), values | st.sampled_from([*META.values()])
)
bodies = (
    st.fixed_dictionaries({}, optional={"flex_flows": st.lists(records, max_size=4) | values, "meta": metas | values})
    | st.fixed_dictionaries({"flex_flows": st.lists(records, max_size=4), "meta": metas})
    | st.dictionaries(st.sampled_from(["code", "message", "detail", "errors", "details", "more_info", "type"]), values)
).map(lambda body: json.dumps(body).encode())
statuses = st.sampled_from([200]) | st.integers(100, 999)
tokens = st.from_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}", fullmatch=True).map(str.encode)
lines = st.binary(max_size=30).map(lambda value: bytes(byte for byte in value if byte >= 32))
headers = st.lists(
    st.tuples(tokens, lines)
    | st.tuples(
        st.sampled_from([b"Retry-After", b"Date", b"Twilio-Request-Id", b"Content-Type", b"Location", b"Set-Cookie"]),
        lines | st.dates().map(lambda date: date.strftime("%a, %d %b %Y 12:00:00 GMT").encode()),
    )
    | st.tuples(
        st.just(b"Content-Encoding"), st.sampled_from([b"gzip", b"deflate", b"br", b"zstd", b"x", b"gzip, br"])
    ),
    max_size=4,
)


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """Return a real page, changed in a few places."""
    body = bytearray(PAGE)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        size = draw(st.integers(0, 8))
        body[at : at + size] = draw(
            st.binary(max_size=4)
            | st.sampled_from([b"null", b"1e400", b"NaN", b"[", b"]", b"{", b"}", b'"', b"\\ud83d", b"9" * 30])
        )
    return bytes(body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body)


def fetch(response: httpx.Response) -> Page | FlexFlowsError:
    """Return the page or the error of a response, and check the properties of every error."""
    with FlexFlows(SID, "t", attempts=1, transport=httpx.MockTransport(lambda _: response)) as client:
        try:
            return client.page()
        except FlexFlowsError as error:
            found = error
    assert str(found).isprintable()
    assert found.attempts == 1
    assert found.cursor is not None
    twin = pickle.loads(pickle.dumps(found))  # noqa: S301
    assert (type(twin), str(twin), twin.cursor) == (type(found), str(found), found.cursor)
    if isinstance(found, ApiError):
        assert found.retry_after is None or found.retry_after >= 0
    return found


def is_same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal, numbers also in type; the spelling of a date may differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        given = {name: value for name, value in one.items() if value is not None}
        kept = {name: value for name, value in other.items() if value is not None}
        return given.keys() == kept.keys() and all(is_same(given[name], kept[name]) for name in given)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if type(one) is not type(other):
        return False
    if isinstance(one, str) and one != other:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    return bool(one == other) or (isinstance(one, float) and math.isnan(one))


def assert_truthful(found: Page | FlexFlowsError, body: bytes) -> None:
    """Check that a page has exactly the records of its body."""
    if isinstance(found, Page):
        document = json.loads(body)
        assert len(found) == len(document["flex_flows"])
        assert all(map(is_same, document["flex_flows"], [flow.to_dict() for flow in found]))
        assert (document["meta"].get("next_page_url") is None) == (found.next_cursor is None)


@given(body=st.binary() | mutations() | bodies, status=statuses, headers=headers)
@example(body=PAGE, status=200, headers=[])
@example(body=PAGE, status=200, headers=[(b"X", "é".encode()), (b"Twilio-Request-Id", b"\xff")])
@example(body=b"{}", status=302, headers=[(b"Location", b"https://[")])
@example(body=b"{}", status=302, headers=[(b"Location", b"https://\xff:99999999/")])
def test_any_response(body: bytes, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    """Any status, headers and bytes give an error of this package, or exactly the records in the body."""
    try:
        response = httpx.Response(status, headers=headers, content=body)
    except httpx.DecodingError:
        return
    found = fetch(response)
    if isinstance(found, Page):
        assert 200 <= status < 300
        assert_truthful(found, response.content)


@given(body=mutations())
@example(body=PAGE)
def test_mutated_pages(body: bytes) -> None:
    """A damaged page gives an error, or exactly the records in the body."""
    assert_truthful(fetch(httpx.Response(200, content=body)), body)


@given(body=bodies)
def test_pages_of_anything(body: bytes) -> None:
    """Any JSON in a page is returned unchanged by its records' `to_dict`."""
    assert_truthful(fetch(httpx.Response(200, content=body)), body)


@given(chunks=st.lists(st.binary(max_size=20), max_size=6), encoding=st.sampled_from(["gzip", "deflate", "br", "x"]))
def test_any_stream(chunks: list[bytes], encoding: str) -> None:
    """Random chunks that claim to be compressed are an error of this package."""
    response = httpx.Response(200, headers={"Content-Encoding": encoding}, content=iter(chunks))
    assert isinstance(fetch(response), FlexFlowsError)
