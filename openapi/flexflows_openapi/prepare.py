"""The preparation of a document for the generator; an unsupported part is refused, with its place.

References to path items, parameters and responses are replaced by their targets, as the generator follows only some of
them. Each schema and operation is marked with its place, so that the generator's errors can be traced back to it.
"""

import copy
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
from openapi_python_client.strings import PythonIdentifier, snake_case

from .document import Document, DocumentError, Pointer, operations_of, parts, shape

MARK = "x-place"
"""The member of a part that has the index of its place in `Prepared.places`."""
PREFIX = "field_"
PAGING = ("PageSize", "Page", "PageToken")
"""The query parameters by which all of Twilio's lists are paged (https://www.twilio.com/docs/usage/twilios-response)."""

COMBINING = ("allOf", "anyOf", "oneOf")

_CONSTRAINTS = {"required", "not", "minProperties", "maxProperties", "description", "title", "$comment"}
_ANNOTATIONS = {
    "description",
    "title",
    "example",
    "examples",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
}
_UNSUPPORTED = ("patternProperties", "dependentSchemas", "if")
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@attrs.frozen
class OperationFacts:
    """Facts about an operation that its template needs and the generator does not provide.

    Attributes:
        pointer: The operation's place.
        server: The server's URL, without the path.
        path: The path as written.
        parameters: Each parameter with its place, by location and name.
        page_size: The bounds of a page's size, `minimum` and `maximum`, if a parameter sets the size.
        paging: The names of the parameters by which a list is paged; the first one sets the page's size.
    """

    pointer: Pointer
    server: str
    path: str
    parameters: Mapping[tuple[str, str], tuple[Pointer, dict[str, Any]]]
    page_size: Mapping[str, int] | None
    paging: tuple[str, ...] = PAGING

    def description(self, parameter: Any, *, is_path: bool) -> Any:
        """Return the description of a parameter, or else of its schema, or else an empty text."""
        _, own = self.parameters["path" if is_path else "query", parameter.name.get_untrusted_value()]
        text = " ".join(str(own.get("description", "")).split())
        return type(parameter.name)(text) if text else parameter.description or type(parameter.name)("")


@attrs.frozen
class Prepared:
    """A document for the generator.

    Attributes:
        document: The document as written.
        data: The document that the generator reads.
        places: The place of each part that has a mark.
        operations: The facts of each operation, by `shape` of its path.
    """

    document: Document
    data: dict[str, Any]
    places: list[Pointer]
    operations: Mapping[str, OperationFacts]

    def facts(self, endpoint: Any) -> OperationFacts:
        """Return the facts of an operation that the generator has parsed."""
        return self.operations[shape(endpoint.path.get_untrusted_value())]

    def place(self, part: Any) -> Pointer | None:
        """Return the place of a part that the generator has parsed."""
        marked = getattr(part, "model_extra", None) or {}
        return self.places[marked[MARK]] if MARK in marked else None


def prepare(document: Document) -> Prepared:
    """Build the document that the generator reads.

    Args:
        document: A valid document.

    Raises:
        DocumentError: It has something that would be lost or wrong in the package; each argument is one line.
    """
    found = [(_facts(document, *each), each[2]) for each in operations_of(document)]
    wrong = [*_texts(document.data, (), document), *_webhooks(document)]
    wrong += [line for facts, operation in found for line in _operation(document, facts, operation)]
    if wrong:
        raise DocumentError(*wrong)
    places: list[Pointer] = []

    def marked(kind: str, pointer: Pointer, value: dict[str, Any]) -> dict[str, Any]:
        value = copy.deepcopy(value)
        _mark(kind, pointer, value, places)
        return value

    data = {name: value for name, value in document.data.items() if name not in {"paths", "components", "webhooks"}}
    data["paths"] = {}
    for facts, operation in found:
        responses = {
            status: marked("response", *document.follow((*facts.pointer, "responses", status), response))
            for status, response in operation.get("responses", {}).items()
        }
        parameters = [marked("parameter", *each) for each in facts.parameters.values()]
        own = {**operation, "parameters": parameters, "responses": responses, MARK: len(places)}
        places.append(facts.pointer)
        data["paths"][facts.path] = {"get": own}
    schemas = {"schemas": document.data.get("components", {}).get("schemas", {})}
    data["components"] = marked("components", ("components",), schemas)
    operations = {shape(facts.path): facts for facts, _ in found}
    schemas_of = [(places[part[MARK]], part) for kind, _, part in parts(data) if kind == "schema" and MARK in part]
    if wrong := list(dict.fromkeys(line for pointer, part in schemas_of for line in _schema(document, pointer, part))):
        raise DocumentError(*wrong)
    return Prepared(document, data, places, operations)


def _facts(
    document: Document, pointer: Pointer, item: Mapping[str, Any], operation: Mapping[str, Any]
) -> OperationFacts:
    found: dict[tuple[str, str], tuple[Pointer, dict[str, Any]]] = {}
    for place, within in ((pointer, operation), (pointer[:2], item)):
        for index, raw in enumerate(within.get("parameters", ())):
            target, parameter = document.follow((*place, "parameters", index), raw)
            found.setdefault((parameter["in"], parameter["name"]), (target, parameter))
    servers = operation.get("servers") or item.get("servers") or document.data.get("servers") or [{"url": "/"}]
    url = str(servers[0]["url"])
    for name, variable in servers[0].get("variables", {}).items():
        url = url.replace(f"{{{name}}}", str(variable["default"]))
    page_size = None
    if ("query", PAGING[0]) in found:
        place, parameter = found["query", PAGING[0]]
        _, schema = document.follow(place, parameter.get("schema", {}))
        page_size = {"minimum": int(schema.get("minimum", 1)), "maximum": int(schema.get("maximum", 1000))}
    return OperationFacts(pointer, url.rstrip("/"), str(pointer[1]), found, page_size)


def _mark(kind: str, pointer: Pointer, value: dict[str, Any], places: list[Pointer]) -> None:
    """Mark each part with its place, and rewrite parts that the generator would lose into equivalent ones."""
    for part_kind, place, part in list(parts(value, kind, pointer)):
        if part_kind not in {"schema", "parameter"}:
            continue
        part[MARK] = len(places)
        places.append(place)
        for word in ("anyOf", "oneOf"):
            if all(_is_constraint(each) for each in part.get(word, ())):
                part.pop(word, None)
        if "properties" in part:
            part["properties"] = {name: {} if each is True else each for name, each in part["properties"].items()}
        combined = [each for each in part.get("allOf", ()) if not each.keys() <= _ANNOTATIONS]
        if combined:
            part["allOf"] = combined
        if part.get("properties") and len(combined) == 1:  # the generator would keep only the combined one
            own = {word: part.pop(word) for word in ("properties", "required") if word in part}
            combined.append({**own, MARK: part[MARK]})
        if None in (part.get("enum") or ()) and len(part["enum"]) > 1:  # the generator would write three enums
            named = place[-2] in {"properties", "schemas"} and {"title": place[-1]}
            enum = {"enum": [each for each in part.pop("enum") if each is not None], MARK: part[MARK], **(named or {})}
            enum |= {word: part.pop(word) for word in ("title", "x-enum-varnames") if word in part}
            part.pop("type", None)
            part["anyOf"] = [enum, {"type": "null"}]


def _is_constraint(schema: Any) -> bool:
    """Return whether a schema has only `required`, and describes no data."""
    return isinstance(schema, dict) and schema.keys() <= _CONSTRAINTS


def _texts(value: Any, pointer: Pointer, document: Document) -> Iterator[str]:
    """Yield an error for each text with characters that make it look different from its content."""
    steps: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        steps = value.items()
        for key in value:
            yield from _text(key, (*pointer, key), document)
    elif isinstance(value, list):
        steps = enumerate(value)
    elif isinstance(value, str):
        yield from _text(value, pointer, document)
    for step, inner in steps:
        yield from _texts(inner, (*pointer, step), document)


def _text(text: str, pointer: Pointer, document: Document) -> Iterator[str]:
    if text.isprintable():
        return
    for char in text:
        if char in _BIDIRECTIONAL or (unicodedata.category(char) == "Cc" and char not in "\t\n\r"):
            yield document.at(pointer, f"{text[:60]!a} has the control character U+{ord(char):04X}; remove it")
            return


def _webhooks(document: Document) -> Iterator[str]:
    if document.data.get("webhooks"):
        yield document.at(("webhooks",), "webhooks are not supported, since the API sends them; remove them")


def _operation(document: Document, facts: OperationFacts, operation: Mapping[str, Any]) -> Iterator[str]:
    name = document.label(facts.pointer)
    if facts.pointer[2] != "get":
        yield document.at(facts.pointer, f"{name}: only GET is supported; remove the operation")
    for word in ("requestBody", "callbacks"):
        if word in operation:
            yield document.at((*facts.pointer, word), f"{name}: {word} is not supported; remove it")
    for (location, parameter), (place, raw) in facts.parameters.items():
        for reason in _parameter(document, place, location, raw):
            yield document.at(place, f"{name}, {location} parameter {parameter}: {reason}")


def _parameter(document: Document, place: Pointer, location: str, raw: Mapping[str, Any]) -> Iterator[str]:
    style = raw.get("style", {"query": "form", "path": "simple"}.get(location))
    if location not in {"query", "path"}:
        yield f"a {location} parameter is not supported, only query and path are; remove it"
    elif style != {"query": "form", "path": "simple"}[location]:
        yield f"style {style} is not supported; remove it"
    elif location == "query" and raw.get("explode") is False:
        yield "explode: false is not supported; remove it"
    elif raw.get("allowReserved"):
        yield "allowReserved is not supported; remove it"
    elif "schema" not in raw:
        yield "content is not supported; describe the parameter by a schema"
    elif any(_has_properties(part) for _, part in made_up_of(document, (*place, "schema"), raw["schema"], *COMBINING)):
        yield "an object is not supported; describe a string, a number, a boolean, or an array of those"


def made_up_of(
    document: Document, pointer: Pointer, schema: Any, *words: str
) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield a schema, the target of its reference, and the schemas that it combines by some keywords."""
    pointer, schema = document.follow(pointer, schema)
    if isinstance(schema, dict):
        yield pointer, schema
        for word in words:
            for index, inner in enumerate(schema.get(word, ())):
                yield from made_up_of(document, (*pointer, word, index), inner, *words)


def _has_properties(schema: Mapping[str, Any]) -> bool:
    types = schema.get("type")
    return bool(schema.get("properties")) or "object" in (types if isinstance(types, list) else [types])


def _shared_names(names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield two names and the identifier that both would have, by the generator's rules or by Python's (NFKC)."""
    seen: dict[str, str] = {}
    for name in names:
        usual = PythonIdentifier(name, PREFIX)
        other = seen.setdefault(unicodedata.normalize("NFKC", usual), name)
        # The generator uses the raw names if it notices that two identifiers are equal.
        if other != name and (PythonIdentifier(other, PREFIX) != usual or _raw(other) == _raw(name)):
            yield other, name, usual


def _raw(name: str) -> str:
    return unicodedata.normalize("NFKC", PythonIdentifier(name, PREFIX, skip_snake_case=True))


def _schema(document: Document, pointer: Pointer, schema: Mapping[str, Any]) -> Iterator[str]:
    name = document.label(pointer)
    for word in _UNSUPPORTED:
        if schema.get(word):
            yield document.at((*pointer, word), f"{name}: {word} is not supported; remove it")
    for index, raw in enumerate(schema.get("allOf", ())):
        place, part = document.follow((*pointer, "allOf", index), raw)
        types = part.get("type", "object")
        alternatives = any(word in part and not all(map(_is_constraint, part[word])) for word in ("anyOf", "oneOf"))
        if "$ref" not in raw and (alternatives or types not in ("object", ["object"], ["object", "null"])):
            message = "allOf combines objects, and this part is not an object; write it without allOf"
            yield document.at(place, f"{name}: {message}")
    for value in [*(schema.get("enum") or []), schema.get("const")]:
        if isinstance(value, str) and any(_is_dropped(c) for c in value):
            message = f"the value {value!a} has an invisible character, which would be lost; remove it"
            yield document.at(pointer, f"{name}: {message}")
    if isinstance(schema.get("enum"), list):
        yield from (document.at((*pointer, "enum"), f"{name}: {reason}") for reason in _enum(schema))
    for one, other, python_name in _shared_names(schema.get("properties", ())):
        message = f"the properties {one} and {other} would both be {python_name}; rename one"
        yield document.at((*pointer, "properties", other), f"{name}: {message}")


def _is_dropped(character: str) -> bool:
    """Return whether the generator leaves a character out of a string."""
    category = unicodedata.category(character)
    return category in {"Zl", "Zp"} or (category.startswith("C") and character not in "\b\t\f")


def _enum(schema: Mapping[str, Any]) -> Iterator[str]:
    values = [value for value in schema["enum"] if value is not None]
    kinds = {type(value).__name__ for value in values}
    if not values and "null" not in str(schema.get("type", "null")):
        yield "the enum has no value; add a value, or remove the enum"
    if len(kinds) > 1 or not kinds <= {"str", "int", "bool"}:
        yield f"the enum has values of types {', '.join(sorted(kinds))}; it may have strings or integers, not both"
        return
    if len(set(values)) < len(values):
        twice = sorted({str(value) for value in values if values.count(value) > 1})
        yield f"the enum has a value twice: {', '.join(twice)}; remove one"
        return
    if kinds == {"bool"}:
        if set(values) != {True, False}:
            yield "an enum of booleans is not supported; write type: boolean, or const"
        return
    names: dict[str, Any] = {}
    given = schema.get("x-enum-varnames", [])
    remedy = "name the members by x-enum-varnames"
    for index, value in enumerate(values):
        member = _member(value, index, given if len(given) == len(values) else ())
        if not member.isidentifier():
            yield f"the value {value!r} would be the member {member!r}, which is not a name in Python; {remedy}"
        if names.setdefault(member, value) != value:
            yield f"the values {names[member]!r} and {value!r} would both be {member}; {remedy}"


def _member(value: str | int, index: int, given: Any) -> str:
    """Return the name that the generator gives to a member."""
    if given:
        return unicodedata.normalize("NFKC", snake_case(str(given[index])).upper())
    if isinstance(value, int):
        return f"VALUE_NEGATIVE_{-value}" if value < 0 else f"VALUE_{value}"
    key = value.upper() if value[:1].isalpha() else f"VALUE_{index}"
    return unicodedata.normalize("NFKC", snake_case(key).upper())
