"""A Flex API on loopback, for demos and for your own tests; it needs the extra `flexflows[sandbox]`."""

from flexflows.sandbox._app import SeenRequest
from flexflows.sandbox._faults import FAULTS, FaultKind, Leaves
from flexflows.sandbox._plan import Fault
from flexflows.sandbox._sandbox import Sandbox

__all__ = ["FAULTS", "Fault", "FaultKind", "Leaves", "Sandbox", "SeenRequest"]
