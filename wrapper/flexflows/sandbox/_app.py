"""The sandbox as an ASGI application: it takes note of every request, waits, and sends the API's answer."""

import asyncio
import itertools
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any, TypeAlias

from attrs import field, frozen

from flexflows.sandbox._api import Answer, Api, Question
from flexflows.sandbox._flows import Flows
from flexflows.sandbox._records import make_sid

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_REQUESTS_KEPT = 10_000


@frozen
class SeenRequest:
    """A request that the sandbox received, and the status that it answered with."""

    method: str
    target: str
    """Path and query as they came over the wire."""
    headers: Mapping[str, str] = field(hash=False)
    """By lower-case name; of Authorization only the scheme."""
    status: int


class App:
    """Serves one account."""

    def __init__(self, api: Api, flows: Flows, *, seed: int, latency: float, origin: str | None) -> None:
        self._api = api
        self._flows = flows
        self._seed = seed
        self._latency = latency
        self._origin = origin
        self._numbers = itertools.count(1)
        self._in_flight = 0
        self._lock = threading.Lock()
        self._seen: deque[SeenRequest] = deque(maxlen=_REQUESTS_KEPT)

    @property
    def flows(self) -> Flows:
        """The account's records as they are now."""
        return self._flows

    def seen(self) -> tuple[SeenRequest, ...]:
        """Give the requests so far, the last 10,000 of them."""
        with self._lock:
            return tuple(self._seen)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(f"the sandbox speaks HTTP, not {scope['type']}")
        self._in_flight += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._in_flight -= 1

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        number = next(self._numbers)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        answer = self._api.answer(self._question(scope, headers), self._flows)
        self._note(scope, headers, answer.status)
        if self._latency and await disconnects(receive, within=self._latency):
            return
        await _send(answer, self._twilio_headers(number), send)

    def _question(self, scope: Message, headers: Mapping[str, str]) -> Question:
        host, port = scope["server"]
        return Question(
            scope["method"],
            scope["path"],
            scope["query_string"].decode("latin-1"),
            headers.get("authorization", ""),
            self._origin or f"{scope['scheme']}://{host}" + (f":{port}" if port else ""),
        )

    def _note(self, scope: Message, headers: dict[str, str], status: int) -> None:
        if "authorization" in headers:
            headers |= {"authorization": headers["authorization"].partition(" ")[0] + " [redacted]"}
        target = b"?".join(filter(None, (scope["raw_path"], scope["query_string"]))).decode("latin-1")
        with self._lock:
            self._seen.append(SeenRequest(scope["method"], target, MappingProxyType(headers), status))

    def _twilio_headers(self, number: int) -> dict[str, str]:
        return {
            "twilio-request-id": make_sid("RQ", self._seed, number),
            "twilio-concurrent-requests": str(self._in_flight),
            "twilio-request-duration": f"{self._latency:.3f}",
        }


async def disconnects(receive: Receive, *, within: float | None = None) -> bool:
    """Wait at most `within` seconds for the client to go, or the sandbox to close; tell whether that happened."""
    try:
        async with asyncio.timeout(within):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


async def _send(answer: Answer, headers: Mapping[str, str], send: Send) -> None:
    sent = (*answer.headers, ("content-length", str(len(answer.body))), *headers.items())
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body})
