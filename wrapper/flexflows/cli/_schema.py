"""What the OpenAPI fragment says of a record, in the terms that columns and drift need."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, cast

import attrs

from flexflows._flex_flows import FLEX_FLOWS
from flexflows._generated import fragment


@attrs.frozen
class Shape:
    """What a value may be.

    Attributes:
        types: The names of its JSON types; none: any.
        values: The values that the fragment lists, of an enum; none: any.
        format: Such as `date-time`.
        description: What it is.
        length: The number of characters that it always has, if it has.
        properties: Of an object, by their names, most important first.
        required: The properties that are promised to be present.
        is_open: Whether an object may have other properties than these, as the fragment itself says.
        items: Of an array.
    """

    types: frozenset[str] = frozenset()
    values: tuple[Any, ...] = ()
    format: str | None = None
    description: str = ""
    length: int | None = None
    properties: Mapping[str, "Shape"] = attrs.field(factory=dict[str, "Shape"])
    required: frozenset[str] = frozenset()
    is_open: bool = False
    items: "Shape | None" = None

    @property
    def is_narrow(self) -> bool:
        """Whether it always is as wide as any other of its kind, so that cutting it gains nothing."""
        kinds = self.types - {"null"}
        is_short = bool(kinds) and kinds <= {"boolean", "integer"}
        return is_short or bool(self.length or self.values or self.format == "date-time")


@cache
def record_shape() -> Shape:
    """Read the shape of the list's records from the fragment."""
    document = fragment()
    answer = document["paths"][FLEX_FLOWS.path]["get"]["responses"]["200"]
    page = shape_of(answer["content"]["application/json"]["schema"], document)
    return page.properties[FLEX_FLOWS.key].items or Shape()


def shape_of(schema: Any, document: Mapping[str, Any], above: tuple[Any, ...] = ()) -> Shape:
    """Read a schema; one that is within itself can be anything there.

    Args:
        schema: The schema, or a reference to one.
        document: What references lead into.
        above: The schemas that this one is within.
    """
    parts = list(_parts(schema, document))
    if any(part is outer for part in parts for outer in above):
        return Shape()
    above = (*above, *parts)

    def first(keyword: str) -> Any:
        return next((part[keyword] for part in parts if keyword in part), None)

    items = first("items")
    return Shape(
        types=frozenset(name for part in parts for name in _types(part)),
        values=tuple(value for part in parts for value in part.get("enum", ())),
        format=first("format"),
        description=" ".join((first("description") or "").split()),
        length=first("maxLength") if first("maxLength") == first("minLength") else None,
        properties={
            name: shape_of(each, document, above) for part in parts for name, each in part.get("properties", {}).items()
        },
        required=frozenset(name for part in parts for name in part.get("required", ())),
        is_open=bool(first("additionalProperties")),
        items=None if items is None else shape_of(items, document, above),
    )


def _parts(schema: Any, document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and what it is composed of, references followed."""
    # true and false are schemas too.
    own = cast("Mapping[str, Any]", schema) if isinstance(schema, dict) else dict[str, Any]()
    yield own
    if "$ref" in own:
        target: Any = document
        for step in own["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        yield from _parts(target, document)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in own.get(keyword, ()):
            yield from _parts(part, document)


def _types(part: Mapping[str, Any]) -> list[str]:
    named = part.get("type", [])
    return [named] if isinstance(named, str) else named
