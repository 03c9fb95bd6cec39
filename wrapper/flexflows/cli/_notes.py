"""What the API sent that this version does not know: fields, values of enums, and types."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from flexflows import record_fields

from ._terminal import Terminal
from ._text import shorten, to_json

TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
    "": (object,),
}
MAX_NAMED = 8
"""The most fields or values that a note names."""
MAX_VALUE = 24


class Notes:
    """The unknown things in the records that were added."""

    def __init__(self) -> None:
        self._fields = {field.name: (field, TYPES[field.type], frozenset(field.values)) for field in record_fields()}
        self._found: dict[str, dict[str, None]] = {"fields": {}, "values": {}, "types": {}}

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Look for unknown things in records."""
        for record in records:
            self._add(record, "")

    def _add(self, record: Mapping[str, Any], prefix: str) -> None:
        for name, value in record.items():
            known = self._fields.get(prefix + name)
            if known is None:
                self._found["fields"][prefix + name] = None
            elif value is None:
                continue
            elif not isinstance(value, known[1]):
                self._found["types"][f"{prefix}{name} {_shown(value)}"] = None
            elif known[2] and value not in known[2]:
                self._found["values"][f"{prefix}{name} {_shown(value)}"] = None
            elif isinstance(value, dict):
                self._add(cast("dict[str, Any]", value), f"{prefix}{name}.")

    def report(self, terminal: Terminal) -> None:
        """Write a note for each kind of unknown thing that was found."""
        for kind, found in self._found.items():
            if found:
                more = f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
                named = ", ".join(list(found)[:MAX_NAMED])
                terminal.error(f"note: the API sent {kind} that this version does not know: {named}{more}")


def _shown(value: object) -> str:
    return shorten(to_json(value), MAX_VALUE)
