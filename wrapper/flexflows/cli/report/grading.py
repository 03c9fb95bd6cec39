"""The conditions of the reasons in `facts.toml`, and what a record says: the flow's address, and where it leads."""

import re
from collections.abc import Callable

from flexflows import FlexFlow, Integration

from .facts import GRADES, REASONS, Fact, Grade

PREFIXES = {"sms": "sms:", "whatsapp": "whatsapp:", "facebook": "messenger:"}
"""The channels whose identity becomes an address, and the prefix that it may have."""
WITHOUT_ADDRESS = ("line", "custom")
CHANNELS = (*PREFIXES, *WITHOUT_ADDRESS, "web")
INTEGRATIONS = ("studio", "external", "task")
NUMBER = re.compile(r"\+?[0-9]{3,15}")
_SEPARATORS = re.compile(r"[\s().-]")


def non_empty(value: str | None) -> str | None:
    """Return a text without surrounding white space, or `None` where it is empty or the text `null`."""
    text = (value or "").strip()
    return None if text.lower() in {"", "null"} else text


def find_target(flow: FlexFlow) -> str | None:
    """Return where a flow leads: the Studio flow, the URL or the workflow that its integration names."""
    integration = flow.integration or Integration()
    studio, url = non_empty(integration.flow_sid), non_empty(integration.url)
    workflow = non_empty(integration.workflow_sid) or non_empty(integration.workspace_sid)
    by_type = {"studio": studio, "external": url, "task": workflow}
    return by_type.get(flow.integration_type or "", studio or url or workflow)


def find_address(flow: FlexFlow) -> tuple[str, str] | None:
    """Return a flow's channel type and identity, the same for each spelling of a number, if it becomes an address."""
    channel, identity = str(flow.channel_type or ""), non_empty(flow.contact_identity)
    if channel not in PREFIXES or identity is None:
        return None
    identity = identity.removeprefix(PREFIXES[channel]).strip()
    number = _SEPARATORS.sub("", identity)
    if channel != "facebook" and NUMBER.fullmatch(number):
        identity = number
    return (channel, identity) if identity else None


def find_reasons(flow: FlexFlow, *, is_shared: bool) -> tuple[Fact, ...]:
    """Return a flow's reasons, hardest first, then its notes; `is_shared`: whether another flow has its address."""
    codes = {code for code, applies in _CONDITIONS.items() if applies(flow)}
    if is_shared:
        codes.add("shared-address")
    return tuple(reason for code, reason in REASONS.items() if code in codes)


def find_grade(reasons: tuple[Fact, ...]) -> Grade:
    """Return the hardest grade of a flow's reasons; with any integration type, one of them has a grade."""
    return min((reason.grade for reason in reasons if reason.grade), key=GRADES.index)


def is_unreadable(flow: FlexFlow) -> bool:
    """Return whether an attribute that decides the grade holds a value that is not of its documented type."""
    decisive = ("channel_type", "contact_identity", "integration", "integration_type", "long_lived")
    return any(flow.additional_properties.get(name) is not None for name in decisive)


_CONDITIONS: dict[str, Callable[[FlexFlow], bool]] = {
    "no-address-type": lambda flow: flow.channel_type in WITHOUT_ADDRESS,
    "messenger-task": lambda flow: flow.integration_type == "task" and flow.channel_type == "facebook",
    "task": lambda flow: flow.integration_type == "task" and flow.channel_type != "facebook",
    "long-lived": lambda flow: flow.long_lived is True,
    "unknown-channel": lambda flow: flow.channel_type not in CHANNELS,
    "no-identity": lambda flow: flow.channel_type in PREFIXES and non_empty(flow.contact_identity) is None,
    "no-integration": lambda flow: non_empty(flow.integration_type) is None,
    "unknown-integration": lambda flow: flow.integration_type not in (*INTEGRATIONS, None, ""),
    "no-target": lambda flow: flow.integration_type in {"studio", "external"} and find_target(flow) is None,
    "unreadable": is_unreadable,
    "web": lambda flow: flow.channel_type == "web",
    "webhook": lambda flow: flow.integration_type == "external",
    "studio": lambda flow: flow.integration_type == "studio",
    "sms": lambda flow: flow.channel_type == "sms",
    "whatsapp": lambda flow: flow.channel_type == "whatsapp",
    "messenger": lambda flow: flow.channel_type == "facebook",
    "disabled": lambda flow: flow.enabled is False,
    "janitor": lambda flow: flow.janitor_enabled is True,
    "chat-service": lambda flow: non_empty(flow.chat_service_sid) is not None,
}
