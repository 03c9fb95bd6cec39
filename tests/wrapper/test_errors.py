"""The errors themselves: their tree, their one line, and that they travel."""

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


def full(error: flexflows.FlexFlowsError) -> flexflows.FlexFlowsError:
    error.cursor, error.attempts = "cursor", 3
    error.add_note("a note")
    return error


ERRORS = [
    *(full(kind("What was wrong")) for kind in (
        flexflows.FlexFlowsError, flexflows.ConfigurationError, flexflows.TransportError, flexflows.PaginationError,
    )),
    *(full(kind("m", response=RESPONSE, code=1, more_info="https://e", details=[1], retry_after=2.0)) for kind in (
        flexflows.ApiError, flexflows.BadRequestError, flexflows.AuthenticationError, flexflows.PermissionDeniedError,
        flexflows.NotFoundError, flexflows.RateLimitError, flexflows.ServerError,
    )),
    full(flexflows.UnexpectedResponseError("not a page", response=RESPONSE, truncated=True)),
]  # fmt: skip


def parts(error: flexflows.FlexFlowsError) -> dict[str, Any]:
    found = dict(vars(error))
    if "response" in found:
        response = found["response"]
        found["response"] = (response.status_code, response.headers, response.content, str(response.request.url))
    return found


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("twin", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])  # noqa: S301
def test_errors_travel(error: flexflows.FlexFlowsError, twin: Callable[[Any], Any]) -> None:
    """An error that is pickled or copied is the same, attribute for attribute."""
    other = twin(error)
    assert type(other) is type(error)
    assert (str(other), repr(other), other.args) == (str(error), repr(error), error.args)
    assert parts(other) == parts(error)
    assert (other.cursor, other.attempts, other.__notes__) == ("cursor", 3, ["a note"])


def test_the_tree() -> None:
    """Every error is a `FlexFlowsError`, and those of a status are an `ApiError`."""
    for error in ERRORS:
        assert isinstance(error, flexflows.FlexFlowsError)
    of_a_status = {type(error) for error in ERRORS if isinstance(error, flexflows.ApiError)}
    assert len(of_a_status) == 7
    assert not issubclass(flexflows.FlexFlowsError, ValueError | TypeError)


def test_a_fresh_error_has_no_place() -> None:
    """Before anything is sent there is no cursor, and there are no attempts."""
    assert (flexflows.FlexFlowsError("x").cursor, flexflows.FlexFlowsError("x").attempts) == (None, 0)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("", ""),
        ("  a \r\n\t b\u2028c\x85 ", "a b c"),
        ("\x1b[31mred\x07\0", r"\x1b[31mred\x07\x00"),
        ("\u202eabc\u200b", r"\u202eabc\u200b"),
        ("\ud83d", r"\ud83d"),
        ("é東📞", "é東📞"),
        ("a\u00a0b", "a b"),
        ("x" * 500, "x" * 500),
        ("x" * 501, "x" * 499 + "…"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    """A text from outside fits one line, and acts on no terminal."""
    assert errors.one_line(text) == line


def test_causes() -> None:
    """What an error arose from is walked by its cause, else by its context."""
    first, second, third = (ValueError(name) for name in "abc")
    first.__cause__, first.__context__ = second, KeyError()
    second.__context__ = third
    assert list(errors.causes(first)) == [first, second, third]
    assert list(errors.causes(None)) == []
