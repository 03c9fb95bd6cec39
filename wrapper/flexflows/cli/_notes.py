"""What the API sent that this version does not know: fields, values of enums, and types."""

from collections.abc import Iterable, Mapping
from typing import Any

from flexflows import record_fields

from ._accounts import Source
from ._options import write_filter_notes
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


class Notes:
    """The unknown things in the records that were added."""

    def __init__(self) -> None:
        self._fields = {field.name: field for field in record_fields()}
        self._outer = {name.rpartition(".")[0] for name in self._fields}
        self._unknown: dict[str, dict[str, None]] = {"fields": {}, "values": {}, "types": {}}
        self._number = 0

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Look for unknown things in records."""
        for record in records:
            self._number += 1
            self._add(record, "")

    def _add(self, record: Mapping[str, Any], prefix: str) -> None:
        for key, value in record.items():
            name = prefix + key
            field = self._fields.get(name)
            if field is None:
                self._unknown["fields"][visible(name)] = None
            elif value is None:
                continue
            elif type(value) not in TYPES[field.type]:
                self._unknown["types"][_describe(name, value)] = None
            elif field.values and value not in field.values:
                self._unknown["values"][_describe(name, value)] = None
            elif name in self._outer:
                self._add(value, f"{name}.")

    def write(self, source: Source) -> None:
        """Write a note for each kind of unknown thing, and those on the filters of the source."""
        for kind, unknown in self._unknown.items():
            if unknown:
                more = f" and {len(unknown) - MAX_NAMED} more" if len(unknown) > MAX_NAMED else ""
                named = ", ".join(list(unknown)[:MAX_NAMED])
                source.terminal.error(f"note: the API sent {kind} that this version does not know: {named}{more}")
        write_filter_notes(source, self._number)


def _describe(name: str, value: object) -> str:
    return f"{visible(name)} {shorten(to_json(value), MAX_VALUE)}"
