"""What the fragment does not know of the records that came."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import attrs

from ._schema import Shape
from ._text import shortened, spell, to_json

LONGEST_VALUE = 40
LONGEST_EXAMPLE = 12
"""Enough to recognize a value by, and too little to give away whom it is about."""


class Kind(StrEnum):
    """In which way something differs."""

    UNKNOWN_FIELD = "unknown field"
    UNKNOWN_VALUE = "unknown value"
    OTHER_TYPE = "other type"
    MISSING = "missing field"


@attrs.frozen
class Difference:
    """One thing in one record that the fragment does not know.

    Attributes:
        kind: In which way it differs.
        path: Where, dotted; `[]` stands for any item of an array.
        came: What came: a type, or a value of an enum.
        expected: What the fragment has there: types, or the values of an enum; nothing, when it has nothing.
        value: The value itself.
        is_promised: Whether the fragment promises what is not there.
    """

    kind: Kind
    path: str
    came: str
    expected: str = ""
    value: Any = attrs.field(default=None, eq=False)
    is_promised: bool = True


def differences(value: Any, shape: Shape, path: str = "") -> Iterator[Difference]:
    """Compare a value with what the fragment says of it."""
    kind = json_type(value)
    if shape.types and kind not in shape.types and not (kind == "integer" and "number" in shape.types):
        yield Difference(Kind.OTHER_TYPE, path, kind, _either(shape.types), value)
    elif kind == "object":
        yield from _object_differences(cast("dict[str, Any]", value), shape, path)
    elif kind == "array" and shape.items is not None:
        for item in value:
            yield from differences(item, shape.items, f"{path}[]")
    elif shape.values and value is not None and value not in shape.values:
        came = shortened(to_json(value), LONGEST_VALUE)
        yield Difference(Kind.UNKNOWN_VALUE, path, came, ", ".join(map(spell, shape.values)), value)
    elif shape.format == "date-time" and value is not None and not _is_date_time(value):
        yield Difference(Kind.OTHER_TYPE, path, f"{kind}, no date-time", "date-time", value)


def _object_differences(fields: Mapping[str, Any], shape: Shape, path: str) -> Iterator[Difference]:
    before = f"{path}." if path else ""
    for name, value in fields.items():
        if name in shape.properties:
            yield from differences(value, shape.properties[name], before + name)
        elif shape.properties:
            yield Difference(Kind.UNKNOWN_FIELD, before + name, json_type(value), value=value)
    for name in shape.properties:
        # The fields of an object that may have any depend on what it is about: which ones come says nothing.
        if name not in fields and (name in shape.required or not shape.is_open):
            expected = _either(shape.properties[name].types)
            yield Difference(Kind.MISSING, before + name, "nothing", expected, is_promised=name in shape.required)


def _either(types: Iterable[str]) -> str:
    """Say which types there are; that a value may be null goes without saying."""
    return " or ".join(sorted(types, key=lambda name: (name == "null", name))).removesuffix(" or null")


def json_type(value: Any) -> str:
    """Name the JSON type of a decoded value."""
    names: dict[type, str] = {
        dict: "object",
        list: "array",
        str: "string",
        bool: "boolean",
        int: "integer",
        float: "number",
        type(None): "null",
    }
    return names[type(value)]


def _is_date_time(value: str) -> bool:
    try:
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


@attrs.define
class Finding:
    """A difference, and how often it came.

    Attributes:
        difference: The first of its kind.
        times: In how many records.
    """

    difference: Difference
    times: int = 0

    @property
    def is_drift(self) -> bool:
        """Whether the API has changed: one that promises no field may leave it out."""
        return self.difference.is_promised

    @property
    def example(self) -> str | None:
        """The first value that came, shortened."""
        value = self.difference.value
        match value:
            case str():
                return to_json(shortened(value, LONGEST_EXAMPLE))
            case dict():
                return f"an object of {', '.join(cast('dict[str, Any]', value)) or 'nothing'}"
            case list():
                return f"an array of {len(value)}"  # pyright: ignore[reportUnknownArgumentType]
            case None:
                return None
            case _:
                return shortened(to_json(value), LONGEST_EXAMPLE)


@attrs.define
class Drift:
    """What was found in the records so far.

    Attributes:
        shape: What the fragment says of a record.
        flows: How many records were looked at.
    """

    shape: Shape
    flows: int = 0
    _found: dict[Difference, Finding] = attrs.field(factory=dict[Difference, Finding])

    def look_at(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Compare records with the fragment."""
        for record in records:
            self.flows += 1
            for difference in dict.fromkeys(differences(record, self.shape)):
                self._found.setdefault(difference, Finding(difference)).times += 1

    @property
    def findings(self) -> list[Finding]:
        """What was found, what matters first."""
        kinds = list(Kind)
        return sorted(
            self._found.values(),
            key=lambda found: (kinds.index(found.difference.kind), found.difference.path, -found.times),
        )
