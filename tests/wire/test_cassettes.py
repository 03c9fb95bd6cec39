"""The traffic on the wire, replayed from cassettes, with the same tests for both clients."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from scrubbing import CREDENTIALS, NO_NAME, ORIGIN, PATH
from vcr.cassette import Cassette

import flexflows
from flexflows import FlexFlows

Pages: TypeAlias = Callable[..., list[flexflows.Page]]
OPERATION = FlexFlows.operation


@pytest.fixture(params=["sync", "async"])
def pages(request: pytest.FixtureRequest, account: dict[str, Any], vcr: Cassette) -> Iterator[Pages]:
    """A function that lists pages with one of the clients; at the end, the whole cassette must have been played."""

    def blocking(credentials: dict[str, Any], **arguments: Any) -> list[flexflows.Page]:
        with FlexFlows(**{**account, **credentials}) as flows:
            return list(flows.pages(**arguments))

    async def asynchronous(credentials: dict[str, Any], **arguments: Any) -> list[flexflows.Page]:
        async with flexflows.AsyncFlexFlows(**{**account, **credentials}) as flows:
            return [page async for page in flows.pages(**arguments)]

    def run(credentials: dict[str, Any] | None = None, **arguments: Any) -> list[flexflows.Page]:
        arguments = {"page_size": 20, **arguments}  # not the fragment's maximum, so that it may change
        if request.param == "sync":
            return blocking(credentials or {}, **arguments)
        return asyncio.run(asynchronous(credentials or {}, **arguments))

    yield run
    assert vcr.all_played or vcr.dirty, f"{vcr.play_count} of {len(vcr)} recorded responses were played"


def cassette(name: str, *values: object, **marks: Any) -> Any:
    """Return a row of a table of tests with its cassette, and the marks `faults` or `responses` to record it with."""
    each = [getattr(pytest.mark, mark)(*arguments) for mark, arguments in marks.items()]
    return pytest.param(*values, id=name, marks=[pytest.mark.default_cassette(f"{name}.yaml"), *each])


def page(next_token: str | None = None) -> tuple[int, dict[str, str], bytes]:
    """Return a response with one record, and with the next page's token."""
    following = next_token and f"{ORIGIN}{PATH}?{OPERATION.page_size.wire_name}=1&Page=1&PageToken={next_token}"
    meta = {"page": 0, "page_size": 1, "next_page_url": following, "key": OPERATION.key}
    return 200, {}, json.dumps({OPERATION.key: [{"friendly_name": "Sales"}], "meta": meta}).encode()


def problem(**body: Any) -> tuple[int, dict[str, str], bytes]:
    return body["status"], {}, json.dumps(body).encode()


@pytest.mark.vcr
@pytest.mark.default_cassette("one_page.yaml")
def test_a_short_list_is_one_page(pages: Pages, vcr: Cassette) -> None:
    """A list that fits in a page takes one request, which carries the credentials."""
    (page,) = pages()
    assert page.next_cursor is None
    assert page.request_id is not None
    assert all(isinstance(flow, flexflows.FlexFlow) and flow.sid for flow in page)
    assert [request.headers["authorization"] for request in vcr.requests] == [f"Basic {CREDENTIALS}"]


@pytest.mark.vcr
@pytest.mark.default_cassette("three_pages.yaml")
def test_pages_are_followed(pages: Pages) -> None:
    """Three records at one per page take three requests, and no record is repeated."""
    found = pages(page_size=1, limit=3)
    assert [len(page) for page in found] == [1, 1, 1]
    assert len({flow.sid for page in found for flow in page}) == 3


@pytest.mark.vcr
@pytest.mark.default_cassette("filter.yaml")
def test_a_filter_is_sent(pages: Pages, vcr: Cassette) -> None:
    """The filter is in the request, and the response has only flows with that name."""
    name = pages(page_size=1, limit=1)[0][0].friendly_name
    assert name is not None
    assert {flow.friendly_name for page in pages(friendly_name=name) for flow in page} == {name}
    assert len(vcr.requests) == 2


@pytest.mark.vcr
@pytest.mark.default_cassette("empty.yaml")
def test_an_empty_list_is_one_empty_page(pages: Pages) -> None:
    """A name without flows gives an empty page, not an error."""
    (page,) = pages(friendly_name=NO_NAME)
    assert page.flex_flows == ()


@pytest.mark.vcr
@pytest.mark.default_cassette("401.yaml")
def test_wrong_credentials_are_refused(pages: Pages) -> None:
    """Wrong credentials are not retried, and the error has Twilio's code."""
    with pytest.raises(flexflows.AuthenticationError) as caught:
        pages({"account_sid": "AC" + "f" * 32, "auth_token": "not-the-token"})
    assert (caught.value.code, caught.value.attempts) == (20003, 1)


@pytest.mark.vcr
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        cassette(
            "400",
            flexflows.BadRequestError,
            400,
            20001,
            responses=[problem(code=20001, message="Invalid parameter", status=400)],
        ),
        cassette("403", flexflows.PermissionDeniedError, 403, 20403, faults=["403"]),
        cassette("404", flexflows.NotFoundError, 404, 20404, faults=["404"]),
        cassette(
            "rfc9457",
            flexflows.PermissionDeniedError,
            403,
            70051,
            responses=[problem(title="Not authorized", status=403, code=70051, detail="Flex is missing")],
        ),
    ],
)
def test_a_refusal_is_an_error_with_its_code(pages: Pages, error: type[Exception], status: int, code: int) -> None:
    """A 4xx is not retried, and its error has Twilio's code."""
    with pytest.raises(error) as caught:
        pages()
    assert isinstance(caught.value, flexflows.ApiError)
    assert (caught.value.status, caught.value.code, caught.value.attempts) == (status, code, 1)


@pytest.mark.vcr
@pytest.mark.parametrize(
    "_", [cassette("redirect", "", responses=[(307, {"Location": "https://elsewhere.test/"}, b"")])]
)
def test_a_redirect_is_not_followed(pages: Pages, _: str, vcr: Cassette) -> None:
    """A redirect is an error that names its target, and nothing is sent there."""
    with pytest.raises(flexflows.ApiError) as caught:
        pages()
    assert caught.value.response.headers["Location"] in str(caught.value)
    assert len(vcr.requests) == 1


@pytest.mark.vcr
@pytest.mark.default_cassette("html.yaml")
@pytest.mark.faults("html")
def test_a_success_that_is_no_page(pages: Pages) -> None:
    """A 200 with HTML is an error that is not retried."""
    with pytest.raises(flexflows.UnexpectedResponseError) as caught:
        pages()
    assert caught.value.attempts == 1


@pytest.mark.vcr
@pytest.mark.default_cassette("429_then_200.yaml")
@pytest.mark.faults("429@2")
def test_too_many_requests(pages: Pages) -> None:
    """A 429 in the middle retries only that page."""
    assert [len(page) for page in pages(page_size=2)] == [2, 2, 1]


@pytest.mark.vcr
@pytest.mark.default_cassette("500_then_200.yaml")
@pytest.mark.faults("500")
def test_an_internal_error_is_retried(pages: Pages) -> None:
    """A 500 is retried."""
    assert [len(page) for page in pages()] == [5]


@pytest.mark.vcr
@pytest.mark.default_cassette("503_until_the_end.yaml")
@pytest.mark.faults("503-html@1x3")
def test_attempts_are_limited(pages: Pages) -> None:
    """A gateway's HTML error is retried up to the number of attempts, and the error has that number."""
    with pytest.raises(flexflows.ServerError, match=r"^503 Service Unavailable") as caught:
        pages({"attempts": 3})
    assert caught.value.attempts == 3


@pytest.mark.vcr
@pytest.mark.parametrize(
    "ending",
    [
        cassette("padded_token", "==", responses=[page("PA1=="), page()]),
        cassette("escaped_token", "%3D%3D", responses=[page("PA1%3D%3D"), page()]),
    ],
)
def test_a_token_is_sent_unchanged(pages: Pages, ending: str, vcr: Cassette) -> None:
    """The token of the next page is sent byte for byte."""
    assert [len(page) for page in pages()] == [1, 1]
    assert vcr.requests[1].uri.endswith(ending)
