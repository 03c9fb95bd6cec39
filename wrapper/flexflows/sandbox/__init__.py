"""A Flex API on loopback, for demos and for your own tests; it needs the extra `sandbox`."""

from flexflows.sandbox._app import ReceivedRequest
from flexflows.sandbox._faults import FAULTS, Fault, FaultKind
from flexflows.sandbox._sandbox import Sandbox

__all__ = ["FAULTS", "Fault", "FaultKind", "ReceivedRequest", "Sandbox"]
