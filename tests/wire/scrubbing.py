"""Scrub a cassette by the fragment's schema of a record, so that nothing of an account is left in it.

Each string of a record is replaced by a stand-in, the same for the same string, unless it is a value that the fragment
lists for its field, or a time in a field of times. So are SIDs, page tokens, filters and request ids, anywhere.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus, urlsplit

from flexflows import FlexFlows, record_fields
from flexflows._fields import Schema, record_schema

CREDENTIALS = "[a stand-in for the credentials that were sent]"
NO_NAME = "text-0"
"""A name that no flow has, for a test's filter."""
ORIGIN = FlexFlows.operation.server
PATH = FlexFlows.operation.path
SID = re.compile(r"(?<![0-9A-Za-z])([A-Z]{2})[0-9a-fA-F]{32}(?![0-9A-Za-z])")
STAND_IN = re.compile(r"text-[0-9]+|[A-Z]{2}a{24}[0-9]{8}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9:]{8}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?")
SAME_HEADERS = ("content-type", "retry-after")
REPLACED_HEADERS = ("location", "twilio-request-id")
PAGE = 200
SHORT = 4
"""The length up to which a value may be part of another by chance."""


class Scrubber:
    """The stand-ins of one cassette."""

    def __init__(self) -> None:
        self.stand_ins: dict[str, str] = {}

    def text(self, value: str) -> str:
        """Return the stand-in of a text."""
        if value in {"", NO_NAME}:
            return value
        number = len(self.stand_ins) + 1
        match = SID.fullmatch(value)
        return self.stand_ins.setdefault(value, f"{match[1]}{'a' * 24}{number:08}" if match else f"text-{number}")

    def body(self, body: bytes, *, is_page: bool) -> bytes:
        """Scrub the body of a response: as a page, or as a message of an API or gateway."""
        try:
            document = json.loads(body) if is_page else None
        except ValueError:
            document = None
        if not isinstance(document, dict):
            return self.message(body.decode("utf-8", "replace")).encode()
        page = {}
        for name, value in document.items():
            if name == "meta" and isinstance(value, dict):
                page[name] = {self.name(inner): self.meta(each, document) for inner, each in value.items()}
            else:
                page[self.name(name)] = self.value(value, record_schema())
        return json.dumps(page).encode()

    def message(self, text: str) -> str:
        """Scrub a text that is not a page: replace all SIDs, and all longer values that have a stand-in."""
        for value in sorted(self.stand_ins, key=len, reverse=True):
            if len(value) > SHORT:
                text = text.replace(value, self.stand_ins[value])
        return SID.sub(lambda match: match[0] if STAND_IN.fullmatch(match[0]) else self.text(match[0]), text)

    def value(self, value: Any, schema: Schema | None) -> Any:
        """Scrub a JSON value, or a list of them; `schema` is `None` when the fragment does not know the field."""
        if isinstance(value, dict):
            inner = schema.properties if schema else {}
            return {self.name(name): self.value(each, inner.get(name)) for name, each in value.items()}
        if isinstance(value, list):
            return [self.value(each, schema) for each in value]
        keywords = schema.keywords if schema else {}
        if isinstance(value, str):
            is_time = "date" in keywords.get("format", "") and TIME.fullmatch(value)
            return value if is_time or value in keywords.get("enum", ()) else self.text(value)
        is_number = schema is not None and {"integer", "number"} & set(schema.types)
        return value if value is None or isinstance(value, bool) or is_number else 0

    def name(self, name: str) -> str:
        """Scrub the name of a field, which may be data in an object that is a map."""
        return name if re.fullmatch(r"[A-Za-z_]\w{,40}", name, re.ASCII) else self.text(name)

    def meta(self, value: Any, document: Mapping[str, Any]) -> Any:
        """Scrub a value of `meta`: a number, a URL, or the key of the list."""
        if isinstance(value, str) and value:
            return self.name(value) if value in document else self.url(value)
        return value if isinstance(value, int) else self.value(value, None)

    def url(self, url: str) -> str:
        """Scrub the URL of a page, and keep the numbers in its query."""
        parts = urlsplit(url)
        path = PATH if parts.path == PATH else f"/{self.text(parts.path)}"
        query = []
        for name, _, value in (each.partition("=") for each in parts.query.split("&") if each):
            is_number = re.fullmatch("[0-9]{1,6}", value)
            query.append(f"{self.name(name)}={value if is_number else self.text(unquote_plus(value))}")
        return f"{ORIGIN}{path}?{'&'.join(query)}" if query else f"{ORIGIN}{path}"


def scrub(requests: list[Any], responses: list[Any]) -> None:
    """Scrub the requests and responses of a cassette in place, pages first: messages may repeat their values."""
    scrubber = Scrubber()
    for request in requests:
        request.uri = scrubber.url(request.uri)
    for response in sorted(responses, key=lambda each: each["status"]["code"] != PAGE):
        body = response["body"]["string"]
        response["body"]["string"] = scrubber.body(body, is_page=response["status"]["code"] == PAGE)
        headers = {name.lower(): values for name, values in response["headers"].items()}
        replaced = {name: [*map(scrubber.text, headers[name])] for name in REPLACED_HEADERS if name in headers}
        response["headers"] = {name: headers[name] for name in SAME_HEADERS if name in headers} | replaced


def values_of(requests: list[Any], responses: list[Any]) -> set[str]:
    """Return an account's values in a cassette that is not scrubbed: all strings of pages, parameters of URLs, SIDs."""
    texts = [request.uri for request in requests]
    values: set[str] = set()
    for response in responses:
        body = response["body"]["string"].decode("utf-8", "replace")
        values |= {match[0] for match in SID.finditer(body + str(response["headers"]))}
        if response["status"]["code"] == PAGE and body.startswith("{"):
            document = json.loads(body)
            texts += strings(document.pop("meta", None))
            values |= {*strings(document)}
    values |= {value for url in texts for _, value in parse_qsl(urlsplit(url).query)}
    listed = {value for field in record_fields() for value in field.values}
    return {value for value in values - listed if not TIME.fullmatch(value) and not re.fullmatch("[0-9]{1,6}", value)}


def strings(value: Any) -> Iterator[str]:
    """Yield the strings of a JSON document."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def left_over(values: set[str], contents: list[str]) -> list[str]:
    """Return the values that are, in any encoding, in the texts of a cassette; a short one only as a whole string."""
    text = STAND_IN.sub("", "\n".join(contents))
    return [value for value in values if value and any(form in text for form in _forms(value))]


def _forms(value: str) -> set[str]:
    if len(value) <= SHORT:
        return {f"{before}{json.dumps(value)}" for before in (": ", ", ", "[")}
    quoted = set() if re.search("[\ud800-\udfff]", value) else {quote(value), quote(value, safe=""), quote_plus(value)}
    return {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], *quoted}
