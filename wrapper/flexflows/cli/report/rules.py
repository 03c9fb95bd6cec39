"""The migration rules as data: what a Flex Flow's record implies for Flex Conversations, and where that is documented.

A rule claims what its source says and nothing more. What a record does not show is graded “look at it”.
"""

from collections.abc import Callable
from enum import IntEnum

import attrs

from flexflows._generated import FlexFlow


class Grade(IntEnum):
    """How hard it is to migrate a flow: the hardest grade of its rules.

    “Look at it” outranks everything but “redesign”: what the record does not show may be harder than what it shows,
    and nothing is harder than a redesign.
    """

    RECREATE = 1
    CONNECT_TRIGGER = 2
    PORT_CODE = 3
    LOOK_AT_IT = 4
    REDESIGN = 5

    @property
    def label(self) -> str:
        """Return the grade in words."""
        return _LABELS[self]

    @property
    def slug(self) -> str:
        """Return the grade as an identifier."""
        return self.name.lower().replace("_", "-")


_LABELS = {
    Grade.RECREATE: "recreate",
    Grade.CONNECT_TRIGGER: "recreate and connect the trigger",
    Grade.PORT_CODE: "port code",
    Grade.LOOK_AT_IT: "look at it",
    Grade.REDESIGN: "redesign",
}


@attrs.frozen
class Source:
    """Where a rule is documented; `url` is None where there is no page to link to."""

    title: str
    url: str | None = None


@attrs.frozen(eq=False)
class Rule:
    """A reason: `applies` to some flows, and gives them a `grade`, or None where it is only worth a note."""

    code: str
    label: str
    grade: Grade | None
    text: str
    sources: tuple[Source, ...]
    applies: Callable[[FlexFlow], bool] = attrs.field(repr=False)


@attrs.frozen(eq=False)
class WorkKind:
    """One of an account's work lists."""

    code: str
    title: str
    text: str
    sources: tuple[Source, ...]


def given(value: str | None) -> str | None:
    """Return a text without surrounding white space, or None where it is empty or the text `null`."""
    text = (value or "").strip()
    return None if text.lower() in {"", "null"} else text


def leads_to(flow: FlexFlow) -> str | None:
    """Return where a flow leads: the Studio flow, the URL or the workflow that its integration names."""
    integration = flow.integration
    if integration is None:
        return None
    workflow = integration.workflow_sid or integration.workspace_sid
    by_type = {"studio": integration.flow_sid, "external": integration.url, "task": workflow}
    if (kind := given(flow.integration_type)) in by_type:
        return given(by_type[kind])
    return given(integration.flow_sid) or given(integration.url) or given(workflow)


def unreadable_attributes(flow: FlexFlow) -> list[str]:
    """Return the attributes that decide a grade and hold a value of an undocumented type."""
    return [name for name in _DECISIVE if flow.additional_properties.get(name) is not None]


_DECISIVE = ("channel_type", "contact_identity", "integration", "integration_type", "long_lived")
_NUMBERED = ("sms", "whatsapp")
_UNSUPPORTED = ("line", "custom")
_CHANNELS = (*_NUMBERED, *_UNSUPPORTED, "facebook", "web")
_INTEGRATIONS = ("studio", "external", "task")

_DOCS = "https://www.twilio.com/docs/flex"
_MIGRATE = Source(
    "Migrate from legacy messaging", f"{_DOCS}/admin-guide/setup/conversations/migrate-from-legacy-messaging"
)
_CHAT = Source(
    "Programmable Chat to Flex Conversations",
    f"{_DOCS}/developer/conversations/programmable-chat-to-flex-conversations",
)
_CONVERSATIONS = Source("Flex Conversations", f"{_DOCS}/conversations")
_WEBCHAT = Source("Webchat", f"{_DOCS}/developer/conversations/webchat")
_PRACTICES = Source("Best practices", f"{_DOCS}/developer/conversations/best-practices")
_TUTORIAL = Source("Tutorial “Manage legacy SMS addresses”", _DOCS)
_DOCUMENT = Source("Twilio's published Conversations document (CreateConfigurationAddressRequest)")
_OBSERVED = Source("Observed in real accounts")
_RECORD = Source("The record itself")

EVERY_FLOW = (
    "Flex Flows are legacy addresses. Each becomes an Address, and nothing moves untouched. They are migrated one by "
    "one: without production traffic, delete the legacy address and create the new one for the same number. Downtime "
    "is from minutes to hours. Flex UI 2.0 or newer is needed; accounts made after 26 May 2022 use Conversations "
    "already."
)
"""What applies to every flow."""
EVERY_FLOW_SOURCES = (_MIGRATE, _CHAT)

SHARED_ADDRESS = Rule(
    "shared-address",
    "shared address",
    None,
    "Several flows have this address, and one address can have one handler: decide which flow it becomes. An enabled "
    "studio flow and a disabled task flow for outbound messages are common.",
    (_OBSERVED,),
    lambda _: False,  # one flow does not show it: `assess` is told
)

RULES = (
    Rule(
        "no-address-type",
        "no address type",
        Grade.REDESIGN,
        "Conversations has no address type for line and custom channels; there are sms, whatsapp, messenger, gbm, "
        "email, rcs, apple and chat. Build on Conversations and Interactions.",
        (_DOCUMENT, _CONVERSATIONS),
        lambda flow: flow.channel_type in _UNSUPPORTED,
    ),
    Rule(
        "task",
        "task integration",
        Grade.REDESIGN,
        "The task integration is not supported: replace it with Studio or webhook; for outbound messages, with the "
        "Interactions API.",
        (_MIGRATE,),
        lambda flow: flow.integration_type == "task",
    ),
    Rule(
        "long-lived",
        "long-lived",
        Grade.REDESIGN,
        "Long-lived channels are not supported; Park (beta) is named as an alternative.",
        (_MIGRATE,),
        lambda flow: flow.long_lived is True,
    ),
    Rule(
        "no-channel",
        "no channel type",
        Grade.LOOK_AT_IT,
        "The record does not name a channel type.",
        (_RECORD,),
        lambda flow: given(flow.channel_type) is None,
    ),
    Rule(
        "unknown-channel",
        "unknown channel type",
        Grade.LOOK_AT_IT,
        "The channel type is not a documented one.",
        (_RECORD,),
        lambda flow: given(flow.channel_type) is not None and flow.channel_type not in _CHANNELS,
    ),
    Rule(
        "no-identity",
        "no identity",
        Grade.LOOK_AT_IT,
        "contact_identity would become the address, and the record does not hold one.",
        (_DOCUMENT,),
        lambda flow: flow.channel_type in _NUMBERED and given(flow.contact_identity) is None,
    ),
    Rule(
        "no-integration",
        "no integration type",
        Grade.LOOK_AT_IT,
        "The record has no integration_type: nothing says what handles its messages.",
        (_RECORD,),
        lambda flow: given(flow.integration_type) is None,
    ),
    Rule(
        "suggests-studio",
        "flow_sid suggests Studio",
        Grade.LOOK_AT_IT,
        "The flow_sid in integration suggests Studio.",
        (_RECORD,),
        lambda flow: given(flow.integration_type) is None and _names(flow, "flow_sid"),
    ),
    Rule(
        "unknown-integration",
        "unknown integration type",
        Grade.LOOK_AT_IT,
        "The integration type is not a documented one.",
        (_RECORD,),
        lambda flow: given(flow.integration_type) is not None and flow.integration_type not in _INTEGRATIONS,
    ),
    Rule(
        "no-studio-flow",
        "Studio flow not named",
        Grade.LOOK_AT_IT,
        "The integration is studio, and the record does not name the Studio flow.",
        (_RECORD,),
        lambda flow: flow.integration_type == "studio" and not _names(flow, "flow_sid"),
    ),
    Rule(
        "no-webhook",
        "webhook URL not named",
        Grade.LOOK_AT_IT,
        "The integration is external, and the record does not name its URL.",
        (_RECORD,),
        lambda flow: flow.integration_type == "external" and not _names(flow, "url"),
    ),
    Rule(
        "unreadable",
        "undocumented value",
        Grade.LOOK_AT_IT,
        "An attribute that decides the grade holds a value of an undocumented type.",
        (_RECORD,),
        lambda flow: bool(unreadable_attributes(flow)),
    ),
    Rule(
        "web",
        "web chat",
        Grade.PORT_CODE,
        "Becomes the address type chat. The widget changes: Webchat 2 is no longer supported, and Webchat 3 needs a "
        "deployment key and a chat address.",
        (_WEBCHAT,),
        lambda flow: flow.channel_type == "web",
    ),
    Rule(
        "webhook",
        "webhook",
        Grade.PORT_CODE,
        "Becomes the type webhook, and url becomes WebhookUrl. The code behind it must create an Interaction instead "
        "of a Task, and use Conversations instead of Chat and Proxy; once per URL.",
        (_MIGRATE,),
        lambda flow: flow.integration_type == "external",
    ),
    Rule(
        "studio",
        "Studio",
        Grade.CONNECT_TRIGGER,
        "Becomes the type studio; flow_sid becomes StudioFlowSid, and retry_count becomes StudioRetryCount. The Studio "
        "flow needs its “Incoming Conversation” trigger connected, once per Studio flow; what reads trigger.message.* "
        "must read trigger.conversation.*.",
        (_MIGRATE,),
        lambda flow: flow.integration_type == "studio",
    ),
    Rule(
        "number",
        "sms or whatsapp",
        Grade.RECREATE,
        "Becomes the address type of the same name, sms or whatsapp; contact_identity becomes the address.",
        (_DOCUMENT,),
        lambda flow: flow.channel_type in _NUMBERED,
    ),
    Rule(
        "messenger",
        "Messenger",
        Grade.RECREATE,
        "Becomes the address type messenger, which is a public beta in Flex.",
        (_CONVERSATIONS,),
        lambda flow: flow.channel_type == "facebook",
    ),
    SHARED_ADDRESS,
    Rule(
        "disabled",
        "disabled",
        None,
        "The flow is disabled. Where its integration is task, a disabled flow is still used for outbound messages.",
        (_OBSERVED,),
        lambda flow: flow.enabled is False,
    ),
    Rule(
        "webhook-retries",
        "webhook retries",
        None,
        "There is no retry count for webhooks.",
        (_MIGRATE,),
        lambda flow: flow.integration_type == "external" and getattr(flow.integration, "retry_count", None) is not None,
    ),
    Rule(
        "janitor",
        "janitor",
        None,
        "janitor_enabled has no counterpart; use conversation state timers.",
        (_PRACTICES,),
        lambda flow: flow.janitor_enabled is True,
    ),
    Rule(
        "chat-service",
        "chat service",
        None,
        "chat_service_sid becomes AutoCreation.ConversationServiceSid; the SID stays the same. It must be the Flex "
        "chat service.",
        (_PRACTICES,),
        lambda flow: given(flow.chat_service_sid) is not None,
    ),
)
"""Hardest first; what gives no grade comes last."""

STUDIO_FLOWS = WorkKind(
    "studio",
    "Studio flows",
    "Connect the “Incoming Conversation” trigger; read trigger.conversation.* instead of trigger.message.*.",
    (_MIGRATE,),
)
WEBHOOKS = WorkKind(
    "webhook",
    "Webhook URLs",
    "Create an Interaction instead of a Task; use Conversations instead of Chat and Proxy.",
    (_MIGRATE,),
)
NUMBERS = WorkKind(
    "number",
    "Numbers",
    "A legacy number points to the Flex Proxy service and must be pointed elsewhere.",
    (_TUTORIAL,),
)
CUSTOM_CHANNELS = WorkKind(
    "custom",
    "Custom channels",
    "No address type: build on Conversations and Interactions.",
    (_DOCUMENT, _CONVERSATIONS),
)
SHARED_ADDRESSES = WorkKind(
    "shared",
    "Shared addresses",
    "One address can have one handler: decide which of its flows it becomes.",
    (_OBSERVED,),
)
WORK_KINDS = (STUDIO_FLOWS, WEBHOOKS, NUMBERS, CUSTOM_CHANNELS, SHARED_ADDRESSES)


def assess(flow: FlexFlow, *, is_shared: bool = False) -> tuple[Grade, tuple[Rule, ...]]:
    """Return a flow's grade and the rules that apply to it, hardest first."""
    rules = tuple(rule for rule in RULES if rule.applies(flow) or (is_shared and rule is SHARED_ADDRESS))
    return max((rule.grade for rule in rules if rule.grade is not None), default=Grade.LOOK_AT_IT), rules


def _names(flow: FlexFlow, attribute: str) -> bool:
    return given(getattr(flow.integration, attribute, None)) is not None
