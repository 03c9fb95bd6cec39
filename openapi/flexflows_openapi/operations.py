"""The operations of an OpenAPI document in the normal form that drift compares."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import attrs

from .differences import Facts
from .document import METHODS, Document, DocumentError, shape
from .schemas import Reader, Schema, text

# OpenAPI ignores parameters of these names; it describes these headers elsewhere.
NO_PARAMETERS = {"header accept", "header content-type", "header authorization"}

Name = tuple[str, str]
"""An operation's method, in capitals, and its path."""

_READ = {"name", "in", "required", "schema", "content", "style", "explode", "deprecated"}
_MEANINGLESS = {"description", "example", "examples", "summary", "operationId", "tags", "externalDocs"}


def names(document: Document) -> dict[Name, set[Name]]:
    """Return each operation's equivalent names: a part of its path may be in the URL of a server."""
    reader = Reader(document)
    found = {}
    for (method, path), item, operation in _operations(reader):
        calls = {path}
        with suppress(DocumentError):  # a mistake in an operation is raised when it is read
            calls |= {urlsplit(url).path for url in _urls(reader, path, item, operation)}
        found[method, path] = {(method, shape(call)) for call in calls}
    return found


def read(document: Document, name: Name) -> Facts:
    """Return one operation in the form that is compared.

    Raises:
        DocumentError: A part of it is invalid.
    """
    reader = Reader(document)
    raw, raw_operation = next((item, operation) for found, item, operation in _operations(reader) if found == name)
    item, operation = reader.resolve(raw, name[1]), reader.mapping(raw_operation, " ".join(name))
    security = operation.get("security", document.data.get("security", []))
    own = {
        "server": ", ".join(sorted(set(_urls(reader, name[1], item, operation)))),
        "security": ", ".join(sorted(set(_security(reader, security)))),
        "deprecated": _yes(operation.get("deprecated")),
    }
    own |= {"callbacks": text(operation["callbacks"])} if operation.get("callbacks") else {}
    parameters = {**_parameters(reader, item), **_parameters(reader, operation)}
    content = {}
    for status, raw_response in reader.mapping(operation.get("responses", {}), "responses").items():
        place = f"response {str(status).upper()}"
        response = reader.resolve(raw_response, place)
        content[place] = _content_facts(reader, response, place)
        own |= {f"{place} links": text(response["links"])} if response.get("links") else {}
        for header, described in reader.mapping(response.get("headers", {}), f"{place}, headers").items():
            if f"header {header.lower()}" not in NO_PARAMETERS:
                where = f"{place} header {header.lower()}"
                parameters[where] = _parameter(reader, described, where)
    if "requestBody" in operation:
        body = reader.resolve(operation["requestBody"], "requestBody")
        content["body"] = _content_facts(reader, body, "body")
        own |= {"body required": "yes"} if body.get("required") is True else {}
    return Facts("operation", own=own, parts=parameters | content)


def _operations(reader: Reader) -> Iterator[tuple[Name, Mapping[str, Any], Mapping[str, Any]]]:
    for path, raw in reader.mapping(reader.document.data.get("paths", {}), "paths").items():
        item = raw
        with suppress(DocumentError):  # `read` refuses it
            item = reader.resolve(raw, path)
        found = [method for method in METHODS if isinstance(item, Mapping) and method in item]
        if str(path).startswith("/"):
            # A reference that cannot be resolved stands for the fragment's method.
            for method in found or (["get"] if isinstance(raw, Mapping) and "$ref" in raw else []):
                yield (method.upper(), path), item, item.get(method, item)


def _urls(reader: Reader, path: str, item: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[str]:
    levels = [reader.mapping(level, path) for level in (operation, item, reader.document.data)]
    servers = next((level["servers"] for level in levels if level.get("servers")), [{"url": "/"}])
    for raw in reader.sequence(servers, "servers"):
        server = reader.mapping(raw, "servers")
        url = str(server.get("url", "/"))
        for name, variable in reader.mapping(server.get("variables", {}), "servers, variables").items():
            url = url.replace(f"{{{name}}}", str(reader.mapping(variable, "servers, variables").get("default")))
        try:
            split = urlsplit(url)
        except ValueError as error:
            raise reader.error(f"servers: {url!r} is not a URL: {error}") from None
        yield split._replace(netloc=split.netloc.lower(), path=split.path.rstrip("/") + path).geturl()


def _security(reader: Reader, alternatives: Any) -> Iterator[str]:
    components = reader.mapping(reader.document.data.get("components", {}), "components")
    schemes = reader.mapping(components.get("securitySchemes", {}), "securitySchemes")
    for alternative in reader.sequence(alternatives, "security"):
        together = []
        for name, scopes in reader.mapping(alternative, "security").items():
            scheme = reader.resolve(schemes.get(name, {}), f"securitySchemes, {name}")
            together.append(_scheme(scheme, sorted(map(str, reader.sequence(scopes, "security")))))
        yield " and ".join(sorted(together)) or "none"
    if not alternatives:
        yield "none"


def _scheme(scheme: Mapping[str, Any], scopes: list[str]) -> str:
    kind = str(scheme.get("type", "an undefined scheme"))
    label = {
        "http": f"HTTP {str(scheme.get('scheme')).lower()}",
        "apiKey": f"API key in {scheme.get('in')} {scheme.get('name')}",
        "oauth2": "OAuth 2",
        "openIdConnect": "OpenID Connect",
        "mutualTLS": "mutual TLS",
    }.get(kind, kind)
    return f"{label} ({', '.join(scopes)})" if scopes else label


def _parameters(reader: Reader, within: Mapping[str, Any]) -> dict[str, Facts]:
    found = {}
    for raw in reader.sequence(within.get("parameters", []), "parameters"):
        parameter = reader.resolve(raw, "parameters")
        where, name = str(parameter.get("in")), str(parameter.get("name"))
        place = f"{where} {name.lower() if where == 'header' else name}"
        if place not in NO_PARAMETERS:
            found[place] = _parameter(reader, parameter, place)
    return found


def _parameter(reader: Reader, raw: Any, place: str) -> Facts:
    """Return a parameter of an operation, or a header of a response."""
    parameter = reader.resolve(raw, "parameters")
    content = _content(reader, parameter)
    schema = next(iter(content.values())) if content else reader.schema(parameter.get("schema", True))
    unread = parameter.keys() - _READ - _MEANINGLESS
    notes = {word: text(parameter[word]) for word in unread if not str(word).startswith("x-") and parameter[word]}
    notes |= {"deprecated": "yes"} if parameter.get("deprecated") is True else {}
    style = str(parameter.get("style", "form" if place.startswith(("query", "cookie")) else "simple"))
    kinds = schema.kinds
    if kinds and parameter.get("explode", style == "form") is not (style == "form"):
        several = kinds.keys() & {"array", "object"}  # one value is never exploded
        kinds = {**kinds, **{kind: {**kinds[kind], "explode": _yes(parameter["explode"])} for kind in several}}
    schema = attrs.evolve(schema, kinds=kinds, notes={**schema.notes, **notes})
    required = _yes(parameter.get("required"))
    noun = "header" if " header " in place else "parameter"
    facts = schema.facts(place, noun, required=required, style=style)
    return attrs.evolve(facts, label=f"{schema}, required") if required == "yes" else facts


def _content(reader: Reader, within: Mapping[str, Any]) -> dict[str, Schema]:
    """Return the schemas of a body, a response or a parameter by media type."""
    found = {}
    for name, raw in reader.mapping(within.get("content", {}), "content").items():
        media = reader.mapping(raw, "content")
        schema = reader.schema(media.get("schema", True))
        notes = {"encoding": text(media["encoding"])} if media.get("encoding") else {}
        found[name.partition(";")[0].strip().lower()] = attrs.evolve(schema, notes={**schema.notes, **notes})
    return found


def _content_facts(reader: Reader, within: Mapping[str, Any], place: str) -> Facts:
    """Return a body or a response; the attributes of the usual response need no prefix."""
    parts = {}
    for name, schema in _content(reader, within).items():
        prefix = "" if (place, name) == ("response 200", "application/json") else f"{place} ({name}) "
        parts[name] = Facts(place, "media type", name, parts={"schema": schema.facts(prefix)})
    return Facts(place, place.partition(" ")[0], parts=parts)


def _yes(value: Any) -> str:
    return "yes" if value is True else "no"
