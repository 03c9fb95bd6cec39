"""Each row of the migration facts, and the records of real accounts."""

from typing import Any

import pytest
from report_flows import RECORDS, make_flow

from flexflows import FlexFlow
from flexflows.cli.report.rules import EVERY_FLOW, GRADES, REASONS, WORK_LISTS, Grade, assess, target

NOTES = {code for code, reason in REASONS.items() if reason.grade is None}
TASK = {"integration_type": "task", "integration": {"workflow_sid": "WW1"}}
EXTERNAL = {"integration_type": "external", "integration": {"url": "https://example.com/hook"}}


def codes(flow: FlexFlow) -> set[str]:
    return {reason.code for reason in assess(flow, is_shared=False)[1]}


@pytest.mark.parametrize(
    ("attributes", "grade", "expected"),
    [
        ({"channel_type": "sms"}, Grade.CONNECT_TRIGGER, {"number", "studio"}),
        ({"channel_type": "whatsapp"}, Grade.CONNECT_TRIGGER, {"number", "studio"}),
        ({"channel_type": "facebook"}, Grade.CONNECT_TRIGGER, {"messenger", "studio"}),
        ({"channel_type": "web"}, Grade.PORT_CODE, {"web", "studio"}),
        ({"channel_type": "line"}, Grade.REDESIGN, {"no-address-type", "studio"}),
        ({"channel_type": "custom"}, Grade.REDESIGN, {"no-address-type", "studio"}),
        (EXTERNAL, Grade.PORT_CODE, {"number", "webhook"}),
        (TASK, Grade.REDESIGN, {"number", "task"}),
        ({"integration_type": None}, Grade.LOOK_AT_IT, {"number", "no-integration", "suggests-studio"}),
        ({"integration_type": None, "integration": None}, Grade.LOOK_AT_IT, {"number", "no-integration"}),
        ({"integration_type": None, "integration": {}}, Grade.LOOK_AT_IT, {"number", "no-integration"}),
        ({"long_lived": True}, Grade.REDESIGN, {"number", "studio", "long-lived"}),
        # Missing values, and values that are not documented.
        ({"channel_type": None}, Grade.LOOK_AT_IT, {"no-channel", "studio"}),
        ({"channel_type": ""}, Grade.LOOK_AT_IT, {"no-channel", "studio"}),
        ({"channel_type": "rcs"}, Grade.LOOK_AT_IT, {"unknown-channel", "studio"}),
        ({"channel_type": "SMS"}, Grade.LOOK_AT_IT, {"unknown-channel", "studio"}),
        ({"channel_type": 7}, Grade.LOOK_AT_IT, {"no-channel", "unreadable", "studio"}),
        ({"contact_identity": None}, Grade.LOOK_AT_IT, {"number", "no-identity", "studio"}),
        ({"contact_identity": " "}, Grade.LOOK_AT_IT, {"number", "no-identity", "studio"}),
        ({"contact_identity": "null"}, Grade.LOOK_AT_IT, {"number", "no-identity", "studio"}),
        ({"integration_type": "lambda"}, Grade.LOOK_AT_IT, {"number", "unknown-integration"}),
        ({"integration": None}, Grade.LOOK_AT_IT, {"number", "studio", "no-studio-flow"}),
        ({"integration": {"flow_sid": ""}}, Grade.LOOK_AT_IT, {"number", "studio", "no-studio-flow"}),
        ({"integration": "FW1"}, Grade.LOOK_AT_IT, {"number", "studio", "no-studio-flow", "unreadable"}),
        ({**EXTERNAL, "integration": {"new": 1}}, Grade.LOOK_AT_IT, {"number", "webhook", "no-webhook"}),
        ({"long_lived": "true"}, Grade.LOOK_AT_IT, {"number", "studio", "unreadable"}),
        ({"long_lived": None}, Grade.CONNECT_TRIGGER, {"number", "studio"}),
        # The hardest reason decides; nothing is harder than a redesign.
        ({"channel_type": "web", "integration_type": "?"}, Grade.LOOK_AT_IT, {"web", "unknown-integration"}),
        ({"channel_type": None, **TASK}, Grade.REDESIGN, {"no-channel", "task"}),
    ],
)  # fmt: skip
def test_a_flow_has_the_grade_of_its_hardest_reason(
    attributes: dict[str, Any], grade: Grade, expected: set[str]
) -> None:
    flow = make_flow(**attributes)
    assert assess(flow, is_shared=False)[0] is grade
    assert codes(flow) - NOTES == expected


@pytest.mark.parametrize(
    ("attributes", "note", "applies"),
    [
        ({"janitor_enabled": True}, "janitor", True),
        ({"janitor_enabled": False}, "janitor", False),
        ({"janitor_enabled": None}, "janitor", False),
        ({"chat_service_sid": "IS1"}, "chat-service", True),
        ({"chat_service_sid": None}, "chat-service", False),
        ({"enabled": False, **TASK}, "disabled", True),
        ({"enabled": False}, "disabled", True),
        ({"enabled": None}, "disabled", False),
        ({**EXTERNAL, "integration": {"url": "https://example.com", "retry_count": 0}}, "webhook-retries", True),
        (EXTERNAL, "webhook-retries", False),
        ({"integration": {"flow_sid": "FW1", "retry_count": 3}}, "webhook-retries", False),
    ],
)
def test_a_note_changes_no_grade(attributes: dict[str, Any], note: str, *, applies: bool) -> None:
    flow = make_flow(**attributes)
    assert (note in codes(flow)) is applies
    assert assess(flow, is_shared=False)[0] is min(
        (each.grade for each in assess(flow, is_shared=False)[1] if each.grade), key=GRADES.index
    )


def test_a_shared_address_is_a_note() -> None:
    plain, shared = assess(make_flow(), is_shared=False), assess(make_flow(), is_shared=True)
    assert plain[0] is shared[0]
    assert {reason.code for reason in shared[1]} - {reason.code for reason in plain[1]} == {"shared-address"}


REAL = {
    "cli-camel-case": (Grade.LOOK_AT_IT, {"no-channel", "no-integration", "suggests-studio"}),
    "custom-instagram": (Grade.REDESIGN, {"no-address-type", "studio", "janitor", "chat-service"}),
    "custom-modica-empty-identity": (Grade.PORT_CODE, {"web", "studio", "janitor", "chat-service"}),
    "custom-webchat-blog": (
        Grade.REDESIGN,
        {"no-address-type", "no-integration", "suggests-studio", "janitor", "chat-service"},
    ),
    "email-null-text-identity": (
        Grade.REDESIGN,
        {"no-address-type", "webhook", "long-lived", "webhook-retries", "janitor", "chat-service"},
    ),
    "external-nulls": (Grade.PORT_CODE, {"web", "webhook", "chat-service"}),
    "go-zero-time": (Grade.CONNECT_TRIGGER, {"number", "studio", "disabled", "chat-service"}),
    "outbound-disabled-task": (Grade.REDESIGN, {"number", "task", "disabled", "janitor", "chat-service"}),
    "rjpearson-date-updated-null": (Grade.REDESIGN, {"web", "studio", "long-lived", "janitor", "chat-service"}),
    "terraform-state-default-sms": (Grade.CONNECT_TRIGGER, {"number", "studio", "janitor", "chat-service"}),
    "terraform-state-default-web": (Grade.PORT_CODE, {"web", "studio", "janitor", "chat-service"}),
}


@pytest.mark.parametrize("name", RECORDS)
def test_the_records_of_real_accounts_are_graded(name: str) -> None:
    flow = FlexFlow.from_dict(RECORDS[name])
    assert (assess(flow, is_shared=False)[0], codes(flow)) == REAL[name]


@pytest.mark.parametrize("record", [{}, {"sid": 1, "integration": []}, {"channel_type": {}, "enabled": "no"}])
def test_a_record_without_known_values_is_graded_look_at_it(record: dict[str, Any]) -> None:
    assert assess(FlexFlow.from_dict(record), is_shared=False)[0] is Grade.LOOK_AT_IT


def test_each_reason_and_each_work_list_names_its_source() -> None:
    for entry in (EVERY_FLOW, *REASONS.values(), *WORK_LISTS.values()):
        assert entry.sources
        assert all(
            source.url is None or source.url.startswith("https://www.twilio.com/docs/") for source in entry.sources
        )


@pytest.mark.parametrize(
    ("attributes", "leads_to"),
    [
        ({"integration": {"flow_sid": "FW1", "url": "https://example.com"}}, "FW1"),
        ({"integration_type": "external", "integration": {"flow_sid": "FW1", "url": "https://example.com"}}, "https://example.com"),
        ({"integration_type": "task", "integration": {"flow_sid": "FW1", "workspace_sid": "WS1"}}, "WS1"),
        ({"integration_type": "task", "integration": {"flow_sid": "FW1"}}, None),
        ({"integration_type": None, "integration": {"url": "https://example.com"}}, "https://example.com"),
        ({"integration": None}, None),
    ],
)  # fmt: skip
def test_a_flow_leads_where_its_integration_type_says(attributes: dict[str, Any], leads_to: str | None) -> None:
    assert target(make_flow(**attributes)) == leads_to
