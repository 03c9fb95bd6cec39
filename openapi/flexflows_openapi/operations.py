"""What an OpenAPI document says of its operations, whatever its spelling: the common form that drift compares."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from .document import METHODS, Document, DocumentError
from .schemas import Reader, Schema, text

# OpenAPI has these described elsewhere, and not as parameters.
NO_PARAMETERS = {"header accept", "header content-type", "header authorization"}

Name = tuple[str, str]
"""An operation's method, in capitals, and its path."""

_READ = {"name", "in", "required", "schema", "content", "style", "explode", "deprecated"}
_MEANINGLESS = {"description", "example", "examples", "summary", "operationId", "tags", "externalDocs"}


@attrs.frozen
class Parameter:
    """A parameter of an operation, or a header of a response."""

    schema: Schema
    required: bool
    style: str

    def __str__(self) -> str:
        return f"{self.schema}, required" if self.required else str(self.schema)


@attrs.frozen
class Operation:
    """An operation.

    Attributes:
        urls: Where it is served.
        security: The ways to authenticate.
        deprecated: Whether it is.
        parameters: By location and name, such as `query PageSize` or `response 200 header Retry-After`.
        content: The schemas of the body and the responses, by place and media type: `response 200`, `application/json`.
        notes: What else is said of it, as text.
    """

    urls: frozenset[str]
    security: frozenset[str]
    deprecated: bool
    parameters: Mapping[str, Parameter]
    content: Mapping[str, Mapping[str, Schema]]
    notes: Mapping[str, str]


def names(document: Document) -> dict[Name, set[Name]]:
    """Return each operation's name, and all that it may be called: the path of a server may hold a part of its own.

    Raises:
        DocumentError: Something in it cannot be understood.
    """
    reader = Reader(document)
    found = {}
    for (method, path), item, operation in _operations(reader):
        served = {urlsplit(url).path for url in _urls(reader, path, item, operation)}
        found[method, path] = {(method, re.sub(r"{[^}]*}", "{}", each)) for each in (path, *served)}
    return found


def read(document: Document, name: Name) -> Operation:
    """Return one operation.

    Raises:
        DocumentError: Something in it cannot be understood.
    """
    reader = Reader(document)
    item, operation = next((item, operation) for found, item, operation in _operations(reader) if found == name)
    parameters = {**_parameters(reader, item), **_parameters(reader, operation)}
    content = {}
    for status, raw in reader.mapping(operation.get("responses", {}), "responses").items():
        place = f"response {str(status).upper()}"
        response = reader.resolve(raw, place)
        content[place] = _content(reader, response)
        for header, described in reader.mapping(response.get("headers", {}), f"{place}, headers").items():
            if f"header {header.lower()}" not in NO_PARAMETERS:
                parameters[f"{place} header {header.lower()}"] = _parameter(reader, described, "header")
    if "requestBody" in operation:
        content["body"] = _content(reader, reader.resolve(operation["requestBody"], "requestBody"))
    return Operation(
        urls=frozenset(_urls(reader, name[1], item, operation)),
        security=frozenset(_security(reader, operation.get("security", document.data.get("security", [])))),
        deprecated=operation.get("deprecated") is True,
        parameters=parameters,
        content=content,
        notes={word: text(operation[word]) for word in ("callbacks",) if operation.get(word)},
    )


def _operations(reader: Reader) -> Iterator[tuple[Name, Mapping[str, Any], Mapping[str, Any]]]:
    for path, raw in reader.mapping(reader.document.data.get("paths", {}), "paths").items():
        if not str(path).startswith("/"):
            continue
        try:
            item = reader.resolve(raw, f"paths, {path}")
        except DocumentError:
            if isinstance(raw, Mapping) and "$ref" in raw:  # what is elsewhere has no operation here
                continue
            raise
        for method in METHODS:
            if method in item:
                yield (method.upper(), path), item, reader.mapping(item[method], f"paths, {path}, {method}")


def _urls(reader: Reader, path: str, item: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[str]:
    levels = (operation, item, reader.document.data)
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


def _parameters(reader: Reader, within: Mapping[str, Any]) -> dict[str, Parameter]:
    found = {}
    for raw in reader.sequence(within.get("parameters", []), "parameters"):
        parameter = reader.resolve(raw, "parameters")
        where, name = str(parameter.get("in")), str(parameter.get("name"))
        place = f"{where} {name.lower() if where == 'header' else name}"
        if place not in NO_PARAMETERS:
            found[place] = _parameter(reader, parameter, where)
    return found


def _parameter(reader: Reader, raw: Any, where: str) -> Parameter:
    parameter = reader.resolve(raw, "parameters")
    content = _content(reader, parameter)
    schema = next(iter(content.values())) if content else reader.schema(parameter.get("schema", True))
    unread = parameter.keys() - _READ - _MEANINGLESS
    notes = {word: text(parameter[word]) for word in unread if not str(word).startswith("x-") and parameter[word]}
    notes |= {"deprecated": "yes"} if parameter.get("deprecated") is True else {}
    style = str(parameter.get("style", "form" if where in {"query", "cookie"} else "simple"))
    style = f"{style}, exploded" if parameter.get("explode", style == "form") else style
    required = parameter.get("required") is True
    return Parameter(attrs.evolve(schema, notes={**schema.notes, **notes}), required, style)


def _content(reader: Reader, within: Mapping[str, Any]) -> dict[str, Schema]:
    """Return the schemas of a body, a response or a parameter by media type."""
    content = reader.mapping(within.get("content", {}), "content")
    return {
        name.partition(";")[0].strip().lower(): reader.schema(reader.mapping(media, "content").get("schema", True))
        for name, media in content.items()
    }
