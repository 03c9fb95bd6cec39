"""Twilio's own SDK works with the sandbox."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from flexflows.sandbox import Sandbox

pytestmark = pytest.mark.bench

twilio = pytest.importorskip("twilio", reason="the extra `bench` is not installed")


def make_client(sandbox: Sandbox, user: str, password: str) -> Any:
    """Return Twilio's client with every request redirected to the sandbox."""
    from twilio.http.http_client import TwilioHttpClient  # noqa: PLC0415  # only if the SDK is installed
    from twilio.rest import Client  # noqa: PLC0415

    class ToSandbox(TwilioHttpClient):
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
            path = httpx.URL(url).raw_path.decode()
            return super().request(method, sandbox.url + path, *args, **options)

    return Client(user, password, sandbox.account_sid, http_client=ToSandbox())


@pytest.mark.parametrize("pair", [("account_sid", "auth_token"), ("api_key", "api_secret")])
@pytest.mark.parametrize("host", [None, "https://flex-api.twilio.com"])
def test_the_sdk_lists_all_flows_page_by_page(pair: tuple[str, str], host: str | None) -> None:
    """Twilio's SDK reads every flow of every page."""
    with Sandbox(230, host_in_urls=host) as sandbox:
        client = make_client(sandbox, *(getattr(sandbox, name) for name in pair))
        flows = list(client.flex_api.v1.flex_flow.stream(page_size=50))
        assert len(sandbox.requests) == 5
        assert len(flows) == 230
        for flow, served in zip(flows, sandbox.flows, strict=True):
            known = [name for name in served if hasattr(flow, name) and not name.startswith("date_")]
            same = {name: served[name] for name in known}
            assert {name: getattr(flow, name) for name in same} == same


def test_the_sdk_reads_next_and_previous_pages() -> None:
    """Twilio's SDK reads the next page and the previous page."""
    with Sandbox(30) as sandbox:
        client = make_client(sandbox, sandbox.account_sid, sandbox.auth_token)
        first = client.flex_api.v1.flex_flow.page(page_size=10)
        second = first.next_page()
        back = second.previous_page()
        sids = [[flow.sid for flow in page] for page in (first, second, back)]
        assert sids[0] == sids[2] != sids[1]


def test_the_sdk_filters() -> None:
    """Twilio's SDK filters by name."""
    with Sandbox(300) as sandbox:
        client = make_client(sandbox, sandbox.account_sid, sandbox.auth_token)
        name = sandbox.flows[0]["friendly_name"]
        found = client.flex_api.v1.flex_flow.list(friendly_name=name)
        assert [flow.sid for flow in found] == [flow["sid"] for flow in sandbox.flows if flow["friendly_name"] == name]


@pytest.mark.parametrize(
    ("password", "options", "code"),
    [("wrong", {}, 20003), (None, {"page_size": 1001}, 20007), (None, {"page_token": "no"}, 21481)],
)
def test_errors_of_a_list(password: str | None, options: dict[str, Any], code: int) -> None:
    """Twilio's SDK raises its error for an error response to a list."""
    from twilio.base.exceptions import TwilioException  # noqa: PLC0415  # only if the SDK is installed

    with Sandbox(3) as sandbox:
        client = make_client(sandbox, sandbox.account_sid, password or sandbox.auth_token)
        with pytest.raises(TwilioException, match=f'"code":{code}'):
            client.flex_api.v1.flex_flow.page(**options)


@pytest.mark.parametrize(
    ("password", "call", "status", "code"),
    [
        ("wrong", lambda flows: flows("FO" + "a" * 32).fetch(), 401, 20003),
        (None, lambda flows: flows("FO" + "a" * 32).fetch(), 404, 20404),
        (None, lambda flows: flows.create("a name", "IS" + "a" * 32, "web"), 405, 20004),
    ],
)
def test_errors_of_other_requests(password: str | None, call: Callable[[Any], object], status: int, code: int) -> None:
    """Twilio's SDK raises its typed error for other requests, with status and code."""
    from twilio.base.exceptions import TwilioRestException  # noqa: PLC0415  # only if the SDK is installed

    with Sandbox(3) as sandbox:
        client = make_client(sandbox, sandbox.account_sid, password or sandbox.auth_token)
        with pytest.raises(TwilioRestException) as caught:
            call(client.flex_api.v1.flex_flow)
        assert (caught.value.status, caught.value.code) == (status, code)
