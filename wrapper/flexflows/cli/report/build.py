"""The report as a value: graded flows, work lists and totals, built from accounts."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import attrs

from flexflows import FlexFlow
from flexflows.cli._accounts import Account

from .commands import NextStep, plan_next_step
from .facts import GRADES, REASONS, WORK_LISTS, Fact, Grade
from .grading import NUMBER, find_address, find_grade, find_reasons, find_target, given
from .masking import mask_url

NO_TYPE = "no type"
NO_IDENTITY = "(no identity)"
NEARLY_ALL = 0.9  # the share of the flows from which on a note is made once, and not for each flow


class Selection(NamedTuple):
    """The options that leave flows out; `keeps_addresses`: whether all flows of one address are in, or none."""

    options: tuple[str, ...] = ()
    keeps_addresses: bool = True


@attrs.frozen(eq=False)
class GradedFlow:
    """A flow of an account with its grade, its reasons and what moves it; texts that the record lacks are empty."""

    account: Account
    flow: FlexFlow
    sid: str
    name: str
    identity: str
    channel: str
    integration: str
    state: str
    target: str
    masked_target: str
    address: tuple[str, str] | None
    reasons: tuple[Fact, ...]
    grade: Grade
    next_step: NextStep
    accepted: str | None


class WorkItem(NamedTuple):
    """An entry of a work list, as it is and for formats that are shared, and the flows that it concerns."""

    work_list: Fact
    item: str
    masked_item: str
    flows: tuple[GradedFlow, ...]


@attrs.frozen(eq=False)
class AccountReport:
    """One account: the flows that are left, hardest first, those that were accepted, and its work lists."""

    account: Account
    flows: tuple[GradedFlow, ...]
    accepted: tuple[GradedFlow, ...]
    grades: Mapping[Grade, int]
    channels: Mapping[str, int]
    work: tuple[WorkItem, ...]


@attrs.frozen(eq=False)
class Report:
    """The report: only the accounts that were `read` count; `unused` are the accepted SIDs that no flow has."""

    created: datetime
    selection: Selection
    accounts: tuple[AccountReport, ...]
    read: tuple[AccountReport, ...]
    flows: tuple[GradedFlow, ...]
    accepted: tuple[GradedFlow, ...]
    unused: Mapping[str, str]
    grades: Mapping[Grade, int]
    reasons: Mapping[Fact, int]
    common_notes: frozenset[Fact]


def build(
    accounts: Sequence[Account], now: datetime, selection: Selection, accepted: Mapping[str, str] | None = None
) -> Report:
    """Build the report on accounts; `accepted`: the SIDs of the flows that may stay, each with the reason."""
    reports = tuple(_report_account(account, selection, accepted or {}) for account in accounts)
    left = _sort(flow for report in reports for flow in report.flows)
    stay = _sort(flow for report in reports for flow in report.accepted)
    counts = Counter(reason for flow in left for reason in flow.reasons)
    return Report(
        now,
        selection,
        reports,
        tuple(report for report in reports if report.account.error is None),
        left,
        stay,
        {sid: reason for sid, reason in (accepted or {}).items() if sid not in {flow.sid for flow in stay}},
        count_grades(left),
        {reason: counts[reason] for reason in REASONS.values() if reason in counts},
        frozenset(each for each, number in counts.items() if each.grade is None and number >= NEARLY_ALL * len(left)),
    )


def name_account(account: Account) -> str:
    """Return an account's profile, or else its SID."""
    return account.profile or account.account_sid or "this account"


def describe_account(account: Account) -> str:
    """Return an account's profiles and its SID."""
    profiles = ", ".join(filter(None, (account.profile, *account.other_profiles)))
    return " ".join(filter(None, (profiles, account.account_sid))) or name_account(account)


def count_grades(flows: Iterable[GradedFlow]) -> Mapping[Grade, int]:
    """Return the number of flows by grade, hardest first, without the grades that no flow has."""
    counts = Counter(flow.grade for flow in flows)
    return {grade: counts[grade] for grade in GRADES if grade in counts}


def _sort(flows: Iterable[GradedFlow]) -> tuple[GradedFlow, ...]:
    return tuple(sorted(flows, key=lambda flow: GRADES.index(flow.grade)))


def _report_account(account: Account, selection: Selection, accepted: Mapping[str, str]) -> AccountReport:
    addresses = Counter(filter(None, map(find_address, account.flows)))
    shared = {address for address, number in addresses.items() if number > 1}
    sees_all = selection.keeps_addresses and account.is_complete
    flows = [_grade(account, flow, shared, accepted, sees_all=sees_all) for flow in account.flows]
    flows.sort(key=lambda flow: (flow.channel, flow.name, flow.sid))
    left, stay = (_sort(flow for flow in flows if (flow.accepted is None) is is_left) for is_left in (True, False))
    channels = dict(Counter(flow.channel for flow in left).most_common())
    return AccountReport(account, left, stay, count_grades(left), channels, tuple(_list_work(left, shared)))


def _grade(
    account: Account, flow: FlexFlow, shared: Container[object], accepted: Mapping[str, str], *, sees_all: bool
) -> GradedFlow:
    address, target = find_address(flow), find_target(flow) or ""
    reasons = find_reasons(flow, is_shared=address in shared)
    return GradedFlow(
        account,
        flow,
        flow.sid or "",
        flow.friendly_name or "",
        flow.contact_identity or "",
        str(given(flow.channel_type) or NO_TYPE),
        str(given(flow.integration_type) or NO_TYPE),
        "" if flow.enabled is None else "enabled" if flow.enabled else "disabled",
        target,
        mask_url(target),
        address,
        reasons,
        find_grade(reasons),
        plan_next_step(flow, account.profile, is_shared=address in shared, sees_all=sees_all),
        accepted.get(flow.sid or ""),
    )


def _list_work(flows: Sequence[GradedFlow], shared: Container[object]) -> Iterator[WorkItem]:
    for code, work_list in WORK_LISTS.items():
        items: dict[str, list[GradedFlow]] = {}
        for flow in flows:
            if entry := _find_entry(code, flow, is_shared=flow.address in shared):
                items.setdefault(entry, []).append(flow)
        for entry, group in sorted(items.items(), key=lambda item: (-len(item[1]), item[0])):
            yield WorkItem(work_list, entry, mask_url(entry) if code == "webhook" else entry, tuple(group))


def _find_entry(code: str, flow: GradedFlow, *, is_shared: bool) -> str:
    """Return the entry of a work list that a flow belongs to; empty if it belongs to none."""
    channel, identity = flow.address or (flow.channel, "")
    number = identity if NUMBER.fullmatch(identity) else ""
    entries = {
        "studio": flow.target if flow.integration == "studio" else "",
        "webhook": flow.target if flow.integration == "external" else "",
        "number": number if channel == "sms" else "",
        "sender": number if channel == "whatsapp" else "",
        "custom": (given(flow.identity) or NO_IDENTITY) if channel == "custom" else "",
        "shared": f"{channel} {identity}" if is_shared else "",
    }
    return entries[code]
