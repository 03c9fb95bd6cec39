"""Twilio's own SDK works with the sandbox."""

from typing import Any

import httpx
import pytest

from flexflows import FlexFlows
from flexflows.sandbox import Sandbox

SDKS_PATH = "/v1/FlexFlows"


def twilio_flows(sandbox: Sandbox, user: str, password: str) -> Any:
    """Return the Flex Flows of Twilio's SDK, with every request redirected to the sandbox."""
    pytest.importorskip("twilio", reason="needs Twilio's SDK, of the dependency group bench")
    from twilio.http.http_client import TwilioHttpClient  # noqa: PLC0415 - only if the SDK is installed
    from twilio.rest import Client  # noqa: PLC0415 - the same

    class ToSandbox(TwilioHttpClient):
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
            target = httpx.URL(url).raw_path.decode().replace(SDKS_PATH, FlexFlows.operation.path)
            return super().request(method, sandbox.url + target, *args, **options)

    return Client(user, password, sandbox.account_sid, http_client=ToSandbox()).flex_api.v1.flex_flow


@pytest.mark.parametrize(("user", "password"), [("account_sid", "auth_token"), ("api_key", "api_secret")])
@pytest.mark.parametrize("host", [None, FlexFlows.operation.server])
def test_twilios_sdk_lists_all_flows(user: str, password: str, host: str | None) -> None:
    """Twilio's SDK reads every flow of every page, whatever host the pages' URLs name."""
    with Sandbox(230, host_in_urls=host) as sandbox:
        flows = list(twilio_flows(sandbox, getattr(sandbox, user), getattr(sandbox, password)).stream(page_size=50))
        assert len(sandbox.requests) == 5
        for name in ("sid", "friendly_name", "integration", "enabled", "contact_identity"):
            assert [getattr(flow, name) for flow in flows] == [flow[name] for flow in sandbox.flows]


def test_twilios_sdk_filters_and_goes_back() -> None:
    """Twilio's SDK filters by name, and reads the next and the previous page."""
    with Sandbox(30) as sandbox:
        flows = twilio_flows(sandbox, sandbox.account_sid, sandbox.auth_token)
        wanted = sandbox.flows[3]["friendly_name"]
        assert {flow.friendly_name for flow in flows.list(friendly_name=wanted)} == {wanted}
        first = flows.page(page_size=10)
        second = first.next_page()
        sids = [[flow.sid for flow in page] for page in (first, second, second.previous_page())]
        assert sids[0] == sids[2] != sids[1]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda flows: flows("FO" + "a" * 32).fetch(), 20404),
        (lambda flows: flows.create("a name", "IS" + "a" * 32, "web"), 20004),
    ],
)
def test_twilios_sdk_raises_its_errors(call: Any, code: int) -> None:
    """Twilio's SDK raises its own error for what the sandbox does not serve."""
    with Sandbox(3) as sandbox:
        flows = twilio_flows(sandbox, sandbox.account_sid, sandbox.auth_token)
        from twilio.base.exceptions import TwilioRestException  # noqa: PLC0415 - only if the SDK is installed

        with pytest.raises(TwilioRestException) as caught:
            call(flows)
        assert caught.value.code == code
