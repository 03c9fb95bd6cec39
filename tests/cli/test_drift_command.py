"""`flexflows drift`: what is reported, and what is not."""

from collections.abc import Callable
from typing import Any

import pytest
from client_faults import LEAVES, Leaves
from client_faults import fault as fault_of
from commands import Flexflows

from flexflows.cli._drift import differences
from flexflows.cli._schema import record_shape, shape_of
from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]

FLOW: dict[str, Any] = {**Sandbox(1).flows[0], "integration": {"flow_sid": "FW1"}}


def found(flow: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each.kind.value, each.path, each.came) for each in differences(flow, record_shape())]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        (dict.fromkeys(FLOW), []),
        ({"new": [1]}, [("unknown field", "new", "array")]),
        ({"channel_type": "pigeon"}, [("unknown value", "channel_type", '"pigeon"')]),
        ({"channel_type": 7}, [("other type", "channel_type", "integer")]),
        ({"channel_type": "x" * 99}, [("unknown value", "channel_type", '"' + "x" * 38 + "…")]),
        ({"enabled": 1}, [("other type", "enabled", "integer")]),
        ({"enabled": "true"}, [("other type", "enabled", "string")]),
        ({"integration": []}, [("other type", "integration", "array")]),
        ({"integration": {}}, []),
        ({"integration": {"bot": {"a": 1}}}, [("unknown field", "integration.bot", "object")]),
        ({"integration": {"timeout": "1"}}, [("other type", "integration.timeout", "string")]),
        ({"integration": {"timeout": 1.0}}, [("other type", "integration.timeout", "number")]),
        ({"integration": {"timeout": 2**80}}, []),
        ({"date_created": "2023-05-04T09:42:00+00:00"}, []),
        ({"date_created": "yesterday"}, [("other type", "date_created", "string, no date-time")]),
        ({"date_created": "2023-05-04"}, [("other type", "date_created", "string, no date-time")]),
    ],
)
def test_differences(change: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    """A record is compared with the fragment, whatever is in it."""
    assert found(FLOW | change) == expected


def test_missing_fields(flexflows: Flexflows, account: Account) -> None:
    """A field of every response that is missing in one is drift."""
    flow = {name: value for name, value in FLOW.items() if name != "integration"}
    url = account([flow, FLOW]).url
    result = flexflows("drift", "-o", "json", "--base-url", url)
    assert result.code == 4
    assert [(each["kind"], each["path"], each["times"]) for each in result.json["findings"]] == [
        ("missing field", "integration", 1)
    ]
    assert "1 of 2" in flexflows("drift", "--base-url", url).text


def test_promised_fields() -> None:
    """A field that a fragment promises is drift when it does not come."""
    shape = shape_of({"type": "object", "required": ["a"], "properties": {"a": {}, "b": {}}}, {})
    assert [(each.path, each.is_promised) for each in differences({}, shape)] == [("a", True), ("b", False)]


def test_other_schemas() -> None:
    """Arrays, numbers, compositions and schemas that say nothing are understood as well."""
    schema = {
        "allOf": [
            {"type": "object", "properties": {"list": {"type": "array", "items": {"type": "number"}}}},
            {"properties": {"any": True, "map": {"type": "object", "additionalProperties": True}}},
        ]
    }
    value = {"list": [1, 2.5, "x", "y"], "any": [1], "map": {"a": 1}}
    assert [(each.kind.value, each.path) for each in differences(value, shape_of(schema, {}))] == [
        ("other type", "list[]"),
        ("other type", "list[]"),
    ]


def test_report(flexflows: Flexflows, account: Account) -> None:
    """The report says what came where, how often, and a shortened example; the exit code is 4."""
    flows = [FLOW, FLOW | {"channel_type": "pigeon"}, FLOW | {"channel_type": "pigeon", "owner": "someone@example.com"}]
    url = account(flows).url
    result = flexflows("drift", "-o", "json", "--base-url", url)
    assert result.code == 4
    assert result.json == {
        "flows": 3,
        "is_drift": True,
        "findings": [
            {
                "kind": "unknown field",
                "path": "owner",
                "came": "string",
                "expected": None,
                "times": 1,
                "example": '"someone@exa…"',
                "is_drift": True,
            },
            {
                "kind": "unknown value",
                "path": "channel_type",
                "came": '"pigeon"',
                "expected": "web, sms, facebook, whatsapp, line, custom",
                "times": 2,
                "example": '"pigeon"',
                "is_drift": True,
            },
        ],
    }
    drawn = flexflows("drift", "--base-url", url)
    assert drawn.code == 4
    assert [line.split("  ")[0] for line in drawn.lines] == [
        "kind",
        "unknown field",
        "unknown value",
        "",
        "Drift: 2 things in 3 flows that this version does not know.",
    ]


@pytest.mark.parametrize("fault", [name for name, leaves in LEAVES.items() if leaves is Leaves.CHANGED_PAGE_AND_NEXT])
def test_faults(flexflows: Flexflows, account: Account, fault: str) -> None:
    """Records that are odd in whatever way are reported on, or are an error."""
    result = flexflows("drift", "--base-url", account(3, faults=[fault_of(f"{fault}+")]).url)
    assert result.code == (0 if fault == "nulls" else 1 if fault == "huge-float" else 4)


def test_error(flexflows: Flexflows, account: Account) -> None:
    """A listing that breaks is an error, and what was found before it is reported."""
    url = account([FLOW | {"new": 1}] * 1001, faults=["403@2"]).url
    result = flexflows("drift", "--base-url", url)
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "1,000 of 1,000" in result.text
    result = flexflows("drift", "--base-url", account(1, faults=["401+"]).url)
    assert (result.code, result.out) == (1, b"")
