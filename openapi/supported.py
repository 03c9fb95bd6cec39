"""Refuse documents that are wrong, or that have what the templates cannot turn into a package."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

from jsonschema.exceptions import SchemaError
from openapi_python_client.strings import PythonIdentifier
from openapi_schema_validator import OAS30Validator, OAS31Validator
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from document import COMBINATIONS, Document, Part, Pointer

PAGING = ("PageSize", "Page", "PageToken")
"""The parameters by which all of Twilio's lists are paged (https://www.twilio.com/docs/usage/twilios-response)."""
METHODS = {"put", "post", "delete", "options", "head", "patch", "trace"}
KEYWORDS = ("patternProperties", "dependentSchemas", "if", "prefixItems", "unevaluatedProperties", "$dynamicRef")
"""Keywords of schemas that the templates do not know."""


def check(document: Document) -> None:
    """Raise an error for the first part of a document that is wrong or not supported."""
    for path in document.paths:
        if "{" in path or "}" in path:
            raise document.error(("paths", path), "path parameters are not supported")
    schemas: list[Part] = []
    with contextlib.suppress(AttributeError, KeyError, TypeError):  # the validators describe better what is no schema
        schemas.extend(all_schemas(document))
    validate(document, schemas)
    if "webhooks" in document.data:
        raise document.error(("webhooks",), "webhooks are not supported")
    if not document.paths:
        raise document.error(("paths",), "the document has no path")
    for path in document.paths:
        check_operation(document, path)
    for part in schemas:
        check_schema(document, part)


def validate(document: Document, schemas: list[Part]) -> None:
    """Raise an error for what OpenAPI does not allow; first in each schema, where the line of a mistake is known."""
    release = str(document.data.get("openapi"))
    if not re.fullmatch(r"3\.[01]\.\d+", release):
        raise document.error(("openapi",), f"{release} is not OpenAPI 3.0 or 3.1")
    is_30 = release.startswith("3.0")
    for schema, pointer in schemas:
        try:
            (OAS30Validator if is_30 else OAS31Validator).check_schema(schema)
        except SchemaError as mistake:
            raise document.error((*pointer, *mistake.absolute_path), mistake.message[:200]) from mistake
    for error in (OpenAPIV30SpecValidator if is_30 else OpenAPIV31SpecValidator)(document.data).iter_errors():
        named = [("paths", path) for path in document.paths if repr(path) in error.message]
        raise document.error(tuple(error.absolute_path) or (*named, ())[0], error.message[:200])


def check_operation(document: Document, path: str) -> None:
    """Raise an error for what is not supported of a path."""
    item, pointer = document.target(document.data["paths"][path], ("paths", path))
    for method in sorted(item.keys() & METHODS):
        raise document.error((*pointer, method), f"{method} is not supported, only get is")
    operation, pointer = document.operation(path)
    for keyword in sorted(operation.keys() & {"requestBody", "callbacks"}):
        raise document.error((*pointer, keyword), f"{keyword} is not supported")
    if not re.fullmatch(r"https://[\w.-]+(:\d{1,5})?", document.server(path), re.ASCII):
        raise document.error(
            pointer, f"the server {document.server(path)} is not an https origin, such as https://host"
        )
    for name, (parameter, where) in document.parameters(path).items():
        if parameter["in"] != "query" or "schema" not in parameter or parameter.get("style", "form") != "form":
            raise document.error(where, f"{name} is not a plain parameter of the query")
        if parameter.get("explode") is False or parameter.get("allowReserved"):
            raise document.error(where, f"{name}: explode: false and allowReserved are not supported")
    if "schema" not in document.media(path)[0]:
        raise document.error((*pointer, "responses"), "no schema of a JSON body for the status 200")


def check_schema(document: Document, part: Part) -> None:
    """Raise an error for what is not supported of a schema."""
    schema, pointer = part
    for keyword in sorted(schema.keys() & set(KEYWORDS)):
        raise document.error((*pointer, keyword), f"{keyword} is not supported")
    if "$ref" in schema and schema.keys() & {"properties", "items", "enum", *COMBINATIONS}:
        raise document.error(pointer, "a $ref beside a schema is not supported; combine them by allOf")
    for keyword in ("anyOf", "oneOf"):
        inner = [each for one in schema.get(keyword, ()) for each, _ in document.combined((one, pointer))]
        if sum("properties" in each or each.get("type") == "object" for each in inner) > 1:
            raise document.error(pointer, "a union of several objects is not supported")
    check_names(document, part)
    values = [value for value in schema.get("enum", ()) if value is not None]
    if "enum" in schema and ({type(value) for value in values} not in ({str}, {int}, {bool})):
        raise document.error((*pointer, "enum"), "the values of an enum must be strings, or all of them integers")
    if "enum" in schema and len({normalize("NFKC", str(value)).upper() for value in values}) < len(values):
        raise document.error((*pointer, "enum"), "two values would be one member of the enum in Python")


def check_names(document: Document, part: Part) -> None:
    """Raise an error for a required name without its property, and for properties that would be one attribute."""
    _, pointer = part
    combined = list(document.combined(part))
    required = {name for each, _ in combined for name in each.get("required", ())}
    properties = {name: (*where, "properties", name) for each, where in combined for name in each.get("properties", ())}
    for name in sorted(required - properties.keys()):
        if not any(word in pointer for word in COMBINATIONS):
            raise document.error((*pointer, "required"), f"{name} is required, and not among the properties")
    attributes: dict[str, str] = {}
    for name, where in properties.items():
        attribute = normalize("NFKC", PythonIdentifier(name, "field_", skip_snake_case=True))
        other = attributes.setdefault(attribute, name)
        if other != name:
            raise document.error(where, f"{other} and {name} would be one attribute in Python, {attribute}")


def all_schemas(document: Document) -> Iterator[Part]:
    """Yield each schema of the components and the responses, and those in it; raise an error if one contains itself."""
    seen: set[Pointer] = set()

    def within(part: Part, outer: tuple[Pointer, ...]) -> Iterator[Part]:
        if isinstance(part[0], dict) and "$ref" in part[0]:
            yield part
        schema, pointer = document.target(*part)
        if pointer in outer:
            raise document.error(pointer, "a schema that contains itself is not supported")
        if not isinstance(schema, dict) or pointer in seen:
            return
        yield schema, pointer
        for steps, inner in document.inner(schema):
            yield from within((inner, (*pointer, *steps)), (*outer, pointer))
        seen.add(pointer)

    schemas: dict[str, Any] = document.data.get("components", {}).get("schemas", {})
    for name, schema in schemas.items():
        yield from within((schema, ("components", "schemas", name)), ())
    for path in document.paths:
        media, pointer = document.media(path)
        yield from within((media.get("schema"), (*pointer, "schema")), ())
        for parameter, where in document.parameters(path).values():
            yield from within((parameter.get("schema"), (*where, "schema")), ())
