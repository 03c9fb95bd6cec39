"""The report as one self-contained HTML page: a template, a style sheet and a script, all in this folder."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jinja2

from flexflows import __version__
from flexflows.cli._accounts import describe_accounts
from flexflows.cli._text import pluralize, visible

from . import facts
from .build import GradedFlow, Report, describe_account, name_account
from .changes import Comparison
from .masking import mark, mask_text

STATIC_ROWS = 50  # of a table, for a browser without JavaScript

Row = dict[str, Any]


def to_html(report: Report, comparison: Comparison | None) -> str:
    """Return the report as a page that requests nothing and runs nothing but its own script."""
    tables = {
        "work": _work_rows(report),
        "flows": _flow_rows(report, comparison),
        "accepted": (_identify(flow) | {"accepted": flow.accepted} for flow in report.accepted),
        "changes": iter(()) if comparison is None else _change_rows(comparison),
    }
    options = " ".join(report.options)
    labels = {code: {"label": reason.label, "is_note": reason.grade is None} for code, reason in facts.REASONS.items()}
    environment = jinja2.Environment(
        autoescape=True, finalize=_finalize, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"visible": visible, "hash": _hash}
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    return environment.from_string(_read("report.html.jinja")).render(
        report=report,
        name=name_account,
        describe=describe_account,
        comparison=comparison,
        version=__version__,
        several=len(report.accounts) > 1,
        selection=mark(options, mask_text(options)),
        accounts_read=describe_accounts([account.account for account in report.accounts]),
        channels=dict(Counter(flow.channel for flow in report.flows).most_common()),
        plural=pluralize,
        facts=facts,
        labels=labels,
        work_sizes=Counter(item.work_list.code for account in report.read for item in account.work),
        tables={name: [_make_visible(row) for row in rows] for name, rows in tables.items()},
        static_rows=STATIC_ROWS,
        style=_read("report.css"),
        script=_read("report.js"),
    )


def _finalize(value: Any) -> Any:
    """Return a value of the template with control characters escaped; markup, a subclass of `str`, stays as it is."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else visible(value)


def _make_visible(row: Row) -> Row:
    return {name: visible(value) if isinstance(value, str) else value for name, value in row.items()}


def _read(name: str) -> str:
    return files("flexflows.cli.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _identify(flow: GradedFlow) -> Row:
    """Return the cells that each table of flows has."""
    row = {"grade": flow.grade, "name": flow.name, "sid": flow.sid, "channel": flow.channel, "identity": flow.identity}
    return row | {"account": name_account(flow.account)}


def _flow_rows(report: Report, comparison: Comparison | None) -> Iterator[Row]:
    changes = {} if comparison is None else {change.flow: change.kind for change in comparison.changes}
    for flow in report.flows:
        step = flow.next_step.masked()
        yield _identify(flow) | {
            "integration": flow.integration,
            "target": flow.masked_target,
            "masked": "masked" if flow.masked_target != flow.target else "",
            "state": "disabled" if flow.flow.enabled is False else "",
            "change": changes.get(flow, ""),
            "reasons": [reason.code for reason in flow.reasons],
            "chips": [reason.code for reason in flow.reasons if reason not in report.common_notes],
            "after": step.after,
            "commands": step.lines(),
            "obstacle": step.obstacle,
        }


def _work_rows(report: Report) -> Iterator[Row]:
    numbers = {flow: number for number, flow in enumerate(report.flows)}
    keys: Counter[tuple[str, ...]] = Counter()
    for account in report.read:
        name = name_account(account.account)
        for item in account.work:
            # Browsers store the key, so it has no secret of a URL; a number tells equal keys apart.
            key = (account.account.account_sid or name, item.work_list.code, item.masked_item)
            keys[key] += 1
            yield {
                "done": False,
                "list": item.work_list.label,
                "item": item.masked_item,
                "masked": "masked" if item.masked_item != item.item else "",
                "count": len(item.flows),
                "account": name,
                "key": " ".join((*key, str(keys[key]))),
                "flows": [numbers[flow] for flow in item.flows],
            }


def _change_rows(comparison: Comparison) -> Iterator[Row]:
    for change in comparison.changes:
        attributes = "; ".join(change.describe("→", is_masked=True))
        yield _identify(change.flow) | {"change": change.kind, "attributes": attributes}
