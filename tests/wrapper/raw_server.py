"""A server on loopback whose connections a function handles, byte by byte."""

import contextlib
import itertools
import json
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable
from typing import Any, Self

from flexflows import FlexFlows

PATH = FlexFlows.operation.path
KEY = FlexFlows.operation.key
Handler = Callable[["Connection"], None]


class Connection(socketserver.StreamRequestHandler):
    """A connection, whose requests the server records."""

    server: "RawServer"
    timeout = 20

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.server.handler(self)

    def head(self) -> bytes:
        """Read the next request and return its head; empty when the client has closed the connection."""
        head = b"".join(itertools.takewhile(bytes.strip, self.rfile))
        length = re.search(rb"(?i)^content-length: (\d+)", head, re.MULTILINE)
        self.rfile.read(int(length[1]) if length else 0)  # closing a connection with unread bytes would reset it
        if head:
            self.server.requests.append(head)
        return head

    def send(self, data: bytes) -> None:
        self.request.sendall(data)


class RawServer(socketserver.ThreadingTCPServer):
    """A server that handles every connection with a function, each in a thread of its own.

    Attributes:
        requests: The heads of the requests.
        connections: The number of connections.
        stopping: Set when the server stops; a handler that does not respond waits for it.
    """

    account_sid = "AC" + "a" * 32
    auth_token = "0123456789abcdef"

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.handler = handler
        self.tls = tls
        self.requests: list[bytes] = []
        self.connections = 0
        self.stopping = threading.Event()
        self.port: int = self.socket.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.005,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        stream, address = super().get_request()
        self.connections += 1
        if self.tls:
            stream = self.tls.wrap_socket(stream, server_side=True, do_handshake_on_connect=False)
        return stream, address


def page(*sids: str, **meta: Any) -> bytes:
    """Return the body of a page with flows of these SIDs."""
    return json.dumps({KEY: [{"sid": sid} for sid in sids], "meta": meta}).encode()


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a response with a Content-Length."""
    return "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", "")).encode() + body


def chunked(*parts: bytes) -> bytes:
    """Return a response in chunks."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%b0\r\n\r\n" % body


def each(*responses: bytes) -> Handler:
    """Return a handler that sends the responses in turn, one on each connection, then repeats the last one."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(responses[min(len(connection.server.requests), len(responses)) - 1])

    return handler


def stalls(start: bytes = b"", part: bytes = b"") -> Handler:
    """Return a handler that sends the start of a response, and then nothing, or a part of it again and again."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(start)
        while not connection.server.stopping.wait(0.01 if part else 20):
            connection.send(part)

    return handler
