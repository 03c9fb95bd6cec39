"""The columns: those of the fragment, and those that the user names."""

from typing import Any

import pytest
from commands import FIELDS, Account, Flexflows

from flexflows import Field
from flexflows.cli import _columns, _notes

FLOW = {
    "sid": "FO1",
    "friendly_name": "Sales",
    "integration": {"flow_sid": "FW1", "own": {"deep": [1]}},
}


@pytest.mark.parametrize(
    ("names", "values"),
    [
        ("sid", ["FO1"]),
        ("friendly_name, sid,,friendly_name", ["Sales", "FO1"]),
        ("integration.flow_sid,integration.timeout", ["FW1", None]),
        ("integration.own,integration.own.deep", [{"deep": [1]}, [1]]),
        ("profile", [None]),
        ("date_updated", [None]),
    ],
)
def test_named_columns(flexflows: Flexflows, account: Account, names: str, values: list[Any]) -> None:
    """A column is a dotted name of the fragment, or any name below a free-form object."""
    account([FLOW])
    assert list(flexflows("list", "-o", "json", "--columns", names).json[0].values()) == values


def test_help_lists_every_field(flexflows: Flexflows) -> None:
    """`--columns help` describes every field of the fragment, without credentials."""
    text = " ".join(flexflows("list", "--columns", "help").text.split())
    assert all(f"{field.name} {field.description}" in text for field in FIELDS.values())


def test_a_new_field(flexflows: Flexflows, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field added to the fragment is a column at its position, a condition, and no news, without any other edit."""
    inner = Field("brand_new.a", "integer", "", (), is_open=True, description="An A.")
    outer = Field("brand_new", "object", "", (), is_open=False, description="It is new.")
    for module in (_columns, _notes):
        monkeypatch.setattr(module, "record_fields", lambda: (outer, inner, *FIELDS.values()))
    account([{"sid": "FO1", "brand_new": {"a": 1}}])
    result = flexflows("list")
    assert (result.lines[0].startswith("sid  "), "brand_new" in result.lines[0], result.err) == (True, True, "")
    assert flexflows("list", "--columns", "brand_new.a", "-o", "csv").lines == ["brand_new.a", "1"]
    assert flexflows("list", "-o", "csv").lines[0].startswith("brand_new,")
    assert len(flexflows("list", "-o", "json", "--where", "brand_new.a=1").json) == 1
    assert "An A." in flexflows("list", "--columns", "help").text
