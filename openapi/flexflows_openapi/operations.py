"""What an OpenAPI document says of its operations, whatever its spelling: the common form that `drift.py` compares."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from .schemas import DocumentError, Schema, SchemaReader, mapping, sequence

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# OpenAPI has these described elsewhere, and not as parameters.
NO_PARAMETERS = {"header accept", "header content-type", "header authorization"}

Name = tuple[str, str]
"""An operation's method, in capitals, and its path."""


@attrs.frozen
class Parameter:
    """A parameter of an operation."""

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
        security: The ways to prove who is asking.
        deprecated: Whether it is.
        parameters: By place and name, such as `query PageSize`.
        content: The schemas of the body and of the answers, by place and media type: `answer 200`, `application/json`.
    """

    urls: frozenset[str]
    security: frozenset[str]
    deprecated: bool
    parameters: Mapping[str, Parameter]
    content: Mapping[str, Mapping[str, Schema]]


def names(document: Mapping[str, Any]) -> dict[Name, set[Name]]:
    """Give each operation's name, and all that it may be called: the path of a server may hold a part of its own.

    Raises:
        DocumentError: Something in it cannot be understood.
    """
    found = {}
    for (method, path), item, operation in _operations(document):
        served = {urlsplit(url).path for url in _urls(document, path, item, operation)}
        found[method, path] = {(method, re.sub(r"{[^}]*}", "{}", each)) for each in (path, *served)}
    return found


def read(document: Mapping[str, Any], name: Name) -> Operation:
    """Read one operation.

    Raises:
        DocumentError: Something in it cannot be understood.
    """
    schemas = SchemaReader(document)
    item, operation = next((item, operation) for found, item, operation in _operations(document) if found == name)
    answers = mapping(operation.get("responses", {}), "responses")
    content = {f"answer {str(status).upper()}": _content(schemas, answer) for status, answer in answers.items()}
    if "requestBody" in operation:
        content["body"] = _content(schemas, operation["requestBody"])
    return Operation(
        urls=frozenset(_urls(document, name[1], item, operation)),
        security=frozenset(_security(schemas, operation.get("security", document.get("security", [])))),
        deprecated=operation.get("deprecated") is True,
        parameters={**_parameters(schemas, item), **_parameters(schemas, operation)},
        content=content,
    )


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[Name, Mapping[str, Any], Mapping[str, Any]]]:
    schemas = SchemaReader(document)
    for path, raw in mapping(document.get("paths", {}), "paths").items():
        item = schemas.resolve(raw, f"paths, {path}") if str(path).startswith("/") else {}
        for method in METHODS:
            if method in item:
                yield (method.upper(), path), item, mapping(item[method], f"paths, {path}, {method}")


def _urls(
    document: Mapping[str, Any], path: str, item: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[str]:
    servers = next((part["servers"] for part in (operation, item, document) if part.get("servers")), [{"url": "/"}])
    for raw in sequence(servers, "servers"):
        server = mapping(raw, "servers")
        url = str(server.get("url", "/"))
        for name, variable in mapping(server.get("variables", {}), "servers, variables").items():
            url = url.replace(f"{{{name}}}", str(mapping(variable, "servers, variables").get("default")))
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise DocumentError(f"servers: {url!r} is no URL: {error}") from None
        yield parts._replace(netloc=parts.netloc.lower(), path=parts.path.rstrip("/") + path).geturl()


def _security(schemas: SchemaReader, alternatives: Any) -> Iterator[str]:
    components = mapping(schemas.document.get("components", {}), "components")
    schemes = mapping(components.get("securitySchemes", {}), "securitySchemes")
    for alternative in sequence(alternatives, "security"):
        said = [
            _scheme(schemas.resolve(schemes.get(name, {}), f"securitySchemes, {name}"), scopes)
            for name, scopes in mapping(alternative, "security").items()
        ]
        yield " and ".join(sorted(said)) or "none"
    if not alternatives:
        yield "none"


def _scheme(scheme: Mapping[str, Any], scopes: Any) -> str:
    kind = str(scheme.get("type", "an undefined scheme"))
    said = {
        "http": f"HTTP {str(scheme.get('scheme')).lower()}",
        "apiKey": f"API key in {scheme.get('in')} {scheme.get('name')}",
        "oauth2": "OAuth 2",
        "openIdConnect": "OpenID Connect",
        "mutualTLS": "mutual TLS",
    }.get(kind, kind)
    named = ", ".join(sorted(map(str, sequence(scopes, "security"))))
    return f"{said} ({named})" if named else said


def _parameters(schemas: SchemaReader, within: Mapping[str, Any]) -> dict[str, Parameter]:
    found = {}
    for raw in sequence(within.get("parameters", []), "parameters"):
        parameter = schemas.resolve(raw, "parameters")
        where, name = str(parameter.get("in")), str(parameter.get("name"))
        place = f"{where} {name.lower() if where == 'header' else name}"
        content = _content(schemas, parameter)
        schema = next(iter(content.values())) if content else schemas.read(parameter.get("schema", True))
        if parameter.get("deprecated") is True:
            schema = attrs.evolve(schema, notes={**schema.notes, "deprecated": "yes"})
        if place not in NO_PARAMETERS:
            found[place] = Parameter(schema, parameter.get("required") is True, _style(parameter, where))
    return found


def _style(parameter: Mapping[str, Any], where: str) -> str:
    style = str(parameter.get("style", "form" if where in {"query", "cookie"} else "simple"))
    return f"{style}, exploded" if parameter.get("explode", style == "form") else style


def _content(schemas: SchemaReader, raw: Any) -> dict[str, Schema]:
    """Read the schemas of a body, an answer or a parameter by media type."""
    content = mapping(schemas.resolve(raw, "content").get("content", {}), "content")
    return {
        name.partition(";")[0].strip().lower(): schemas.read(mapping(media, "content").get("schema", True))
        for name, media in content.items()
    }
