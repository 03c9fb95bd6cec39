"""Check the OpenAPI fragment, and each example in it against its schema. `make lint` runs this."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS30Validator

from .fragment import (
    FRAGMENT,
    NAMED_BY_USERS,
    Document,
    FragmentError,
    Pointer,
    deepest,
    read,
    resolve,
    said,
    shown,
    walk,
)


def examples(document: Document) -> Iterator[tuple[Pointer, Any, Pointer]]:
    """Give every example with its place and that of its schema."""
    for pointer, part in walk(document.data):
        if not isinstance(part, dict) or (pointer and pointer[-1] in NAMED_BY_USERS):
            continue
        schema = (*pointer, "schema") if "schema" in part else pointer  # a parameter, header or body; or a schema
        if "example" in part:
            yield (*pointer, "example"), part["example"], schema
        several = part.get("examples")
        for index, value in enumerate(several if isinstance(several, list) else ()):
            yield (*pointer, "examples", index), value, schema
        for name, described in several.items() if isinstance(several, dict) and "schema" in part else ():
            place = (*pointer, "examples", name)
            found = resolve(document, described["$ref"]) if "$ref" in described else described
            if "value" in found:
                yield place if "$ref" in described else (*place, "value"), found["value"], schema


def wrong_examples(document: Document) -> Iterator[str]:
    """Say, one line each, where an example is not what its schema says."""
    kind = Draft202012Validator if document.data["openapi"].startswith("3.1") else OAS30Validator
    for place, value, schema in examples(document):
        steps = "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in schema)
        validator = kind({**document.data, "$ref": f"#/{steps}"}, format_checker=Draft202012Validator.FORMAT_CHECKER)
        for error in map(deepest, validator.iter_errors(value)):
            yield document.at((*place, *error.absolute_path), said(error))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fragment", type=Path, nargs="?", default=FRAGMENT, help="the document (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        document = read(options.fragment)
        wrong: Sequence[str] = list(wrong_examples(document))
    except FragmentError as error:
        wrong = error.args
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    print(f"{shown(options.fragment)}: valid, with {len(list(examples(document)))} examples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
