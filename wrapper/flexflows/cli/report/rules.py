"""The migration rules: which reasons of `facts.toml` apply to a flow, and the grade that follows."""

import tomllib
from collections.abc import Callable
from enum import StrEnum
from importlib.resources import files
from typing import Any

import attrs

from flexflows import FlexFlow


class Grade(StrEnum):
    """How hard it is to migrate a flow: the hardest grade of its reasons.

    “Look at it” outranks everything but “redesign”: what the record does not show may be harder than what it shows,
    and nothing is harder than a redesign.
    """

    RECREATE = "recreate"
    CONNECT_TRIGGER = "recreate and connect the trigger"
    PORT_CODE = "port code"
    LOOK_AT_IT = "look at it"
    REDESIGN = "redesign"


GRADES = tuple(reversed(Grade))
"""All grades, hardest first."""


@attrs.frozen
class Source:
    """Source of a fact; `url` is `None` where there is no page to link to."""

    title: str
    url: str | None = None


@attrs.frozen(eq=False)
class Fact:
    """A reason, or a work list: what applies, and its sources; a reason without a grade is a note."""

    code: str
    label: str
    text: str
    sources: tuple[Source, ...]
    grade: Grade | None = None


_FACTS = tomllib.loads(files("flexflows.cli.report").joinpath("facts.toml").read_text(encoding="utf-8"))
_SOURCES = {key: Source(**source) for key, source in _FACTS["sources"].items()}


def _facts(tables: dict[str, dict[str, Any]]) -> dict[str, Fact]:
    return {
        code: Fact(
            code,
            table["label"],
            table["text"],
            tuple(_SOURCES[key] for key in table["sources"]),
            Grade(table["grade"]) if "grade" in table else None,
        )
        for code, table in tables.items()
    }


REASONS = _facts(_FACTS["reasons"])
"""The reasons by code, hardest first, with the notes last."""
WORK_LISTS = _facts(_FACTS["work-lists"])
"""The work lists by code, in the report's order."""
EVERY_FLOW = _facts({"every-flow": _FACTS["every-flow"]})["every-flow"]
"""Facts that apply to every flow."""


def given(value: str | None) -> str | None:
    """Return a text without surrounding white space, or `None` where it is empty or the text `null`."""
    text = (value or "").strip()
    return None if text.lower() in {"", "null"} else text


def target(flow: FlexFlow) -> str | None:
    """Return where a flow leads: the Studio flow, the URL or the workflow that its integration names."""
    if flow.integration is None:
        return None
    studio, url = given(flow.integration.flow_sid), given(flow.integration.url)
    workflow = given(flow.integration.workflow_sid) or given(flow.integration.workspace_sid)
    by_type = {"studio": studio, "external": url, "task": workflow}
    return by_type.get(flow.integration_type or "", studio or url or workflow)


def assess(flow: FlexFlow, *, is_shared: bool) -> tuple[Grade, tuple[Fact, ...]]:
    """Return a flow's grade and its reasons, hardest first; `is_shared`: whether other flows have its address."""
    reasons = tuple(
        reason
        for code, reason in REASONS.items()
        if (is_shared if code == "shared-address" else _CONDITIONS[code](flow))
    )
    grades = (reason.grade for reason in reasons if reason.grade is not None)
    return min(grades, key=GRADES.index, default=Grade.LOOK_AT_IT), reasons


NUMBERED = ("sms", "whatsapp")
"""The channels whose identities are numbers."""
_WITHOUT_ADDRESS = ("line", "custom")
_CHANNELS = (*NUMBERED, *_WITHOUT_ADDRESS, "facebook", "web")
_INTEGRATIONS = ("studio", "external", "task")
_DECISIVE = ("channel_type", "contact_identity", "integration", "integration_type", "long_lived")


def _has_flow_sid(flow: FlexFlow) -> bool:
    return flow.integration is not None and given(flow.integration.flow_sid) is not None


def _is_unreadable(name: str, raw: object) -> bool:
    return raw is not None and not (name == "long_lived" and isinstance(raw, bool))


_CONDITIONS: dict[str, Callable[[FlexFlow], bool]] = {
    "no-address-type": lambda flow: flow.channel_type in _WITHOUT_ADDRESS,
    "task": lambda flow: flow.integration_type == "task",
    # By name: Twilio's next document may drop the attribute, and flows that still have it must be redesigned.
    "long-lived": lambda flow: flow.to_dict().get("long_lived") is True,
    "no-channel": lambda flow: not given(flow.channel_type),
    "unknown-channel": lambda flow: bool(given(flow.channel_type)) and flow.channel_type not in _CHANNELS,
    "no-identity": lambda flow: flow.channel_type in NUMBERED and not given(flow.contact_identity),
    "no-integration": lambda flow: not given(flow.integration_type),
    "suggests-studio": lambda flow: not given(flow.integration_type) and _has_flow_sid(flow),
    "unknown-integration": lambda flow: (
        bool(given(flow.integration_type)) and flow.integration_type not in _INTEGRATIONS
    ),
    "no-studio-flow": lambda flow: flow.integration_type == "studio" and not target(flow),
    "no-webhook": lambda flow: flow.integration_type == "external" and not target(flow),
    "unreadable": lambda flow: any(_is_unreadable(name, flow.additional_properties.get(name)) for name in _DECISIVE),
    "web": lambda flow: flow.channel_type == "web",
    "webhook": lambda flow: flow.integration_type == "external",
    "studio": lambda flow: flow.integration_type == "studio",
    "number": lambda flow: flow.channel_type in NUMBERED,
    "messenger": lambda flow: flow.channel_type == "facebook",
    "disabled": lambda flow: flow.enabled is False,
    "webhook-retries": lambda flow: (
        flow.integration_type == "external" and getattr(flow.integration, "retry_count", None) is not None
    ),
    "janitor": lambda flow: flow.janitor_enabled is True,
    "chat-service": lambda flow: given(flow.chat_service_sid) is not None,
}
