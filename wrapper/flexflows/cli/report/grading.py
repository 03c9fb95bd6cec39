"""The conditions of the reasons in `facts.toml`, and what a flow's record says: its address, and where it leads."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flexflows import FlexFlow

from .facts import REASONS, Fact, Grade

NUMBERED = ("sms", "whatsapp")
"""The channels whose identities are numbers."""
PREFIXES = {"sms": "sms:", "whatsapp": "whatsapp:", "facebook": "messenger:"}
"""The channels whose identity becomes an address, and the prefix that it may have."""
WITHOUT_ADDRESS = ("line", "custom")
"""The channels that Conversations has no address type for."""
CHANNELS = (*PREFIXES, *WITHOUT_ADDRESS, "web")
INTEGRATIONS = ("studio", "external", "task")
NUMBER = re.compile(r"\+?[0-9]{3,15}")
_SEPARATORS = re.compile(r"[\s().-]")
_DECISIVE = ("channel_type", "contact_identity", "enabled", "integration", "integration_type", "long_lived")
"""The attributes that decide the grade, or whether a flow can move; a value of another type is unreadable."""
_DECISIVE_IN_INTEGRATION = ("flow_sid", "url")


def given(value: str | None) -> str | None:
    """Return a text without surrounding white space, or `None` where it is empty or the text `null`."""
    text = (value or "").strip()
    return None if text.lower() in {"", "null"} else text


def find_target(flow: FlexFlow) -> str | None:
    """Return where a flow leads: the Studio flow, the URL or the workflow that its integration names."""
    if flow.integration is None:
        return None
    studio, url = given(flow.integration.flow_sid), given(flow.integration.url)
    workflow = given(flow.integration.workflow_sid) or given(flow.integration.workspace_sid)
    by_type = {"studio": studio, "external": url, "task": workflow}
    return by_type.get(flow.integration_type or "", studio or url or workflow)


def find_address(flow: FlexFlow) -> tuple[str, str] | None:
    """Return a flow's channel type and identity, which is the same for each spelling of a number.

    Only the channels whose identity becomes an address have one: any number of custom channels can have one name.
    """
    channel, identity = flow.channel_type or "", given(flow.contact_identity)
    if channel not in PREFIXES or identity is None:
        return None
    identity = identity.removeprefix(PREFIXES[channel]).strip()
    if channel in NUMBERED and NUMBER.fullmatch(number := _SEPARATORS.sub("", identity)):
        identity = number
    return (str(channel), identity) if identity else None


def grade_flow(flow: FlexFlow, *, is_shared: bool) -> tuple[Grade, tuple[Fact, ...]]:
    """Return a flow's grade and its reasons, hardest first; `is_shared`: whether other flows have its address."""
    reasons = tuple(
        reason
        for code, reason in REASONS.items()
        if (is_shared if code == "shared-address" else _CONDITIONS[code](flow))
    )
    # Whatever the integration type is, a reason with a grade applies.
    return min((reason.grade for reason in reasons if reason.grade), key=lambda grade: grade.rank), reasons


def is_unreadable(flow: FlexFlow) -> bool:
    """Return whether an attribute that decides the grade holds a value of another type."""
    within: Mapping[str, Any] = {} if flow.integration is None else flow.integration.additional_properties
    return any(flow.additional_properties.get(name) is not None for name in _DECISIVE) or any(
        within.get(name) is not None for name in _DECISIVE_IN_INTEGRATION
    )


def _has_flow_sid(flow: FlexFlow) -> bool:
    return flow.integration is not None and given(flow.integration.flow_sid) is not None


def _has_retries(flow: FlexFlow) -> bool:
    return flow.integration is not None and flow.integration.retry_count is not None


def _is_unknown(value: str | None, known: tuple[str, ...]) -> bool:
    return given(value) is not None and value not in known


_CONDITIONS: dict[str, Callable[[FlexFlow], bool]] = {
    "no-address-type": lambda flow: flow.channel_type in WITHOUT_ADDRESS,
    "messenger-task": lambda flow: flow.integration_type == "task" and flow.channel_type == "facebook",
    "task": lambda flow: flow.integration_type == "task" and flow.channel_type != "facebook",
    "long-lived": lambda flow: flow.long_lived is True,
    "no-channel": lambda flow: given(flow.channel_type) is None,
    "unknown-channel": lambda flow: _is_unknown(flow.channel_type, CHANNELS),
    "no-identity": lambda flow: flow.channel_type in PREFIXES and given(flow.contact_identity) is None,
    "no-integration": lambda flow: given(flow.integration_type) is None,
    "suggests-studio": lambda flow: given(flow.integration_type) is None and _has_flow_sid(flow),
    "unknown-integration": lambda flow: _is_unknown(flow.integration_type, INTEGRATIONS),
    "no-studio-flow": lambda flow: flow.integration_type == "studio" and not find_target(flow),
    "no-webhook": lambda flow: flow.integration_type == "external" and not find_target(flow),
    "unreadable": is_unreadable,
    "web": lambda flow: flow.channel_type == "web",
    "webhook": lambda flow: flow.integration_type == "external",
    "studio": lambda flow: flow.integration_type == "studio",
    "sms": lambda flow: flow.channel_type == "sms",
    "whatsapp": lambda flow: flow.channel_type == "whatsapp",
    "messenger": lambda flow: flow.channel_type == "facebook",
    "disabled": lambda flow: flow.enabled is False,
    "webhook-retries": lambda flow: flow.integration_type == "external" and _has_retries(flow),
    "janitor": lambda flow: flow.janitor_enabled is True,
    "chat-service": lambda flow: given(flow.chat_service_sid) is not None,
}
