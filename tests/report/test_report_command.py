"""`flexflows report` end to end: its formats, its exit codes, and the files that it reads."""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flows import CUSTOM, HOSTILE, SMS, TASK, WEB, Run, Serve, make_account, make_flow, make_report, make_sample, sid

from flexflows.cli.report.changes import compare
from flexflows.cli.report.documents import to_json
from flexflows.cli.report.text import text_lines

FORMATS = ["text", "html", "json", "csv"]
SECRET = "https://user:hunter2@example.com/?token=abc"


def record(number: int, **attributes: Any) -> dict[str, Any]:
    return {**SMS, "sid": sid(number), "contact_identity": f"+1500555{number:04}", **attributes}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_has_all_flows_and_names_the_account_that_was_not_read(
    report: Run, serve: Serve, kind: str
) -> None:
    sandbox = serve(good=40, bad=3)
    result = report("--all-profiles", "-o", kind)
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert all(str(flow["sid"]) in result.text for flow in sandbox.accounts["good"].flows)
    assert "bad" in result.text
    assert "401" in result.text
    assert kind in {"json", "csv"} or "1 of 2 accounts read" in result.text
    if kind == "json":
        document = json.loads(result.text)
        assert (document["accounts_read"], document["accounts_in_all"], document["flows"]) == (1, 2, 40)
        assert sum(document["grades"].values()) == 40


@pytest.mark.parametrize("kind", FORMATS)
def test_hostile_names_do_nothing(report: Run, serve: Serve, kind: str) -> None:
    serve(shop=[record(number, friendly_name=name) for number, name in enumerate(HOSTILE)])
    result = report("-p", "shop", "-o", kind)
    assert (result.code, result.err) == (0, "")
    if kind == "csv":
        assert len(list(csv.DictReader(io.StringIO(result.text, newline="")))) == len(HOSTILE)
    else:
        assert not set("\x1b\x00\x07\u202e\u2066\u2028") & set(result.text)
    assert "</script><script>" not in result.text or kind != "html"


def test_a_secret_is_masked_in_what_is_shared_and_kept_in_what_is_read_by_machines(report: Run, serve: Serve) -> None:
    integration = {"integration_type": "external", "integration": {"url": SECRET}}
    serve(shop=[record(1, **integration)])
    for kind in ("text", "html"):
        result = report("-p", "shop", "-o", kind, "--where", "profile=shop")
        assert "hunter2" not in result.text
        assert "abc" not in result.text.replace("abcdef", "")
        assert "https://***@example.com/?token=***" in result.text
        assert "masked" in result.text
        assert "addresses:create" not in result.text
    document = json.loads(report("-p", "shop", "-o", "json").text)
    assert document["accounts"][0]["flows"][0]["record"]["integration"]["url"] == SECRET
    (row,) = csv.DictReader(io.StringIO(report("-p", "shop", "-o", "csv").text))
    assert f"--auto-creation.webhook-url '{SECRET}'" in row["create_command"]
    assert row["reasons"] == "webhook; sms; janitor; chat-service"


@pytest.mark.parametrize("options", [("--limit", "9", "--where", "enabled=true"), ("--friendly-name", "Sales")])
def test_a_flow_gets_no_commands_where_others_are_not_read(report: Run, serve: Serve, options: tuple[str, ...]) -> None:
    serve(shop=[record(1, friendly_name="Sales"), record(1, friendly_name="Out", **TASK, enabled=False)])
    result = report("-p", "shop", "-o", "json", *options)
    (flow,) = json.loads(result.text)["accounts"][0]["flows"]
    assert flow["commands"] is None
    assert "hides flows" in flow["no_commands"]


def test_text_is_never_cut_or_folded_within_a_word(report: Run, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"https://example.com/{'long/' * 30}hook"
    names = {"friendly_name": "Sales"}
    external = record(1, **names, integration_type="external", integration={"url": url})
    serve(shop=[external, record(2, **CUSTOM), record(3, **names)])
    piped = report("-p", "shop").text
    monkeypatch.setenv("COLUMNS", "40")
    for text in (piped, report("-p", "shop").text):
        assert {url, sid(1), sid(2), sid(1, "FW"), sid(1, "IS"), "+15005550003"} <= set(text.split())
    long = [line.strip().removesuffix(" \\") for line in report("-p", "shop").text.splitlines() if len(line) > 40]
    assert [line for line in long if " " in line] == []
    assert piped.index("1 of 1 account read") < piped.index("something new has to be built") < piped.index(sid(1))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "redesign"), 4),
        (("--fail-on", "look at it"), 4),
        (("--fail-on", "connect-the-trigger"), 4),
        (("--fail-on", "redesign", "--where", "integration_type=studio"), 0),
        (("--fail-on", "redesign", "--where", "integration_type=studio", "--limit", "1"), 1),
        (("--fail-on", "redesign", "--all-profiles"), 1),
        (("--fail-on", "easy"), 2),
    ],
)
def test_the_exit_code_says_whether_flows_are_left(
    report: Run, serve: Serve, options: tuple[str, ...], code: int
) -> None:
    serve(shop=[record(1, **TASK), record(2), record(3, **WEB)], bad=1)
    result = report(*([] if "--all-profiles" in options else ["-p", "shop"]), *options)
    assert result.code == code
    assert result.err.count("\n") == (code != 0)


@pytest.mark.parametrize("kind", FORMATS)
def test_an_accepted_flow_counts_apart_and_never_fails(report: Run, serve: Serve, tmp_path: Path, kind: str) -> None:
    serve(shop=[record(1, **TASK), record(2)])
    accepted = tmp_path / "accepted.toml"
    accepted.write_text(f'{sid(1)} = "closes in May"\n{sid(9)} = "was decided"\n')
    result = report("-p", "shop", "-o", kind, "--accept", accepted, "--fail-on", "redesign")
    assert result.code == 0
    assert "closes in May" in result.text
    assert sid(9) in (result.err if kind == "csv" else result.text)
    if kind == "json":
        document = json.loads(result.text)
        assert (document["flows"], document["accepted"], document["grades"]) == (2, 1, {"connect the trigger": 1})


def write_changed(old: str, new: str) -> Callable[[Path], object]:
    """Return a function that writes an earlier report with a change."""
    earlier = to_json(make_report(make_account(make_flow())), None)
    return lambda path: path.write_text(earlier.replace(old, new))


BAD_FILES: dict[str, Callable[[Path], object]] = {
    "missing": str,
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "too large": lambda path: (path.touch(), os.truncate(path, 257 * 1024 * 1024)),
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe"),
    "another document": lambda path: path.write_text("{}"),
    "nested": lambda path: path.write_text("[" * 100_000),
    "not a table of texts": lambda path: path.write_text(f"{sid(1)} = 1"),
    "the first moment": write_changed("2026-11-25T04:00:00Z", "0001-01-01T00:00:00+14:00"),
    "the last moment": write_changed("2026-11-25T04:00:00Z", "9999-12-31T23:59:59-12:00"),
    "no time zone": write_changed("2026-11-25T04:00:00Z", "2026-11-25T04:00:00"),
    "not a number": write_changed(": 3", ": NaN"),
    "too large a number": write_changed(": 3", ": 1e999"),
    "deep": write_changed(": 3", f": {'[' * 300}{']' * 300}"),
}


@pytest.mark.parametrize("option", ["--since", "--accept"])
@pytest.mark.parametrize("make", BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_one_line_before_anything_is_fetched(
    report: Run, serve: Serve, tmp_path: Path, option: str, make: Callable[[Path], object]
) -> None:
    sandbox, path = serve(shop=1), tmp_path / "file"
    make(path)
    result = report(option, path)
    assert (result.code, result.text, result.err.count("\n")) == (2, "", 1)
    assert str(path) in result.err
    assert not sandbox.requests


@pytest.mark.parametrize("kind", FORMATS)
def test_changes_since_an_earlier_report(report: Run, serve: Serve, tmp_path: Path, kind: str) -> None:
    sandbox = serve(one=[record(number) for number in range(1, 6)], two=[record(9, **WEB)])
    one, two = (account.flows for account in sandbox.accounts.values())
    earlier = tmp_path / "earlier.json"
    earlier.write_text(report("--all-profiles", "-o", "json").text)
    two.append(one.pop())
    one.pop()
    one[0]["integration"]["flow_sid"] = sid(2, "FW")
    one.append(record(7, **TASK))
    result = report("--all-profiles", "-o", kind, "--since", earlier)
    assert (result.code, result.err) == (0, "")
    if kind == "json":
        since = json.loads(result.text)["since"]
        for change, number in {"gone": 4, "new": 7, "moved": 5, "changed": 1}.items():
            assert [flow["record"]["sid"] for flow in since[change]] == [sid(number)]
        assert since["grades"]["connect the trigger"] == {"before": 5, "after": 4}
        assert list(since["changed"][0]["attributes"]) == ["integration.flow_sid"]
        assert since["gone"][0]["commands"] is None
    else:
        assert f"integration.flow_sid: {sid(1, 'FW')} " in result.text
        counts = ("1 gone, 1 new, 1 moved, 1 changed\n", "connect the trigger 5 → 4\n")
        assert kind != "text" or all(each in result.text for each in counts)


def test_accounts_of_one_sid_are_compared_each_with_itself() -> None:
    europe = make_account(make_flow(2), profile="europe")
    earlier = make_report(make_account(make_flow(1)), europe)
    comparison = compare(earlier, make_report(make_account(), europe))
    assert [(change.kind, change.flow.sid) for change in comparison.changes] == [("gone", sid(1))]
    comparison = compare(earlier, make_report(europe))
    assert (comparison.changes, list(comparison.not_compared.values())) == ((), ["not in this report"])


def test_an_account_whose_last_flow_is_gone_is_compared(report: Run, serve: Serve, tmp_path: Path) -> None:
    sandbox, earlier = serve(shop=[record(1)]), tmp_path / "earlier.json"
    earlier.write_text(report("-o", "json").text)
    sandbox.flows.clear()
    assert "1 gone, 0 new" in report("--since", earlier).text


def test_an_earlier_report_on_other_flows_is_not_compared(report: Run, serve: Serve, tmp_path: Path) -> None:
    serve(shop=3)
    earlier = tmp_path / "earlier.json"
    earlier.write_text(report("-p", "shop", "-o", "json", "--where", "enabled=true").text)
    result = report("-p", "shop", "--since", earlier)
    assert (result.code, "was written with --where enabled=true" in result.err) == (2, True)


def test_notes_on_nearly_every_flow_are_made_once() -> None:
    text = "\n".join(text_lines(make_sample(), None, None, lambda text, _style: text))
    flows = text[: text.index("\nReasons\n")].splitlines()
    lines = [line for line in flows if "janitor" in line and "--" not in line]
    assert lines == ["sms (63), janitor (68), chat service (69)"]
    assert json.loads(to_json(make_sample(), None))["accepted_not_found"] == {sid(999): "was decided"}
