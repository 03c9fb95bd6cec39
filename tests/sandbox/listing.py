"""Requests to a sandbox by plain httpx."""

import ssl
from typing import Any

import httpx

from flexflows import FlexFlows
from flexflows.sandbox import Sandbox

PATH = FlexFlows.operation.path
KEY = FlexFlows.operation.key
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading them takes longer than most of the tests


def get(sandbox: Sandbox, query: str = "", **options: Any) -> httpx.Response:
    """Request the list with a query, or a whole URL; with the credentials of the first account, if not with others."""
    url = query if "://" in query else f"{sandbox.url}{PATH}{query}"
    options = {"auth": (sandbox.account_sid, sandbox.auth_token), **options}
    return httpx.get(url, verify=NO_CERTIFICATES, trust_env=False, **options)


def get_records(sandbox: Sandbox, query: str = "", **options: Any) -> list[dict[str, Any]]:
    """Return the records of all pages from a query on."""
    page = get(sandbox, query, **options).raise_for_status().json()
    records: list[dict[str, Any]] = page[KEY]
    while url := page["meta"]["next_page_url"]:
        page = get(sandbox, url, **options).raise_for_status().json()
        records += page[KEY]
    return records
