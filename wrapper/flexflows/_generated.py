"""The seam: the only module that imports the generated package, `flexflows_api`."""

import json
from importlib.resources import files
from typing import Any

from flexflows_api.api.flex_flows import list_flex_flows as _list_flex_flows
from flexflows_api.models import ChannelType, FlexFlow, Integration, IntegrationType, PageMeta

__all__ = [
    "SERVER",
    "ChannelType",
    "FlexFlow",
    "Integration",
    "IntegrationType",
    "PageMeta",
    "fragment",
    "list_flex_flows",
]

SERVER = "https://flex-api.twilio.com"
"""The fragment's server, which the generated code does without."""

# Private by its name, and the only place that says an operation's path and its parameters' names on the wire; the
# generator is pinned exactly.
list_flex_flows = _list_flex_flows._get_kwargs  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def fragment() -> dict[str, Any]:
    """Read the OpenAPI fragment that the generated code was made from; `make gen` puts it beside that code."""
    document: dict[str, Any] = json.loads(files("flexflows_api").joinpath("openapi.json").read_bytes())
    return document
