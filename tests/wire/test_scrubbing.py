"""What `make record` writes of an account: nothing."""

import base64
import json
import re
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from scrubbing import ORIGIN, PATH, left_over, scrub, strings, values_of

from flexflows import record_fields

CASSETTES = sorted((Path(__file__).parent.parent / "cassettes").glob("*.yaml"))
RECORD: dict[str, Any] = {
    "sid": "FO" + "b1" * 16,
    "account_sid": "AC" + "b2" * 16,
    "friendly_name": "Ms Müller's line",
    "contact_identity": "messenger:1234567",
    "date_created": "2021-03-03T14:50:24Z",
    "date_updated": "last Tuesday",
    "enabled": "not quite",
    "url": f"https://flex-api.twilio.com/v1/FlexFlows/FO{'b1' * 16}?name=M%C3%BCller",
    "integration": {
        "url": "https://user:password@hooks.example/miller",
        "note": "call +4915112345",
        "flow_sid": "FW" + "b3" * 16,
        "deep": [{"+4915112346": "a number", "phone": 4915112347, "at": [[["miller@example.org"]]]}],
    },
    "new": ["web", None, 1.23456, "2021-03-04T14:50:24Z"],
    "Ms Müller": "Ünknown",
}


def exchange(
    body: object, query: str = "", status: int = 200, **headers: str
) -> tuple[list[SimpleNamespace], list[dict[str, Any]]]:
    """Return the requests and responses of a cassette with one of each."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): [value] for name, value in headers.items()}
    response = {"status": {"code": status}, "headers": named, "body": {"string": content}}
    return [SimpleNamespace(uri=f"{ORIGIN}{PATH}?{query}")], [response]


def written(requests: list[Any], responses: list[Any]) -> str:
    scrub(requests, responses)
    return f"{requests[0].uri} {responses[0]['headers']} {responses[0]['body']['string'].decode()}"


@pytest.mark.parametrize("key", ["flex_flows", "flows", "Ms Müller's list"])
def test_nothing_of_a_record_is_left(key: str) -> None:
    """Whatever the list is called, no string of a record is left, nor a number in a field that is not known."""
    meta = {
        "key": key,
        "url": f"https://miller.example{PATH}?FriendlyName=Ms+M%C3%BCller%27s+line&PageToken=PAmiller%3D",
    }
    text = written(*exchange({key: [RECORD], "meta": meta, "other": RECORD["new"]}))
    given = [each for each in strings(RECORD) if each != RECORD["date_created"]] + ["Müller", "miller", "+4915112346"]
    assert [each for each in given if each in text or json.dumps(each)[1:-1] in text] == []
    assert RECORD["date_created"] in text


def test_what_the_fragment_lists_is_kept() -> None:
    """The values of enums, booleans, null, and numbers in fields of numbers are kept."""
    record = {each.name: (*each.values, 3 if each.type == "integer" else True)[0] for each in record_fields()}
    kept = {name: value for name, value in record.items() if "." not in name and not isinstance(value, str)}
    listed = {each.name: each.values[0] for each in record_fields() if each.values and "." not in each.name}
    text = written(*exchange({"flex_flows": [kept | listed]}))
    assert json.loads(text.partition("} ")[2])["flex_flows"] == [kept | listed]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("PageSize=20&Page=1", "PageSize=20&Page=1"),
        ("FriendlyName=Ms%20Miller", "FriendlyName=text-1"),
        ("FriendlyName=4915112345", "FriendlyName=text-1"),
        ("PageToken=PAFOb1==&Page=1", "PageToken=text-1==&Page=1"),
        ("PageToken=PAFOb1%3D%3D", "PageToken=text-1%3D%3D"),
        ("Sid=FO" + "b1" * 16, "Sid=FO" + "a" * 24 + "00000001"),
    ],
)
def test_a_query_keeps_its_form(query: str, expected: str) -> None:
    """Of a query, page numbers and sizes are kept, and the form of the rest."""
    requests, responses = exchange({}, query)
    scrub(requests, responses)
    assert requests[0].uri == f"{ORIGIN}{PATH}?{expected}"


def test_the_same_value_has_the_same_stand_in() -> None:
    """A filter, its value in the records, and in the URL of the next page agree, so that a replay matches."""
    meta = {"url": f"{ORIGIN}{PATH}?FriendlyName=Ms+Miller&PageSize=1"}
    requests, responses = exchange({"x": [{"friendly_name": "Ms Miller"}], "meta": meta}, "FriendlyName=Ms%20Miller")
    scrub(requests, responses)
    page = json.loads(responses[0]["body"]["string"])
    assert page["x"] == [{"friendly_name": "text-1"}]
    assert requests[0].uri.endswith("?FriendlyName=text-1")
    assert page["meta"]["url"].endswith("?FriendlyName=text-1&PageSize=1")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Content-Type", "application/json; charset=utf-8", "application/json; charset=utf-8"),
        ("Retry-After", "1.5", "1.5"),
        ("Retry-After", "Fri, 27 Nov 2026 10:00:00 GMT", "Fri, 27 Nov 2026 10:00:00 GMT"),
        ("Retry-After", "Ms Miller", "text-1"),
        ("Location", "https://miller.example/", "https://www.example.com/text-1"),
        ("Twilio-Request-Id", "RQ" + "b1" * 16, "RQ" + "a" * 24 + "00000001"),
        ("X-Account", "Ms Miller", None),
    ],
)
def test_headers(name: str, value: str, expected: str | None) -> None:
    """Four headers are kept, three of them by the form of their value alone."""
    requests, responses = exchange({}, **{name: value})
    scrub(requests, responses)
    assert responses[0]["headers"] == ({} if expected is None else {name.lower(): [expected]})


def test_an_error_repeats_no_value() -> None:
    """A message of the API has neither SIDs nor values of records and filters."""
    body = {"code": 20001, "message": f"AC{'b2' * 16} has no flow Ms Miller"}
    text = written(*exchange(body, "FriendlyName=Ms%20Miller", 400))
    assert "has no flow text-1" in text
    assert "b2b2" not in text


@pytest.mark.parametrize("encode", [str, json.dumps, quote, lambda text: base64.b64encode(text.encode()).decode()])
def test_the_check_finds_a_value_in_any_encoding(encode: Any) -> None:
    """A value that came and is written, in any encoding, is found."""
    requests, responses = exchange(
        {"x": [{"friendly_name": "Ms Müller", "short": "abc"}]}, "FriendlyName=a%2Bb%20c%3D%3D"
    )
    came = values_of(requests, responses)
    assert came == {"Ms Müller", "abc", "a+b c==", "a+b c"}
    assert left_over(came, [f"x{encode('Ms Müller')}x"]) == ["Ms Müller"]
    assert left_over(came, ["abcd", "text-1"]) == []
    assert left_over(came, ["abc"]) == ["abc"]


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda path: path.stem)
def test_a_cassette_says_its_source_and_has_no_address(cassette: Path) -> None:
    """The first line says what the cassette was recorded from; no address of a sandbox, nor a credential, is in it."""
    text = cassette.read_text("utf-8")
    assert text.startswith("# Recorded by `make record` from ")
    assert not re.search(r"127\.0\.0\.1|localhost|(?i:basic|bearer) [a-z0-9+/]{8,}", text)


def test_the_network_is_blocked() -> None:
    """A test cannot connect to the network."""
    with pytest.raises(RuntimeError, match="Network is disabled"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 443))
