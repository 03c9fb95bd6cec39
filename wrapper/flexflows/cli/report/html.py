"""The report as one self-contained HTML page: a template, a style sheet and a script, all in this folder."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

import attrs
import jinja2

from flexflows._version import __version__
from flexflows.cli._text import visible
from flexflows.cli.report.build import NO_IDENTITY, AccountReport, Report, format_value
from flexflows.cli.report.files import VERSION
from flexflows.cli.report.rules import EVERY_FLOW, EVERY_FLOW_SOURCES, RULES, SHARED_ADDRESSES, WORK_KINDS, Grade

FIRST_ROWS = 200
"""How many rows of a table a browser without JavaScript shows."""
_HEAT_LEVELS = 4
_NO_TYPE = "no type"
_NAMED_FLOWS = 6
"""How many flows of a shared address its entry names."""


@attrs.frozen
class _Table:
    """A table of the page: its rows' texts by column."""

    columns: Sequence[str]
    filters: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def first(self) -> list[dict[str, str]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows[:FIRST_ROWS]]

    def encode(self) -> dict[str, Any]:
        """Return the columns for the script; one with few distinct values as those and an index."""
        texts = [[visible(text) for text in row] for row in self.rows]
        columns = zip(*texts, strict=True) if texts else [()] * len(self.columns)
        return {
            "size": self.size,
            "columns": {
                name: _encode(column, is_filter=name in self.filters)
                for name, column in zip(self.columns, columns, strict=True)
            },
        }


def to_html(report: Report) -> str:
    """Return the report as a page that requests nothing and runs nothing but its own script."""
    style, script = _read("report.css"), _read("report.js")
    tables = {
        "flows": _Table(
            (
                "grade",
                "name",
                "sid",
                "channel",
                "identity",
                "integration",
                "target",
                "account",
                "reasons",
                "change",
                "address",
                "state",
            ),
            ("grade", "channel", "integration", "account", "reasons", "change", "state"),
            list(_flow_rows(report)),
        ),
        "work": _Table(
            ("list", "item", "detail", "flows", "account", "key"), ("list", "account"), list(_work_rows(report))
        ),
        "changes": _Table(
            ("change", "grade", "name", "sid", "channel", "identity", "account", "attributes"),
            ("change", "grade", "account"),
            list(_change_rows(report)),
        ),
    }
    channels = dict(Counter(flow.channel or _NO_TYPE for _, flow in report.flows).most_common())
    largest = max((number for account in report.read for number in account.channels.values()), default=1)
    environment = jinja2.Environment(
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    data = {
        "grades": [grade.label for grade in reversed(Grade)],
        "reasons": {rule.code: [rule.label, rule.grade is None] for rule in RULES},
        "tables": {name: table.encode() for name, table in tables.items()},
    }
    return environment.from_string(_read("report.html.jinja")).render(
        report=report,
        date=f"{report.created:%Y-%m-%d %H:%M %Z}",
        since_date=report.comparison and f"{report.comparison.created:%Y-%m-%d %H:%M %Z}",
        version=__version__,
        format_version=VERSION,
        several=len(report.accounts) > 1,
        total=len(report.flows),
        grades={grade.label: number for grade, number in report.grades.items()},
        largest=max(report.grades.values(), default=1),
        channels=channels,
        matrix=[_matrix_row(account, channels, largest) for account in report.accounts],
        kinds=[
            {
                "title": kind.title,
                "text": kind.text,
                "sources": kind.sources,
                "size": sum(item.kind is kind for account in report.read for item in account.work),
            }
            for kind in WORK_KINDS
        ],
        tables=tables,
        rules=report.rules.items(),
        labels={rule.code: rule.label for rule in RULES},
        notes={rule.code for rule in RULES if rule.grade is None},
        empty=dict.fromkeys({column for table in tables.values() for column in table.columns}, ""),
        every_flow=EVERY_FLOW,
        every_flow_sources=EVERY_FLOW_SOURCES,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=_embed(data),
    )


def _finalize(value: Any) -> Any:
    """Return what an expression of the template writes; markup is a subclass of `str`, and stays as it is."""
    return visible(value) if type(value) is str else value


def _read(name: str) -> str:
    return files("flexflows.cli.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _embed(value: object) -> str:
    """Return JSON that cannot end or open an element: ASCII, without <, > and &."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _encode(column: Sequence[str], *, is_filter: bool) -> dict[str, Any]:
    values = dict.fromkeys(column)
    if not is_filter and 2 * len(values) > len(column):
        return {"values": column}
    numbers = {value: number for number, value in enumerate(values)}
    return {"values": list(values), "index": [numbers[value] for value in column]}


def _flow_rows(report: Report) -> Iterator[tuple[str, ...]]:
    changes = report.comparison.changes if report.comparison else ()
    changed = {id(change.flow): change.kind for change in changes}
    for account, flow in report.flows:
        yield (
            flow.grade.label,
            flow.flow.friendly_name or "",
            flow.flow.sid or "",
            flow.channel or _NO_TYPE,
            flow.flow.contact_identity or "",
            flow.flow.integration_type or _NO_TYPE,
            flow.target,
            account.name,
            " ".join(rule.code for rule in flow.rules),
            changed.get(id(flow), ""),
            flow.address[1] if flow.address else NO_IDENTITY,
            "disabled" if flow.flow.enabled is False else "",
        )


def _work_rows(report: Report) -> Iterator[tuple[str, ...]]:
    for account in report.read:
        for item in account.work:
            shared = item.flows if item.kind is SHARED_ADDRESSES else ()
            details = (
                f"{flow.flow.integration_type or _NO_TYPE} {flow.state} {flow.flow.sid or ''}" for flow in shared
            )
            key = json.dumps([account.account_sid or account.name, item.kind.code, item.item])
            yield item.kind.title, item.item, "; ".join(details), str(len(item.flows)), account.name, key


def _change_rows(report: Report) -> Iterator[tuple[str, ...]]:
    for change in report.comparison.changes if report.comparison else ():
        flow = change.flow.flow
        yield (
            change.kind,
            change.flow.grade.label,
            flow.friendly_name or "",
            flow.sid or "",
            change.flow.channel or _NO_TYPE,
            flow.contact_identity or "",
            change.account.name,
            "; ".join(f"{name}: {format_value(was)} → {format_value(now)}" for name, was, now in change.attributes),
        )


def _matrix_row(account: AccountReport, channels: Mapping[str, int], largest: int) -> dict[str, Any]:
    found = {channel or _NO_TYPE: number for channel, number in account.channels.items()}
    counts = {channel: found.get(channel, 0) for channel in channels}
    return {
        "name": account.name,
        "sid": account.account_sid if account.profile else None,
        "error": account.error,
        "is_complete": account.is_complete,
        "total": len(account.flows),
        "grades": {grade.label: number for grade, number in account.grades.items()},
        "channels": counts,
        "heat": {channel: -(-number * _HEAT_LEVELS // largest) for channel, number in counts.items()},
    }
