"""What `make record` writes of an account: nothing."""

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
    "friendly_name": "Ms Müller's line",
    "contact_identity": "messenger:1234567",
    "date_created": "2021-03-03T14:50:24Z",
    "date_updated": "last Tuesday",
    "enabled": "not quite",
    "url": f"https://flex-api.twilio.com/v1/FlexFlows/FO{'b1' * 16}?name=M%C3%BCller",
    "integration": {
        "url": "https://user:password@hooks.example/miller",
        "flow_sid": "FW" + "b3" * 16,
        "deep": [{"+4915112346": "a number", "phone": 4915112347, "at": [[["miller@example.org"]]]}],
    },
    "new": ["web", None, 1.23456, "2021-03-04T14:50:24Z"],
    "Ms Müller": "Ünknown",
}


def exchange(body: object, query: str = "", status: int = 200, **headers: str) -> tuple[list[Any], list[Any]]:
    """Return the requests and responses of a cassette with one of each."""
    values = {name: [value] for name, value in headers.items()}
    response = {"status": {"code": status}, "headers": values, "body": {"string": json.dumps(body).encode()}}
    return [SimpleNamespace(uri=f"{ORIGIN}{PATH}?{query}")], [response]


def scrubbed(*arguments: Any, **headers: str) -> tuple[str, Any, dict[str, list[str]]]:
    """Return the URL, the body and the headers of a scrubbed cassette."""
    requests, responses = exchange(*arguments, **headers)
    scrub(requests, responses)
    return requests[0].uri, json.loads(responses[0]["body"]["string"]), responses[0]["headers"]


@pytest.mark.parametrize("key", ["flex_flows", "flows", "Ms Müller's list"])
def test_nothing_of_a_record_is_left(key: str) -> None:
    """Whatever the list is called, no string of a record is left, nor a number in a field that is not known."""
    url = f"https://miller.example{PATH}?FriendlyName=Ms+M%C3%BCller%27s+line&PageToken=PAmiller%3D"
    page = {key: [RECORD], "meta": {"key": key, "url": url, "next_page_url": ""}, "other": RECORD["new"]}
    text = json.dumps(scrubbed(page)[1], ensure_ascii=False)
    sent = {*strings(RECORD), "Müller", "miller", "+4915112346", "4915112347", "1.23456"} - {RECORD["date_created"]}
    assert [each for each in sent if each in text] == []
    assert RECORD["date_created"] in text
    assert '"next_page_url": ""' in text


def test_what_the_fragment_lists_is_kept() -> None:
    """The values of enums, booleans, null, and numbers in fields of numbers are kept."""
    fields = [field for field in record_fields() if "." not in field.name]
    kept = {field.name: field.values[0] for field in fields if field.values}
    kept |= {field.name: True for field in fields if field.type == "boolean"}
    inner = [field.name.split(".") for field in record_fields() if field.type == "integer" and "." in field.name]
    kept |= {parent: {name: 86_400 for other, name in inner if other == parent} for parent, _ in inner}
    page = {"flex_flows": [kept]}
    assert scrubbed(page)[1] == page
    assert values_of(*exchange(page)) == set()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("PageSize=20&Page=1", "PageSize=20&Page=1"),
        ("FriendlyName=Ms%20Miller", "FriendlyName=text-1"),
        ("PageToken=PAFOb1==&Page=1", "PageToken=text-1&Page=1"),
        ("Sid=FO" + "b1" * 16, "Sid=FO" + "a" * 24 + "00000001"),
    ],
)
def test_a_query_keeps_its_form(query: str, expected: str) -> None:
    """Of a query, page numbers and sizes are kept, and the form of the rest."""
    assert scrubbed({}, query)[0] == f"{ORIGIN}{PATH}?{expected}"


def test_the_same_value_has_the_same_stand_in() -> None:
    """A filter, its value in the records, and in the URL of the next page agree, so that a replay matches."""
    meta = {"next_page_url": f"{ORIGIN}{PATH}?FriendlyName=Ms+Miller&PageSize=1"}
    uri, page, _ = scrubbed({"x": [{"friendly_name": "Ms Miller"}], "meta": meta}, "FriendlyName=Ms%20Miller")
    assert page["x"] == [{"friendly_name": "text-1"}]
    assert uri.endswith("?FriendlyName=text-1")
    assert page["meta"]["next_page_url"].endswith("?FriendlyName=text-1&PageSize=1")


def test_headers() -> None:
    """Of a response, the content type and Retry-After are kept; its target and request id get stand-ins."""
    same = {"content-type": "text/html", "retry-after": "1.5"}
    headers = {"Location": "https://miller.example/", "Twilio-Request-Id": "RQ" + "b1" * 16, "X-Account": "Ms Miller"}
    assert scrubbed({}, **same, **headers)[2] == {
        **{name: [value] for name, value in same.items()},
        "location": ["text-1"],
        "twilio-request-id": ["RQ" + "a" * 24 + "00000002"],
    }


def test_an_error_repeats_no_value() -> None:
    body = {"code": 20001, "message": f"AC{'b2' * 16} has no flow Ms Miller"}
    scrubbed_body = scrubbed(body, "FriendlyName=Ms%20Miller", 400)[1]
    assert scrubbed_body == {"code": 20001, "message": f"AC{'a' * 24}00000002 has no flow text-1"}


@pytest.mark.parametrize("encode", [str, json.dumps, quote])
def test_the_check_finds_a_value_in_any_encoding(encode: Any) -> None:
    """A value that the server sent is found in any encoding; a short one only as a whole string."""
    page = {"x": [{"friendly_name": "Ms Müller", "short": "abc"}]}
    sent = values_of(*exchange(page, "FriendlyName=a%2Bb%20c"))
    assert sent == {"Ms Müller", "abc", "a+b c"}
    assert left_over(sent, [f"x{encode('Ms Müller')}x"]) == ["Ms Müller"]
    assert left_over(sent, ["abcd", "text-1", '{"abc": "abcd"}']) == []
    assert left_over(sent, ['{"new": "abc"}']) == ["abc"]


@pytest.mark.parametrize("cassette", CASSETTES, ids=lambda path: path.stem)
def test_a_cassette_says_its_source_and_has_no_address(cassette: Path) -> None:
    """The first line says what the cassette was recorded from; no address of a sandbox, nor a credential, is in it."""
    text = cassette.read_text("utf-8")
    assert text.startswith("# Recorded by `make record` from ")
    assert not re.search(r"127\.0\.0\.1|localhost|(?i:basic|bearer) [a-z0-9+/]{8,}", text)


def test_the_network_is_blocked() -> None:
    with pytest.raises(RuntimeError, match="Network is disabled"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 443))
