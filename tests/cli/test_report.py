"""`flexflows report` end to end; tests/report has the rules, the formats and the page."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from accounts import one_host
from commands import Flexflows, Profiles

from flexflows.sandbox import Sandbox

Account = Callable[..., Sandbox]
FORMATS = ["text", "html", "json", "csv"]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_reports_all_flows(flexflows: Flexflows, account: Account, kind: str) -> None:
    sandbox = account(1200)
    result = flexflows("report", "--base-url", sandbox.url, "-o", kind)
    assert (result.code, result.err) == (0, "")
    assert str(sandbox.flows[-1]["sid"]) in result.text
    assert sandbox.account_sid in result.text
    if kind == "json":
        assert result.json["flows"] == sum(result.json["grades"].values()) == 1200
    elif kind == "csv":
        assert len(list(csv.DictReader(io.StringIO(result.text)))) == 1200
    else:
        assert "1,200" in result.text


@pytest.mark.parametrize("kind", FORMATS)
def test_an_account_that_cannot_be_read_is_named_in_every_format(
    flexflows: Flexflows, profiles: Profiles, kind: str
) -> None:
    good, bad = Sandbox(5), Sandbox(5, seed=1, faults=["503+"])
    profiles({"good": good, "bad": bad})
    with one_host(good, bad) as url:
        result = flexflows("report", "--all-profiles", "--base-url", url, "-o", kind)
    assert result.code == 1
    assert result.err.count("\n") == 1
    assert result.err.startswith("flexflows: profile 'bad': 503")
    assert "bad" in result.text
    assert "503" in result.text
    assert all(str(flow["sid"]) in result.text for flow in good.flows)
    if kind == "json":
        assert (result.json["accounts_read"], result.json["accounts_in_all"], result.json["flows"]) == (1, 2, 5)


def test_the_same_account_by_two_profiles_counts_once(flexflows: Flexflows, profiles: Profiles) -> None:
    sandbox = Sandbox(9)
    profiles({"one": sandbox, "two": sandbox})
    with one_host(sandbox) as url:
        document = flexflows("report", "--all-profiles", "--base-url", url, "-o", "json").json
    assert (document["accounts_in_all"], document["flows"]) == (1, 9)
    assert document["accounts"][0]["other_profiles"] == ["two"]


def test_the_totals_are_those_of_list(flexflows: Flexflows, account: Account) -> None:
    options = ("--base-url", account(200).url, "--where", "channel_type=sms", "-o", "json")
    listed = flexflows("list", *options).json
    document = flexflows("report", *options).json
    assert document["selection"] == ["--where channel_type=sms"]
    assert {flow["record"]["sid"] for flow in document["accounts"][0]["flows"]} == {flow["sid"] for flow in listed}
    assert "--limit" in flexflows("report", *options[:2], "--limit", "3").text


@pytest.mark.parametrize("kind", FORMATS)
def test_progress_since_an_earlier_report(flexflows: Flexflows, account: Account, tmp_path: Path, kind: str) -> None:
    sandbox = account(20)
    earlier = tmp_path / "earlier.json"
    earlier.write_bytes(flexflows("report", "--base-url", sandbox.url, "-o", "json").out)
    gone = sandbox.flows.pop(3)
    sandbox.flows[0]["enabled"] = not sandbox.flows[0]["enabled"]
    sandbox.flows.append({**sandbox.flows[1], "sid": "FO" + "f" * 32})
    result = flexflows("report", "--base-url", sandbox.url, "-o", kind, "--since", earlier)
    assert (result.code, result.err) == (0, "")
    if kind == "text":
        assert ": 1 gone, 1 new, 1 changed\n" in result.text
    elif kind == "html":
        assert "<strong>1</strong> gone</span><span><strong>1</strong> new" in result.text
    elif kind == "json":
        since = result.json["since"]
        assert [flow["record"]["sid"] for flow in since["gone"]] == [gone["sid"]]
        assert list(since["changed"][0]["attributes"]) == ["enabled"]
    else:
        changes = [row["change"] for row in csv.DictReader(io.StringIO(result.text)) if row["change"]]
        assert sorted(changes) == ["changed", "gone", "new"]


@pytest.mark.parametrize("content", ["{}", None])
def test_a_file_that_is_not_a_report_is_refused_before_anything_is_fetched(
    flexflows: Flexflows, account: Account, tmp_path: Path, content: str | None
) -> None:
    sandbox, path = account(3), tmp_path / "earlier.json"
    if content is not None:
        path.write_text(content)
    result = flexflows("report", "--base-url", sandbox.url, "--since", path)
    assert (result.code, result.out) == (2, b"")
    assert result.err.startswith("flexflows: ")
    assert "earlier.json" in result.err
    assert result.err.count("\n") == 1
    assert not sandbox.requests


def test_an_earlier_report_on_other_flows_is_not_compared(
    flexflows: Flexflows, account: Account, tmp_path: Path
) -> None:
    sandbox, path = account(3), tmp_path / "earlier.json"
    options = ("report", "--base-url", sandbox.url, "-o", "json")
    path.write_bytes(flexflows(*options, "--where", "enabled=true", "--where", "channel_type=sms").out)
    assert flexflows(*options, "--since", path, "--where", "channel_type=sms", "--where", "enabled=true").code == 0
    result = flexflows(*options, "--since", path)
    assert result.code == 2
    assert "was written with --where channel_type=sms --where enabled=true" in result.err


def test_a_csv_file_begins_with_a_mark(flexflows_into: Flexflows, account: Account, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    flexflows_into(path, "report", "--base-url", account(3).url, "-o", "csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfprofile,account_sid,")


def test_any_text_can_be_reported(flexflows: Flexflows, account: Account) -> None:
    sandbox = account([{"sid": "FO1", "friendly_name": "\x1b[2J</script>\u202e", "channel_type": ["odd"]}])
    for kind in FORMATS:
        result = flexflows("report", "--base-url", sandbox.url, "-o", kind)
        assert (result.code, result.err) == (0, "")
        assert kind == "csv" or "\x1b" not in result.text
    assert json.loads(flexflows("report", "--base-url", sandbox.url, "-o", "json").out)["flows"] == 1
