"""The discriminators of unions, which the generator drops."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .document import Document, parts

_SCHEMAS = "/components/schemas/"


def discriminator_values(document: Document) -> Callable[[str], dict[str, list[str]]]:
    """Return a function from a schema's place to its values of each discriminator's property.

    The values are those that a mapping assigns to the schema, and the schema's name
    (https://spec.openapis.org/oas/v3.1.0#discriminator-object).
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for _, pointer, schema in parts(document.data):
        discriminator = schema.get("discriminator")
        if not isinstance(discriminator, Mapping) or not isinstance(discriminator.get("propertyName"), str):
            continue
        mapped = {str(value): _place(target) for value, target in discriminator.get("mapping", {}).items()}
        own = _SCHEMAS + str(pointer[-1])
        for place in {*mapped.values(), *_references(schema, "oneOf", "anyOf"), *_children(document.data, own)}:
            values = [value for value, target in mapped.items() if target == place]
            found[place].setdefault(discriminator["propertyName"], []).extend([*values, place.removeprefix(_SCHEMAS)])
    return lambda place: {name: list(dict.fromkeys(values)) for name, values in found.get(place, {}).items()}


def _children(document: Mapping[str, Any], parent: str) -> Iterator[str]:
    """Yield the places of the schemas that build on a schema with allOf, and of those that build on them."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        place = _SCHEMAS + name
        if parent in _references(schema, "allOf") and place != parent:
            yield from (place, *_children(document, place))


def _references(schema: Mapping[str, Any], *words: str) -> list[str]:
    parts = [part for word in words for part in schema.get(word, [])]
    return [_place(part["$ref"]) for part in parts if "$ref" in part]


def _place(reference: str) -> str:
    """Return the place of a schema that a mapping or a reference names."""
    return _SCHEMAS + reference.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
