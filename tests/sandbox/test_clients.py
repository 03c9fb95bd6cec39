"""Twilio's own SDK works with the sandbox."""

from typing import Any

import httpx
import pytest
from listing import PATH

from flexflows import FlexFlows
from flexflows.sandbox import Sandbox

rest = pytest.importorskip("twilio.rest", reason="needs Twilio's SDK, of the dependency group bench")
http_client = pytest.importorskip("twilio.http.http_client")


@pytest.mark.parametrize("origin", [None, f"{FlexFlows.operation.server}/"], ids=["own URLs", "Twilio's URLs"])
def test_twilios_sdk_reads_filters_and_goes_back(origin: str | None) -> None:
    """Twilio's SDK reads every flow of every page, whose URLs are the sandbox's own, or those of Twilio's host."""

    class ToSandbox(http_client.TwilioHttpClient):
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
            target = httpx.URL(url).raw_path.decode().replace("/v1/FlexFlows", PATH)
            return super().request(method, sandbox.url + target, *args, **options)

    with Sandbox(230, host_in_urls=origin) as sandbox:
        client = rest.Client(sandbox.account_sid, sandbox.auth_token, http_client=ToSandbox())
        flows = client.flex_api.v1.flex_flow
        listed = list(flows.stream(page_size=50))
        assert len(sandbox.requests) == 5
        for name in ("sid", "friendly_name", "integration", "enabled", "contact_identity"):
            assert [getattr(flow, name) for flow in listed] == [flow[name] for flow in sandbox.flows]
        wanted = sandbox.flows[3]["friendly_name"]
        assert {flow.friendly_name for flow in flows.list(friendly_name=wanted)} == {wanted}
        first = flows.page(page_size=10)
        assert first.next_page_url.startswith(f"{origin or sandbox.url + '/'}{PATH[1:]}?")
        second = first.next_page()
        sids = [[flow.sid for flow in page] for page in (first, second, second.previous_page())]
        assert sids[0] == sids[2] != sids[1]
