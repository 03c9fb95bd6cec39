"""Records as real accounts hold them, and reports on them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from flexflows import FlexFlow, FlexFlowsError
from flexflows.cli._accounts import Account
from flexflows.cli.report.build import Report, Selection, build
from flexflows.sandbox import Sandbox

Run: TypeAlias = Callable[..., Any]
Serve: TypeAlias = Callable[..., Sandbox]
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def sid(number: int, prefix: str = "FO") -> str:
    return f"{prefix}{number:032x}"


SMS: dict[str, Any] = {
    "sid": sid(1),
    "account_sid": sid(1, "AC"),
    "date_created": "2019-11-05T16:21:39Z",
    "date_updated": "2023-11-22T14:02:10Z",
    "friendly_name": "Flex Messaging Channel Flow",
    "chat_service_sid": sid(1, "IS"),
    "channel_type": "sms",
    "contact_identity": "+15005550006",
    "enabled": True,
    "integration_type": "studio",
    "integration": {"flow_sid": sid(1, "FW"), "retry_count": 3},
    "long_lived": False,
    "janitor_enabled": True,
}
URL = "https://example.com/hook"
EXTERNAL = {"integration_type": "external", "integration": {"url": URL}}
TASK = {
    "integration_type": "task",
    "integration": {"workspace_sid": sid(1, "WS"), "workflow_sid": sid(1, "WW"), "timeout": 86400, "priority": 0},
}
WEB = {"channel_type": "web", "contact_identity": None}
CUSTOM = {"channel_type": "custom", "contact_identity": "instagram"}
WHATSAPP = {"channel_type": "whatsapp", "contact_identity": "whatsapp:+15005550006"}
FACEBOOK = {"channel_type": "facebook", "contact_identity": "messenger:100200300"}
KINDS: list[dict[str, Any]] = [
    {},
    WEB,
    {**WEB, **EXTERNAL, "contact_identity": "", "long_lived": None, "janitor_enabled": None},
    {**WEB, "contact_identity": "12345", "long_lived": True, "date_updated": None},
    CUSTOM,
    {**CUSTOM, "integration_type": None, "integration": {"channel": "studio", "flow_sid": sid(7, "FW")}},
    {**CUSTOM, **EXTERNAL, "contact_identity": "null", "long_lived": True},
    {**TASK, "enabled": False},
    {"contact_identity": "+15555555555", "enabled": False, "date_created": "0001-01-01T00:00:00Z"},
    dict.fromkeys(SMS) | {"channelType": "web", "integrationType": "studio"},  # the Twilio CLI's names
]
"""What the kinds of flows in real accounts have of their own; the rest is as in `SMS`."""
HOSTILE = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)> ' `$(id)` ;",
    "\u202eright to left\u202c \u2066",
    "\x1b[2J\x1b]0;title\x07\r\n\t\x00\x7f\u2028",
    "n" * 10_000,
    "\ud800 alone",
    "{{ 7 * 7 }} {% raw %}",
    "=1+1",
]
"""Names that must do nothing in any format."""


def make_flow(number: int = 1, **attributes: Any) -> FlexFlow:
    return FlexFlow.from_dict({**SMS, "sid": sid(number), **attributes})


def make_account(
    *flows: FlexFlow, profile: str | None = "prod", number: int = 1, error: str | None = None, has_more: bool = False
) -> Account:
    failure = None if error is None else FlexFlowsError(error)
    return Account(profile, sid(number, "AC"), failure=failure, has_more=has_more, flows=list(flows))


def make_report(*accounts: Account, accepted: Mapping[str, str] | None = None, **selection: Any) -> Report:
    return build(accounts, NOW, Selection(**selection), accepted or {})


def make_sample() -> Report:
    """Return a report on three accounts: one was read, one was cut by a limit, and one could not be read."""
    kinds = [make_flow(number, **kind) for number, kind in enumerate(KINDS, 1)]
    many = [make_flow(100 + number, contact_identity=f"+1500556{number:04}") for number in range(60)]
    return make_report(
        make_account(*kinds, *many),
        make_account(make_flow(99, contact_identity="+15005550009"), profile="staging", number=2, has_more=True),
        make_account(profile="legacy", number=3, error="401 Authenticate (Twilio error 20003)"),
        accepted={sid(130): "closes in May", sid(999): "was decided"},
    )
