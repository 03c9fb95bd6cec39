"""What the API sent that this version does not know: fields, values of enums, and types."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from flexflows import Field, record_fields

from ._terminal import Terminal
from ._text import shorten, to_json, visible

TYPES: Mapping[str, set[type]] = {
    "string": {str},
    "boolean": {bool},
    "integer": {int},
    "number": {int, float},
    "object": {dict},
    "array": {list},
    "": {str, bool, int, float, dict, list},
}
MAX_NAMED = 8
"""The most fields or values that a note names."""
MAX_VALUE = 24


@attrs.frozen
class _Known:
    """What is known of a field: the types and values of its value, and the fields in it."""

    types: set[type]
    values: frozenset[Any]
    fields: "dict[str, _Known]"


class Notes:
    """The unknown things in the records that were added."""

    def __init__(self) -> None:
        self._fields = _known_fields(record_fields())
        self._unknown: dict[str, dict[str, None]] = {"fields": {}, "values": {}, "types": {}}

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Look for unknown things in records."""
        for record in records:
            self._add(record, self._fields, "")

    def _add(self, record: Mapping[str, Any], fields: Mapping[str, _Known], prefix: str) -> None:
        for name, value in record.items():
            known = fields.get(name)
            if known is None:
                self._unknown["fields"][visible(prefix + name)] = None
            elif type(value) not in known.types:
                self._unknown["types"][_describe(prefix + name, value)] = None
            elif known.values and value not in known.values:
                self._unknown["values"][_describe(prefix + name, value)] = None
            elif known.fields and value is not None:
                self._add(value, known.fields, f"{prefix}{name}.")

    def report(self, terminal: Terminal) -> None:
        """Write a note for each kind of unknown thing."""
        for kind, unknown in self._unknown.items():
            if unknown:
                more = f" and {len(unknown) - MAX_NAMED} more" if len(unknown) > MAX_NAMED else ""
                named = ", ".join(list(unknown)[:MAX_NAMED])
                terminal.error(f"note: the API sent {kind} that this version does not know: {named}{more}")


def _known_fields(fields: Iterable[Field]) -> dict[str, _Known]:
    """Return what is known of each field, those in an object below it."""
    known: dict[str, _Known] = {}
    for field in fields:  # an object comes before the fields in it
        *outer, name = field.name.split(".")
        siblings = known
        for step in outer:
            siblings = siblings[step].fields
        values = frozenset([*field.values, None] if field.values else [])
        siblings[name] = _Known(TYPES[field.type] | {type(None)}, values, {})
    return known


def _describe(name: str, value: object) -> str:
    return f"{visible(name)} {shorten(to_json(value), MAX_VALUE)}"
