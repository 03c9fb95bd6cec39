"""The report as JSON and CSV, and as the file that `--since` reads."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from report_flows import NOW, make_account, make_flow, sid

from flexflows.cli.report import Report, build, read_since, to_csv, to_json


def rows(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(report).decode())))


def test_json_holds_the_totals_the_flows_and_the_reasons(report: Report) -> None:
    document = json.loads(to_json(report))
    assert (document["format"], document["version"], document["created"]) == (
        "flexflows-report",
        1,
        "2026-11-25T04:00:00Z",
    )
    assert (document["accounts_read"], document["accounts_in_all"], document["flows"]) == (2, 3, 12)
    assert sum(document["grades"].values()) == 12
    prod, _, legacy = document["accounts"]
    assert (legacy["error"], legacy["is_complete"], legacy["flows"]) == (
        "401 Authenticate (Twilio error 20003)",
        False,
        [],
    )
    flow = prod["flows"][0]
    assert flow["grade"] == "redesign"
    reasons = {reason["code"]: reason for reason in document["reasons"]}
    assert {reasons[code]["grade"] for code in flow["reasons"]} >= {"redesign"}
    assert flow["record"] == report.accounts[0].flows[0].flow.to_dict()
    assert {"list": "number", "item": "+15555555555", "flows": [sid(18)]} in prod["work"]
    assert all(reason["sources"] for reason in reasons.values())


def test_csv_has_a_row_for_each_flow_and_each_account_that_failed(report: Report) -> None:
    table = rows(report)
    assert len(table) == 13
    assert {row["grade"] for row in table[:-1]} == {
        "redesign",
        "look at it",
        "port code",
        "recreate and connect the trigger",
    }
    assert (table[-1]["profile"], table[-1]["account_error"]) == ("legacy", "401 Authenticate (Twilio error 20003)")
    shared = [row for row in table if row["shared_address"]]
    assert {(row["shared_address"], row["contact_identity"]) for row in shared} == {
        ("sms +15005550006", "+15005550006")
    }
    assert all(row["reasons"] and row["sources"] for row in table[:-1])


def test_an_account_without_flows_is_in_the_csv() -> None:
    assert [(row["profile"], row["sid"]) for row in rows(build([make_account()], now=NOW))] == [("prod", "")]


@pytest.mark.parametrize("name", ['a,b\n"c"', "\ud800", "\x00\x1b", "=1+1", "</script>", "東" * 300])
def test_any_name_survives_json(tmp_path: Path, name: str) -> None:
    path = tmp_path / "earlier.json"
    path.write_text(to_json(build([make_account(make_flow(friendly_name=name, big=10**30))], now=NOW)))
    ((_, flow),) = read_since(path).flows
    assert flow.flow.friendly_name == name
    assert flow.flow.to_dict()["big"] == 10**30


def test_changes_are_in_json_and_csv(tmp_path: Path) -> None:
    path = tmp_path / "earlier.json"
    path.write_text(
        to_json(build([make_account(make_flow(sid="FO1"), make_flow(sid="FO2"), make_flow(sid="FO3"))], now=NOW))
    )
    later = [make_account(make_flow(sid="FO2", enabled=False), make_flow(sid="FO3"), make_flow(sid="FO4"))]
    report = build([*later, make_account(profile="legacy", number=2, error="503")], now=NOW, since=read_since(path))
    since = json.loads(to_json(report))["since"]
    assert [[flow["record"]["sid"] for flow in since[kind]] for kind in ("gone", "new", "changed")] == [
        ["FO1"],
        ["FO4"],
        ["FO2"],
    ]
    assert since["changed"][0]["attributes"] == {"enabled": {"before": True, "after": False}}
    assert since["not_compared"] == [
        {"account": f"legacy {sid(2, 'AC')}", "reason": "could not be read in this report"}
    ]
    table = {row["sid"]: row for row in rows(report)}
    assert {key: table[key]["change"] for key in table} == {
        "FO1": "gone",
        "FO2": "changed",
        "FO3": "",
        "FO4": "new",
        "": "",
    }
    assert table["FO2"]["changed_attributes"] == "enabled: true -> false"


def document(**changed: Any) -> str:
    return json.dumps({**json.loads(to_json(build([make_account(make_flow())], now=NOW))), **changed})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not a report of version 1"),
        ("[" * 100_000, "is not a report"),
        ("[]", "is not a report"),
        ('{"flows": []}', "is not a report"),
        ("\ufeff<html>", "is not a report"),
        (document(format="flexflows-summary"), "is not a report of version 1 (Invalid enum value 'flexflows-summary'"),
        (document(version=2), "is not a report of version 1 (Invalid enum value 2"),
        (document(version="1"), "is not a report"),
        (document(accounts=[{"profile": 1}]), "is not a report of version 1"),
        (document(accounts=None), "is not a report of version 1"),
        (document(created="yesterday"), "is not a report of version 1"),
        (
            document(selection=["--where", "enabled=true"]),
            "was written with --where enabled=true; use the same options",
        ),
    ],
)
def test_a_file_that_is_not_a_comparable_report_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "earlier.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"earlier\.json") as caught:
        read_since(path)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(ValueError, match="cannot read"):
            read_since(path)


def test_a_selection_must_be_that_of_the_earlier_report(tmp_path: Path) -> None:
    path = tmp_path / "earlier.json"
    path.write_text(document())
    with pytest.raises(ValueError, match="was written with neither --where nor a filter"):
        read_since(path, selection=["--where", "enabled=true"])
