"""The differences between the fragment and a vendor's OpenAPI document, for the fragment's operations.

`make drift SPEC=file-or-url` runs this. Intended differences are in `openapi/deviations.yaml`, with their reasons.
Exits with 0 when nothing else differs, with 1 when something does, with 2 when the two cannot be compared.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from .differences import Difference, differences
from .document import FRAGMENT, ROOT, DocumentError, load, shown
from .operations import Name
from .validate import validate

DEVIATIONS = ROOT / "openapi" / "deviations.yaml"
MAX_COLUMN = 40
"""A longer value does not widen the column for every row."""

_FIELDS = {"what", "fragment", "document", "reason"}


@attrs.frozen
class Deviation:
    """An intended difference, and its reason."""

    difference: Difference
    reason: str


def explained(
    found: Sequence[Difference], deviations: Sequence[Deviation]
) -> tuple[list[Difference], list[Deviation], list[Deviation]]:
    """Return the differences without a deviation, the deviations that explain one, and those that explain nothing."""
    there = set(found)
    intended = {deviation.difference for deviation in deviations}
    return (
        [difference for difference in found if difference not in intended],
        [deviation for deviation in deviations if deviation.difference in there],
        [deviation for deviation in deviations if deviation.difference not in there],
    )


def read_deviations(path: Path) -> list[Deviation]:
    """Return the intended differences; an empty list if there is no file.

    Raises:
        DocumentError: The file is wrong.
    """
    if not path.exists():
        return []
    document = load(path)
    found = []
    for operation, entries in document.data.items():
        for number, raw in enumerate(entries if isinstance(entries, list) else [None]):
            entry = dict(raw) if isinstance(raw, dict) else {}
            places = entry.pop("place", [])
            places = places if isinstance(places, list) else [places]
            if entry.keys() != _FIELDS or not all(
                isinstance(each, str) and each for each in (*places, *entry.values())
            ):
                message = f"a deviation has a place, or a list of them, and as strings: {', '.join(sorted(_FIELDS))}"
                raise DocumentError(document.at((operation, number), message))
            reason = entry.pop("reason")
            found += [Deviation(Difference(operation, place, **entry), reason) for place in places]
    return found


def report(found: Mapping[Name, Sequence[Difference]], deviations: Sequence[Deviation]) -> tuple[str, int]:
    """Return what differs as text, one table an operation, and the number of unexplained differences."""
    tables: list[str] = []
    unexplained = 0
    for name, rows in found.items():
        left, intended, _ = explained(rows, deviations)
        unexplained += len(left)
        title = f"{' '.join(name)}: {len(left) or 'no'} difference{'s' * (len(left) != 1)}"
        title = f"{title}, {len(intended)} more are intended" if intended else title
        tables.append("\n".join([title, *_table(left, intended)]))
    _, _, stale = explained([difference for rows in found.values() for difference in rows], deviations)
    if stale:
        tables.append("\n".join(["Deviations that explain nothing; delete them:", *_table([], stale)]))
    return "\n\n".join(tables), unexplained


def _table(left: Sequence[Difference], intended: Sequence[Deviation]) -> list[str]:
    """Return the differences in columns, the intended ones last, each above its reason."""
    reasons = list(dict.fromkeys(deviation.reason for deviation in intended))
    groups = [left, *([each.difference for each in intended if each.reason == reason] for reason in reasons)]
    rows = [
        [_printable(cell) for cell in (each.place, each.what, each.fragment, each.document)]
        for group in groups
        for each in group
    ]
    if not rows:
        return []
    rows = [["place", "what", "fragment", "document"], *rows]
    widths = [max(len(cell) for cell in column if len(cell) <= MAX_COLUMN) for column in zip(*rows, strict=True)]
    lines = iter(["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows])
    table = [next(lines), *(next(lines) for _ in left)]
    for group, reason in zip(groups[1:], reasons, strict=True):
        table += [*(next(lines) for _ in group), f"    intended: {reason}"]
    return table


def _printable(value: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("spec", metavar="SPEC", help="the vendor's document: a file, or a URL")
    parser.add_argument("--fragment", type=Path, default=FRAGMENT, help="the OpenAPI document (default: %(default)s)")
    parser.add_argument("--deviations", type=Path, default=DEVIATIONS, help="what is intended (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        ours = load(options.fragment)
        validate(ours)
        deviations = read_deviations(options.deviations)
        found = differences(ours, load(options.spec))
    except DocumentError as error:
        print(*error.args, sep="\n", file=sys.stderr)
        return 2
    text, unexplained = report(found, deviations)
    print(text)
    if unexplained:
        where = f"change {shown(options.fragment)}, or give the reason in {shown(options.deviations)}"
        print(f"\n{unexplained} unexplained: {where}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
