"""The report as JSON and CSV, and the JSON read back for `--since`."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from flexflows._generated import FlexFlow
from flexflows._version import __version__
from flexflows.cli._accounts import AccountFlows
from flexflows.cli._text import visible
from flexflows.cli.report.build import (
    CHANGE_KINDS,
    AccountReport,
    Change,
    GradedFlow,
    Report,
    build,
    format_value,
)
from flexflows.cli.report.rules import EVERY_FLOW, EVERY_FLOW_SOURCES, SHARED_ADDRESSES, WORK_KINDS, Source

FORMAT = "flexflows-report"
VERSION = 1
CSV_COLUMNS = (
    *("profile", "account_sid", "sid", "friendly_name", "channel_type", "contact_identity", "integration_type"),
    *("leads_to", "enabled", "grade", "reasons", "sources", "shared_address", "change", "changed_attributes"),
    *("account_is_complete", "account_error"),
)


class _Header(msgspec.Struct):
    format: str
    version: int


class _Flow(msgspec.Struct):
    record: dict[str, Any]


class _Account(msgspec.Struct):
    profile: str | None
    account_sid: str | None
    error: str | None
    is_complete: bool
    flows: list[_Flow]


class _Document(msgspec.Struct):
    created: datetime
    selection: list[str]
    accounts: list[_Account]


def to_json(report: Report) -> str:
    """Return the report as a JSON document."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "flexflows": __version__,
        "created": _time(report.created),
        "selection": report.selection,
        "accounts_read": len(report.read),
        "accounts_in_all": len(report.accounts),
        "flows": len(report.flows),
        "grades": _grades(report.grades),
        "every_flow": {"text": EVERY_FLOW, "sources": _sources(EVERY_FLOW_SOURCES)},
        "reasons": {
            rule.code: {
                "label": rule.label,
                "grade": rule.grade and rule.grade.label,
                "text": rule.text,
                "sources": _sources(rule.sources),
                "flows": number,
            }
            for rule, number in report.rules.items()
        },
        "work_lists": {
            kind.code: {"title": kind.title, "text": kind.text, "sources": _sources(kind.sources)}
            for kind in WORK_KINDS
        },
        "accounts": [_account(account) for account in report.accounts],
        "since": _since(report),
    }
    return json.dumps(document) + "\n"


def to_csv(report: Report, *, is_shown: bool = False) -> str:
    """Return the report as CSV: a row for each flow, each flow that is gone, and each account without flows.

    Args:
        report: The report.
        is_shown: Whether it goes to a terminal, where no cell may act.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, CSV_COLUMNS, restval="")
    writer.writeheader()
    for row in _rows(report):
        writer.writerow({name: visible(cell) for name, cell in row.items()} if is_shown else row)
    return text.getvalue()


def read_since(path: Path, *, selection: Sequence[str] = ()) -> Report:
    """Read an earlier report from the JSON file that `to_json` wrote.

    Args:
        path: The file.
        selection: The options that leave flows out of the report to come; the earlier one must have had the same.

    Raises:
        ValueError: When the file is not such a report, or not a comparable one; in one line.
    """
    advice = "name a file written by flexflows report -o json"
    try:
        document = json.loads(path.read_bytes())
        header = msgspec.convert(document, _Header)
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, not an object with these keys
        raise ValueError(f"{path} is not a report; {advice}") from error
    if header.format != FORMAT:
        raise ValueError(f"{path} is not a report but {header.format!r}; {advice}")
    if header.version != VERSION:
        raise ValueError(
            f"{path} is a report of version {header.version}, and this flexflows reads version {VERSION}; "
            "write it again with this release"
        )
    try:
        earlier = msgspec.convert(document, _Document)
    except msgspec.ValidationError as error:
        raise ValueError(f"{path} is a damaged report: {error}; {advice}") from error
    if earlier.selection != list(selection):
        options = " ".join(earlier.selection) or "neither --where nor a filter"
        raise ValueError(f"{path} was written with {options}; use the same options to compare with it")
    accounts = [
        AccountFlows(
            account.profile,
            account.account_sid,
            tuple(FlexFlow.from_dict(flow.record) for flow in account.flows),
            account.error,
            account.is_complete,
        )
        for account in earlier.accounts
    ]
    return build(accounts, now=earlier.created, selection=selection)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _grades(grades: Mapping[Any, int]) -> dict[str, int]:
    return {grade.label: number for grade, number in grades.items()}


def _sources(sources: Sequence[Source]) -> list[dict[str, str | None]]:
    return [{"title": source.title, "url": source.url} for source in sources]


def _account(account: AccountReport) -> dict[str, Any]:
    return {
        "profile": account.profile,
        "other_profiles": account.other_profiles,
        "account_sid": account.account_sid,
        "error": account.error,
        "is_complete": account.is_complete and account.error is None,
        "grades": _grades(account.grades),
        "channels": account.channels,
        "work": [
            {"list": item.kind.code, "item": item.item, "flows": [flow.flow.sid for flow in item.flows]}
            for item in account.work
        ],
        "flows": [_flow(flow) for flow in account.flows],
    }


def _flow(flow: GradedFlow) -> dict[str, Any]:
    return {
        "grade": flow.grade.label,
        "reasons": [rule.code for rule in flow.rules],
        "leads_to": flow.target or None,
        "record": flow.flow.to_dict(),
    }


def _since(report: Report) -> dict[str, Any] | None:
    if (comparison := report.comparison) is None:
        return None
    return {
        "created": _time(comparison.created),
        **{kind: [_change(each) for each in comparison.changes if each.kind == kind] for kind in CHANGE_KINDS},
        "not_compared": [{"account": name, "reason": reason} for name, reason in comparison.not_compared],
    }


def _change(change: Change) -> dict[str, Any]:
    attributes = {name: {"before": before, "after": after} for name, before, after in change.attributes}
    account = {"profile": change.account.profile, "account_sid": change.account.account_sid}
    return account | ({"attributes": attributes} if attributes else {}) | _flow(change.flow)


def _rows(report: Report) -> Iterator[dict[str, str]]:
    changes = report.comparison.changes if report.comparison else ()
    changed = {id(change.flow): change for change in changes}
    for account in report.accounts:
        shared = {flow.address for item in account.work if item.kind is SHARED_ADDRESSES for flow in item.flows}
        for flow in account.flows:
            address = " ".join(flow.address) if flow.address and flow.address in shared else ""
            yield _row(account, flow, changed.get(id(flow))) | {"shared_address": address}
        if not account.flows:
            yield _row(account)
    for change in changes:
        if change.kind == "gone":
            yield _row(change.account, change.flow, change)


def _row(account: AccountReport, flow: GradedFlow | None = None, change: Change | None = None) -> dict[str, str]:
    row: dict[str, str] = {
        "profile": account.profile or "",
        "account_sid": account.account_sid or "",
        "account_is_complete": json.dumps(account.is_complete and account.error is None),
        "account_error": account.error or "",
    }
    if flow is not None:
        record = flow.flow
        sources = {source.url or source.title: None for rule in flow.rules for source in rule.sources}
        row |= {
            "sid": record.sid or "",
            "friendly_name": record.friendly_name or "",
            "channel_type": flow.channel,
            "contact_identity": record.contact_identity or "",
            "integration_type": record.integration_type or "",
            "leads_to": flow.target,
            "enabled": "" if record.enabled is None else json.dumps(record.enabled),
            "grade": flow.grade.label,
            "reasons": "; ".join(rule.label for rule in flow.rules),
            "sources": "; ".join(sources),
        }
    if change is not None:
        row |= {
            "change": change.kind,
            "changed_attributes": "; ".join(
                f"{name}: {format_value(before)} -> {format_value(after)}" for name, before, after in change.attributes
            ),
        }
    return row
