"""HTTP responses, and how they are written to the connection: correctly, or with a fault."""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

import msgspec
from attrs import frozen

Headers: TypeAlias = tuple[tuple[str, str], ...]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

TRANSPORT = "flexflows.transport"
"""The ASGI extension by which the sandbox's server passes the connection to the application."""

JSON = ("content-type", "application/json")
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


@frozen
class Delivery:
    """A faulty way to write a response to the connection, which is not reused."""

    write: "Callable[[Response, asyncio.Transport], Awaitable[None]]"
    sends_status: bool = True


@frozen
class Response:
    """An HTTP response; a response of a gateway lacks Twilio's headers."""

    status: int
    body: bytes
    headers: Headers = (JSON,)
    delivery: Delivery | None = None
    is_from_twilio: bool = True

    def head(self, *headers: tuple[str, str]) -> bytes:
        """Return the status line and the headers, as bytes."""
        fields = (*self.headers, *headers, ("connection", "close"))
        lines = (f"HTTP/1.1 {self.status} ", *(f"{name}: {value}" for name, value in fields), "", "")
        return "\r\n".join(lines).encode("latin-1")

    @property
    def length(self) -> tuple[str, str]:
        """The Content-Length header."""
        return ("content-length", str(len(self.body)))


def error(status: int, code: int, message: str, *headers: tuple[str, str]) -> Response:
    """Return an error response in Twilio's legacy form."""
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more_info, "status": status}
    return Response(status, msgspec.json.encode(body), (JSON, *headers))


async def deliver(response: Response, scope: Message, receive: Receive, send: Send) -> None:
    """Send a response; one with a faulty delivery is written directly to the connection."""
    if response.delivery is None:
        headers = [(name.encode(), value.encode("latin-1")) for name, value in (*response.headers, response.length)]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})
        return
    await response.delivery.write(response, scope["extensions"][TRANSPORT])
    await disconnects(receive)


async def disconnects(receive: Receive, *, within: float | None = None) -> bool:
    """Wait up to `within` seconds for the client to disconnect or the sandbox to close; return whether either did."""
    try:
        async with asyncio.timeout(within):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


def reset(transport: asyncio.Transport) -> None:
    """Close a connection with RST instead of FIN (socket(7), SO_LINGER)."""
    with contextlib.suppress(OSError):  # the client has closed it already
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def _write_half(response: Response, transport: asyncio.Transport) -> None:
    transport.write(response.head(response.length) + response.body[: len(response.body) // 2])
    transport.close()


async def _close(_response: Response, transport: asyncio.Transport) -> None:
    transport.close()


async def _reset(_response: Response, transport: asyncio.Transport) -> None:
    reset(transport)


async def _write_nothing(_response: Response, _transport: asyncio.Transport) -> None:
    pass


TRUNCATED = Delivery(_write_half)
CLOSED = Delivery(_close, sends_status=False)
RESET = Delivery(_reset, sends_status=False)
STALLED = Delivery(_write_nothing, sends_status=False)
