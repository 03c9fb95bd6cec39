"""Safe connections: bounded in time, owned by one process and event loop, and without left-over bytes.

httpx's own transports send the requests, so that tools which observe or replace httpx's transports work here too. Only
the layers below are replaced, through httpcore's public interfaces: the connection pool and the network backend.
"""

import contextlib
import os
import re
import socket
import ssl
from collections.abc import AsyncGenerator, Callable
from typing import Any, cast

import httpcore
import httpx

from ._exchange import Deadline
from ._settings import Settings

_READ_SIZE = 1024 * 1024
_EMPTY_LINE = re.compile(rb"\n\r?\n")


class Transport(httpx.HTTPTransport):
    """httpx's transport on a pool of safe connections."""

    def __init__(self, settings: Settings) -> None:
        self._pool: Any = _Pools(lambda: _open_pool(httpcore.ConnectionPool, _Backend(), settings))


class AsyncTransport(httpx.AsyncHTTPTransport):
    """httpx's asynchronous transport on a pool of safe connections."""

    def __init__(self, settings: Settings) -> None:
        self._pool: Any = _AsyncPools(lambda: _open_pool(httpcore.AsyncConnectionPool, _AsyncBackend(), settings))


def running_loop() -> object:
    """Return the event loop that runs this code, of asyncio or trio."""
    import asyncio  # noqa: PLC0415 - takes as long to import as half of httpx

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        import trio  # noqa: PLC0415 - the other library that httpcore supports

        return trio.lowlevel.current_trio_token()


def _open_pool(pool_class: Callable[..., Any], backend: object, settings: Settings) -> Any:
    # Certificates are read only here: when the first request is sent, and only for https.
    context = settings.certificates.context() if settings.base_url.scheme == "https" else None
    proxy = None
    if settings.proxy is not None:
        url = settings.proxy.url
        proxy = httpcore.Proxy(
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"),
            auth=settings.proxy.auth,
            ssl_context=context if url.scheme == "https" else None,
        )
    return pool_class(
        ssl_context=context,
        proxy=proxy,
        max_connections=100,
        max_keepalive_connections=20,
        keepalive_expiry=5.0,
        network_backend=backend,
    )


class _Pools:
    """A pool for each process, so that no process reads from a connection that it inherited through a fork.

    There is no lock that a fork could leave locked.
    """

    def __init__(self, open_pool: Callable[[], Any]) -> None:
        self._open_pool = open_pool
        self._pools: dict[int, Any] = {}

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        process = os.getpid()
        pool = self._pools.get(process)
        if pool is None:
            self._close_inherited(process)
            pool = self._pools.setdefault(process, self._open_pool())
        response: httpcore.Response = pool.handle_request(request)
        _expect_body(response)
        return response

    def close(self) -> None:
        process = os.getpid()
        self._close_inherited(process)
        pool = self._pools.pop(process, None)
        if pool is not None:
            pool.close()

    def _close_inherited(self, process: int) -> None:
        for other in set(self._pools) - {process}:
            for connection in self._pools.pop(other).connections:
                connection.close()


class _AsyncPools:
    """A pool for each process and event loop, closed at the latest when the loop ends."""

    def __init__(self, open_pool: Callable[[], Any]) -> None:
        self._open_pool = open_pool
        self._pools: dict[tuple[int, object], tuple[Any, AsyncGenerator[None, None]]] = {}

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        owner = os.getpid(), running_loop()
        if owner not in self._pools:
            pool = self._open_pool()
            closing = self._closing_with_loop(owner, pool)
            self._pools[owner] = pool, closing
            await anext(closing)
        response: httpcore.Response = await self._pools[owner][0].handle_async_request(request)
        _expect_body(response)
        return response

    async def aclose(self) -> None:
        _, closing = self._pools.get((os.getpid(), running_loop()), (None, None))
        if closing is not None:
            await closing.aclose()

    async def _closing_with_loop(self, owner: tuple[int, object], pool: Any) -> AsyncGenerator[None, None]:
        # An event loop closes its asynchronous generators when it ends.
        try:
            yield
        finally:
            self._pools.pop(owner, None)
            await pool.aclose()


class _Received:
    """A buffer of received bytes, from which h11 never gets a byte beyond the end of a response.

    h11 would keep bytes after a response and parse them as the response to the next request. A head and a chunked
    body end in an empty line, so h11 gets the bytes up to the next empty line, and later bytes stay in this buffer.
    """

    def __init__(self) -> None:
        self.data = bytearray()
        self.body = 0  # the remaining bytes of a body, if the head states its length
        self._end = b""  # the last bytes that h11 got
        self._is_http = False

    def request(self, head: bytes) -> None:
        """Prepare for the response to a request."""
        if head:
            self.body, self._end = 0, b""
            self._is_http = b" HTTP/1.1\r\n" in head  # not the handshake of a SOCKS proxy

    def take(self, most: int) -> bytes:
        size = self.body or len(self.data)
        empty_line = _EMPTY_LINE.search(self._end + self.data) if self._is_http and not self.body else None
        if empty_line:
            size = empty_line.end() - len(self._end)
        taken = bytes(self.data[: min(size, most)])
        del self.data[: len(taken)]
        self.body = max(0, self.body - len(taken))
        self._end = b"" if empty_line and len(taken) == size else (self._end + taken)[-2:]
        return taken


def _expect_body(response: httpcore.Response) -> None:
    """Set the length of a response's body on its connection, if the headers state the length."""
    headers = {name.lower(): value for name, value in response.headers}
    stream = cast("Any", response).extensions.get("network_stream")
    if isinstance(stream, _Stream | _AsyncStream) and b"transfer-encoding" not in headers:
        stream.received.body = int(headers.get(b"content-length", b"0"))


def _remaining(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    """Return the seconds left for an operation on the network, or raise `error` if the time is over."""
    if not isinstance(timeout, Deadline):
        return timeout
    seconds = timeout.remaining()
    if seconds <= 0:
        raise error
    return seconds


class _Stream(httpcore.NetworkStream):
    """A connection that keeps the deadline of an attempt, and is not reused if bytes are left over."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._process = os.getpid()
        self.received = _Received()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds = _remaining(timeout, httpcore.ReadTimeout)  # also ends a flood of bytes that are buffered already
        if not self.received.data:
            self.received.data += self._stream.read(_READ_SIZE, seconds)
        return self.received.take(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.received.request(buffer)
        self._stream.write(buffer, _remaining(timeout, httpcore.WriteTimeout))

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = _remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, seconds))

    def close(self) -> None:
        if self._process == os.getpid():
            # A shutdown ends a read in another thread; in a forked process it would break the parent's connection.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.get_extra_info("socket"), socket.SHUT_RDWR)
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self.received.data:
            return True
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        # socket.create_connection would spend the whole timeout on each address of the host.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for number, (*_, address) in enumerate(found):
            seconds = _remaining(timeout, httpcore.ConnectTimeout)
            share = seconds and seconds / (len(found) - number)
            try:
                stream = self._backend.connect_tcp(str(address[0]), port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream)
        raise failure


class _AsyncStream(httpcore.AsyncNetworkStream):
    """A `_Stream` for an event loop."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self.received = _Received()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        seconds = _remaining(timeout, httpcore.ReadTimeout)
        if not self.received.data:
            self.received.data += await self._stream.read(_READ_SIZE, seconds)
        return self.received.take(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self.received.request(buffer)
        await self._stream.write(buffer, _remaining(timeout, httpcore.WriteTimeout))

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        seconds = _remaining(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._stream.start_tls(ssl_context, server_hostname, seconds))

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and (self.received.data or self._has_decrypted_data()):
            return True
        return self._stream.get_extra_info(info)

    def _has_decrypted_data(self) -> bool:
        # Bytes that arrived together with a response have left the socket, and wait inside the TLS object.
        tls = self._stream.get_extra_info("ssl_object")
        if tls is None:
            return False
        try:
            tls.read(1)
        except ssl.SSLError as error:
            return not isinstance(error, ssl.SSLWantReadError)
        return True


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self) -> None:
        self._backend: Any = httpcore.AnyIOBackend()  # for asyncio and trio

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        seconds = _remaining(timeout, httpcore.ConnectTimeout)
        stream = await self._backend.connect_tcp(host, port, seconds, local_address, socket_options)
        return _AsyncStream(stream)
