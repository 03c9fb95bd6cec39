"""Start and close, arguments, and the requests that a sandbox records."""

import base64
import gc
import logging
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest
from client_faults import fault
from flexflows.sandbox._endpoints import ListEndpoint

from flexflows import ConfigurationError
from flexflows.sandbox import Sandbox

Connect: TypeAlias = Callable[..., httpx.Client]

SOON = 3  # seconds; usually a few milliseconds, with room for a busy machine


def port_of(sandbox: Sandbox) -> int:
    port = httpx.URL(sandbox.url).port
    assert port
    return port


def sandbox_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("Sandbox")]


def test_flows_are_listed_over_http(connect: Connect, endpoint: ListEndpoint) -> None:
    """A GET of the list returns the sandbox's flows, page by page."""
    with Sandbox(120, seed=3) as sandbox:
        client = connect(sandbox)
        flows, url = [], ""
        while url is not None:
            page = client.get(url).raise_for_status().json()
            flows += page[endpoint.key]
            url = page["meta"]["next_page_url"]
        assert flows == list(sandbox.flows)


def test_the_server_is_on_loopback_only() -> None:
    """The URL names 127.0.0.1 and a free port."""
    with Sandbox() as sandbox:
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", sandbox.url)


def test_start_and_close(connect: Connect) -> None:
    """`start` and `close` may be called twice, and a closed sandbox can be started again."""
    sandbox = Sandbox(1)
    assert sandbox.start() is sandbox
    url = sandbox.url
    assert sandbox.start().url == url
    assert connect(sandbox).get("").status_code == 200
    sandbox.close()
    sandbox.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    with sandbox:
        assert connect(sandbox).get("").status_code == 200


def test_a_sandbox_without_a_server_has_no_url() -> None:
    """Before the start, the URL is an error; the credentials are available."""
    sandbox = Sandbox()
    with pytest.raises(ConfigurationError, match="is not running; start it"):
        _ = sandbox.url
    assert sandbox.account_sid.startswith("AC")


def test_close_ends_threads_and_sockets() -> None:
    """No thread and no socket outlives the sandbox."""
    with Sandbox() as sandbox:
        port = port_of(sandbox)
        assert len(sandbox_threads()) == 1
    assert sandbox_threads() == []
    gc.collect()  # an unclosed socket or loop would warn here, and a warning is an error
    with Sandbox(port=port) as again:
        assert port_of(again) == port


@pytest.mark.parametrize("faults", [[], ["stall+"], ["stall-in-body+"], ["trickle+"]])
def test_closing_waits_for_no_client(faults: list[str], endpoint: ListEndpoint) -> None:
    """Clients that are connected or wait for a response are disconnected at once."""
    with Sandbox(5, faults=[fault(each) for each in faults]) as sandbox:
        idle = socket.create_connection(("127.0.0.1", port_of(sandbox)))
        busy = socket.create_connection(("127.0.0.1", port_of(sandbox)))
        busy.sendall(f"GET {endpoint.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        half = socket.create_connection(("127.0.0.1", port_of(sandbox)))
        half.sendall(b"GET /v1")
        while not sandbox.requests:
            time.sleep(0.001)
        started = time.monotonic()
        sandbox.close()
        assert time.monotonic() - started < SOON
        for each in (idle, busy, half):
            each.close()


def test_close_does_not_wait_for_the_latency(connect: Connect) -> None:
    """A request that waits for the latency is dropped at once."""
    with Sandbox(5, latency=60) as sandbox:
        client = connect(sandbox)
        errors = []

        def request() -> None:
            try:
                client.get("")
            except httpx.TransportError as error:
                errors.append(error)

        requesting = threading.Thread(target=request)
        requesting.start()
        while not sandbox.requests:
            time.sleep(0.001)
        started = time.monotonic()
        sandbox.close()
        requesting.join()
        assert time.monotonic() - started < SOON
        assert len(errors) == 1


def test_latency_delays_each_response(connect: Connect) -> None:
    """A response takes at least the latency, and its duration header says so."""
    with Sandbox(1, latency=0.05) as sandbox:
        response = connect(sandbox).get("")
        assert response.elapsed.total_seconds() >= 0.05
        assert response.headers["Twilio-Request-Duration"] == "0.050"


def test_a_port_in_use_is_named() -> None:
    """Starting on a port that is in use is an error with the port."""
    with (
        Sandbox() as sandbox,
        pytest.raises(ConfigurationError, match=f"cannot listen on 127.0.0.1:{port_of(sandbox)}"),
    ):
        Sandbox(port=port_of(sandbox)).start()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"flows": -1}, "flows is -1; use 0 to 2500"),
        ({"flows": 2501}, r"flows is 2501; use 0 to 2500, the most .* \(https://www.twilio.com/.*limits\)"),
        ({"port": -1}, "port is -1"),
        ({"port": 65_536}, "port is 65536"),
        ({"latency": -0.1}, "latency is -0.1"),
    ],
)
def test_numbers_out_of_range_are_refused(arguments: dict[str, Any], message: str) -> None:
    """A number out of range is a ValueError."""
    with pytest.raises(ValueError, match=message):
        Sandbox(**arguments)


def test_credentials_depend_on_the_seed() -> None:
    """The same seed gives the same credentials, another seed another account, all in Twilio's format."""
    one, same, other = Sandbox(seed=1), Sandbox(seed=1), Sandbox(seed=2)
    names = ("account_sid", "auth_token", "api_key", "api_secret")
    values = [getattr(one, name) for name in names]
    assert values == [getattr(same, name) for name in names]
    assert not set(values) & {getattr(other, name) for name in names}
    shapes = (r"AC[0-9a-f]{32}", r"[0-9a-f]{32}", r"SK[0-9a-f]{32}", r"[0-9a-f]{32}")
    assert all(re.fullmatch(shape, value) for shape, value in zip(shapes, values, strict=True))


def test_credentials_can_be_given(connect: Connect) -> None:
    """The given account SID and token are accepted, and the flows have that account SID."""
    account_sid = "AC" + "12" * 16
    with Sandbox(3, account_sid=account_sid, auth_token="open sesame: ü") as sandbox:
        assert (sandbox.account_sid, sandbox.auth_token) == (account_sid, "open sesame: ü")
        assert account_sid in connect(sandbox).get("").text


def test_the_repr_has_no_secret() -> None:
    """The repr has the URL and no credential."""
    sandbox = Sandbox()
    assert repr(sandbox) == "<Sandbox not running>"
    with sandbox:
        assert repr(sandbox) == f"<Sandbox {sandbox.url}>"


def test_flows_can_be_given(connect: Connect, endpoint: ListEndpoint) -> None:
    """Custom records are served unchanged, in order, with or without a SID."""
    given = [{"anything": index, "at": ["all", 2**70], "text": "ü", "sid": "same"} for index in range(7)]
    with Sandbox(iter(given)) as sandbox:
        client, found, url = connect(sandbox), [], "?PageSize=3"
        while url is not None:
            page = client.get(url).json()
            found += page[endpoint.key]
            url = page["meta"]["next_page_url"]
        assert found == given == sandbox.flows


def test_given_flows_may_be_more_than_an_account_holds(connect: Connect, endpoint: ListEndpoint) -> None:
    """Twilio's limit applies to generated records only."""
    with Sandbox([{"sid": str(number)} for number in range(2_600)]) as sandbox:
        last = connect(sandbox).get("?Page=1&PageToken=PA2598").json()
        assert last[endpoint.key] == [{"sid": "2599"}]


def test_given_flows_are_copied() -> None:
    """A sandbox does not change the records that it was given."""
    given = [{"integration": {"flow_sid": "FW1"}}]
    sandbox = Sandbox(given)
    sandbox.flows[0]["integration"]["flow_sid"] = "FW2"
    assert given == [{"integration": {"flow_sid": "FW1"}}]


@pytest.mark.parametrize(
    ("flows", "message"),
    [
        (None, "flows is None; pass a number"),
        ("text", r"flows\[0\] is 't'; pass a dictionary"),
        ({"sid": "FO1"}, r"flows\[0\] is 'sid'; pass a dictionary"),
        ([{}, {"at": object()}], r"flows\[1\] is not JSON"),
    ],
)
def test_invalid_flows_are_refused(flows: Any, message: str) -> None:
    """A record must be a dictionary that JSON can represent."""
    with pytest.raises(TypeError, match=message):
        Sandbox(flows)


def test_flows_can_be_changed(connect: Connect, endpoint: ListEndpoint) -> None:
    """A change of the list of flows shows in the next response."""
    with Sandbox(3) as sandbox:
        client = connect(sandbox)
        sandbox.flows[0]["enabled"] = False
        sandbox.flows.append({"sid": "FO1"})
        assert client.get("").json()[endpoint.key] == sandbox.flows
        sandbox.flows.clear()
        assert client.get("").json()[endpoint.key] == []


def test_requests_are_recorded_without_secrets(connect: Connect, endpoint: ListEndpoint) -> None:
    """A recorded request has target, headers and status, but of the credentials only the scheme."""
    with Sandbox(3) as sandbox:
        client = connect(sandbox)
        client.get("?PageToken=a%3D%3D==&FriendlyName=%C3%BC")
        client.post("", headers={"X-Other": "Value"})
        httpx.get(sandbox.url + "/elsewhere%2Fx")
        first, second, third = sandbox.requests
        assert (first.method, first.target, first.status) == (
            "GET",
            f"{endpoint.path}?PageToken=a%3D%3D==&FriendlyName=%C3%BC",
            400,
        )
        assert first.headers["authorization"] == "Basic [redacted]"
        assert (second.method, second.target, second.status) == ("POST", endpoint.path, 405)
        assert second.headers["x-other"] == "Value"
        assert (third.target, third.status) == ("/elsewhere%2Fx", 401)
        assert "authorization" not in third.headers
        secret = base64.b64encode(f"{sandbox.account_sid}:{sandbox.auth_token}".encode()).decode()
        assert secret not in repr(sandbox.requests)
        assert sandbox.auth_token not in repr(sandbox.requests)


def test_recorded_requests_are_a_snapshot(connect: Connect) -> None:
    """A tuple of recorded requests does not change later."""
    with Sandbox(3) as sandbox:
        client = connect(sandbox)
        client.get("")
        before = sandbox.requests
        client.get("")
        assert (len(before), len(sandbox.requests)) == (1, 2)
        with pytest.raises(TypeError):
            before[0].headers["authorization"] = "none"


def test_several_sandboxes_at_once(connect: Connect, endpoint: ListEndpoint) -> None:
    """Sandboxes of several accounts run in one process, each with its own flows and credentials."""
    with Sandbox(3, seed=1) as one, Sandbox(4, seed=2) as two:
        assert connect(one).get("").json()[endpoint.key] == list(one.flows)
        assert connect(two).get("").json()[endpoint.key] == list(two.flows)
        assert connect(one).get(two.url + endpoint.path).status_code == 401


def test_many_clients_at_once(connect: Connect) -> None:
    """Requests of many threads all get a response, and all are recorded."""
    with Sandbox(50, latency=0.02) as sandbox:
        client, responses = connect(sandbox), []
        threads = [threading.Thread(target=lambda: responses.append(client.get(""))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {response.status_code for response in responses} == {200}
        assert len({response.headers["Twilio-Request-Id"] for response in responses}) == 8
        assert max(int(response.headers["Twilio-Concurrent-Requests"]) for response in responses) > 1


def test_a_connection_is_kept_for_the_next_request(connect: Connect) -> None:
    """Neither responses nor errors close the connection."""
    with Sandbox(50) as sandbox:
        client = connect(sandbox)
        ports = set()
        for query in ("", "?PageSize=0", ""):
            with client.stream("GET", query) as response:
                response.read()
                ports.add(response.extensions["network_stream"].get_extra_info("client_addr"))
        assert len(ports) == 1


def test_requests_are_not_logged(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """Requests and faults leave no line in the application's log."""
    caplog.set_level(logging.DEBUG, logger="uvicorn")
    with Sandbox(50, faults=["reset@2"]) as sandbox:
        client = connect(sandbox)
        client.get("")
        with pytest.raises(httpx.ReadError):
            client.get("")
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


@pytest.mark.parametrize("missing", ["uvicorn", "h11"])
def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Starting without uvicorn is an error that names the extra to install."""
    monkeypatch.delitem(sys.modules, "flexflows.sandbox._server", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    if missing == "h11":
        monkeypatch.delitem(sys.modules, "uvicorn.protocols.http.h11_impl", raising=False)
    with pytest.raises(ConfigurationError, match=re.escape("pip install '.[sandbox]'")):
        Sandbox().start()


def test_another_missing_module_is_not_blamed_on_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another failing import is raised unchanged."""
    monkeypatch.delitem(sys.modules, "flexflows.sandbox._server", raising=False)
    monkeypatch.setitem(sys.modules, "flexflows.sandbox._responses", None)
    with pytest.raises(ModuleNotFoundError, match="_responses"):
        Sandbox().start()


def test_uvicorn_is_imported_when_it_is_used() -> None:
    """Importing the sandbox imports no server."""
    code = "import sys, flexflows.sandbox; sys.exit('uvicorn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  # our own code
