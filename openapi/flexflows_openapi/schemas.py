"""The meaning of a schema: the set of JSON values that it accepts.

OpenAPI 3.0 and 3.1 write the same constraints differently (`nullable` and type arrays, bounds as numbers and as flags),
and vendors differ in which schemas they name and refer to. Descriptions, examples and order are not compared.
"""

import json
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import attrs

from .differences import Facts
from .document import Document, DocumentError

MAX_SCHEMAS = 20_000
"""More than any operation needs; without a limit, references that multiply would never end."""
OPEN = None
"""The member of an enum that stands for all other values."""

Aspects = dict[str, Any]

_WORDS = {
    "string": ("format", "pattern", "minLength", "maxLength"),
    "integer": ("format", "pattern", "multipleOf"),
    "number": ("format", "pattern", "multipleOf"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_IMPLIED = {
    "object": ("properties", "additionalProperties", "required"),
    "array": ("items", "minItems", "maxItems"),
    "string": ("pattern", "minLength", "maxLength"),
}
_FLAGS = ("deprecated", "readOnly", "writeOnly", "uniqueItems")
_READ = {"$ref", "type", "nullable", "enum", "const", "default", "allOf", "anyOf", "oneOf", *_FLAGS}
_READ |= {"items", "properties", "required", "additionalProperties"}
_READ |= {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}.union(*_WORDS.values())
_MEANINGLESS = {"title", "description", "example", "examples", "externalDocs", "xml"}
_MEANINGLESS |= {"$comment", "$anchor", "$id", "$defs"}
_STRUCTURE = {"enum", "items", "properties", "required", "additional"}


@attrs.frozen
class Schema:
    """A set of JSON values.

    Attributes:
        kinds: The constraints of each accepted type, `null` included; `None`: anything is accepted.
        notes: Facts that do not depend on the type, such as a default, and keywords compared as text.
    """

    kinds: Mapping[str, Aspects] | None = None
    notes: Mapping[str, str] = attrs.field(factory=dict)

    def __str__(self) -> str:
        texts = []
        for kind, aspects in sorted((self.kinds or {}).items(), key=lambda item: (item[0] == "null", item[0])):
            text = f"list of {aspects['items']}" if "items" in aspects else kind
            text += f" ({aspects['format']})" if "format" in aspects else ""
            text += f" ({', '.join(_members(aspects))})" if "enum" in aspects and kind != "null" else ""
            texts.append(text)
        return " or ".join(texts) or ("anything" if self.kinds is None else "nothing")

    def facts(self, prefix: str, noun: str = "attribute", **more: str) -> Facts:
        """Return the schema in the form that is compared.

        Args:
            prefix: The schema's place, which begins the places of its parts.
            noun: Its kind, for the row that reports it if only one document has it.
            more: Facts to add.
        """
        place = prefix.strip() or "response"
        kinds = self.kinds or {}
        named = " or ".join(sorted(kinds.keys() - {"null"}) or kinds) or str(self)
        nullable = "yes" if self.kinds is None or "null" in kinds else "no"
        own = {**more, "type": named, "nullable": nullable, **dict(sorted(self.notes.items()))}
        parts = {kind: _kind_facts(prefix, place, kinds[kind]) for kind in sorted(kinds.keys() - {"null"})}
        return Facts(place, noun, str(self), own, parts)


def _kind_facts(prefix: str, place: str, aspects: Aspects) -> Facts:
    """Return the facts about the values of one type."""
    parts = {}
    if "enum" in aspects:
        members = _members(aspects)
        others = {"other values": "yes" if OPEN in aspects["enum"] else "no"}
        named = {member: Facts(place, "enum member", member) for member in members}
        parts["enum"] = Facts(place, "enum", ", ".join(members), others, named)
    if "items" in aspects:
        parts["[]"] = aspects["items"].facts(f"{prefix}[]")
    inner = f"{prefix}." if prefix and not prefix.endswith(" ") else prefix
    for name, schema in aspects.get("properties", {}).items():
        required = "yes" if name in aspects["required"] else "no"
        parts[f".{name}"] = schema.facts(f"{inner}{name}", required=required)
    if "additional" in aspects:
        parts["*"] = aspects["additional"].facts(f"{inner}*")
    return Facts(place, own={word: text(aspects[word]) for word in sorted(aspects.keys() - _STRUCTURE)}, parts=parts)


def _members(aspects: Aspects) -> list[str]:
    return sorted(aspects["enum"] - {OPEN})


class Reader:
    """Reader of the parts of one document, which follows their references."""

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

    def error(self, message: object) -> DocumentError:
        """Return an error that names the document."""
        return DocumentError(f"{self.document.name}: {message}")

    def resolve(self, value: Any, place: str) -> Mapping[str, Any]:
        """Return anything but a schema, through any number of references."""
        try:
            return self.mapping(self.document.follow((), value)[1], place)
        except LookupError as error:
            raise self.error(f"{place}: {error}") from None

    def schema(self, raw: Any, above: tuple[str, ...] = ()) -> Schema:
        """Return a schema, with the targets of its references; `above` are the references that led here."""
        self._count += 1
        if self._count > MAX_SCHEMAS:
            raise self.error(f"its references multiply: one operation holds more than {MAX_SCHEMAS} schemas")
        if isinstance(raw, bool):
            return Schema(None if raw else {})
        value = self.mapping(raw, "schema")
        found = [self._own(value, above)]
        if "$ref" in value:
            found.append(self._target(value["$ref"], above))
        found += [self.schema(part, above) for part in self.sequence(value.get("allOf", []), "allOf")]
        for word in ("anyOf", "oneOf"):
            if word in value:
                found.append(_either([self.schema(part, above) for part in self.sequence(value[word], word)]))
        schema = reduce(_both, found)
        # 3.0 ignores `nullable` beside a reference, but authors who write it there intend it.
        if value.get("nullable") is True and schema.kinds is not None:
            schema = attrs.evolve(schema, kinds={**schema.kinds, "null": {}})
        return schema

    def _target(self, reference: Any, above: tuple[str, ...]) -> Schema:
        try:
            _, target = self.document.resolve(reference)
        except LookupError as error:
            raise self.error(error) from None
        return Schema({"(recursive)": {}}) if reference in above else self.schema(target, (*above, reference))

    def _own(self, value: Mapping[str, Any], above: tuple[str, ...]) -> Schema:
        """Read a schema's own keywords."""
        members = [value["const"]] if "const" in value else value.get("enum")
        members = None if members is None else self.sequence(members, "enum")
        given = value.get("type")
        several = given if isinstance(given, list) else [] if given is None else [given]
        types = {text(each) for each in several} or _implied(value, members)
        if "number" in types:
            types.discard("integer")
        unread = value.keys() - _READ - _MEANINGLESS
        notes = {word: text(value[word]) for word in unread if not str(word).startswith("x-")}
        notes |= {word: "yes" for word in _FLAGS if value.get(word) is True}
        notes |= {"default": text(value["default"])} if "default" in value else {}
        if given is None and not types:
            return Schema(None, notes)
        return Schema({kind: self._aspects(kind, value, members, above) for kind in types}, notes)

    def _aspects(self, kind: str, value: Mapping[str, Any], members: Any, above: tuple[str, ...]) -> Aspects:
        """Read a schema's keywords for one type."""
        aspects: Aspects = {}
        if members is not None:
            aspects["enum"] = frozenset(text(each) for each in members if kind in _types_of(each))
        for word in _WORDS.get(kind, ()):
            given = value.get(word)
            found = text(given) if given and word in {"format", "pattern"} else _number(given)
            if found or (found is not None and not word.startswith("min")):
                aspects[word] = found
        if kind in {"integer", "number"}:
            aspects |= _bounds(value, whole=kind == "integer")
        if kind == "array":
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
    """Return the types that the keywords imply if no type is given."""
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
    """Read the bounds of a number, as inclusive bounds if possible."""
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
    """Return a number, as an integer if it is whole; `None` for any other value."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _both(one: Schema, other: Schema) -> Schema:
    """Return the values that two schemas accept."""
    notes = {**other.notes, **one.notes}
    if one.kinds is None or other.kinds is None:
        return Schema(other.kinds if one.kinds is None else one.kinds, notes)
    kinds = {kind: _narrowed(one.kinds[kind], other.kinds[kind]) for kind in one.kinds.keys() & other.kinds.keys()}
    for some, more in ((one.kinds, other.kinds), (other.kinds, one.kinds)):
        if "integer" in some and "number" in more:
            kinds["integer"] = _narrowed(some["integer"], more["number"])
    return Schema(kinds, notes)


def _either(schemas: Sequence[Schema]) -> Schema:
    """Return the values that any of some schemas accepts."""
    kinds: dict[str, Aspects] = {}
    notes: dict[str, str] = {}
    for schema in schemas:
        if schema.kinds is None:
            return Schema()
        notes |= schema.notes
        for kind, aspects in schema.kinds.items():
            kinds[kind] = _widened(kinds[kind], aspects) if kind in kinds else aspects
    if "number" in kinds:
        kinds.pop("integer", None)
    return Schema(kinds, notes)


def _narrowed(one: Aspects, other: Aspects) -> Aspects:
    shared = {word: _combined(word, one[word], other[word], both=True) for word in one.keys() & other.keys()}
    return {**other, **one, **shared}


def _widened(one: Aspects, other: Aspects) -> Aspects:
    if ("enum" in one) != ("enum" in other):  # one side lists values, and the other accepts all
        return {**one, **other, "enum": {**one, **other}["enum"] | {OPEN}}
    return {word: _combined(word, one[word], other[word], both=False) for word in one.keys() & other.keys()}


def _combined(word: str, one: Any, other: Any, *, both: bool) -> Any:
    """Return an aspect of the values that both schemas accept, or that either of them accepts."""
    if one == other:
        return one
    match one:
        case Schema():
            return _both(one, other) if both else _either([one, other])
        case dict():  # properties
            shared = {name: _combined(name, one[name], other[name], both=both) for name in one.keys() & other.keys()}
            return {**other, **one, **shared}
        case frozenset():
            return one & other if both == (word == "enum") else one | other
        case int() | float() if word != "multipleOf":
            return max(one, other) if both == ("min" in word.lower()) else min(one, other)
    return (" and " if both else " or ").join(sorted((str(one), str(other))))


def text(value: Any) -> str:
    """Return a JSON value as text; a string as it is."""
    return value if isinstance(value, str) else json.dumps(value, default=str, sort_keys=True)
