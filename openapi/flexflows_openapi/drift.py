"""The differences between the fragment and a vendor's OpenAPI document, for the fragment's operations.

`make drift SPEC=file-or-url` runs this. Intended differences are in `openapi/deviations.yaml`, with their reasons.
The exit code is 0 without other differences, 1 with such differences, and 2 if the documents cannot be compared.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import operations
from .differences import NO, Difference, compare
from .document import FRAGMENT, ROOT, Document, DocumentError, load, shown
from .operations import Name
from .validate import validate

DEVIATIONS = ROOT / "openapi" / "deviations.yaml"
MAX_COLUMN = 40
"""A longer value does not widen the column for every row."""

_FIELDS = {"what", "fragment", "document", "reason"}


def differences(ours: Document, theirs: Document) -> dict[Name, list[Difference]]:
    """Compare a document with the fragment, operation by operation.

    Args:
        ours: The fragment.
        theirs: The vendor's document.

    Raises:
        DocumentError: The document is not OpenAPI, or lacks all of the operations.
    """
    _require_openapi(theirs)
    found: dict[Name, list[Difference]] = {}
    missing: list[str] = []
    try:
        called = operations.names(theirs)
        for name, calls in operations.names(ours).items():
            same = next((other for other, others in called.items() if calls & others), None)
            if same is None:
                missing.append(" ".join(name))
                rows = [("operation", "operation", "yes", NO)]
            else:
                rows = list(compare(operations.read(ours, name), operations.read(theirs, same)))
            found[name] = [Difference(" ".join(name), *row) for row in rows]
    except RecursionError:
        raise DocumentError(f"{theirs.name}: nested without end") from None
    if missing and len(missing) == len(found):
        raise DocumentError(f"{theirs.name}: has no {' and no '.join(missing)}, which the fragment describes")
    return found


def _require_openapi(document: Document) -> None:
    version = document.data.get("openapi")
    if "swagger" in document.data:
        raise DocumentError(f"{document.name}: Swagger {document.data['swagger']}; convert it to OpenAPI 3.0 or 3.1")
    if version is None:
        raise DocumentError(f"{document.name}: not an OpenAPI document: it has no `openapi` at its top")
    if not str(version).startswith(("3.0", "3.1")):
        raise DocumentError(f"{document.name}: OpenAPI {version}; only 3.0 and 3.1 are supported")


def read_deviations(path: Path) -> dict[Difference, str]:
    """Return the intended differences with their reasons; an empty dictionary if there is no file.

    Raises:
        DocumentError: The file is not a valid list of deviations.
    """
    if not path.exists():
        return {}
    document = load(path)
    reasons: dict[Difference, str] = {}
    for operation, entries in document.data.items():
        for number, raw in enumerate(entries if isinstance(entries, list) else [None]):
            entry = dict(raw) if isinstance(raw, dict) else {}
            places = entry.pop("place", [])
            places = places if isinstance(places, list) else [places]
            if entry.keys() != _FIELDS or not all(
                isinstance(each, str) and each for each in (*places, *entry.values())
            ):
                message = f"a deviation has a place or a list of places, and the texts {', '.join(sorted(_FIELDS))}"
                raise DocumentError(document.at((operation, number), message))
            reason = entry.pop("reason")
            reasons |= {Difference(operation, place, **entry): reason for place in places}
    return reasons


def report(found: Mapping[Name, Sequence[Difference]], reasons: Mapping[Difference, str]) -> tuple[str, int]:
    """Return the differences as text, one table for each operation, and the number of unexplained differences."""
    tables: list[str] = []
    unexplained = 0
    for name, rows in found.items():
        left = sum(row not in reasons for row in rows)
        unexplained += left
        title = f"{' '.join(name)}: {left or 'no'} difference{'s' * (left != 1)}"
        title = f"{title}, {len(rows) - left} more are intended" if left < len(rows) else title
        tables.append("\n".join([title, *_table(rows, reasons)]))
    explained = {row for rows in found.values() for row in rows}
    if stale := [row for row in reasons if row not in explained]:
        tables.append("\n".join(["Deviations that explain nothing; delete them:", *_table(stale, reasons)]))
    return "\n\n".join(tables), unexplained


def _table(rows: Sequence[Difference], reasons: Mapping[Difference, str]) -> list[str]:
    """Return differences in columns, the intended ones last, above their reason."""
    if not rows:
        return []
    groups: dict[str, list[list[str]]] = {"": []}
    for row in rows:
        cells = [_printable(cell) for cell in (row.place, row.what, row.fragment, row.document)]
        groups.setdefault(reasons.get(row, ""), []).append(cells)
    groups[""].insert(0, ["place", "what", "fragment", "document"])
    columns = zip(*(cells for group in groups.values() for cells in group), strict=True)
    widths = [max(len(cell) for cell in column if len(cell) <= MAX_COLUMN) for column in columns]
    lines = []
    for reason, group in groups.items():
        lines += ["  " + "  ".join(map(str.ljust, cells, widths)).rstrip() for cells in group]
        lines += [f"    intended: {reason}"] if reason else []
    return lines


def _printable(value: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spec", metavar="SPEC", help="the vendor's document: a file, or a URL")
    parser.add_argument("--fragment", type=Path, default=FRAGMENT, help="the OpenAPI document (default: %(default)s)")
    parser.add_argument(
        "--deviations", type=Path, default=DEVIATIONS, help="intended differences (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    try:
        ours = load(options.fragment)
        validate(ours)
        reasons = read_deviations(options.deviations)
        found = differences(ours, load(options.spec))
    except DocumentError as error:
        print(*error.args, sep="\n", file=sys.stderr)
        return 2
    text, unexplained = report(found, reasons)
    print(text)
    if unexplained:
        where = f"change {shown(options.fragment)}, or add the reason to {shown(options.deviations)}"
        print(f"\n{unexplained} unexplained: {where}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
