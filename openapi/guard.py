"""Check that a generated package lost nothing of its document; `make gen` runs this in a process of its own.

The new package is first on the path. Every property at every depth must be an attribute of its schema's type, every
parameter must be in its operation, and every example must survive `from_dict` and `to_dict`. With `--wrapper`, every
module of the wrapper must be importable, too.
"""

import argparse
import importlib
import pkgutil
import sys
import types
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import Enum
from inspect import isclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from document import Document, DocumentError, Part, one_line
from supported import PAGING

PACKAGE = "flexflows_api"
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


def main() -> int:
    """Run the checks, and print notes for the maintainer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("document", type=Path)
    parser.add_argument("name", help="the document's name in messages")
    parser.add_argument("folder", type=Path, help="where the package is")
    parser.add_argument("--wrapper", action="store_true", help="import every module of the wrapper")
    options = parser.parse_args()
    document = Document.read(options.document, options.name)
    try:
        Guard(document).check()
        if options.wrapper:
            import_all("flexflows")
    except DocumentError as error:
        print(error, file=sys.stderr)
        return 1
    except Exception as error:  # noqa: BLE001 - imported code raises whatever it likes
        text = f"{type(error).__name__}: {error}".replace(str(options.folder), "generated")
        print(f"{document.name}: the new package cannot be used: {one_line(text)}", file=sys.stderr)
        return 1
    for note in unseen(document):
        print(note)
    return 0


def import_all(package: str) -> dict[str, types.ModuleType]:
    """Import a package and all its modules, and return them by name."""
    top = importlib.import_module(package)
    names = [module.name for module in pkgutil.walk_packages(top.__path__, f"{package}.")]
    return {name: importlib.import_module(name) for name in names}


class Guard:
    """The comparison of a document with the package that was generated from it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        modules = import_all(PACKAGE)
        self.values = modules[f"{PACKAGE}.values"]
        operation = modules[f"{PACKAGE}.operation"].Operation
        everything: list[Any] = [each for module in modules.values() for each in vars(module).values()]
        self.operations = {each.path: each for each in everything if isinstance(each, operation)}
        classes = [each for each in everything if isclass(each)]
        self.models = {vars(each)["_schema"]: each for each in classes if vars(each).get("_schema")}

    def check(self) -> None:
        """Raise an error for the first part of the document that the package lacks or has changed."""
        for path in self.document.paths:
            if path not in self.operations:
                raise self.document.error(("paths", path), "the operation is not in the package")
            self.check_parameters(path)
            media, pointer = self.document.media(path)
            self.check_schema((media["schema"], (*pointer, "schema")), self.operations[path].response)
            self.check_examples((media, pointer), self.operations[path].response)
        for name, schema in self.document.data.get("components", {}).get("schemas", {}).items():
            model = self.models.get(f"#/components/schemas/{name}")
            if model:
                self.check_schema((schema, ("components", "schemas", name)), model)
                self.check_examples((schema, ("components", "schemas", name)), model)
            elif "properties" in schema:
                raise self.document.error(("components", "schemas", name), "the schema is not in the package")

    def check_parameters(self, path: str) -> None:
        """Raise an error for a parameter that its operation lacks, or for an example that it does not take."""
        operation = self.operations[path]
        parameters = {parameter.wire_name: parameter for parameter in operation.parameters}
        paging = PAGING if hasattr(operation, "key") else ()
        for name, (described, pointer) in self.document.parameters(path).items():
            if name not in parameters and name not in paging:
                raise self.document.error(pointer, f"the parameter {name} is not in the package")
            for example in examples_of(described) if name in parameters else ():
                try:
                    parameters[name].encode(example)
                except (TypeError, ValueError) as error:
                    raise self.document.error(pointer, f"an example of {name}: {error}") from error

    def check_schema(self, part: Part, hint: Any) -> None:
        """Raise an error for a type, attribute or value of a schema that an annotation lacks, at every depth."""
        expected, actual = json_types(self.document, part), python_types(hint)
        if expected - {"null"} != actual - {"null"}:
            text = f"the document has {' or '.join(sorted(expected))}, the package {' or '.join(sorted(actual))}"
            raise self.document.error(part[1], text)
        (model,) = [each for each in alternatives(hint) if hasattr(each, "_names")] or [None]
        (items,) = [get_args(each)[0] for each in alternatives(hint) if get_origin(each) is list] or [None]
        hints = get_type_hints(model) if model else {}
        for schema, pointer in self.document.combined(part):
            for name, inner in schema.get("properties", {}).items():
                inner_pointer = (*pointer, "properties", name)
                if model is None or name not in model._names:  # noqa: SLF001
                    raise self.document.error(inner_pointer, "the property is not in the package")
                self.check_schema((inner, inner_pointer), hints[model._names[name]])  # noqa: SLF001
                if isinstance(inner, dict):
                    wrapped = [{name: example} for example in examples_of(inner)]
                    self.check_examples(({"examples": wrapped}, inner_pointer), model)
            if "items" in schema:
                if items is None:
                    raise self.document.error((*pointer, "items"), "the items are not in the package")
                self.check_schema((schema["items"], (*pointer, "items")), items)

    def check_examples(self, part: Part, model: Any) -> None:
        """Raise an error for an example that a model changes, or that does not fit the schema."""
        described, pointer = part
        for example in examples_of(described):
            if isinstance(example, dict):
                record = model.from_dict(example)
                names = list(unparsed(record))
                if not names and self.normal(record.to_dict()) != self.normal(example):
                    names = [model.__name__]
                if names:
                    raise self.document.error(
                        (*pointer, "examples"), f"an example of {names[0]} does not fit the schema"
                    )

    def normal(self, value: Any) -> Any:
        """Return a JSON value without nulls, which optional attributes leave out, and with times in UTC."""
        if isinstance(value, dict):
            return {name: self.normal(inner) for name, inner in value.items() if inner is not None}
        if isinstance(value, list):
            return [self.normal(inner) for inner in value]
        return self.values.plain(self.values.date_time(value)) or value


def json_types(document: Document, part: Part) -> set[str]:
    """Return the types that a schema allows, such as `{"date-time", "null"}` or `{"one of 'a', 'b'", "string"}`."""
    names: set[str] = set()
    is_nullable = False
    for schema, pointer in document.combined(part):
        is_nullable = is_nullable or bool(schema.get("nullable"))
        declared = schema.get("type") or ("object" if "properties" in schema else [])
        for each in [declared] if isinstance(declared, str) else declared:
            if each == "array":
                inner = json_types(document, (schema.get("items", {}), (*pointer, "items")))
                names.add(f"array of {' or '.join(sorted(inner))}")
            elif each in ("null", "boolean") or not schema.keys() & {"enum", "const"}:
                is_time = each == "string" and schema.get("format") in ("date", "date-time")
                names.add(schema["format"] if is_time else each)
        values = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
        names |= values_of(values)
        if not schema and pointer[-2:-1] in (("anyOf",), ("oneOf",)):
            names.add("anything")
    names = names if names and "anything" not in names else {"anything"}
    return names | {"null"} if is_nullable and names != {"anything"} else names


def python_types(hint: Any) -> set[str]:
    """Return the types of an annotation, named as `json_types` names those of a schema."""
    names: set[str] = set()
    for each in alternatives(hint):
        if each in NAMES:
            names.add(NAMES[each])
        elif get_origin(each) is list:
            names.add(f"array of {' or '.join(sorted(python_types(get_args(each)[0])))}")
        elif get_origin(each) is Literal:
            names |= values_of(get_args(each))
        else:
            names |= values_of(member.value for member in each) if issubclass(each, Enum) else {"object"}
    return names


def values_of(values: Iterable[Any]) -> set[str]:
    """Return the name of the type that has the values of an enum or a constant."""
    listed = sorted({repr(value) for value in values if value is not None and not isinstance(value, bool | float)})
    names = {"number" for value in values if isinstance(value, float)} if not listed else set()
    return names | ({f"one of {', '.join(listed)}"} if listed else set())


def alternatives(hint: Any) -> tuple[Any, ...]:
    """Return the types that a union joins; another annotation is its only one."""
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def examples_of(described: dict[str, Any]) -> list[Any]:
    """Return the examples of a schema, a media type or a parameter."""
    examples = described.get("examples", [])
    examples = [each.get("value") for each in examples.values()] if isinstance(examples, dict) else list(examples)
    return [*examples, described["example"]] if "example" in described else examples


def unparsed(record: Any) -> Iterator[str]:
    """Yield the names of a record's values that do not fit their attribute's type, at every depth."""
    for name, attribute in record._names.items():  # noqa: SLF001
        if name in record.additional_properties:
            yield name
        value = getattr(record, attribute)
        for inner in value if isinstance(value, list) else [value]:
            if hasattr(inner, "_names"):
                yield from (f"{name}.{each}" for each in unparsed(inner))


def unseen(document: Document) -> Iterator[str]:
    """Yield a note for each attribute that no example of its schema holds."""
    for name, schema in document.data.get("components", {}).get("schemas", {}).items():
        examples = schema.get("examples", ()) if isinstance(schema, dict) else ()
        for attribute in schema.get("properties", {}) if examples else ():
            if all(example.get(attribute) is None for example in examples):
                yield f"note: no example of {name} has {attribute}; the sandbox serves it by its type"


if __name__ == "__main__":
    sys.exit(main())
