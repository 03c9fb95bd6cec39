"""Fixtures of the sandbox's tests, whose client is plain httpx, not the wrapper."""

import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from flexflows.sandbox._endpoints import ListEndpoint, list_endpoints

from flexflows._generated import fragment
from flexflows.sandbox import Sandbox

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading them takes longer than most of the tests


class ListClient(httpx.Client):
    """A client that requests the list with a query, or a whole URL."""

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
    return next(each for each in list_endpoints(document) if each.path == "/v1/FlexFlows")


@pytest.fixture
def connect(endpoint: ListEndpoint) -> Iterator[Callable[..., httpx.Client]]:
    """Return a function that starts a sandbox and connects a client; both close after the test."""
    clients: list[httpx.Client] = []

    def client(sandbox: Sandbox, timeout: float = 5) -> httpx.Client:
        clients.append(ListClient(sandbox, endpoint, timeout))
        return clients[-1]

    yield client
    for each in clients:
        each.close()
