"""Validates a document as OpenAPI 3.0 or 3.1; each mistake is one line with its place."""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema.exceptions import ValidationError
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from .document import METHODS, Document, DocumentError, Pointer, parts

VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}
MAX_MESSAGE = 200

_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}|\{[A-Za-z_-][A-Za-z0-9_-]*\})*")


def validate(document: Document) -> None:
    """Validate a document.

    Raises:
        DocumentError: It is not; each argument is one mistake.
    """
    for check in (_references, _loops, _paths, _specification):
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
        if "$ref" not in part:
            continue
        reference, place = part["$ref"], (*pointer, "$ref")
        if not str(reference).startswith("#/"):
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
    """Find parts that contain themselves: through references, or through combined schemas."""
    done = set[Pointer]()

    def search(pointer: Pointer, part: Any, path: tuple[Pointer, ...]) -> Iterator[str]:
        if pointer in path:
            start = path[path.index(pointer) :]
            first = min(start, key=document.line)
            yield document.at(
                first, f"{document.label(first)} is made up of itself; remove the $ref that closes the loop"
            )
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
    paths = paths if isinstance(paths, dict) else {}
    shapes: dict[str, str] = {}
    names: dict[str, Pointer] = {}
    for path, item in paths.items():
        if path.startswith("x-"):
            continue
        if not _PATH.fullmatch(path):
            said = "a path has a slash, then letters, digits and -._~!$&'()*+,;=:@%, and parameters as {Sid}"
            yield document.at(("paths", path), f"path {path!r} is no template of a URL's path; {said}")
            continue
        shape = re.sub(r"\{[^}]*\}", "{}", path)
        if shape in shapes:
            yield document.at(("paths", path), f"path {path!r} is the same as {shapes[shape]!r}; merge the two")
        shapes.setdefault(shape, path)
        yield from _path_operations(document, path, document.follow(("paths", path), item)[1], names)


def _path_operations(document: Document, path: str, item: Any, names: dict[str, Pointer]) -> Iterator[str]:
    for method in METHODS:
        operation = item.get(method) if isinstance(item, dict) else None
        if not isinstance(operation, dict):
            continue
        name, place = operation.get("operationId"), ("paths", path, method)
        if isinstance(name, str) and name in names:
            first = document.line(names[name])
            message = f"operationId {name!r} is used already, on line {first}; rename one"
            yield document.at((*place, "operationId"), message)
        elif isinstance(name, str):
            names[name] = (*place, "operationId")
        described = set[str]()
        for within, of in ((place, operation), (place[:2], item)):
            seen = set[tuple[str, str]]()
            raw = of.get("parameters")
            for index, each in enumerate(raw if isinstance(raw, list) else ()):
                parameter = document.follow((*within, "parameters", index), each)[1]
                if not isinstance(parameter, dict):
                    continue
                key = str(parameter.get("in")), str(parameter.get("name"))
                if key in seen:
                    message = f"{document.label(place)}: the {key[0]} parameter {key[1]} is described twice; remove one"
                    yield document.at((*within, "parameters", index), message)
                seen.add(key)
            described |= {name for location, name in seen if location == "path"}
        written = re.findall(r"\{([^}]*)\}", path)
        if sorted(written) != sorted(described):
            both = f"{', '.join(written) or 'no parameter'}, and described are {', '.join(described) or 'none'}"
            yield document.at(place, f"{document.label(place)}: path parameters do not match: the path has {both}")


def _specification(document: Document) -> Iterator[str]:
    version = document.data.get("openapi")
    validator = VALIDATORS.get(version[:3]) if isinstance(version, str) else None
    if validator is None:
        yield document.at(("openapi",), f"openapi: {version!r} is not 3.0 or 3.1")
        return
    try:
        causes = [deepest(error) for error in validator(document.data).iter_errors()]
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
