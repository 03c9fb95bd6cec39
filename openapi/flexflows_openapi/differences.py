"""What two OpenAPI documents say differently of the operations of the first."""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from . import operations
from .operations import Name, Operation
from .schemas import DocumentError, Schema, text

NO = "-"
"""What the side that lacks something has in the report."""


Told = tuple[str, str, str, str]
"""Place, what, and what the fragment and the document say."""


@attrs.frozen
class Difference:
    """Something that the fragment and the document say differently.

    Attributes:
        operation: Such as `GET /v1/FlexFlows`.
        place: The part of it: a parameter (`query PageSize`), an attribute (`flex_flows[].sid`), an answer.
        what: What of that part.
        fragment: What the fragment says.
        document: What the document says.
    """

    operation: str
    place: str
    what: str
    fragment: str
    document: str


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[Name, list[Difference]]:
    """Compare a document with the fragment, operation by operation.

    Args:
        ours: The fragment.
        theirs: The vendor's document.

    Raises:
        DocumentError: The document is none, or has none of the operations.
    """
    _require_openapi(theirs)
    called = operations.names(theirs)
    found: dict[Name, list[Difference]] = {}
    missing: list[Name] = []
    for name, calls in operations.names(ours).items():
        same = next((other for other, others in called.items() if calls & others), None)
        if same is None:
            missing.append(name)
            found[name] = [Difference(" ".join(name), "operation", "operation", "yes", NO)]
        else:
            found[name] = [Difference(" ".join(name), *told) for told in _of_two(ours, name, theirs, same)]
    if missing and len(missing) == len(found):
        raise DocumentError(f"has no {' and no '.join(map(' '.join, missing))}, which is what the fragment describes")
    return found


def _of_two(ours: Mapping[str, Any], name: Name, theirs: Mapping[str, Any], same: Name) -> list[Told]:
    try:
        return list(_of_operation(operations.read(ours, name), operations.read(theirs, same)))
    except RecursionError:
        raise DocumentError("is nested without end") from None


def _of_operation(ours: Operation, theirs: Operation) -> Iterator[Told]:
    yield from _said("operation", "server", _listed(ours.urls), _listed(theirs.urls))
    yield from _said("operation", "security", _listed(ours.security), _listed(theirs.security))
    yield from _said("operation", "deprecated", _yes(ours.deprecated), _yes(theirs.deprecated))
    for place in _all(ours.parameters, theirs.parameters):
        one, other = ours.parameters.get(place), theirs.parameters.get(place)
        if one is None or other is None:
            yield place, "parameter", str(one or NO), str(other or NO)
            continue
        yield from _said(place, "required", _yes(one.required), _yes(other.required))
        if {"array", "object"} & one.schema.kinds.keys() & other.schema.kinds.keys():
            yield from _said(place, "style", one.style, other.style)
        yield from _of_schema(place, one.schema, other.schema)
    for place in _all(ours.content, theirs.content):
        if place not in ours.content or place not in theirs.content:
            what = place.partition(" ")[0]
            yield place, what, _yes(place in ours.content, no=NO), _yes(place in theirs.content, no=NO)
            continue
        media, others = ours.content[place], theirs.content[place]
        for name in _all(media, others):
            if name not in media or name not in others:
                yield place, "media type", name if name in media else NO, name if name in others else NO
            else:
                root = "" if (place, name) == ("answer 200", "application/json") else f"{place} ({name}) "
                yield from _of_schema(root, media[name], others[name])


def _of_schema(place: str, ours: Schema, theirs: Schema) -> Iterator[Told]:
    where = place.strip() or "answer"
    yield from _said(where, "type", ours.type, theirs.type)
    yield from _said(where, "nullable", _yes(ours.nullable), _yes(theirs.nullable))
    for note in _all(ours.notes, theirs.notes):
        yield from _said(where, note, ours.notes.get(note, NO), theirs.notes.get(note, NO))
    shared = sorted(ours.kinds.keys() & theirs.kinds.keys())
    for kind in shared:
        one, other = ours.kinds[kind], theirs.kinds[kind]
        suffix = f" ({kind})" if len(shared) > 1 else ""
        yield from _of_enum(where, one, other)
        for word in _all(one, other):
            if word not in _STRUCTURE:
                yield from _said(where, word + suffix, text(one.get(word, NO)), text(other.get(word, NO)))
        if kind == "array":
            yield from _of_schema(f"{place}[]", one["items"], other["items"])
        if kind == "object":
            yield from _of_object(place, one, other)


def _of_enum(where: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Told]:
    one, other = ours.get("enum"), theirs.get("enum")
    if one is None or other is None:
        yield from _said(where, "enum", NO if one is None else _listed(one), NO if other is None else _listed(other))
        return
    for member in sorted(one ^ other):
        yield where, "enum member", member if member in one else NO, member if member in other else NO
    yield from _said(where, "other values", ours["other values"], theirs["other values"])


def _of_object(place: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Told]:
    inner = f"{place}." if place and not place.endswith(" ") else place
    for name in _all(ours["properties"], theirs["properties"]):
        one, other = ours["properties"].get(name), theirs["properties"].get(name)
        if one is None or other is None:
            yield f"{inner}{name}", "attribute", str(one or NO), str(other or NO)
        else:
            yield from _said(
                f"{inner}{name}", "required", _yes(name in ours["required"]), _yes(name in theirs["required"])
            )
            yield from _of_schema(f"{inner}{name}", one, other)
    one, other = ours.get("additional"), theirs.get("additional")
    if one is not None and other is not None:
        yield from _of_schema(f"{inner}*", one, other)
    elif one is not None or other is not None:
        yield f"{inner}*", "attribute", str(one or NO), str(other or NO)


_STRUCTURE = {"additional", "enum", "items", "other values", "properties", "required"}


def _said(place: str, what: str, ours: str, theirs: str) -> Iterator[Told]:
    if ours != theirs:
        yield place, what, ours, theirs


def _all(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    return [*ours, *(name for name in theirs if name not in ours)]


def _yes(value: bool, *, no: str = "no") -> str:  # noqa: FBT001 - it is the value that is told
    return "yes" if value else no


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))


def _require_openapi(document: Mapping[str, Any]) -> None:
    if "swagger" in document:
        raise DocumentError(f"is Swagger {document['swagger']}; only OpenAPI 3.0 and 3.1 are understood")
    version = document.get("openapi")
    if version is None:
        raise DocumentError("is no OpenAPI document: it has no `openapi` at its top")
    if not str(version).startswith(("3.0", "3.1")):
        raise DocumentError(f"is OpenAPI {version}; only 3.0 and 3.1 are understood")
