"""How long an answer's body may take as a whole, by a clock that the test turns."""

from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from drivers import Driver

import flexflows
from flexflows import _exchange as exchange

ACCOUNT: dict[str, Any] = {"account_sid": "AC1", "auth_token": "t", "attempts": 2}
BODY = b'{"flex_flows": [], "meta": {}}'


class Trickle(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body whose every byte takes its time."""

    def __init__(self, clock: "Clock", first: float, each: float) -> None:
        self.clock, self.first, self.each = clock, first, each

    def __iter__(self) -> Iterator[bytes]:
        for index in range(len(BODY)):
            self.clock.now += self.each if index else self.first
            yield BODY[index : index + 1]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


class Clock:
    now = 1000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock()
    monkeypatch.setattr(exchange, "time", SimpleNamespace(monotonic=lambda: one.now))
    return one


def ask(open_client: Driver, clock: Clock, *, first: float, each: float, timeout: Any) -> Any:
    def reply(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Trickle(clock, first, each))

    return open_client(**ACCOUNT, timeout=timeout, transport=httpx.MockTransport(reply)).page()


@pytest.mark.parametrize(("first", "each"), [(0, 0), (0, 1), (1000, 1)])
def test_a_body_within_its_time(open_client: Driver, clock: Clock, first: float, each: float) -> None:
    """What comes before the body, the wait for a connection for one, is not counted against it."""
    page = ask(open_client, clock, first=first, each=each, timeout=len(BODY) - 1)
    assert len(page) == 0


# httpx leaves its generators where they stand when a body is not read to its end, and trio alone complains of it.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <async_generator:pytest.PytestUnraisableExceptionWarning")
def test_a_body_that_takes_too_long(open_client: Driver, clock: Clock) -> None:
    """A body that trickles steadily, each byte in time, is a timeout in the end, and is asked for again."""
    with pytest.raises(flexflows.TransportError) as caught:
        ask(open_client, clock, first=0, each=1, timeout=len(BODY) - 1.5)
    assert str(caught.value) == (
        "the request to flex-api.twilio.com timed out: the answer was not complete within 28.5 s"
    )
    assert isinstance(caught.value.__cause__, httpx.ReadTimeout)
    assert "authorization" not in caught.value.__cause__.request.headers
    assert caught.value.attempts == 2


def test_an_httpx_timeout_bounds_the_operations_alone(open_client: Driver, clock: Clock) -> None:
    """A caller that gives an `httpx.Timeout` gets httpx's behaviour: no bound for the body as a whole."""
    assert len(ask(open_client, clock, first=0, each=1000, timeout=httpx.Timeout(1))) == 0
