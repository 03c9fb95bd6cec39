"""The traffic on the wire, replayed from cassettes, with the same tests for both clients."""

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from client_faults import fault as fault_of
from vcr.cassette import Cassette

import flexflows
from flexflows.sandbox import Sandbox
from flexflows.testing import instant_retries


@pytest.fixture(autouse=True)
def _fast(vcr: Cassette) -> Iterator[None]:
    """Retry without pauses, and check that every test plays its whole cassette."""
    with instant_retries():
        yield
    assert vcr.all_played or vcr.dirty, f"{vcr.play_count} of {len(vcr)} recorded responses were played"


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """The server: while recording, Twilio if TWILIO_* is set, else a sandbox; no server on replay."""
    faults: pytest.Mark | None = request.node.get_closest_marker("faults")
    if request.config.getoption("--record-mode") in {None, "none"}:
        yield {"account_sid": "AC" + "a" * 32, "auth_token": "replayed"}
    elif "TWILIO_ACCOUNT_SID" in os.environ and faults is None:
        yield {}
    else:
        planned = [fault_of(text) for text in faults.args] if faults else []
        with Sandbox(flows=5, seed=1, faults=planned, host_in_urls="https://flex-api.twilio.com") as sandbox:
            sandbox.flows[1]["friendly_name"] = "Support"
            yield {"account_sid": sandbox.account_sid, "auth_token": sandbox.auth_token, "base_url": sandbox.url}


@pytest.fixture(params=["sync", "async"])
def pages(request: pytest.FixtureRequest, account: dict[str, Any]) -> Callable[..., list[flexflows.Page]]:
    """A function that lists pages with the synchronous or the asynchronous client."""

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
    """Three records at one per page take three requests, and no record is repeated."""
    found = pages(page_size=1, limit=3)
    assert [len(page) for page in found] == [1, 1, 1]
    assert len({flow.sid for page in found for flow in page}) == 3


@pytest.mark.vcr
@pytest.mark.default_cassette("filter.yaml")
def test_a_filter_is_sent(pages: Callable[..., list[flexflows.Page]]) -> None:
    """The filter is in the request, and the response has only flows with that name."""
    names = {flow.friendly_name for page in pages(friendly_name="Support") for flow in page}
    assert names == {"Support"}


@pytest.mark.vcr
@pytest.mark.default_cassette("empty.yaml")
def test_an_empty_list_is_one_empty_page(pages: Callable[..., list[flexflows.Page]]) -> None:
    """A name without flows gives an empty page, not an error."""
    (page,) = pages(friendly_name="no flow has this name")
    assert page.flex_flows == ()


@pytest.mark.vcr
@pytest.mark.default_cassette("401.yaml")
def test_wrong_credentials_are_refused(pages: Callable[..., list[flexflows.Page]]) -> None:
    """Wrong credentials are not retried, and the error has Twilio's code."""
    with pytest.raises(flexflows.AuthenticationError) as caught:
        pages({"account_sid": "AC" + "f" * 32, "auth_token": "wrong"})
    assert (caught.value.code, caught.value.attempts) == (20003, 1)


@pytest.mark.vcr
@pytest.mark.default_cassette("403.yaml")
@pytest.mark.faults("403@1")
def test_a_suspended_account(pages: Callable[..., list[flexflows.Page]]) -> None:
    """A 403 is not retried, and the error has Twilio's message."""
    with pytest.raises(
        flexflows.PermissionDeniedError, match=r"^403 Account suspended \(Twilio error 20403, "
    ) as caught:
        pages()
    assert caught.value.attempts == 1


@pytest.mark.vcr
@pytest.mark.default_cassette("rfc9457.yaml")
@pytest.mark.faults("error-rfc9457@1")
def test_a_problem_document_is_read(pages: Callable[..., list[flexflows.Page]]) -> None:
    """An RFC 9457 error has its code, detail and list of errors."""
    with pytest.raises(flexflows.PermissionDeniedError) as caught:
        pages()
    assert (caught.value.code, caught.value.message) == (70051, "Not authorized: The credentials do not allow this")
    assert caught.value.details == [{"detail": "flex is missing", "pointer": "#/permissions"}]


@pytest.mark.vcr
@pytest.mark.default_cassette("429_then_200.yaml")
@pytest.mark.faults("429-retry-after@2")
def test_too_many_requests(pages: Callable[..., list[flexflows.Page]]) -> None:
    """A 429 in the middle retries only that page."""
    assert [len(page) for page in pages(page_size=2)] == [2, 2, 1]


@pytest.mark.vcr
@pytest.mark.default_cassette("500_then_200.yaml")
@pytest.mark.faults("500@1")
def test_an_internal_error_is_retried(pages: Callable[..., list[flexflows.Page]]) -> None:
    """A 500 is retried."""
    assert [len(page) for page in pages()] == [5]


@pytest.mark.vcr
@pytest.mark.default_cassette("503_until_the_end.yaml")
@pytest.mark.faults("503-html@1x3")
def test_attempts_are_limited(pages: Callable[..., list[flexflows.Page]]) -> None:
    """A gateway's HTML error is retried up to the number of attempts, and the error has that number."""
    with pytest.raises(flexflows.ServerError, match=r"^503 Service Unavailable") as caught:
        pages({"attempts": 3})
    assert caught.value.attempts == 3


@pytest.mark.vcr
@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(
            "==", marks=[pytest.mark.faults("next-page-padded@1"), pytest.mark.default_cassette("padded_token.yaml")]
        ),
        pytest.param(
            "%3D%3D",
            marks=[pytest.mark.faults("next-page-escaped@1"), pytest.mark.default_cassette("escaped_token.yaml")],
        ),
    ],
)
def test_a_token_is_sent_unchanged(pages: Callable[..., list[flexflows.Page]], ending: str, vcr: Cassette) -> None:
    """A listing resumed from a cursor sends the token byte for byte."""
    (first,) = pages(page_size=2, limit=2)
    rest = pages(page_size=2, cursor=first.next_cursor)
    assert [len(page) for page in rest] == [2, 1]
    assert vcr.requests[1].uri.endswith(ending)
