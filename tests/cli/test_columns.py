"""The columns: those of the fragment, and those that the user names."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from commands import Flexflows

from flexflows import _fragment
from flexflows._generated import fragment
from flexflows.sandbox import Sandbox

FLOW = {
    "sid": "FO1",
    "friendly_name": "Sales",
    "profile": "the API's own",
    "integration": {"flow_sid": "FW1", "own": {"deep": [1]}},
    "brand_new": {"a": 1},
}

Account = Callable[..., Sandbox]


@pytest.fixture
def changed_fragment(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Return the fragment that the command reads, to be changed."""
    document = deepcopy(fragment())
    monkeypatch.setattr(_fragment, "fragment", lambda: document)
    _fragment.record_schema.cache_clear()
    yield document
    _fragment.record_schema.cache_clear()


@pytest.mark.parametrize(
    ("names", "values"),
    [
        ("sid", ["FO1"]),
        ("friendly_name, sid,,friendly_name", ["Sales", "FO1"]),
        ("integration.flow_sid,integration.timeout", ["FW1", None]),
        ("integration.own,integration.own.deep", [{"deep": [1]}, [1]]),
        (".brand_new,.brand_new.a,.never", [{"a": 1}, 1, None]),
        ("profile", [None]),
        (".profile", ["the API's own"]),
        ("url", [None]),
    ],
)
def test_named_columns(flexflows: Flexflows, account: Account, names: str, values: list[Any]) -> None:
    """A column is a dotted name of the fragment, any name below a free-form object, or any name after a dot."""
    result = flexflows("list", "-o", "json", "--columns", names, "--base-url", account([FLOW]).url)
    assert list(result.json[0].values()) == values


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        ("sids", "did you mean sid?"),
        ("sid,flow_sid", "did you mean integration.flow_sid?"),
        ("sid.x", "did you mean sid?"),
        ("integration.", "did you mean integration"),
        ("xyzzy", "--columns help"),
        ("brand_new", "(write .brand_new for"),
        ("", "--columns has no name"),
        ("\x1b[2J", "\\x1b[2J"),
    ],
)
def test_unknown_columns(flexflows: Flexflows, names: str, hint: str) -> None:
    """An unknown column is a usage error that suggests similar names."""
    result = flexflows("list", "--columns", names, "--sandbox")
    assert (result.code, result.out, result.err.count("\n")) == (2, b"", 1)
    assert hint in result.err


def test_help_lists_every_attribute(flexflows: Flexflows) -> None:
    """`--columns help` describes every attribute of the fragment, without credentials."""
    text = " ".join(flexflows("list", "--columns", "help").text.split())
    schemas = fragment()["components"]["schemas"]
    for prefix, schema in (("", "FlexFlow"), ("integration.", "Integration")):
        for name, attribute in schemas[schema]["properties"].items():
            assert f"{prefix}{name} {' '.join(attribute['description'].split())}" in text


def test_new_attribute(flexflows: Flexflows, account: Account, changed_fragment: dict[str, Any]) -> None:
    """An attribute added to the fragment is a column at its position, and no drift, without any other edit."""
    properties = changed_fragment["components"]["schemas"]["FlexFlow"]["properties"]
    added = {"brand_new": {"type": "object", "properties": {"a": {"type": "integer", "description": "An A."}}}}
    changed_fragment["components"]["schemas"]["FlexFlow"]["properties"] = added | properties
    url = account([{"sid": "FO1", "brand_new": {"a": 1}}]).url
    assert "brand_new" in flexflows("list", "--base-url", url).lines[0]
    assert flexflows("list", "--base-url", url).lines[0].startswith("sid  ")
    assert flexflows("list", "--columns", "brand_new.a", "-o", "csv", "--base-url", url).lines == ["brand_new.a", "1"]
    assert "An A." in flexflows("list", "--columns", "help").text
    assert flexflows("drift", "--base-url", url).code == 0
