"""`flexflows drift`: the fields and values of the flows that the fragment does not know."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import attrs
import click

from flexflows._fragment import Schema, record_schema

from ._accounts import describe_accounts, read_accounts, report_failures
from ._app import ExitCode
from ._columns import Column
from ._options import output_option, source_options
from ._source import Source
from ._table import cells, draw_table
from ._terminal import Terminal
from ._text import format_cell, pluralize, shorten, to_json

HELP = """Find what the API sends that this version does not know.

It reports new fields, new values, and values of another type. The exit code is 4 when it finds any.

\b
Examples:
  flexflows drift
  flexflows drift --all-profiles -o json
"""

COLUMNS = [Column(name) for name in ("kind", "path", "actual", "expected", "count", "example")]
JSON_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
MAX_VALUE = 40
MAX_EXAMPLE = 12
"""Long enough to recognize a value, too short to identify a person."""


UNKNOWN_FIELD, UNKNOWN_VALUE, OTHER_TYPE = KINDS = ("unknown field", "unknown value", "other type")


@attrs.frozen
class Difference:
    """A difference between a record and the fragment.

    Attributes:
        kind: One of `KINDS`.
        path: The dotted path of the value; `[]` stands for any item of an array.
        actual: The type or the value of an enum that the API sent.
        expected: The types or the values of an enum in the fragment, if it has any.
        example: Enough of the value to recognize it.
    """

    kind: str
    path: str
    actual: str
    expected: str | None
    example: str | None = attrs.field(eq=False)


def compare(value: Any, schema: Schema, path: str = "") -> Iterator[Difference]:
    """Yield the differences between a value and its schema."""
    json_type = _json_type(value)
    if schema.types and json_type not in schema.types and not (json_type == "integer" and "number" in schema.types):
        expected = " or ".join(sorted(schema.types - {"null"})) or None
        yield Difference(OTHER_TYPE, path, json_type, expected, _example(value))
    elif json_type == "object":
        before = f"{path}." if path else ""
        for name, each in cast("dict[str, Any]", value).items():
            if name in schema.properties:
                yield from compare(each, schema.properties[name], before + name)
            elif schema.properties:
                yield Difference(UNKNOWN_FIELD, before + name, _json_type(each), None, _example(each))
    elif json_type == "array" and schema.items is not None:
        for item in value:
            yield from compare(item, schema.items, f"{path}[]")
    elif schema.values and value is not None and value not in schema.values:
        actual = shorten(to_json(value), MAX_VALUE)
        yield Difference(UNKNOWN_VALUE, path, actual, ", ".join(map(format_cell, schema.values)), _example(value))
    elif schema.format == "date-time" and value is not None and not _is_date_time(value):
        yield Difference(OTHER_TYPE, path, f"{json_type}, not a date-time", "date-time", _example(value))


def _json_type(value: Any) -> str:
    return "null" if value is None else JSON_TYPES[type(value)]


def _is_date_time(value: str) -> bool:
    try:
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _example(value: Any) -> str | None:
    """Return enough of a value to recognize it: for an object its names, for an array its length."""
    if isinstance(value, dict):
        return f"an object of {', '.join(cast('dict[str, Any]', value)) or 'nothing'}"
    if isinstance(value, list):
        return f"an array of {len(value)}"  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, str):
        return to_json(shorten(value, MAX_EXAMPLE))
    return None if value is None else shorten(to_json(value), MAX_EXAMPLE)


@click.command("drift", help=HELP)
@source_options
@output_option("text for people, json for machines.", "text", "json")
def command(source: Source, kind: str) -> int:
    """Run `flexflows drift`."""
    terminal = source.terminal
    output = terminal.output
    accounts = read_accounts(source)
    records = [flow.to_dict() for account in accounts for flow in account.flows]
    findings = find(records, record_schema())
    if kind == "json":
        document = {
            "accounts": len(accounts),
            "accounts_read": sum(account.failure is None for account in accounts),
            "flows": len(records),
            "is_drift": bool(findings),
            "findings": [attrs.asdict(difference) | {"count": count} for difference, count in findings],
        }
        output.write(f"{to_json(document)}\n".encode())
    elif records or any(account.failure is None for account in accounts):
        extent = f" of {describe_accounts(accounts)}" if source.has_several else ""
        _draw(terminal, findings, len(records), pluralize(len(records), "flow") + extent)
    return report_failures(terminal, accounts) or (ExitCode.DRIFT if findings else ExitCode.OK)


def find(records: Iterable[Mapping[str, Any]], schema: Schema) -> list[tuple[Difference, int]]:
    """Return the differences from a schema, each with its number of records, most important first."""
    counts: dict[Difference, int] = {}
    for record in records:
        for difference in dict.fromkeys(compare(record, schema)):
            counts[difference] = counts.get(difference, 0) + 1
    return sorted(counts.items(), key=lambda found: (KINDS.index(found[0].kind), found[0].path, -found[1]))


def _draw(terminal: Terminal, findings: Sequence[tuple[Difference, int]], flows: int, total: str) -> None:
    if not findings:
        terminal.draw(f"No drift: nothing new in {total}.")
        return
    counted = [attrs.asdict(difference) | {"count": f"{count:,} of {flows:,}"} for difference, count in findings]
    rows = [cells(COLUMNS, finding) for finding in counted]
    heading, lines, _ = draw_table(terminal, COLUMNS, rows, is_chosen=True)
    verdict = f"Drift: {pluralize(len(findings), 'thing')} in {total} that this version does not know."
    terminal.draw(*heading, *lines, "", terminal.style(verdict, "bold"))
