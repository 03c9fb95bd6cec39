"""The sandbox as an ASGI application: records each request, applies the faults, and sends the API's response."""

import itertools
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attrs import evolve, field, frozen

from flexflows.sandbox._api import Api
from flexflows.sandbox._faults import EffectContext, Fault
from flexflows.sandbox._records import make_sid
from flexflows.sandbox._responses import Message, Receive, Send, deliver, disconnects

_REQUESTS_KEPT = 10_000


@frozen
class ReceivedRequest:
    """A request that the sandbox received.

    Attributes:
        method: The method.
        target: Path and query as they were sent.
        headers: The headers by their lower-case names; `authorization` has only the scheme.
        status: The status of the response; `None` when no status was sent.
        fault: The name of the fault that affected it.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(hash=False)
    status: int | None
    fault: str | None


class App:
    """An ASGI application that serves one account."""

    def __init__(self, api: Api, faults: Sequence[Fault], *, seed: int, latency: float, origin: str | None) -> None:
        self._api = api
        self._faults = faults
        self._seed = seed
        self._latency = latency
        self._origin = origin
        self._numbers = itertools.count(1)
        self._in_flight = 0
        self._lock = threading.Lock()
        self._received: deque[ReceivedRequest] = deque(maxlen=_REQUESTS_KEPT)

    def received(self) -> tuple[ReceivedRequest, ...]:
        """Return the requests received so far, at most the last 10,000."""
        with self._lock:
            return tuple(self._received)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._in_flight += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._in_flight -= 1

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        number = next(self._numbers)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host, port = scope["server"]
        response = self._api.respond(
            scope["method"],
            scope["path"],
            scope["query_string"].decode("latin-1"),
            authorization=headers.get("authorization", ""),
            origin=self._origin or f"{scope['scheme']}://{host}:{port}",
        )
        fault = next((each.kind for each in self._faults if each.affects(number)), None)
        if fault is not None:
            endpoint = self._api.find(scope["path"]) or self._api.endpoints[0]
            records = self._api.records[endpoint.path]
            response = fault.effect(response, EffectContext(endpoint.path, endpoint.key, endpoint.schema, records))
        sends_status = response.delivery is None or response.delivery.sends_status
        self._record(scope, headers, response.status if sends_status else None, fault.name if fault else None)
        if self._latency and await disconnects(receive, within=self._latency):
            return
        if response.is_from_twilio:
            twilio = (
                ("twilio-request-id", make_sid("RQ", self._seed, number)),
                ("twilio-concurrent-requests", str(self._in_flight)),
                ("twilio-request-duration", f"{self._latency:.3f}"),
            )
            response = evolve(response, headers=(*response.headers, *twilio))
        await deliver(response, scope, receive, send)

    def _record(self, scope: Message, headers: dict[str, str], status: int | None, fault: str | None) -> None:
        if "authorization" in headers:
            headers |= {"authorization": headers["authorization"].partition(" ")[0] + " [redacted]"}
        target = b"?".join(filter(None, (scope["raw_path"], scope["query_string"]))).decode("latin-1")
        with self._lock:
            self._received.append(ReceivedRequest(scope["method"], target, MappingProxyType(headers), status, fault))
