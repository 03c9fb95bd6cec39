"""The differences between two OpenAPI documents, for the operations of the first."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from . import operations
from .document import Document, DocumentError
from .operations import Name, Operation
from .schemas import Schema, text

NO = "-"
"""The report's mark for the side that lacks something."""

Row = tuple[str, str, str, str]
"""Place, aspect, the fragment's value and the document's value."""

_STRUCTURE = {"additional", "enum", "is open", "items", "properties", "required"}


@attrs.frozen
class Difference:
    """A difference between the fragment and a document.

    Attributes:
        operation: Such as `GET /v1/FlexFlows`.
        place: The part of it: a parameter (`query PageSize`), an attribute (`flex_flows[].sid`), a response.
        what: What of that part.
        fragment: What the fragment says.
        document: What the document says.
    """

    operation: str
    place: str
    what: str
    fragment: str
    document: str


def differences(ours: Document, theirs: Document) -> dict[Name, list[Difference]]:
    """Compare a document with the fragment, operation by operation.

    Args:
        ours: The fragment.
        theirs: The vendor's document.

    Raises:
        DocumentError: The document is not OpenAPI, or has none of the operations.
    """
    _require_openapi(theirs)
    found: dict[Name, list[Difference]] = {}
    missing: list[str] = []
    try:
        called = operations.names(theirs)
        for name, calls in operations.names(ours).items():
            same = next((other for other, others in called.items() if calls & others), None)
            if same is None:
                missing.append(" ".join(name))
                rows: list[Row] = [("operation", "operation", "yes", NO)]
            else:
                rows = list(_operation(operations.read(ours, name), operations.read(theirs, same)))
            found[name] = [Difference(" ".join(name), *row) for row in rows]
    except RecursionError:
        raise DocumentError(f"{theirs.name}: nested without end") from None
    if missing and len(missing) == len(found):
        raise DocumentError(f"{theirs.name}: has no {' and no '.join(missing)}, which the fragment describes")
    return found


def _operation(ours: Operation, theirs: Operation) -> Iterator[Row]:
    yield from _row("operation", "server", _listed(ours.urls), _listed(theirs.urls))
    yield from _row("operation", "security", _listed(ours.security), _listed(theirs.security))
    yield from _row("operation", "deprecated", _yes(ours.deprecated), _yes(theirs.deprecated))
    yield from _notes("operation", ours.notes, theirs.notes)
    for place in _all(ours.parameters, theirs.parameters):
        one, other = ours.parameters.get(place), theirs.parameters.get(place)
        if one is None or other is None:
            yield place, "header" if " header " in place else "parameter", str(one or NO), str(other or NO)
            continue
        yield from _row(place, "required", _yes(one.required), _yes(other.required))
        styles = [one.style, other.style]
        if not {"array", "object"} & one.schema.kinds.keys() & other.schema.kinds.keys():
            styles = [style.partition(",")[0] for style in styles]  # one value is never exploded
        yield from _row(place, "style", *styles)
        yield from _schema(place, one.schema, other.schema)
    for place in _all(ours.content, theirs.content):
        if place not in ours.content or place not in theirs.content:
            here, there = ("yes" if place in side else NO for side in (ours.content, theirs.content))
            yield place, place.partition(" ")[0], here, there
            continue
        media, others = ours.content[place], theirs.content[place]
        for name in _all(media, others):
            if name not in media or name not in others:
                yield place, "media type", name if name in media else NO, name if name in others else NO
            else:
                root = "" if (place, name) == ("response 200", "application/json") else f"{place} ({name}) "
                yield from _schema(root, media[name], others[name])


def _schema(place: str, ours: Schema, theirs: Schema) -> Iterator[Row]:
    where = place.strip() or "response"
    if ours.type == theirs.type or ours.nullable == theirs.nullable:
        yield from _row(where, "type", ours.type, theirs.type)
        yield from _row(where, "nullable", _yes(ours.nullable), _yes(theirs.nullable))
    else:  # one change, and one row
        here, there = (f"{each.type} or null" if each.nullable and each.kinds else each.type for each in (ours, theirs))
        yield where, "type", here, there
    yield from _notes(where, ours.notes, theirs.notes)
    shared = sorted(ours.kinds.keys() & theirs.kinds.keys())
    for kind in shared:
        one, other = ours.kinds[kind], theirs.kinds[kind]
        suffix = f" ({kind})" if len(shared) > 1 else ""
        yield from _enum(where, one, other)
        for word in _all(one, other):
            if word not in _STRUCTURE:
                yield from _row(where, word + suffix, text(one.get(word, NO)), text(other.get(word, NO)))
        if kind == "array":
            yield from _schema(f"{place}[]", one["items"], other["items"])
        if kind == "object":
            yield from _object(place, one, other)


def _enum(where: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Row]:
    one, other = ours.get("enum"), theirs.get("enum")
    if one is None or other is None:
        yield from _row(where, "enum", NO if one is None else _listed(one), NO if other is None else _listed(other))
        return
    for member in sorted(one ^ other):
        yield where, "enum member", member if member in one else NO, member if member in other else NO
    yield from _row(where, "other values", _yes(ours["is open"]), _yes(theirs["is open"]))


def _object(place: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Row]:
    inner = f"{place}." if place and not place.endswith(" ") else place
    for name in _all(ours["properties"], theirs["properties"]):
        one, other = ours["properties"].get(name), theirs["properties"].get(name)
        where = f"{inner}{name}"
        if one is None or other is None:
            yield where, "attribute", str(one or NO), str(other or NO)
        else:
            yield from _row(where, "required", *(_yes(name in side["required"]) for side in (ours, theirs)))
            yield from _schema(where, one, other)
    one, other = ours.get("additional"), theirs.get("additional")
    if one is not None and other is not None:
        yield from _schema(f"{inner}*", one, other)
    elif one is not None or other is not None:
        yield f"{inner}*", "attribute", str(one or NO), str(other or NO)


def _notes(where: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[Row]:
    for note in sorted(_all(ours, theirs)):
        yield from _row(where, note, ours.get(note, NO), theirs.get(note, NO))


def _row(place: str, what: str, ours: str, theirs: str) -> Iterator[Row]:
    if ours != theirs:
        yield place, what, ours, theirs


def _all(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    return list({**ours, **theirs})


def _yes(value: bool) -> str:  # noqa: FBT001 - the value that is described
    return "yes" if value else "no"


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))


def _require_openapi(document: Document) -> None:
    version = document.data.get("openapi")
    if "swagger" in document.data:
        raise DocumentError(f"{document.name}: Swagger {document.data['swagger']}; convert it to OpenAPI 3.0 or 3.1")
    if version is None:
        raise DocumentError(f"{document.name}: not an OpenAPI document: it has no `openapi` at its top")
    if not str(version).startswith(("3.0", "3.1")):
        raise DocumentError(f"{document.name}: OpenAPI {version}; only 3.0 and 3.1 are understood")
