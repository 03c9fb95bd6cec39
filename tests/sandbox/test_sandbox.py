"""The sandbox's life, its credentials and what it remembers."""

import httpx
import pytest

from flexflows import ConfigurationError
from flexflows.sandbox import Sandbox


def test_it_lists_its_flows_over_http(connect, listing):
    """A sandbox answers a GET of the list with its flows, page by page."""
    with Sandbox(120, seed=3) as sandbox:
        client = connect(sandbox)
        flows, url = [], f"{sandbox.url}{listing.path}"
        while url:
            page = client.get(url).raise_for_status().json()
            flows += page[listing.key]
            url = page["meta"]["next_page_url"]
        assert flows == list(sandbox.flows)
        assert [request.status for request in sandbox.requests] == [200, 200, 200]


def test_a_port_that_is_taken_is_named():
    """Starting on a port that is in use says so."""
    with Sandbox() as sandbox, pytest.raises(ConfigurationError, match=f"127.0.0.1:{httpx.URL(sandbox.url).port}"):
        Sandbox(port=httpx.URL(sandbox.url).port).start()
