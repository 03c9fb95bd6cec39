"""What a schema says, whatever its spelling: the set of JSON values that it takes.

3.0 and 3.1 spell the same things differently (`nullable` and type arrays, bounds as numbers and as flags), and vendors
differ in what they name and refer to. Descriptions, examples and the order of things mean nothing here.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

MOST_SCHEMAS = 20_000
"""More than any operation needs; references that multiply without end would go on for ever."""

Aspects = dict[str, Any]


class DocumentError(Exception):
    """The document cannot be used; the argument is one line that says why."""


@attrs.frozen
class Schema:
    """A set of JSON values.

    Attributes:
        kinds: What is said of each type that it takes; empty: it takes anything.
        nullable: Whether it takes null.
        notes: What is said of it whatever the type, such as a default.
    """

    kinds: Mapping[str, Aspects] = attrs.field(factory=dict)
    nullable: bool = True
    notes: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def type(self) -> str:
        """The types, as text."""
        return " or ".join(sorted(self.kinds)) or "anything"

    def __str__(self) -> str:
        said = []
        for kind, aspects in sorted(self.kinds.items()):
            text = f"list of {aspects['items']}" if "items" in aspects else kind
            text += f" ({aspects['format']})" if "format" in aspects else ""
            text += f" ({', '.join(sorted(aspects['enum']))})" if "enum" in aspects else ""
            said.append(text)
        return " or ".join([*said, *(["null"] if self.nullable and said else [])]) or "anything"


class SchemaReader:
    """Reads schemas of one document, with all that they refer to."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._read = 0

    def resolve(self, value: Any, place: str) -> Mapping[str, Any]:
        """Follow the reference of anything but a schema."""
        for _ in range(100):
            part = mapping(value, place)
            if "$ref" not in part:
                return part
            value = self._named(part["$ref"])
        raise DocumentError(f"{place}: its $ref leads in a circle")

    def read(self, raw: Any, above: tuple[str, ...] = ()) -> Schema:
        """Read a schema, with all that it refers to.

        Args:
            raw: The schema.
            above: The references that led here.
        """
        self._read += 1
        if self._read > MOST_SCHEMAS:
            raise DocumentError(f"its references multiply: one operation holds more than {MOST_SCHEMAS} schemas")
        if isinstance(raw, bool):
            return Schema() if raw else Schema({"nothing": {}}, nullable=False)
        value = mapping(raw, "schema")
        found = [self._own(value, above)]
        if "$ref" in value:
            reference = str(value["$ref"])
            found.append(
                Schema({"(the same again)": {}}, nullable=False)
                if reference in above
                else self.read(self._named(reference), (*above, reference))
            )
        found += [self.read(part, above) for part in sequence(value.get("allOf", []), "allOf")]
        for word in ("anyOf", "oneOf"):
            if word in value:
                found.append(_either([self.read(part, above) for part in sequence(value[word], word)]))
        schema = found[0]
        for part in found[1:]:
            schema = _both(schema, part)
        # Beside a reference, 3.0 ignores `nullable`, and whoever writes it there means it.
        return attrs.evolve(schema, nullable=schema.nullable or value.get("nullable") is True)

    def _own(self, value: Mapping[str, Any], above: tuple[str, ...]) -> Schema:
        """Read what a schema says itself."""
        members = [value["const"]] if "const" in value else value.get("enum")
        members = None if members is None else sequence(members, "enum")
        given = value.get("type")
        several = given if isinstance(given, list) else [] if given is None else [given]
        types = {text(each) for each in several} or _implied(value, members)
        nullable = value.get("nullable") is True or "null" in types or not types
        types -= {"null"}
        if "number" in types:
            types.discard("integer")
        if not types and given is not None:
            types = {"nothing"}
        kinds = {kind: self._aspects(kind, value, members, above) for kind in types}
        notes = {word: "yes" for word in ("deprecated", "readOnly", "writeOnly") if value.get(word) is True}
        if "default" in value:
            notes["default"] = text(value["default"])
        return Schema(kinds, nullable, notes)

    def _aspects(self, kind: str, value: Mapping[str, Any], members: Any, above: tuple[str, ...]) -> Aspects:
        """Read what a schema says of one type."""
        aspects: Aspects = {}
        if members is not None:
            aspects["enum"] = frozenset(text(each) for each in members if kind in _types_of(each))
            aspects["other values"] = "no"
        if kind in {"string", "integer", "number"}:
            aspects |= {word: str(value[word]) for word in ("format", "pattern") if value.get(word)}
        for word, kinds in _COUNTS.items():
            count = _number(value.get(word)) if kind in kinds else None
            if count is not None and (count or not word.startswith("min")):
                aspects[word] = count
        if kind in {"integer", "number"}:
            aspects |= _bounds(value, whole=kind == "integer")
        if kind == "array":
            aspects |= {"uniqueItems": "yes"} if value.get("uniqueItems") is True else {}
            aspects["items"] = self.read(value.get("items", True), above)
        if kind == "object":
            properties = mapping(value.get("properties", {}), "properties")
            aspects["properties"] = {str(name): self.read(part, above) for name, part in properties.items()}
            aspects["required"] = frozenset(map(str, sequence(value.get("required", []), "required")))
            more = value.get("additionalProperties", True)
            if more is False:
                aspects["other attributes"] = "no"
            elif more is not True and more != {}:
                aspects["additional"] = self.read(more, above)
        return aspects

    def _named(self, reference: Any) -> Any:
        if not isinstance(reference, str) or not reference.startswith("#/"):
            raise DocumentError(f"$ref {reference!r} leaves the document, and only the document is read")
        value: Any = self.document
        try:
            for raw in reference.split("/")[1:]:
                step = raw.replace("~1", "/").replace("~0", "~")
                value = value[int(step)] if isinstance(value, list) else value[step]
        except (LookupError, TypeError, ValueError):
            raise DocumentError(f"$ref {reference!r} names nothing in the document") from None
        return value


_COUNTS = {
    "minLength": {"string"},
    "maxLength": {"string"},
    "multipleOf": {"integer", "number"},
    "minItems": {"array"},
    "maxItems": {"array"},
    "minProperties": {"object"},
    "maxProperties": {"object"},
}
_LEAST = ("minLength", "minimum", "minItems", "minProperties")
_MOST = ("maxLength", "maximum", "maxItems", "maxProperties")


def _implied(value: Mapping[str, Any], members: Sequence[Any] | None) -> set[str]:
    """Say which types are meant where none is given."""
    if members is not None:
        return {next(iter(_types_of(each))) for each in members}
    words = {
        "object": ("properties", "additionalProperties", "required"),
        "array": ("items", "minItems", "maxItems"),
        "string": ("pattern", "minLength", "maxLength"),
    }
    return {kind for kind, of in words.items() if any(word in value for word in of)}


def _types_of(value: Any) -> tuple[str, ...]:
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, int):
        return ("integer", "number")
    return {float: ("number",), list: ("array",), dict: ("object",)}.get(type(value), ("string",))


def _bounds(value: Mapping[str, Any], *, whole: bool) -> Aspects:
    """Read the bounds of a number: as inclusive ones where that is the same."""
    found: Aspects = {}
    for word, exclusive, step in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        bound, beyond = value.get(word), value.get(exclusive)
        if beyond is True:
            bound, beyond = None, bound
        bound, beyond = _number(bound), _number(beyond)
        if isinstance(beyond, int) and whole:
            closed = beyond + step
            bound = closed if bound is None else max(bound, closed) if step > 0 else min(bound, closed)
        elif beyond is not None:
            found[exclusive] = beyond
        if bound is not None:
            found[word] = bound
    return found


def _number(value: Any) -> int | float | None:
    """Give a number, as an integer where it is one; nothing where it is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _both(one: Schema, other: Schema) -> Schema:
    """Give the values that two schemas take."""
    notes = {**other.notes, **one.notes}
    if not one.kinds or not other.kinds:
        return Schema(one.kinds or other.kinds, one.nullable and other.nullable, notes)
    kinds = {kind: _narrowed(one.kinds[kind], other.kinds[kind]) for kind in one.kinds.keys() & other.kinds.keys()}
    for some, more in ((one, other), (other, one)):
        if "integer" in some.kinds and "number" in more.kinds:
            kinds["integer"] = _narrowed(some.kinds["integer"], more.kinds["number"])
    return Schema(kinds or {"nothing": {}}, one.nullable and other.nullable, notes)


def _narrowed(one: Aspects, other: Aspects) -> Aspects:
    found = {**other, **one}
    for word in one.keys() & other.keys():
        a, b = one[word], other[word]
        if word == "enum":
            found[word] = a & b
        elif word == "required":
            found[word] = a | b
        elif word == "properties":
            found[word] = {**b, **a, **{name: _both(a[name], b[name]) for name in a.keys() & b.keys()}}
        elif word in {"items", "additional"}:
            found[word] = _both(a, b)
        elif word in _LEAST:
            found[word] = max(a, b)
        elif word in _MOST:
            found[word] = min(a, b)
        elif a != b:
            found[word] = " and ".join(sorted((str(a), str(b))))
    return found


def _either(schemas: Sequence[Schema]) -> Schema:
    """Give the values that any of some schemas takes."""
    nullable = any(schema.nullable for schema in schemas)
    taking = [schema for schema in schemas if schema.kinds.keys() != {"nothing"}]
    if any(not schema.kinds for schema in taking):
        return Schema()
    kinds: dict[str, Aspects] = {}
    notes: dict[str, str] = {}
    for schema in taking:
        notes |= schema.notes
        for kind, aspects in schema.kinds.items():
            kinds[kind] = _widened(kinds[kind], aspects) if kind in kinds else aspects
    if "number" in kinds:
        kinds.pop("integer", None)
    return Schema(kinds or {"nothing": {}}, nullable, notes)


def _widened(one: Aspects, other: Aspects) -> Aspects:
    if ("enum" in one) != ("enum" in other):  # some values are named, and others may come
        return {**one, **other, "other values": "yes"}
    found: Aspects = {}
    for word in one.keys() & other.keys():
        a, b = one[word], other[word]
        if word == "enum":
            found[word] = a | b
        elif word == "required":
            found[word] = a & b
        elif word == "properties":
            found[word] = {**b, **a, **{name: _either([a[name], b[name]]) for name in a.keys() & b.keys()}}
        elif word in {"items", "additional"}:
            found[word] = _either([a, b])
        elif word == "other values":
            found[word] = max(a, b)
        elif word in _LEAST:
            found[word] = min(a, b)
        elif word in _MOST:
            found[word] = max(a, b)
        else:
            found[word] = a if a == b else " or ".join(sorted((str(a), str(b))))
    return found


def text(value: Any) -> str:
    """Write a JSON value; a string as it is."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def mapping(value: Any, place: str) -> Mapping[str, Any]:
    """Require an object.

    Raises:
        DocumentError: It is none.
    """
    if not isinstance(value, Mapping):
        raise DocumentError(f"{place}: expected an object, and it is {text(value)[:60]}")
    return value


def sequence(value: Any, place: str) -> Sequence[Any]:
    """Require a list.

    Raises:
        DocumentError: It is none.
    """
    if not isinstance(value, list):
        raise DocumentError(f"{place}: expected a list, and it is {text(value)[:60]}")
    return value
