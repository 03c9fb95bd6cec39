"""The limits on time, size, records and depth, against a hostile or broken server."""

import gzip
import json
import pickle
import subprocess
import sys
import time
import zlib
from typing import Any

import httpx
import pytest
from drivers import Driver
from raw_server import KEY, Connection, Handler, RawServer, account, chunked, each, page, response

import flexflows

# httpcore leaves its generators suspended when a body is not read to its end; only trio warns about it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <async_generator:pytest.PytestUnraisableExceptionWarning"
)

GOOD = page("FO1")
MEBIBYTE = 1024 * 1024
OPERATION = flexflows.FlexFlows.operation
MOST = OPERATION.page_size.maximum if OPERATION.page_size else 0
SURPLUS = response(page("FOsurplus"))


def bomb(mebibytes: int) -> bytes:
    """Return that many MiB of spaces, compressed to a thousandth of their size."""
    return gzip.compress(b" " * MEBIBYTE) * mebibytes


def gzipped(body: bytes, coding: str = "gzip", status: str = "200 OK") -> bytes:
    return response(body, f"Content-Encoding: {coding}", status=status)


def records(number: int, record: str = "{}") -> bytes:
    return f'{{"{KEY}": [{",".join([record] * number)}], "meta": {{}}}}'.encode()


def nested(depth: int) -> bytes:
    return records(1, f'{{"a": {"[" * (depth - 3)}{"]" * (depth - 3)}}}')


def sends_forever(start: bytes, part: bytes) -> Handler:
    """Return a handler that sends the start of a response, then the same bytes again and again."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(start)
        connection.trickle(part, seconds=0.02)

    return handler


def stalls(start: bytes = b"") -> Handler:
    """Return a handler that sends the start of a response, and then nothing."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(start)
        connection.server.stopping.wait(20)

    return handler


CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SLOW = {
    "no response": stalls(),
    "half a status": stalls(b"HTTP/1.1 2"),
    "half a header": stalls(b"HTTP/1.1 200 OK\r\nA: "),
    "half a body": stalls(response(GOOD)[:-1]),
    "trickled body": sends_forever(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b" "),
    "trickled chunks": sends_forever(CHUNKS, b"1\r\n \r\n"),
    "trickled empty gzip": sends_forever(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
}


@pytest.mark.parametrize("handler", SLOW.values(), ids=SLOW)
def test_a_timeout_bounds_a_response(open_client: Driver, handler: Handler) -> None:
    """A response that does not arrive in time is a transport error, which is retried."""
    with RawServer(handler) as server:
        client = open_client(**account(server, timeout=0.2, attempts=2))
        started = time.monotonic()
        with pytest.raises(flexflows.TransportError, match=r"timed out: ReadTimeout, with Timeout\(timeout=0\.2\)"):
            client.list()
        assert time.monotonic() - started < 10  # with room for a busy machine
        assert len(server.requests) == 2


def test_a_timeout_bounds_the_tls_handshake(open_client: Driver) -> None:
    """A server that accepts the connection but takes no part in the handshake is a transport error."""
    with RawServer(lambda connection: connection.server.stopping.wait(20) and None) as server:
        client = open_client(**account(server, timeout=0.2, attempts=1, base_url=server.url.replace("http:", "https:")))
        with pytest.raises(flexflows.TransportError, match="timed out: ConnectTimeout"):
            client.list()


@pytest.mark.parametrize("read", [0.2, None])
def test_the_read_timeout_of_httpx_bounds_the_body(open_client: Driver, read: float | None) -> None:
    """With an `httpx.Timeout`, `read` bounds the body as a whole; `None` means no bound."""
    slow = sends_forever(response(b" " * 20)[:-20], b" ")
    with RawServer(slow) as server:
        client = open_client(**account(server, timeout=httpx.Timeout(5, read=read), attempts=1))
        error: Any = flexflows.TransportError if read else flexflows.UnexpectedResponseError
        with pytest.raises(error, match=r"the body is empty|ReadTimeout, with Timeout\(connect=5"):
            client.list()


REFUSED = {
    "br": (gzipped(b"\x8b\x01", "br"), "not JSON"),
    "deflate": (gzipped(zlib.compress(GOOD), "deflate"), "not JSON"),
    "gzip twice": (gzipped(gzip.compress(gzip.compress(GOOD)), "gzip, gzip"), "not JSON"),
    "a bomb": (gzipped(bomb(9)), "the body from 127.0.0.1 is larger than 8 MiB"),
    "a large body": (response(b" " * (8 * MEBIBYTE + 1)), "the body from 127.0.0.1 is larger than 8 MiB"),
    "a large body in chunks": (chunked(*[b" " * MEBIBYTE] * 9), "the body from 127.0.0.1 is larger than 8 MiB"),
    "a large gzip body": (gzipped(b"\x1f\x8b" + b" " * 9 * MEBIBYTE), "the body from 127.0.0.1 is larger than 8 MiB"),
    "many records": (response(records(MOST + 1)), f"expected at most {MOST} '{KEY}', but the page has {MOST + 1}"),
    "very many records": (gzipped(gzip.compress(records(500_000, "0"))), f"but {KEY}\\[0\\] is a number"),
    "deep nesting": (response(nested(201)), "it is nested more than 200 deep"),
    "very deep nesting": (response(nested(100_000)), "it is nested more than 200 deep"),
    "no content": (response(b"", status="204 No Content"), "the body is empty"),
    "not gzip, empty": (gzipped(b""), "the body is empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_body_that_is_refused(open_client: Driver, case: str) -> None:
    """A body that is too large, too deep or no page at all is an error of one attempt, which keeps 64 KiB of it."""
    data, expected = REFUSED[case]
    with RawServer(each(data)) as server:
        with pytest.raises(flexflows.UnexpectedResponseError, match=expected) as caught:
            open_client(**account(server)).list()
        assert caught.value.attempts == len(server.requests) == 1
        assert caught.value.cursor is not None
        assert len(pickle.dumps(caught.value)) < 100_000


READ = {
    "several gzip members": gzipped(gzip.compress(GOOD[:20]) + gzip.compress(b"") + gzip.compress(GOOD[20:])),
    "most of what is allowed": gzipped(gzip.compress(GOOD) + bomb(7)),
    "x-gzip": gzipped(gzip.compress(GOOD), " X-Gzip "),
    "gzip and identity": gzipped(gzip.compress(GOOD), "identity, gzip"),
    "utf-8": gzipped(GOOD, "utf-8"),
    "none": gzipped(GOOD, "none"),
    "aws-chunked": gzipped(GOOD, "aws-chunked"),
    "aws-chunked of gzip": gzipped(gzip.compress(GOOD), "gzip,aws-chunked"),
    "an early response": b"HTTP/1.1 103 Early Hints\r\n\r\n" + response(GOOD),
    "a body up to the end of the connection": b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + GOOD,
    "surplus bytes": response(GOOD) + SURPLUS,
    "surplus bytes after chunks": chunked(GOOD) + SURPLUS,
    "surplus bytes after gzip": gzipped(gzip.compress(GOOD)) + SURPLUS[:30],
}


@pytest.mark.parametrize("case", READ)
def test_a_body_that_is_read(open_client: Driver, case: str) -> None:
    """A gzip body is decoded with all its members, and an unknown coding's name counts as nothing."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(READ[case])

    with RawServer(handler) as server:
        client = open_client(**account(server))
        for _ in range(2):
            assert [flow.sid for flow in client.list()] == ["FO1"]
        assert b"\r\nAccept-Encoding: gzip\r\n" in server.requests[0]
        assert server.connections == len(server.requests) == 2


def test_the_deepest_page(open_client: Driver) -> None:
    """A page may be nested 200 deep, and its records can be written, copied and pickled."""
    with RawServer(each(response(nested(200)))) as server:
        (flow,) = open_client(**account(server)).list()
    assert json.loads(json.dumps(flow.to_dict()))["a"] == flow.additional_properties["a"]
    assert pickle.loads(pickle.dumps(flow)) == flow  # noqa: S301


LARGE_ERRORS = {
    "plain": response(b"x" * MEBIBYTE, status="401 No"),
    "a bomb": gzipped(bomb(96), status="401 No"),
    "not gzip": gzipped(b"x" * 100, status="401 No"),
    "deeply nested details": response(b'{"code": 1, "details": ' + b"[" * 300 + b"]" * 300 + b"}", status="401 No"),
}


@pytest.mark.parametrize("case", LARGE_ERRORS)
def test_an_error_keeps_at_most_64_kib(open_client: Driver, case: str) -> None:
    """The error depends on the status, whatever the body, and can be pickled."""
    with RawServer(each(LARGE_ERRORS[case])) as server:
        with pytest.raises(flexflows.AuthenticationError, match=r"^401 Unauthorized$") as caught:
            open_client(**account(server)).list()
        assert len(pickle.loads(pickle.dumps(caught.value)).response.content) <= 64 * 1024  # noqa: S301


REFUSAL = b'{"code": 20403, "message": "Suspended"}' + b" " * 100
BROKEN_ERRORS = {
    "gzip in name only": gzipped(REFUSAL, status="403 No"),
    "gzip cut off": gzipped(gzip.compress(REFUSAL)[:-4], status="403 No"),
    "an unknown coding": gzipped(REFUSAL, "zstd", status="403 No"),
    "body cut off": response(REFUSAL, status="403 No")[:-1],
    "chunks cut off": chunked(REFUSAL, status="403 No")[:-5],
    "no valid chunks": chunked(REFUSAL, status="403 No")[:-5] + b"x\r\n",
}


@pytest.mark.parametrize("case", BROKEN_ERRORS)
def test_a_broken_error_has_its_status_and_code(open_client: Driver, case: str) -> None:
    """An error whose body cannot be decoded, or breaks off, still gives its status and code, and is not retried."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(BROKEN_ERRORS[case])

    with RawServer(handler) as server:
        with pytest.raises(flexflows.PermissionDeniedError) as caught:
            open_client(**account(server)).list()
        assert (caught.value.code, caught.value.attempts, len(server.requests)) == (20403, 1, 1)
        assert caught.value.cursor is not None


TRUNCATED = {
    "by its length": response(GOOD)[:-1],
    "in chunks": chunked(GOOD)[:-1],
    "gzip": gzipped(gzip.compress(GOOD)[:-1]),
    "not gzip": gzipped(GOOD),
    "a header": b"HTTP/1.1 200 OK\r\nConte",
    "everything": b"",
    "not HTTP": b"SSH-2.0\r\n\r\n",
}


@pytest.mark.parametrize("case", TRUNCATED)
def test_a_truncated_response_is_retried(open_client: Driver, case: str) -> None:
    """A response that breaks off is requested again, and is a transport error in the end."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(TRUNCATED[case] if connection.number != 1 else response(GOOD))

    with RawServer(handler) as server:
        client = open_client(**account(server, attempts=2))
        assert [flow.sid for flow in client.list()] == ["FO1"]
        with pytest.raises(flexflows.TransportError) as caught:
            client.list()
        assert isinstance(caught.value.__cause__, httpx.RemoteProtocolError)
        assert (caught.value.attempts, len(server.requests)) == (2, 4)


def test_cookies_are_not_kept(open_client: Driver) -> None:
    """A cookie is not sent back."""
    with RawServer(each(response(GOOD, "Set-Cookie: a=b"))) as server:
        client = open_client(**account(server))
        assert len(client.list() + client.list()) == 2
        assert not any(b"ookie" in head for head in server.requests)


MEMORY = r"""
import asyncio, re, sys
from pathlib import Path
import flexflows
kind, url = sys.argv[1:]
arguments = {"account_sid": "AC" + "a" * 32, "auth_token": "0123456789abcdef", "base_url": url, "attempts": 1}

def peak():  # of this process alone, in MiB
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) // 1024

try:
    flexflows.FlexFlows(**{**arguments, "base_url": "http://127.0.0.1:1"}).list()
except flexflows.TransportError:
    before = peak()
try:
    client = flexflows.FlexFlows(**arguments) if kind == "sync" else flexflows.AsyncFlexFlows(**arguments)
    client.list() if kind == "sync" else asyncio.run(client.list())
except flexflows.FlexFlowsError as error:
    print(type(error).__name__, peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory in KiB is Linux's")
@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize(
    ("data", "error", "most"),
    [
        pytest.param(gzipped(bomb(1024)), "UnexpectedResponseError", 40, id="a bomb"),
        pytest.param(response(b" " * (100 * MEBIBYTE)), "UnexpectedResponseError", 40, id="a large body"),
        pytest.param(response(b" " * (100 * MEBIBYTE), status="500 No"), "ServerError", 15, id="a large error"),
    ],
)
def test_memory(kind: str, data: bytes, error: str, most: int) -> None:
    """A refused body takes no more memory than an allowed one, as measured by the operating system."""
    with RawServer(each(data)) as server:
        command = [sys.executable, "-c", MEMORY, kind, server.url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    name, peak = done.stdout.split()
    assert name == error
    assert int(peak) < most
