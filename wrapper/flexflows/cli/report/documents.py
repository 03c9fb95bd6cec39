"""The report for machines: JSON, which `--since` reads back, and CSV. Nothing in them is masked."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from flexflows import __version__

from flexflows.cli._columns import Column
from flexflows.cli._formats import row_format
from .build import AccountReport, GradedFlow, Report
from .changes import KINDS, Change, Comparison
from .facts import GENERAL, WORK_LISTS, Fact, Grade

FORMAT = "flexflows-report"
VERSION = 1
"""The version of the JSON document."""
COLUMNS = (
    *("profile", "account_sid", "sid", "friendly_name", "channel_type", "contact_identity", "integration_type"),
    *("leads_to", "enabled", "grade", "reasons", "sources", "shared_address", "accepted"),
    *("commands_after", "remove_command", "create_command", "undo_command", "no_commands"),
    *("change", "changed_attributes", "account_is_complete", "account_error"),
)


def to_json(report: Report, comparison: Comparison | None = None) -> str:
    """Return the report as a JSON document."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "flexflows": __version__,
        "created": _time(report.created),
        "selection": report.selection.options,
        "accounts_read": len(report.read),
        "accounts_in_all": len(report.accounts),
        "is_complete": all(account.account.is_complete for account in report.accounts),
        "flows": len(report.flows) + len(report.accepted),
        "accepted": len(report.accepted),
        "grades": report.grades,
        "accepted_not_found": report.unused,
        "grade_sentences": {grade: grade.sentence for grade in Grade},
        "general": _facts(GENERAL.values()),
        "reasons": [{**_fact(reason), "flows": number} for reason, number in report.reasons.items()],
        "work_lists": _facts(WORK_LISTS.values()),
        "accounts": [_account(account) for account in report.accounts],
        "since": None if comparison is None else _comparison(comparison),
    }
    return json.dumps(document) + "\n"


def to_csv(report: Report, comparison: Comparison | None = None, *, is_new_file: bool, is_shown: bool) -> bytes:
    """Return the report as CSV: a row for each flow, each flow that is gone, and each account without flows.

    Args:
        report: The report.
        comparison: The changes since an earlier report.
        is_new_file: Whether it begins a file, which then gets a byte order mark.
        is_shown: Whether it goes to a terminal, where control characters are escaped.
    """
    columns = [Column(name) for name in COLUMNS]
    form = row_format(columns, is_tsv=False, is_new_file=is_new_file, with_header=True, is_shown=is_shown)
    return form.opening + form.encode(list(_rows(report, comparison)), None)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _fact(fact: Fact) -> dict[str, Any]:
    return {name: value for name, value in msgspec.to_builtins(fact).items() if name != "grade" or value}


def _facts(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    return [_fact(fact) for fact in facts]


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
        "no_commands": step.obstacle,
        "record": flow.flow.to_dict(),
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "created": _time(comparison.created),
        "grades": {grade: {"before": then, "after": now} for grade, (then, now) in comparison.grades.items()},
        **{kind: [_change(each) for each in comparison.changes if each.kind == kind] for kind in KINDS},
        "not_compared": [{"account": name, "reason": reason} for name, reason in comparison.not_compared.items()],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "profile": change.account.account.profile,
        "account_sid": change.account.account.account_sid,
        "attributes": {each.name: {"before": each.before, "after": each.after} for each in change.attributes},
        **_flow(change.flow),
    }


def _rows(report: Report, comparison: Comparison | None) -> Iterator[dict[str, Any]]:
    changes = {} if comparison is None else {change.flow: change for change in comparison.changes}
    for account in report.accounts:
        for flow in account.all_flows:
            yield _row(account, flow, changes.pop(flow, None))
        if not account.all_flows:
            yield _row(account)
    for flow, change in changes.items():  # those that are gone
        yield _row(change.account, flow, change)


def _row(report: AccountReport, flow: GradedFlow | None = None, change: Change | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "profile": report.account.profile,
        "account_sid": report.account.account_sid,
        "account_is_complete": report.account.is_complete,
        "account_error": report.account.error,
    }
    if flow is not None:
        record, lines = flow.flow, flow.next_step.lines()
        sources = dict.fromkeys(source.url for reason in flow.reasons for source in reason.sources)
        is_shared = any(reason.code == "shared-address" for reason in flow.reasons)
        row |= {
            "sid": record.sid,
            "friendly_name": record.friendly_name,
            "channel_type": record.channel_type,
            "contact_identity": record.contact_identity,
            "integration_type": record.integration_type,
            "leads_to": flow.target or None,
            "enabled": record.enabled,
            "grade": flow.grade,
            "reasons": "; ".join(reason.code for reason in flow.reasons),
            "sources": "; ".join(sources),
            "shared_address": " ".join(flow.address or ()) if is_shared else None,
            "accepted": flow.accepted,
            "commands_after": flow.next_step.after or None,
            "no_commands": flow.next_step.obstacle,
            **{f"{name}_command": line for name, line in lines.items()},
        }
    if change is not None:
        row |= {
            "change": change.kind,
            "changed_attributes": "; ".join(attribute.describe() for attribute in change.attributes) or None,
        }
    return row
