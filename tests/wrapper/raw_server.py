"""A server on loopback whose connections a function handles, byte by byte."""

import contextlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any, Self

from flexflows import FlexFlows

PATH = FlexFlows.operation.path
KEY = FlexFlows.operation.key
Handler = Callable[["Connection"], None]


class Connection:
    """A connection, whose requests the server records; `number` counts from 0."""

    def __init__(self, server: "RawServer", stream: socket.socket, number: int) -> None:
        self.server = server
        self.stream = stream
        self.number = number
        self._received = b""

    def head(self) -> bytes:
        """Read the next request and return its head; empty when the client has closed the connection."""
        while b"\r\n\r\n" not in self._received:
            more = self.stream.recv(65_536)
            if not more:
                return b""
            self._received += more
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)^content-length: (\d+)", head, re.MULTILINE)
        body = int(length[1]) if length else 0
        while len(self._received) < body and (more := self.stream.recv(65_536)):
            self._received += more  # closing a connection with unread bytes would reset it
        self._received = self._received[body:]
        self.server.requests.append(head)
        return head

    def send(self, data: bytes) -> None:
        self.stream.sendall(data)


class RawServer:
    """A server that handles every connection with a function, each in a thread of its own.

    Attributes:
        requests: The heads of the requests.
        connections: The number of connections.
        stopping: Set when the server stops; a handler that does not respond waits for it.
    """

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None = None) -> None:
        self.handler = handler
        self.tls = tls
        self.requests: list[bytes] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._threads[0].join()
        for stream in self._open:
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                stream, _ = self._listening.accept()
                if self.tls:
                    stream = self.tls.wrap_socket(stream, server_side=True, do_handshake_on_connect=False)
                stream.settimeout(20)
                self._open.append(stream)
                self._threads.append(threading.Thread(target=self._serve, args=(stream, self.connections)))
                self.connections += 1
                self._threads[-1].start()

    def _serve(self, stream: socket.socket, number: int) -> None:
        with stream, contextlib.suppress(OSError):
            if isinstance(stream, ssl.SSLSocket):
                stream.do_handshake()
            self.handler(Connection(self, stream, number))


def page(*sids: str, next_page_url: str | None = None) -> bytes:
    """Return the body of a page with flows of these SIDs."""
    return json.dumps({KEY: [{"sid": sid} for sid in sids], "meta": {"next_page_url": next_page_url}}).encode()


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a response with a Content-Length."""
    return "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", "")).encode() + body


def chunked(*parts: bytes, status: str = "200 OK") -> bytes:
    """Return a response in chunks."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return f"HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + body + b"0\r\n\r\n"


def by_number(reply: Callable[[int], bytes]) -> Handler:
    """Return a handler that sends `reply(number)` for each request, numbered from 0, and closes the connection."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(reply(len(connection.server.requests) - 1))

    return handler


def each(*responses: bytes) -> Handler:
    """Return a handler that sends the responses in turn, then repeats the last one."""
    return by_number(lambda number: responses[min(number, len(responses) - 1)])


def stalls(start: bytes = b"", part: bytes = b"") -> Handler:
    """Return a handler that sends the start of a response, and then nothing, or a part of it again and again."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(start)
        while not connection.server.stopping.wait(0.02 if part else 20):
            connection.send(part)

    return handler


def account(server: "RawServer | None", **arguments: Any) -> dict[str, Any]:
    """Return the arguments of a client of the server."""
    token = "0123456789abcdef"
    return {"account_sid": "AC" + "a" * 32, "auth_token": token, "base_url": server and server.url, **arguments}
