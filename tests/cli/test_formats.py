"""`flexflows list`: the columns, the formats for machines, as they are written to a pipe or a file, and the notes."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import CHANNELS, COLUMNS, FIELDS, Account, Flexflows, read_csv

from flexflows import Field, FlexFlow, FlexFlows
from flexflows.cli import _columns, _notes

ODD: list[dict[str, Any]] = [
    {"sid": "FO1", "friendly_name": 'a "quoted", name\r\nin two lines', "contact_identity": "+15005550006"},
    {"sid": "FO2", "friendly_name": "tab\there \\ and\n=1+1", "integration": {"b": [1, None], "a": "ü"}},
    {"sid": "FO3", "friendly_name": None, "enabled": False, "integration": {"timeout": 2**70}},
    {"sid": "FO4", "friendly_name": "\x1b[31mred\x9b\u202e😀 東京\u3000\x7f", "enabled": True},
    {},
]


@pytest.mark.parametrize("size", [1, 2, FlexFlows.operation.page_size.maximum])
@pytest.mark.parametrize("flows", [ODD, []], ids=["odd", "none"])
def test_json_is_what_the_api_sent(flexflows: Flexflows, account: Account, flows: list[Any], size: int) -> None:
    """JSON is one array, JSON Lines one record per line, both with the API's records."""
    account(flows)
    records = [FlexFlow.from_dict(flow).to_dict() for flow in flows]
    assert flexflows("list", "-o", "json", "--page-size", size).json == records
    lines = flexflows("list", "-o", "jsonl", "--page-size", size).lines
    assert list(map(json.loads, lines)) == records


def test_json_of_several_accounts_is_one_array(flexflows: Flexflows, account: Account) -> None:
    """Accounts without flows, at any position, leave no comma behind."""
    account(accounts={"a": 0, "b": 2, "c": 0, "d": 1, "e": 0})
    for names, flows in (("abcde", 3), ("ac", 0), ("ab", 2), ("de", 1)):
        options = [option for name in names for option in ("-p", name)]
        assert len(flexflows("list", "-o", "json", *options).json) == flows


def test_a_lone_surrogate(flexflows: Flexflows, account: Account) -> None:
    """Half a surrogate pair, which JSON can hold and UTF-8 cannot, is written by every format."""
    account([{"sid": "FO1", "friendly_name": "\ud800"}])
    assert flexflows("list", "-o", "json").json[0]["friendly_name"] == "\ud800"
    for kind in ("csv", "tsv", "table"):
        assert b"\\ud800" in flexflows("list", "-o", kind).out


def test_csv_can_be_read_back(flexflows: Flexflows, account: Account) -> None:
    """CSV keeps quotes, line breaks, leading signs and tabs, and writes objects as JSON."""
    account(ODD)
    rows = read_csv(flexflows("list", "-o", "csv").out)
    assert list(rows[0]) == COLUMNS
    assert [row["friendly_name"] for row in rows] == [flow.get("friendly_name") or "" for flow in ODD]
    assert rows[0]["contact_identity"] == "+15005550006"
    assert json.loads(rows[1]["integration"]) == ODD[1]["integration"]
    assert json.loads(rows[2]["integration"]) == {"timeout": 2**70}
    assert [row["enabled"] for row in rows] == ["", "", "false", "true", ""]


def test_null_and_an_empty_text_in_csv(flexflows: Flexflows, account: Account) -> None:
    """An empty text is quoted, null is not; a row of one null is no blank line."""
    account([{"sid": "FO1", "friendly_name": ""}, {"sid": "FO2", "friendly_name": None}])
    options = ("list", "-o", "csv", "--no-header", "--columns")
    assert flexflows(*options, "sid,friendly_name").out == b'FO1,""\r\nFO2,\r\n'
    assert flexflows(*options, "friendly_name").out == b'""\r\n""\r\n'


def test_tsv_has_a_line_for_each_record(flexflows: Flexflows, account: Account) -> None:
    """TSV escapes tabs, line breaks and backslashes."""
    account(ODD[:3])
    lines = flexflows("list", "-o", "tsv").text.split("\n")
    cells = [line.split("\t") for line in lines[:-1]]
    assert [len(row) for row in cells] == [len(COLUMNS)] * 4
    assert [row[COLUMNS.index("friendly_name")] for row in cells[1:]] == [
        'a "quoted", name\\r\\nin two lines',
        "tab\\there \\\\ and\\n=1+1",
        "",
    ]


@pytest.mark.parametrize(("kind", "separator"), [("csv", ","), ("tsv", "\t")])
def test_header(flexflows: Flexflows, account: Account, kind: str, separator: str) -> None:
    """Without records, the output is the header alone; --no-header leaves it out."""
    account(0)
    result = flexflows("list", "-o", kind)
    assert (result.code, result.lines) == (0, [separator.join(COLUMNS)])
    assert flexflows("list", "-o", kind, "--no-header").out == b""


@pytest.mark.parametrize("kind", ["csv", "tsv", "json"])
def test_byte_order_mark_in_files(flexflows: Flexflows, account: Account, tmp_path: Path, kind: str) -> None:
    """A new CSV file begins with a byte order mark; a pipe and the rest of a file do not."""
    account(3)
    path = tmp_path / "flows"
    for _ in range(2):
        assert flexflows("list", "-o", kind, into=path).code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == (kind == "csv")
    assert path.read_bytes().count(b"\xef\xbb\xbf") == (kind == "csv")
    assert b"\xef\xbb\xbf" not in flexflows("list", "-o", kind).out


@pytest.mark.parametrize("arguments", [["list"], ["list", "-o", "csv"], ["list", "-o", "json"], ["summary"]])
def test_notes_on_what_the_fragment_does_not_know(flexflows: Flexflows, account: Account, arguments: list[str]) -> None:
    """Unknown fields, values and types are each noted once on stderr, with an example."""
    flows = [
        {"sid": "FO1", "new\x1bfield": 1, "channel_type": "pigeon", "integration": {"bot": True, "timeout": "1"}},
        {"sid": "FO2", "newer": 2, "channel_type": CHANNELS[0], "enabled": 1},
        {"sid": "FO3", "newer": 3, "channel_type": "pigeon", "integration": {"timeout": True}},
    ]
    account(flows)
    result = flexflows(*arguments)
    assert result.code == 0
    assert [line.removeprefix("flexflows: note: the API sent ") for line in result.err.splitlines()] == [
        "fields that this version does not know: integration.bot, new\\x1bfield, newer",
        'values that this version does not know: channel_type "pigeon"',
        'types that this version does not know: integration.timeout "1", enabled 1, integration.timeout true',
    ]


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
    account([{"sid": "FO1", "friendly_name": "Sales", "integration": {"flow_sid": "FW1", "own": {"deep": [1]}}}])
    assert list(flexflows("list", "-o", "json", "--columns", names).json[0].values()) == values


def test_help_lists_every_field(flexflows: Flexflows) -> None:
    """`--columns help` describes every field of the fragment, without credentials."""
    text = " ".join(flexflows("list", "--columns", "help").text.split())
    assert all(f"{field.name} {field.description}".strip() in text for field in FIELDS.values())


def test_a_new_field(flexflows: Flexflows, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field added to the fragment is a column at its position, a condition, and no news, without any other edit."""
    inner = Field("brand_new.a", "integer", "", (1, 2), is_open=False, description="An A.")
    outer = Field("brand_new", "object", "", (), is_open=False, description="It is new.")
    for module in (_columns, _notes):
        monkeypatch.setattr(module, "record_fields", lambda: (outer, inner, *FIELDS.values()))
    account([{"sid": "FO1", "brand_new": {"a": 1}}])
    result = flexflows("list")
    assert (result.lines[0].startswith("sid  "), "brand_new" in result.lines[0], result.err) == (True, True, "")
    assert flexflows("list", "--columns", "brand_new.a", "-o", "csv").lines == ["brand_new.a", "1"]
    assert flexflows("list", "-o", "csv").lines[0].startswith("brand_new,")
    assert len(flexflows("list", "-o", "json", "--where", "brand_new.a=1").json) == 1
    assert "An A. (1, 2)" in flexflows("list", "--columns", "help").text
