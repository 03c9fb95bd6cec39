"""The seam: the only module that imports the generated package, `flexflows_api`."""

import json
from importlib.resources import files
from typing import Any

from flexflows_api.api.flex_flows.list_flex_flows import FlexFlowFilters, list_flex_flows
from flexflows_api.models import ChannelType, FlexFlow, Integration, IntegrationType, PageMeta
from flexflows_api.operation import ListOperation, Operation, Parameter

__all__ = [
    "SERVER",
    "ChannelType",
    "FlexFlow",
    "FlexFlowFilters",
    "Integration",
    "IntegrationType",
    "ListOperation",
    "Operation",
    "PageMeta",
    "Parameter",
    "fragment",
    "list_flex_flows",
]

SERVER = list_flex_flows.server


def fragment() -> dict[str, Any]:
    """Read the OpenAPI fragment from which `make gen` made the generated package."""
    document: dict[str, Any] = json.loads(files("flexflows_api").joinpath("openapi.json").read_bytes())
    return document
