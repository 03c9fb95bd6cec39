"""Check that a generated package lost nothing of its document.

Schemas, annotations and examples are walked together: every property at every depth must be an attribute of its
schema's type, every parameter must be in its operation, and every example must survive `from_dict` and `to_dict`.
"""

import importlib
import pkgutil
import sys
import types
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from inspect import isclass
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from document import PAGING, Document, Part

NAMES: dict[Any, str] = {
    Any: "anything",
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    datetime: "date-time",
    date: "date",
    type(None): "null",
}


def guard(document: Document, package: Path) -> list[str]:
    """Raise an error for the first loss; return notes about attributes without an example.

    The package is imported under the name of its folder, which must be new, because Python keeps what it imported.
    """
    sys.path.insert(0, str(package.parent.parent))
    try:
        top = importlib.import_module(f"{package.parent.name}.{package.name}")
        names = [each.name for each in pkgutil.walk_packages(top.__path__, f"{top.__name__}.")]
        modules = {name.removeprefix(f"{top.__name__}."): importlib.import_module(name) for name in names}
    finally:
        sys.path.pop(0)
    return Guard(document, modules).check()


class Guard:
    """The comparison of a document with the package that was generated from it."""

    def __init__(self, document: Document, modules: dict[str, types.ModuleType]) -> None:
        self.document = document
        self.values = modules["values"]
        self.notes: dict[str, None] = {}
        everything: list[Any] = [each for module in modules.values() for each in vars(module).values()]
        operation = modules["operation"].Operation
        self.model = modules["model"].Model
        self.operations = {each.path: each for each in everything if isinstance(each, operation)}
        classes: list[Any] = [each for each in everything if isclass(each) and issubclass(each, self.model)]
        self.models = {each._schema: each for each in classes}  # noqa: SLF001

    def check(self) -> list[str]:
        """Compare every operation and every schema of the document."""
        for path in self.document.paths:
            if path not in self.operations:
                raise self.document.error(("paths", path), "the operation is not in the package")
            self.check_parameters(path)
            media, pointer = self.document.media(path)
            self.walk((media["schema"], (*pointer, "schema")), self.operations[path].response, examples_of(media))
        for name, schema in self.document.data.get("components", {}).get("schemas", {}).items():
            model = self.models.get(f"#/components/schemas/{name}")
            if model:
                self.walk((schema, ("components", "schemas", name)), model)
            elif "properties" in schema:
                raise self.document.error(("components", "schemas", name), "the schema is not in the package")
        return list(self.notes)

    def check_parameters(self, path: str) -> None:
        """Raise an error for a parameter that its operation lacks, or for an example that it refuses."""
        operation = self.operations[path]
        parameters = {parameter.wire_name: parameter for parameter in operation.parameters}
        for name, (described, pointer) in self.document.parameters(path).items():
            if name in PAGING and hasattr(operation, "key"):
                continue
            if name not in parameters:
                raise self.document.error(pointer, f"the parameter {name} is not in the package")
            for example in examples_of(described):
                try:
                    parameters[name].encode(example)
                except (TypeError, ValueError) as error:
                    raise self.document.error(pointer, f"an example of {name}: {error}") from error

    def walk(self, part: Part, hint: Any, examples: Iterable[Any] = ()) -> None:
        """Compare a schema with an annotation, and examples with both, at every depth."""
        parts = list(self.document.combined(part))
        examples = [*examples, *(example for schema, _ in parts for example in examples_of(schema))]
        expected, actual = json_types(parts), python_types(hint)
        if actual not in (expected, expected | {"null"}):
            text = f"the document has {' or '.join(sorted(expected))}, the package {' or '.join(sorted(actual))}"
            raise self.document.error(part[1], text)
        models = [each for each in alternatives(hint) if hasattr(each, "_names")]
        lists = [each for each in alternatives(hint) if get_origin(each) is list]
        if len(models) > 1:
            raise self.document.error(part[1], "a union of several objects is not supported")
        for schema, pointer in parts:
            self.walk_properties((schema, pointer), models[0] if models else self.model, examples)
            if lists and "items" in schema:
                items = [item for each in examples if isinstance(each, list) for item in each]
                self.walk((schema["items"], (*pointer, "items")), get_args(lists[0])[0], items)
        for example in examples:
            if not self.survives(example, hint):
                raise self.document.error(part[1], f"the example {str(example)[:100]} does not fit the schema")

    def walk_properties(self, part: Part, model: Any, examples: list[Any]) -> None:
        """Compare the properties of an object's schema with the attributes of a model."""
        schema, pointer = part
        names: dict[str, str] = model._names  # noqa: SLF001
        for name in sorted({*schema.get("required", ())} - {*schema.get("properties", ()), *names}):
            raise self.document.error((*pointer, "required"), f"{name} is required, and not among the properties")
        for name, inner in schema.get("properties", {}).items():
            where = *pointer, "properties", name
            if name not in names:
                raise self.document.error(where, "the property is not in the package")
            if hasattr(self.model, names[name]):
                raise self.document.error(where, f"{name} is a name that every model has")
            values = [each[name] for each in examples if isinstance(each, dict) and name in each]
            if examples and not values and not examples_of(inner):
                self.notes[f"note: no example of {model.__name__} has {name}; the sandbox serves it by its type"] = None
            self.walk((inner, where), get_type_hints(model)[names[name]], values)

    def survives(self, example: Any, hint: Any) -> bool:
        """Return whether an example is read whole, and written as it was."""
        value = self.values.reader(hint)(example)
        unread = getattr(value, "_names", {}).keys() & getattr(value, "additional_properties", ())
        return not unread and self.normal(self.values.plain(value)) == self.normal(example)

    def normal(self, value: Any) -> Any:
        """Return a JSON value without nulls, which optional attributes leave out, and with times in UTC."""
        if isinstance(value, dict):
            return {name: self.normal(inner) for name, inner in value.items() if inner is not None}
        if isinstance(value, list):
            return [self.normal(inner) for inner in value]
        return self.values.plain(self.values.date_time(value)) or value


def json_types(parts: list[Part]) -> set[str]:
    """Return the types and values that combined schemas allow, such as `{"date-time", "null"}`."""
    names: set[str] = set()
    for schema, pointer in parts:
        declared = schema.get("type") or ("object" if "properties" in schema else [])
        types = {declared} if isinstance(declared, str) else set(declared)
        if "enum" in schema:
            types = {"null" if value is None else repr(value) for value in schema["enum"]}
        elif "string" in types and schema.get("format") in ("date", "date-time"):
            types = types - {"string"} | {schema["format"]}
        if schema.get("nullable"):
            types.add("null")
        if not schema and pointer[-2:-1] in (("anyOf",), ("oneOf",)):
            types.add("anything")
        names |= types
    return {"anything"} if "anything" in names or not names - {"null"} else names


def python_types(hint: Any) -> set[str]:
    """Return the types and values of an annotation, named as `json_types` names those of a schema."""
    names: set[str] = set()
    for each in alternatives(hint):
        if each in NAMES:
            names.add(NAMES[each])
        elif get_origin(each) is list:
            names.add("array")
        else:
            names |= {repr(member.value) for member in each} if issubclass(each, Enum) else {"object"}
    return names


def alternatives(hint: Any) -> tuple[Any, ...]:
    """Return the types that a union joins; another annotation is its only one."""
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def examples_of(described: Any) -> list[Any]:
    """Return the examples of a schema, a media type or a parameter."""
    described = described if isinstance(described, dict) else {}  # true and false are schemas, too
    examples = described.get("examples", [])
    examples = [each.get("value") for each in examples.values()] if isinstance(examples, dict) else list(examples)
    return [*examples, described["example"]] if "example" in described else examples
