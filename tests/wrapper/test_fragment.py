"""The reader of the fragment: references, composed schemas, and the records of an operation."""

import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from flexflows._fragment import (
    Schema,
    json_examples,
    json_response,
    read_schema,
    record_schema,
    resolve,
)

from flexflows import _fragment
from flexflows._generated import fragment

DOCUMENT: dict[str, Any] = {
    "paths": {"/v1/Flex Flows": {"get": {"description": "found"}}, "/v1/Caf\u00e9": {"get": "found"}},
    "components": {
        "schemas": {
            "Text": {"type": "string", "maxLength": 8},
            "Alias": {"$ref": "#/components/schemas/Text"},
            "a/b~c": {"type": "integer"},
            "~1": {"type": "boolean"},
            "Choice": {"anyOf": [{"type": "null"}, {"enum": ["x", "y"], "type": "string"}]},
            "Loop": {"$ref": "#/components/schemas/Pool"},
            "Pool": {"$ref": "#/components/schemas/Loop"},
            "Tree": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                },
            },
            "Endless": {"allOf": [{"$ref": "#/components/schemas/Endless"}, {"type": "string"}]},
        }
    },
}
SCHEMAS = DOCUMENT["components"]["schemas"]


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("#/components/schemas/Text", SCHEMAS["Text"]),
        ("#/components/schemas/Alias", SCHEMAS["Text"]),
        ("#/components/schemas/a~1b~0c", SCHEMAS["a/b~c"]),
        ("#/components/schemas/~01", SCHEMAS["~1"]),
        ("#/components/schemas/a%7E1b%7e0c", SCHEMAS["a/b~c"]),
        ("#/components/schemas/Choice/anyOf/1", SCHEMAS["Choice"]["anyOf"][1]),
        ("#/paths/~1v1~1Flex%20Flows/get", {"description": "found"}),
        ("#/paths/~1v1~1Caf%C3%A9/get", "found"),
        ("#", DOCUMENT),
    ],
)
def test_a_reference_is_resolved(reference: str, target: object) -> None:
    """A JSON Pointer in a URI fragment is unescaped as RFC 6901 says: %-escapes, then ~1, then ~0."""
    assert resolve(DOCUMENT, {"$ref": reference}) == target


@pytest.mark.parametrize("value", [{"type": "string"}, {}, [], "text", True, None])
def test_a_value_that_is_not_a_reference_is_returned(value: object) -> None:
    """Only an object with `$ref` is a reference."""
    assert resolve(DOCUMENT, value) is value


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("#/components/schemas/Loop", "points back to itself"),
        ("#/components/schemas/Nothing", "points to nothing: there is no 'Nothing'"),
        ("#/components/schemas/Choice/anyOf/7", "there is no '7'"),
        ("#/components/schemas/Choice/anyOf/one", "there is no 'one'"),
        ("#/components/schemas/Text/type/deeper", "there is no 'deeper'"),
        ("other.yaml#/components", "not a path into the document"),
        ("Text", "not a path into the document"),
        ("#anchor", "not a path into the document"),
    ],
)
def test_a_reference_to_nothing_is_refused(reference: str, message: str) -> None:
    """The error quotes the reference."""
    with pytest.raises(LookupError, match=message) as caught:
        resolve(DOCUMENT, {"$ref": reference})
    assert "$ref '" in str(caught.value)


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_a_composed_schema_merges_its_parts(keyword: str) -> None:
    """The first part with a keyword sets its value; types and values of all parts are merged."""
    parts: list[object] = [{"$ref": "#/components/schemas/Text"}, {"enum": ["a", 1]}, {"const": [2]}, {"type": "null"}]
    schema = read_schema({keyword: parts, "description": "Some\n  text.", "format": "f", "pattern": "p"}, DOCUMENT)
    assert schema == Schema(
        types=frozenset({"string", "null"}),
        values=("a", 1, [2]),
        is_closed=keyword == "allOf",
        format="f",
        description="Some text.",
        pattern="p",
        max_length=8,
    )


@pytest.mark.parametrize(
    ("schema", "is_closed"),
    [
        ({"enum": ["a"]}, True),
        ({"const": "a"}, True),
        ({"type": "string"}, False),
        ({"$ref": "#/components/schemas/Choice"}, True),
        ({"allOf": [{"$ref": "#/components/schemas/Choice"}, {"type": "string"}]}, True),
        ({"anyOf": [{"$ref": "#/components/schemas/Choice"}, {"type": "string"}, {"type": "null"}]}, False),
        ({"oneOf": [{"enum": ["a"]}, {"const": "b"}]}, True),
        ({"anyOf": [{"type": "null"}]}, False),
        ({"$ref": "#/components/schemas/Endless"}, False),
        (True, False),
    ],
)
def test_an_enum_may_be_open(schema: object, *, is_closed: bool) -> None:
    """An enum is closed if no alternative allows another value, apart from null."""
    assert read_schema(schema, DOCUMENT).is_closed is is_closed


def test_a_property_of_several_parts_is_merged() -> None:
    """A base schema and its refinement describe the same property together."""
    base = {"properties": {"channel": {"type": "string"}}, "required": ["channel"]}
    schema = read_schema({"allOf": [base, {"properties": {"channel": {"enum": ["web"]}}}]}, DOCUMENT)
    assert schema.properties["channel"] == Schema(types=frozenset({"string"}), values=("web",), is_closed=True)
    assert schema.required == {"channel"}


def test_the_limits_of_a_value() -> None:
    """Exclusive bounds become inclusive ones; equal limits of the length are the length."""
    assert read_schema({"minimum": 0, "maximum": 3}, {}) == Schema(minimum=0, maximum=3)
    assert read_schema({"exclusiveMinimum": 0, "exclusiveMaximum": 3}, {}) == Schema(minimum=1, maximum=2)
    number = read_schema({"exclusiveMinimum": 0.5, "exclusiveMaximum": 1.5}, {})
    assert number.minimum is not None
    assert number.maximum is not None
    assert 0.5 < number.minimum < number.maximum < 1.5
    assert read_schema({"minLength": 34, "maxLength": 34}, {}).length == 34
    assert read_schema({"maxLength": 34}, {}).length is None
    assert read_schema({}, {}).length is None
    assert read_schema({"items": {"type": "string"}, "minItems": 2}, {}) == Schema(
        items=Schema(types=frozenset({"string"})), min_items=2
    )


@pytest.mark.parametrize(
    ("additional", "is_open"), [(None, False), (False, False), (True, True), ({}, True), ({"type": "string"}, True)]
)
def test_an_object_open_to_other_properties(additional: object, *, is_open: bool) -> None:
    """Any schema for additional properties allows them, even an empty one."""
    schema = {} if additional is None else {"additionalProperties": additional}
    assert read_schema(schema, {}).is_open is is_open


@pytest.mark.parametrize("schema", [True, False, {}, None])
def test_an_empty_schema(schema: object) -> None:
    """True and false are schemas too."""
    assert read_schema(schema, DOCUMENT) == Schema()


def test_a_schema_that_contains_itself() -> None:
    """A schema inside itself allows any value."""
    tree = read_schema({"$ref": "#/components/schemas/Tree"}, DOCUMENT)
    assert tree.properties["children"].items == Schema()
    assert read_schema(SCHEMAS["Loop"], DOCUMENT) == Schema()
    assert read_schema(SCHEMAS["Endless"], DOCUMENT) == Schema(types=frozenset({"string"}))


@pytest.mark.parametrize(
    ("schema", "is_narrow"),
    [
        (Schema(types=frozenset({"boolean", "null"})), True),
        (Schema(types=frozenset({"string"}), format="date-time"), True),
        (Schema(types=frozenset({"string"}), min_length=34, max_length=34), True),
        (Schema(values=("web", "sms")), True),
        (Schema(types=frozenset({"string", "integer"})), False),
        (Schema(types=frozenset({"null"})), False),
        (Schema(), False),
    ],
)
def test_a_narrow_column(schema: Schema, *, is_narrow: bool) -> None:
    """Values of a fixed length, of an enum, numbers and times are narrow."""
    assert schema.is_narrow is is_narrow


def test_the_records_of_the_list() -> None:
    """The schema of the records has the fragment's properties in order, and is read once."""
    properties = fragment()["components"]["schemas"]["FlexFlow"]["properties"]
    assert list(record_schema().properties) == list(properties)
    assert record_schema() is record_schema()
    assert record_schema().properties["sid"].length == 34
    assert record_schema().properties["channel_type"].types == {"string", "null"}


def test_the_examples_of_a_response() -> None:
    """The examples are named, or a single one; a named example may be a reference."""
    document = {"components": {"examples": {"Two": {"value": 2}}}}
    named = {"one": {"value": 1}, "two": {"$ref": "#/components/examples/Two"}, "elsewhere": {"externalValue": "x"}}
    assert json_examples(document, {"examples": named}) == [1, 2]
    assert json_examples(document, {"example": 0}) == [0]
    assert json_examples(document, {}) == []


def test_the_json_of_a_response() -> None:
    """The JSON content is that of the first success response that has any; it may be empty."""
    responses: dict[str, Any] = {
        "404": {"content": {"application/json": {"example": 4}}},
        "204": {"description": "Nothing"},
    }
    document = {"paths": {"/v1/Things": {"get": {"responses": responses}}}}
    assert json_response(document, "/v1/Things") == {}
    responses["200"] = {"content": {"text/plain": {}, "application/json": {"example": 1}}}
    assert json_response(document, "/v1/Things") == {"example": 1}


def test_the_examples_of_a_schema() -> None:
    """The examples are kept in the fragment's order."""
    assert read_schema({"type": "string", "examples": ["b", "a"]}, {}).examples == ("b", "a")


@attrs.frozen
class Operation:
    path: str = "/v1/Things"
    key: str = "things"


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Replace the fragment with another document."""
    thing = {"type": "object", "properties": {"sid": {"type": "string"}}}
    page = {"properties": {"things": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}
    found = {
        "description": "One page.",
        "content": {"text/plain": {}, "application/hal+json": {"schema": page, "example": {"things": [{"sid": "x"}]}}},
    }
    document = {
        "paths": {"/v1/Things": {"$ref": "#/components/pathItems/Things"}, "/v1/Nothing": {"get": {"responses": {}}}},
        "components": {
            "schemas": {"Thing": thing},
            "responses": {"Found": found},
            "pathItems": {
                "Things": {"get": {"responses": {"default": {}, "2XX": {"$ref": "#/components/responses/Found"}}}}
            },
        },
    }
    monkeypatch.setattr(_fragment, "fragment", lambda: json.loads(json.dumps(document)))
    record_schema.cache_clear()
    yield
    record_schema.cache_clear()


@pytest.mark.usefixtures("document")
def test_an_operation_behind_references() -> None:
    """Path, response, media type and schema may be references, of any success status and any kind of JSON."""
    assert record_schema(Operation()) == Schema(
        types=frozenset({"object"}), properties={"sid": Schema(types=frozenset({"string"}))}
    )


@pytest.mark.usefixtures("document")
def test_an_operation_without_records() -> None:
    """The schema of the records is empty."""
    assert record_schema(Operation(path="/v1/Nothing")) == Schema()
    assert record_schema(Operation(key="meta")) == Schema()
