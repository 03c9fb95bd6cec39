"""A Flex API on loopback, for demos and for your own tests; it needs the extra `flexflows[sandbox]`."""

from flexflows.sandbox._app import SeenRequest
from flexflows.sandbox._sandbox import Sandbox

__all__ = ["Sandbox", "SeenRequest"]
