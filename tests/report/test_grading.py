"""The grade and the reasons of flows, from each row of the migration facts."""

from typing import Any

import pytest
from flows import CUSTOM, EXTERNAL, FACEBOOK, TASK, WEB, WHATSAPP, make_account, make_flow, make_report, sid

from flexflows import FlexFlow
from flexflows.cli.report.facts import GENERAL, REASONS, WORK_LISTS
from flexflows.cli.report.grading import find_grade, find_reasons, find_target

NOTES = {code for code, reason in REASONS.items() if reason.grade is None}


def codes(flow: FlexFlow) -> set[str]:
    return {reason.code for reason in find_reasons(flow, is_shared=False)}


@pytest.mark.parametrize(
    ("attributes", "grade", "expected"),
    [
        ({}, "connect the trigger", {"studio"}),
        (WHATSAPP, "connect the trigger", {"studio"}),
        (WEB, "port code", {"web", "studio"}),
        (CUSTOM, "redesign", {"no-address-type", "studio"}),
        ({"channel_type": "line"}, "redesign", {"no-address-type", "studio"}),
        (EXTERNAL, "port code", {"webhook"}),
        (TASK, "redesign", {"task"}),
        ({**FACEBOOK, **TASK}, "redesign", {"messenger-task"}),
        ({"long_lived": True}, "redesign", {"studio", "long-lived"}),
        ({"integration_type": None}, "look at it", {"no-integration"}),
        ({"channel_type": None}, "look at it", {"unknown-channel", "studio"}),
        ({"channel_type": 7}, "look at it", {"unknown-channel", "unreadable", "studio"}),
        ({"contact_identity": "null"}, "look at it", {"no-identity", "studio"}),
        ({"integration_type": ""}, "look at it", {"no-integration"}),
        ({"integration_type": "lambda"}, "look at it", {"unknown-integration"}),
        ({"integration": {"flow_sid": 7}}, "look at it", {"studio", "no-target"}),
        ({"long_lived": "true"}, "look at it", {"studio", "unreadable"}),
        ({"long_lived": None}, "connect the trigger", {"studio"}),
        ({"channel_type": None, **TASK}, "redesign", {"unknown-channel", "task"}),
    ],
)
def test_a_flow_has_the_grade_of_its_hardest_reason(attributes: dict[str, Any], grade: str, expected: set[str]) -> None:
    flow = make_flow(**attributes)
    assert find_grade(find_reasons(flow, is_shared=False)) == grade
    assert codes(flow) - NOTES == expected


@pytest.mark.parametrize(
    ("channel", "identities", "is_shared"),
    [
        ("sms", ("+15005550006", "sms:+1 (500) 555-0006"), True),
        ("whatsapp", ("whatsapp:+15005550006", "+15005550006"), True),
        ("facebook", ("messenger:1", "messenger:1"), True),
        ("sms", ("+15005550006", "+15005550007"), False),
        ("sms", ("sms:", "sms:"), False),
        ("custom", ("instagram", "instagram"), False),
        ("web", (None, None), False),
    ],
)
def test_only_identities_that_become_addresses_are_shared(
    channel: str, identities: tuple[str, str], *, is_shared: bool
) -> None:
    flows = [make_flow(number, channel_type=channel, contact_identity=each) for number, each in enumerate(identities)]
    (account,) = make_report(make_account(*flows)).accounts
    assert [("shared-address" in {reason.code for reason in flow.reasons}) for flow in account.flows] == [is_shared] * 2
    assert ("shared" in {item.work_list.code for item in account.work}) is is_shared


def test_a_note_needs_a_value_that_is_set() -> None:
    assert codes(make_flow(enabled=False)) & NOTES == {"sms", "disabled", "janitor", "chat-service"}
    assert codes(make_flow(enabled=None, janitor_enabled=None, chat_service_sid="")) & NOTES == {"sms"}


def test_a_flow_leads_where_its_integration_type_says() -> None:
    both = {"flow_sid": sid(1, "FW"), "url": "https://example.com"}
    assert find_target(make_flow(integration=both)) == sid(1, "FW")
    assert find_target(make_flow(integration_type="external", integration=both)) == "https://example.com"
    assert find_target(make_flow(integration_type="task", integration=both)) is None


def test_each_fact_links_to_the_page_that_says_it() -> None:
    for fact in (*GENERAL.values(), *REASONS.values(), *WORK_LISTS.values()):
        assert fact.sources
        assert all(source.url.startswith("https://www.twilio.com/docs/") for source in fact.sources)


def test_a_work_list_has_each_entry_once_with_its_flows() -> None:
    kinds = [{}, WHATSAPP, {**EXTERNAL, "contact_identity": "+15005550007"}, CUSTOM, CUSTOM]
    (account,) = make_report(make_account(*(make_flow(number, **kind) for number, kind in enumerate(kinds)))).accounts
    assert {(item.work_list.code, item.item, len(item.flows)) for item in account.work} == {
        ("studio", sid(1, "FW"), 4),
        ("webhook", "https://example.com/hook", 1),
        ("number", "+15005550006", 1),
        ("number", "+15005550007", 1),
        ("sender", "+15005550006", 1),
        ("custom", "instagram", 2),
    }
