"""The traffic on the wire, replayed from cassettes, with the same tests for both clients."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from scrubbing import CREDENTIALS, NO_NAME
from vcr.cassette import Cassette

import flexflows
from flexflows import FlexFlows

Pages: TypeAlias = Callable[..., list[flexflows.Page]]
pytestmark = pytest.mark.vcr


@pytest.fixture(params=["sync", "async"])
def pages(request: pytest.FixtureRequest, account: dict[str, Any], vcr: Cassette) -> Iterator[Pages]:
    """A function that lists pages with one of the clients; at the end, the whole cassette must have been played."""

    async def asynchronous(client: dict[str, Any], **arguments: Any) -> list[flexflows.Page]:
        async with flexflows.AsyncFlexFlows(**client) as flows:
            return [page async for page in flows.pages(**arguments)]

    def run(client: dict[str, Any] | None = None, **arguments: Any) -> list[flexflows.Page]:
        client = {**account, **(client or {})}
        arguments = {"page_size": 20, **arguments}  # not the fragment's maximum, so that it may change
        if request.param == "async":
            return asyncio.run(asynchronous(client, **arguments))
        with FlexFlows(**client) as flows:
            return list(flows.pages(**arguments))

    yield run
    assert vcr.all_played or vcr.dirty, f"{vcr.play_count} of {len(vcr)} recorded responses were played"


@pytest.mark.default_cassette("one_page.yaml")
def test_a_short_list_is_one_page(pages: Pages, vcr: Cassette) -> None:
    """A list that fits in a page takes one request, which carries the credentials."""
    (page,) = pages()
    assert page.next_cursor is None
    assert page.request_id is not None
    assert all(isinstance(flow, flexflows.FlexFlow) and flow.sid for flow in page)
    assert [request.headers["authorization"] for request in vcr.requests] == [f"Basic {CREDENTIALS}"]


@pytest.mark.default_cassette("three_pages.yaml")
def test_pages_are_followed(pages: Pages) -> None:
    """Three records at one per page take three requests, and no record is repeated."""
    listed = pages(page_size=1, limit=3)
    assert [len(page) for page in listed] == [1, 1, 1]
    assert len({flow.sid for page in listed for flow in page}) == 3


@pytest.mark.default_cassette("filter.yaml")
def test_a_filter_is_sent(pages: Pages, vcr: Cassette) -> None:
    """The filter is in the request, and the response has only flows with that name."""
    name = pages(page_size=1, limit=1)[0][0].friendly_name
    assert name is not None
    assert {flow.friendly_name for page in pages(friendly_name=name) for flow in page} == {name}
    assert len(vcr.requests) == 2


@pytest.mark.default_cassette("empty.yaml")
def test_an_empty_list_is_one_empty_page(pages: Pages) -> None:
    (page,) = pages(friendly_name=NO_NAME)
    assert page.flex_flows == ()


@pytest.mark.default_cassette("401.yaml")
def test_wrong_credentials_are_refused(pages: Pages) -> None:
    """Wrong credentials are not retried, and the error has Twilio's code."""
    with pytest.raises(flexflows.AuthenticationError) as caught:
        pages({"account_sid": "AC" + "f" * 32, "auth_token": "not-the-token"})
    assert (caught.value.code, caught.value.attempts) == (20003, 1)


def failure(name: str, *expected: Any, fault: str | None = None) -> Any:
    """Return the parameters of a test whose cassette is recorded with a fault."""
    marks = [pytest.mark.default_cassette(f"{name}.yaml"), pytest.mark.faults(fault or name)]
    return pytest.param(*expected, id=name, marks=marks)


@pytest.mark.parametrize(
    ("error", "code", "attempts"),
    [
        failure("400", flexflows.BadRequestError, 20001, 1),
        failure("403", flexflows.PermissionDeniedError, 20403, 1),
        failure("404", flexflows.NotFoundError, 20404, 1),
        failure("html", flexflows.UnexpectedResponseError, None, 1),
        failure("503_until_the_end", flexflows.ServerError, None, 3, fault="503-html@1x3"),
        failure("redirect", flexflows.ApiError, None, 1),
    ],
)
def test_a_failure_is_an_error(pages: Pages, error: type[flexflows.ApiError], code: int | None, attempts: int) -> None:
    """A failure is an error with Twilio's code, and with the number of attempts: only a 503 is retried."""
    with pytest.raises(error) as caught:
        pages({"attempts": 3})
    assert (getattr(caught.value, "code", None), caught.value.attempts) == (code, attempts)
    assert caught.value.response.headers.get("Location", "") in str(caught.value)


@pytest.mark.default_cassette("429_then_200.yaml")
@pytest.mark.faults("429@2")
def test_a_429_retries_only_its_page(pages: Pages) -> None:
    assert [len(page) for page in pages(page_size=2)] == [2, 2, 1]
