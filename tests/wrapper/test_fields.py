"""The fields of a record, as the fragment describes them."""

from typing import Any

import pytest

from flexflows import ChannelType, FlexFlow, Integration, record_fields
from flexflows._fields import _fields, _read, record_schema

TEXT, NUMBER, CHOICE = ({"$ref": f"#/components/schemas/{name}"} for name in ("Text", "a~1b~0c", "Choice"))
DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Text": {"type": "string", "format": "uri", "description": "Some\n  text."},
            "a/b~c": {"type": "integer"},
            "Choice": {"anyOf": [{"type": "null"}, {"enum": ["x", "y", None], "type": "string"}]},
        }
    }
}


def test_every_attribute_of_a_record_has_a_field() -> None:
    """The fields are the attributes of the models at every depth, in the fragment's order."""
    fields = {field.name: field for field in record_fields()}
    assert [name for name in fields if "." not in name] == list(FlexFlow._names) == list(record_schema().properties)
    nested = [name.removeprefix("integration.") for name in fields if name.startswith("integration.")]
    assert nested == list(Integration._names)
    assert set(fields["channel_type"].values) == {member.value for member in ChannelType}
    assert fields["channel_type"].is_open
    assert (fields["date_created"].type, fields["date_created"].format) == ("string", "date-time")


@pytest.mark.parametrize(
    ("schema", "types", "is_open"),
    [
        ({"type": ["string", "null"]}, ("string",), True),
        ({"enum": ["a"], "type": "string"}, ("string",), False),
        (NUMBER, ("integer",), True),
        ({"allOf": [CHOICE]}, ("string",), False),
        ({"anyOf": [CHOICE, {"type": "string"}]}, ("string",), True),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, ("string", "integer"), True),
        ({"type": "object"}, ("object",), False),
        ({"type": "object", "additionalProperties": {"type": "string"}}, ("object",), True),
        ({}, (), True),
    ],
)
def test_types_and_open_schemas(schema: dict[str, Any], types: tuple[str, ...], *, is_open: bool) -> None:
    """The types of all parts count, apart from null; an enum is open if another part allows any value."""
    merged = _read(schema, DOCUMENT)
    assert (merged.types, merged.is_open) == (types, is_open)


def test_a_schema_is_merged_with_its_parts() -> None:
    """The outermost keyword wins; the properties of all parts are merged."""
    base = {"properties": {"a": {**TEXT, "description": "Mine."}, "b": {}}}
    merged = _read({"type": "object", "allOf": [base, {"properties": {"c": CHOICE}}]}, DOCUMENT)
    fields = {field.name: field for field in _fields(merged, "x.")}
    assert [*fields] == ["x.a", "x.b", "x.c"]
    assert (fields["x.a"].type, fields["x.a"].format, fields["x.a"].description) == ("string", "uri", "Mine.")
    assert fields["x.c"].values == ("x", "y")
