"""An `auth` of the caller's own, which sends requests of its own, and exceptions of the caller's own code."""

import gzip
import json
import signal
import threading
from collections.abc import Callable, Generator

import attrs
import httpx
import pytest
from drivers import Driver, credentials
from raw_server import Connection, Handler, RawServer, each, page, response, stalls
from resolving import TOKEN

import flexflows

ACCESS = json.dumps({"access_token": "t0ken-for-tests"}).encode()
FLOWS = response(page("FO1"))


class OAuth(httpx.Auth):
    """The client-credentials flow of OAuth 2.0: a POST for a token, then the request with the token."""

    requires_request_body = True
    requires_response_body = True

    def __init__(self, url: str) -> None:
        self.url = url

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        assert request.content == b""
        data = {"grant_type": "client_credentials", "client_secret": "cl1ent-secret"}
        reply = yield httpx.Request("POST", f"{self.url}/token", data=data)
        assert b"client_secret=cl1ent-secret" in reply.request.content
        reply.raise_for_status()
        request.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
        yield request


def test_an_auth_posts_for_its_token(open_client: Driver) -> None:
    """The auth's POST is sent with its body, on a connection of its own, and its token with the page's request."""
    reply = response(gzip.compress(ACCESS), "Content-Encoding: gzip") + response(page("FOsurplus"))
    with RawServer(each(reply)) as tokens, RawServer(each(FLOWS)) as server:
        client = open_client(server, auth=OAuth(tokens.url))
        assert [flow.sid for flow in client.list() + client.list()] == ["FO1", "FO1"]
        assert tokens.requests[0].startswith(b"POST /token HTTP/1.1\r\n")
        assert all(b"\r\nAuthorization: Bearer t0ken-for-tests" in head for head in server.requests)
        assert (len(tokens.requests), tokens.connections) == (2, 2)


@pytest.mark.parametrize(
    ("handler", "timeout", "message"),
    [
        pytest.param(stalls(), 0.1, "timed out: ReadTimeout", id="stalls"),
        pytest.param(stalls(response(b" " * 9999)[:-9999], b" "), 0.1, "timed out: ReadTimeout", id="trickles"),
        pytest.param(each(response(ACCESS)[:-1]), 9, "failed: peer closed connection", id="breaks off"),
        pytest.param(each(response(ACCESS, "Content-Encoding: gzip")), 9, "failed: the body is not gzip", id="no gzip"),
    ],
)
def test_a_token_server_has_the_same_limits(
    open_client: Driver, handler: Handler, timeout: float, message: str
) -> None:
    """A token server that stalls, trickles or breaks off is a transport error, after the attempts of the page."""
    with RawServer(handler) as tokens, RawServer(each(FLOWS)) as server:
        client = open_client(server, auth=OAuth(tokens.url), timeout=timeout, attempts=2)
        with pytest.raises(flexflows.TransportError, match=message) as caught:
            client.list()
        assert (caught.value.attempts, server.requests) == (2, [])
        assert "cl1ent-secret" not in repr(vars(caught.value))


def test_a_token_server_that_sends_too_much(open_client: Driver) -> None:
    """A token server's body has the same limit, and is not kept by the error, since it may hold a token."""
    large = gzip.compress(ACCESS + b" " * 9 * 1024 * 1024)
    with RawServer(each(response(large, "Content-Encoding: gzip"))) as tokens:
        client = open_client(auth=OAuth(tokens.url), base_url="http://127.0.0.1:1")
        with pytest.raises(flexflows.UnexpectedResponseError, match=r"larger than 8 MiB$") as caught:
            client.list()
        assert (caught.value.response.content, caught.value.attempts) == (b"", 1)
        assert caught.value.cursor is not None


class Refreshing(httpx.Auth):
    """An auth that tries again with another token after a 401."""

    requires_response_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = "Bearer first-token"
        reply = yield request
        if reply.status_code == 401:
            request.headers["Authorization"] = f"Bearer {reply.text}"
            yield request


def test_an_auth_that_tries_again(open_client: Driver) -> None:
    """An auth may send the page's request again in one attempt; every token it sent is removed from an error."""
    replies = [
        *(response(b"second-token", status="401 No"), FLOWS, response(b"second-token", status="401 No")),
        response(b'{"message": "first-token, second-token"}', status="403 No"),
    ]
    with RawServer(each(*replies)) as server:
        client = open_client(server, auth=Refreshing(), attempts=1)
        assert [flow.sid for flow in client.list()] == ["FO1"]
        assert b"Bearer second-token" in server.requests[1]
        with pytest.raises(flexflows.PermissionDeniedError, match=r"^403 \[removed\], \[removed\]$"):
            client.list()


@attrs.frozen
class FrozenError(Exception):
    """An exception whose attributes cannot be set."""

    reason: str


def test_an_auth_that_sends_nothing() -> None:
    """An auth whose flow ends before it sends the request is a mistake of the caller's."""

    class Silent(httpx.Auth):
        def sync_auth_flow(self, _: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            yield from ()

    with pytest.raises(ValueError, match=r"^auth must send a request"):
        flexflows.FlexFlows(auth=Silent()).list()


@pytest.mark.parametrize("kind", [ValueError, OSError, httpx.HTTPError, FrozenError])
@pytest.mark.parametrize("where", ["auth", "auth after a request", "transport"])
def test_an_exception_of_the_callers_own(open_client: Driver, where: str, kind: Callable[[str], Exception]) -> None:
    """What a caller's own auth or transport raises passes through unchanged, with its frames, and is not retried."""
    error = kind("mine")
    requests: list[httpx.Request] = []

    class Auth(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            if where == "auth":
                raise error
            requests.append(request)
            yield request
            raise error

    def reply(_: httpx.Request) -> httpx.Response:
        if where == "transport":
            raise error
        return httpx.Response(200, content=page("FO1"))

    with pytest.raises(type(error)) as caught:
        open_client(auth=Auth(), transport=httpx.MockTransport(reply)).list()
    assert caught.value is error
    assert caught.traceback[-1].name == ("reply" if where == "transport" else "auth_flow")
    assert len(requests) == (where != "auth")


def test_a_transport_error_of_any_transport(open_client: Driver) -> None:
    """An `httpx.TransportError` of a caller's own transport is the network: it is retried, and is the cause."""
    error = httpx.ConnectError("mine")
    requests: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        raise error

    with pytest.raises(flexflows.TransportError, match="mine") as caught:
        open_client(**TOKEN, transport=httpx.MockTransport(reply), attempts=3).list()
    assert caught.value.__cause__ is error
    assert error.request.headers.get("Authorization") is None
    assert (len(requests), caught.value.attempts) == (3, 3)


@pytest.mark.parametrize("kind", [LookupError, KeyboardInterrupt])
def test_an_exception_of_a_signal_handler(kind: type[BaseException]) -> None:
    """What a signal handler raises while a response is awaited passes through, and is not retried."""

    def ring(*_: object) -> None:
        raise kind("ring")

    def handler(connection: Connection) -> None:
        connection.head()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        connection.server.stopping.wait(20)

    before = signal.signal(signal.SIGUSR1, ring)
    try:
        with RawServer(handler) as server, flexflows.FlexFlows(**credentials(server)) as client:
            with pytest.raises(kind, match="ring"):
                client.list()
            assert len(server.requests) == 1
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_response_that_a_callers_transport_has_read() -> None:
    """A response that the transport has read and decoded, as one that logs it does, is used."""

    def reply(_: httpx.Request) -> httpx.Response:
        reply = httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=iter([gzip.compress(page("FO1"))]))
        reply.read()
        return reply

    assert len(flexflows.FlexFlows(**TOKEN, transport=httpx.MockTransport(reply)).list()) == 1


class CountingTransport(httpx.MockTransport):
    """A transport that counts how often it is closed."""

    closed = 0

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


def test_only_the_client_closes_a_callers_transport(open_client: Driver) -> None:
    """A caller's transport stays open between requests, and is closed with the client."""
    transport = CountingTransport(lambda _: httpx.Response(200, content=page("FO1")))
    client = open_client(**TOKEN, transport=transport)
    assert len(client.list() + client.list()) == 2
    assert transport.closed == 0
    client.close()
    assert transport.closed == 1
