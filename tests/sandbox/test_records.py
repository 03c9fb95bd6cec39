"""The records that the sandbox generates."""

import re
from collections import Counter
from typing import Any

import pytest
from flexflows._fragment import Schema, read_schema
from flexflows.sandbox._endpoints import ListEndpoint
from jsonschema import Draft202012Validator, FormatChecker

from flexflows.sandbox import Sandbox
from flexflows.sandbox._records import MAX_RECORDS, make_records, make_templates, make_value

ACCOUNT = "AC" + "0123456789abcdef" * 2
SID = re.compile(r"\b[A-Z]{2}[0-9a-f]{32}\b")


@pytest.fixture(scope="module")
def records(endpoint: ListEndpoint) -> list[dict[str, Any]]:
    return make_records(500, endpoint.schema, endpoint.examples, seed=0, account_sid=ACCOUNT)


def sids(value: object) -> set[str]:
    return set(SID.findall(repr(value)))


def test_every_record_fits_its_schema(document: dict[str, Any], records: list[dict[str, Any]]) -> None:
    """A record validates against the fragment's schema, formats included."""
    schema = document["components"]["schemas"]["FlexFlow"]
    validator = Draft202012Validator({**schema, "components": document["components"]}, format_checker=FormatChecker())
    for record in records:
        validator.validate(record)


def test_every_record_has_all_attributes(endpoint: ListEndpoint, records: list[dict[str, Any]]) -> None:
    """A record has the schema's attributes, in the schema's order."""
    assert {tuple(record) for record in records} == {tuple(endpoint.schema.properties)}


def test_every_enum_value_occurs(endpoint: ListEndpoint, records: list[dict[str, Any]]) -> None:
    """Each enum value occurs in some record."""
    for name, schema in endpoint.schema.properties.items():
        assert set(schema.values) <= {record[name] for record in records if schema.values}


def test_records_depend_on_seed_and_number_alone(endpoint: ListEndpoint, records: list[dict[str, Any]]) -> None:
    """The same seed gives the same records for any count; another seed gives other records of the same shapes."""
    few = make_records(30, endpoint.schema, endpoint.examples, seed=0, account_sid=ACCOUNT)
    assert few == records[:30]
    others = make_records(30, endpoint.schema, endpoint.examples, seed=1, account_sid=ACCOUNT)
    assert not {record["sid"] for record in few} & {record["sid"] for record in others}
    assert [record["friendly_name"] for record in few] == [record["friendly_name"] for record in others]


def test_sids_are_unique(records: list[dict[str, Any]]) -> None:
    """A SID is unique and part of the record's URL; account_sid is the sandbox's, and no example's SID remains."""
    assert len({record["sid"] for record in records}) == 500
    assert all(record["url"].endswith(record["sid"]) for record in records)
    assert all(record["account_sid"] == ACCOUNT for record in records)
    assert not [sid for sid in sids(records) if sid[2:].startswith("0" * 20)]


def test_records_share_sids_as_the_examples_do(records: list[dict[str, Any]]) -> None:
    """Records share one chat service and a few Studio flows; a studio flow and a disabled task flow share a number."""
    assert len(set.intersection(*map(sids, records))) == 2
    studio_flows = Counter(record["integration"].get("flow_sid") for record in records)
    assert 2 < len(studio_flows) < 100
    shared = [flow["contact_identity"] for flow in records if flow["integration_type"] == "task"]
    studio = {flow["contact_identity"] for flow in records if flow["integration_type"] == "studio" and flow["enabled"]}
    assert shared
    assert set(shared) <= studio


def test_records_look_like_those_of_real_accounts(records: list[dict[str, Any]]) -> None:
    """Most records are studio; web has no identity; custom means other channels; some were never updated."""
    kinds = Counter(record["integration_type"] for record in records)
    assert kinds["studio"] > 0.7 * len(records)
    assert {record["contact_identity"] for record in records if record["channel_type"] == "web"} == {None}
    assert {"instagram", "telegram"} <= {
        record["contact_identity"] for record in records if record["channel_type"] == "custom"
    }
    assert None in kinds
    assert any(record["date_updated"] is None for record in records)
    assert {record["integration"].get("retry_count") for record in records} == {None, 3}


def test_names_are_not_all_ascii_and_some_repeat(records: list[dict[str, Any]]) -> None:
    """Some names are not ASCII, and some names occur twice."""
    names = [record["friendly_name"] for record in records]
    assert any(not name.isascii() for name in names)
    assert len(set(names)) < len(names)


def test_dates_are_ordered(records: list[dict[str, Any]]) -> None:
    """No record is updated before it is created, and times differ."""
    assert all(record["date_created"] <= (record["date_updated"] or "9") for record in records)
    assert len({record["date_created"] for record in records}) > 300


def test_an_account_holds_2500_flows() -> None:
    """An account can have as many flows as Twilio allows."""
    assert len({flow["sid"] for flow in Sandbox(MAX_RECORDS).flows}) == MAX_RECORDS == 2_500


PROPERTIES: dict[str, Any] = {
    "account": {"type": "string", "pattern": "^AC[0-9a-fA-F]{32}$"},
    "sid": {"type": ["string", "null"], "pattern": "^TH[0-9a-fA-F]{32}$"},
    "kind": {"anyOf": [{"$ref": "#/components/schemas/Kind"}, {"type": "null"}]},
    "count": {"type": "integer", "minimum": 3, "maximum": 5},
    "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1.5},
    "negative": {"type": "integer", "maximum": -1},
    "plain": {"type": "integer"},
    "flag": {"type": "boolean"},
    "when": {"type": "string", "format": "date-time"},
    "day": {"type": "string", "format": "date"},
    "short": {"type": "string", "maxLength": 3},
    "long": {"type": "string", "minLength": 9},
    "odd": {"type": ["string", "null"], "pattern": "^[^x]+$"},
    "nothing": {"type": "null"},
    "either": {"oneOf": [{"type": "null"}]},
    "list": {"type": "array", "items": {"type": "string"}, "minItems": 2},
    "any_list": {"type": "array"},
    "parts": {"allOf": [{"properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "boolean"}}}]},
    "shown": {"type": "string", "examples": ["100% sure"]},
}
DOCUMENT = {"components": {"schemas": {"Kind": {"type": "string", "enum": ["one", "two"]}}}}


def test_attributes_without_an_example() -> None:
    """A schema without examples gives records that fit it, with all attributes."""
    schema = {"type": "object", "properties": PROPERTIES}
    records = make_records(40, read_schema(schema, DOCUMENT), [], seed=0, account_sid=ACCOUNT)
    validator = Draft202012Validator({**schema, **DOCUMENT}, format_checker=FormatChecker())
    for record in records:
        validator.validate(record)
        assert list(record) == list(PROPERTIES)
        assert record["account"] == ACCOUNT
    assert len({record["sid"] for record in records}) == 40
    assert {record["kind"] for record in records} == {"one", "two"}


def test_a_new_attribute_is_in_every_record() -> None:
    """An attribute that no example has is added to every record, with varying values."""
    schema = read_schema({"properties": {"sid": {"type": "string"}, **PROPERTIES}}, DOCUMENT)
    examples = [{"sid": f"TH{number:032x}", "extra": 1} for number in (1, 2)]
    one, two = make_templates(schema, examples)
    assert list(one) == [*schema.properties, "extra"]
    assert (one["count"], two["count"]) == (3, 4)
    assert (one["flag"], two["flag"]) == (True, False)
    assert (one["kind"], two["kind"]) == ("one", "two")


def test_an_attribute_that_only_some_examples_have_is_not_added() -> None:
    """An attribute that an example leaves out is not in the records made from it."""
    schema = read_schema({"properties": PROPERTIES}, DOCUMENT)
    templates = make_templates(schema, [{"plain": 1, "day": "2020-01-01"}, {"plain": 2}])
    assert ["day" in template for template in templates] == [True, False]


def test_a_new_enum_member_gets_a_record() -> None:
    """An enum value that no example has occurs in a record."""
    schema = Schema(properties={"kind": Schema(values=("one", "two", "three"))})
    assert [each["kind"] for each in make_templates(schema, [{"kind": "two"}])] == ["two", "one", "three"]


def test_a_schema_that_contains_itself_ends() -> None:
    """A recursive schema gives values of finite depth."""
    document = {"Node": {"properties": {"name": {"type": "string"}, "next": {"$ref": "#/Node"}}}}
    assert make_value(read_schema({"$ref": "#/Node"}, document)) == {"name": "text", "next": None}
