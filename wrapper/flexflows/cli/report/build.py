"""The report as a value: graded flows, work lists and totals, built from accounts."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from flexflows import FlexFlow

from flexflows.cli._accounts import Account
from .commands import NextStep, plan_next_step
from .facts import REASONS, WORK_LISTS, Fact, Grade
from .grading import NUMBER, NUMBERED, find_address, find_target, given, grade_flow
from .masking import mask_url

NO_TYPE = "no type"
NO_IDENTITY = "(no identity)"
NEARLY_ALL = 0.9
"""The share of the flows from which on a note is made once, and not for each flow."""


@attrs.frozen
class Selection:
    """The options that leave flows out, such as `--where enabled=true`, in an order of their own.

    Attributes:
        options: The options.
        keeps_addresses: Whether all flows of one address are in, or none.
    """

    options: tuple[str, ...] = ()
    keeps_addresses: bool = True


@attrs.frozen(eq=False)
class GradedFlow:
    """A flow, its grade and reasons, and what moves it.

    Attributes:
        flow: The record.
        grade: Its grade, the hardest of its reasons.
        reasons: Its reasons, hardest first, and its notes.
        channel: Its channel type, or `NO_TYPE`.
        integration: Its integration type, or `NO_TYPE`.
        target: Where it leads; empty if the record does not say.
        address: Its channel type and identity, if other flows can have the same.
        next_step: The commands that move it, or why there are none.
        accepted: Why it may stay, if it was accepted.
    """

    flow: FlexFlow
    grade: Grade
    reasons: tuple[Fact, ...]
    channel: str
    integration: str
    target: str
    address: tuple[str, str] | None
    next_step: NextStep
    accepted: str | None = None

    @property
    def sid(self) -> str:
        """Its SID; empty if the record has none."""
        return self.flow.sid or ""

    @property
    def name(self) -> str:
        """Its friendly name; empty if the record has none."""
        return self.flow.friendly_name or ""

    @property
    def identity(self) -> str:
        """Its contact identity; empty if the record has none."""
        return self.flow.contact_identity or ""

    @property
    def state(self) -> str:
        """Whether it is enabled, in a word; empty if the record does not say."""
        return "" if self.flow.enabled is None else "enabled" if self.flow.enabled else "disabled"

    @property
    def masked_target(self) -> str:
        """Where it leads, for formats that are shared."""
        return mask_url(self.target)


@attrs.frozen
class WorkItem:
    """An entry of a work list, and the flows that it concerns."""

    work_list: Fact
    item: str
    flows: tuple[GradedFlow, ...]

    @property
    def masked_item(self) -> str:
        """The entry, for formats that are shared."""
        return mask_url(self.item) if self.work_list.code == "webhook" else self.item


@attrs.frozen(eq=False)
class AccountReport:
    """One account: the flows that are left, hardest first, those that were accepted, and its work lists."""

    account: Account
    flows: tuple[GradedFlow, ...]
    accepted: tuple[GradedFlow, ...]
    grades: Mapping[Grade, int]
    channels: Mapping[str, int]
    work: tuple[WorkItem, ...]

    @property
    def name(self) -> str:
        """Its profile, else its SID."""
        return self.account.profile or self.account.account_sid or "this account"

    @property
    def title(self) -> str:
        """Its profiles and its SID."""
        profiles = ", ".join(filter(None, (self.account.profile, *self.account.other_profiles)))
        return " ".join(filter(None, (profiles, self.account.account_sid))) or self.name

    @property
    def all_flows(self) -> tuple[GradedFlow, ...]:
        """Its flows, the accepted ones at the end."""
        return (*self.flows, *self.accepted)


@attrs.frozen(eq=False)
class Report:
    """The report on the flows that are left to migrate, by account, and on what blocks them.

    Attributes:
        created: When the accounts were read.
        selection: The options that left flows out.
        accounts: All accounts.
        unused: The accepted SIDs, with their reasons, that no flow has.
    """

    created: datetime
    selection: Selection
    accounts: tuple[AccountReport, ...]
    unused: Mapping[str, str]

    @property
    def read(self) -> tuple[AccountReport, ...]:
        """The accounts that could be read; only these count."""
        return tuple(account for account in self.accounts if account.account.error is None)

    @property
    def flows(self) -> list[tuple[AccountReport, GradedFlow]]:
        """The flows of all accounts that are left, hardest first, each with its account."""
        flows = [(account, flow) for account in self.accounts for flow in account.flows]
        return sorted(flows, key=lambda pair: pair[1].grade.rank)

    @property
    def accepted(self) -> list[tuple[AccountReport, GradedFlow]]:
        """The accepted flows of all accounts, each with its account."""
        return [(account, flow) for account in self.accounts for flow in account.accepted]

    @property
    def grades(self) -> Mapping[Grade, int]:
        """The number of flows that are left by grade, hardest first."""
        return count_grades(flow for account in self.accounts for flow in account.flows)

    @property
    def reasons(self) -> Mapping[Fact, int]:
        """The number of flows that are left by reason, hardest first."""
        flows = (flow for account in self.accounts for flow in account.flows)
        counts = Counter(reason for flow in flows for reason in flow.reasons)
        return {reason: counts[reason] for reason in REASONS.values() if reason in counts}

    @property
    def common_notes(self) -> frozenset[Fact]:
        """The notes that are true of nearly every flow."""
        total = sum(len(account.flows) for account in self.accounts)
        return frozenset(
            reason for reason, number in self.reasons.items() if reason.grade is None and number >= NEARLY_ALL * total
        )


def build(
    accounts: Sequence[Account],
    *,
    now: datetime,
    selection: Selection | None = None,
    accepted: Mapping[str, str] | None = None,
) -> Report:
    """Build the report on accounts; `accepted`: the SIDs of the flows that may stay, each with the reason."""
    selection, accepted = selection or Selection(), accepted or {}
    reports = tuple(_report_account(account, selection, accepted) for account in accounts)
    found = {flow.sid for report in reports for flow in report.accepted}
    unused = {sid: reason for sid, reason in accepted.items() if sid not in found}
    return Report(now, selection, reports, unused)


def count_grades(flows: Iterable[GradedFlow]) -> Mapping[Grade, int]:
    """Return the number of flows by grade, hardest first, without the grades that no flow has."""
    counts = Counter(flow.grade for flow in flows)
    return {grade: counts[grade] for grade in Grade if grade in counts}


def _report_account(account: Account, selection: Selection, accepted: Mapping[str, str]) -> AccountReport:
    flows = [(flow, find_address(flow)) for flow in account.flows]
    counts = Counter(address for _, address in flows if address is not None)
    shared = {address for address, number in counts.items() if number > 1}
    sees_all = selection.keeps_addresses and account.is_complete
    graded = []
    for flow, address in flows:
        is_shared = address in shared
        next_step = plan_next_step(flow, profile=account.profile, is_shared=is_shared, sees_all=sees_all)
        types = (str(given(flow.channel_type) or NO_TYPE), str(given(flow.integration_type) or NO_TYPE))
        target, reason = find_target(flow) or "", accepted.get(flow.sid or "")
        graded.append(
            GradedFlow(flow, *grade_flow(flow, is_shared=is_shared), *types, target, address, next_step, reason)
        )
    graded.sort(key=lambda flow: (flow.grade.rank, flow.channel, flow.name, flow.sid))
    left = tuple(flow for flow in graded if flow.accepted is None)
    return AccountReport(
        account,
        left,
        tuple(flow for flow in graded if flow.accepted is not None),
        count_grades(left),
        dict(Counter(flow.channel for flow in left).most_common()),
        _work(left, shared),
    )


def _work(flows: Sequence[GradedFlow], shared: Container[tuple[str, str] | None]) -> tuple[WorkItem, ...]:
    items: dict[tuple[str, str], list[GradedFlow]] = {}
    for flow in flows:
        for entry in _entries(flow, is_shared=flow.address in shared):
            items.setdefault(entry, []).append(flow)
    order = list(WORK_LISTS)
    ordered = sorted(items.items(), key=lambda each: (order.index(each[0][0]), -len(each[1]), each[0][1]))
    return tuple(WorkItem(WORK_LISTS[code], item, tuple(concerned)) for (code, item), concerned in ordered)


def _entries(flow: GradedFlow, *, is_shared: bool) -> Iterator[tuple[str, str]]:
    """Yield the entries of work lists that a flow belongs to: the code of the list, and the entry."""
    identity = flow.address[1] if flow.address else ""
    if flow.target and flow.integration == "studio":
        yield "studio", flow.target
    if flow.target and flow.integration == "external":
        yield "webhook", flow.target
    if flow.channel in NUMBERED and NUMBER.fullmatch(identity):
        yield ("number" if flow.channel == "sms" else "sender"), identity
    if flow.channel == "custom":
        yield "custom", given(flow.flow.contact_identity) or NO_IDENTITY
    if is_shared:
        yield "shared", f"{flow.channel} {identity}"
