"""The OpenAPI document: read from JSON or YAML, with the line of each of its parts."""

import gzip
import io
import json
import math
import os
import re
import time
from bisect import bisect
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import attrs
import httpx
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

ROOT = Path(__file__).resolve().parents[2]
FRAGMENT = ROOT / "openapi" / "flex-v1.yaml"
TIMEOUT = 15.0
"""The most seconds for fetching a document from a URL."""
MAX_BYTES = 50_000_000
MAX_NODES = 500_000
"""Far more than any API has; without a limit, aliases that multiply would never end."""

Pointer = tuple[str | int, ...]

_OTHER_FORMATS = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"\xff\xfe": "UTF-16, not UTF-8",
    b"\xfe\xff": "UTF-16, not UTF-8",
}
_TOKEN = re.compile(r'[{}\[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s{}\[\],:"]+')
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_YAML_BREAKS = re.compile("[\x85\u2028\u2029]")
_TAG = "tag:yaml.org,2002:"


class DocumentError(Exception):
    """The document cannot be used; each argument is one line with the place and the reason."""


@attrs.frozen
class Document:
    """A parsed document.

    Attributes:
        name: Its file or URL, as messages show it.
        data: Its content as decoded JSON.
        lines: The line of each part, by its place.
    """

    name: str
    data: dict[str, Any]
    lines: Mapping[Pointer, int] = attrs.field(repr=False)

    def at(self, pointer: Pointer, message: str) -> str:
        """Return a message with the file, and the line of a part or of the nearest part around it."""
        return f"{self.name}:{self.line(pointer)}: {message}"

    def line(self, pointer: Pointer) -> int:
        """Return the line of a part, or of the nearest part around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer[:-1]
        return self.lines.get(pointer, 1)

    def label(self, pointer: Pointer) -> str:
        """Return a readable name of a part: its operation or schema, and the names on the way to it."""
        names: list[str] = []
        for index, (step, value) in enumerate(self._walk(pointer)):
            if pointer[0] == "paths" and index == len(("paths", "path")) and step in METHODS:
                names = [f"{str(step).upper()} {pointer[1]}"]
            elif pointer[0] == "paths" and index == 1:
                names = [str(step)]
            elif index and str(pointer[index - 1]) in _NOUNS:
                name = value.get("name", step) if isinstance(value, dict) and isinstance(step, int) else step
                names.append(f"{_NOUNS[str(pointer[index - 1])]} {name}")
        return ", ".join(names) or "the document"

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a place, following references on the way."""
        *_, (_, value) = self._walk(pointer)
        return value

    def _walk(self, pointer: Pointer) -> Iterator[tuple[str | int, Any]]:
        value: Any = self.data
        for index, step in enumerate(pointer):
            if not isinstance(value, list) and step not in value:
                value = self.follow(pointer[:index], value)[1]
            value = value[step]
            yield step, value

    def resolve(self, reference: Any) -> tuple[Pointer, Any]:
        """Return the place and the value that a `$ref` names: in this document, by a path or an anchor.

        Raises:
            LookupError: The document has no such place; the error's text is the reason.
        """
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise LookupError(f"$ref {reference!r} leaves the document, and only the document is read")
        pointer: Pointer = ()
        value: Any = self.data
        try:
            if not reference.startswith("#/"):
                anchored = (part[1:] for part in parts(value) if part[2].get("$anchor", "") == reference[1:])
                return next(anchored)
            for raw in unquote(reference).split("/")[1:]:
                step: str | int = raw.replace("~1", "/").replace("~0", "~")
                step = int(step) if isinstance(value, list) else step
                value = value[step]
                pointer = (*pointer, step)
        except (LookupError, TypeError, ValueError, StopIteration):
            raise LookupError(f"$ref {reference!r} names nothing in the document") from None
        return pointer, value

    def follow(self, pointer: Pointer, value: Any) -> tuple[Pointer, Any]:
        """Return the target of a reference, through any number of references; any other value unchanged.

        Raises:
            LookupError: A reference names nothing in the document, or leads back to itself.
        """
        seen: list[Any] = []
        while isinstance(value, dict) and "$ref" in value:
            if value["$ref"] in seen:
                raise LookupError("its $ref leads back to itself")
            seen.append(value["$ref"])
            pointer, value = self.resolve(value["$ref"])
        return pointer, value


def shown(path: Path) -> str:
    """Return a path as messages show it: relative to the repository, with slashes."""
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def load(source: str | Path) -> Document:
    """Read a document from a file, a `file:` URL or an HTTP URL.

    Raises:
        DocumentError: It cannot be read, or is neither JSON nor YAML with an object at its top.
    """
    url = str(source) if isinstance(source, str) and re.match("(https?|file):", source) else ""
    path = Path(url2pathname(urlsplit(url).path) if url.startswith("file:") else source)
    name = url or shown(path)
    try:
        content = _fetch(url) if url.startswith("http") else path.read_bytes()
        return parse(content, name)
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise DocumentError(f"{name}: {reason}") from error
    except RecursionError:
        raise DocumentError(f"{name}: nested too deeply to read") from None


def parse(content: bytes, name: str) -> Document:
    """Parse JSON or YAML.

    Args:
        content: UTF-8, with or without a byte order mark; or gzip of it.
        name: The document's name in messages.

    Raises:
        DocumentError: It is neither JSON nor YAML, has no object at its top, or has a value that JSON does not have.
    """
    text = _decode(content, name)
    try:
        json.loads(text, parse_int=float)
    except ValueError as error:
        if isinstance(error, json.JSONDecodeError) and name.endswith(".json"):
            raise DocumentError(f"{name}:{error.lineno}: not JSON: {error.msg}") from None
        node = _yaml_node(text, name)
    else:
        node = _json_node(text)
    builder = _Builder(name)
    data = None if node is None else builder.build(node, ())
    if not isinstance(data, dict):
        raise DocumentError(f"{name}:1: not an OpenAPI document: it has no object at its top")
    return Document(name, data, builder.lines)


def _fetch(url: str) -> bytes:
    deadline = time.monotonic() + TIMEOUT
    late = f"no complete response within {TIMEOUT:g} s"
    try:
        with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=True) as response:
            if not response.is_success:
                raise ValueError(f"the server responds {response.status_code} {response.reason_phrase}")
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > MAX_BYTES:
                    raise ValueError(f"larger than {MAX_BYTES // 1_000_000} MB")
                if time.monotonic() > deadline:
                    raise ValueError(late)
            return bytes(content)
    except httpx.TimeoutException:
        raise ValueError(late) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ValueError(f"cannot be fetched: {error}") from None


def _decode(content: bytes, name: str) -> str:
    if content.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(content)) as file:
                content = file.read(MAX_BYTES + 1)
        except (OSError, EOFError) as error:
            raise DocumentError(f"{name}: compressed with gzip, and damaged: {error}") from None
    other = next((kind for magic, kind in _OTHER_FORMATS.items() if content.startswith(magic)), None)
    if other:
        raise DocumentError(f"{name}: {other}; convert it to JSON or YAML first")
    if len(content) > MAX_BYTES:
        raise DocumentError(f"{name}: larger than {MAX_BYTES // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"{name}:{line}: not UTF-8 at byte {error.start}") from None
    if text.lstrip().startswith("<"):
        raise DocumentError(f"{name}:1: HTML or XML, neither JSON nor YAML; name the raw file")
    return text


def _yaml_node(text: str, name: str) -> Node | None:
    def fail(line: int, message: object) -> DocumentError:
        return DocumentError(f"{name}:{line}: neither JSON nor YAML: {' '.join(str(message).split())}")

    if found := _YAML_BREAKS.search(text):  # YAML's parser reads these as the end of a line
        escaped = f"\\u{ord(found[0]):04x}"
        raise fail(_line(text, found.start()), f'the character {escaped} ends a line; write "{escaped}"')
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = ", ".join(part for part in (error.context, error.problem) if part)
        raise fail(mark.line + 1 if mark else 1, problem) from None
    except YAMLError as error:
        raise fail(_line(text, getattr(error, "position", 0)), str(error).splitlines()[0]) from None
    except (ValueError, OverflowError) as error:  # such as an escape beyond Unicode
        raise fail(1, error) from None
    return node


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _json_node(text: str) -> Node:
    """Build the nodes of a valid JSON text, as the YAML parser builds those of YAML."""
    ends = [found.start() for found in re.finditer("\n", text)]
    tokens = ((found[0], SimpleNamespace(line=bisect(ends, found.start()))) for found in _TOKEN.finditer(text))

    def value(piece: str, mark: Any) -> Node:
        if piece == "{":
            pairs = [(value(*key), (next(tokens), value(*next(tokens)))[1]) for key in items("}")]
            return MappingNode(f"{_TAG}map", pairs, mark)
        if piece == "[":
            return SequenceNode(f"{_TAG}seq", [value(*item) for item in items("]")], mark)
        if piece.startswith('"'):
            return ScalarNode(f"{_TAG}str", json.loads(piece), mark)
        kind = {"null": "null", "true": "bool", "false": "bool"}.get(piece, "float")
        return ScalarNode(f"{_TAG}{kind}", piece, mark)

    def items(end: str) -> Iterator[tuple[str, Any]]:
        for piece, mark in tokens:
            if piece == end:
                return
            if piece != ",":
                yield piece, mark

    return value(*next(tokens))


@attrs.define
class _Builder:
    """Builder of the values that a JSON parser would return; it refuses values that JSON does not have."""

    name: str
    lines: dict[Pointer, int] = attrs.field(factory=dict)
    count: int = 0
    open: set[int] = attrs.field(factory=set)

    def build(self, node: Node, pointer: Pointer) -> Any:
        self.count += 1
        if self.count > MAX_NODES or id(node) in self.open:
            what = "an alias that contains itself" if id(node) in self.open else f"more than {MAX_NODES} values"
            raise self.error(node, what)
        if isinstance(node, ScalarNode):
            return self.scalar(node)
        self.open.add(id(node))
        if isinstance(node, MappingNode):
            value: Any = self.members(node, pointer)
        else:
            value = [self.member(item, item, (*pointer, index)) for index, item in enumerate(node.value)]
        self.open.remove(id(node))
        return value

    def members(self, node: MappingNode, pointer: Pointer) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == f"{_TAG}merge":
                for part in reversed(value.value if isinstance(value, SequenceNode) else [value]):
                    if not isinstance(part, MappingNode):
                        raise self.error(value, "<< merges only objects; name an object")
                    merged |= self.members(part, pointer)
        own: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == f"{_TAG}merge":
                continue
            if not isinstance(key, ScalarNode):
                raise self.error(key, "a key that is a list or an object; write a string")
            name = self.text(key)
            if name in own:
                first = self.lines[(*pointer, name)]
                raise self.error(key, f"duplicate key {name!r}, first on line {first}; remove one")
            own[name] = self.member(key, value, (*pointer, name))
        return {**merged, **own}

    def member(self, at: Node, node: Node, pointer: Pointer) -> Any:
        self.lines[pointer] = at.start_mark.line + 1
        return self.build(node, pointer)

    def scalar(self, node: ScalarNode) -> Any:
        kind = str(node.tag).removeprefix(_TAG)
        if kind == "str":
            return self.text(node)
        if kind == "null":
            return None
        if kind == "bool" and node.value.lower() in {"true", "false"}:
            return node.value.lower() == "true"
        if kind in {"int", "float"} and _NUMBER.fullmatch(node.value):
            try:
                number = json.loads(node.value)
            except ValueError:  # Python limits how many digits it reads
                number = math.inf
            if math.isfinite(number):
                return number
        raise self.error(node, f"JSON has no value such as {node.value[:60]}; quote it")

    def text(self, node: ScalarNode) -> str:
        """Join each surrogate pair, which JSON writes as two escapes, into one character."""
        try:
            return str(node.value).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise self.error(node, f"{node.value!a} has half of a surrogate pair; write both halves") from None

    def error(self, node: Node, message: str) -> DocumentError:
        return DocumentError(f"{self.name}:{node.start_mark.line + 1}: {message}")


_NOUNS = {"schemas": "schema", "properties": "property", "parameters": "parameter", "responses": "response"}
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PARTS = {
    "schema": "schema items additionalProperties unevaluatedProperties unevaluatedItems not if then else contains",
    "schema *": "schemas properties patternProperties dependentSchemas $defs allOf anyOf oneOf prefixItems",
    "parameter *": "parameters",
    "header *": "headers",
    "response *": "responses",
    "body": "requestBody",
    "body *": "requestBodies",
    "media *": "content",
    "encoding *": "encoding",
    "example *": "examples",
    "link *": "links",
    "callback *": "callbacks",
    "path *": "paths pathItems webhooks",
    "operation": " ".join(METHODS),
    "components": "components",
}
_KINDS = {key: kind for kind, keys in _PARTS.items() for key in keys.split()}
"""The kind of the part under a key; `*`: of each part of a list or an object."""


def parts(value: Any, kind: str = "document", pointer: Pointer = ()) -> Iterator[tuple[str, Pointer, dict[str, Any]]]:
    """Yield each part of a document that is an object: its kind, its place and itself."""
    if not isinstance(value, dict):
        return
    yield kind, pointer, value
    if kind in {"example", "link"}:
        return
    for key, inner in value.items():
        if (kind, key) == ("schema", "examples"):
            continue
        inner_kind = "path" if kind == "callback" else _KINDS.get(key, "")
        if inner_kind.endswith("*"):
            steps = enumerate(inner) if isinstance(inner, list) else inner.items() if isinstance(inner, dict) else ()
            for step, each in steps:
                yield from parts(each, inner_kind.removesuffix(" *"), (*pointer, key, step))
        elif inner_kind:
            yield from parts(inner, inner_kind, (*pointer, key))


def operations_of(document: Document) -> Iterator[tuple[Pointer, dict[str, Any], dict[str, Any]]]:
    """Yield the place, the path item and the content of each operation of a valid document."""
    for path, raw in document.data.get("paths", {}).items():
        if not path.startswith("x-"):
            _, item = document.follow(("paths", path), raw)
            item = {**item, **{key: value for key, value in raw.items() if key != "$ref"}}
            for method in METHODS:
                if method in item:
                    yield ("paths", path, method), item, item[method]


def shape(path: str) -> str:
    """Return a path without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)
