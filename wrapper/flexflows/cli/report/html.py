"""The report as one self-contained HTML page: a template, a style sheet and a script, all in this folder."""

import base64
import hashlib
import json
import math
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
from .facts import GRADES, REASONS
from .masking import mark, mask_text

STATIC_ROWS = 50  # of a table, for a browser without JavaScript
HEAT_LEVELS = 4
MASKED = "masked"

Row = dict[str, Any]


def to_html(report: Report, comparison: Comparison | None) -> str:
    """Return the report as a page that requests nothing and runs nothing but its own script."""
    style, script = _read("report.css"), _read("report.js")
    tables = {
        "work": list(_work_rows(report)),
        "flows": list(_flow_rows(report, comparison)),
        "accepted": [_identify(flow) | _row(accepted=flow.accepted) for flow in report.accepted],
        "changes": [] if comparison is None else list(_change_rows(comparison)),
    }
    labels = {code: {"label": reason.label, "is_note": reason.grade is None} for code, reason in REASONS.items()}
    options = " ".join(report.options)
    channels = Counter(flow.channel for flow in report.flows)
    largest = max((number for account in report.read for number in account.channels.values()), default=1)

    def heat(number: int) -> int:  # by logarithm, so that one large account does not make all others look alike
        return math.ceil(HEAT_LEVELS * math.log1p(number) / math.log1p(largest))

    environment = jinja2.Environment(
        autoescape=True, finalize=_finalize, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"visible": visible, "hash": _hash}
    return environment.from_string(_read("report.html.jinja")).render(
        report=report,
        name=name_account,
        describe=describe_account,
        comparison=comparison,
        version=__version__,
        several=len(report.accounts) > 1,
        selection=mark(options, mask_text(options)),
        accounts_read=describe_accounts([account.account for account in report.accounts]),
        channels=dict(channels.most_common()),
        choices=_choices,
        heat=heat,
        plural=pluralize,
        facts=facts,
        work_sizes=Counter(item.work_list.code for account in report.read for item in account.work),
        tables=tables,
        static_rows=STATIC_ROWS,
        style=style,
        script=script,
        data=_embed({"grades": GRADES, "reasons": labels, **tables}),
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


def _row(**values: Any) -> Row:
    return {name: visible(value) if isinstance(value, str) else value for name, value in values.items()}


def _identify(flow: GradedFlow) -> Row:
    """Return the cells of a flow that each table of flows has."""
    account = name_account(flow.account)
    identity = _row(name=flow.name, sid=flow.sid, channel=flow.channel, identity=flow.identity, account=account)
    return {"grade": flow.grade.value, **identity}


def _choices(rows: list[Row], column: str) -> list[tuple[str, str, int]]:
    """Return the values of a column, each with its label and the number of rows, for a filter."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(row[column] if column == "reasons" else [row[column]])
    hardness: dict[str, int] = {grade: number for number, grade in enumerate(GRADES)}
    values = sorted(filter(None, counts), key=lambda value: (hardness.get(value, 0), value))
    return [(value, REASONS[value].label if column == "reasons" else value, counts[value]) for value in values]


def _flow_rows(report: Report, comparison: Comparison | None) -> Iterator[Row]:
    changes = {} if comparison is None else {change.flow: change.kind for change in comparison.changes}
    for flow in report.flows:
        step = flow.next_step.masked()
        yield _identify(flow) | _row(
            integration=flow.integration,
            target=flow.masked_target,
            masked=MASKED if flow.masked_target != flow.target else "",
            state="disabled" if flow.flow.enabled is False else "",
            change=changes.get(flow, ""),
            reasons=[reason.code for reason in flow.reasons],
            chips=[reason.code for reason in flow.reasons if reason not in report.common_notes],
            after=step.after,
            commands=step.lines(),
            obstacle=step.obstacle,
        )


def _work_rows(report: Report) -> Iterator[Row]:
    numbers = {flow: number for number, flow in enumerate(report.flows)}
    keys: Counter[str] = Counter()
    for account in report.read:
        name = name_account(account.account)
        for item in account.work:
            # Browsers store the key, so it has no secret of a URL; a number tells equal keys apart.
            key = json.dumps([account.account.account_sid or name, item.work_list.code, item.masked_item])
            keys[key] += 1
            yield _row(
                list=item.work_list.label,
                item=item.masked_item,
                masked=MASKED if item.masked_item != item.item else "",
                count=len(item.flows),
                account=name,
                key=f"{key} {keys[key]}",
                flows=[numbers[flow] for flow in item.flows],
            )


def _change_rows(comparison: Comparison) -> Iterator[Row]:
    for change in comparison.changes:
        attributes = "; ".join(change.describe("→", is_masked=True))
        yield _identify(change.flow) | _row(change=change.kind, attributes=attributes)
