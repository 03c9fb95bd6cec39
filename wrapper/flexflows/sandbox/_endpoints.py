"""The list endpoints that a sandbox serves, read from the fragment, and their filters."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

import msgspec
from attrs import frozen

from flexflows._fragment import Schema, json_examples, json_response, read_schema, resolve

_PAGING = frozenset({"PageSize", "Page", "PageToken"})


def attribute_name(parameter: str) -> str:
    """Return the name of the attribute that a parameter filters by: `friendly_name` for `FriendlyName`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter).lower()


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
    parsed = datetime.fromisoformat(text.upper())
    try:
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except OverflowError as problem:  # within a day of the first or the last year
        raise ValueError(str(problem)) from problem


_KINDS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "boolean": (r"true|false", "true".__eq__),
    "integer": (r"-?[0-9]{1,18}", int),
    "number": (r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", float),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat),
    "date-time": (r"[0-9-]{10}[Tt][0-9:]{8}(\.[0-9]+)?([Zz]|[+-][0-9:]{5})", _instant),
}
"""Parsers of the query's text for values that are not strings."""


def _parse(text: str, schema: Schema) -> object:
    """Parse the value of a parameter, or raise a ValueError if the schema does not allow it."""
    types = schema.types - {"null"}
    kind = schema.format if schema.format in _KINDS or "string" in types else max(types, default=None)
    spelling, convert = _KINDS.get(kind or "", (None, str))
    value = convert(text) if spelling is None or re.fullmatch(spelling, text) else None
    if value is None or (schema.is_closed and value not in schema.values) or not _is_within_limits(value, schema):
        raise ValueError(text)
    return value


def _is_within_limits(value: object, schema: Schema) -> bool:
    if isinstance(value, str):
        longest = len(value) if schema.max_length is None else schema.max_length
        return schema.min_length <= len(value) <= longest and re.search(schema.pattern or "", value) is not None
    if isinstance(value, int | float):
        least, most = schema.minimum, schema.maximum
        return (least is None or value >= least) and (most is None or value <= most)
    return True


@frozen
class ListEndpoint:
    """An operation of the fragment that lists records page by page."""

    path: str
    key: str
    """The property of a page that holds its records."""
    schema: Schema
    """The schema of a record."""
    examples: Sequence[Mapping[str, Any]]
    filters: Mapping[str, Schema]
    """The query parameters by their names, except those of paging."""
    required: frozenset[str]
    """The names of the required query parameters."""
    page_size: Schema

    def parse_filters(self, parameters: Mapping[str, Sequence[str]]) -> dict[str, list[object]]:
        """Parse the filters of a request, or raise a ValueError; an array has all values, any other filter the last."""
        parsed: dict[str, list[object]] = {}
        for name, schema in self.filters.items():
            texts = parameters.get(name)
            if texts is None:
                if name in self.required:
                    raise ValueError(f"Parameter {name} is required")
                continue
            try:
                parsed[name] = [
                    _parse(text, schema.items or schema) for text in (texts if schema.items else texts[-1:])
                ]
            except ValueError:
                raise ValueError(f"Parameter {name} has an invalid value: {texts[-1]}") from None
        return parsed

    def selects(self, record: Mapping[str, Any], wanted: Mapping[str, Sequence[object]]) -> bool:
        """Return whether a record has, for each filter, an equal value in the attribute of the same name.

        If the attribute is an array, one equal item is enough. A filter that matches no attribute selects every record,
        since only Twilio knows its meaning.
        """
        for name, values in wanted.items():
            attribute = attribute_name(name)
            own = record.get(attribute)
            items = cast("list[object]", own) if isinstance(own, list) else [own]
            if attribute in self.schema.properties and not any(_equals(item, one) for item in items for one in values):
                return False
        return True

    def path_parameters(self, path: str) -> dict[str, str] | None:
        """Return the path parameters in `path`, or `None` when it is not this endpoint's."""
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        match = re.fullmatch(pattern, path)
        return match and match.groupdict()


def list_endpoints(document: Mapping[str, Any]) -> list[ListEndpoint]:
    """Return the operations of an OpenAPI document whose responses are pages like Twilio's, in the document's order."""
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
        required = frozenset(name for name, each in query.items() if each.get("required"))
        schemas = {name: read_schema(each.get("schema"), document) for name, each in query.items()}
        filters = {name: each for name, each in schemas.items() if name not in _PAGING}
        page_size = schemas.get("PageSize", Schema())
        endpoints.append(ListEndpoint(path, key, schema, schema.examples or listed, filters, required, page_size))
    return endpoints
