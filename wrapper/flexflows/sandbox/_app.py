"""The sandbox as an ASGI application: it takes note of every request, waits, and sends the API's answer."""

import itertools
import threading
from collections import deque
from collections.abc import Mapping
from types import MappingProxyType

from attrs import evolve, field, frozen

from flexflows.sandbox._answer import Answer
from flexflows.sandbox._api import Api, Question
from flexflows.sandbox._delivery import Message, Receive, Send, deliver, disconnects
from flexflows.sandbox._effects import Scene
from flexflows.sandbox._flows import Flows
from flexflows.sandbox._plan import Plan
from flexflows.sandbox._records import make_sid

_REQUESTS_KEPT = 10_000


@frozen
class SeenRequest:
    """A request that the sandbox received, and what became of it."""

    method: str
    target: str
    """Path and query as they came over the wire."""
    headers: Mapping[str, str] = field(hash=False)
    """By lower-case name; of Authorization only the scheme."""
    status: int | None
    """`None` when no status was sent."""
    fault: str | None
    """The name of the fault that struck it."""


class App:
    """Serves one account."""

    def __init__(
        self, api: Api, flows: Flows, plan: Plan, scene: Scene, *, seed: int, latency: float, origin: str | None
    ) -> None:
        self._api = api
        self._flows = flows
        self._plan = plan
        self._scene = scene
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
        fault = self._plan.strike(number)
        if fault is not None:
            answer = fault.effect(answer, self._scene)
            self._flows = self._flows.with_added(fault.adds) if fault.adds else self._flows
        self._note(scope, headers, None if answer.delivery.is_silent else answer.status, fault.name if fault else None)
        if self._latency and await disconnects(receive, within=self._latency):
            return
        await deliver(self._with_twilios_headers(answer, number), scope, receive, send)

    def _question(self, scope: Message, headers: Mapping[str, str]) -> Question:
        host, port = scope["server"]
        return Question(
            scope["method"],
            scope["path"],
            scope["query_string"].decode("latin-1"),
            headers.get("authorization", ""),
            self._origin or f"{scope['scheme']}://{host}" + (f":{port}" if port else ""),
        )

    def _note(self, scope: Message, headers: dict[str, str], status: int | None, fault: str | None) -> None:
        if "authorization" in headers:
            headers |= {"authorization": headers["authorization"].partition(" ")[0] + " [redacted]"}
        target = b"?".join(filter(None, (scope["raw_path"], scope["query_string"]))).decode("latin-1")
        with self._lock:
            self._seen.append(SeenRequest(scope["method"], target, MappingProxyType(headers), status, fault))

    def _with_twilios_headers(self, answer: Answer, number: int) -> Answer:
        if not answer.is_twilios:
            return answer
        twilios = (
            ("twilio-request-id", make_sid("RQ", self._seed, number)),
            ("twilio-concurrent-requests", str(self._in_flight)),
            ("twilio-request-duration", f"{self._latency:.3f}"),
        )
        return evolve(answer, headers=(*answer.headers, *twilios))
