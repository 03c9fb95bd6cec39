"""Responses, parsed into a page or an error."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

import flexflows
from flexflows import ApiError, UnexpectedResponseError
from flexflows import _responses as responses

DOCS = "https://www.twilio.com/docs/errors"


def error(status: int, body: Any = b"", headers: dict[str, str] | None = None) -> ApiError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return responses.parse_error(httpx.Response(status, content=content, headers=headers))


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        (flexflows.BadRequestError, [400, 422]),
        (flexflows.AuthenticationError, [401]),
        (flexflows.PermissionDeniedError, [403]),
        (flexflows.NotFoundError, [404]),
        (flexflows.RateLimitError, [429]),
        (flexflows.ServerError, [500, 520, 599]),
        (ApiError, [302, 402, 600, 999]),
    ],
)
def test_the_status_determines_the_class(kind: type[ApiError], statuses: list[int]) -> None:
    """The class depends on the status alone, whatever the body is; each is an `ApiError`."""
    for status in statuses:
        found = error(status, b"\xff")
        assert isinstance(found, ApiError)
        assert (type(found), found.status, found.response.content) == (kind, status, b"\xff")


ONE, TWO = {"code": 20001, "message": "One", "more_info": "https://e/1"}, {"code": 2, "message": "Two"}
LEGACY = {"code": 20003, "message": "Authenticate", "more_info": f"{DOCS}/20003", "status": 401}
PROBLEM = {"type": f"{DOCS}/70051", "title": "Forbidden", "detail": "Not allowed", "code": 70051, "errors": [7]}
V1 = {"code": 45003, "message": "No", "httpStatusCode": 403, "params": {"p": "q"}, "userError": True}
NESTED = {"message": "Top", "code": 7, "more_info": "https://top", "errors": [ONE]}
WRONG_TYPES = {"code": "many", "message": ["a"], "status": None, "more_info": 7, "details": "x"}
CONTROL = '{"message": " a\\n\\u001b[2Jb\\t \\ud83d \\u2028c é東📞 "}'.encode()


@pytest.mark.parametrize(
    ("status", "body", "text", "details"),
    [
        (400, {**LEGACY, "details": {"a": [1]}}, f"Authenticate (Twilio error 20003, {DOCS}/20003)", {"a": [1]}),
        (403, PROBLEM, f"Forbidden: Not allowed (Twilio error 70051, {DOCS}/70051)", [7]),
        (503, {"type": "about:blank", "title": "Down"}, "Down", None),
        (503, {"title": "Same", "detail": "Same"}, "Same", None),
        (403, V1, "No (Twilio error 45003)", {"p": "q"}),
        (400, {"errors": [ONE, TWO]}, "One (Twilio error 20001, https://e/1)", [ONE, TWO]),
        (400, NESTED, "Top (Twilio error 7, https://top)", [ONE]),
        (400, {"errors": [{"detail": "One"}]}, "One", [{"detail": "One"}]),
        (400, WRONG_TYPES, "Bad Request", "x"),
        (400, {"details": [], "errors": {"a": 1}, "params": {"b": 1}}, "Bad Request", {"a": 1}),
        (400, {"message": "x", "more_info": "javascript:1"}, "x", None),
        (400, {"message": "x" * 501}, "x" * 495 + "…", None),
        (404, b"<html>", "Not Found", None),
        (500, b"", "Internal Server Error", None),
        (520, b"error code: 520", "(no message)", None),
        (400, CONTROL, r"a \x1b[2Jb \ud83d c é東📞", None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_bodies(status: int, body: Any, text: str, details: Any) -> None:
    """Every form of error body gives the same attributes, and a text of one line."""
    found = error(status, body)
    assert str(found) == f"{status} {text}"
    assert found.details == details
    assert (found.request_id, found.retry_after, found.cursor, found.attempts) == (None, None, None, 0)


def test_the_attributes_of_an_error() -> None:
    """The parts of a body, and the headers of Twilio and of retries, are attributes, and stand in the text."""
    found = error(401, LEGACY, {"Twilio-Request-Id": "RQ\x1b1", "Retry-After": "Thu, 01 Jan 2015 12:00:07 GMT"})
    assert (found.code, found.message, found.more_info) == (20003, "Authenticate", f"{DOCS}/20003")
    assert (found.request_id, found.retry_after) == (r"RQ\x1b1", 0)
    assert str(found) == rf"401 Authenticate (Twilio error 20003, request RQ\x1b1, {DOCS}/20003)"


@pytest.mark.parametrize(
    ("status", "location", "text"),
    [
        (302, "https://flex.example/x", "302 Found: redirected to 'https://flex.example/x', not followed"),
        (307, "https://[\u001b", "307 Temporary Redirect: redirected to 'https://[\\\\x1b', not followed"),
        (300, "a" * 201, f"300 Multiple Choices: redirected to '{'a' * 199}…', not followed"),
    ],
)
def test_redirects(status: int, location: str, text: str) -> None:
    """A redirect is an error that quotes its target, whether that is a URL or not."""
    assert str(error(status, headers={"Location": location})) == text


NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *((value, 7) for value in (" 7 ", "7.0", "7, 7")),
        ("7.5", 7.5),
        ("9" * 400, float("inf")),
        *((value, None) for value in ("", "-7", "7 seconds", "1e2", "٣")),
        ("Thu, 01 Jan 2026 12:00:07 GMT", 7),
        ("Thu, 01 Jan 2026 13:00:07 +0100", 7),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("Thu, 99 Jan 2026 12:00:07 GMT", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    """Seconds, decimals too, and dates are read, a date from the response's own `Date`; anything else is ignored."""
    headers = {"Retry-After": value, "Date": "Thu, 01 Jan 2026 12:00:00 GMT"}
    assert responses.retry_after(headers, now=NOW.replace(year=2025)) == seconds
    assert responses.retry_after({"Retry-After": value}, now=NOW) == seconds


def page(records: str = "[]") -> bytes:
    return f'{{"flex_flows": {records}, "meta": {{}}}}'.encode()


@pytest.mark.parametrize(
    ("body", "records"),
    [
        (b" \r\n" + page() + b" ", []),
        (b"\xef\xbb\xbf" + page(), []),
        (page(f'[{{"a": {10**40}, "b": -{2**63 + 1}, "c": 1e3}}]'), [{"a": 10**40, "b": -(2**63) - 1, "c": 1000.0}]),
        (page(f'[{{"a": "é\\u0000\\ud83d", "n": {10**40}, "x": 1.5}}]'), [{"a": "é\0\ud83d", "n": 10**40, "x": 1.5}]),
    ],
)
def test_pages(body: bytes, records: list[dict[str, Any]]) -> None:
    """Any numbers and texts in a page are read exactly."""
    assert responses.parse_list(body, "", "flex_flows") == (records, {})


INVALID = "the body is not valid JSON: "
TRUNCATED = f"{INVALID}it is truncated"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "the body is empty"),
        (b"<!DOCTYPE html><p>", "the body is HTML"),
        (b" <html><body>", "the body is HTML"),
        (b"<?xml version='1.0'?><a/>", "the body is XML"),
        (b"\xff\x1b[2J\nb", r"the body is not JSON (text/plain): '�\\x1b[2J b'"),
        (b"[]", "the body is a list"),
        (b'{"\\u001b[2J": 1, "b": 2}', r"the body has no 'flex_flows'; it has: \x1b[2J, b"),
        (b'{"flex_flows": 1.5}', "'flex_flows' is a number"),
        (page('[{}, "a"]'), "flex_flows[1] is a string"),
        (b'{"flex_flows": []}', "the body has no 'meta'; it has: flex_flows"),
        (b'{"flex_flows": [], "meta": null}', "'meta' is null"),
        (page('[{"a": NaN}]'), f"{INVALID}NaN is not a finite number"),
        (page("[{}]")[:-3], TRUNCATED),
        (b"\xef\xbb\xbf" + page("[{}]")[:-3] + b" \n", TRUNCATED),
        (b'{"flex_flows": "\xff"}', f"{INVALID}'utf-8' codec can't decode byte 0xff"),
        (page("[" * 100_000), f"{INVALID}it is nested more than 200 deep"),
        (page('[{"a": %s}]' % ("1" * 5000)), f"{INVALID}Exceeds the limit (4300 digits)"),
    ],
)
def test_other_bodies(body: bytes, what: str) -> None:
    """A body that is not a page is an error that describes the body, and states whether it is truncated."""
    with pytest.raises(UnexpectedResponseError) as caught:
        responses.parse_list(body, "text/plain", "flex_flows")
    assert str(caught.value).startswith(f"expected a page of 'flex_flows', but {what}")
    assert str(caught.value).isprintable()
    assert caught.value.truncated is (what == TRUNCATED)
