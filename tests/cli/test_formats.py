"""`flexflows list`: the formats for machines, as they are written to a pipe or a file."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from client_faults import ALL_FAULTS, LEAVES, Leaves
from client_faults import fault as fault_of
from commands import Flexflows, as_read

from flexflows._generated import fragment
from flexflows.sandbox import Sandbox

ATTRIBUTES = list(fragment()["components"]["schemas"]["FlexFlow"]["properties"])
ODD = [
    {"sid": "FO1", "friendly_name": 'a "quoted", name\r\nin two lines', "contact_identity": "+15005550006"},
    {"sid": "FO2", "friendly_name": "tab\there \\ and\n=1+1", "integration": {"b": [1, None], "a": "ü"}},
    {"sid": "FO3", "friendly_name": None, "enabled": False, "integration": {"timeout": 2**70}},
    {"sid": "FO4", "friendly_name": "\x1b[31mred\x9b\u202e😀 東京\u3000", "enabled": True},
    {},
]

Account = Callable[..., Sandbox]


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize("flows", [ODD, []], ids=["odd", "none"])
def test_json_is_what_the_api_sent(flexflows: Flexflows, account: Account, flows: list[Any], size: int) -> None:
    """JSON is one array, JSON Lines one record per line, both with the API's records."""
    url = account(flows).url
    assert flexflows("list", "-o", "json", "--page-size", size, "--base-url", url).json == list(map(as_read, flows))
    lines = flexflows("list", "-o", "jsonl", "--page-size", size, "--base-url", url).lines
    assert list(map(json.loads, lines)) == list(map(as_read, flows))


def test_json_has_no_control_characters(flexflows: Flexflows, account: Account) -> None:
    """JSON has escapes for characters that would act on a terminal, and leaves other text readable."""
    result = flexflows("list", "-o", "json", "--base-url", account(ODD).url)
    assert all(character.isprintable() or character in "\n\u3000" for character in result.text)
    assert "😀 東京\u3000" in result.text


def test_csv_can_be_read_back(flexflows: Flexflows, account: Account) -> None:
    """CSV keeps quotes, line breaks, leading signs and tabs, and writes objects as JSON."""
    rows = read_csv(flexflows("list", "-o", "csv", "--base-url", account(ODD).url).out)
    assert list(rows[0]) == ATTRIBUTES
    assert [row["friendly_name"] for row in rows] == [flow.get("friendly_name") or "" for flow in ODD]
    assert rows[0]["contact_identity"] == "+15005550006"
    assert json.loads(rows[1]["integration"]) == ODD[1]["integration"]
    assert json.loads(rows[2]["integration"]) == {"timeout": 2**70}
    assert [row["enabled"] for row in rows] == ["", "", "false", "true", ""]


def test_tsv_has_a_line_for_each_record(flexflows: Flexflows, account: Account) -> None:
    """TSV escapes tabs, line breaks and backslashes."""
    lines = flexflows("list", "-o", "tsv", "--base-url", account(ODD[:3]).url).text.split("\n")
    cells = [line.split("\t") for line in lines[:-1]]
    assert [len(row) for row in cells] == [len(ATTRIBUTES)] * 4
    assert [row[1] for row in cells[1:]] == [
        'a "quoted", name\\r\\nin two lines',
        "tab\\there \\\\ and\\n=1+1",
        "",
    ]


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_header_without_records(flexflows: Flexflows, account: Account, kind: str) -> None:
    """Without records, the output is the header alone."""
    separator = {"csv": ",", "tsv": "\t"}[kind]
    result = flexflows("list", "-o", kind, "--base-url", account(0).url)
    assert (result.code, result.lines) == (0, [separator.join(ATTRIBUTES)])


@pytest.mark.parametrize(("kind", "has_mark"), [("csv", True), ("tsv", False), ("json", False)])
def test_byte_order_mark_in_files(
    flexflows: Flexflows, flexflows_into: Flexflows, account: Account, tmp_path: Path, kind: str, *, has_mark: bool
) -> None:
    """A new CSV file begins with a byte order mark; a pipe and the rest of a file do not."""
    options = ("list", "-o", kind, "--base-url", account(3).url)
    path = tmp_path / "flows"
    for _ in range(2):
        assert flexflows_into(path, *options).code == 0
    assert path.read_bytes().count(b"\xef\xbb\xbf") == has_mark
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == has_mark
    assert b"\xef\xbb\xbf" not in flexflows(*options).out


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_fields_without_a_column_are_mentioned(flexflows: Flexflows, account: Account, kind: str) -> None:
    """A field that the fragment does not have has no column; stderr names it once."""
    sandbox = account([{"sid": "FO1", "new\x1bfield": 1}, {"newer": 2}, {"newer": 3}])
    result = flexflows("list", "-o", kind, "--base-url", sandbox.url)
    assert result.err.count("\n") == 1
    assert "new\\x1bfield, newer" in result.err
    assert flexflows("list", "-o", kind, "--columns", "sid", "--base-url", sandbox.url).err == ""


def test_limit_and_filter(flexflows: Flexflows, account: Account) -> None:
    """--limit and --friendly-name restrict the listing; --limit 0 sends no request."""
    sandbox = account([{"sid": "FO1", "friendly_name": "a"}, {"sid": "FO2", "friendly_name": "b"}] * 4)
    assert len(flexflows("list", "-o", "json", "--limit", 3, "--base-url", sandbox.url).json) == 3
    named = flexflows("list", "-o", "json", "--friendly-name", "b", "--base-url", sandbox.url).json
    assert [flow["friendly_name"] for flow in named] == ["b"] * 4
    requests = len(sandbox.requests)
    assert flexflows("list", "-o", "json", "--limit", 0, "--base-url", sandbox.url).json == []
    assert len(sandbox.requests) == requests


def sent(sandbox: Sandbox, size: int) -> tuple[list[Any], bool]:
    """Fetch a sandbox's pages with plain httpx; return the records of the readable pages, and whether all were."""
    records: list[Any] = []
    url, visited = f"{sandbox.url}/v1/FlexFlows?PageSize={size}", set[str]()
    with httpx.Client(auth=(sandbox.account_sid, sandbox.auth_token), verify=False) as client:  # noqa: S501 - plain http
        while True:
            page = client.get(url).json()
            following = page.get("meta", {}).get("next_page_url", 0)
            if following is None:
                return list(map(as_read, records + page["flex_flows"])), True
            visited.add(page.get("meta", {}).get("url", ""))
            if not (isinstance(following, str) and "/v1/FlexFlows" in following) or following in visited:
                return list(map(as_read, records)), False
            records += page["flex_flows"]
            url = f"{sandbox.url}/v1/FlexFlows?{following.partition('?')[2]}"


@pytest.mark.parametrize(
    "fault", [name for name, leaves in LEAVES.items() if leaves is not Leaves.NOTHING and name != "huge-float"]
)
@pytest.mark.parametrize("size", [2, 100])
def test_every_fault_that_leaves_data(flexflows: Flexflows, account: Account, fault: str, size: int) -> None:
    """With any fault, `list -o json` is valid JSON with the records of all complete pages."""
    faults = [fault_of(f"{fault}@2" if fault in {"flows-added", "empty-page"} else f"{fault}+")]
    with Sandbox(5, faults=faults) as twin:
        records, is_whole = sent(twin, size)
    result = flexflows("list", "-o", "json", "--page-size", size, "--base-url", account(5, faults=faults).url)
    assert result.json == records
    assert result.code == (0 if is_whole else 1)
    assert result.err.count("\n") == (not is_whole)


@pytest.mark.parametrize("fault", [name for name in ALL_FAULTS if "stall" not in name])
@pytest.mark.parametrize("kind", ["json", "table"])
def test_every_fault_ends_without_a_traceback(flexflows: Flexflows, account: Account, fault: str, kind: str) -> None:
    """With any fault, the command writes at most one line to standard error, and its exit code is 0 or 1."""
    sandbox = account(4, faults=[fault_of(f"{fault}@2x9")])
    result = flexflows("list", "-o", kind, "--page-size", 2, "--base-url", sandbox.url)
    assert result.code in {0, 1}
    assert result.err.count("\n") <= 1
    assert "Traceback" not in result.err
    if kind == "json":
        assert len(result.json) >= 2
