"""The validation of a document as OpenAPI 3.0 or 3.1; each mistake is one line with its place."""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema.exceptions import ValidationError
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import (
    DuplicateOperationIDError,
    ParameterDuplicateError,
    UnresolvableParameterError,
)

from .document import Document, DocumentError, Pointer, operations_of, parts, shape

VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}
MAX_MESSAGE = 200
_WITHOUT_PLACE = (DuplicateOperationIDError, ParameterDuplicateError, UnresolvableParameterError)
"""Errors of the validator that name no place; `_operations` reports these mistakes with their place."""

_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}|\{[A-Za-z_-][A-Za-z0-9_-]*\})*")


def validate(document: Document) -> None:
    """Validate a document.

    Raises:
        DocumentError: The document is not valid; each argument is one mistake.
    """
    for check in (_references, _loops, _paths, _specification, _operations):
        if wrong := list(dict.fromkeys(check(document))):
            raise DocumentError(*wrong)


def deepest(error: ValidationError) -> ValidationError:
    """Return the most specific error: of alternatives that all fail, the one that got furthest."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error


def message(error: ValidationError) -> str:
    """Return an error's message in one readable line."""
    line = error.message.splitlines()[0]
    return line if len(line) <= MAX_MESSAGE else f"{line[: MAX_MESSAGE // 2]} … {line[-MAX_MESSAGE // 2 :]}"


def _references(document: Document) -> Iterator[str]:
    for kind, pointer, part in parts(document.data):
        reference, place = part.get("$ref"), (*pointer, "$ref")
        if not isinstance(reference, str):
            continue
        if not reference.startswith("#/"):
            yield document.at(place, f"$ref {reference!r} leaves the document; write '#/…', the place in this document")
            continue
        try:
            target = document.resolve(reference)[1]
        except LookupError as error:
            yield document.at(place, str(error))
            continue
        if not isinstance(target, dict) and not (kind == "schema" and isinstance(target, bool)):
            yield document.at(place, f"$ref {reference!r} names no {kind}")


def _loops(document: Document) -> Iterator[str]:
    """Yield the parts that contain themselves through references or combined schemas."""
    done = set[Pointer]()

    def search(pointer: Pointer, part: Any, path: tuple[Pointer, ...]) -> Iterator[str]:
        if pointer in path:
            start = path[path.index(pointer) :]
            first = min(start, key=document.line)
            yield document.at(first, f"{document.label(first)} contains itself; remove the $ref that closes the loop")
        if pointer in done or pointer in path or not isinstance(part, dict):
            return
        for word in ("allOf", "anyOf", "oneOf"):
            inner = part.get(word)
            for index, each in enumerate(inner if isinstance(inner, list) else ()):
                yield from search((*pointer, word, index), each, (*path, pointer))
        if isinstance(part.get("$ref"), str):
            yield from search(*document.resolve(part["$ref"]), (*path, pointer))
        done.add(pointer)

    for _, pointer, part in parts(document.data):
        yield from search(pointer, part, ())


def _paths(document: Document) -> Iterator[str]:
    paths = document.data.get("paths")
    shapes: dict[str, str] = {}
    for path in paths if isinstance(paths, dict) else ():
        if path.startswith("x-"):
            continue
        if not _PATH.fullmatch(path):
            rule = "a path has a slash, then letters, digits and -._~!$&'()*+,;=:@%, and parameters as {Sid}"
            yield document.at(("paths", path), f"path {path!r} is not a template of a URL's path; {rule}")
        elif (same := shapes.setdefault(shape(path), path)) != path:
            yield document.at(("paths", path), f"path {path!r} is the same as {same!r}; merge the two")


def _operations(document: Document) -> Iterator[str]:
    names: dict[str, Pointer] = {}
    for place, item, operation in operations_of(document):
        label = document.label(place)
        name = operation.get("operationId", "")
        if name and (first := names.setdefault(name, place)) != place:
            line = document.line((*first, "operationId"))
            message = f"operationId {name!r} is used already, on line {line}; rename one"
            yield document.at((*place, "operationId"), message)
        described = set[str]()
        for within, of in ((place, operation), (place[:2], item)):
            seen = set[tuple[str, str]]()
            for index, each in enumerate(of.get("parameters", ())):
                _, parameter = document.follow(within, each)
                key = parameter["in"], parameter["name"]
                if key in seen:
                    message = f"{label}: the {key[0]} parameter {key[1]} is described twice; remove one"
                    yield document.at((*within, "parameters", index), message)
                seen.add(key)
            described |= {name for location, name in seen if location == "path"}
        written = re.findall(r"\{([^}]*)\}", str(place[1]))
        if sorted(written) != sorted(described):
            listed = ", ".join(sorted(described))
            description = f"the document describes {listed}" if described else "no path parameter is described"
            message = f"the path has {', '.join(written) or 'no parameter'}, and {description}"
            yield document.at(place, f"{label}: path parameters do not match: {message}")


def _specification(document: Document) -> Iterator[str]:
    version = document.data.get("openapi")
    validator = VALIDATORS.get(version[:3]) if isinstance(version, str) else None
    if validator is None:
        yield document.at(("openapi",), f"openapi: {version!r} is not 3.0 or 3.1")
        return
    try:
        errors = validator(document.data).iter_errors()
        causes = [deepest(error) for error in errors if not isinstance(error, _WITHOUT_PLACE)]
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - the validator's own error for an unexpected value
        yield f"{document.name}: cannot be validated: {type(error).__name__}: {' '.join(str(error).split())}"
        return
    found = {(_place(document, cause), message(cause)): None for cause in causes}
    placed = {text for place, text in found if place}
    for place, text in found:
        if place or text not in placed:
            yield document.at(place, text)


def _place(document: Document, error: ValidationError) -> Pointer:
    """Return an error's place; openapi-spec-validator's paths start at the document or at a schema."""
    path: Pointer = tuple(error.absolute_path)
    found = [((*pointer, *path), _follow(part, path)) for _, pointer, part in parts(document.data)]
    same = [pointer for pointer, part in found if part is error.instance]
    same = same or [pointer for pointer, part in found if part == error.instance]
    return same[0] if len(same) == 1 and path not in same else path


def _follow(value: Any, path: Pointer) -> Any:
    try:
        for step in path:
            value = value[step]
    except (LookupError, TypeError):
        return None
    return value
