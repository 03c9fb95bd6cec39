"""The limits on time, size and connections hold against a hostile or broken server."""

import contextlib
import gzip
import pickle
import socket
import ssl
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import certificates
import httpx
import pytest
from drivers import Driver
from raw_server import Connection, Handler, RawServer, account, each, page, response

import flexflows

# httpx leaves its generators suspended when a body is not read to its end; only trio warns about it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <async_generator:pytest.PytestUnraisableExceptionWarning"
)

GOOD = page("FO1")
MEBIBYTE = 1024 * 1024


_PART = gzip.compress(b" " * 16 * MEBIBYTE)


def bomb(mebibytes: int) -> bytes:
    """Return that many MiB of spaces, compressed to a thousandth of their size."""
    return _PART * (mebibytes // 16)


def trickled_headers(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 200 OK\r\n")
    connection.trickle(b"X-More: 1\r\n")


def trickled_bytes_of_a_header(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 200 OK\r\nX-More: ")
    connection.trickle(b"1")


def slow_early_responses(connection: Connection) -> None:
    connection.head()
    connection.trickle(b"HTTP/1.1 103 Early Hints\r\n\r\n")


def fast_early_responses(connection: Connection) -> None:
    connection.head()
    connection.trickle(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000, seconds=0)


def trickled_chunk_extension(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
    connection.trickle(b"a=b;")


def trickled_chunks(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.trickle(b"1\r\n \r\n")


def fast_chunks(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.trickle(b"1;extension\r\n \r\n" * 10, seconds=0, times=10**9)


def trickled_trailers(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
    connection.trickle(b"X-More: 1\r\n")


def gzip_without_content(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    connection.trickle(gzip.compress(b""))


def trickled_body(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    connection.trickle(b" ")


def trickled_body_of_an_error(connection: Connection) -> None:
    connection.head()
    connection.send(b"HTTP/1.1 500 No\r\nContent-Length: 1000000\r\n\r\n")
    connection.trickle(b" ")


def silence(connection: Connection) -> None:
    connection.head()
    connection.head()


SLOW: list[Handler] = [
    trickled_headers,
    trickled_bytes_of_a_header,
    slow_early_responses,
    fast_early_responses,
    trickled_chunk_extension,
    trickled_chunks,
    fast_chunks,
    trickled_trailers,
    gzip_without_content,
    trickled_body,
    trickled_body_of_an_error,
    silence,
]


@pytest.mark.parametrize("handler", SLOW, ids=lambda handler: handler.__name__)
def test_a_timeout_bounds_the_attempt(open_client: Driver, handler: Handler) -> None:
    """However slowly or fast a response arrives, the attempt ends at the timeout."""
    with RawServer(handler) as server:
        client = open_client(**account(server, timeout=0.15, attempts=1))
        started = time.monotonic()
        with pytest.raises(flexflows.TransportError, match=r"timed out: no complete response within 0\.15 s"):
            client.list()
        assert time.monotonic() - started < 5  # with room for a busy machine


def test_a_timeout_bounds_the_tls_handshake(open_client: Driver) -> None:
    """An attempt on a server that accepts the connection but sends nothing ends at the timeout."""
    with RawServer(lambda connection: connection.server.stopping.wait(20) and None) as server:
        client = open_client(**account(server, timeout=0.3, attempts=1, base_url=server.url.replace("http:", "https:")))
        started = time.monotonic()
        with pytest.raises(flexflows.TransportError, match="timed out"):
            client.list()
        assert time.monotonic() - started < 5


def gzipped(body: bytes, coding: str = "gzip", status: str = "200 OK") -> bytes:
    return response(body, f"Content-Encoding: {coding}", status=status)


REFUSED = {
    "two codings": (gzipped(gzip.compress(gzip.compress(GOOD)), "gzip, gzip"), "content coding 'gzip, gzip'"),
    "three codings": (gzipped(gzip.compress(GOOD), "gzip,deflate, gzip"), "content coding 'gzip, deflate, gzip'"),
    "two headers": (
        response(gzip.compress(gzip.compress(GOOD)), "Content-Encoding: gzip", "Content-Encoding: gzip"),
        "content coding 'gzip, gzip'",
    ),
    "deflate": (gzipped(zlib.compress(GOOD), "deflate"), "content coding 'deflate'"),
    "br": (gzipped(GOOD, "br"), "content coding 'br'"),
    "a bomb": (gzipped(bomb(80)), "larger than 64 MiB"),
    "a large body": (response(b" " * (64 * MEBIBYTE + 1)), "larger than 64 MiB"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_body_that_is_refused(open_client: Driver, case: str) -> None:
    """A body with several content codings, with one other than gzip, or of more than 64 MiB is not retried."""
    data, expected = REFUSED[case]
    with RawServer(each(data)) as server:
        with pytest.raises(flexflows.UnexpectedResponseError, match=expected) as caught:
            open_client(**account(server)).list()
        assert caught.value.attempts == len(server.requests) == 1
    assert len(pickle.dumps(caught.value)) < 100_000


READ = {
    "several members": gzipped(gzip.compress(GOOD[:20]) + gzip.compress(b"") + gzip.compress(GOOD[20:])),
    "most of what is allowed": gzipped(gzip.compress(GOOD) + bomb(48)),
}


@pytest.mark.parametrize("case", READ)
def test_a_body_that_is_read(open_client: Driver, case: str) -> None:
    """A gzip body is decoded with all its members, up to 64 MiB."""
    with RawServer(each(READ[case])) as server:
        assert [flow.sid for flow in open_client(**account(server)).list()] == ["FO1"]
        assert b"\r\nAccept-Encoding: gzip\r\n" in server.requests[0]


LARGE_ERRORS = {
    "plain": response(b"x" * MEBIBYTE, status="401 No"),
    "a bomb": gzipped(bomb(96), status="401 No"),
    "two codings": gzipped(gzip.compress(bomb(96)), "gzip, gzip", status="401 No"),
    "not gzip": gzipped(b"x" * 100, status="401 No"),
    "gzip cut off": gzipped(gzip.compress(b"x" * 100)[:-10], status="401 No"),
}


@pytest.mark.parametrize("case", LARGE_ERRORS)
def test_an_error_keeps_at_most_64_kib(open_client: Driver, case: str) -> None:
    """The error depends on the status, whatever the body, and keeps at most 64 KiB of the body."""
    with RawServer(each(LARGE_ERRORS[case])) as server:
        with pytest.raises(flexflows.AuthenticationError, match=r"^401 Unauthorized$") as caught:
            open_client(**account(server)).list()
        assert len(caught.value.response.content) <= 64 * 1024
        assert len(pickle.loads(pickle.dumps(caught.value)).response.content) <= 64 * 1024  # noqa: S301


def test_cookies_are_not_kept(open_client: Driver) -> None:
    """A cookie is not sent back."""
    with RawServer(each(response(GOOD, "Set-Cookie: a=b"))) as server:
        client = open_client(**account(server))
        client.list()
        client.list()
        assert not any(b"ookie" in head for head in server.requests)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD), GOOD)
STOLEN = response(page("FOstolen"))
LEFT_OVER = {
    "a response": response(GOOD) + STOLEN,
    "the same length": response(GOOD) + response(page("FO2")),
    "the same response": response(GOOD) + response(GOOD),
    "half a response": response(GOOD) + STOLEN[:30],
    "an early response": response(GOOD) + b"HTTP/1.1 100 Continue\r\n\r\n" + STOLEN,
    "after chunks": CHUNKED + STOLEN,
    "half after chunks": CHUNKED + STOLEN[:30],
    "after trailers": CHUNKED[:-2] + b"X-More: 1\r\n\r\n" + STOLEN,
    "after an error": response(b"", status="404 No") + STOLEN,
    "after no content": b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n" + STOLEN,
    "both framings": CHUNKED.replace(b"\r\n", b"\r\nContent-Length: 1000\r\n", 1) + STOLEN,
    "compressed": gzipped(gzip.compress(GOOD)) + STOLEN,
}


def left_over(data: bytes) -> Handler:
    """Return a handler that sends `data` on the first connection, in one or two pieces, and a page on the others."""

    def handler(connection: Connection) -> None:
        while connection.head():
            connection.send(data if connection.number == 0 else response(page("FOgood")))
            if data.endswith(STOLEN[:30]) and connection.number == 0 and connection.head():
                connection.send(STOLEN[30:])

    return handler


@pytest.mark.parametrize("case", LEFT_OVER)
def test_left_over_bytes_are_not_a_response(open_client: Driver, case: str) -> None:
    """Bytes after a response do not become the response to the next request."""
    with RawServer(left_over(LEFT_OVER[case])) as server:
        client = open_client(**account(server))
        with contextlib.suppress(flexflows.NotFoundError, flexflows.UnexpectedResponseError):
            client.list()
        assert [flow.sid for flow in client.list()] == ["FOgood"]
        assert server.connections == 2


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificates.write(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context, which clients trust."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


@pytest.mark.parametrize("case", ["a response", "half a response", "after chunks"])
def test_left_over_bytes_in_tls(open_client: Driver, case: str, tls: ssl.SSLContext) -> None:
    """Bytes in a further TLS record, already decrypted, do not become the response to the next request."""
    whole = response(GOOD) if case != "after chunks" else CHUNKED

    def handler(connection: Connection) -> None:
        while connection.head():
            if connection.number == 0:
                connection.send(whole)
                connection.send(LEFT_OVER[case][len(whole) :])
            else:
                connection.send(response(page("FOgood")))

    with RawServer(handler, tls) as server:
        client = open_client(**account(server))
        assert [flow.sid for flow in client.list()] == ["FO1"]
        assert [flow.sid for flow in client.list()] == ["FOgood"]


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_connection_is_reused(open_client: Driver, framing: str, tls: ssl.SSLContext) -> None:
    """Without left-over bytes, one connection serves all requests."""
    with RawServer(each(response(GOOD) if framing == "length" else CHUNKED), tls) as server:
        client = open_client(**account(server))
        for _ in range(3):
            client.list()
        assert (server.connections, len(server.requests)) == (1, 3)


MEMORY = r"""
import asyncio, re, sys
from pathlib import Path
import flexflows
kind, url = sys.argv[1:]
arguments = {"account_sid": "AC" + "a" * 32, "auth_token": "0123456789abcdef", "base_url": url, "attempts": 1}

async def listing():
    async with flexflows.AsyncFlexFlows(**arguments) as flows:
        return await flows.list()

def measure():
    try:
        asyncio.run(listing()) if kind == "async" else flexflows.FlexFlows(**arguments).list()
    except flexflows.FlexFlowsError as error:
        return type(error).__name__, peak()

def peak():  # of this process alone; getrusage counts its parent's memory before exec too
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1]) // 1024
before = peak()
print(*measure(), before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory in KiB is Linux's")
@pytest.mark.parametrize(
    ("kind", "case", "data", "error", "most"),
    [
        ("sync", "two codings", gzipped(gzip.compress(bomb(1024)), "gzip, gzip"), "UnexpectedResponseError", 20),
        ("sync", "a bomb", gzipped(bomb(1024)), "UnexpectedResponseError", 90),
        ("sync", "a large body", response(b" " * (100 * MEBIBYTE)), "UnexpectedResponseError", 90),
        ("async", "a bomb", gzipped(bomb(1024)), "UnexpectedResponseError", 90),
        ("async", "a large error", response(b" " * (100 * MEBIBYTE), status="500 No"), "ServerError", 20),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 15 else "",
)
def test_memory(kind: str, case: str, data: bytes, error: str, most: int) -> None:
    """A refused body takes no more memory than an allowed one, as measured by the operating system."""
    with RawServer(each(data)) as server:
        command = [sys.executable, "-c", MEMORY, kind, server.url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    found, peak, before = done.stdout.split()
    print(f"{case}, {kind}: peak {peak} MiB, {before} MiB before")  # noqa: T201
    assert found == error
    assert int(peak) - int(before) < most + 25


def test_a_host_with_several_addresses(open_client: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses are tried one after the other, and share the timeout."""
    with RawServer(each(response(GOOD))) as server:

        def find(host: str, port: int, *_: object, **__: object) -> list[Any]:
            addresses = ["::1", "127.0.0.1"] if host == "localhost" else [host]  # nobody listens at the first
            families = (socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses)
            return [
                (family, socket.SOCK_STREAM, 6, "", (one, port))
                for family, one in zip(families, addresses, strict=True)
            ]

        if open_client.kind == "sync":
            monkeypatch.setattr(socket, "getaddrinfo", find)
        client = open_client(**account(server, base_url=f"http://localhost:{server.port}", timeout=5))
        assert [flow.sid for flow in client.list()] == ["FO1"]


def test_a_host_that_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that does not resolve is a transport error, and is retried."""

    def fail(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    client = flexflows.FlexFlows("AC1", "t", base_url="https://flex.example", attempts=2)
    with pytest.raises(flexflows.TransportError, match="Name or service not known") as caught:
        client.list()
    assert caught.value.attempts == 2
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    with pytest.raises(flexflows.TransportError, match=r"flex\.example has no address"):
        client.list()


def test_an_httpx_timeout_bounds_each_operation(open_client: Driver) -> None:
    """A response may take longer than the timeout, but no single read may."""

    def slowly(connection: Connection) -> None:
        while connection.head():
            for byte in response(GOOD):
                connection.send(bytes([byte]))
                connection.server.stopping.wait(0.002)

    with RawServer(slowly) as server:
        client = open_client(**account(server, timeout=httpx.Timeout(0.2)))
        assert [flow.sid for flow in client.list()] == ["FO1"]
    with RawServer(silence) as server:
        client = open_client(**account(server, timeout=httpx.Timeout(0.2), attempts=1))
        with pytest.raises(flexflows.TransportError, match="timed out"):
            client.list()
