"""Work lists, shared addresses, totals and the comparison with an earlier report."""

from datetime import timedelta
from typing import Any

import pytest
from flexflows.cli._source import Account
from report_flows import NOW, make_account, make_flow, sid

from flexflows.cli.report import Report, build
from flexflows.cli.report.rules import GRADES, Grade


def work(account: Account, code: str) -> dict[str, int]:
    (built,) = build([account], now=NOW).accounts
    return {item.item: len(item.flows) for item in built.work if item.work_list.code == code}


def test_an_account_that_could_not_be_read_counts_nowhere() -> None:
    failed = make_account(make_flow(), profile="legacy", number=3, error="401 Authenticate")
    report = build([make_account(make_flow()), failed], now=NOW)
    assert (len(report.read), len(report.accounts), len(report.flows)) == (1, 2, 1)
    assert report.grades == {Grade.CONNECT_TRIGGER: 1}
    assert [(account.name, account.error, account.flows) for account in report.accounts if account.error] == [
        ("legacy", "401 Authenticate", ())
    ]


def test_flows_are_sorted_hardest_first() -> None:
    flows = [make_flow(), make_flow(channel_type=None), make_flow(long_lived=True), make_flow(channel_type="web")]
    report = build([make_account(*flows), make_account(*flows, number=2)], now=NOW)
    grades = [flow.grade for _, flow in report.flows]
    assert grades == sorted(grades, key=GRADES.index)
    assert list(report.grades) == [Grade.REDESIGN, Grade.LOOK_AT_IT, Grade.PORT_CODE, Grade.CONNECT_TRIGGER]


def test_work_lists_have_each_entry_once() -> None:
    webhook = {"integration_type": "external", "integration": {"url": "https://example.com/hook"}}
    account = make_account(
        make_flow(integration={"flow_sid": "FW1"}),
        make_flow(integration={"flow_sid": "FW2"}),
        make_flow(integration={"flow_sid": "FW2"}, contact_identity="whatsapp:+15005550006", channel_type="whatsapp"),
        make_flow(**webhook, contact_identity="12345"),
        make_flow(**webhook, contact_identity="CV00000000000000000000000000000001"),
        make_flow(integration_type=None, integration={"flow_sid": "FW3"}, contact_identity=None),
        make_flow(channel_type="custom", contact_identity="instagram", integration=None),
        make_flow(channel_type="custom", contact_identity="null", integration=None),
        make_flow(channel_type="custom", contact_identity="", integration=None),
        make_flow(channel_type="web", contact_identity="+15005550099", integration=None),
    )
    assert work(account, "studio") == {"FW2": 2, "FW1": 1}
    assert work(account, "webhook") == {"https://example.com/hook": 2}
    assert work(account, "number") == {"+15005550006": 3, "12345": 1}
    assert work(account, "custom") == {"(no identity)": 2, "instagram": 1}


WHATSAPP = {"channel_type": "whatsapp"}
CUSTOM = {"channel_type": "custom", "contact_identity": "instagram"}


@pytest.mark.parametrize(
    ("first", "second", "address"),
    [
        ({}, {"enabled": False, "integration_type": "task"}, "sms +15005550006"),
        ({}, {"contact_identity": " +1 (500) 555-0006 "}, "sms +15005550006"),
        (WHATSAPP | {"contact_identity": "whatsapp:+15005550006"}, WHATSAPP, "whatsapp +15005550006"),
        (CUSTOM, CUSTOM, "custom instagram"),
        ({}, WHATSAPP, None),
        ({"contact_identity": ""}, {"contact_identity": ""}, None),
        ({"contact_identity": None}, {"contact_identity": None}, None),
        ({"contact_identity": "null"}, {"contact_identity": "null"}, None),
        (WHATSAPP | {"contact_identity": "whatsapp:"}, WHATSAPP | {"contact_identity": "whatsapp:"}, None),
        ({"channel_type": None}, {"channel_type": None}, None),
        (CUSTOM | {"contact_identity": "1 2"}, CUSTOM | {"contact_identity": "12"}, None),
    ],
)
def test_flows_share_an_address_when_channel_and_identity_are_the_same(
    first: dict[str, Any], second: dict[str, Any], address: str | None
) -> None:
    account = make_account(make_flow(sid=sid(1), **first), make_flow(sid=sid(2), **second))
    assert work(account, "shared") == ({address: 2} if address else {})
    found = [{reason.code for reason in flow.reasons} for _, flow in build([account], now=NOW).flows]
    assert [("shared-address" in codes) for codes in found] == [bool(address)] * 2


def test_accounts_do_not_share_an_address() -> None:
    report = build([make_account(make_flow()), make_account(make_flow(), number=2)], now=NOW)
    assert not [item for account in report.accounts for item in account.work if item.work_list.code == "shared"]


def compare(before: list[Account], after: list[Account]) -> Report:
    return build(after, now=NOW, since=build(before, now=NOW - timedelta(days=7)))


def changes(report: Report) -> list[tuple[str, str | None]]:
    assert report.comparison is not None
    return [(change.kind, change.flow.flow.sid) for change in report.changes.values()]


def test_flows_are_gone_new_and_changed() -> None:
    before = [make_account(make_flow(sid="FO1"), make_flow(sid="FO2"), make_flow(sid="FO3"))]
    report = compare(
        before, [make_account(make_flow(sid="FO2"), make_flow(sid="FO3", enabled=False), make_flow(sid="FO4"))]
    )
    assert changes(report) == [("gone", "FO1"), ("new", "FO4"), ("changed", "FO3")]
    assert report.comparison is not None
    assert list(report.changes.values())[-1].attributes == (("enabled", True, False),)


def test_a_flow_of_another_account_is_another_flow() -> None:
    account = make_account(make_flow(sid="FO1"))
    other = make_account(make_flow(sid="FO1"), number=2, profile="other")
    report = compare([account, make_account(number=2, profile="other")], [make_account(), other])
    assert changes(report) == [("gone", "FO1"), ("new", "FO1")]


def test_an_account_is_recognized_by_its_sid_whatever_its_profile_is_called() -> None:
    report = compare([make_account(make_flow(), profile="old")], [make_account(make_flow(), profile="new")])
    assert changes(report) == []
    assert report.comparison is not None
    assert report.comparison.not_compared == {}


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ({"error": "503"}, {}, "could not be read in the earlier report"),
        ({}, {"error": "503"}, "could not be read in this report"),
        ({"is_complete": False}, {}, "cut off by --limit in the earlier report"),
        ({}, {"is_complete": False}, "cut off by --limit in this report"),
        (None, {}, "not in the earlier report"),
        ({}, None, "not in this report"),
    ],
)
def test_only_accounts_that_both_reports_read_whole_are_compared(
    before: dict[str, Any] | None, after: dict[str, Any] | None, reason: str
) -> None:
    earlier = [] if before is None else [make_account(make_flow(sid="FO1"), **before)]
    later = [] if after is None else [make_account(make_flow(sid="FO2"), **after)]
    report = compare(earlier, later)
    assert changes(report) == []
    assert report.comparison is not None
    assert report.comparison.not_compared == {f"prod {sid(1, 'AC')}": reason}
