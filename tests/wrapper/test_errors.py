"""The errors: their hierarchy, text and copies."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import flexflows

RESPONSE = httpx.Response(
    429, headers={"Twilio-Request-Id": "RQ1"}, content=b"{}", request=httpx.Request("GET", "https://flex.example/v1")
)


class OfAnAppError(flexflows.TransportError, ConnectionError):
    """An error of an app, with a built-in base that creates its instances in its own way."""


KINDS = [getattr(flexflows, name) for name in flexflows.__all__ if name.endswith("Error")]
ERRORS = [
    flexflows.TransportError("m"),
    OfAnAppError("m"),
    flexflows.UnexpectedResponseError("m", response=RESPONSE, truncated=True),
    flexflows.RateLimitError("m", response=RESPONSE, code=1, more_info="https://e", details=[1], retry_after=2.0),
]


def parts(error: flexflows.FlexFlowsError) -> dict[str, Any]:
    response: httpx.Response = getattr(error, "response", RESPONSE)
    return {**vars(error), "response": (response.status_code, response.headers, response.content, response.request.url)}


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("twin", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])  # noqa: S301
def test_copies(error: flexflows.FlexFlowsError, twin: Callable[[Any], Any]) -> None:
    """An error that is pickled or copied keeps every attribute."""
    error.cursor, error.attempts = "cursor", 3
    error.add_note("a note")
    other = twin(error)
    assert type(other) is type(error)
    assert (str(other), repr(other), other.args) == (str(error), repr(error), error.args)
    assert parts(other) == parts(error)
    assert (other.cursor, other.attempts, other.__notes__) == ("cursor", 3, error.__notes__)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_can_be_created_from_a_message(kind: type[Any]) -> None:
    """An error created from a message alone is shown on one line; that of a status has its class's, and no cursor."""
    error = kind("no profiles in /a\nb\x1b")
    assert isinstance(error, flexflows.FlexFlowsError)
    assert str(error).endswith(r"no profiles in /a b\x1b")
    assert (error.cursor, error.attempts) == (None, 0)
    if issubclass(kind, flexflows.ApiError):
        assert str(error).startswith(f"{kind.default_status} ")
        assert error.status == error.response.status_code == kind.default_status
    if kind is flexflows.UnexpectedResponseError:
        assert (error.response.status_code, error.request_id, error.truncated) == (200, None, False)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (flexflows.ServerError("x", status=503, code=7), "503 x (Twilio error 7)"),
        (flexflows.ApiError("x", status=0), "0 x"),
        (flexflows.RateLimitError("x", response=RESPONSE), "429 x (request RQ1)"),
    ],
    ids=repr,
)
def test_the_text_of_an_error(error: flexflows.ApiError, text: str) -> None:
    """The text has the status, and Twilio's code and id of the request if they are known."""
    assert str(error) == text
