"""What an exchange leaves behind: the request that an error shows, what its message says, and no page too early."""

import gzip
import json

import httpx
import pytest

import flexflows

PAGE = {"flex_flows": [], "meta": {"next_page_url": None}}


def failing(error: Exception) -> flexflows.FlexFlows:
    """Make a client whose every request fails in this way."""

    def handler(_: httpx.Request) -> httpx.Response:
        raise error

    return flexflows.FlexFlows("AC1", "t", attempts=1, transport=httpx.MockTransport(handler))


def answering(*answers: httpx.Response) -> flexflows.FlexFlows:
    """Make a client that gets these answers, one after the other."""
    waiting = list(answers)
    return flexflows.FlexFlows("AC1", "t", transport=httpx.MockTransport(lambda _: waiting.pop(0)))


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (httpx.ReadTimeout(""), "the request to flex-api.twilio.com timed out: no complete response within 30 s"),
        (
            httpx.ReadTimeout("too slow"),
            "the request to flex-api.twilio.com timed out: no complete response within 30 s",
        ),
        (httpx.ConnectError(""), "the request to flex-api.twilio.com failed: ConnectError"),
        (httpx.ConnectError("no route"), "the request to flex-api.twilio.com failed: no route"),
    ],
)
def test_the_message_says_what_happened(error: Exception, text: str) -> None:
    """A timeout timed out, anything else failed, and what httpx said of it, or its name, follows."""
    with failing(error) as flows, pytest.raises(flexflows.TransportError) as caught:
        flows.list()
    assert str(caught.value) == text


def test_no_frame_of_the_network_stays() -> None:
    """What an error arose from has no frames left: they hold the request, and with it the credentials."""
    with failing(httpx.ConnectError("no route")) as flows, pytest.raises(flexflows.TransportError) as caught:
        flows.list()
    cause = caught.value.__cause__
    assert isinstance(cause, httpx.ConnectError)
    assert cause.__traceback__ is None


def test_the_answer_of_an_error_knows_its_request() -> None:
    """An error's answer has its request, without the credentials."""
    with answering(httpx.Response(401)) as flows, pytest.raises(flexflows.AuthenticationError) as caught:
        flows.list(friendly_name="Sales")
    request = caught.value.response.request
    assert (request.method, request.url.path, request.url.params["FriendlyName"]) == ("GET", "/v1/FlexFlows", "Sales")
    assert "authorization" not in request.headers


@pytest.mark.parametrize("name", ["Content-Encoding", "content-encoding", "CONTENT-ENCODING"])
def test_a_compressed_answer_is_read_once(name: str) -> None:
    """What was compressed on the way is not taken for compressed any more, in a page as in an error."""

    def compressed(status: int, body: object) -> httpx.Response:
        return httpx.Response(status, headers=[(name, "gzip")], content=gzip.compress(json.dumps(body).encode()))

    with answering(compressed(200, PAGE), compressed(404, {"code": 20404, "message": "Gone"})) as flows:
        assert flows.list() == []
        with pytest.raises(flexflows.NotFoundError, match=r"^404 Gone") as caught:
            flows.list()
    assert caught.value.response.json()["code"] == 20404
