"""Check an OpenAPI document, and each example in it against its schema: a part of `make lint`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS30Validator

from .document import FRAGMENT, Document, DocumentError, Pointer, load, parts, shown
from .validate import deepest, message, validate


def examples(document: Document) -> Iterator[tuple[Pointer, Any, Pointer]]:
    """Yield every example with its place and the place of its schema."""
    for kind, pointer, part in parts(document.data):
        if kind == "schema":
            schema = pointer
        elif "schema" in part and kind in {"parameter", "header", "media"}:
            schema = (*pointer, "schema")
        else:
            continue
        if "example" in part:
            yield (*pointer, "example"), part["example"], schema
        several = part.get("examples")
        for index, value in enumerate(several if isinstance(several, list) else ()):
            yield (*pointer, "examples", index), value, schema
        for name, raw in several.items() if isinstance(several, dict) else ():
            place, described = document.follow((*pointer, "examples", name), raw)
            if "value" in described:
                yield (*place, "value"), described["value"], schema


def wrong_examples(document: Document) -> Iterator[str]:
    """Yield the examples that do not fit their schema, one line each."""
    validator = Draft202012Validator if document.data["openapi"].startswith("3.1") else OAS30Validator
    for place, value, schema in examples(document):
        steps = "/".join(str(step).replace("~", "~0").replace("/", "~1").replace("%", "%25") for step in schema)
        checked = validator({**document.data, "$ref": f"#/{steps}"}, format_checker=Draft202012Validator.FORMAT_CHECKER)
        for error in map(deepest, checked.iter_errors(value)):
            yield document.at((*place, *error.absolute_path), message(error))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fragment", type=Path, nargs="?", default=FRAGMENT, help="the document (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        document = load(options.fragment)
        validate(document)
        wrong: Sequence[str] = list(wrong_examples(document))
    except DocumentError as error:
        wrong = error.args
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    print(f"{shown(options.fragment)}: valid, with {len(list(examples(document)))} examples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
