"""The commands that move a flow, run by a shell, and the flows that have none."""

import subprocess
from typing import Any

import pytest
from flows import CUSTOM, EXTERNAL, FACEBOOK, TASK, WEB, WHATSAPP, make_account, make_flow, make_report, sid

from flexflows import FlexFlow
from flexflows.cli._conditions import parse_condition
from flexflows.cli.report.build import GradedFlow
from flexflows.cli.report.masking import mask_text, mask_url

NAMES = ["Sales", 'It\'s $HOME `id` "x" \\ ; | & > # ~ !', "-p --silent", "Ventas México 中文", "a  b", "*"]

FLAGS = {"--enabled", "--janitor-enabled", "--auto-creation.enabled"}


def grade(flow: FlexFlow, *others: FlexFlow, profile: str | None = "prod", **account: Any) -> GradedFlow:
    (report,) = make_report(make_account(flow, *others, profile=profile, **account)).accounts
    return next(each for each in report.flows if each.flow is flow)


def arrive(flow: GradedFlow) -> dict[str, dict[str, str]]:
    """Run the commands by a shell with `printf` in place of `twilio`; return the options that arrive, by command."""
    arrived = {}
    for name, line in flow.next_step.lines().items():
        program, rest = line.split(" ", 1)
        assert program == "twilio"
        script = f"printf '%s\\n' {rest}"
        words = subprocess.run(["sh", "-c", script], capture_output=True, check=True).stdout.decode().splitlines()[1:]  # noqa: S603, S607
        options: dict[str, str] = {}
        while words:
            option = words.pop(0)
            options[option] = "" if option.startswith("--no-") or option in FLAGS else words.pop(0)
        arrived[name] = options
    return arrived


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channel", [{}, WHATSAPP, FACEBOOK], ids=["sms", "whatsapp", "facebook"])
@pytest.mark.parametrize("profile", ["prod", "it's mine", None])
def test_the_words_that_arrive_are_the_values_of_the_record(
    name: str, channel: dict[str, Any], profile: str | None
) -> None:
    flow = make_flow(friendly_name=name, **channel)
    account = {} if profile is None else {"-p": profile}
    create = {
        "--type": "messenger" if channel is FACEBOOK else flow.channel_type,
        "--address": flow.contact_identity,
        "--friendly-name": name,
        "--auto-creation.enabled": "",
        "--auto-creation.type": "studio",
        "--auto-creation.studio-flow-sid": sid(1, "FW"),
        "--auto-creation.studio-retry-count": "3",
        "--auto-creation.conversation-service-sid": flow.chat_service_sid,
    }
    undo = {
        "--friendly-name": name,
        "--chat-service-sid": flow.chat_service_sid,
        "--channel-type": flow.channel_type,
        "--contact-identity": flow.contact_identity,
        "--enabled": "",
        "--integration-type": "studio",
        "--integration.flow-sid": sid(1, "FW"),
        "--integration.retry-count": "3",
        "--janitor-enabled": "",
        "--no-long-lived": "",
    }
    expected = {"remove": {"--sid": flow.sid} | account, "create": create | account, "undo": undo | account}
    assert arrive(grade(flow, profile=profile)) == expected


def test_a_webhook_gets_no_retry_count_and_the_undo_takes_what_the_record_has() -> None:
    url = "https://example.com/a?b=1&c=2"
    integration = {"url": url, "retry_count": 2, "timeout": 60, "priority": 0, "creation_on_message": False}
    step = grade(make_flow(integration_type="external", integration=integration, janitor_enabled=None))
    assert step.next_step.after == "after the code is ported"
    arrived = arrive(step)
    assert arrived["create"]["--auto-creation.webhook-url"] == url
    assert "--auto-creation.studio-retry-count" not in arrived["create"]
    assert {option: value for option, value in arrived["undo"].items() if "integration." in option} == {
        "--integration.url": url,
        "--integration.timeout": "60",
        "--integration.priority": "0",
        "--no-integration.creation-on-message": "",
        "--integration.retry-count": "2",
    }
    assert not {"--janitor-enabled", "--no-janitor-enabled"} & set(arrived["undo"])


@pytest.mark.parametrize(("retries", "expected"), [(0, "0"), (3, "3"), (4, None), (-1, None), (None, None)])
def test_a_retry_count_that_an_address_cannot_have_is_left_out(retries: int | None, expected: str | None) -> None:
    step = grade(make_flow(integration={"flow_sid": sid(1, "FW"), "retry_count": retries}))
    assert arrive(step)["create"].get("--auto-creation.studio-retry-count") == expected


@pytest.mark.parametrize(
    ("attributes", "obstacle"),
    [
        (WEB, "only sms"),
        (CUSTOM, "only sms"),
        ({"channel_type": None}, "only sms"),
        ({"long_lived": True}, "long-lived"),
        ({"long_lived": "yes"}, "not of its documented type"),
        (TASK, "studio or external"),
        ({"integration_type": None}, "studio or external"),
        ({"enabled": False}, "enabled"),
        ({"enabled": None}, "enabled"),
        ({"integration": {"flow_sid": "FW1"}}, "Studio flow"),
        ({**EXTERNAL, "integration": {"url": "example.com"}}, "URL"),
        ({"integration": {"flow_sid": sid(1, "FW"), "retry_count": "3"}}, "no option"),
        ({"contact_identity": "+1500"}, "5 to 15 digits"),
        ({"contact_identity": "+1234567890123456"}, "5 to 15 digits"),
        ({"contact_identity": "+15005550006\n"}, "5 to 15 digits"),
        ({"contact_identity": "15005550006"}, "5 to 15 digits"),
        ({**WHATSAPP, "contact_identity": "+15005550006"}, "whatsapp:"),
        ({**FACEBOOK, "contact_identity": "messenger:me"}, "messenger:"),
        ({"sid": "FO1"}, "SID"),
        ({"friendly_name": None}, "friendly_name"),
        ({"friendly_name": ""}, "friendly_name"),
        ({"friendly_name": "n" * 257}, "256"),
        ({"friendly_name": "Sales\n"}, "characters"),
        ({"friendly_name": "\u202eSales"}, "characters"),
        ({"chat_service_sid": None}, "chat_service_sid"),
    ],
)
def test_a_flow_whose_record_does_not_suffice_has_a_reason_instead_of_commands(
    attributes: dict[str, Any], obstacle: str
) -> None:
    step = grade(make_flow(**attributes)).next_step
    assert not step.commands
    assert obstacle in step.obstacle


def test_an_address_that_another_flow_has_or_may_have_gets_no_commands() -> None:
    flow = make_flow()
    assert "another flow" in grade(flow, make_flow(2, **TASK, enabled=False)).next_step.obstacle
    assert "hides flows" in grade(flow, has_more=True).next_step.obstacle
    (account,) = make_report(make_account(flow), is_filtered=True).accounts
    assert "hides flows" in account.flows[0].next_step.obstacle


def test_conditions_leave_flows_out_of_the_report_and_not_out_of_the_addresses() -> None:
    where = (parse_condition("integration_type=studio"),)
    account = make_account(make_flow(1), make_flow(2, **TASK), make_flow(3, contact_identity="+15005550007"))
    (report,) = make_report(account, where=where).accounts
    assert {flow.sid: bool(flow.next_step.commands) for flow in report.flows} == {sid(1): False, sid(3): True}


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://example.com/hook", None),
        ("https://example.com/hook?channel=sms&page=2&author=me", None),
        (f"https://example.com/hook?account={sid(1, 'AC')}", None),
        ("https://user:pw@example.com/hook", "https://***@example.com/hook"),
        ("user:pw@example.com", "***@example.com"),
        ("https://e.com/?token=abc&x=1#apiKey=2", "https://e.com/?token=***&x=1#apiKey=***"),
        ("https://e.com/?%61pi_key=abc", "https://e.com/?%61pi_key=***"),
        ("https://e.com/?code=abc;sig=%2Bx", "https://e.com/?code=***;sig=***"),
        ("https://e.com/?q=Zx81kd0aPq77LmNo", "https://e.com/?q=***"),
        ("https://e.com/?Zx81kd0aPq77LmNo", "https://e.com/?***"),
        ("https://e.com/?id=550e8400-e29b-41d4-a716-446655440000", "https://e.com/?id=***"),
        ("https://e.com/?to=https%3A%2F%2Fu%3Ap%40f.com", "https://e.com/?to=***"),
    ],
)
def test_what_looks_like_a_password_or_key_is_masked(url: str, masked: str | None) -> None:
    assert mask_url(url) == (masked or url)
    if "//" in url:
        assert mask_text(f"see <{url}> or '{url}'") == f"see <{masked or url}> or '{masked or url}'"
