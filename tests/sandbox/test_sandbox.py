"""The life of a sandbox: its accounts, its server, what it keeps."""

import base64
import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from listing import PATH, get, get_records

from flexflows import ConfigurationError, FlexFlows, read_profiles
from flexflows.sandbox import Fault, Sandbox


def test_accounts_are_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each account has its own flows by its own credentials, and is a profile of the Twilio CLI."""
    with Sandbox(accounts={"work": 40, "shop": [{"sid": "FO1"}]}) as sandbox:
        for name, value in {"TWILIO_REGION": "au1", **sandbox.environment}.items():
            monkeypatch.setenv(name, value)
        assert [*read_profiles()] == ["work", "shop"]
        for name, account in sandbox.accounts.items():
            assert get_records(sandbox, auth=(account.account_sid, account.auth_token)) == account.flows
            assert [flow.sid for flow in FlexFlows(profile=name).list()] == [flow["sid"] for flow in account.flows]
        assert len(FlexFlows().list()) == len(sandbox.flows) == 40


def test_accounts_have_credentials_and_flows_of_their_own() -> None:
    """Accounts of one sandbox share no SID, nor do accounts of other seeds; the same seed gives the same."""
    one, same, other = (Sandbox(accounts={"a": 9, "b": 9}, seed=seed) for seed in (1, 1, 2))
    assert one.accounts == same.accounts
    accounts = [*one.accounts.values(), *other.accounts.values()]
    names = ("account_sid", "auth_token", "api_key", "api_secret")
    assert len({getattr(each, name) for each in accounts for name in names}) == 4 * 4
    assert len({flow["sid"] for each in accounts for flow in each.flows}) == 4 * 9
    assert not any(getattr(one, name) in repr(one.accounts) for name in ("auth_token", "api_secret"))


def test_start_and_close() -> None:
    """A sandbox starts and closes once however often it is told to, and can start again; it keeps its requests."""
    sandbox = Sandbox(2)
    assert sandbox.start() is sandbox.start()
    get(sandbox)
    config = Path(sandbox.config_dir, "config.json")
    assert json.loads(config.read_text("utf-8"))["activeProject"] == "sandbox"
    sandbox.close()
    sandbox.close()
    assert not config.exists()
    assert len(sandbox.requests) == 1
    for name in ("url", "config_dir", "environment"):
        with pytest.raises(ConfigurationError, match="not running"):
            getattr(sandbox, name)
    with sandbox:
        assert (len(get_records(sandbox)), len(sandbox.requests)) == (2, 1)


def test_closing_waits_for_no_client() -> None:
    """Closing ends a stalled request at once, and does not wait for an idle connection."""
    sandbox = Sandbox(3, faults=["stall"]).start()
    address = ("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    with socket.create_connection(address) as stalled, socket.create_connection(address):
        stalled.sendall(f"GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while not sandbox.requests:
            time.sleep(0.001)
        started = time.monotonic()
        sandbox.close()
        assert stalled.recv(99) == b""
        assert time.monotonic() - started < 0.5


def test_latency_delays_each_response() -> None:
    """A response takes at least the latency, and closing does not wait for it."""
    with Sandbox(1, latency=0.05) as sandbox:
        assert get(sandbox).elapsed.total_seconds() >= 0.05
    with Sandbox(1, latency=30) as sandbox, pytest.raises(httpx.ReadTimeout):
        get(sandbox, timeout=0.05)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"port": -1}, ValueError, "port must be an integer from 0 to 65535, not -1"),
        ({"latency": "1"}, TypeError, "latency must be a number of seconds, not of type str"),
        ({"latency": -0.1}, ValueError, "latency must be 0 seconds or more, not -0.1"),
        ({"latency": float("inf")}, ValueError, "latency must be"),
        ({"faults": "500"}, TypeError, r"faults must be a list, such as \['429'\], not '500'"),
        ({"faults": Fault("500")}, TypeError, r"faults must be a list, such as \['429'\], not Fault"),
        ({"flows": 3, "accounts": {"a": 1}}, TypeError, "pass flows, or accounts: a dictionary"),
        ({"accounts": {}}, TypeError, "pass flows, or accounts: a dictionary"),
        ({"accounts": {"a": 2501}}, ValueError, r"accounts\['a'\] must be an integer from 0 to 2500"),
        ({"flows": True}, TypeError, "flows must be an integer from 0 to 2500, not of type bool"),
        ({"account_sid": 5}, TypeError, "account_sid must be a string or None, not of type int"),
        ({"host_in_urls": 5}, TypeError, "host_in_urls must be a string or None, not of type int"),
        ({"flows": {"sid": "FO1"}}, TypeError, r"flows\[0\] is of type str"),
    ],
)
def test_a_wrong_argument_is_an_error_that_names_it(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Sandbox(**arguments)


def test_requests_are_kept_without_secrets() -> None:
    """A kept request has target, headers and status, but of the credentials only the scheme."""
    with Sandbox(3) as sandbox:
        get(sandbox, "?PageToken=a%3D%3D==&FriendlyName=%C3%BC")
        before = sandbox.requests
        get(sandbox, headers={"X-Other": "Value"})
        first, second = sandbox.requests
        assert before == (first,)
        assert (first.method, first.status, second.status) == ("GET", 400, 200)
        assert first.target == f"{PATH}?PageToken=a%3D%3D==&FriendlyName=%C3%BC"
        assert (first.headers["authorization"], second.headers["x-other"]) == ("Basic [redacted]", "Value")
        pair = base64.b64encode(f"{sandbox.account_sid}:{sandbox.auth_token}".encode()).decode()
        assert not [secret for secret in (pair, sandbox.auth_token) if secret in repr(sandbox.requests)]


def test_many_clients_at_once() -> None:
    """Sixteen clients at once get their responses in less than the second after which a lost connection is retried."""
    with Sandbox(50, latency=0.02) as sandbox, ThreadPoolExecutor(16) as pool:
        started = time.monotonic()
        responses = list(pool.map(get, [sandbox] * 16))
        assert time.monotonic() - started < 0.9
    assert len({response.headers["Twilio-Request-Id"] for response in responses}) == len(sandbox.requests) == 16


def test_small_responses_are_fast() -> None:
    """A response does not wait for the acknowledgement of its headers, which takes 40 ms."""
    with Sandbox(1) as sandbox:
        assert min(get(sandbox).elapsed.total_seconds() for _ in range(5)) < 0.03


def test_the_plugin_imports_almost_nothing() -> None:
    """A run of pytest whose tests do not use the sandbox pays for none of it."""
    code = """
import flexflows.sandbox._pytest_plugin, sys
loaded = {name for name in sys.modules if name.startswith("flexflows")}
assert loaded == {"flexflows", "flexflows._version", "flexflows.sandbox", "flexflows.sandbox._pytest_plugin"}, loaded
assert not {"httpx", "msgspec", "http.server"} & set(sys.modules)
assert set(flexflows.sandbox.__all__) < set(dir(flexflows.sandbox))
"""
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own code
