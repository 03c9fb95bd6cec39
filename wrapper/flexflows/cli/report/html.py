"""The report as one self-contained HTML page: a template, a style sheet and a script, all in this folder."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import jinja2

from flexflows import __version__
from flexflows.cli._text import visible
from flexflows.cli.report.build import CHANGE_KINDS, NO_IDENTITY, AccountReport, GradedFlow, Report
from flexflows.cli.report.files import VERSION
from flexflows.cli.report.rules import EVERY_FLOW, GRADES, REASONS, WORK_LISTS

FIRST_ROWS = 200
"""The number of rows of a table that a browser without JavaScript shows."""
NAMED_FLOWS = 6
"""The most flows that the entry of a shared address names."""
_HEAT_LEVELS = 4
_FILTERS = frozenset({"grade", "channel", "integration", "account", "reasons", "change", "list"})

_Rows = list[dict[str, str]]


def to_html(report: Report) -> str:
    """Return the report as a page that requests nothing and runs nothing but its own script."""
    style, script = _read("report.css"), _read("report.js")
    tables = {
        "flows": list(_flow_rows(report)),
        "work": list(_work_rows(report)),
        "changes": list(_change_rows(report)),
    }
    data = {
        "grades": GRADES,
        "reasons": {code: [reason.label, reason.grade is None] for code, reason in REASONS.items()},
        "tables": {name: {"size": len(rows), "columns": _columns(rows)} for name, rows in tables.items()},
    }
    environment = jinja2.Environment(
        autoescape=True, finalize=_finalize, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    largest = max((number for account in report.read for number in account.channels.values()), default=1)

    def heat(number: int) -> int:
        return -(-number * _HEAT_LEVELS // largest)

    return environment.from_string(_read("report.html.jinja")).render(
        report=report,
        version=__version__,
        format_version=VERSION,
        several=len(report.accounts) > 1,
        total=len(report.flows),
        channels=dict(Counter(flow.channel for _, flow in report.flows).most_common()),
        heat=heat,
        change_kinds=CHANGE_KINDS,
        work_lists=WORK_LISTS.values(),
        work_sizes=Counter(item.work_list.code for account in report.read for item in account.work),
        tables=tables,
        first_rows=FIRST_ROWS,
        reasons=REASONS,
        every_flow=EVERY_FLOW,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=_embed(data),
    )


def _finalize(value: Any) -> Any:
    """Return a value of the template with control characters escaped; markup, a subclass of `str`, stays as it is."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else visible(value)


def _read(name: str) -> str:
    return files("flexflows.cli.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _embed(value: object) -> str:
    """Return JSON that cannot end or open an element: ASCII, without <, > and &."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _columns(rows: _Rows) -> dict[str, Any]:
    return {name: _column(name, [visible(row[name]) for row in rows]) for name in (rows[0] if rows else ())}


def _column(name: str, texts: Sequence[str]) -> dict[str, Any]:
    """Return the texts of a column: if many repeat or the script filters by them, the distinct texts and an index."""
    values = dict.fromkeys(texts)
    if name not in _FILTERS and 2 * len(values) > len(texts):
        return {"values": texts}
    numbers = {value: number for number, value in enumerate(values)}
    return {"values": list(values), "index": [numbers[text] for text in texts]}


def _identify(account: AccountReport, flow: GradedFlow) -> dict[str, str]:
    """Return the cells of a flow that are in the table of flows and in the table of changes."""
    return {
        "grade": flow.grade,
        "name": flow.text("friendly_name"),
        "sid": flow.text("sid"),
        "channel": flow.channel,
        "identity": flow.text("contact_identity"),
        "account": account.name,
    }


def _flow_rows(report: Report) -> Iterator[dict[str, str]]:
    for account, flow in report.flows:
        yield _identify(account, flow) | {
            "integration": flow.integration,
            "target": flow.target,
            "reasons": " ".join(reason.code for reason in flow.reasons),
            "change": report.changes[flow].kind if flow in report.changes else "",
            "address": flow.address[1] if flow.address else NO_IDENTITY,
            "state": "disabled" if flow.flow.enabled is False else "",
        }


def _work_rows(report: Report) -> Iterator[dict[str, str]]:
    for account in report.read:
        for item in account.work:
            named = item.flows[:NAMED_FLOWS] if item.work_list.code == "shared" else ()
            details = [f"{flow.integration} {flow.state} {flow.text('sid')}" for flow in named]
            if named and len(item.flows) > len(named):
                details.append(f"and {len(item.flows) - len(named):,} more")
            yield {
                "list": item.work_list.label,
                "item": item.item,
                "detail": "; ".join(details),
                "flows": str(len(item.flows)),
                "account": account.name,
                "key": json.dumps([account.account.account_sid or account.name, item.work_list.code, item.item]),
            }


def _change_rows(report: Report) -> Iterator[dict[str, str]]:
    for flow, change in report.changes.items():
        yield _identify(change.account, flow) | {
            "change": change.kind,
            "attributes": "; ".join(change.describe("→")),
        }
