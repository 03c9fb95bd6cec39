"""Refuse a document that is wrong, or that has what the templates cannot turn into a package."""

import contextlib
import re

from jsonschema.exceptions import SchemaError
from openapi_schema_validator import OAS30Validator, OAS31Validator
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from document import METHODS, Document, Part, Pointer

KEYWORDS = {"const", "patternProperties", "dependentSchemas", "if", "prefixItems", "$dynamicRef"}
"""Keywords of schemas that the templates do not know."""


def check(document: Document) -> None:
    """Raise an error for the first part of a document that is wrong or not supported."""
    release = str(document.data.get("openapi"))
    if not re.fullmatch(r"3\.[01]\.\d+", release):
        raise document.error(("openapi",), f"{release} is not OpenAPI 3.0 or 3.1")
    is_30 = release.startswith("3.0")
    with contextlib.suppress(AttributeError, KeyError, TypeError):  # mistakes outside schemas, which are found below
        for name, schema in document.data.get("components", {}).get("schemas", {}).items():
            check_schema(document, (schema, ("components", "schemas", name)), is_30=is_30)
        for path in document.paths:
            media, pointer = document.media(path)
            check_schema(document, (media.get("schema"), (*pointer, "schema")), is_30=is_30)
    for error in (OpenAPIV30SpecValidator if is_30 else OpenAPIV31SpecValidator)(document.data).iter_errors():
        named = [("paths", path) for path in document.paths if repr(path) in error.message]
        raise document.error(tuple(error.absolute_path) or (*named, ())[0], error.message[:200])
    if "webhooks" in document.data:
        raise document.error(("webhooks",), "webhooks are not supported")
    for path in document.paths:
        check_operation(document, path)


def check_schema(document: Document, part: Part, *, is_30: bool, outer: tuple[Pointer, ...] = ()) -> None:
    """Raise an error for what is wrong or not supported in a schema, at every depth."""
    for schema, pointer in document.combined(part):
        try:
            (OAS30Validator if is_30 else OAS31Validator).check_schema(schema)
        except SchemaError as mistake:
            raise document.error((*pointer, *mistake.absolute_path), mistake.message[:200]) from mistake
        for keyword in sorted(KEYWORDS & schema.keys()):
            raise document.error((*pointer, keyword), f"{keyword} is not supported")
        if pointer in outer:
            raise document.error(pointer, "a schema that contains itself is not supported")
        inner: list[Part] = [(each, ("properties", name)) for name, each in schema.get("properties", {}).items()]
        inner += [(schema[word], (word,)) for word in ("items", "additionalProperties") if word in schema]
        for each, steps in inner:
            check_schema(document, (each, (*pointer, *steps)), is_30=is_30, outer=(*outer, pointer))


def check_operation(document: Document, path: str) -> None:
    """Raise an error for what is not supported of a path."""
    item = document.data["paths"][path]
    for method in (each for each in (*METHODS, "$ref") if each in item):
        raise document.error(("paths", path, method), f"{method} is not supported, only get is")
    operation, pointer = document.operation(path)
    if not operation:
        raise document.error(("paths", path), "a path without get is not supported")
    for keyword in sorted({"requestBody", "callbacks"} & operation.keys()):
        raise document.error((*pointer, keyword), f"{keyword} is not supported")
    server = document.server(path)
    if not re.fullmatch(r"https://[\w.-]+(:\d{1,5})?", server, re.ASCII):
        raise document.error(pointer, f"the server {server} is not an https origin, such as https://host")
    for name, (parameter, where) in document.parameters(path).items():
        is_plain = parameter.get("style", "form") == "form" and parameter.get("explode", True)
        if parameter["in"] != "query" or "schema" not in parameter or not is_plain or parameter.get("allowReserved"):
            raise document.error(where, f"{name} is not a plain parameter of the query")
    if "schema" not in document.media(path)[0]:
        raise document.error((*pointer, "responses"), "no schema of a JSON body for the status 200")
