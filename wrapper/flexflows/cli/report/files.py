"""The report as JSON and CSV, and the JSON read back for `--since`."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from flexflows import FlexFlow, FlexFlowsError, __version__
from flexflows.cli._accounts import Account
from flexflows.cli._columns import Column
from flexflows.cli._formats import row_format
from flexflows.cli.report.build import CHANGE_KINDS, AccountReport, Change, GradedFlow, Report, build
from flexflows.cli.report.rules import EVERY_FLOW, WORK_LISTS

FORMAT = "flexflows-report"
VERSION = 1
_ATTRIBUTES = ("sid", "friendly_name", "channel_type", "contact_identity", "integration_type")
_COLUMNS = (
    *("profile", "account_sid", *_ATTRIBUTES, "leads_to", "enabled", "grade", "reasons", "sources", "shared_address"),
    *("change", "changed_attributes", "account_is_complete", "account_error"),
)


class _Flow(msgspec.Struct):
    record: dict[str, Any]


class _Account(msgspec.Struct):
    profile: str | None
    account_sid: str | None
    error: str | None
    is_complete: bool
    flows: list[_Flow]


class _Document(msgspec.Struct):
    format: Literal["flexflows-report"]
    version: Literal[1]
    created: datetime
    selection: list[str]
    accounts: list[_Account]


def to_json(report: Report) -> str:
    """Return the report as a JSON document."""
    comparison = report.comparison
    since = comparison and {
        "created": _time(comparison.created),
        **{kind: [_change(each) for each in report.changes.values() if each.kind == kind] for kind in CHANGE_KINDS},
        "not_compared": [{"account": name, "reason": reason} for name, reason in comparison.not_compared.items()],
    }
    document = {
        "format": FORMAT,
        "version": VERSION,
        "flexflows": __version__,
        "created": _time(report.created),
        "selection": report.selection,
        "accounts_read": len(report.read),
        "accounts_in_all": len(report.accounts),
        "flows": len(report.flows),
        "grades": report.grades,
        "every_flow": msgspec.to_builtins(EVERY_FLOW),
        "reasons": [{**msgspec.to_builtins(reason), "flows": number} for reason, number in report.reasons.items()],
        "work_lists": msgspec.to_builtins(list(WORK_LISTS.values())),
        "accounts": [_account(account) for account in report.accounts],
        "since": since,
    }
    return json.dumps(document) + "\n"


def to_csv(report: Report, *, is_new_file: bool = False, is_shown: bool = False) -> bytes:
    """Return the report as CSV: a row for each flow, each flow that is gone, and each account without flows.

    Args:
        report: The report.
        is_new_file: Whether it begins a file, which then gets a byte order mark.
        is_shown: Whether it goes to a terminal, where control characters are escaped.
    """
    rows = list(_rows(report))
    columns = [Column(name) for name in _COLUMNS]
    form = row_format(columns, is_new_file=is_new_file, with_header=True, is_tsv=False, is_shown=is_shown)
    return form.opening + b"".join(form.encode([row], None) for row in rows)


def read_since(path: Path, *, selection: Sequence[str] = ()) -> Report:
    """Read an earlier report from the JSON file that `to_json` wrote.

    Args:
        path: The file.
        selection: The options that leave flows out of the new report; the earlier report must have the same.

    Raises:
        ValueError: The file is not a report, or cannot be compared with the new one; the message is one line.
    """
    try:
        earlier = msgspec.convert(json.loads(path.read_bytes()), _Document)
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, or another document
        raise ValueError(
            f"{path} is not a report of version {VERSION} ({error}); name a file that this release wrote with "
            "flexflows report -o json"
        ) from error
    if earlier.selection != list(selection):
        options = " ".join(earlier.selection) or "neither --where nor a filter"
        raise ValueError(f"{path} was written with {options}; use the same options to compare with it")
    return build([_read(each) for each in earlier.accounts], now=earlier.created, selection=selection)


def _read(account: _Account) -> Account:
    return Account(
        account.profile,
        account.account_sid,
        failure=None if account.error is None else FlexFlowsError(account.error),
        has_more=not account.is_complete,
        flows=[FlexFlow.from_dict(flow.record) for flow in account.flows],
    )


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


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
        "flows": [_flow(flow) for flow in report.flows],
    }


def _flow(flow: GradedFlow) -> dict[str, Any]:
    return {
        "grade": flow.grade,
        "reasons": [reason.code for reason in flow.reasons],
        "leads_to": flow.target or None,
        "record": flow.flow.to_dict(),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "profile": change.account.account.profile,
        "account_sid": change.account.account.account_sid,
        "attributes": {name: {"before": before, "after": after} for name, before, after in change.attributes},
        **_flow(change.flow),
    }


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    for account in report.accounts:
        for flow in account.flows:
            yield _row(account, flow, report.changes.get(flow))
        if not account.flows:
            yield _row(account)
    for flow, change in report.changes.items():
        if change.kind == "gone":
            yield _row(change.account, flow, change)


def _row(report: AccountReport, flow: GradedFlow | None = None, change: Change | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "profile": report.account.profile,
        "account_sid": report.account.account_sid,
        "account_is_complete": report.account.is_complete,
        "account_error": report.error,
    }
    if flow is not None:
        sources = {source.url or source.title: None for reason in flow.reasons for source in reason.sources}
        is_shared = any(reason.code == "shared-address" for reason in flow.reasons)
        row |= {name: flow.text(name) for name in _ATTRIBUTES} | {
            "leads_to": flow.target,
            "enabled": flow.flow.enabled,
            "grade": flow.grade,
            "reasons": "; ".join(reason.label for reason in flow.reasons),
            "sources": "; ".join(sources),
            "shared_address": " ".join(flow.address or ()) if is_shared else None,
        }
    if change is not None:
        row |= {"change": change.kind, "changed_attributes": "; ".join(change.describe("->"))}
    return {name: cell for name, cell in row.items() if cell != ""}
