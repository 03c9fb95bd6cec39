"""The report for machines: JSON, which `--since` reads back, and CSV. Nothing in them is masked."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from flexflows import __version__
from flexflows.cli._accounts import Account
from flexflows.cli._columns import Column
from flexflows.cli._formats import row_format

from .build import AccountReport, GradedFlow, Report
from .changes import KINDS, Change, Comparison
from .facts import GENERAL

VERSION = 1  # of the JSON document
TIME = "%Y-%m-%dT%H:%M:%SZ"
RECORDED = ("sid", "friendly_name", "channel_type", "contact_identity", "integration_type", "enabled")
COLUMNS = (
    *("profile", "account_sid", *RECORDED, "leads_to", "grade", "reasons", "sources", "accepted"),
    *("commands_after", "remove_command", "create_command", "undo_command", "no_commands"),
    *("change", "changed_attributes", "account_is_complete", "account_error"),
)


def to_json(report: Report, comparison: Comparison | None) -> str:
    """Return the report as a JSON document."""
    document = {
        "format": "flexflows-report",
        "version": VERSION,
        "flexflows": __version__,
        "created": f"{report.created:{TIME}}",
        "selection": report.options,
        "accounts_read": len(report.read),
        "accounts_in_all": len(report.accounts),
        "flows": len(report.flows) + len(report.accepted),
        "accepted": len(report.accepted),
        "accepted_not_found": report.accepted_not_found,
        "grades": report.grades,
        "general": msgspec.to_builtins(list(GENERAL.values())),
        "reasons": [{**msgspec.to_builtins(reason), "flows": number} for reason, number in report.reasons.items()],
        "accounts": [_account(account) for account in report.accounts],
        "since": None if comparison is None else _comparison(comparison),
    }
    return json.dumps(document) + "\n"


def to_csv(report: Report, comparison: Comparison | None, *, is_new_file: bool, is_shown: bool) -> bytes:
    """Return the report as CSV: a row for each flow, each flow that is gone, and each account without flows."""
    columns = [Column(name) for name in COLUMNS]
    form = row_format(columns, is_tsv=False, is_new_file=is_new_file, with_header=True, is_shown=is_shown)
    return form.opening + form.encode(list(_rows(report, comparison)), None)


def _account(report: AccountReport) -> dict[str, Any]:
    account = report.account
    return {
        "profile": account.profile,
        "other_profiles": account.other_profiles,
        "account_sid": account.account_sid,
        "error": account.error,
        "is_complete": account.is_complete,
        "grades": report.grades,
        "channels": report.channels,
        "work": [
            {"list": item.work_list.code, "item": item.item, "flows": [flow.flow.sid for flow in item.flows]}
            for item in report.work
        ],
        "flows": [_flow(flow) for flow in report.all_flows],
    }


def _flow(flow: GradedFlow) -> dict[str, Any]:
    step = flow.next_step
    return {
        "grade": flow.grade,
        "reasons": [reason.code for reason in flow.reasons],
        "leads_to": flow.target or None,
        "accepted": flow.accepted,
        "commands": {"after": step.after, **step.lines()} if step.commands else None,
        "no_commands": step.obstacle or None,
        "record": flow.flow.to_dict(),
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "created": f"{comparison.created:{TIME}}",
        "grades": {grade: {"before": then, "after": now} for grade, (then, now) in comparison.grades.items()},
        **{kind: [_change(each) for each in comparison.changes if each.kind == kind] for kind in KINDS},
        "not_compared": [{"account": name, "reason": reason} for name, reason in comparison.not_compared.items()],
    }


def _change(change: Change) -> dict[str, Any]:
    account = change.flow.account
    attributes = {name: {"before": before, "after": after} for name, before, after in change.attributes}
    location = {"profile": account.profile, "account_sid": account.account_sid}
    return {**location, "attributes": attributes, **_flow(change.flow)}


def _rows(report: Report, comparison: Comparison | None) -> Iterator[dict[str, Any]]:
    changes = {} if comparison is None else {change.flow: change for change in comparison.changes}
    for account in report.accounts:
        yield from (_row(account.account, flow, changes.pop(flow, None)) for flow in account.all_flows)
        if not account.all_flows:
            yield _row(account.account)
    for flow, change in changes.items():  # those that are gone
        yield _row(flow.account, flow, change)


def _row(account: Account, flow: GradedFlow | None = None, change: Change | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "profile": account.profile,
        "account_sid": account.account_sid,
        "account_is_complete": account.is_complete,
        "account_error": account.error,
    }
    if flow is not None:
        record, details = flow.flow.to_dict(), _flow(flow)
        row |= {name: record.get(name) for name in RECORDED}
        row |= {name: details[name] for name in ("leads_to", "grade", "accepted", "no_commands")}
        row |= {
            "reasons": "; ".join(details["reasons"]),
            "sources": "; ".join(dict.fromkeys(source.url for reason in flow.reasons for source in reason.sources)),
            "commands_after": flow.next_step.after or None,
            **{f"{name}_command": line for name, line in flow.next_step.lines().items()},
        }
    if change is not None:
        row |= {"change": change.kind, "changed_attributes": "; ".join(change.describe()) or None}
    return row
