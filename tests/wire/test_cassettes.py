"""What goes over the wire, replayed from cassettes: the same for the blocking and the asynchronous client."""

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from vcr.cassette import Cassette

import flexflows
from flexflows.sandbox import Sandbox
from flexflows.testing import instant_retries


@pytest.fixture(autouse=True)
def _fast(vcr: Cassette) -> Iterator[None]:
    """Retry without pauses, and hold every test to its whole cassette."""
    with instant_retries():
        yield
    assert vcr.all_played or vcr.dirty, f"{vcr.play_count} of {len(vcr)} recorded answers were played"


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """Whom to ask: while recording, Twilio when TWILIO_* is set, else a sandbox; on replay nobody is asked."""
    if request.config.getoption("--record-mode") in {None, "none"}:
        yield {"account_sid": "AC" + "a" * 32, "auth_token": "replayed"}
    elif "TWILIO_ACCOUNT_SID" in os.environ:
        yield {}
    else:
        with Sandbox(flows=5, seed=1, host_in_urls="https://flex-api.twilio.com") as sandbox:
            yield {"account_sid": sandbox.account_sid, "auth_token": sandbox.auth_token, "base_url": sandbox.url}


@pytest.fixture(params=["sync", "async"])
def pages(request: pytest.FixtureRequest, account: dict[str, Any]) -> Callable[..., list[flexflows.Page]]:
    """List pages with one client or the other."""

    def blocking(credentials: dict[str, Any], **arguments: Any) -> list[flexflows.Page]:
        with flexflows.FlexFlows(**{**account, **credentials}) as flows:
            return list(flows.pages(**arguments))

    async def asynchronous(credentials: dict[str, Any], **arguments: Any) -> list[flexflows.Page]:
        async with flexflows.AsyncFlexFlows(**{**account, **credentials}) as flows:
            return [page async for page in flows.pages(**arguments)]

    def run(credentials: dict[str, Any] | None = None, **arguments: Any) -> list[flexflows.Page]:
        if request.param == "sync":
            return blocking(credentials or {}, **arguments)
        return asyncio.run(asynchronous(credentials or {}, **arguments))

    return run


@pytest.mark.vcr
@pytest.mark.default_cassette("one_page.yaml")
def test_a_short_list_is_one_page(pages: Callable[..., list[flexflows.Page]]) -> None:
    """A list that fits in a page takes one request."""
    (page,) = pages()
    assert page.next_cursor is None
    assert page.request_id is not None
    assert all(isinstance(flow, flexflows.FlexFlow) and flow.sid for flow in page)


@pytest.mark.vcr
@pytest.mark.default_cassette("three_pages.yaml")
def test_pages_are_followed(pages: Callable[..., list[flexflows.Page]]) -> None:
    """Three records at one a page take three requests, and no record comes twice."""
    found = pages(page_size=1, limit=3)
    assert [len(page) for page in found] == [1, 1, 1]
    assert len({flow.sid for page in found for flow in page}) == 3


@pytest.mark.vcr
@pytest.mark.default_cassette("filter.yaml")
def test_a_filter_is_sent(pages: Callable[..., list[flexflows.Page]]) -> None:
    """The name asked for goes over the wire, and flows of that name come back."""
    names = {flow.friendly_name for page in pages(friendly_name="Support") for flow in page}
    assert names == {"Support"}


@pytest.mark.vcr
@pytest.mark.default_cassette("empty.yaml")
def test_an_empty_list_is_one_empty_page(pages: Callable[..., list[flexflows.Page]]) -> None:
    """No flow of a name is an empty page, not an error."""
    (page,) = pages(friendly_name="no flow has this name")
    assert page.flex_flows == ()


@pytest.mark.vcr
@pytest.mark.default_cassette("401.yaml")
def test_wrong_credentials_are_refused(pages: Callable[..., list[flexflows.Page]]) -> None:
    """Wrong credentials are asked for once, and the error has Twilio's code."""
    with pytest.raises(flexflows.AuthenticationError) as caught:
        pages({"account_sid": "AC" + "f" * 32, "auth_token": "wrong"})
    assert (caught.value.code, caught.value.attempts) == (20003, 1)
