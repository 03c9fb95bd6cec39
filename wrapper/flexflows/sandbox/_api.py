"""The API as a function: a request and the account's records in, Twilio's response out."""

import base64
import binascii
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast
from urllib.parse import parse_qs, quote, urlencode

import msgspec
from attrs import field, frozen

from flexflows._fragment import Schema, json_examples, json_response, read_schema, resolve
from flexflows.sandbox._records import make_sid
from flexflows.sandbox._responses import Response, error

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000  # where the fragment names no other
PAGING = frozenset({"PageSize", "Page", "PageToken"})
_DIGITS = re.compile(r"[0-9]{1,18}")
_BOOLEANS = {"true": True, "false": False}


@frozen
class Account:
    """An account SID with its token, and an API key with its secret: either pair authorizes a request."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: str
    api_secret: str = field(repr=False)

    def authorizes(self, authorization: str) -> bool:
        """Check the value of an Authorization header (RFC 7617)."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            given = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError):  # not base64, not ASCII, not UTF-8
            return False
        pairs = (f"{self.account_sid}:{self.auth_token}", f"{self.api_key}:{self.api_secret}")
        return scheme.lower() == "basic" and given in pairs


@frozen
class Request:
    """A request to the API."""

    method: str
    path: str
    query: str
    authorization: str = field(repr=False)
    origin: str
    """The origin of the URLs in the response, such as `https://flex-api.twilio.com`."""


def attribute_name(parameter: str) -> str:
    """Return the name of the attribute that a parameter is about: `friendly_name` for `FriendlyName`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter).lower()


@frozen
class Filter:
    """A parameter of a list operation: it selects the records whose attribute of the same name has an equal value."""

    name: str
    schema: Schema
    required: bool

    @property
    def attribute(self) -> str:
        """The attribute's name; a parameter that has no such attribute selects all records."""
        return attribute_name(self.name)

    def parse(self, texts: Sequence[str]) -> list[object]:
        """Parse the values of the parameter; the last one, unless it is an array.

        Raises:
            ValueError: A value is not of the parameter's type.
        """
        if self.schema.items:
            return [_parse(text, self.schema.items) for text in texts]
        return [_parse(texts[-1], self.schema)]

    def selects(self, record: Mapping[str, Any], wanted: Sequence[object]) -> bool:
        """Check whether a record's attribute, or an item of it, equals one of the parsed values."""
        value = record.get(self.attribute)
        values: Sequence[object] = cast("list[object]", value) if isinstance(value, list) else [value]
        return any(_equals(each, one) for each in values for one in wanted)


def _parse(text: str, schema: Schema) -> object:
    types = schema.types - {"null"}
    if schema.format == "date-time":
        return _instant(text)
    if schema.format == "date":
        return date.fromisoformat(text)
    if types == frozenset({"boolean"}):
        if text not in _BOOLEANS:
            raise ValueError(f"{text!r} is not true or false")
        return _BOOLEANS[text]
    if types and types <= {"integer", "number"}:
        return float(text) if "number" in types else int(text)
    return text


def _equals(value: object, wanted: object) -> bool:
    if isinstance(wanted, date):
        try:
            instant = _instant(value) if isinstance(value, str) else None
        except ValueError:
            return False
        return instant is not None and wanted in {instant, instant.date()}
    if isinstance(wanted, str) and value is not None and not isinstance(value, str):
        return msgspec.json.encode(value).decode() == wanted
    return isinstance(value, bool) is isinstance(wanted, bool) and value == wanted


def _instant(text: str) -> datetime:
    """Parse a time (UTC if it has no offset), or a date as its midnight."""
    parsed = datetime.fromisoformat(text)
    try:
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except OverflowError as problem:  # within a day of the first or the last year
        raise ValueError(str(problem)) from problem


@frozen
class ListEndpoint:
    """An operation of the fragment that lists records page by page."""

    path: str
    key: str
    """The property of a page that holds its records."""
    schema: Schema
    """Of a record."""
    examples: Sequence[Mapping[str, Any]]
    filters: Mapping[str, Filter]
    """The query parameters by their names, those of paging aside."""
    page_size: Schema

    def path_parameters(self, path: str) -> dict[str, str] | None:
        """Return the path parameters in `path`, or `None` when it is not this endpoint's."""
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        match = re.fullmatch(pattern, path)
        return match and match.groupdict()


def list_endpoints(document: Mapping[str, Any]) -> list[ListEndpoint]:
    """Return the operations of an OpenAPI document that return a page of records as Twilio does, in its order."""
    endpoints: list[ListEndpoint] = []
    for path, described in document["paths"].items():
        item = resolve(document, described)
        if "get" not in item:
            continue
        content = json_response(document, path)
        page = read_schema(content.get("schema"), document)
        key = next((name for name, each in page.properties.items() if each.items and each.items.properties), None)
        if key is None or "meta" not in page.properties:
            continue
        schema = page.properties[key].items or Schema()
        listed = [record for example in json_examples(document, content) for record in example.get(key) or ()]
        parameters = [
            resolve(document, each) for each in (*item.get("parameters", ()), *item["get"].get("parameters", ()))
        ]
        query = {each["name"]: each for each in parameters if each["in"] == "query"}
        filters = {
            name: Filter(name, read_schema(each.get("schema"), document), required=each.get("required", False))
            for name, each in query.items()
            if name not in PAGING
        }
        page_size = read_schema(query.get("PageSize", {}).get("schema"), document)
        endpoints.append(ListEndpoint(path, key, schema, schema.examples or listed, filters, page_size))
    return endpoints


class Api:
    """The list endpoints of a fragment, over the records of an account.

    Attributes:
        endpoints: The endpoints.
        records: The records of each endpoint, by its path; they may change between requests.
    """

    def __init__(
        self,
        endpoints: Sequence[ListEndpoint],
        account: Account,
        records: Mapping[str, list[dict[str, Any]]],
        *,
        seed: int,
    ) -> None:
        self.endpoints = endpoints
        self.records = records
        self._account = account
        self.start_token = f"PA{make_sid('', seed, 'start')}"
        """Another way to give the start of a page."""
        self._seed = seed

    def find(self, path: str) -> ListEndpoint | None:
        """Return the endpoint of a path."""
        return next((each for each in self.endpoints if each.path_parameters(path) is not None), None)

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""
        if not self._account.authorizes(request.authorization):
            return error(401, 20003, "Authenticate", ("www-authenticate", 'Basic realm="Twilio API"'))
        endpoint = self.find(request.path)
        if endpoint is None:
            return error(404, 20404, f"The requested resource {request.path} was not found")
        if request.method != "GET":
            return error(405, 20004, "Method not allowed", ("allow", "GET"))
        return self._page(endpoint, request)

    def _page(self, endpoint: ListEndpoint, request: Request) -> Response:
        parameters = parse_qs(request.query, keep_blank_values=True)
        least, most = int(endpoint.page_size.minimum or 1), int(endpoint.page_size.maximum or MAX_PAGE_SIZE)
        size = _whole_number(parameters.get("PageSize", [str(min(DEFAULT_PAGE_SIZE, most))])[-1])
        number = _whole_number(parameters.get("Page", ["0"])[-1])
        token = parameters.get("PageToken", [None])[-1]
        if size is None or not least <= size <= most:
            return error(400, 20007, f"Page size must be a number from {least} to {most}")
        if number is None or (number > 0 and token is None):
            return error(400, 70002, "Page must be a number, and from the second page on come with a PageToken")
        records = _in_path(self.records[endpoint.path], endpoint.path_parameters(request.path) or {})
        selected: Sequence[int] = range(len(records))
        given: dict[str, list[str]] = {}
        for name, filter_ in endpoint.filters.items():
            texts = parameters.get(name)
            if texts is None and filter_.required:
                return error(400, 20001, f"Parameter {name} is required")
            if texts is None:
                continue
            given[name] = texts
            try:
                wanted = filter_.parse(texts)
            except ValueError:
                return error(400, 20001, f"Parameter {name} has an invalid value: {texts[-1]}")
            if filter_.attribute in endpoint.schema.properties:
                selected = [index for index in selected if filter_.selects(records[index], wanted)]
        keys = self._keys(records)
        bounds = self._bounds(keys, selected, size, token)
        if bounds is None:
            return error(400, 21481, "Invalid PageToken")
        indices = selected[slice(*bounds)]
        url = _PageUrl(request.origin + quote(request.path), given, size)
        before = url.at(max(number - 1, 0), f"PB{keys[indices[0]]}") if indices and bounds[0] > 0 else None
        last = f"PA{keys[indices[-1]]}" if indices else self.start_token
        after = url.at(number + 1, last) if bounds[1] < len(selected) else None
        meta = {
            "page": number,
            "page_size": size,
            "first_page_url": url.at(0, None),
            "previous_page_url": before,
            "url": url.at(number, token),
            "next_page_url": after,
            "key": endpoint.key,
        }
        page = {endpoint.key: [records[index] for index in indices], "meta": meta}
        return Response(200, msgspec.json.encode(page))

    def _keys(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return what names each record in a page token: its SID, so that records added meanwhile change nothing."""
        keys: dict[str, None] = {}
        for number, record in enumerate(records):
            sid = record.get("sid")
            keys[sid if isinstance(sid, str) and sid not in keys else make_sid("", self._seed, number)] = None
        return list(keys)

    def _bounds(self, keys: list[str], selected: Sequence[int], size: int, token: str | None) -> tuple[int, int] | None:
        """Return the page's part of the selected records, or `None` when the token is not one of this list."""
        anchor = -1
        direction = "PA"
        if token is not None and token.rstrip("=") != self.start_token:
            direction, key = token[:2], token[2:].rstrip("=")  # Twilio's tokens may end in padding
            if direction not in {"PA", "PB"} or key not in keys:
                return None
            anchor = keys.index(key)
        if direction == "PA":
            start = bisect_left(selected, anchor + 1)
            return start, min(start + size, len(selected))
        end = bisect_left(selected, anchor)
        return max(end - size, 0), end


def _in_path(records: Sequence[dict[str, Any]], parameters: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the records as those of the resources that the path names, such as a workspace's workers."""
    values = {attribute_name(name): value for name, value in parameters.items()}
    return [record | {name: value for name, value in values.items() if name in record} for record in records]


def _whole_number(text: str) -> int | None:
    return int(text) if _DIGITS.fullmatch(text) else None


@frozen
class _PageUrl:
    """Builds the URLs of a list's pages."""

    url: str
    filters: Mapping[str, list[str]]
    size: int

    def at(self, page: int, token: str | None) -> str:
        """Return the URL of a page."""
        query = {**self.filters, "PageSize": self.size, "Page": page, **({} if token is None else {"PageToken": token})}
        return f"{self.url}?{urlencode(query, doseq=True, quote_via=quote)}"
