"""Read the OpenAPI fragment at run time: the schemas and examples of an operation's records, and every `$ref`."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast
from urllib.parse import unquote

import attrs

from ._generated import ListOperation, fragment, list_flex_flows

_COMPOSITIONS = ("allOf", "anyOf", "oneOf")


@attrs.frozen
class Schema:
    """The values that a JSON Schema allows, with the parts of a composed schema merged.

    An attribute named like a keyword of JSON Schema holds its value, the description on one line.

    Attributes:
        types: The names of the JSON types; empty: any type.
        values: The values that the fragment lists in an enum or a const; empty: any value.
        is_closed: Whether only those values are allowed.
        properties: The schemas of an object's properties by their names, in the fragment's order.
        is_open: Whether the fragment explicitly allows an object to have other properties.
    """

    types: frozenset[str] = frozenset()
    values: tuple[Any, ...] = ()
    is_closed: bool = False
    format: str | None = None
    description: str = ""
    pattern: str | None = None
    min_length: int = 0
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    properties: Mapping[str, "Schema"] = attrs.field(factory=dict[str, "Schema"])
    required: frozenset[str] = frozenset()
    is_open: bool = False
    items: "Schema | None" = None
    min_items: int = 0
    examples: tuple[Any, ...] = ()

    @property
    def length(self) -> int | None:
        """The number of characters, if it is the same for all values."""
        return self.max_length if self.max_length == self.min_length else None

    @property
    def is_narrow(self) -> bool:
        """Whether all values are about equally short, so that a column gains nothing from cutting them."""
        types = self.types - {"null"}
        is_short = bool(types) and types <= {"boolean", "integer"}
        return is_short or bool(self.length or self.values or self.format == "date-time")


@cache
def record_schema(operation: ListOperation[Any, Any] = list_flex_flows) -> Schema:
    """Return the schema of a list operation's records; an empty schema if the fragment does not describe them."""
    document = fragment()
    page = read_schema(json_response(document, operation.path).get("schema"), document)
    return page.properties.get(operation.key, Schema()).items or Schema()


def json_examples(document: Mapping[str, Any], content: Mapping[str, Any]) -> list[Any]:
    """Return the example values of a media type object."""
    named = (resolve(document, each) for each in content.get("examples", {}).values())
    single = [content["example"]] if "example" in content else []
    return single + [each["value"] for each in named if "value" in each]


def json_response(document: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Return the media type object of the success response to a GET of a path; empty if it is not JSON."""
    operation = resolve(document, document["paths"][path])["get"]
    success = [each for status, each in operation["responses"].items() if str(status).startswith("2")]
    responses = [_object(resolve(document, each)) for each in success]
    contents = [media for each in responses for name, media in each.get("content", {}).items() if "json" in name]
    return _object(contents[0]) if contents else {}


def read_schema(schema: object, document: Mapping[str, Any], outer: tuple[object, ...] = ()) -> Schema:
    """Parse a schema or a reference to a schema; a schema inside itself (one of `outer`) allows any value."""
    parts = list(_parts(schema, document, []))
    if any(part is each for part in parts for each in outer):
        return Schema()
    outer = (*outer, *parts)

    def first(keyword: str) -> Any:
        return next((part[keyword] for part in parts if keyword in part), None)

    properties: dict[str, list[object]] = {}
    for part in parts:
        for name, each in part.get("properties", {}).items():
            properties.setdefault(name, []).append(each)
    items = first("items")
    return Schema(
        types=frozenset(name for part in parts for name in _types(part)),
        values=tuple({repr(value): value for part in parts for value in _values(part)}.values()),
        is_closed=_is_closed(schema, document, []),
        format=first("format"),
        description=" ".join((first("description") or "").split()),
        pattern=first("pattern"),
        min_length=first("minLength") or 0,
        max_length=first("maxLength"),
        minimum=_bound(first("minimum"), first("exclusiveMinimum"), math.inf),
        maximum=_bound(first("maximum"), first("exclusiveMaximum"), -math.inf),
        properties={name: read_schema({"allOf": each}, document, outer) for name, each in properties.items()},
        required=frozenset(name for part in parts for name in part.get("required", ())),
        is_open=first("additionalProperties") not in (None, False),
        items=None if items is None else read_schema(items, document, outer),
        min_items=first("minItems") or 0,
        examples=tuple(first("examples") or ()),
    )


def resolve(document: Mapping[str, Any], value: Any) -> Any:
    """Return the target of a local `$ref`, or the value itself if it is not a reference.

    A reference out of the document, to nothing, or back to itself raises a `LookupError`.
    """
    passed: list[str] = []
    while "$ref" in _object(value):
        reference: str = value["$ref"]
        if reference in passed:
            raise LookupError(f"$ref {reference!r} points back to itself")
        passed.append(reference)
        value = _target(document, reference)
    return value


def _target(document: Mapping[str, Any], reference: str) -> Any:
    """Return the target of a JSON Pointer in a URI fragment (RFC 6901, section 6)."""
    path, hash_sign, pointer = reference.partition("#")
    if path or not hash_sign or pointer[:1] not in {"", "/"}:
        raise LookupError(f"$ref {reference!r} is not a path into the document; write it as #/…")
    target: object = document
    for escaped in pointer.split("/")[1:]:
        step = unquote(escaped).replace("~1", "/").replace("~0", "~")
        try:
            target = cast("Mapping[Any, Any]", target)[int(step) if isinstance(target, list) else step]
        except (KeyError, IndexError, TypeError, ValueError):
            raise LookupError(f"$ref {reference!r} points to nothing: there is no {step!r}") from None
    return target


def _parts(schema: object, document: Mapping[str, Any], passed: list[object]) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and the schemas that it is composed of, each once, following references."""
    if not isinstance(schema, dict) or any(schema is each for each in passed):  # true and false are schemas too
        return
    own = cast("dict[str, Any]", schema)
    passed.append(own)
    yield own
    if "$ref" in own:
        yield from _parts(_target(document, own["$ref"]), document, passed)
    for keyword in _COMPOSITIONS:
        for part in own.get(keyword, ()):
            yield from _parts(part, document, passed)


def _types(part: Mapping[str, Any]) -> Sequence[str]:
    types: str | list[str] = part.get("type", [])
    return [types] if isinstance(types, str) else types


def _values(part: Mapping[str, Any]) -> Sequence[Any]:
    return [part["const"]] if "const" in part else part.get("enum", ())


def _is_closed(schema: object, document: Mapping[str, Any], passed: list[object]) -> bool:
    """Return whether a schema allows only listed values, apart from null."""
    own = _object(schema)
    if any(own is each for each in passed):
        return False
    passed = [*passed, own]
    alternatives = [*own.get("anyOf", ()), *own.get("oneOf", ())]
    listing = [part for part in alternatives if _object(part).get("type") != "null"]
    parts = [*own.get("allOf", ()), *([_target(document, own["$ref"])] if "$ref" in own else [])]
    return (
        "enum" in own
        or "const" in own
        or any(_is_closed(part, document, passed) for part in parts)
        or (bool(listing) and all(_is_closed(part, document, passed) for part in listing))
    )


def _bound(inclusive: float | None, exclusive: float | None, inwards: float) -> float | None:
    if exclusive is None:
        return inclusive
    if isinstance(exclusive, int):
        return exclusive + 1 if inwards > 0 else exclusive - 1
    return math.nextafter(exclusive, inwards)


def _object(value: object) -> dict[str, Any]:
    """Return a JSON object unchanged, and an empty one for any other value."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
