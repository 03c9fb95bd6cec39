"""The Twilio CLI's commands that move a flow: remove it, create its address, and create the flow again to undo that.

Nothing here is ever run. The options are those of twilio-cli 6.2; its help lists them for each of the commands.
"""

import re
import shlex
from collections.abc import Mapping

import attrs

from flexflows import FlexFlow, Integration
from flexflows.cli._text import visible

from .grading import is_unreadable
from .masking import mask_url

ADDRESSES = {
    "sms": ("sms", r"\+[0-9]{5,15}", "+ and 5 to 15 digits"),
    "whatsapp": ("whatsapp", r"whatsapp:\+[0-9]{5,15}", "whatsapp:+ and 5 to 15 digits"),
    "facebook": ("messenger", r"messenger:[0-9]+", "messenger: and digits"),
}
"""The type of a channel's address, with the pattern of its identities and what the pattern says."""
AFTER = {"studio": "after the trigger is connected", "external": "after the code is ported"}
HEX = "[0-9a-fA-F]{32}"  # of a SID
MAX_NAME = 256  # characters of an address's friendly name
RETRIES = range(4)  # that the address of a Studio flow can have

Words = list[str]
Options = dict[str, str | int | None]


@attrs.frozen
class NextStep:
    """The commands that move a flow (remove, create, undo), quoted for a POSIX shell, or why there are none."""

    after: str = ""
    commands: Mapping[str, Words] = attrs.field(factory=dict[str, Words])
    has_secret: bool = False
    obstacle: str = ""

    def lines(self) -> dict[str, str]:
        """Return each command on a line."""
        return {name: " ".join(words) for name, words in self.commands.items()}

    def masked(self) -> "NextStep":
        """Return the step for a format that is shared: without commands if they hold a secret."""
        masked = NextStep(obstacle="the URL is masked here; the report as JSON or CSV has the commands")
        return masked if self.has_secret else self


def plan_next_step(flow: FlexFlow, profile: str | None, *, is_shared: bool, sees_all: bool) -> NextStep:
    """Return the commands that move a flow, if its record suffices; `sees_all`: whether its account was read whole."""
    integration = flow.integration or Integration()
    obstacle = _find_obstacle(flow, integration, is_shared=is_shared, sees_all=sees_all)
    if obstacle is not None:
        return NextStep(obstacle=obstacle)
    commands = {
        "remove": _command("api:flex:v1:flex-flows:remove", {"sid": flow.sid}, profile),
        "create": _command("api:conversations:v1:configuration:addresses:create", _address(flow, integration), profile),
        "undo": _command("api:flex:v1:flex-flows:create", _record(flow, integration), profile),
    }
    if any(visible(word) != word for words in commands.values() for word in words):
        return NextStep(obstacle="a value has characters that are invisible or act on a terminal")
    quoted = {name: list(map(shlex.quote, words)) for name, words in commands.items()}
    url = integration.url or ""
    return NextStep(AFTER[flow.integration_type or ""], quoted, has_secret=mask_url(url) != url)


def _find_obstacle(flow: FlexFlow, integration: Integration, *, is_shared: bool, sees_all: bool) -> str | None:
    """Return what stands in the way of the commands, the most important first."""
    kind, name = flow.integration_type or "", flow.friendly_name or ""
    has_name = bool(name.strip()) and len(name) <= MAX_NAME
    _, pattern, identity = ADDRESSES.get(flow.channel_type or "", ("", "", ""))
    is_studio = kind == "studio"
    target = (integration.flow_sid, f"FW{HEX}") if is_studio else (integration.url, r"(?i:https?)://[^\s/?#]+\S*")
    undocumented = [value for value in integration.additional_properties.values() if value is not None]
    checks = {
        "only sms, whatsapp and facebook flows have commands": flow.channel_type in ADDRESSES,
        "it is long-lived": flow.long_lived is not True,
        "only flows with the studio or external integration have commands": kind in AFTER,
        "the record holds a value that is not of its documented type": not is_unreadable(flow),
        "the record does not say that it is enabled": flow.enabled is True,
        f"the record has no {'SID of a Studio flow' if is_studio else 'URL of a webhook'}": _matches(*target),
        "its integration has values that the commands have no option for": not undocumented,
        f"its contact_identity is not {identity}": _matches(flow.contact_identity, pattern),
        "another flow has its address": not is_shared,
        "a filter or --limit hides flows of the account that may have its address": sees_all,
        "its sid is not the SID of a flow": _matches(flow.sid, f"FO{HEX}"),
        f"its friendly_name, which they need, is empty or has more than {MAX_NAME} characters": has_name,
        "its chat_service_sid, which they need, is not a SID": _matches(flow.chat_service_sid, f"IS{HEX}"),
    }
    return next((obstacle for obstacle, is_passed in checks.items() if not is_passed), None)


def _matches(value: str | None, pattern: str) -> bool:
    return re.fullmatch(pattern, value or "") is not None


def _address(flow: FlexFlow, integration: Integration) -> Options:
    """Return the options that create a flow's address."""
    is_studio, retries = flow.integration_type == "studio", integration.retry_count
    return {
        "type": ADDRESSES[flow.channel_type or ""][0],
        "address": flow.contact_identity,
        "friendly-name": flow.friendly_name,
        "auto-creation.enabled": True,
        "auto-creation.type": "studio" if is_studio else "webhook",
        "auto-creation.studio-flow-sid": integration.flow_sid if is_studio else None,
        "auto-creation.studio-retry-count": retries if is_studio and retries in RETRIES else None,
        "auto-creation.webhook-url": None if is_studio else integration.url,
        "auto-creation.conversation-service-sid": flow.chat_service_sid,
    }


def _record(flow: FlexFlow, integration: Integration) -> Options:
    """Return the options that create a flow again."""
    return {
        "friendly-name": flow.friendly_name,
        "chat-service-sid": flow.chat_service_sid,
        "channel-type": flow.channel_type,
        "contact-identity": flow.contact_identity,
        "enabled": flow.enabled,
        "integration-type": flow.integration_type,
        "integration.flow-sid": integration.flow_sid,
        "integration.url": integration.url,
        "integration.workspace-sid": integration.workspace_sid,
        "integration.workflow-sid": integration.workflow_sid,
        "integration.channel": integration.channel,
        "integration.timeout": integration.timeout,
        "integration.priority": integration.priority,
        "integration.creation-on-message": integration.creation_on_message,
        "integration.retry-count": integration.retry_count,
        "long-lived": flow.long_lived,
        "janitor-enabled": flow.janitor_enabled,
    }


def _command(name: str, options: Options, profile: str | None) -> Words:
    """Return a command as words; a value that is missing or empty has no option, and a boolean is a flag."""
    words = ["twilio", name]
    for option, value in options.items():
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        elif value not in (None, ""):
            words += [f"--{option}", str(value)]
    return words if profile is None else [*words, "-p", profile]
