"""A client in its environment: processes, event loops, proxies, hostile servers, other tools, and its cost."""

import asyncio
import base64
import json
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio
from drivers import Driver
from raw_server import Connection, RawServer, account, each, page, response

import flexflows
from flexflows import AsyncFlexFlows, FlexFlows

TOKEN = "0123456789abcdef"


def echo(connection: Connection) -> None:
    """Send pages of one flow, whose SID is the requested name, after a short delay."""
    while head := connection.head():
        name = head.partition(b"FriendlyName=")[2].partition(b"&")[0].decode()
        time.sleep(0.002)
        connection.send(response(page(name)))


FORK = r"""
import asyncio, os, sys, threading
import flexflows
kind, url = sys.argv[1:]
arguments = {"account_sid": "AC" + "a" * 32, "auth_token": "0123456789abcdef", "base_url": url, "timeout": 10}

def listing(client, name):
    found = client.list(friendly_name=name) if kind != "async" else asyncio.run(client.list(friendly_name=name))
    return [flow.sid for flow in found] == [name]

client = flexflows.AsyncFlexFlows(**arguments) if kind == "async" else flexflows.FlexFlows(**arguments)
assert listing(client, "parent")
if kind == "busy":
    stopping = threading.Event()
    def use():
        while not stopping.is_set():
            assert listing(client, "thread")
    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
children = []
for child in range(4):
    process = os.fork()
    if process == 0:
        good = all(listing(client, f"child{child}x{number}") for number in range(20))
        if kind != "async":
            client.close()
        os._exit(0 if good else 1)
    children.append(process)
good = all(listing(client, f"parent{number}") for number in range(20))
if kind == "busy":
    stopping.set()
    for thread in threads:
        thread.join()
print([os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children], good, listing(client, "last"))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.parametrize("kind", ["sync", "async", "busy"])
def test_forked_processes_have_their_own_connections(kind: str) -> None:
    """Forked children, parent and threads each get the records of their own requests."""
    with RawServer(echo) as server:
        command = [sys.executable, "-c", FORK, kind, server.url]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    assert done.stdout == "[0, 0, 0, 0] True True\n"


def test_inherited_connections_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forked process closes its copies of its parent's connections, and the parent's stay open."""
    with RawServer(echo) as server, FlexFlows(**account(server)) as client:
        client.list(friendly_name="parent")
        (pool,) = client._transport._pool._pools.values()
        (connection,) = pool.connections
        monkeypatch.setattr(os, "getpid", lambda: -1)
        assert [flow.sid for flow in client.list(friendly_name="child")] == ["child"]
        assert connection.is_closed()
        assert list(client._transport._pool._pools) == [-1]
        assert server.connections == 2


@pytest.mark.parametrize("run", [asyncio.run, lambda coroutine: trio.run(lambda: coroutine)], ids=["asyncio", "trio"])
def test_one_event_loop_after_another(run: Callable[[Any], Any]) -> None:
    """An asynchronous client works in one event loop after another, and leaves no connection open."""
    with RawServer(echo) as server:
        client = AsyncFlexFlows(**account(server))
        for number in range(5):
            assert [flow.sid for flow in run(client.list(friendly_name=f"loop{number}"))] == [f"loop{number}"]
        assert client._transport._pool._pools == {}
        run(client.aclose())


def test_event_loops_at_once() -> None:
    """An asynchronous client works in several threads, each with its own event loop."""
    found: list[list[str | None]] = []

    with RawServer(echo) as server:
        client = AsyncFlexFlows(**account(server))

        async def listings(thread: int) -> None:
            for number in range(10):
                name = f"{thread}x{number}"
                found.append([name, *[flow.sid for flow in await client.list(friendly_name=name)]])

        threads = [threading.Thread(target=lambda thread=thread: asyncio.run(listings(thread))) for thread in range(4)]  # type: ignore[misc]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 40
    assert all(name == sid for name, sid in found)


def test_a_callers_transport_in_another_loop() -> None:
    """The connections of a caller's transport belong to one loop; in another, nothing is sent."""
    with RawServer(each(response(page()))) as server:
        transport = httpx.AsyncHTTPTransport()

        async def listing(client: AsyncFlexFlows) -> int:
            found = len(await client.list())
            await transport.aclose()
            return found

        client = AsyncFlexFlows(**account(server, transport=transport))
        assert asyncio.run(listing(client)) == 0
        with pytest.raises(ValueError, match="another process or event loop; create a client and a transport in each"):
            asyncio.run(listing(client))
        assert len(server.requests) == 1
        mock = httpx.MockTransport(lambda _: httpx.Response(200, content=page()))
        client = AsyncFlexFlows(**account(server, transport=mock))
        assert [asyncio.run(client.list()) for _ in range(2)] == [[], []]


def test_closing_ends_a_request_in_another_thread() -> None:
    """The request fails soon after `close`, not at its timeout."""
    with RawServer(lambda connection: connection.head() and connection.head() and None) as server:
        client = FlexFlows(**account(server, timeout=20))
        failures: list[BaseException] = []

        def listing() -> None:
            try:
                client.list()
            except ValueError as error:
                failures.append(error)

        thread = threading.Thread(target=listing)
        thread.start()
        while not server.requests:
            time.sleep(0.01)
        started = time.monotonic()
        client.close()
        thread.join()
        assert time.monotonic() - started < 5
    assert [str(failure) for failure in failures] == ["this FlexFlows is closed; create another"]


LOCATIONS = [
    "javascript:alert(1)", "mailto:a@b", "a:b", "https://xn--a/", "https://", "//", "http://[", "\xff\xfe", "",
    "https://elsewhere.invalid:99999999/", "https://elsewhere.invalid/\x7f", "https://a" + "a" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("location", LOCATIONS, ids=ascii)
def test_redirects(open_client: Driver, location: str) -> None:
    """A redirect is an error that quotes its target, whatever the target is."""
    with RawServer(each(response(b"", "Location: " + location, status="302 X"))) as server:
        with pytest.raises(flexflows.ApiError) as caught:
            open_client(**account(server)).list()
        assert (type(caught.value), caught.value.status, len(server.requests)) == (flexflows.ApiError, 302, 1)
    assert ": redirected to '" in str(caught.value)
    assert str(caught.value).isprintable()


WIRES = {
    "no status": b"HTTP/1.1\r\n\r\n",
    "another protocol": b"220 smtp\r\n",
    "bytes": bytes(range(256)) * 10,
    "a large head": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000,
    "status 099": b"HTTP/1.1 099 X\r\n\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a chunk without a length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "switching protocols": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    "another coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
}


@pytest.mark.parametrize("case", WIRES)
def test_broken_http(open_client: Driver, case: str) -> None:
    """Any invalid response is an error of this package."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(WIRES[case])

    with RawServer(handler) as server, pytest.raises(flexflows.FlexFlowsError) as caught:
        open_client(**account(server, attempts=1, timeout=3)).list()
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("status", [200, 401, 999])
@pytest.mark.parametrize(
    "headers",
    [
        ["Retry-After: \xff", "Twilio-Request-Id: \x1b[2J\x07"],
        ["Content-Type: \xff", "Set-Cookie: a=b; expires=never"],
        ["Content-Encoding: \xff, gzip"],
        ["WWW-Authenticate: Digest x", "Date: \xff"],
    ],
    ids=ascii,
)
def test_odd_headers(open_client: Driver, status: int, headers: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """Headers of any bytes are printable in errors and in the log."""
    caplog.set_level(logging.DEBUG, "flexflows")
    data = response(b"", *headers, status=f"{status} X").replace("\xff".encode(), b"\xff")
    with RawServer(each(data)) as server, pytest.raises(flexflows.FlexFlowsError) as caught:
        open_client(**account(server, attempts=1)).list()
    assert str(caught.value).isprintable()
    assert pickle.loads(pickle.dumps(caught.value)).args == caught.value.args  # noqa: S301
    assert all(record.getMessage().isprintable() for record in caplog.records)


@pytest.mark.parametrize(
    "challenge",
    [
        "Digest x",
        "Digest",
        'Digest realm="a"',
        'Digest realm="a", nonce="b", qop="auth-int"',
        'Digest realm="a", nonce="b", algorithm="X"',
    ],
)
def test_an_auth_that_fails_on_a_response(open_client: Driver, challenge: str) -> None:
    """An exception that httpx's auth raises for a server's challenge becomes an error of this package."""
    data = response(b"", f"WWW-Authenticate: {challenge}", status="401 No")
    with RawServer(each(data)) as server, pytest.raises(flexflows.FlexFlowsError):
        open_client(auth=httpx.DigestAuth("user", "password"), base_url=server.url, attempts=1).list()


def test_an_auth_with_several_requests(open_client: Driver) -> None:
    """An auth may respond to a challenge with another request."""
    challenge = response(b"x" * 100, 'WWW-Authenticate: Digest realm="a", nonce="b", qop="auth"', status="401 No")
    with RawServer(each(challenge, response(page("FO1")))) as server:
        client = open_client(auth=httpx.DigestAuth("user", "password"), base_url=server.url)
        assert [flow.sid for flow in client.list()] == ["FO1"]
        assert b"Authorization: Digest " in server.requests[1]


def test_an_auth_that_reads_the_response(open_client: Driver) -> None:
    """An auth that requires the response's body gets it decoded."""

    class Reading(httpx.Auth):
        requires_response_body = True

        def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
            seen = yield request  # type: ignore[misc]
            bodies.append(seen.json())

    bodies: list[Any] = []
    with RawServer(each(response(page("FO1")))) as server:
        assert len(open_client(auth=Reading(), base_url=server.url).list()) == 1
    assert bodies[0]["flex_flows"] == [{"sid": "FO1"}]


class Interrupting(httpx.SyncByteStream):
    """A body that is interrupted by Ctrl-C."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"{"
        raise KeyboardInterrupt


SECRETS = (TOKEN, base64.b64encode(f"AC{'a' * 32}:{TOKEN}".encode()).decode(), "proxypassword")


def shown(error: BaseException) -> str:
    """Return every text in which an error may be shown or stored."""
    found = traceback.TracebackException.from_exception(error, capture_locals=True).format()
    while error.__traceback__ and "/tests/" in error.__traceback__.tb_frame.f_code.co_filename:
        error.__traceback__ = error.__traceback__.tb_next
        found = traceback.TracebackException.from_exception(error, capture_locals=True).format()
    texts = ["".join(found), repr(error), str(error)]
    if isinstance(error, flexflows.FlexFlowsError):
        texts.append(pickle.dumps(error).decode("latin-1"))
    if isinstance(error, flexflows.ApiError | flexflows.UnexpectedResponseError):
        texts += [error.response.text, repr(error.response.headers), repr(vars(error))]
    return "\n".join(texts)


def test_ctrl_c_shows_no_credential() -> None:
    """No frame below the client's own stays in the traceback."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Interrupting()))
    client = FlexFlows("AC" + "a" * 32, TOKEN, transport=transport)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.list()
    assert not [secret for secret in SECRETS if secret in shown(caught.value)]
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert {Path(frame.filename).name for frame in frames} <= {"test_surroundings.py", "_flex_flows.py", "_client.py"}


ECHOES: dict[str, Callable[[str], bytes]] = {
    "body": lambda text: response(f"you sent {text}".encode(), status="401 No"),
    "message": lambda text: response(json.dumps({"message": text, "code": 1}).encode(), status="401 No"),
    "escaped": lambda text: response(
        json.dumps({"message": "%"}).replace("%", "".join(f"\\u{ord(c):04x}" for c in text)).encode(), status="401 No"
    ),
    "details": lambda text: response(json.dumps({"details": {text: [text]}}).encode(), status="400 No"),
    "header": lambda text: response(b"", f"Twilio-Request-Id: {text}", f"X-Echo: {text}", status="500 No"),
    "location": lambda text: response(b"", f"Location: https://a/?{text}", status="302 No"),
    "html": lambda text: response(f"<html>{text}".encode()),
    "text": lambda text: response(text.encode()),
    "truncated": lambda text: response(f'{{"a": "{text}'.encode()),
    "key": lambda text: response(json.dumps({text: 1}).encode()),
    "status line": lambda text: f"HTTP/1.1 x {text}\r\n\r\n".encode(),
    "header line": lambda text: f"HTTP/1.1 200 OK\r\n{text} : x\r\n\r\n".encode(),
    "next page": lambda text: response(page("FO1", next_page_url=f"/v1/{text}?a=b")),
}
SPELLINGS: dict[str, Callable[[str], str]] = {
    "token": lambda _: TOKEN,
    "header": lambda header: header,
    "token in base64": lambda _: base64.b64encode(TOKEN.encode()).decode(),
    "in a longer base64": lambda _: base64.b64encode(f"x{TOKEN}x".encode()).decode(),
    "upper case": lambda _: TOKEN.upper(),
}


@pytest.mark.parametrize("where", ECHOES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_server_that_echoes_the_credentials(
    open_client: Driver, where: str, spelling: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Credentials that a server sends back are removed from errors, their pickles, and the log."""
    caplog.set_level(logging.DEBUG, "flexflows")
    echoed: list[str] = []

    def handler(connection: Connection) -> None:
        while head := connection.head():
            header = head.partition(b"Authorization: ")[2].partition(b"\r\n")[0].decode()
            echoed.append(SPELLINGS[spelling](header))
            connection.send(ECHOES[where](echoed[-1]))

    with RawServer(handler) as server:
        client = open_client(**account(server, attempts=1, timeout=5))
        with pytest.raises(flexflows.FlexFlowsError) as caught:
            client.list()
    found = shown(caught.value) + "\n".join(record.getMessage() for record in caplog.records)
    for secret in (*SECRETS, echoed[0]):
        assert secret not in found


@pytest.fixture
def behind_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[RawServer, dict[str, Any]]]:
    """A proxy that refuses every request, and the arguments of a client behind it."""
    refusal = response(b"", "Proxy-Authenticate: Basic", status="407 Proxy Authentication Required")
    with RawServer(each(refusal)) as server:
        monkeypatch.setenv("HTTPS_PROXY", f" http://user:proxypassword@127.0.0.1:{server.port} ")
        yield server, account(server, base_url="https://flex-api.twilio.com")


def test_a_proxy_that_refuses(open_client: Driver, behind_proxy: tuple[RawServer, dict[str, Any]]) -> None:
    """A proxy's refusal is not retried; the error names the proxy, without its password."""
    server, arguments = behind_proxy
    with pytest.raises(flexflows.TransportError) as caught:
        open_client(**arguments).list()
    assert str(caught.value) == (
        f"the proxy http://127.0.0.1:{server.port}/ (HTTPS_PROXY) refused the request to flex-api.twilio.com: "
        "407 Proxy Authentication Required"
    )
    assert caught.value.attempts == len(server.requests) == 1
    assert b"Proxy-Authorization: Basic dXNlcjpwcm94eXBhc3N3b3Jk" in server.requests[0]
    assert "proxypassword" not in shown(caught.value)
    assert "dXNlcjpwcm94eXBhc3N3b3Jk" not in shown(caught.value)


def test_a_proxy_that_is_silent(open_client: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a timeout while connecting names the proxy, without its password."""
    with RawServer(lambda connection: connection.head() and connection.head() and None) as server:
        monkeypatch.setenv("ALL_PROXY", f"user:proxypassword@127.0.0.1:{server.port}")
        client = open_client(**account(server, base_url="https://flex-api.twilio.com", timeout=0.3, attempts=1))
        with pytest.raises(
            flexflows.TransportError, match=r"through the proxy http://127.* \(ALL_PROXY\) timed out"
        ) as caught:
            client.list()
    assert "proxypassword" not in shown(caught.value)
    assert "dXNlcjpwcm94eXBhc3N3b3Jk" not in shown(caught.value)


def test_bytes_after_a_proxys_response(open_client: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes after a proxy's response do not become the server's response."""

    def handler(connection: Connection) -> None:
        connection.head()
        connection.send(b"HTTP/1.1 200 OK\r\n\r\n" + response(page("FOstolen")))
        connection.head()

    with RawServer(handler) as server:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.port}")
        client = open_client(**account(server, base_url="https://flex-api.twilio.com", timeout=0.3, attempts=1))
        with pytest.raises(flexflows.TransportError):
            client.list()


def test_nothing_is_logged_above_debug(open_client: Driver, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is logged at INFO, so no name, phone number or page token is logged."""
    caplog.set_level(logging.INFO)
    with RawServer(each(response(page()))) as server:
        open_client(**account(server)).list(friendly_name="+15005550006")
    assert [record for record in caplog.records if record.name != "asyncio"] == []


COST = r"""
import gc, json, sys, time, tracemalloc
import flexflows
arguments = {"account_sid": "AC" + "a" * 32, "auth_token": "0123456789abcdef"}
kind = {"sync": flexflows.FlexFlows, "async": flexflows.AsyncFlexFlows}[sys.argv[1]]
kept = [kind(**arguments) for _ in range(2)]
started = time.perf_counter()
kept += [kind(**arguments) for _ in range(100)]
seconds = (time.perf_counter() - started) / 100
gc.collect(); tracemalloc.start()
kept += [kind(**arguments) for _ in range(100)]
print(json.dumps([seconds, tracemalloc.get_traced_memory()[0] / 100]))
"""


@pytest.mark.parametrize(
    ("kind", "variable"),
    [("sync", "SSL_CERT_FILE"), ("sync", "SSL_CERT_DIR"), ("async", None), ("async", "REQUESTS_CA_BUNDLE")],
)
def test_a_further_client_costs_little(kind: str, variable: str | None, tmp_path: Path) -> None:
    """A further client costs less than a millisecond and 10 KiB, whatever certificates the environment names."""
    import certifi  # noqa: PLC0415

    environ = {name: value for name, value in os.environ.items() if "CERT" not in name and "BUNDLE" not in name}
    if variable is not None:
        environ[variable] = str(tmp_path) if variable == "SSL_CERT_DIR" else certifi.where()
    command = [sys.executable, "-c", COST, kind]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)  # noqa: S603
    seconds, memory = json.loads(done.stdout)
    assert seconds < 0.003  # with room for a slow machine
    assert memory < 10 * 1024
