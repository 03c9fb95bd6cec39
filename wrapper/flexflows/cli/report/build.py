"""The report as a value: graded flows, work lists and totals, built from accounts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import attrs

from flexflows import FlexFlow
from flexflows.cli._accounts import Account
from flexflows.cli._conditions import Condition, matches_all

from .commands import NextStep, plan_next_step
from .facts import GRADES, REASONS, WORK_LISTS, Fact, Grade
from .grading import NUMBER, find_address, find_grade, find_reasons, find_target, non_empty
from .masking import mask_url

NO_TYPE = "no type"
NO_IDENTITY = "(no identity)"
NEARLY_ALL = 0.9  # the share of the flows from which on a note is made once, and not for each flow


class Selection(NamedTuple):
    """The options that leave flows out, as texts; the conditions; and whether the report reads the other flows, too."""

    options: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    reads_all: bool = True


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
    target: str
    masked_target: str
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

    @property
    def all_flows(self) -> tuple[GradedFlow, ...]:
        """Its flows, and then those that were accepted."""
        return (*self.flows, *self.accepted)


@attrs.frozen(eq=False)
class Report:
    """The whole report; its totals are those of the accounts in `read`, which are without an error."""

    created: datetime
    options: tuple[str, ...]
    accounts: tuple[AccountReport, ...]
    read: tuple[AccountReport, ...]
    flows: tuple[GradedFlow, ...]
    accepted: tuple[GradedFlow, ...]
    accepted_not_found: Mapping[str, str]
    grades: Mapping[Grade, int]
    reasons: Mapping[Fact, int]
    common_notes: frozenset[Fact]


def build(accounts: Sequence[Account], now: datetime, selection: Selection, accepted: Mapping[str, str]) -> Report:
    """Build the report on accounts; `accepted`: the SIDs of the flows that may stay, each with the reason."""
    reports = tuple(_report_account(account, selection, accepted) for account in accounts)
    flows = sorted((flow for report in reports for flow in report.all_flows), key=lambda flow: GRADES.index(flow.grade))
    left = tuple(flow for flow in flows if flow.accepted is None)
    accepted_flows = tuple(flow for flow in flows if flow.accepted is not None)
    counts = Counter(reason for flow in left for reason in flow.reasons)
    nearly_all, sids = NEARLY_ALL * len(left), {flow.sid for flow in accepted_flows}
    return Report(
        created=now,
        options=selection.options,
        accounts=reports,
        read=tuple(report for report in reports if report.account.error is None),
        flows=left,
        accepted=accepted_flows,
        accepted_not_found={sid: reason for sid, reason in accepted.items() if sid not in sids},
        grades=Counter(flow.grade for flow in left),
        reasons={reason: counts[reason] for reason in REASONS.values() if reason in counts},
        common_notes=frozenset(each for each, number in counts.items() if each.grade is None and number >= nearly_all),
    )


def name_account(account: Account) -> str:
    """Return an account's profile, or else its SID."""
    return account.profile or account.account_sid or "this account"


def describe_account(account: Account) -> str:
    """Return an account's profiles and its SID."""
    profiles = ", ".join(filter(None, (account.profile, *account.other_profiles)))
    return " ".join(filter(None, (profiles, account.account_sid))) or name_account(account)


def _report_account(account: Account, selection: Selection, accepted: Mapping[str, str]) -> AccountReport:
    # An address can be shared with a flow that the conditions leave out; a missing one is not shared.
    addresses = Counter(map(find_address, account.flows))
    del addresses[None]
    sees_all = account.is_complete and selection.reads_all
    flows = [
        _grade(account, flow, accepted, is_shared=addresses[find_address(flow)] > 1, sees_all=sees_all)
        for flow in account.flows
        if matches_all(selection.where, flow, account.profile)
    ]
    flows.sort(key=lambda flow: (GRADES.index(flow.grade), flow.channel, flow.name, flow.sid))
    left = tuple(flow for flow in flows if flow.accepted is None)
    accepted_flows = tuple(flow for flow in flows if flow.accepted is not None)
    grades, channels = Counter(flow.grade for flow in left), Counter(flow.channel for flow in left)
    return AccountReport(account, left, accepted_flows, grades, channels, tuple(_list_work(left)))


def _grade(
    account: Account, flow: FlexFlow, accepted: Mapping[str, str], *, is_shared: bool, sees_all: bool
) -> GradedFlow:
    reasons = find_reasons(flow, is_shared=is_shared)
    target = find_target(flow) or ""
    return GradedFlow(
        account=account,
        flow=flow,
        sid=flow.sid or "",
        name=flow.friendly_name or "",
        identity=flow.contact_identity or "",
        channel=non_empty(flow.channel_type) or NO_TYPE,
        integration=non_empty(flow.integration_type) or NO_TYPE,
        target=target,
        masked_target=mask_url(target),
        reasons=reasons,
        grade=find_grade(reasons),
        next_step=plan_next_step(flow, account.profile, is_shared=is_shared, sees_all=sees_all),
        accepted=accepted.get(flow.sid or ""),
    )


def _list_work(flows: Iterable[GradedFlow]) -> Iterator[WorkItem]:
    """Yield the entries of the work lists, in each list those of most flows first."""
    items: dict[str, dict[str, list[GradedFlow]]] = {code: {} for code in WORK_LISTS}
    for flow in flows:
        for code, item in _find_work(flow).items():
            if item:
                items[code].setdefault(item, []).append(flow)
    for code, groups in items.items():
        for item, group in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0])):
            yield WorkItem(WORK_LISTS[code], item, mask_url(item) if code == "webhook" else item, tuple(group))


def _find_work(flow: GradedFlow) -> Mapping[str, str]:
    """Return a flow's entry of each work list, which is empty where the flow is not in the list."""
    channel, identity = find_address(flow.flow) or (flow.channel, "")
    number = identity if NUMBER.fullmatch(identity) else ""
    return {
        "studio": flow.target if flow.integration == "studio" else "",
        "webhook": flow.target if flow.integration == "external" else "",
        "number": number if channel == "sms" else "",
        "sender": number if channel == "whatsapp" else "",
        "custom": non_empty(flow.identity) or NO_IDENTITY if channel == "custom" else "",
        "shared": f"{channel} {identity}" if REASONS["shared-address"] in flow.reasons else "",
    }
