"""Putting answers onto the wire, in good order or not."""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from flexflows.sandbox._answer import Answer, Delivery, Headers

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

TRANSPORT = "flexflows.transport"
"""The ASGI extension by which the sandbox's own server hands out the connection."""

_LAST_STATUS = 599  # uvicorn has no reason phrase for a status beyond, and fails
_LINGER_0 = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
_BEFORE_RESET = 0.01
_TRICKLED_BYTES = 128
_TRICKLE_PAUSE = 0.0002


async def disconnects(receive: Receive, *, within: float | None = None) -> bool:
    """Wait at most `within` seconds for the client to go, or the sandbox to close; tell whether that happened."""
    try:
        async with asyncio.timeout(within):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


async def deliver(answer: Answer, scope: Message, receive: Receive, send: Send) -> None:
    """Send `answer`; a delivery that is faulty needs the sandbox's own server.

    Raises:
        RuntimeError: Another server serves the application.
    """
    if answer.delivery is Delivery.WHOLE and answer.status <= _LAST_STATUS:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in _with_length(answer)]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})
        return
    transport = scope.get("extensions", {}).get(TRANSPORT)
    if transport is None:
        raise RuntimeError("a fault of the connection needs the sandbox's own server")
    await _write(answer, transport)
    await disconnects(receive)


async def _write(answer: Answer, transport: asyncio.Transport) -> None:
    half = answer.body[: len(answer.body) // 2]
    match answer.delivery:
        case Delivery.WHOLE:
            transport.write(_head(answer.status, _with_length(answer)) + answer.body)
            transport.close()
        case Delivery.CUT_OFF:
            transport.write(_head(answer.status, _with_length(answer)) + half)
            transport.close()
        case Delivery.CUT_OFF_IN_CHUNKS:
            chunked = (*answer.headers, ("transfer-encoding", "chunked"))
            transport.write(_head(answer.status, chunked) + b"%x\r\n%s\r\n" % (len(half), half))
            transport.close()
        case Delivery.CLOSE:
            transport.close()
        case Delivery.RESET:
            _reset(transport)
        case Delivery.RESET_AFTER_HEADERS:
            transport.write(_head(answer.status, _with_length(answer)))
            await asyncio.sleep(_BEFORE_RESET)
            _reset(transport)
        case Delivery.STALL_IN_BODY:
            transport.write(_head(answer.status, _with_length(answer)) + half)
        case Delivery.TRICKLE:
            await _trickle(_head(answer.status, _with_length(answer)) + answer.body, transport)
            transport.close()
        case _:  # a stall: nothing comes
            pass


async def _trickle(data: bytes, transport: asyncio.Transport) -> None:
    for index in range(_TRICKLED_BYTES):
        if transport.is_closing():
            return
        transport.write(data[index : index + 1])
        await asyncio.sleep(_TRICKLE_PAUSE)
    transport.write(data[_TRICKLED_BYTES:])


def _reset(transport: asyncio.Transport) -> None:
    # Closing a socket that may not linger sends RST instead of FIN (socket(7), SO_LINGER).
    with contextlib.suppress(OSError):  # the client was quicker
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_0)
    transport.abort()


def _with_length(answer: Answer) -> Headers:
    return (*answer.headers, ("content-length", str(len(answer.body))))


def _head(status: int, headers: Headers) -> bytes:
    lines = (f"HTTP/1.1 {status} ", *(f"{name}: {value}" for name, value in (*headers, ("connection", "close"))))
    return "\r\n".join((*lines, "", "")).encode("latin-1")
