"""The meaning of a schema: the set of JSON values that it accepts.

3.0 and 3.1 spell the same things differently (`nullable` and type arrays, bounds as numbers and as flags), and vendors
differ in what they name and refer to. Descriptions, examples and the order of things mean nothing here.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from .document import Document, DocumentError, parts

MAX_SCHEMAS = 20_000
"""More than any operation needs; multiplying references would never end."""

Aspects = dict[str, Any]

_COUNTS = {
    "string": ("minLength", "maxLength"),
    "integer": ("multipleOf",),
    "number": ("multipleOf",),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_IMPLIED = {
    "object": ("properties", "additionalProperties", "required"),
    "array": ("items", "minItems", "maxItems"),
    "string": ("pattern", "minLength", "maxLength"),
}
_FLAGS = ("deprecated", "readOnly", "writeOnly")
_READ = {"$ref", "type", "nullable", "enum", "const", "default", "format", "pattern", "items", "uniqueItems"}
_READ |= {"allOf", "anyOf", "oneOf", "properties", "required", "additionalProperties", *_FLAGS}
_READ |= {word for words in _COUNTS.values() for word in words}
_READ |= {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_MEANINGLESS = {
    "title",
    "description",
    "example",
    "examples",
    "externalDocs",
    "xml",
    "$comment",
    "$anchor",
    "$id",
    "$defs",
}


@attrs.frozen
class Schema:
    """A set of JSON values.

    Attributes:
        kinds: The constraints of each accepted type; empty: anything is accepted.
        nullable: Whether it accepts null.
        notes: Facts that do not depend on the type, such as a default, and keywords compared as text.
    """

    kinds: Mapping[str, Aspects] = attrs.field(factory=dict)
    nullable: bool = True
    notes: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def type(self) -> str:
        """The types, as text."""
        return " or ".join(sorted(self.kinds)) or "anything"

    def __str__(self) -> str:
        texts = []
        for kind, aspects in sorted(self.kinds.items()):
            text = f"list of {aspects['items']}" if "items" in aspects else kind
            text += f" ({aspects['format']})" if "format" in aspects else ""
            text += f" ({', '.join(sorted(aspects['enum']))})" if "enum" in aspects else ""
            texts.append(text)
        return " or ".join([*texts, *(["null"] if self.nullable and texts else [])]) or "anything"


_NOTHING = Schema({"nothing": {}}, nullable=False)


class Reader:
    """Reads parts of one document, with all that they refer to."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._count = 0

    def mapping(self, value: Any, place: str) -> Mapping[str, Any]:
        """Return an object, or raise a `DocumentError` with the type of the value."""
        if not isinstance(value, Mapping):
            raise self.error(f"{place}: expected an object, not {text(value)[:60]}")
        return value

    def sequence(self, value: Any, place: str) -> Sequence[Any]:
        """Return a list, or raise a `DocumentError` with the type of the value."""
        if not isinstance(value, list):
            raise self.error(f"{place}: expected a list, not {text(value)[:60]}")
        return value

    def error(self, message: str) -> DocumentError:
        """Return an error that names the document."""
        return DocumentError(f"{self.document.name}: {message}")

    def target(self, reference: Any) -> Any:
        """Return the target of a `$ref`, by its place or its anchor."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise self.error(f"$ref {text(reference)!r} leaves the document, and only the document is read")
        try:
            if reference.startswith("#/"):
                return self.document.resolve(reference)[1]
            return next(part for _, _, part in parts(self.document.data) if part.get("$anchor") == reference[1:])
        except (LookupError, StopIteration):
            raise self.error(f"$ref {reference!r} names nothing in the document") from None

    def resolve(self, value: Any, place: str) -> Mapping[str, Any]:
        """Return anything but a schema, through any number of references."""
        seen: list[Any] = []
        while "$ref" in (part := self.mapping(value, place)):
            if part["$ref"] in seen:
                raise self.error(f"{place}: its $ref leads back to itself")
            seen.append(part["$ref"])
            value = self.target(part["$ref"])
        return part

    def schema(self, raw: Any, above: tuple[str, ...] = ()) -> Schema:
        """Return a schema, with all that it refers to; `above` are the references that led here."""
        self._count += 1
        if self._count > MAX_SCHEMAS:
            raise self.error(f"its references multiply: one operation holds more than {MAX_SCHEMAS} schemas")
        if isinstance(raw, bool):
            return Schema() if raw else _NOTHING
        value = self.mapping(raw, "schema")
        found = [self._own(value, above)]
        if "$ref" in value:
            reference = str(value["$ref"])
            again = Schema({"(the same again)": {}}, nullable=False)
            target = self.target(value["$ref"])
            found.append(again if reference in above else self.schema(target, (*above, reference)))
        found += [self.schema(part, above) for part in self.sequence(value.get("allOf", []), "allOf")]
        for word in ("anyOf", "oneOf"):
            if word in value:
                found.append(_either([self.schema(part, above) for part in self.sequence(value[word], word)]))
        schema = found[0]
        for part in found[1:]:
            schema = _both(schema, part)
        # Beside a reference, 3.0 ignores `nullable`, and whoever writes it there means it.
        return attrs.evolve(schema, nullable=schema.nullable or value.get("nullable") is True)

    def _own(self, value: Mapping[str, Any], above: tuple[str, ...]) -> Schema:
        """Read a schema's own keywords."""
        members = [value["const"]] if "const" in value else value.get("enum")
        members = None if members is None else self.sequence(members, "enum")
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
        notes = {word: "yes" for word in _FLAGS if value.get(word) is True}
        unread = value.keys() - _READ - _MEANINGLESS
        notes |= {word: text(value[word]) for word in unread if not str(word).startswith("x-")}
        if "default" in value:
            notes["default"] = text(value["default"])
        return Schema(kinds, nullable, notes)

    def _aspects(self, kind: str, value: Mapping[str, Any], members: Any, above: tuple[str, ...]) -> Aspects:
        """Read a schema's keywords for one type."""
        aspects: Aspects = {}
        if members is not None:
            aspects["enum"] = frozenset(text(each) for each in members if kind in _types_of(each))
            aspects["is open"] = False
        if kind in {"string", "integer", "number"}:
            aspects |= {word: str(value[word]) for word in ("format", "pattern") if value.get(word)}
        for word in _COUNTS.get(kind, ()):
            count = _number(value.get(word))
            if count is not None and (count or not word.startswith("min")):
                aspects[word] = count
        if kind in {"integer", "number"}:
            aspects |= _bounds(value, whole=kind == "integer")
        if kind == "array":
            aspects |= {"uniqueItems": "yes"} if value.get("uniqueItems") is True else {}
            aspects["items"] = self.schema(value.get("items", True), above)
        if kind == "object":
            properties = self.mapping(value.get("properties", {}), "properties")
            aspects["properties"] = {str(name): self.schema(part, above) for name, part in properties.items()}
            aspects["required"] = frozenset(map(text, self.sequence(value.get("required", []), "required")))
            more = value.get("additionalProperties", True)
            if more is False:
                aspects["other attributes"] = "no"
            elif more is not True and more != {}:
                aspects["additional"] = self.schema(more, above)
        return aspects


def _implied(value: Mapping[str, Any], members: Sequence[Any] | None) -> set[str]:
    """Return the types that are meant where none is given."""
    if members is not None:
        return {_types_of(each)[0] for each in members}
    return {kind for kind, words in _IMPLIED.items() if any(word in value for word in words)}


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
    """Return a number, as an integer if it is whole; None for any other value."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _both(one: Schema, other: Schema) -> Schema:
    """Return the values that two schemas accept."""
    notes = {**other.notes, **one.notes}
    nullable = one.nullable and other.nullable
    if not one.kinds or not other.kinds:
        return Schema(one.kinds or other.kinds, nullable, notes)
    kinds = {kind: _narrowed(one.kinds[kind], other.kinds[kind]) for kind in one.kinds.keys() & other.kinds.keys()}
    for some, more in ((one, other), (other, one)):
        if "integer" in some.kinds and "number" in more.kinds:
            kinds["integer"] = _narrowed(some.kinds["integer"], more.kinds["number"])
    return Schema(kinds or {"nothing": {}}, nullable, notes)


def _either(schemas: Sequence[Schema]) -> Schema:
    """Return the values that any of some schemas accepts."""
    nullable = any(schema.nullable for schema in schemas)
    accepting = [schema for schema in schemas if schema.kinds.keys() != {"nothing"}]
    if any(not schema.kinds for schema in accepting):
        return Schema()
    kinds: dict[str, Aspects] = {}
    notes: dict[str, str] = {}
    for schema in accepting:
        notes |= schema.notes
        for kind, aspects in schema.kinds.items():
            kinds[kind] = _widened(kinds[kind], aspects) if kind in kinds else aspects
    if "number" in kinds:
        kinds.pop("integer", None)
    return Schema(kinds or {"nothing": {}}, nullable, notes)


_Combine = Callable[[Any, Any], Any]


def _rules(both: bool) -> dict[str, _Combine]:  # noqa: FBT001 - one table, read in two directions
    union: _Combine = lambda a, b: a | b  # noqa: E731
    intersection: _Combine = lambda a, b: a & b  # noqa: E731
    combine: _Combine = _both if both else lambda a, b: _either([a, b])
    lower, upper = (max, min) if both else (min, max)
    return {
        "enum": intersection if both else union,
        "required": union if both else intersection,
        "is open": intersection if both else union,
        "items": combine,
        "additional": combine,
        "properties": lambda a, b: {**b, **a, **{name: combine(a[name], b[name]) for name in a.keys() & b.keys()}},
        **dict.fromkeys(("minLength", "minimum", "minItems", "minProperties"), lower),
        **dict.fromkeys(("maxLength", "maximum", "maxItems", "maxProperties"), upper),
    }


_NARROW, _WIDEN = _rules(both=True), _rules(both=False)


def _narrowed(one: Aspects, other: Aspects) -> Aspects:
    return {**other, **one, **_combined(one, other, _NARROW, " and ")}


def _widened(one: Aspects, other: Aspects) -> Aspects:
    if ("enum" in one) != ("enum" in other):  # some values are named, and others may come
        return {**one, **other, "is open": True}
    return _combined(one, other, _WIDEN, " or ")


def _combined(one: Aspects, other: Aspects, rules: Mapping[str, _Combine], joint: str) -> Aspects:
    found: Aspects = {}
    for word in one.keys() & other.keys():
        a, b = one[word], other[word]
        different = joint.join(sorted((str(a), str(b))))
        found[word] = rules[word](a, b) if word in rules else a if a == b else different
    return found


def text(value: Any) -> str:
    """Return a JSON value as text; a string as it is."""
    return value if isinstance(value, str) else json.dumps(value, default=str, sort_keys=True)
