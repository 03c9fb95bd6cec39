"""One attempt to fetch a page: the request, the decoding and the limit of the body, and the content of errors."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

import flexflows
from flexflows._exchange import Body

PAGE = {"flex_flows": [], "meta": {"next_page_url": None}}
HOST = "flex-api.twilio.com"
PLAIN = "the proxy http://proxy.example:3128/ (ALL_PROXY)"


def client(handler: Callable[[httpx.Request], httpx.Response], **arguments: Any) -> flexflows.FlexFlows:
    """Return a client whose requests a function handles."""
    return flexflows.FlexFlows("AC1", "token", transport=httpx.MockTransport(handler), **{"attempts": 1, **arguments})


def failure(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def handler(_: httpx.Request) -> httpx.Response:
        raise error

    return handler


def failing(error: Exception, **arguments: Any) -> flexflows.FlexFlows:
    """Return a client whose every request fails with an error."""
    return client(failure(error), **arguments)


def test_a_request() -> None:
    """A request has the headers and the deadline of the client, and its credentials."""
    requests: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=PAGE)

    with client(respond, timeout=7) as flows:
        flows.list()
    (request,) = requests
    assert (request.method, str(request.url)) == ("GET", f"https://{HOST}/v1/FlexFlows?PageSize=1000")
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert request.headers["Authorization"] == "Basic QUMxOnRva2Vu"
    assert request.headers["User-Agent"].startswith(f"flexflows/{flexflows.__version__} httpx/")
    assert request.extensions["timeout"] == {"connect": 7.0, "read": 7.0, "write": 7.0, "pool": None}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (httpx.ReadTimeout(""), "timed out: no complete response within 30 s"),
        (httpx.ReadTimeout("slow"), "timed out: no complete response within 30 s"),
        (httpx.ConnectError(""), "failed: ConnectError"),
        (httpx.ConnectError("no\nroute"), "failed: no route"),
        (OSError(24, "Too many open files"), "failed: OSError: [Errno 24] Too many open files"),
        (httpx.InvalidURL("bad"), "failed: InvalidURL: bad"),
        (UnicodeEncodeError("ascii", "é", 0, 1, "é"), "failed: a header is not valid HTTP"),
        (httpx.LocalProtocolError("Illegal header value b'secret'"), "failed: a header is not valid HTTP"),
    ],
    ids=repr,
)
def test_error_messages(error: Exception, text: str) -> None:
    """The message says whether the request timed out or failed; it quotes no header, which may be a credential."""
    with failing(error) as flows, pytest.raises(flexflows.TransportError) as caught:
        flows.list()
    assert str(caught.value) == f"the request to {HOST} {text}"
    assert caught.value.cursor is not None
    cause = caught.value.__cause__
    assert isinstance(cause, httpx.HTTPError)
    assert (cause.request.method, cause.request.url.path) == ("GET", "/v1/FlexFlows")
    assert "authorization" not in cause.request.headers


@pytest.mark.parametrize(("text", "shown"), [("", "ReadTimeout"), ("slow", "slow")])
def test_a_timeout_of_an_operation(text: str, shown: str) -> None:
    """With an `httpx.Timeout`, the error has httpx's message."""
    with (
        failing(httpx.ReadTimeout(text), timeout=httpx.Timeout(5)) as flows,
        pytest.raises(flexflows.TransportError) as caught,
    ):
        flows.list()
    assert str(caught.value) == f"the request to {HOST} timed out: {shown}"


def test_the_text_of_a_cause() -> None:
    """An error without a text has the text of its cause."""
    error = httpx.ConnectError("")
    error.__cause__ = OSError("no route")
    with failing(error) as flows, pytest.raises(flexflows.TransportError) as caught:
        flows.list()
    assert str(caught.value) == f"the request to {HOST} failed: no route"


@pytest.mark.parametrize(
    ("variables", "error", "text"),
    [
        (
            {"https_proxy": "http://user:pass%20word@proxy.example:3128"},
            httpx.ProxyError("403 Forbidden"),
            f"the proxy http://proxy.example:3128/ (https_proxy) refused the request to {HOST}: 403 Forbidden",
        ),
        (
            {"ALL_PROXY": "proxy.example:3128"},
            httpx.ConnectError("no route"),
            f"the request to {HOST} through {PLAIN} failed: no route",
        ),
        (
            {"ALL_PROXY": "proxy.example:3128"},
            httpx.ReadTimeout(""),
            f"the request to {HOST} through {PLAIN} timed out: no complete response within 30 s",
        ),
        ({}, httpx.ProxyError("403 Forbidden"), f"the proxy refused the request to {HOST}: 403 Forbidden"),
    ],
)
def test_errors_of_requests_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], error: Exception, text: str
) -> None:
    """The message names the proxy and its variable, without its password."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with flexflows.FlexFlows("AC1", "token", attempts=1) as flows:
        monkeypatch.setattr(flows, "_transport", httpx.MockTransport(failure(error)))
        with pytest.raises(flexflows.TransportError) as caught:
            flows.list()
    assert str(caught.value) == text


def test_causes_have_no_frames() -> None:
    """The causes of an error have no frames, since those hold the request, and with it the credentials."""
    with failing(httpx.ConnectError("no route")) as flows, pytest.raises(flexflows.TransportError) as caught:
        flows.list()
    cause = caught.value.__cause__
    assert isinstance(cause, httpx.ConnectError)
    assert cause.__traceback__ is None


@pytest.mark.parametrize("body", [b"", b"x" * (64 * 1024), b"x" * (64 * 1024 + 1)], ids=len)
def test_the_response_of_an_error(body: bytes) -> None:
    """An error keeps 64 KiB of the body, and the request without the credentials."""
    headers = {"Twilio-Request-Id": "RQ1", "X-Other": "1"}
    with (
        client(lambda _: httpx.Response(401, headers=headers, content=body)) as flows,
        pytest.raises(flexflows.AuthenticationError) as caught,
    ):
        flows.list(friendly_name="Sales")
    response = caught.value.response
    assert response.content == body[: 64 * 1024]
    assert (response.headers["X-Other"], caught.value.request_id) == ("1", "RQ1")
    assert (response.request.method, response.request.url.path) == ("GET", "/v1/FlexFlows")
    assert response.request.url.params["FriendlyName"] == "Sales"
    assert "authorization" not in response.request.headers


def test_the_response_of_an_unexpected_page() -> None:
    """A 2xx that is not a page is kept like the response of an error."""
    body = b"<html>" + b"x" * (64 * 1024)
    with (
        client(lambda _: httpx.Response(200, headers={"Twilio-Request-Id": "RQ1"}, content=body)) as flows,
        pytest.raises(flexflows.UnexpectedResponseError, match=r"the body is HTML$") as caught,
    ):
        flows.list()
    assert (caught.value.response.content, caught.value.request_id) == (body[: 64 * 1024], "RQ1")
    assert caught.value.cursor is not None


def compressed(data: bytes, bits: int = 31) -> bytes:
    packer = zlib.compressobj(wbits=bits)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize("name", ["Content-Encoding", "content-encoding", "CONTENT-ENCODING"])
def test_a_compressed_response_is_decoded_once(name: str) -> None:
    """A decoded body has no Content-Encoding, so that it is not decoded again."""

    def respond(request: httpx.Request) -> httpx.Response:
        is_good = "FriendlyName" not in request.url.params
        body = PAGE if is_good else {"code": 20404, "message": "Gone"}
        content = compressed(json.dumps(body).encode())
        return httpx.Response(200 if is_good else 404, headers=[(name, "gzip")], stream=httpx.ByteStream(content))

    with client(respond) as flows:
        assert flows.list() == []
        with pytest.raises(flexflows.NotFoundError, match=r"^404 Gone") as caught:
            flows.list(friendly_name="x")
    assert caught.value.response.json()["code"] == 20404


def decode(body: Body, data: bytes, size: int) -> bytes:
    for start in range(0, len(data), size):
        body.feed(data[start : start + size])
    body.finish()
    return bytes(body.data)


DATA = bytes(range(256)) * 1000


@pytest.mark.parametrize("size", [1, 1000, 10**9])
@pytest.mark.parametrize(
    ("coding", "data", "expected"),
    [
        ("", DATA, DATA),
        ("identity", DATA, DATA),
        (" , identity", DATA, DATA),
        ("gzip", compressed(DATA), DATA),
        ("GZIP, identity", compressed(DATA), DATA),
        ("x-gzip", compressed(DATA), DATA),
        ("gzip", compressed(DATA[:9]) + compressed(b"") + compressed(DATA[9:]), DATA),
        ("gzip", compressed(DATA) + bytes(9), DATA),
        ("gzip", compressed(DATA) + bytes(9) + compressed(b"x"), DATA + b"x"),
        ("gzip", compressed(bytes(300_000)), bytes(300_000)),
        ("gzip", gzip.compress(b"", mtime=0), b""),
        ("gzip", b"", b""),
    ],
)
def test_decoding(coding: str, data: bytes, expected: bytes, size: int) -> None:
    """A body is decoded, however it is split into parts."""
    if len(data) // size > 10_000:
        data, expected = data[:9000], expected[:9000]
    body = Body(coding, 300_000)
    assert body.is_supported
    assert decode(body, data, size) == expected
    assert not body.is_full


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(("coding", "pack"), [("", bytes), ("gzip", compressed)])
@pytest.mark.parametrize(("length", "is_full"), [(999, False), (1000, False), (1001, True), (50_000, True)])
def test_the_size_limit(coding: str, pack: Callable[[bytes], bytes], length: int, is_full: bool, size: int) -> None:  # noqa: FBT001
    """No more than the limit is kept, and the body is full beyond it."""
    body, data = Body(coding, 1000), pack(b"x" * length)
    for start in range(0, len(data), size):
        body.feed(data[start : start + size])
        if body.is_full:
            break
    assert body.is_full is is_full
    assert body.data == b"x" * min(length, 1000)


def test_decoding_takes_little_memory() -> None:
    """A body is not decompressed further than its limit."""
    bomb, body = compressed(bytes(50_000_000)), Body("gzip", 1000)
    tracemalloc.start()
    try:
        body.feed(bomb)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("status", "coding", "part", "parts"),
    [
        (200, "", bytes(1024 * 1024), 65),
        (200, "br", b"x", 1),
        (404, "", bytes(1024), 65),
        (404, "br", b"x", 1),
        (404, "gzip", b"not gzip", 1),
    ],
)
def test_reading_ends_early(status: int, coding: str, part: bytes, parts: int) -> None:
    """Reading ends when a body reaches the limit or cannot be decoded."""
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(1000):
            read.append(number)
            yield part

    respond = httpx.MockTransport(
        lambda _: httpx.Response(status, headers={"Content-Encoding": coding}, content=endless())
    )
    with flexflows.FlexFlows("AC1", "token", transport=respond) as flows, pytest.raises(flexflows.FlexFlowsError):
        flows.list()
    assert len(read) == parts


def test_received_bytes_count_toward_the_limit() -> None:
    """Zeros after gzip data decode to nothing, but count toward the limit."""
    body = Body("gzip", 1000)
    body.feed(compressed(b"x") + bytes(900))
    assert not body.is_full
    body.feed(bytes(100))
    assert body.is_full
    assert body.data == b"x"


@pytest.mark.parametrize(
    ("status", "data", "text"),
    [
        (200, b"not gzip", f"the request to {HOST} failed: the body is not gzip: Error -3 while decompressing data: "),
        (200, compressed(b"{}")[:-1], f"the request to {HOST} failed: the gzip body is truncated"),
        (200, compressed(b"{}") + b"\0\x1f", f"the request to {HOST} failed: the gzip body is truncated"),
        (200, compressed(b"{}") + compressed(b" ", 15), f"the request to {HOST} failed: the body is not gzip: "),
        (200, compressed(b" ", 15), f"the request to {HOST} failed: the body is not gzip: "),
        (200, compressed(b"{}") + b"X", f"the request to {HOST} failed: the gzip body is truncated"),
        (404, b"not gzip", "404 Not Found"),
        (404, compressed(b'{"message": "Gone"}')[:-1], "404 Gone"),
    ],
)
def test_a_broken_body(status: int, data: bytes, text: str) -> None:
    """A page with broken gzip data is retried; the body of an error is decoded as far as possible."""
    attempts: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        return httpx.Response(status, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(data))

    with client(respond, attempts=2) as flows, pytest.raises(flexflows.FlexFlowsError) as caught:
        flows.list()
    assert str(caught.value).startswith(text)
    assert len(attempts) == caught.value.attempts == (2 if status == 200 else 1)
