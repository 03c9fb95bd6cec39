"""The limits on time, size, records and depth, against a hostile or broken server."""

import gzip
import json
import pickle
import tracemalloc
from typing import Any

import httpx
import pytest
from drivers import Driver
from raw_server import KEY, Handler, RawServer, chunked, each, page, response, stalls

import flexflows

GOOD = page("FO1")
MEBIBYTE = 1024 * 1024
BOUNDS = flexflows.FlexFlows.operation.page_size
MOST = BOUNDS.maximum if BOUNDS else 0


def bomb(mebibytes: int) -> bytes:
    """Return that many MiB of spaces, compressed to a thousandth of their size."""
    return gzip.compress(b" " * MEBIBYTE) * mebibytes


def gzipped(body: bytes, coding: str = "gzip", status: str = "200 OK") -> bytes:
    return response(body, f"Content-Encoding: {coding}", status=status)


def records(number: int, record: str = "{}") -> bytes:
    return f'{{"{KEY}": [{",".join([record] * number)}], "meta": {{}}}}'.encode()


def nested(depth: int) -> bytes:
    return records(1, f'{{"a": {"[" * (depth - 3)}{"]" * (depth - 3)}}}')


@pytest.mark.parametrize(
    "handler",
    [
        pytest.param(stalls(), id="no response"),
        pytest.param(stalls(response(GOOD)[:-1]), id="half a body"),
        pytest.param(stalls(response(b" " * 9999)[:-9999], b" "), id="trickled body"),
    ],
)
def test_a_timeout_bounds_a_response(open_client: Driver, handler: Handler) -> None:
    """A response that does not arrive in time is a transport error."""
    with RawServer(handler) as server:
        client = open_client(server, timeout=0.1, attempts=1)
        with pytest.raises(flexflows.TransportError, match=r"ReadTimeout, with Timeout\(timeout=0\.1\)$") as caught:
            client.list()
        assert caught.value.is_transient


def test_a_timeout_bounds_the_tls_handshake(open_client: Driver) -> None:
    """A server that accepts the connection but takes no part in the handshake is a transport error."""
    with RawServer(lambda connection: connection.server.stopping.wait(20) and None) as server:
        client = open_client(server, timeout=0.1, attempts=1, base_url=server.url.replace("http:", "https:"))
        with pytest.raises(flexflows.TransportError, match="timed out: ConnectTimeout"):
            client.list()


@pytest.mark.parametrize("read", [0.05, None])
def test_the_read_timeout_of_httpx_bounds_the_body(open_client: Driver, read: float | None) -> None:
    """With an `httpx.Timeout`, `read` bounds the body as a whole; `None` means no bound."""
    with RawServer(stalls(response(b" " * 10)[:-10], b" ")) as server:
        client = open_client(server, timeout=httpx.Timeout(5, read=read), attempts=1)
        error: Any = flexflows.TransportError if read else flexflows.UnexpectedResponseError
        with pytest.raises(error, match=r"the body is empty|ReadTimeout, with Timeout\(connect=5"):
            client.list()


LARGE = "the body from 127.0.0.1 is larger than 8 MiB"
REFUSED = {
    "br": (gzipped(b"\x8b\x01", "br"), "not JSON"),
    "a bomb": (gzipped(bomb(1024)), LARGE),
    "a large body": (response(b" " * (8 * MEBIBYTE + 1)), LARGE),
    "a very large body": (chunked(*[b" " * MEBIBYTE] * 100), LARGE),
    "many records": (response(records(MOST + 1)), f"expected at most {MOST} '{KEY}', but the page has {MOST + 1}"),
    "deep nesting": (response(nested(201)), "it is nested more than 200 deep"),
    "no content": (response(b"", status="204 No Content"), "the body is empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_body_that_is_refused(open_client: Driver, case: str) -> None:
    """A body that is too large, too deep or no page at all is an error of one attempt, which keeps 64 KiB of it."""
    data, expected = REFUSED[case]
    with RawServer(each(data)) as server:
        client = open_client(server)
        tracemalloc.start()
        with pytest.raises(flexflows.UnexpectedResponseError, match=expected) as caught:
            client.list()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 60 * MEBIBYTE
        assert caught.value.attempts == len(server.requests) == 1
        assert caught.value.cursor is not None
        assert len(pickle.dumps(caught.value)) < 100_000


READ = {
    "several gzip members": gzipped(gzip.compress(GOOD[:20]) + gzip.compress(b"") + gzip.compress(GOOD[20:])),
    "most of what is allowed": gzipped(gzip.compress(GOOD) + bomb(7)),
    "x-gzip": gzipped(gzip.compress(GOOD), " X-Gzip "),
    "utf-8": gzipped(GOOD, "utf-8"),
    "aws-chunked of gzip": gzipped(gzip.compress(GOOD), "gzip,aws-chunked"),
    "surplus bytes": response(GOOD) + response(page("FOsurplus")),
    "a cookie, which is not sent back": response(GOOD, "Set-Cookie: a=b"),
}


@pytest.mark.parametrize("case", READ)
def test_a_body_that_is_read(open_client: Driver, case: str) -> None:
    """A gzip body is decoded with all its members; an unknown coding, surplus bytes and cookies are ignored."""
    with RawServer(each(READ[case])) as server:
        client = open_client(server)
        assert [flow.sid for flow in client.list() + client.list()] == ["FO1", "FO1"]
        assert b"\r\nAccept-Encoding: gzip\r\n" in server.requests[0]
        assert b"ookie" not in server.requests[1]
        assert server.connections == len(server.requests) == 2


def test_the_deepest_page(open_client: Driver) -> None:
    """A page may be nested 200 deep, and its records can be written, copied and pickled."""
    with RawServer(each(response(nested(200)))) as server:
        (flow,) = open_client(server).list()
    assert json.loads(json.dumps(flow.to_dict()))["a"] == flow.additional_properties["a"]
    assert pickle.loads(pickle.dumps(flow)) == flow  # noqa: S301


REFUSAL = b'{"code": 20403, "message": "Suspended"}' + b" " * 100
BROKEN_ERRORS = {
    "a large body": (response(b"x" * MEBIBYTE, status="403 No"), None),
    "a bomb": (gzipped(bomb(96), status="403 No"), None),
    "deep nesting": (response(nested(201), status="403 No"), None),
    "gzip in name only": (gzipped(REFUSAL, status="403 No"), 20403),
    "gzip cut off": (gzipped(gzip.compress(REFUSAL)[:-4], status="403 No"), 20403),
    "body cut off": (response(REFUSAL, status="403 No")[:-1], 20403),
}


@pytest.mark.parametrize("case", BROKEN_ERRORS)
def test_a_broken_error_has_its_status(open_client: Driver, case: str) -> None:
    """An error whose body is too large, cannot be decoded or breaks off has its status, and its code if it is there."""
    data, code = BROKEN_ERRORS[case]
    with RawServer(each(data)) as server:
        with pytest.raises(flexflows.PermissionDeniedError) as caught:
            open_client(server).list()
        assert (caught.value.code, caught.value.attempts, len(server.requests)) == (code, 1, 1)
        assert caught.value.cursor is not None
        assert len(pickle.loads(pickle.dumps(caught.value)).response.content) <= 64 * 1024  # noqa: S301


TRUNCATED = {
    "by its length": response(GOOD)[:-1],
    "gzip": gzipped(gzip.compress(GOOD)[:-1]),
    "not gzip": gzipped(GOOD),
    "everything": b"",
    "not HTTP": b"SSH-2.0\r\n\r\n",
}


@pytest.mark.parametrize("case", TRUNCATED)
def test_a_truncated_response_is_retried(open_client: Driver, case: str) -> None:
    """A response that breaks off is requested again, and is a transport error in the end."""
    with RawServer(each(TRUNCATED[case], response(GOOD), TRUNCATED[case])) as server:
        client = open_client(server, attempts=2)
        assert [flow.sid for flow in client.list()] == ["FO1"]
        with pytest.raises(flexflows.TransportError) as caught:
            client.list()
        assert isinstance(caught.value.__cause__, httpx.RemoteProtocolError)
        assert (caught.value.attempts, len(server.requests)) == (2, 4)
