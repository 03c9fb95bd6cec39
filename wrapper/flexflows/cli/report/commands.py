"""The Twilio CLI's commands that move a flow: remove it, create its address, and create the flow again to undo that.

Nothing here is ever run. The options are those of twilio-cli 6.2; its help lists them for each of the commands.
"""

import re
import shlex
from collections.abc import Iterator, Mapping

import attrs

from flexflows import FlexFlow, Integration
from flexflows.cli._text import visible

from .grading import is_unreadable
from .masking import mask_url

TYPES = {"sms": "sms", "whatsapp": "whatsapp", "facebook": "messenger"}
IDENTITIES = {
    "sms": (r"\+[0-9]{5,15}", "+ and 5 to 15 digits"),
    "whatsapp": (r"whatsapp:\+[0-9]{5,15}", "whatsapp:+ and 5 to 15 digits"),
    "facebook": (r"messenger:[0-9]+", "messenger: and digits"),
}
NO_COMMANDS = {
    "web": "the chat address of a web flow is made in the Console",
    "line": "there is no address type for line",
    "custom": "there is no address type for custom channels",
}
AFTER = {"studio": "after the trigger is connected", "external": "after the code is ported"}
MAX_NAME = 256  # characters of an address's friendly name
RETRIES = range(4)  # that the address of a Studio flow can have

Words = list[str]


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
        """Return it for a format that is shared, which shows no command with a secret."""
        masked = NextStep(obstacle="the URL is masked here; the report as JSON or CSV has the commands")
        return masked if self.has_secret else self


def plan_next_step(flow: FlexFlow, profile: str | None, *, is_shared: bool, sees_all: bool) -> NextStep:
    """Return the commands that move a flow, if its record suffices; `sees_all`: whether others were looked at."""
    integration = flow.integration or Integration()
    obstacle = next(_obstacles(flow, integration, is_shared=is_shared, sees_all=sees_all), None)
    if obstacle is not None:
        return NextStep(obstacle=obstacle)
    account = [] if profile is None else ["-p", profile]
    commands = {
        "remove": ["twilio", "api:flex:v1:flex-flows:remove", *_options(sid=flow.sid), *account],
        "create": [
            "twilio",
            "api:conversations:v1:configuration:addresses:create",
            *_address(flow, integration),
            *account,
        ],
        "undo": ["twilio", "api:flex:v1:flex-flows:create", *_record(flow, integration), *account],
    }
    if any(visible(word) != word for words in commands.values() for word in words):
        return NextStep(obstacle="a value has characters that are invisible or act on a terminal")
    quoted = {name: list(map(shlex.quote, words)) for name, words in commands.items()}
    url = integration.url or ""
    return NextStep(AFTER[flow.integration_type or ""], quoted, has_secret=mask_url(url) != url)


def _obstacles(flow: FlexFlow, integration: Integration, *, is_shared: bool, sees_all: bool) -> Iterator[str]:
    """Yield what stands in the way of the commands, the most telling first."""
    channel, kind, name = flow.channel_type or "", flow.integration_type or "", flow.friendly_name or ""
    pattern, identity = IDENTITIES.get(channel, ("", ""))
    target = _is_sid(integration.flow_sid, "FW") if kind == "studio" else _is_url(integration.url)
    checks = {
        NO_COMMANDS.get(channel, "its channel type is missing or not documented"): channel in TYPES,
        "long-lived is not supported": flow.long_lived is not True,
        "the task integration is not supported": kind != "task",
        "the record holds a value that is not of its documented type": not is_unreadable(flow),
        "the flow is disabled": flow.enabled is not False,
        "the record does not say whether the flow is enabled": flow.enabled is not None,
        "its integration type is missing or not documented": kind in AFTER,
        f"the record has no {'SID of a Studio flow' if kind == 'studio' else 'URL of a webhook'}": target,
        "its integration has values that the commands have no option for": not any(
            value is not None for value in integration.additional_properties.values()
        ),
        f"its contact_identity is not {identity}": re.fullmatch(pattern, flow.contact_identity or "") is not None,
        "another flow has its address": not is_shared,
        "the report has only some of the account's flows, and another one may have its address": sees_all,
        "its sid is not the SID of a flow": _is_sid(flow.sid, "FO"),
        "the record has no friendly_name, which the undo needs": bool(name.strip()),
        f"its friendly_name has more than {MAX_NAME} characters": len(name) <= MAX_NAME,
        "its chat_service_sid, which the undo needs, is not a SID": _is_sid(flow.chat_service_sid, "IS"),
    }
    return (obstacle for obstacle, is_passed in checks.items() if not is_passed)


def _is_sid(value: str | None, prefix: str) -> bool:
    return re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", value or "") is not None


def _is_url(value: str | None) -> bool:
    return re.fullmatch(r"https?://[^\s/?#]+\S*", value or "", re.IGNORECASE) is not None


def _address(flow: FlexFlow, integration: Integration) -> Words:
    """Return the options that create a flow's address."""
    is_studio = flow.integration_type == "studio"
    return _options(
        type=TYPES[flow.channel_type or ""],
        address=flow.contact_identity,
        friendly_name=flow.friendly_name,
        auto_creation__enabled=True,
        auto_creation__type="studio" if is_studio else "webhook",
        auto_creation__studio_flow_sid=integration.flow_sid if is_studio else None,
        auto_creation__studio_retry_count=(
            integration.retry_count if is_studio and integration.retry_count in RETRIES else None
        ),
        auto_creation__webhook_url=None if is_studio else integration.url,
        auto_creation__conversation_service_sid=flow.chat_service_sid,
    )


def _record(flow: FlexFlow, integration: Integration) -> Words:
    """Return the options that create a flow again."""
    return _options(
        friendly_name=flow.friendly_name,
        chat_service_sid=flow.chat_service_sid,
        channel_type=flow.channel_type,
        contact_identity=flow.contact_identity,
        enabled=flow.enabled,
        integration_type=flow.integration_type,
        integration__flow_sid=integration.flow_sid,
        integration__url=integration.url,
        integration__workspace_sid=integration.workspace_sid,
        integration__workflow_sid=integration.workflow_sid,
        integration__channel=integration.channel,
        integration__timeout=integration.timeout,
        integration__priority=integration.priority,
        integration__creation_on_message=integration.creation_on_message,
        integration__retry_count=integration.retry_count,
        janitor_enabled=flow.janitor_enabled,
        long_lived=flow.long_lived,
    )


def _options(**values: str | bool | int | None) -> Words:
    """Return options of the Twilio CLI: `a__b_c` is `--a.b-c`; a value that is missing or empty has no option."""
    words: Words = []
    for name, value in values.items():
        option = name.replace("__", ".").replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{'' if value else 'no-'}{option}")
        elif value not in (None, ""):
            words += [f"--{option}", str(value)]
    return words
