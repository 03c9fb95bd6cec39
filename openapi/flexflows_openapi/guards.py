"""Checks that all of a document is in the package: every operation, parameter, property and enum member.

The generator drops parts that it does not support, mostly without a message. These checks do not depend on its reasons:
every part of the document must be in the package, and a missing part is an error with its place.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from openapi_python_client.parser import GeneratorData

from .document import Pointer, parts, shape
from .prepare import COMBINING, MARK, OperationFacts, Prepared, made_up_of


def missing_from_models(prepared: Prepared, data: GeneratorData) -> Iterator[str]:
    """Yield the properties of schemas that the generator has dropped, one line each."""
    document = prepared.document
    covered = set[Pointer]()
    for model in data.models:
        expected: dict[str, Pointer] = {}
        start = prepared.place(model.data)
        for place, schema in made_up_of(document, start, document.value(start), "allOf") if start else ():
            covered.add(place)
            expected |= {name: (*place, "properties", name) for name in schema.get("properties", {})}
        actual = {
            property_.name.get_untrusted_value()
            for property_ in (*(model.required_properties or ()), *(model.optional_properties or ()))
        }
        for name in expected.keys() - actual:
            yield document.at(expected[name], f"{document.label(expected[name])} would be missing from the package")
    for place, written in _schemas(prepared).items():
        if written.get("properties") and place not in covered and not _is_negated(place):
            names = ", ".join(written["properties"])
            message = f"{document.label(place)}: the properties {names} would be missing from the package; "
            yield document.at(place, message + "describe them in a separate object, combined by allOf or alone")


def missing_from_code(prepared: Prepared, data: GeneratorData, package: Path) -> Iterator[str]:
    """Yield the missing and the duplicate names, enum members and parameters of the generated code, one line each."""
    document = prepared.document
    modules = {
        path.relative_to(package): ast.parse(path.read_text(encoding="utf-8"), path.name)
        for path in sorted(package.rglob("*.py"))
    }
    places: dict[str, Pointer | None] = {model.class_info.name: prepared.place(model.data) for model in data.models}
    for path, module in modules.items():
        for name in _duplicates(module):
            facts = [prepared.operations[shape(call["path"])] for call in _operations(module)]
            candidates = [places.get(name), *map(places.get, _classes(module)), *(each.pointer for each in facts)]
            owner = next(filter(None, candidates), None)
            message = f"the name {name} would have two meanings in {path.as_posix()}; rename one of the two"
            yield document.at(owner, f"{document.label(owner)}: {message}") if owner else f"{document.name}: {message}"
    members = {values for path, module in modules.items() if "models" in path.parts for values in _enums(module)}
    for place, schema in _schemas(prepared).items():
        values = [value for value in schema.get("enum") or () if value is not None and not isinstance(value, bool)]
        if values and frozenset(values) not in members:
            message = "not all of its enum's values would be in the package; describe the enum in a separate schema"
            yield document.at(place, f"{document.label(place)}: {message}")
    in_api = (module for path, module in modules.items() if "api" in path.parts)
    operations = {call["path"]: call for module in in_api for call in _operations(module)}
    for operation in prepared.operations.values():
        yield from _missing_parameters(prepared, operation, operations.get(operation.path, {}))


def _missing_parameters(prepared: Prepared, facts: OperationFacts, call: Mapping[str, Any]) -> Iterator[str]:
    document = prepared.document
    name = document.label(facts.pointer)
    if "parameters" not in call:
        yield document.at(facts.pointer, f"{name} would be missing from the package")
        return
    where = _response(prepared, facts)
    if call["has_response"] != bool(where):
        message = "the response would be missing from the package; describe it as an object in JSON, for the status 200"
        yield document.at(where or facts.pointer, f"{name}: {message}")
        return
    for (location, parameter), (place, raw) in facts.parameters.items():
        if call["is_list"] and location == "query" and parameter in facts.paging:
            continue
        choices = call["parameters"].get((location, parameter))
        if choices is None:
            yield document.at(place, f"{name}: the parameter {parameter} would be missing from the package")
        elif choices != _choices(prepared, place, raw):
            message = f"{name}: the values of the parameter {parameter} would not be those of its enum in the package"
            yield document.at(place, f"{message}; describe it by one enum")


def _choices(prepared: Prepared, place: Pointer, parameter: Mapping[str, Any]) -> frozenset[str]:
    place, schema = prepared.document.follow((*place, "schema"), parameter["schema"])
    if isinstance(schema, dict) and "items" in schema:
        place, schema = (*place, "items"), schema["items"]
    combined = [part for _, part in made_up_of(prepared.document, place, schema, *COMBINING)]
    values = [value for part in combined for value in (*(part.get("enum") or ()), part.get("const"))]
    return frozenset(str(value) for value in values if value is not None and not isinstance(value, bool))


def _response(prepared: Prepared, facts: OperationFacts) -> Pointer | None:
    """Return the place of the schema of a successful response's body."""
    for status, raw in prepared.document.value(facts.pointer).get("responses", {}).items():
        place, response = prepared.document.follow((*facts.pointer, "responses", status), raw)
        if status == "default" or str(status).startswith("2"):
            for media, described in response.get("content", {}).items():
                if described.get("schema") and re.fullmatch(r"application/([\w.+-]+\+)?json\b.*", media):
                    return (*place, "content", media)
    return None


def _schemas(prepared: Prepared) -> dict[Pointer, Mapping[str, Any]]:
    """Return each schema that the generator reads, as it is written in the document."""
    marked = (part for kind, _, part in parts(prepared.data) if kind == "schema")
    places = dict.fromkeys(prepared.places[part[MARK]] for part in marked if MARK in part)
    return {place: prepared.document.value(place) for place in places}


def _is_negated(place: Pointer) -> bool:
    return any(step == "not" and before != "properties" for before, step in pairwise(place))


def _duplicates(module: ast.Module) -> Iterator[str]:
    """Yield each name that a module, or a class in it, defines more than once."""
    for body in (module.body, *(node.body for node in ast.walk(module) if isinstance(node, ast.ClassDef))):
        origins = defaultdict[str, list[str]](list)
        for name, origin in _bound(body):
            if not origin or origin not in origins[name]:
                origins[name].append(origin)
        yield from (name for name, found in origins.items() if len(found) > 1)


def _bound(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Yield each name that statements bind, with the import that it comes from; empty where it is defined here."""
    for node in body:
        match node:
            case ast.Import(names=names):
                yield from ((alias.asname or alias.name.partition(".")[0], f"import {alias.name}") for alias in names)
            case ast.ImportFrom(module=module, names=names):
                # Imports of a model from several modules of the package are imports of one class.
                own = node.level > 0
                yield from ((a.asname or a.name, f"{'' if own else module}.{a.name}") for a in names)
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name, ""
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name, ""
            case ast.If(body=then, orelse=otherwise):
                yield from _bound((*then, *otherwise))


def _classes(module: ast.Module) -> list[str]:
    return [node.name for node in module.body if isinstance(node, ast.ClassDef)]


def _enums(module: ast.Module) -> Iterator[frozenset[Any]]:
    for node in module.body:
        if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
            yield frozenset(ast.literal_eval(each.value) for each in node.body if isinstance(each, ast.Assign))


def _operations(module: ast.Module) -> Iterator[dict[str, Any]]:
    """Yield the operations in a module: the path, whether it is a list, the parameters with their choices."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Operation", "ListOperation"}:
            values = {keyword.arg: keyword.value for keyword in node.keywords}
            parameters = {}
            for each in ast.walk(values.get("parameters", ast.Pass())):
                if not isinstance(each, ast.Call):
                    continue
                arguments = {k.arg: ast.literal_eval(k.value) for k in each.keywords}
                key = arguments.get("location", "query"), arguments["wire_name"]
                parameters[key] = frozenset(arguments.get("choices", ()))
            yield {
                "path": ast.literal_eval(values["path"]),
                "is_list": ast.unparse(node.func) == "ListOperation",
                "parameters": parameters,
                "has_response": "response" in values,
            }
