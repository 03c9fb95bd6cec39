"""The OpenAPI document: its data, the line of each of its parts, and what is wrong with it, said with the place."""

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
from jsonschema.exceptions import ValidationError
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

ROOT = Path(__file__).resolve().parents[2]
FRAGMENT = ROOT / "openapi" / "flex-v1.yaml"
LONGEST = 200  # characters of a message
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
NAMED_BY_USERS = frozenset({"properties", "schemas", "parameters", "examples", "headers", "responses", "requestBodies"})
VALUES_OF_USERS = frozenset({"example", "examples", "default", "const", "enum"})
VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}

LONGEST = 200

Pointer = tuple[str | int, ...]


class FragmentError(Exception):
    """The document is wrong; each argument is one line that says where and how."""


@attrs.frozen
class Document:
    """A parsed document.

    Attributes:
        path: The file it was read from.
        data: What it holds, as JSON does.
        nodes: The same with line numbers.
    """

    path: Path
    data: dict[str, Any]
    nodes: CommentedMap = attrs.field(repr=False)

    def at(self, pointer: Pointer, message: str) -> str:
        """Say a message with the file and the line of a part."""
        return f"{shown(self.path)}:{self.line(pointer)}: {message}"

    def line(self, pointer: Pointer) -> int:
        """Give the line of a part, or of the nearest part around it."""
        node: Any = self.nodes
        line = 0
        for step in pointer:
            if isinstance(node, CommentedMap):
                key = next((key for key in node if str(key) == str(step)), None)
                if key is None:
                    break
                line = node.lc.key(key)[0]
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                key = step
                line = node.lc.item(step)[0]
            else:
                break
            node = node[key]
        return line + 1


def shown(path: Path) -> str:
    """Give a path as people in this repository write it: from its root, with slashes."""
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def read(path: Path) -> Document:
    """Read and check a document.

    Raises:
        FragmentError: It cannot be read, or is no valid OpenAPI 3.0 or 3.1 document.
    """
    document = parse(path)
    wrong = list(_dangling(document)) + list(_repeated(document)) or list(_invalid(document))
    if wrong:
        raise FragmentError(*wrong)
    return document


def parse(path: Path) -> Document:
    """Parse a document, without checking more than that it is one.

    Raises:
        FragmentError: It cannot be read.
    """
    try:
        nodes = YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FragmentError(f"{shown(path)}: {os.strerror(error.errno or 0)}") from error
    except UnicodeDecodeError as error:
        raise FragmentError(f"{shown(path)}: not UTF-8 at byte {error.start}") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        raise FragmentError(f"{shown(path)}:{mark.line + 1 if mark else 1}: YAML error: {said}") from error
    except YAMLError as error:
        raise FragmentError(f"{shown(path)}:1: YAML error: {' '.join(str(error).split())}") from error
    if not isinstance(nodes, CommentedMap):
        raise FragmentError(f"{shown(path)}:1: not an OpenAPI document: no mapping at its top")
    document = Document(path, {}, nodes)
    document.data.update(_plain(document, nodes, ()))
    return document


def walk(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Give every part of a document with its place, examples and other values of users aside."""
    yield pointer, value
    if isinstance(value, dict):
        for key, inner in value.items():
            if (pointer and pointer[-1] in NAMED_BY_USERS) or key not in VALUES_OF_USERS:
                yield from walk(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk(inner, (*pointer, index))


def resolve(document: Document, reference: str) -> Any:
    """Give what a local `$ref` names.

    Raises:
        LookupError: There is no such part.
    """
    value: Any = document.data
    for raw in reference.removeprefix("#").split("/")[1:]:
        step = raw.replace("~1", "/").replace("~0", "~")
        value = value[int(step)] if isinstance(value, list) and step.isdecimal() else value[step]
    return value


def deepest(error: ValidationError) -> ValidationError:
    """Give the error that says most: of alternatives that all fail, why the one does that went furthest."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error


def said(error: ValidationError) -> str:
    """Give an error's message in one line that can be read."""
    line = error.message.splitlines()[0]
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"


def _plain(document: Document, value: Any, pointer: Pointer) -> Any:
    """Turn what the YAML parser gives into what a JSON parser would."""
    if isinstance(value, CommentedMap):
        return {str(key): _plain(document, inner, (*pointer, str(key))) for key, inner in value.items()}
    if isinstance(value, CommentedSeq):
        return [_plain(document, inner, (*pointer, index)) for index, inner in enumerate(value)]
    if isinstance(value, int) and not isinstance(value, bool):
        # ruamel gives booleans with an anchor as integers of a type of their own
        return bool(value) if type(value).__name__ == "ScalarBoolean" else int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool):
        return value
    raise FragmentError(document.at(pointer, f"JSON has no value such as {value}; quote it"))


def _dangling(document: Document) -> Iterator[str]:
    for pointer, value in walk(document.data):
        reference = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(reference, str):
            continue
        place = (*pointer, "$ref")
        if not reference.startswith("#/"):
            yield document.at(place, f"$ref {reference!r} leaves the document; only '#/…' is supported")
            continue
        try:
            resolve(document, reference)
        except (LookupError, TypeError):
            yield document.at(place, f"$ref {reference!r} names nothing in the document")


def _repeated(document: Document) -> Iterator[str]:
    seen: dict[str, Pointer] = {}
    paths = document.data.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            name = operation.get("operationId") if isinstance(operation, dict) else None
            if not isinstance(name, str):
                continue
            place = ("paths", path, method, "operationId")
            if name in seen:
                first = document.line(seen[name])
                yield document.at(place, f"operationId {name!r} is used already, on line {first}")
            seen.setdefault(name, place)


def _invalid(document: Document) -> Iterator[str]:
    version = document.data.get("openapi")
    validator = VALIDATORS.get(version[:3]) if isinstance(version, str) else None
    if validator is None:
        yield document.at(("openapi",), f"openapi: {version!r} is not 3.0 or 3.1")
        return
    causes = [deepest(error) for error in validator(document.data).iter_errors()]
    found = {(_place(document, cause), said(cause)): None for cause in causes}
    placed = {message for place, message in found if place}
    for place, message in found:
        if place or message not in placed:
            yield document.at(place, message)


def _place(document: Document, error: ValidationError) -> Pointer:
    """Find an error's place: openapi-spec-validator gives it from the document's top, or from that of a schema."""
    path: Pointer = tuple(error.absolute_path)
    parts = [((*pointer, *path), _follow(part, path)) for pointer, part in walk(document.data)]
    same = [pointer for pointer, part in parts if part is error.instance]
    same = same or [pointer for pointer, part in parts if part == error.instance]
    return same[0] if len(same) == 1 and path not in same else path


def _follow(value: Any, path: Pointer) -> Any:
    try:
        for step in path:
            value = value[step]
    except (LookupError, TypeError):
        return None
    return value
