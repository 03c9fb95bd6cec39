"""A listener on loopback that keeps what it is sent, byte for byte, and answers as it is told."""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

Reply = Callable[[int], bytes]
"""Gives the bytes of the answer to a request, by its number from 0."""


def answer(body: Any, *head: str, status: str = "200 OK") -> bytes:
    """Spell an answer, its body as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = (f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(content)}", *head, "", "")
    return "\r\n".join(lines).encode() + content


def page(*sids: str, next_page_url: str | None = None) -> dict[str, Any]:
    """Make the page that holds such flows."""
    return {"flex_flows": [{"sid": sid} for sid in sids], "meta": {"next_page_url": next_page_url}}


class Listener:
    """Keep every request's head in `requests`, and the bytes of connections that sent none in `others`."""

    def __init__(self, reply: Reply | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.reply = reply or (lambda _number: answer(page()))
        self.tls = tls
        self.requests: list[bytes] = []
        self.others: list[bytes] = []
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._threads[0].join()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            connection.settimeout(10)
            self._open.append(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        data = b""
        with connection, contextlib.suppress(OSError):
            if isinstance(connection, ssl.SSLSocket):
                connection.do_handshake()
            while more := connection.recv(65_536):
                data += more
                while b"\r\n\r\n" in data:
                    head, _, data = data.partition(b"\r\n\r\n")
                    self.requests.append(head)
                    connection.sendall(self.reply(len(self.requests) - 1))
        if data:
            self.others.append(data)
