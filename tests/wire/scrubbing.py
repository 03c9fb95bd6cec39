"""Scrub a cassette by the fragment's schema of a record, so that nothing of an account is left in it.

Each string of a record is replaced by a stand-in, the same for the same string, unless it is a value that the fragment
lists for its field, or a time in a field of times. So are SIDs, page tokens, filters and request ids, anywhere.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus, urlsplit

from flexflows import FlexFlows
from flexflows._fields import Schema, record_schema

CREDENTIALS = "[a stand-in for the credentials that were sent]"
NO_NAME = "text-0"
"""A name that no flow has, for a test's filter."""
ORIGIN = FlexFlows.operation.server
PATH = FlexFlows.operation.path
SID = re.compile(r"(?<![0-9A-Za-z])([A-Z]{2})[0-9a-fA-F]{32}(?![0-9A-Za-z])")
STAND_IN = re.compile(r"text-[0-9]+|[A-Z]{2}a{24}[0-9]{8}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9:]{8}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?")
HEADERS = {
    "content-type": re.compile(r"[a-z]+/[a-z.+-]+(; ?charset=[\w-]+)?"),
    "retry-after": re.compile(r"[0-9.]+|\w{3}, [0-9]{2} \w{3} [0-9]{4} [0-9:]{8} GMT"),
    "location": re.compile(""),
    "twilio-request-id": re.compile(""),
}
"""The headers of a response that a cassette keeps, and the values that need no stand-in."""
PAGE = 200
SHORT = 4
"""The length up to which a value may be part of another by chance."""


class Scrubber:
    """The stand-ins of one cassette."""

    def __init__(self) -> None:
        self.replaced: dict[str, str] = {}
        self.kept: set[str] = set()

    def text(self, value: str) -> str:
        """Return the stand-in of a text."""
        if value in {"", NO_NAME}:
            return value
        number = len(self.replaced) + 1
        match = SID.fullmatch(value)
        return self.replaced.setdefault(value, f"{match[1]}{'a' * 24}{number:08}" if match else f"text-{number}")

    def body(self, body: bytes, *, is_page: bool) -> bytes:
        """Scrub the body of a response: as a page, or as a message of an API or gateway."""
        text = body.decode("utf-8", "replace")
        try:
            document = json.loads(text) if is_page else None
        except ValueError:
            document = None
        if document is None:
            return self.message(text).encode()
        if isinstance(document, dict):
            document = {
                self.name(name): self.meta(value, document) if name == "meta" else self.records(value)
                for name, value in document.items()
            }
            return json.dumps(document).encode()
        return json.dumps(self.value(document, None)).encode()

    def message(self, text: str) -> str:
        """Scrub a text that is not a record: replace all SIDs, and all longer values that have a stand-in."""
        for value in sorted(self.replaced, key=len, reverse=True):
            if len(value) > SHORT:
                text = text.replace(value, self.replaced[value])
        return SID.sub(lambda match: match[0] if STAND_IN.fullmatch(match[0]) else self.text(match[0]), text)

    def records(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.value(each, record_schema()) for each in value]
        return self.value(value, None)

    def value(self, value: Any, schema: Schema | None) -> Any:
        """Scrub a JSON value; `schema` is its schema, or `None` when the fragment does not know it."""
        if isinstance(value, dict):
            inner = schema.properties if schema else {}
            return {self.name(name): self.value(each, inner.get(name)) for name, each in value.items()}
        if isinstance(value, list):
            return [self.value(each, None) for each in value]
        if isinstance(value, str):
            return self.string(value, schema.keywords if schema else {})
        if value is None or isinstance(value, bool) or (schema and {"integer", "number"} & set(schema.types)):
            self.kept.add(str(value))
            return value
        return 0

    def string(self, value: str, keywords: Mapping[str, Any]) -> str:
        is_time = keywords.get("format") in {"date", "date-time"} and TIME.fullmatch(value)
        if is_time or value in keywords.get("enum", ()):
            self.kept.add(value)
            return value
        own = f"{ORIGIN}{PATH}/"
        if value.startswith(own) and SID.fullmatch(value.removeprefix(own)):
            return own + self.text(value.removeprefix(own))
        return f"https://www.example.com/{self.text(value)}" if "://" in value else self.text(value)

    def name(self, name: str) -> str:
        """Scrub the name of a field, which may be data in an object that is a map."""
        if re.fullmatch(r"[A-Za-z_]\w{,40}", name, re.ASCII):
            self.kept.add(name)
            return name
        return self.text(name)

    def meta(self, value: Any, document: Mapping[str, Any]) -> Any:
        if not isinstance(value, dict):
            return self.value(value, None)
        return {self.name(name): self.meta_value(name, each, document) for name, each in value.items()}

    def meta_value(self, name: str, value: Any, document: Mapping[str, Any]) -> Any:
        if value is None or isinstance(value, int):
            return value
        if name == "key" and value in document:
            return self.name(value)
        return self.url(value) if isinstance(value, str) and "?" in value else self.value(value, None)

    def url(self, url: str) -> str:
        """Scrub the URL of a page, and write all else byte for byte."""
        parts = urlsplit(url)
        path = PATH if parts.path == PATH else f"/{self.text(parts.path)}"
        query = "&".join(self.parameter(*each.partition("=")) for each in parts.query.split("&") if each)
        return f"{ORIGIN}{path}?{query}" if query else f"{ORIGIN}{path}"

    def parameter(self, name: str, equals: str, value: str) -> str:
        if re.fullmatch("[0-9]{1,6}", value):
            return f"{self.name(name)}{equals}{value}"
        content, padding = re.fullmatch(r"(.*?)((?:=|%3D)*)", value, re.IGNORECASE).groups()  # type: ignore[union-attr]
        return f"{self.name(name)}{equals}{self.text(unquote_plus(content))}{padding}"

    def header(self, name: str, value: str) -> str:
        if HEADERS[name].fullmatch(value):
            self.kept.add(value)
            return value
        return f"https://www.example.com/{self.text(value)}" if name == "location" else self.text(value)


def scrub(requests: list[Any], responses: list[Any]) -> Scrubber:
    """Scrub the requests and responses of a cassette in place, pages first: messages may repeat their values."""
    scrubber = Scrubber()
    for request in requests:
        request.uri = scrubber.url(request.uri)
    for is_page in (True, False):
        for response in responses:
            if is_page is (response["status"]["code"] == PAGE):
                response["body"]["string"] = scrubber.body(response["body"]["string"], is_page=is_page)
    for response in responses:
        named = {name.lower(): values for name, values in response["headers"].items()}
        response["headers"] = {
            name: [scrubber.header(name, v) for v in named[name]] for name in HEADERS if name in named
        }
    return scrubber


def values_of(requests: list[Any], responses: list[Any]) -> set[str]:
    """Return the values of an account in a cassette that is not scrubbed: those in records, URLs and headers."""
    found = {value for request in requests for value in _parameters(request.uri)}
    for response in responses:
        body = response["body"]["string"].decode("utf-8", "replace")
        found |= {match[0] for match in SID.finditer(body + str(response["headers"]))}
        try:
            document = json.loads(body) if response["status"]["code"] == PAGE else None
        except ValueError:
            continue
        meta = document.pop("meta", None) if isinstance(document, dict) else None
        found |= {*strings(document), *(value for url in strings(meta) for value in _parameters(url))}
    return found


def _parameters(url: str) -> Iterator[str]:
    for _, value in parse_qsl(urlsplit(url).query):
        yield value
        yield value.rstrip("=")


def strings(value: Any) -> Iterator[str]:
    """Yield the strings, and the long numbers as text, of a JSON document."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)
    elif isinstance(value, str) or (isinstance(value, int | float) and len(str(value)) > SHORT):
        yield str(value)


def left_over(values: set[str], contents: list[str]) -> list[str]:
    """Return the values that are, in any encoding, in the texts of a cassette."""
    text = STAND_IN.sub("", "\n".join(contents))
    return [value for value in values if len(value) > SHORT and any(form in text for form in _forms(value))] + [
        value for value in values if value and len(value) <= SHORT and value in contents
    ]


def _forms(value: str) -> set[str]:
    escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    try:
        encoded = {quote(value), quote(value, safe=""), quote_plus(value), base64.b64encode(value.encode()).decode()}
    except UnicodeEncodeError:  # a lone surrogate
        encoded = set()
    return {value, *escaped, *encoded}
