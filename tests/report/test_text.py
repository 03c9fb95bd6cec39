"""The report as text."""

import pytest
from report_flows import NOW, make_account, make_flow
from rich.cells import cell_len

from flexflows.cli.report import Report, build
from flexflows.cli.report.text import text_lines


def render(report: Report, width: int = 80) -> str:
    return "\n".join(line.text for line in text_lines(report, width))


def test_the_headline_counts_the_accounts_that_were_read(report: Report) -> None:
    text = render(report)
    assert "12 flows in 2 of 3 accounts" in text
    assert "5  redesign" in text
    assert "Not read: legacy AC00000000000000000000000000000003: 401 Authenticate (Twilio error 20003)" in text.replace(
        "\n  ", ""
    )


@pytest.mark.parametrize("width", [50, 60, 80, 200])
def test_lines_are_no_wider_than_the_terminal(report: Report, width: int) -> None:
    hostile = make_flow(friendly_name="東京" * 100, contact_identity="x" * 300, integration={"flow_sid": "F" * 300})
    for each in (report, build([make_account(hostile, hostile)], now=NOW)):
        lines = [line.text for line in text_lines(each, width)]
        assert not [line for line in lines if cell_len(line) > width and "https://www.twilio.com/" not in line]


def test_a_long_name_is_shown_in_full() -> None:
    text = render(build([make_account(make_flow(friendly_name="ab" * 150))], now=NOW))
    assert "ab" * 150 in text.replace("\n", "").replace(" ", "")


def test_names_do_not_act_on_the_terminal() -> None:
    text = render(build([make_account(make_flow(friendly_name="\x1b[2J\u202e\n[bold]x"))], now=NOW))
    assert r"\x1b[2J\u202e\n[bold]x" in text


def test_work_lists_come_before_the_flows_and_the_reasons_last(report: Report) -> None:
    lines = render(report).splitlines()
    order = [
        "  Studio flows (5)",
        "  Webhook URLs (2)",
        "  Numbers (2)",
        "  Custom channels (3)",
        "  Shared addresses (1)",
    ]
    order += ["  redesign (5)", "  port code (3)", "Reasons", "Sources"]
    places = [lines.index(next(line for line in lines if line.startswith(each[:-2]))) for each in order]
    assert places == sorted(places)
    assert "    [ ] sms +15005550006  2 flows" in lines


def test_changes_since_an_earlier_report_are_listed() -> None:
    before = build([make_account(make_flow(sid="FO1"), make_flow(sid="FO2"))], now=NOW)
    failed = make_account(profile="legacy", number=2, error="503")
    text = render(build([make_account(make_flow(sid="FO2", enabled=False)), failed], now=NOW, since=before))
    assert "Since 2026-11-25 04:00 UTC: 1 gone, 0 new, 1 changed" in text
    assert "  gone     FO1  Flex Messaging Channel Flow\n" in text
    assert "enabled: true -> false" in text
    assert "not compared: legacy AC00000000000000000000000000000002, could not be read" in text


def test_a_limit_and_a_selection_are_mentioned() -> None:
    text = render(build([make_account(make_flow(), is_complete=False)], now=NOW, selection=["--where", "enabled=true"]))
    assert "Only flows that match --where enabled=true" in text
    assert "1 flow (the first, up to --limit)" in text
