"""`flexflows drift`: the differences that it reports."""

from collections.abc import Callable
from typing import Any

import pytest
from client_faults import LEAVES, Leaves
from client_faults import fault as fault_of
from commands import Flexflows
from flexflows._fragment import read_schema, record_schema
from flexflows.cli._drift import compare

from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]

FLOW: dict[str, Any] = {**Sandbox(1).flows[0], "integration": {"flow_sid": "FW1"}}


def found(flow: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each.kind, each.path, each.actual) for each in compare(flow, record_schema())]


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
        ({"date_created": "yesterday"}, [("other type", "date_created", "string, not a date-time")]),
        ({"date_created": "2023-05-04"}, [("other type", "date_created", "string, not a date-time")]),
    ],
)
def test_differences(change: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    """Any record can be compared with the fragment."""
    assert found(FLOW | change) == expected


def test_other_schemas() -> None:
    """Arrays, numbers, compositions and empty schemas are compared too."""
    schema = {
        "allOf": [
            {"type": "object", "properties": {"list": {"type": "array", "items": {"type": "number"}}}},
            {"properties": {"any": True, "map": {"type": "object", "additionalProperties": True}}},
        ]
    }
    value = {"list": [1, 2.5, "x", "y"], "any": [1], "map": {"a": 1}}
    assert [(each.kind, each.path) for each in compare(value, read_schema(schema, {}))] == [
        ("other type", "list[]"),
        ("other type", "list[]"),
    ]


def test_report(flexflows: Flexflows, account: Account) -> None:
    """The report has each difference with its place, count and a shortened example; the exit code is 4."""
    flows = [FLOW, FLOW | {"channel_type": "pigeon"}, FLOW | {"channel_type": "pigeon", "owner": "someone@example.com"}]
    url = account(flows).url
    result = flexflows("drift", "-o", "json", "--base-url", url)
    assert result.code == 4
    assert result.json == {
        "accounts": 1,
        "accounts_read": 1,
        "flows": 3,
        "is_drift": True,
        "findings": [
            {
                "kind": "unknown field",
                "path": "owner",
                "actual": "string",
                "expected": None,
                "count": 1,
                "example": '"someone@exa…"',
            },
            {
                "kind": "unknown value",
                "path": "channel_type",
                "actual": '"pigeon"',
                "expected": ", ".join(record_schema().properties["channel_type"].values),
                "count": 2,
                "example": '"pigeon"',
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
def test_every_fault_gives_a_report_or_an_error(flexflows: Flexflows, account: Account, fault: str) -> None:
    """Any odd record gives a report or an error."""
    result = flexflows("drift", "--base-url", account(3, faults=[fault_of(f"{fault}+")]).url)
    is_quiet = {"nulls", "no-attributes"}
    assert result.code == (0 if fault in is_quiet else 1 if fault == "huge-float" else 4)


def test_error(flexflows: Flexflows, account: Account) -> None:
    """A failing listing is an error, and the differences found before are reported."""
    url = account([FLOW | {"new": 1}] * 1001, faults=["403@2"]).url
    result = flexflows("drift", "--base-url", url)
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "1,000 of 1,000" in result.text
    result = flexflows("drift", "--base-url", account(1, faults=["401+"]).url)
    assert (result.code, result.out) == (1, b"")
