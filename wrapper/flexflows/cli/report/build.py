"""The report as a value: graded flows, work lists and totals, built from accounts."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from flexflows import FlexFlow
from flexflows.cli._accounts import Account

from .commands import NextStep, plan_next_step
from .facts import REASONS, WORK_LISTS, Fact, Grade
from .grading import NUMBER, NUMBERED, find_address, find_grade, find_reasons, find_target, given
from .masking import mask_url

NO_TYPE = "no type"
NO_IDENTITY = "(no identity)"
NEARLY_ALL = 0.9
"""The share of the flows from which on a note is made once, and not for each flow."""


@attrs.frozen
class Selection:
    """The options that leave flows out; `keeps_addresses`: whether all flows of one address are in, or none."""

    options: tuple[str, ...] = ()
    keeps_addresses: bool = True


@attrs.frozen(eq=False)
class GradedFlow:
    """A flow with its grade, its reasons and what moves it; texts that the record lacks are empty."""

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
    grade: Grade
    reasons: tuple[Fact, ...]
    next_step: NextStep
    accepted: str | None


@attrs.frozen
class WorkItem:
    """An entry of a work list, as it is and for formats that are shared, and the flows that it concerns."""

    work_list: Fact
    item: str
    masked_item: str
    flows: tuple[GradedFlow, ...]


@attrs.frozen(eq=False)
class AccountReport:
    """One account: the flows that are left, hardest first, those that were accepted, and its work lists."""

    account: Account
    name: str
    title: str
    flows: tuple[GradedFlow, ...]
    accepted: tuple[GradedFlow, ...]
    grades: Mapping[Grade, int]
    channels: Mapping[str, int]
    work: tuple[WorkItem, ...]


@attrs.frozen(eq=False)
class Report:
    """The report on the flows that are left to migrate, by account, and on what blocks them.

    Attributes:
        created: When the accounts were read.
        selection: The options that left flows out.
        accounts: All accounts.
        read: The accounts that could be read; only these count.
        flows: The flows of all accounts that are left, hardest first, each with its account.
        accepted: The accepted flows of all accounts, each with its account.
        unused: The accepted SIDs, with their reasons, that no flow has.
        grades: The number of flows that are left by grade, hardest first.
        reasons: The number of flows that are left by reason, hardest first.
        common_notes: The notes that are true of nearly every flow.
    """

    created: datetime
    selection: Selection
    accounts: tuple[AccountReport, ...]
    read: tuple[AccountReport, ...]
    flows: tuple[tuple[AccountReport, GradedFlow], ...]
    accepted: tuple[tuple[AccountReport, GradedFlow], ...]
    unused: Mapping[str, str]
    grades: Mapping[Grade, int]
    reasons: Mapping[Fact, int]
    common_notes: frozenset[Fact]


def build(
    accounts: Sequence[Account], now: datetime, selection: Selection, accepted: Mapping[str, str] | None = None
) -> Report:
    """Build the report on accounts; `accepted`: the SIDs of the flows that may stay, each with the reason."""
    reasons_to_stay = accepted or {}
    reports = tuple(_report_account(account, selection, reasons_to_stay) for account in accounts)
    left = [(report, flow) for report in reports for flow in report.flows]
    stay = [(report, flow) for report in reports for flow in report.accepted]
    counts = Counter(reason for _, flow in left for reason in flow.reasons)
    sids = {flow.sid for _, flow in stay}
    return Report(
        now,
        selection,
        reports,
        tuple(report for report in reports if report.account.error is None),
        tuple(sorted(left, key=lambda pair: pair[1].grade.rank)),
        tuple(stay),
        {sid: reason for sid, reason in reasons_to_stay.items() if sid not in sids},
        count_grades(flow for _, flow in left),
        {reason: counts[reason] for reason in REASONS.values() if reason in counts},
        frozenset(each for each, number in counts.items() if each.grade is None and number >= NEARLY_ALL * len(left)),
    )


def count_grades(flows: Iterable[GradedFlow]) -> Mapping[Grade, int]:
    """Return the number of flows by grade, hardest first, without the grades that no flow has."""
    counts = Counter(flow.grade for flow in flows)
    return {grade: counts[grade] for grade in Grade if grade in counts}


def _report_account(account: Account, selection: Selection, accepted: Mapping[str, str]) -> AccountReport:
    addresses = Counter(filter(None, map(find_address, account.flows)))
    shared = {address for address, number in addresses.items() if number > 1}
    sees_all = selection.keeps_addresses and account.is_complete
    graded = [_grade(flow, account, shared, accepted, sees_all=sees_all) for flow in account.flows]
    graded.sort(key=lambda flow: (flow.grade.rank, flow.channel, flow.name, flow.sid))
    left = tuple(flow for flow in graded if flow.accepted is None)
    name = account.profile or account.account_sid or "this account"
    profiles = ", ".join(filter(None, (account.profile, *account.other_profiles)))
    return AccountReport(
        account,
        name,
        " ".join(filter(None, (profiles, account.account_sid))) or name,
        left,
        tuple(flow for flow in graded if flow.accepted is not None),
        count_grades(left),
        dict(Counter(flow.channel for flow in left).most_common()),
        tuple(_list_work(left, shared)),
    )


def _grade(
    flow: FlexFlow, account: Account, shared: Container[object], accepted: Mapping[str, str], *, sees_all: bool
) -> GradedFlow:
    address, target = find_address(flow), find_target(flow) or ""
    reasons = find_reasons(flow, is_shared=address in shared)
    return GradedFlow(
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
        find_grade(reasons),
        reasons,
        plan_next_step(flow, account.profile, is_shared=address in shared, sees_all=sees_all),
        accepted.get(flow.sid or ""),
    )


def _list_work(flows: Sequence[GradedFlow], shared: Container[object]) -> Iterator[WorkItem]:
    items: dict[tuple[str, str], list[GradedFlow]] = {}
    for flow in flows:
        for entry in _entries(flow, is_shared=flow.address in shared):
            items.setdefault(entry, []).append(flow)
    order = list(WORK_LISTS)
    for (code, item), group in sorted(
        items.items(), key=lambda each: (order.index(each[0][0]), -len(each[1]), each[0])
    ):
        yield WorkItem(WORK_LISTS[code], item, mask_url(item) if code == "webhook" else item, tuple(group))


def _entries(flow: GradedFlow, *, is_shared: bool) -> Iterator[tuple[str, str]]:
    """Yield the entries of work lists that a flow belongs to: the code of the list, and the entry."""
    identity = flow.address[1] if flow.address else ""
    if flow.target and flow.integration in {"studio", "external"}:
        yield ("studio" if flow.integration == "studio" else "webhook"), flow.target
    if flow.channel in NUMBERED and NUMBER.fullmatch(identity):
        yield ("number" if flow.channel == "sms" else "sender"), identity
    if flow.channel == "custom":
        yield "custom", given(flow.identity) or NO_IDENTITY
    if is_shared:
        yield "shared", f"{flow.channel} {identity}"
