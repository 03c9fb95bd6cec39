"""Twilio's own SDK works with the sandbox."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from flexflows import FlexFlows
from flexflows.sandbox import Sandbox

pytest.importorskip("twilio", reason="needs Twilio's SDK, of the dependency group bench")

SDKS_PATH = "/v1/FlexFlows"


@pytest.fixture(params=[None, FlexFlows.operation.server], ids=["own URLs", "Twilio's URLs"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox whose pages have its own URLs, or, as Twilio's do, those of Twilio's host."""
    with Sandbox(230, host_in_urls=request.param) as sandbox:
        yield sandbox


@pytest.fixture
def flows(sandbox: Sandbox) -> Any:
    """The Flex Flows of Twilio's SDK, with every request redirected to the sandbox."""
    from twilio.http.http_client import TwilioHttpClient  # noqa: PLC0415 - only if the SDK is installed
    from twilio.rest import Client  # noqa: PLC0415 - the same

    class ToSandbox(TwilioHttpClient):
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
            target = httpx.URL(url).raw_path.decode().replace(SDKS_PATH, FlexFlows.operation.path)
            return super().request(method, sandbox.url + target, *args, **options)

    return Client(sandbox.account_sid, sandbox.auth_token, http_client=ToSandbox()).flex_api.v1.flex_flow


def test_twilios_sdk_lists_all_flows(sandbox: Sandbox, flows: Any) -> None:
    """Twilio's SDK reads every flow of every page."""
    listed = list(flows.stream(page_size=50))
    assert len(sandbox.requests) == 5
    for name in ("sid", "friendly_name", "integration", "enabled", "contact_identity"):
        assert [getattr(flow, name) for flow in listed] == [flow[name] for flow in sandbox.flows]


def test_twilios_sdk_filters_and_goes_back(sandbox: Sandbox, flows: Any) -> None:
    """Twilio's SDK filters by name, and reads the next and the previous page."""
    wanted = sandbox.flows[3]["friendly_name"]
    assert {flow.friendly_name for flow in flows.list(friendly_name=wanted)} == {wanted}
    first = flows.page(page_size=10)
    second = first.next_page()
    sids = [[flow.sid for flow in page] for page in (first, second, second.previous_page())]
    assert sids[0] == sids[2] != sids[1]
