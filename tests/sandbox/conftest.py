"""What the sandbox's tests share: raw httpx as the client, so that nothing of the wrapper stands in between."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from flexflows._generated import fragment
from flexflows.sandbox import Sandbox
from flexflows.sandbox._schema import Listing

Connect = Callable[[Sandbox], httpx.Client]


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    return fragment()


@pytest.fixture(scope="session")
def listing(document: dict[str, Any]) -> Listing:
    return Listing.of(document)


@pytest.fixture
def connect(listing: Listing) -> Iterator[Connect]:
    """Make clients of a sandbox, whose requests go to the list when they name nothing else."""
    clients: list[httpx.Client] = []

    def client(sandbox: Sandbox) -> httpx.Client:
        clients.append(
            httpx.Client(base_url=sandbox.url + listing.path, auth=(sandbox.account_sid, sandbox.auth_token), timeout=5)
        )
        return clients[-1]

    yield client
    for each in clients:
        each.close()
