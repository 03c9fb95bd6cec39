"""The records that a sandbox generates, and those that it is given."""

import re
from datetime import datetime
from typing import Any

import pytest
from listing import get

from flexflows import FlexFlow, record_fields
from flexflows._fields import Schema
from flexflows.sandbox import Sandbox
from flexflows.sandbox._records import MAX_RECORDS, make_templates

FIELDS = [field for field in record_fields() if "." not in field.name]
SID = re.compile(r"\b[A-Z]{2}[0-9a-f]{32}\b")


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox(MAX_RECORDS)


def test_every_attribute_and_enum_value_occurs(sandbox: Sandbox) -> None:
    assert set().union(*sandbox.flows) == {field.name for field in FIELDS}
    for field in FIELDS:
        assert set(field.values) <= {record[field.name] for record in sandbox.flows if field.values}


def test_records_depend_on_seed_and_number_alone(sandbox: Sandbox) -> None:
    """The same seed gives the same records for any count; another seed shares no SID with it."""
    few, others = Sandbox(30).flows, Sandbox(30, seed=1).flows
    assert few == sandbox.flows[:30]
    assert not set(SID.findall(repr(few))) & set(SID.findall(repr(others)))


def test_sids_are_those_of_one_account(sandbox: Sandbox) -> None:
    """SIDs of flows are unique, the account's is the sandbox's, and all flows share a chat service and Studio flows."""
    flows = sandbox.flows
    assert len({record["sid"] for record in flows}) == len(flows) == MAX_RECORDS
    assert len({record["friendly_name"] for record in flows}) > 2_000
    assert {record["account_sid"] for record in flows} == {sandbox.account_sid}
    assert len({record["chat_service_sid"] for record in flows}) == 1
    assert 2 < len({(record["integration"] or {}).get("flow_sid") for record in flows}) < 100


def schema(types: str = "", properties: dict[str, Schema] | None = None, **keywords: Any) -> Schema:
    return Schema(keywords, tuple(types.split()), is_open=True, properties=properties or {})


@pytest.mark.parametrize(
    ("property_schema", "expected"),
    [
        (schema("string"), "text"),
        (schema("string", enum=[None, "one"]), "one"),
        (schema("string", examples=["100% sure"]), "100% sure"),
        (schema("string", pattern="^TH[0-9a-fA-F]{32}$"), "TH" + "a" * 32),
        (schema("string", pattern="^[^x]+$"), None),
        (schema("string", format="date"), "2020-01-01"),
        (schema("string", format="date-time"), "2020-01-01T00:00:00Z"),
        (schema("string", format="uri"), "https://www.example.com/"),
        (schema("integer"), 1),
        (schema("number", minimum=0.5), 0.5),
        (schema("boolean"), True),
        (schema("array"), []),
        (schema("object", {"a": schema("boolean"), "b": schema("object")}), {"a": True, "b": {}}),
        (schema(), None),
    ],
)
def test_a_property_without_an_example_is_served_by_its_type(property_schema: Schema, expected: object) -> None:
    """A property that no example holds is in every record, at any depth; one that some examples hold is not added."""
    examples = [{"sid": "TH1", "in": {"x": 1}}, {"in": None}]
    inner = schema("object", {"x": schema("integer"), "new": property_schema})
    whole = schema("object", {"new": property_schema, "sid": schema("string"), "in": inner}, examples=examples)
    assert make_templates(whole)[:2] == [
        {"sid": "TH1", "in": {"x": 1, "new": expected}, "new": expected},
        {"in": None, "new": expected},
    ]


def test_records_follow_the_fragment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new enum value occurs in a record, also in a fragment without examples; each record has a SID of its own."""
    properties = {
        "sid": schema("string", pattern="^FO[0-9a-fA-F]{32}$"),
        "account_sid": schema("string", pattern="^AC[0-9a-fA-F]{32}$"),
        "kind": schema("string", enum=["one", "two", None]),
    }
    monkeypatch.setattr("flexflows.sandbox._records.record_schema", lambda: schema("object", properties))
    sandbox = Sandbox(4)
    assert [record["kind"] for record in sandbox.flows] == ["one", "two", None, "one"]
    assert {record["account_sid"] for record in sandbox.flows} == {sandbox.account_sid}
    assert len({record["sid"] for record in sandbox.flows}) == 4


def test_given_records_are_copied() -> None:
    """A sandbox serves dictionaries and FlexFlow objects, and does not change those that it was given."""
    given = {"integration": {"flow_sid": "FW1"}, "pair": (1, 2), "at": ["all", 2**70, "\ud83d", None, 1.5]}
    flow = FlexFlow.from_dict({"sid": "FO1", "friendly_name": "Mine"})
    sandbox = Sandbox(iter([given, flow]))
    assert sandbox.flows == [{**given, "pair": [1, 2]}, flow.to_dict()]
    sandbox.flows[0]["integration"]["flow_sid"] = "FW2"
    assert given["integration"] == {"flow_sid": "FW1"}


circular: dict[str, Any] = {}
circular["itself"] = circular


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (None, "is None; pass a dictionary as the API would send it, or a FlexFlow"),
        ("text", "is of type str; pass a dictionary"),
        ({"at": datetime(2020, 1, 1)}, "is not JSON: Object of type datetime"),  # noqa: DTZ001 - no matter
        ({"at": float("nan")}, "is not JSON: Out of range float values"),
        (circular, "is not JSON: "),
        ({"at": 10**5000}, "is not JSON: Exceeds the limit"),
    ],
    ids=range(6),
)
def test_a_record_that_is_no_json_object_is_refused(record: Any, message: str) -> None:
    """Such a record is an error when it is given, and a 500 when it is put in later; both name it."""
    with pytest.raises(TypeError, match=rf"^flows\[1\] {re.escape(message)}"):
        Sandbox([{}, record])
    with Sandbox(2) as sandbox:
        sandbox.flows[1] = record
        response = get(sandbox)
        assert (response.status_code, response.json()["code"]) == (500, 20500)
        assert response.json()["message"].startswith(f"flows[1] {message}")
