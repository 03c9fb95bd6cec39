"""What the sandbox's tests share: raw httpx as the client, so that nothing of the wrapper stands in between."""

import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from flexflows._generated import fragment
from flexflows.sandbox import Sandbox
from flexflows.sandbox._api import ListEndpoint, list_endpoints

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading them takes longer than most of the tests


class ListClient(httpx.Client):
    """Requests the list with the query that it is given, or a whole URL."""

    def __init__(self, sandbox: Sandbox, endpoint: ListEndpoint, timeout: float) -> None:
        super().__init__(auth=(sandbox.account_sid, sandbox.auth_token), timeout=timeout, verify=NO_CERTIFICATES)
        self._list_url = sandbox.url + endpoint.path

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        whole = str(url)
        return super().build_request(method, whole if "://" in whole else self._list_url + whole, **options)


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    return fragment()


@pytest.fixture(scope="session")
def endpoint(document: dict[str, Any]) -> ListEndpoint:
    return list_endpoints(document)[0]


@pytest.fixture
def connect(endpoint: ListEndpoint) -> Iterator[Callable[..., httpx.Client]]:
    """Build clients of sandboxes that are closed after the test."""
    clients: list[httpx.Client] = []

    def client(sandbox: Sandbox, timeout: float = 5) -> httpx.Client:
        clients.append(ListClient(sandbox, endpoint, timeout))
        return clients[-1]

    yield client
    for each in clients:
        each.close()
