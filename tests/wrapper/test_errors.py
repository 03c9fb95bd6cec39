"""The errors: their hierarchy, text and copies."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import flexflows
from flexflows import _errors as errors

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


def test_the_hierarchy() -> None:
    """Every error is a `FlexFlowsError`, and every error of a status is an `ApiError`."""
    assert all(issubclass(kind, flexflows.FlexFlowsError) for kind in KINDS)
    assert len([kind for kind in KINDS if issubclass(kind, flexflows.ApiError)]) == 7
    assert not issubclass(flexflows.FlexFlowsError, ValueError | TypeError)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (flexflows.ConfigurationError("no profiles in /a\nb\x1b/config.json"), r"no profiles in /a b\x1b/config.json"),
        (flexflows.TransportError("x"), "x"),
        (flexflows.UnexpectedResponseError("x"), "x"),
        (flexflows.ApiError("x"), "400 x"),
        (flexflows.BadRequestError("x", status=422), "422 x"),
        (flexflows.AuthenticationError("x"), "401 x"),
        (flexflows.PermissionDeniedError("x"), "403 x"),
        (flexflows.NotFoundError("x"), "404 x"),
        (flexflows.ServerError("x"), "500 x"),
        (flexflows.ServerError("x", status=503, code=7), "503 x (Twilio error 7)"),
        (flexflows.ApiError("x", status=0), "0 x"),
        (flexflows.RateLimitError("x\ny", response=RESPONSE), "429 x y (request RQ1)"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_an_error_can_be_created_from_a_message(error: flexflows.FlexFlowsError, text: str) -> None:
    """An error created from a message alone has its class's status, and no cursor."""
    assert str(error) == text
    assert (error.cursor, error.attempts) == (None, 0)
    if isinstance(error, flexflows.ApiError):
        assert (error.status, error.response.status_code) == (int(text.split(maxsplit=1)[0]),) * 2
    if isinstance(error, flexflows.UnexpectedResponseError):
        assert (error.response.status_code, error.request_id, error.truncated) == (200, None, False)
    if isinstance(error, flexflows.TransportError):
        assert error.is_transient


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("  a \r\n\t b\u2028c\x85 ", "a b c"),
        ("\x1b[31mré東📞\u202e\ud83d", r"\x1b[31mré東📞\u202e\ud83d"),
        ("x" * 500, "x" * 500),
        ("x" * 501, "x" * 499 + "…"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    """An untrusted text becomes one line without control characters."""
    assert errors.one_line(text) == line
