"""Responses, parsed into a page or an error."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from flexflows import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    UnexpectedResponseError,
)
from flexflows import _responses as responses

DOCS = "https://www.twilio.com/docs/errors"
REQUEST = "RQ" + "a" * 32


def error(status: int, body: Any = b"", **headers: str) -> ApiError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return responses.parse_error(httpx.Response(status, content=content, headers=named))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, ApiError),
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (418, ApiError),
        (422, BadRequestError),
        (429, RateLimitError),
        (500, ServerError),
        (520, ServerError),
        (599, ServerError),
        (600, ApiError),
        (999, ApiError),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code": 1}', b"\xff"])
def test_the_status_determines_the_class(status: int, kind: type[ApiError], body: bytes) -> None:
    """The class depends on the status alone, whatever the body is."""
    found = error(status, body)
    assert type(found) is kind
    assert found.status == status
    assert found.response.content == body
    assert found.args == (found.message,)


ONE, TWO = {"code": 20001, "message": "One", "more_info": "https://e/1"}, {"code": 2, "message": "Two"}
PROBLEM = {"type": f"{DOCS}/70051", "title": "Forbidden", "status": 403, "code": 70051, "instance": "/x"}
FORBIDDEN = ("403 Forbidden", None, "Forbidden", None, None)
BAD = ("400 Bad Request", None, "Bad Request", None)


@pytest.mark.parametrize(
    ("status", "body", "text", "code", "message", "more_info", "details"),
    [
        (
            401,
            {"code": 20003, "message": "Authenticate", "more_info": f"{DOCS}/20003", "status": 401},
            f"401 Authenticate (Twilio error 20003, {DOCS}/20003)",
            *(20003, "Authenticate", f"{DOCS}/20003", None),
        ),
        (
            400,
            {"code": 20001, "message": "Bad", "status": 400, "details": {"a": [1]}},
            *("400 Bad (Twilio error 20001)", 20001, "Bad", None, {"a": [1]}),
        ),
        (
            403,
            {**PROBLEM, "detail": "Not authorized", "errors": [{"detail": "no", "pointer": "#/a"}]},
            f"403 Forbidden: Not authorized (Twilio error 70051, {DOCS}/70051)",
            *(70051, "Forbidden: Not authorized", f"{DOCS}/70051", [{"detail": "no", "pointer": "#/a"}]),
        ),
        (503, {"type": "about:blank", "title": "Down"}, "503 Down", None, "Down", None, None),
        (503, {"title": "Same", "detail": "Same"}, "503 Same", None, "Same", None, None),
        (400, {"message": "a", "detail": "b", "title": "c"}, "400 a", None, "a", None, None),
        (
            403,
            {"code": 45003, "message": "No", "httpStatusCode": 403, "params": {"p": "q"}, "userError": True},
            *("403 No (Twilio error 45003)", 45003, "No", None, {"p": "q"}),
        ),
        (
            400,
            {"errors": [ONE, TWO]},
            *("400 One (Twilio error 20001, https://e/1)", 20001, "One", "https://e/1", [ONE, TWO]),
        ),
        (
            400,
            {"message": "Top", "code": 7, "more_info": "https://top", "errors": [ONE]},
            *("400 Top (Twilio error 7, https://top)", 7, "Top", "https://top", [ONE]),
        ),
        (400, {"errors": [{"detail": "One"}]}, "400 One", None, "One", None, [{"detail": "One"}]),
        (400, {"code": "many", "message": ["a"], "status": None, "more_info": 7, "details": "x"}, *BAD, "x"),
        (400, {"details": [], "errors": {"a": 1}, "params": {"b": 1}}, *BAD, {"a": 1}),
        (400, {"message": "x", "more_info": "javascript:1"}, "400 x", None, "x", None, None),
        (404, b"<html>", "404 Not Found", None, "Not Found", None, None),
        (500, b"", "500 Internal Server Error", None, "Internal Server Error", None, None),
        (520, b"error code: 520", "520 (no message)", None, "(no message)", None, None),
        (999, b"", "999 (no message)", None, "(no message)", None, None),
        (403, b'{"message": "\xe9"}', *FORBIDDEN),
        (403, b"[1]", *FORBIDDEN),
        (403, b"[" * 100_000, *FORBIDDEN),
        (
            400,
            b'{"message": "a\\n\\u001b[2Jb\\t \\ud83d \\u2028c"}',
            *(r"400 a \x1b[2Jb \ud83d c", None, r"a \x1b[2Jb \ud83d c", None, None),
        ),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_bodies(
    status: int, body: Any, text: str, code: int | None, message: str, more_info: str | None, details: Any
) -> None:
    """Every form of error body gives the same attributes, and a text of one line."""
    found = error(status, body)
    assert str(found) == text
    assert (found.code, found.message, found.more_info, found.details) == (code, message, more_info, details)
    assert (found.request_id, found.retry_after) == (None, None)
    assert (found.cursor, found.attempts) == (None, 0)


@pytest.mark.parametrize(
    ("status", "location", "text"),
    [
        (302, "https://flex.example/x", "302 Found: redirected to 'https://flex.example/x', not followed"),
        (307, "https://[\u001b", "307 Temporary Redirect: redirected to 'https://[\\\\x1b', not followed"),
        (300, "a" * 201, f"300 Multiple Choices: redirected to '{'a' * 199}…', not followed"),
        (400, "/x", "400 Bad Request"),
    ],
)
def test_redirects(status: int, location: str, text: str) -> None:
    """A redirect is an error that quotes its target, whether that is a URL or not."""
    assert str(error(status, Location=location)) == text


def test_a_long_message_is_cut() -> None:
    """A message is truncated to 500 characters."""
    found = error(400, {"message": "x" * 10_000})
    assert found.message == "x" * 499 + "…"
    assert len(str(found)) == 500


def test_the_request_id_is_in_the_text() -> None:
    """The error's text has the request id, which Twilio's support needs."""
    body = {"code": 20003, "message": "Authenticate", "more_info": f"{DOCS}/20003"}
    found = error(401, body, Twilio_Request_Id=REQUEST)
    assert found.request_id == REQUEST
    assert str(found) == f"401 Authenticate (Twilio error 20003, request {REQUEST}, {DOCS}/20003)"


NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


def http_date(seconds: int) -> str:
    return format_datetime(NOW.replace(second=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": " 7 "}, 7),
        ({"Retry-After": "7.5"}, 7.5),
        ({"Retry-After": "30.0"}, 30),
        ({"Retry-After": "30, 30"}, 30),
        ({"Retry-After": "30.0 , 30"}, 30),
        ({"Retry-After": "7."}, 7),
        ({"Retry-After": "9" * 400}, float("inf")),
        ({"Retry-After": "-7"}, None),
        ({"Retry-After": "7 seconds"}, None),
        ({"Retry-After": "1e2"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": ", 7"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "Thu, 01 Jan 2026 12:00:07 GMT"}, 7),
        ({"Retry-After": "Thu, 01 Jan 2026 13:00:07 +0100"}, 7),
        ({"Retry-After": http_date(9), "Date": http_date(2)}, 7),
        ({"Retry-After": http_date(2), "Date": http_date(9)}, 0),
        ({"Retry-After": "Thu, 99 Jan 2026 12:00:07 GMT"}, None),
    ],
    ids=str,
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, decimals too, and dates are read, a date from the response's own `Date`; anything else is ignored."""
    encoded = {name.encode(): value.encode() for name, value in headers.items()}
    assert responses.retry_after(httpx.Headers(encoded), now=NOW) == seconds


def test_an_error_has_its_retry_after() -> None:
    """A date in `Retry-After` counts from now if the response has no `Date`."""
    assert error(429, Retry_After="30").retry_after == 30
    assert error(429, Retry_After="Thu, 01 Jan 2015 12:00:07 GMT").retry_after == 0
    far = error(429, Retry_After="Thu, 01 Jan 2150 12:00:07 GMT").retry_after
    assert far is not None
    assert far > 1e9


def page(records: str = "[]", meta: str = "{}") -> bytes:
    return f'{{"flex_flows": {records}, "meta": {meta}}}'.encode()


@pytest.mark.parametrize(
    ("body", "records"),
    [
        (b" \r\n" + page() + b" ", []),
        (b"\xef\xbb\xbf" + page(), []),
        (page('[{"a": null}, {}]'), [{"a": None}, {}]),
        (page(f'[{{"a": {10**40}}}]'), [{"a": 10**40}]),
        (page(f'[{{"a": -{2**63 + 1}}}]'), [{"a": -(2**63) - 1}]),
        (page('[{"a": 18446744073709551616, "b": 1e3}]'), [{"a": 2**64, "b": 1000.0}]),
        (page(f'[{{"a": "\\ud83d", "n": {10**40}, "x": 1.5}}]'), [{"a": "\ud83d", "n": 10**40, "x": 1.5}]),
        (page('[{"a": "é\\u00e9\\u0000"}]'), [{"a": "éé\0"}]),
        (page().decode().encode("utf-16"), []),
        (b'{"meta":{},"flex_flows":[{"a":"\\ud83d"}]}', [{"a": "\ud83d"}]),
    ],
)
def test_pages(body: bytes, records: list[dict[str, Any]]) -> None:
    """Any numbers and texts in a page are read exactly."""
    found, meta = responses.parse_list(body, "", "flex_flows")
    assert (found, meta) == (records, {})


INVALID = "the body is not valid JSON: "
NOT_UTF_8 = f"{INVALID}'utf-8' codec can't decode byte 0xff in position 16: invalid start byte"
TOO_LONG = (
    f"{INVALID}Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use sys.set_i…"
)


@pytest.mark.parametrize(
    ("body", "content_type", "what", "truncated"),
    [
        (b"", "", "the body is empty", False),
        (b"<!DOCTYPE html><p>", "", "the body is HTML", False),
        (b" <html><body>", "", "the body is HTML", False),
        (b"<?xml version='1.0'?><a/>", "", "the body is XML", False),
        (b"Hello", "text/plain", "the body is not JSON (text/plain): 'Hello'", False),
        (b"\xff\x1b[2J\nb", "", r"the body is not JSON (no content type): '�\\x1b[2J b'", False),
        (b"[]", "", "the body is a list", False),
        (b"{}", "", "the body has no 'flex_flows'; it has: nothing", False),
        (b'{"a": 1, "meta": {}}', "", "the body has no 'flex_flows'; it has: a, meta", False),
        (b'{"\\u001b[2J": 1}', "", r"the body has no 'flex_flows'; it has: \x1b[2J", False),
        (b'{"%s": 1}' % (b"a" * 200), "", f"the body has no 'flex_flows'; it has: {'a' * 99}…", False),
        (b'{"flex_flows": null}', "", "'flex_flows' is null", False),
        (b'{"flex_flows": 1.5}', "", "'flex_flows' is a number", False),
        (page('[{}, "a"]'), "", "flex_flows[1] is a string", False),
        (b'{"flex_flows": []}', "", "the body has no 'meta'; it has: flex_flows", False),
        (b'{"flex_flows": [], "meta": null}', "", "'meta' is null", False),
        (page('[{"a": NaN}]'), "", f"{INVALID}NaN is not a finite number", False),
        (page('[{"a": -1e400}]'), "", f"{INVALID}-1e400 is not a finite number", False),
        (page("[{}]")[:-1], "", f"{INVALID}Expecting ',' delimiter: line 1 column 32 (char 31)", False),
        (page("[{}]")[:-3], "", f"{INVALID}it is truncated", True),
        (b"\xef\xbb\xbf" + page("[{}]")[:-3] + b" \n", "", f"{INVALID}it is truncated", True),
        (b'{"flex_flows": [{"sid": "FO', "", f"{INVALID}it is truncated", True),
        (b'{"flex_flows": [{"a": "\\ud800", "sid": "FO', "", f"{INVALID}it is truncated", True),
        (b'{"flex_flows": "\xff"}', "", NOT_UTF_8, False),
        (page("[" * 100_000), "", f"{INVALID}it is nested more than 200 deep", False),
        (page('[{"a": %s}]' % ("1" * 5000)), "", TOO_LONG, False),
        (b"[1,", "", f"{INVALID}Expecting value: line 1 column 4 (char 3)", False),
        (page("[{}, {}, {}]"), "", "expected at most 2", False),
    ],
)
def test_other_bodies(body: bytes, content_type: str, what: str, truncated: bool) -> None:  # noqa: FBT001 - a column
    """A body that is not a page is an error that describes the body, and states whether it is truncated."""
    with pytest.raises(UnexpectedResponseError) as caught:
        responses.parse_list(body, content_type, "flex_flows", most=2)
    too_many = "expected at most 2 'flex_flows', but the page has 3"
    assert str(caught.value) == (too_many if what in too_many else f"expected a page of 'flex_flows', but {what}")
    assert str(caught.value).isprintable()
    assert caught.value.truncated is truncated
