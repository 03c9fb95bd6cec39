"""What an answer says: the error that it is, or the page that it holds."""

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
from flexflows import _answers as answers

DOCS = "https://www.twilio.com/docs/errors"
REQUEST = "RQ" + "a" * 32
META = {"next_page_url": None}


def error(status: int, body: Any = b"", **headers: str) -> ApiError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answers.read_error(httpx.Response(status, content=content, headers=named))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, ApiError),
        (399, ApiError),
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (405, ApiError),
        (408, ApiError),
        (418, ApiError),
        (422, BadRequestError),
        (429, RateLimitError),
        (499, ApiError),
        (500, ServerError),
        (503, ServerError),
        (520, ServerError),
        (599, ServerError),
        (600, ApiError),
        (999, ApiError),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code": 1}', b"\xff", b"[]", b"null"])
def test_the_status_says_the_class(status: int, kind: type[ApiError], body: bytes) -> None:
    """The class depends on the status alone, whatever the body is."""
    found = error(status, body)
    assert type(found) is kind
    assert found.status == status
    assert found.response.content == body
    assert found.args == (found.message,)


@pytest.mark.parametrize(
    ("status", "body", "text", "code", "message", "more_info", "details"),
    [
        pytest.param(
            401,
            {"code": 20003, "message": "Authenticate", "more_info": f"{DOCS}/20003", "status": 401},
            f"401 Authenticate (Twilio error 20003, {DOCS}/20003)",
            20003,
            "Authenticate",
            f"{DOCS}/20003",
            None,
            id="legacy",
        ),
        pytest.param(
            400,
            {"code": 20001, "message": "Bad", "status": 400, "details": {"a": [1]}},
            "400 Bad (Twilio error 20001)",
            20001,
            "Bad",
            None,
            {"a": [1]},
            id="legacy with details",
        ),
        pytest.param(
            403,
            {
                "type": f"{DOCS}/70051",
                "title": "Forbidden",
                "status": 403,
                "code": 70051,
                "detail": "Not authorized",
                "instance": "/x",
                "errors": [{"detail": "no", "pointer": "#/a"}],
            },
            f"403 Not authorized (Twilio error 70051, {DOCS}/70051)",
            70051,
            "Not authorized",
            f"{DOCS}/70051",
            [{"detail": "no", "pointer": "#/a"}],
            id="RFC 9457",
        ),
        pytest.param(
            503,
            {"type": "about:blank", "title": "Down for now", "status": 503},
            "503 Down for now",
            None,
            "Down for now",
            None,
            None,
            id="RFC 9457 about:blank",
        ),
        pytest.param(
            403,
            {"code": 45003, "message": "No", "httpStatusCode": 403, "params": {"p": "q"}, "userError": True},
            "403 No (Twilio error 45003)",
            45003,
            "No",
            None,
            {"p": "q"},
            id="V1",
        ),
        pytest.param(
            400,
            {"errors": [{"code": 20001, "message": "One", "more_info": "https://e/1"}, {"code": 2, "message": "Two"}]},
            "400 One (Twilio error 20001, https://e/1)",
            20001,
            "One",
            "https://e/1",
            [{"code": 20001, "message": "One", "more_info": "https://e/1"}, {"code": 2, "message": "Two"}],
            id="list of errors",
        ),
        pytest.param(
            400,
            {"errors": [{"detail": "One"}]},
            "400 One",
            None,
            "One",
            None,
            [{"detail": "One"}],
            id="list of details",
        ),
        pytest.param(
            400, {"errors": ["One"]}, "400 Bad Request", None, "Bad Request", None, ["One"], id="list of strings"
        ),
        pytest.param(400, {"errors": []}, "400 Bad Request", None, "Bad Request", None, None, id="no errors"),
        pytest.param(403, {"message": "No", "status": 403}, "403 No", None, "No", None, None, id="without a code"),
        pytest.param(
            400,
            {"code": "many", "message": ["a"], "status": None, "more_info": 7, "details": "x"},
            "400 Bad Request",
            None,
            "Bad Request",
            None,
            "x",
            id="wrong types",
        ),
        pytest.param(
            400, {"code": True, "message": ""}, "400 Bad Request", None, "Bad Request", None, None, id="falsy"
        ),
        pytest.param(
            400,
            {"message": "", "detail": "b", "title": "c"},
            "400 b",
            None,
            "b",
            None,
            None,
            id="an empty message is passed over",
        ),
        pytest.param(
            400, {"message": "x", "more_info": "javascript:1"}, "400 x", None, "x", None, None, id="no web page"
        ),
        pytest.param(
            400,
            {"details": [], "errors": {"a": 1}, "params": {"b": 1}},
            "400 Bad Request",
            None,
            "Bad Request",
            None,
            {"a": 1},
            id="the first details that are there",
        ),
        pytest.param(404, b"<html>", "404 Not Found", None, "Not Found", None, None, id="HTML"),
        pytest.param(500, b"", "500 Internal Server Error", None, "Internal Server Error", None, None, id="empty"),
        pytest.param(520, b"error code: 520", "520 (no message)", None, "(no message)", None, None, id="520"),
        pytest.param(999, b"", "999 (no message)", None, "(no message)", None, None, id="999"),
        pytest.param(302, b"", "302 Found", None, "Found", None, None, id="302"),
        pytest.param(403, b'{"message": "\xe9"}', "403 Forbidden", None, "Forbidden", None, None, id="not UTF-8"),
        pytest.param(403, b"[1]", "403 Forbidden", None, "Forbidden", None, None, id="a list"),
        pytest.param(403, b"null", "403 Forbidden", None, "Forbidden", None, None, id="null"),
        pytest.param(403, b'"no"', "403 Forbidden", None, "Forbidden", None, None, id="a string"),
        pytest.param(403, b"[" * 100_000, "403 Forbidden", None, "Forbidden", None, None, id="deep"),
        pytest.param(
            403, b'{"code":%s}' % (b"1" * 5000), "403 Forbidden", None, "Forbidden", None, None, id="a code beyond text"
        ),
        pytest.param(
            400,
            b'{"message": "a\\n\\u001b[2Jb\\t \\ud83d \\u2028c"}',
            r"400 a \x1b[2Jb \ud83d c",
            None,
            r"a \x1b[2Jb \ud83d c",
            None,
            None,
            id="a message that acts on terminals",
        ),
    ],
)
def test_bodies(
    status: int, body: Any, text: str, code: int | None, message: str, more_info: str | None, details: Any
) -> None:
    """Each form of body gives the same attributes, and a text that is worth a ticket."""
    found = error(status, body)
    assert str(found) == text
    assert (found.code, found.message, found.more_info, found.details) == (code, message, more_info, details)
    assert (found.request_id, found.retry_after) == (None, None)
    assert (found.cursor, found.attempts) == (None, 0)


def test_a_long_message_is_cut() -> None:
    """A whole document for a message does not flood a log."""
    found = error(400, {"message": "x" * 10_000})
    assert found.message == "x" * 499 + "…"
    assert len(str(found)) == 500


def test_the_request_id_stands_in_the_text() -> None:
    """Twilio's support asks for the request's id, so the line has it."""
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
        ({"Retry-After": "007"}, 7),
        ({"Retry-After": "3600"}, 3600),
        ({"Retry-After": "-7"}, None),
        ({"Retry-After": "7.5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "Thu, 01 Jan 2026 12:00:07 GMT"}, 7),
        ({"Retry-After": "Thu, 01 Jan 2026 12:00:07 -0000"}, 7),
        ({"Retry-After": "Thu, 01 Jan 2026 13:00:07 +0100"}, 7),
        ({"Retry-After": "Thu, 01 Jan 2026 11:00:00 GMT"}, 0),
        ({"Retry-After": http_date(9), "Date": http_date(2)}, 7),
        ({"Retry-After": http_date(9), "Date": "yesterday"}, 9),
        ({"Retry-After": http_date(2), "Date": http_date(9)}, 0),
        ({"Retry-After": "Thu, 99 Jan 2026 12:00:07 GMT"}, None),
        ({"Retry-After": "Thu, 01 Jan 99999999999 12:00:07 GMT"}, None),
        ({"Retry-After": "Thu, 01 Jan 2026 12:00:07 +9999999999"}, None),
    ],
    ids=str,
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds and dates are read, dates against the server's own clock where it tells; garbage is no time."""
    encoded = {name.encode(): value.encode() for name, value in headers.items()}
    assert answers.retry_after(httpx.Headers(encoded), now=NOW) == seconds


def test_an_error_has_its_retry_after() -> None:
    """A date without the server's clock is measured from now."""
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
        (page(), []),
        (b" \r\n" + page() + b" ", []),
        (b"\xef\xbb\xbf" + page(), []),
        (b'{"meta": {}, "flex_flows": [], "more": 1}', []),
        (page('[{"a": null}, {}]'), [{"a": None}, {}]),
        (page(f'[{{"a": {10**40}}}]'), [{"a": 10**40}]),
        (page(f'[{{"a": -{2**63 + 1}}}]'), [{"a": -(2**63) - 1}]),
        (page('[{"a": 18446744073709551616, "b": 1e3}]'), [{"a": 2**64, "b": 1000.0}]),
        (page(f'[{{"a": "\\ud83d", "n": {10**40}}}]'), [{"a": "\ud83d", "n": 10**40}]),
        (page('[{"\\ud83d": 1.5}]'), [{"\ud83d": 1.5}]),
        (page('[{"a": "é\\u00e9\\u0000"}]'), [{"a": "éé\0"}]),
        (page('[{"a": ' + "[" * 90 + "]" * 90 + "}]"), None),
        (page().decode().encode("utf-16"), []),
    ],
)
def test_pages(body: bytes, records: list[dict[str, Any]] | None) -> None:
    """A page is read whatever its numbers and texts are, exactly."""
    found = answers.read_listing(httpx.Response(200, content=body), "flex_flows")
    assert found.meta == {}
    assert records is None or found.records == records


@pytest.mark.parametrize(
    ("body", "headers", "what", "broken_off"),
    [
        (b"", {}, "the answer is empty", False),
        (b" \n", {}, "the answer is empty", False),
        (b"<!DOCTYPE html><p>", {}, "the answer is HTML", False),
        (b" <html><body>", {}, "the answer is HTML", False),
        (b"<!-- a --><HTML>", {}, "the answer is HTML", False),
        (b"<?xml version='1.0'?><a/>", {}, "the answer is XML", False),
        (b"<a/>" + b" " * 1000 + b"<html", {}, "the answer is XML", False),
        (b"Hello", {"Content-Type": "text/plain"}, "the answer is not JSON (text/plain): 'Hello'", False),
        (b"X", {"Content-Type": "x" * 51}, f"the answer is not JSON ({'x' * 49}…): 'X'", False),
        (b"\xff\x1b[2J\nb", {}, r"the answer is not JSON (no content type): '�\\x1b[2J b'", False),
        (b"h" * 1000, {}, "the answer is not JSON (no content type): '" + "h" * 59 + "…'", False),
        (b"[]", {}, "the answer is a list", False),
        (b"{}", {}, "the answer has no 'flex_flows'; it has: nothing", False),
        (b'{"a": 1, "meta": {}}', {}, "the answer has no 'flex_flows'; it has: a, meta", False),
        (b'{"\\u001b[2J": 1}', {}, r"the answer has no 'flex_flows'; it has: \x1b[2J", False),
        (b'{"%s": 1}' % (b"a" * 200), {}, f"the answer has no 'flex_flows'; it has: {'a' * 99}…", False),
        (b"null", {}, "the answer is null", False),
        (b'{"flex_flows": null}', {}, "'flex_flows' is null", False),
        (b'{"flex_flows": {}}', {}, "'flex_flows' is an object", False),
        (b'{"flex_flows": "a"}', {}, "'flex_flows' is a string", False),
        (b'{"flex_flows": true}', {}, "'flex_flows' is a boolean", False),
        (b'{"flex_flows": 1.5}', {}, "'flex_flows' is a number", False),
        (page('[{}, "a"]'), {}, "flex_flows[1] is a string", False),
        (page("[null]"), {}, "flex_flows[0] is null", False),
        (b'{"flex_flows": []}', {}, "the answer has no 'meta'", False),
        (b'{"flex_flows": [], "meta": null}', {}, "'meta' is null", False),
        (b'{"flex_flows": [], "meta": []}', {}, "'meta' is a list", False),
        (page('[{"a": NaN}]'), {}, "the answer is not valid JSON: NaN is not JSON", True),
        (page('[{"a": -Infinity}]'), {}, "the answer is not valid JSON: -Infinity is not JSON", True),
        (page('[{"a": 1e400}]'), {}, "the answer is not valid JSON: the number 1e400 is out of range", True),
        (page('[{"a": -1e400}]'), {}, "the answer is not valid JSON: the number -1e400 is out of range", True),
        (page("[%s.0]" % ("9" * 400)), {}, f"the answer is not valid JSON: the number {'9' * 88}…", True),
        (page("[{}]")[:-1], {}, "the answer is not valid JSON: Expecting", True),
        (b"\xef\xbb\xbf" + page("[{}]")[:-1], {}, "the answer is not valid JSON: Expecting", True),
        (b'{"flex_flows": [{"sid": "FO', {}, "the answer is not valid JSON: Unterminated", True),
        (b'{"flex_flows": "\xff"}', {}, "the answer is not valid JSON: 'utf-8' codec", True),
        (page("[" * 100_000), {}, "the answer is not valid JSON: it is nested too deeply", True),
        (page('[{"a": %s}]' % ("1" * 5000)), {}, "the answer is not valid JSON: Exceeds the limit", True),
        (b"[1,", {}, "the answer is not valid JSON: Expecting", False),
    ],
)
def test_what_is_no_page(body: bytes, headers: dict[str, str], what: str, broken_off: bool) -> None:  # noqa: FBT001
    """What is not this API's answer says what it is instead, and whether it looks like a page that broke off."""
    response = httpx.Response(200, content=body, headers={**headers, "Twilio-Request-Id": REQUEST})
    with pytest.raises(UnexpectedResponseError) as caught:
        answers.read_listing(response, "flex_flows")
    text = str(caught.value)
    assert text.startswith(f"expected a page of 'flex_flows', and {what}")
    assert text.isprintable()
    assert len(text) < 250
    assert caught.value.broken_off is broken_off
    assert (caught.value.response, caught.value.request_id) == (response, REQUEST)
