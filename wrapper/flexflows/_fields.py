"""The fields of a record at every depth, as the OpenAPI fragment describes them: for columns, filters and samples."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import attrs

from ._generated import fragment, list_flex_flows


@attrs.frozen
class Field:
    """A field of a record.

    Attributes:
        name: Its name; inside an object, after the object's name: `integration.flow_sid`.
        type: The JSON type of its values apart from null, such as `string` or `object`; empty if they have several.
        format: The format of a string, such as `date-time` or `uri`; empty if the fragment names none.
        values: The values that the fragment lists; empty: any.
        is_open: Whether it may have other values than `values`, or, for an object, other fields.
        description: The fragment's description, on one line.
    """

    name: str
    type: str
    format: str
    values: tuple[Any, ...]
    is_open: bool
    description: str


@attrs.frozen
class Schema:
    """A JSON Schema with the schemas that it refers to and is composed of merged into it, the outermost first."""

    keywords: Mapping[str, Any]
    types: tuple[str, ...]  # the names of the JSON types apart from null, each once
    is_open: bool  # as that of `Field`
    properties: Mapping[str, "Schema"]


@cache
def record_schema() -> Schema:
    document = fragment()
    responses = document["paths"][list_flex_flows.path]["get"]["responses"]
    page = responses["200"]["content"]["application/json"]["schema"]
    records = _read(page, document).properties[list_flex_flows.key]
    return _read(records.keywords["items"], document)


@cache
def record_fields() -> tuple[Field, ...]:
    """Return the fields of a Flex Flow at every depth, in the fragment's order."""
    return tuple(_fields(record_schema(), ""))


def _fields(schema: Schema, prefix: str) -> Iterator[Field]:
    for name, each in schema.properties.items():
        yield Field(
            name=prefix + name,
            type=each.types[0] if len(each.types) == 1 else "",
            format=each.keywords.get("format", ""),
            values=tuple(value for value in each.keywords.get("enum", ()) if value is not None),
            is_open=each.is_open,
            description=" ".join(each.keywords.get("description", "").split()),
        )
        yield from _fields(each, f"{prefix}{name}.")


def _read(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Schema:
    parts = list(_parts(schema, document))
    keywords = {name: value for part in reversed(parts) for name, value in part.items()}
    types = [each for part in parts for each in _types(part)]
    if "enum" in keywords:
        alternatives = [each for part in parts for word in ("anyOf", "oneOf") for each in part.get(word, ())]
        is_open = any("enum" not in each for each in alternatives if "$ref" not in each and "null" not in _types(each))
    elif "object" in types:
        is_open = keywords.get("additionalProperties") not in (None, False)
    else:
        is_open = True
    properties = {name: inner for part in parts for name, inner in part.get("properties", {}).items()}
    return Schema(
        keywords,
        tuple(dict.fromkeys(each for each in types if each != "null")),
        is_open,
        {name: _read(inner, document) for name, inner in properties.items()},
    )


def _types(schema: Mapping[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def _parts(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a schema, and the schemas that it refers to and is composed of; `make gen` refuses one inside itself."""
    yield schema
    if "$ref" in schema:
        target: Any = document
        for step in schema["$ref"].split("/")[1:]:
            target = target[step.replace("~1", "/").replace("~0", "~")]
        yield from _parts(target, document)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from _parts(part, document)
