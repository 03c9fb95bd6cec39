"""The report as a value: grades, work lists and the changes since an earlier report, built from accounts."""

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from flexflows import FlexFlow
from flexflows.cli._accounts import Account
from flexflows.cli.report.rules import GRADES, NUMBERED, REASONS, WORK_LISTS, Fact, Grade, assess, given, target

CHANGE_KINDS = ("gone", "new", "changed")
NO_TYPE = "no type"
NO_IDENTITY = "(no identity)"
_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_SEPARATORS = re.compile(r"[\s().-]")
_PREFIXES = {"sms": "sms:", "whatsapp": "whatsapp:", "facebook": "messenger:"}


@attrs.frozen(eq=False)
class GradedFlow:
    """A flow, its grade and reasons, its channel type with its identity as an address, and where it leads."""

    flow: FlexFlow
    grade: Grade
    reasons: tuple[Fact, ...]
    channel: str
    address: tuple[str, str] | None
    integration: str
    target: str
    state: str

    def text(self, attribute: str, default: str = "") -> str:
        """Return a text attribute of the flow, or the default if it is missing or empty."""
        return getattr(self.flow, attribute) or default


@attrs.frozen
class WorkItem:
    """An entry of a work list, and the flows that it concerns."""

    work_list: Fact
    item: str
    flows: tuple[GradedFlow, ...]


@attrs.frozen(eq=False)
class AccountReport:
    """One account: its flows, hardest first, and its work lists. An account with an error has no flows."""

    account: Account
    name: str
    title: str
    flows: tuple[GradedFlow, ...]
    grades: Mapping[Grade, int]
    channels: Counter[str]
    work: tuple[WorkItem, ...]

    @property
    def error(self) -> str | None:
        """Return why the account could not be read."""
        return self.account.error


@attrs.frozen
class Change:
    """A flow that is gone, new or changed since the earlier report; `attributes` are (name, before, after)."""

    kind: str
    account: AccountReport
    flow: GradedFlow
    attributes: tuple[tuple[str, Any, Any], ...] = ()

    def describe(self, arrow: str) -> list[str]:
        """Return the changed attributes as texts."""
        return [f"{name}: {_format(before)} {arrow} {_format(after)}" for name, before, after in self.attributes]


@attrs.frozen
class Comparison:
    """How much changed since an earlier report, and the accounts that cannot be compared, with the reason."""

    created: datetime
    counts: Counter[str]
    not_compared: Mapping[str, str]


@attrs.frozen
class Report:
    """Report on the flows that are left to migrate, by account, and on what blocks them.

    Attributes:
        created: When the accounts were read.
        selection: The options that left flows out, such as `--where enabled=true`.
        accounts: All accounts.
        read: The accounts that could be read; only these count.
        flows: The flows of all accounts, hardest first.
        grades: The number of flows by grade, hardest first.
        reasons: The number of flows by reason, hardest first; 0 for a reason that only gone flows had.
        changes: The changes since the earlier report, by flow: gone, new, then changed.
        comparison: The comparison with the earlier report, if there is one.
    """

    created: datetime
    selection: tuple[str, ...]
    accounts: tuple[AccountReport, ...]
    read: tuple[AccountReport, ...]
    flows: tuple[tuple[AccountReport, GradedFlow], ...]
    grades: Mapping[Grade, int]
    reasons: Mapping[Fact, int]
    changes: Mapping[GradedFlow, Change]
    comparison: Comparison | None


def build(
    accounts: Sequence[Account], *, now: datetime, since: Report | None = None, selection: Sequence[str] = ()
) -> Report:
    """Build the report on these accounts, compared with an earlier one."""
    reports = tuple(map(_report_account, accounts))
    read = tuple(report for report in reports if report.error is None)
    flows = sorted(((report, flow) for report in read for flow in report.flows), key=lambda pair: _difficulty(pair[1]))
    comparison, changes = (None, ()) if since is None else _compare(since, reports)
    counts = Counter(reason for _, flow in flows for reason in flow.reasons)
    counts.update({reason: 0 for change in changes for reason in change.flow.reasons})
    reasons = {reason: counts[reason] for reason in REASONS.values() if reason in counts}
    grades = _count_grades(flow for _, flow in flows)
    by_flow = {change.flow: change for change in changes}
    return Report(now, tuple(selection), reports, read, tuple(flows), grades, reasons, by_flow, comparison)


def _difficulty(flow: GradedFlow) -> int:
    return GRADES.index(flow.grade)


def _count_grades(flows: Iterable[GradedFlow]) -> Mapping[Grade, int]:
    counts = Counter(flow.grade for flow in flows)
    return {grade: counts[grade] for grade in GRADES if grade in counts}


def _report_account(account: Account) -> AccountReport:
    flows = [(flow, _address(flow)) for flow in account.flows] if account.error is None else []
    counts = Counter(address for _, address in flows if address is not None)
    shared = {address for address, number in counts.items() if number > 1}
    graded = [_grade(flow, address, is_shared=address in shared) for flow, address in flows]
    graded.sort(key=lambda flow: (_difficulty(flow), flow.channel, flow.text("friendly_name"), flow.text("sid")))
    profiles = ", ".join(filter(None, (account.profile, *account.other_profiles)))
    name = account.profile or account.account_sid or "this account"
    return AccountReport(
        account,
        name,
        " ".join(filter(None, (profiles, account.account_sid))) or name,
        tuple(graded),
        _count_grades(graded),
        Counter(flow.channel for flow in graded),
        _work(graded, shared),
    )


def _grade(flow: FlexFlow, address: tuple[str, str] | None, *, is_shared: bool) -> GradedFlow:
    grade, reasons = assess(flow, is_shared=is_shared)
    channel, integration = flow.channel_type or NO_TYPE, flow.integration_type or NO_TYPE
    state = "" if flow.enabled is None else "enabled" if flow.enabled else "disabled"
    return GradedFlow(flow, grade, reasons, channel, address, integration, target(flow) or "", state)


def _address(flow: FlexFlow) -> tuple[str, str] | None:
    """Return a flow's normalized channel type and identity, or `None` if either is missing."""
    channel, identity = given(flow.channel_type), given(flow.contact_identity)
    if channel is None or identity is None:
        return None
    identity = identity.removeprefix(_PREFIXES.get(channel, "")).strip()
    if channel in NUMBERED and _NUMBER.fullmatch(number := _SEPARATORS.sub("", identity)):
        identity = number
    return (channel, identity) if identity else None


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
    channel, identity = flow.address or (flow.channel, "")
    if flow.target and flow.integration == "studio":
        yield "studio", flow.target
    if flow.target and flow.integration == "external":
        yield "webhook", flow.target
    if channel in NUMBERED and _NUMBER.fullmatch(identity):
        yield "number", identity
    if channel == "custom":
        yield "custom", identity or NO_IDENTITY
    if is_shared:
        yield "shared", f"{channel} {identity}"


def _compare(before: Report, after: Sequence[AccountReport]) -> tuple[Comparison, Sequence[Change]]:
    """Compare the accounts that both reports have completely; in others a missing flow may still exist."""
    then = {_account_key(report): report for report in before.accounts}
    now = {_account_key(report): report for report in after}
    changes: list[Change] = []
    not_compared: dict[str, str] = {}
    for key, report in (then | now).items():
        if gap := _gap(now.get(key), "in this report") or _gap(then.get(key), "in the earlier report"):
            not_compared[report.title] = gap
        else:
            changes += _changes(then[key], now[key])
    changes.sort(key=lambda change: (CHANGE_KINDS.index(change.kind), _difficulty(change.flow)))
    counts = Counter(change.kind for change in changes)
    return Comparison(before.created, counts, not_compared), changes


def _account_key(report: AccountReport) -> str:
    sids = (
        report.account.account_sid,
        *(flow.text("account_sid") for flow in report.flows[:1]),
        report.account.profile,
    )
    return next(filter(None, sids), "")


def _gap(report: AccountReport | None, where: str) -> str | None:
    if report is None:
        return f"not {where}"
    if report.error is not None:
        return f"could not be read {where}"
    return None if report.account.is_complete else f"cut off by --limit {where}"


def _changes(before: AccountReport, after: AccountReport) -> Iterator[Change]:
    then = {flow.flow.sid: flow for flow in before.flows if flow.flow.sid}
    now = {flow.flow.sid: flow for flow in after.flows if flow.flow.sid}
    for sid, flow in (then | now).items():
        if sid not in now:
            yield Change("gone", after, flow)
        elif sid not in then:
            yield Change("new", after, flow)
        elif attributes := tuple(_differences(then[sid].flow.to_dict(), flow.flow.to_dict())):
            yield Change("changed", after, flow, attributes)


def _differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in before | after:
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def _format(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
