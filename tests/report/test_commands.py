"""The commands that move a flow, run by a shell, and the flows that have none."""

import subprocess
from typing import Any

import pytest
from flows import EXTERNAL, FACEBOOK, TASK, WEB, WHATSAPP, make_account, make_flow, make_report, sid

from flexflows import FlexFlow
from flexflows.cli._conditions import parse_condition
from flexflows.cli.report.build import GradedFlow
from flexflows.cli.report.masking import mask_text, mask_url

NAMES = ["Sales", 'It\'s $HOME `id` "x" \\ ; | & > # ~ !', "-p --silent", "Ventas México 中文", "a  b", "*"]
CHANNELS = {"sms": ({}, "sms"), "whatsapp": (WHATSAPP, "whatsapp"), "facebook": (FACEBOOK, "messenger")}
REMOVE = "api:flex:v1:flex-flows:remove --sid {sid}"
CREATE = (
    "api:conversations:v1:configuration:addresses:create --type {type} --address {identity} --friendly-name {name} "
    "--auto-creation.enabled --auto-creation.type studio --auto-creation.studio-flow-sid {studio} "
    "--auto-creation.studio-retry-count 3 --auto-creation.conversation-service-sid {service}"
)
UNDO = (
    "api:flex:v1:flex-flows:create --friendly-name {name} --chat-service-sid {service} --channel-type {channel} "
    "--contact-identity {identity} --enabled --integration-type studio --integration.flow-sid {studio} "
    "--integration.retry-count 3 --no-long-lived --janitor-enabled"
)


def grade(flow: FlexFlow, *others: FlexFlow, profile: str | None = "prod", **account: Any) -> GradedFlow:
    (report,) = make_report(make_account(flow, *others, profile=profile, **account)).accounts
    return next(each for each in report.flows if each.flow is flow)


def arrive(flow: GradedFlow) -> dict[str, list[str]]:
    """Run the commands by a shell with `printf` in place of `twilio`; return the words that arrive."""
    arrived = {}
    for name, line in flow.next_step.lines().items():
        program, words = line.split(" ", 1)
        assert program == "twilio"
        shell = ["/bin/sh", "-c", f"printf '%s\\n' {words}"]
        arrived[name] = subprocess.run(shell, capture_output=True, check=True, text=True).stdout.splitlines()  # noqa: S603
    return arrived


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("profile", ["prod", "it's mine", None])
def test_the_words_that_arrive_are_the_values_of_the_record(name: str, channel: str, profile: str | None) -> None:
    attributes, address_type = CHANNELS[channel]
    flow = make_flow(friendly_name=name, **attributes)
    sids = {"sid": flow.sid, "studio": sid(1, "FW"), "service": flow.chat_service_sid}
    values = {**sids, "type": address_type, "identity": flow.contact_identity, "name": name, "channel": channel}
    account = [] if profile is None else ["-p", profile]
    assert arrive(grade(flow, profile=profile)) == {
        command: [*(word.format(**values) for word in words.split()), *account]
        for command, words in {"remove": REMOVE, "create": CREATE, "undo": UNDO}.items()
    }


def test_a_webhook_gets_no_retry_count_and_the_undo_takes_what_the_record_has() -> None:
    url = "https://example.com/a?b=1&c=2"
    integration = {"url": url, "retry_count": 2, "timeout": 60, "priority": 0, "creation_on_message": False}
    step = grade(make_flow(integration_type="external", integration=integration, janitor_enabled=None))
    assert step.next_step.after == "after the code is ported"
    create, undo = (" ".join(arrive(step)[name]) for name in ("create", "undo"))
    assert f" --auto-creation.type webhook --auto-creation.webhook-url {url} --auto-creation.conversation" in create
    assert undo.endswith(
        f" --integration-type external --integration.url {url} --integration.timeout 60 --integration.priority 0 "
        "--no-integration.creation-on-message --integration.retry-count 2 --no-long-lived -p prod"
    )


@pytest.mark.parametrize(("retries", "is_possible"), [(0, True), (3, True), (4, False), (-1, False), (None, False)])
def test_a_retry_count_that_an_address_cannot_have_is_left_out(retries: int | None, *, is_possible: bool) -> None:
    create = arrive(grade(make_flow(integration={"flow_sid": sid(1, "FW"), "retry_count": retries})))["create"]
    assert (f"--auto-creation.studio-retry-count {retries}" in " ".join(create)) is is_possible


@pytest.mark.parametrize(
    ("attributes", "obstacle"),
    [
        (WEB, "only sms"),
        ({"long_lived": True}, "long-lived"),
        ({"long_lived": "yes"}, "not of its documented type"),
        (TASK, "studio or external"),
        ({"enabled": None}, "enabled"),
        ({"integration": {"flow_sid": "FW1"}}, "Studio flow"),
        ({**EXTERNAL, "integration": {"url": "example.com"}}, "URL"),
        ({"integration": {"flow_sid": sid(1, "FW"), "retry_count": "3"}}, "no option"),
        ({"contact_identity": "+1500"}, "5 to 15 digits"),
        ({"contact_identity": "15005550006"}, "5 to 15 digits"),
        ({**WHATSAPP, "contact_identity": "+15005550006"}, "whatsapp:"),
        ({**FACEBOOK, "contact_identity": "messenger:me"}, "messenger:"),
        ({"sid": "FO1"}, "SID"),
        ({"friendly_name": None}, "friendly_name"),
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
    (account,) = make_report(make_account(flow), reads_all=False).accounts
    assert "hides flows" in account.flows[0].next_step.obstacle


def test_conditions_leave_flows_out_of_the_report_and_not_out_of_the_addresses() -> None:
    where = (parse_condition("integration_type=studio"),)
    account = make_account(make_flow(1), make_flow(2, **TASK), make_flow(3, contact_identity="+15005550007"))
    (report,) = make_report(account, where=where).accounts
    assert {flow.sid: bool(flow.next_step.commands) for flow in report.flows} == {sid(1): False, sid(3): True}


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        (f"https://example.com/hook?channel=sms&page=2&author=me&account={sid(1, 'AC')}", None),
        ("https://user:pw@example.com/hook", "https://***@example.com/hook"),
        ("user:pw@example.com", "***@example.com"),
        ("https://e.com/?token=abc&x=1#apiKey=2", "https://e.com/?token=***&x=1#apiKey=***"),
        ("https://e.com/?%61pi_key=abc;sig=%2Bx", "https://e.com/?%61pi_key=***;sig=***"),
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
