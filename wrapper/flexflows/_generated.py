"""The seam: the only module that imports the generated package, `flexflows_api`."""

import json
from importlib.resources import files
from typing import Any

from flexflows_api.api.flex_flows.list_flex_flows import (
    # Private by its name, and the only place that says an operation's path and its parameters' names on the wire; the
    # generator is pinned exactly.
    _get_kwargs as list_flex_flows,  # pyright: ignore[reportPrivateUsage]
)
from flexflows_api.models import ChannelType, FlexFlow, Integration, IntegrationType, PageMeta

__all__ = ["ChannelType", "FlexFlow", "Integration", "IntegrationType", "PageMeta", "fragment", "list_flex_flows"]


def fragment() -> dict[str, Any]:
    """Read the OpenAPI fragment that the generated code was made from; `make gen` puts it beside that code."""
    document: dict[str, Any] = json.loads(files("flexflows_api").joinpath("openapi.json").read_bytes())
    return document
