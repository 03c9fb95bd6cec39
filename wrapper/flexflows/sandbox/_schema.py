"""What the sandbox reads from the OpenAPI fragment: the list operation, its filters, and the schema of its records."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from attrs import frozen

Schema: TypeAlias = Mapping[str, Any]

PAGING = frozenset({"PageSize", "Page", "PageToken"})
SID = re.compile(r"\b([A-Z]{2})[0-9a-fA-F]{32}\b")
_SID_PATTERN = re.compile(r"\^([A-Z]{2})\[0-9a-fA-F\]\{32\}\$")


@frozen
class Listing:
    """The fragment's list operation."""

    document: Schema
    path: str
    key: str
    record: Schema
    max_page_size: int
    filters: Mapping[str, str]
    """The query parameters that filter, each with the attribute that it is compared to."""

    @classmethod
    def of(cls, document: Schema) -> "Listing":
        """Find the first path of `document` whose GET answers with a page of records."""
        for path, operations in document["paths"].items():
            operation = operations.get("get")
            if operation is None:
                continue
            page = operation["responses"]["200"]["content"]["application/json"]["schema"]
            for name, schema in resolve(document, page).get("properties", {}).items():
                if "items" in resolve(document, schema):
                    record = resolve(document, resolve(document, schema)["items"])
                    return cls(document, path, name, record, *_parameters(document, operation))
        raise LookupError("the fragment has no operation that lists records")

    def attributes(self) -> Mapping[str, Schema]:
        """Give the schema of each attribute of a record."""
        properties: Mapping[str, Schema] = self.record.get("properties", {})
        return properties

    def with_enum(self) -> frozenset[str]:
        """Name the attributes that list their values."""
        return frozenset(name for name, schema in self.attributes().items() if facet(self.document, schema, "enum"))

    def free_text(self) -> frozenset[str]:
        """Name the attributes that may be any text."""
        constraints = ("enum", "pattern", "format", "maxLength")
        return frozenset(
            name
            for name, schema in self.attributes().items()
            if "string" in (facet(self.document, schema, "type") or ())
            and not any(facet(self.document, schema, keyword) for keyword in constraints)
        )

    def own_prefix(self) -> str:
        """Give the two letters that open a record's own SID: the first SID of the schema that is not the account's."""
        prefixes = (sid_prefix(self.document, schema) for schema in self.attributes().values())
        return next((prefix for prefix in prefixes if prefix not in {None, "AC"}), None) or "RE"


def _parameters(document: Schema, operation: Schema) -> tuple[int, dict[str, str]]:
    largest, filters = 1000, dict[str, str]()
    for parameter in (resolve(document, each) for each in operation.get("parameters", ())):
        if parameter["name"] == "PageSize":
            largest = parameter["schema"].get("maximum", largest)
        elif parameter["in"] == "query" and parameter["name"] not in PAGING:
            filters[parameter["name"]] = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter["name"]).lower()
    return largest, filters


def resolve(document: Schema, schema: Schema) -> Schema:
    """Follow a local `$ref`, if `schema` is one."""
    while "$ref" in schema:
        target: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    return schema


def alternatives(document: Schema, schema: Schema) -> Iterator[Schema]:
    """Yield `schema` and whatever it is composed of, references followed."""
    schema = resolve(document, schema)
    yield schema
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from alternatives(document, part)


def facet(document: Schema, schema: Schema, keyword: str) -> Any:
    """Give the first value that `schema`, or a part of it, has for `keyword`; else `None`."""
    return next((part[keyword] for part in alternatives(document, schema) if keyword in part), None)


def sid_prefix(document: Schema, schema: Schema) -> str | None:
    """Give the two letters of a SID when `schema` asks for one by its pattern."""
    match = _SID_PATTERN.fullmatch(facet(document, schema, "pattern") or "")
    return match and match[1]


_FORMATS = {
    "date-time": "2020-01-01T00:00:00Z",
    "date": "2020-01-01",
    "uri": "https://www.example.com/",
    "email": "someone@example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def make_value(document: Schema, schema: Schema) -> Any:  # noqa: PLR0911  # one return per kind of schema
    """Make a value that fits `schema`; of patterns only a SID's is known, any other gives null."""
    schema = resolve(document, schema)
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return schema[keyword][0]
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            return next(filter(_is_something, (make_value(document, part) for part in schema[keyword])), None)
    kinds = facet(document, schema, "type") or "object"
    match kinds if isinstance(kinds, str) else next(iter(kinds)):
        case "object":
            parts = [part for part in alternatives(document, schema) if "properties" in part]
            return {name: make_value(document, of) for part in parts for name, of in part["properties"].items()}
        case "array":
            return [make_value(document, schema.get("items", {"type": "null"}))] * max(1, schema.get("minItems", 0))
        case "integer" | "number":
            return _make_number(schema)
        case "boolean":
            return True
        case "string":
            return _make_string(document, schema)
        case _:
            return None


def _is_something(value: Any) -> bool:
    return value is not None


def _make_number(schema: Schema) -> int | float:
    if "exclusiveMinimum" in schema:
        lowest: int | float = schema["exclusiveMinimum"] + 1
        return lowest
    number: int | float = schema.get("minimum", min(1, schema.get("maximum", 1)))
    return number


def _make_string(document: Schema, schema: Schema) -> str | None:
    prefix = sid_prefix(document, schema)
    if prefix:
        return prefix + "a" * 32
    if "pattern" in schema:
        return None
    text = _FORMATS.get(schema.get("format", ""), "text")
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
