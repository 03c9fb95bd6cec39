"""What the sandbox's tests share: raw httpx as the client, so that nothing of the wrapper stands in between."""

import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from flexflows._generated import fragment
from flexflows.sandbox import Sandbox
from flexflows.sandbox._schema import Listing

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading them takes longer than most of the tests


class ListClient(httpx.Client):
    """Asks for the list with the query that it is given, or for a whole URL."""

    def __init__(self, sandbox: Sandbox, listing: Listing, timeout: float) -> None:
        super().__init__(auth=(sandbox.account_sid, sandbox.auth_token), timeout=timeout, verify=NO_CERTIFICATES)
        self._list_url = sandbox.url + listing.path

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        whole = str(url)
        return super().build_request(method, whole if "://" in whole else self._list_url + whole, **options)


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    return fragment()


@pytest.fixture(scope="session")
def listing(document: dict[str, Any]) -> Listing:
    return Listing.of(document)


@pytest.fixture
def connect(listing: Listing) -> Iterator[Callable[..., httpx.Client]]:
    """Make clients of sandboxes that are closed after the test."""
    clients: list[httpx.Client] = []

    def client(sandbox: Sandbox, timeout: float = 5) -> httpx.Client:
        clients.append(ListClient(sandbox, listing, timeout))
        return clients[-1]

    yield client
    for each in clients:
        each.close()
