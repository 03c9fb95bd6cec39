"""List the Flex Flows of a Twilio account (https://www.twilio.com/docs/flex/developer/conversations/flex-flow-api)."""

from importlib import import_module
from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    from ._errors import (
        ApiError,
        AuthenticationError,
        BadRequestError,
        ConfigurationError,
        FlexFlowsError,
        NotFoundError,
        PaginationError,
        PermissionDeniedError,
        RateLimitError,
        ServerError,
        TransportError,
        UnexpectedResponseError,
    )
    from ._flex_flows import AsyncFlexFlows, FlexFlows, Page
    from ._generated import ChannelType, FlexFlow, FlexFlowFilters, Integration, IntegrationType, PageMeta

__all__ = [
    "ApiError",
    "AsyncFlexFlows",
    "AuthenticationError",
    "BadRequestError",
    "ChannelType",
    "ConfigurationError",
    "FlexFlow",
    "FlexFlowFilters",
    "FlexFlows",
    "FlexFlowsError",
    "Integration",
    "IntegrationType",
    "NotFoundError",
    "Page",
    "PageMeta",
    "PaginationError",
    "PermissionDeniedError",
    "RateLimitError",
    "ServerError",
    "TransportError",
    "UnexpectedResponseError",
    "__version__",
]


def __getattr__(name: str) -> object:
    # Imported on first use, so that the command's help and version need no httpx.
    if name in __all__:
        modules = (import_module(f".{module}", __name__) for module in ("_errors", "_generated", "_flex_flows"))
        value: object = next(getattr(module, name) for module in modules if hasattr(module, name))
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
