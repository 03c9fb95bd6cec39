"""List the Flex Flows of a Twilio account (https://www.twilio.com/docs/flex/developer/conversations/flex-flow-api)."""

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
from ._generated import ChannelType, FlexFlow, Integration, IntegrationType, PageMeta
from ._version import __version__

__all__ = [
    "ApiError",
    "AsyncFlexFlows",
    "AuthenticationError",
    "BadRequestError",
    "ChannelType",
    "ConfigurationError",
    "FlexFlow",
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
