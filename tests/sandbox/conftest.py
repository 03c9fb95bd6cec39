"""Fixtures of the sandbox's tests, whose client is plain httpx."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from flexflows import FlexFlows
from flexflows.sandbox import Sandbox

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading them takes longer than most of the tests


class ListClient(httpx.Client):
    """A client that requests the list with a query, or a whole URL."""

    def __init__(self, sandbox: Sandbox, name: str | None = None) -> None:
        account = sandbox if name is None else sandbox.accounts[name]
        super().__init__(auth=(account.account_sid, account.auth_token), verify=NO_CERTIFICATES, trust_env=False)
        self._list_url = sandbox.url + FlexFlows.operation.path

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        whole = str(url)
        return super().build_request(method, whole if "://" in whole else self._list_url + whole, **options)

    def records(self, query: str = "") -> list[dict[str, Any]]:
        """Return the records of all pages from a query on."""
        url: str | None = query
        records: list[dict[str, Any]] = []
        while url is not None:
            page = self.get(url).raise_for_status().json()
            records += page[FlexFlows.operation.key]
            url = page["meta"]["next_page_url"]
        return records


@pytest.fixture
def connect() -> Iterator[Callable[..., ListClient]]:
    """Return a function that connects a client to a sandbox; it is closed after the test."""
    with ExitStack() as clients:
        yield lambda *arguments: clients.enter_context(ListClient(*arguments))
