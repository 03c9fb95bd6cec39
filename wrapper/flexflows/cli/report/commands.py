"""The Twilio CLI's commands that move a flow: remove it, create its address, and create the flow again to undo that.

Nothing here is ever run. The options are those of twilio-cli 6.2; its help lists them for each of the commands.
"""

import re
import shlex
from collections.abc import Iterator, Mapping

import attrs

from flexflows import FlexFlow

from flexflows.cli._text import visible
from .grading import is_unreadable
from .masking import mask_url

REMOVE = ("twilio", "api:flex:v1:flex-flows:remove")
CREATE = ("twilio", "api:conversations:v1:configuration:addresses:create")
UNDO = ("twilio", "api:flex:v1:flex-flows:create")
TYPES = {"sms": "sms", "whatsapp": "whatsapp", "facebook": "messenger"}
"""The address type of each channel whose flows the commands can move."""
IDENTITIES = {
    "sms": (re.compile(r"\+[0-9]{5,15}"), "+ and 5 to 15 digits"),
    "whatsapp": (re.compile(r"whatsapp:\+[0-9]{5,15}"), "whatsapp:+ and 5 to 15 digits"),
    "facebook": (re.compile(r"messenger:[0-9]+"), "messenger: and digits"),
}
NO_ADDRESS = {
    "web": "the chat address of a web flow is made in the Console",
    "line": "there is no address type for line",
    "custom": "there is no address type for custom channels",
}
AFTER = {"studio": "after the trigger is connected", "external": "after the code is ported"}
"""The work that comes before the commands, by integration type."""
MAX_NAME = 256
"""The most characters of an address's friendly name."""
RETRIES = range(4)
"""The retry counts that a Studio flow's address can have."""
URL = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)

Words = tuple[str, ...]


@attrs.frozen
class NextStep:
    """What moves a flow: commands by name (remove, create, undo), or the reason why there are none.

    Attributes:
        after: The work that comes first.
        commands: The words of each command.
        has_secret: Whether a command holds a URL with a password or key.
        obstacle: Why there are no commands.
    """

    after: str = ""
    commands: Mapping[str, Words] = attrs.field(factory=dict[str, Words])
    has_secret: bool = False
    obstacle: str | None = None

    def quoted(self) -> dict[str, list[str]]:
        """Return the words of each command, quoted for a POSIX shell."""
        return {name: [shlex.quote(word) for word in words] for name, words in self.commands.items()}

    def lines(self) -> dict[str, str]:
        """Return the commands, each as a line for a POSIX shell."""
        return {name: " ".join(words) for name, words in self.quoted().items()}

    def masked(self) -> "NextStep":
        """Return it for a format that is shared, where a command with a secret cannot be shown."""
        if not self.has_secret:
            return self
        return NextStep(obstacle="the URL is masked here; the report as JSON or CSV has the commands")


def plan_next_step(flow: FlexFlow, *, profile: str | None, is_shared: bool, sees_all: bool) -> NextStep:
    """Return the commands that move a flow, if its record suffices for them.

    Args:
        flow: The flow.
        profile: The Twilio CLI's profile of its account.
        is_shared: Whether another flow has its address.
        sees_all: Whether the report has all flows that may have its address.
    """
    obstacle = next(_obstacles(flow, is_shared=is_shared, sees_all=sees_all), None)
    if obstacle is not None:
        return NextStep(obstacle=obstacle)
    account = () if profile is None else ("-p", profile)
    commands = {
        "remove": (*REMOVE, *_options(sid=flow.sid), *account),
        "create": (*CREATE, *_create_options(flow), *account),
        "undo": (*UNDO, *_undo_options(flow), *account),
    }
    if any(visible(word) != word for words in commands.values() for word in words):
        return NextStep(obstacle="a value has characters that are invisible or act on a terminal")
    url = "" if flow.integration is None else flow.integration.url or ""
    return NextStep(AFTER[flow.integration_type or ""], commands, has_secret=mask_url(url) != url)


def _obstacles(flow: FlexFlow, *, is_shared: bool, sees_all: bool) -> Iterator[str]:
    """Yield what stands in the way of the commands, the most telling first."""
    channel = flow.channel_type or ""
    if channel not in TYPES:
        yield NO_ADDRESS.get(channel, "its channel type is missing or not documented")
        return
    if flow.long_lived is True:
        yield "long-lived is not supported"
    if flow.integration_type == "task":
        yield "the task integration is not supported"
    if is_unreadable(flow):
        yield "the record holds a value that is not of its documented type"
    if flow.enabled is not True:
        yield "the flow is disabled" if flow.enabled is False else "the record does not say whether it is enabled"
    if flow.integration_type not in AFTER:
        yield "its integration type is missing or not documented"
    elif flow.integration is None or not _leads_somewhere(flow):
        yield "the record names no Studio flow" if flow.integration_type == "studio" else "the record names no URL"
    elif any(value is not None for value in flow.integration.additional_properties.values()):
        yield "its integration has values that the commands have no option for"
    pattern, description = IDENTITIES[channel]
    if not pattern.fullmatch(flow.contact_identity or ""):
        yield f"its contact_identity is not {description}"
    if is_shared:
        yield "another flow has its address"
    if not sees_all:
        yield "the report has only some of the account's flows, and another one may have its address"
    if not _is_sid(flow.sid, "FO"):
        yield "the record has no SID"
    if not (flow.friendly_name or "").strip():
        yield "the record has no friendly_name, which the undo needs"
    if len(flow.friendly_name or "") > MAX_NAME:
        yield f"its friendly_name has more than {MAX_NAME} characters"
    if not _is_sid(flow.chat_service_sid, "IS"):
        yield "the record has no chat_service_sid, which the undo needs"


def _leads_somewhere(flow: FlexFlow) -> bool:
    if flow.integration is None:
        return False
    if flow.integration_type == "studio":
        return _is_sid(flow.integration.flow_sid, "FW")
    return URL.fullmatch(flow.integration.url or "") is not None


def _is_sid(value: str | None, prefix: str) -> bool:
    return re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", value or "") is not None


def _create_options(flow: FlexFlow) -> Words:
    assert flow.integration is not None  # noqa: S101 - `_obstacles` has checked it
    is_studio = flow.integration_type == "studio"
    options = _options(
        type=TYPES[flow.channel_type or ""],
        address=flow.contact_identity,
        friendly_name=flow.friendly_name,
        auto_creation__enabled=True,
        auto_creation__type="studio" if is_studio else "webhook",
    )
    retries = flow.integration.retry_count
    target = (
        _options(
            auto_creation__studio_flow_sid=flow.integration.flow_sid,
            auto_creation__studio_retry_count=retries if retries in RETRIES else None,
        )
        if is_studio
        else _options(auto_creation__webhook_url=flow.integration.url)
    )
    return (*options, *target, *_options(auto_creation__conversation_service_sid=flow.chat_service_sid))


def _undo_options(flow: FlexFlow) -> Words:
    assert flow.integration is not None  # noqa: S101 - `_obstacles` has checked it
    return _options(
        friendly_name=flow.friendly_name,
        chat_service_sid=flow.chat_service_sid,
        channel_type=flow.channel_type,
        contact_identity=flow.contact_identity,
        enabled=flow.enabled,
        integration_type=flow.integration_type,
        integration__flow_sid=flow.integration.flow_sid,
        integration__url=flow.integration.url,
        integration__workspace_sid=flow.integration.workspace_sid,
        integration__workflow_sid=flow.integration.workflow_sid,
        integration__channel=flow.integration.channel,
        integration__timeout=flow.integration.timeout,
        integration__priority=flow.integration.priority,
        integration__creation_on_message=flow.integration.creation_on_message,
        integration__retry_count=flow.integration.retry_count,
        janitor_enabled=flow.janitor_enabled,
        long_lived=flow.long_lived,
    )


def _options(**values: str | bool | int | None) -> Words:
    """Return options of the Twilio CLI: `a__b_c` is `--a.b-c`; a value that is missing or empty has no option."""
    words: list[str] = []
    for name, value in values.items():
        option = name.replace("__", ".").replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        elif value not in (None, ""):
            words += [f"--{option}", str(value)]
    return tuple(words)
