"""Any bytes in a response give a page, or an error of this package."""

import json
import pickle

import httpx
from hypothesis import example, given
from hypothesis import strategies as st
from raw_server import KEY, PATH

from flexflows import ApiError, FlexFlows, FlexFlowsError

META = {"page": 0, "page_size": 50, "next_page_url": f"https://flex-api.twilio.com{PATH}?Page=1&PageToken=PA1"}
PAGE = json.dumps({KEY: [{"sid": "FO1", "enabled": True, "new": None}], "meta": META}).encode()
FRAGMENTS = [b"null", b"1e400", b"NaN", b"[", b"]", b"{", b"}", b'"', b"\\ud83d"]

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
metas = st.dictionaries(st.sampled_from([*META, "previous_page_url"]), values | st.sampled_from([*META.values()]))
pages = st.fixed_dictionaries({KEY: st.just([{}]) | st.lists(values, max_size=4), "meta": metas})
problems = st.dictionaries(st.sampled_from(["code", "message", "detail", "errors", "details", "more_info"]), values)
lines = st.binary(max_size=30).map(lambda value: bytes(byte for byte in value if byte >= 32))
names = st.sampled_from([b"Retry-After", b"Date", b"Twilio-Request-Id", b"Content-Type", b"Location", b"Set-Cookie"])
codings = st.tuples(st.just(b"Content-Encoding"), st.sampled_from([b"gzip", b"deflate", b"br", b"x", b"gzip, br"]))
headers = st.lists(st.tuples(names, lines) | codings, max_size=4)


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """Return a page that is changed in a few places, or cut."""
    body = bytearray(PAGE)
    for _ in range(draw(st.integers(1, 4))):
        at, size = draw(st.integers(0, len(body))), draw(st.integers(0, 8))
        body[at : at + size] = draw(st.binary(max_size=4) | st.sampled_from(FRAGMENTS))
    return bytes(body[: draw(st.integers(0, len(body)))] if draw(st.booleans()) else body)


@given(
    st.just(200) | st.integers(100, 999),
    st.binary() | mutations() | (pages | problems | values).map(lambda body: json.dumps(body).encode()),
    headers,
)
@example(status=200, body=PAGE, header=[])
@example(status=999, body=b"\xff", header=[(b"Retry-After", b"9" * 400)])
def test_any_response(status: int, body: bytes, header: list[tuple[bytes, bytes]]) -> None:
    """Whatever the status, the headers and the body, the result is a page or an error of this package."""
    response = httpx.Response(status, headers=header, stream=httpx.ByteStream(body))
    with FlexFlows("AC1", "t", attempts=1, transport=httpx.MockTransport(lambda _: response)) as client:
        try:
            client.page()
        except FlexFlowsError as error:
            caught = error
        else:
            return
    assert str(caught).isprintable()
    assert (caught.attempts, caught.cursor is None) == (1, False)
    twin = pickle.loads(pickle.dumps(caught))  # noqa: S301
    assert (type(twin), str(twin), twin.cursor) == (type(caught), str(caught), caught.cursor)
    if isinstance(caught, ApiError):
        assert caught.retry_after is None or caught.retry_after >= 0
