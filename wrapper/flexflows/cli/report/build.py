"""The report as a value: accounts in; grades, work lists and what changed since an earlier report out."""

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import attrs

from flexflows._generated import FlexFlow
from flexflows.cli._accounts import AccountFlows
from flexflows.cli.report.rules import GRADES, NUMBERED, REASONS, WORK_LISTS, Fact, Grade, assess, given, target

CHANGE_KINDS = ("gone", "new", "changed")
NO_TYPE = "no type"
NO_IDENTITY = "(no identity)"
_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_SEPARATORS = re.compile(r"[\s().-]")
_PREFIXES = {"sms": "sms:", "whatsapp": "whatsapp:", "facebook": "messenger:"}


@attrs.frozen(eq=False)
class GradedFlow:
    """A flow, its grade, its reasons, and the channel type and identity that make its address."""

    flow: FlexFlow
    grade: Grade
    reasons: tuple[Fact, ...]
    address: tuple[str, str] | None

    def text(self, attribute: str, default: str = "") -> str:
        """Return an attribute of the flow that is a text, or the default where it has none."""
        return getattr(self.flow, attribute) or default

    @property
    def channel(self) -> str:
        """Return the channel type."""
        return self.text("channel_type", NO_TYPE)

    @property
    def integration(self) -> str:
        """Return the integration type."""
        return self.text("integration_type", NO_TYPE)

    @property
    def state(self) -> str:
        """Return whether the flow is enabled, in a word, or nothing."""
        return {True: "enabled", False: "disabled", None: ""}[self.flow.enabled]

    @property
    def target(self) -> str:
        """Return where the flow leads, or nothing."""
        return target(self.flow) or ""


@attrs.frozen
class WorkItem:
    """An entry of a work list, and the flows that it concerns."""

    work_list: Fact
    item: str
    flows: tuple[GradedFlow, ...]


@attrs.frozen(slots=False)
class AccountReport:
    """One account: its flows, hardest first, and its work lists. An account with an error has neither."""

    account: AccountFlows
    flows: tuple[GradedFlow, ...]
    work: tuple[WorkItem, ...]

    @property
    def error(self) -> str | None:
        """Return why the account could not be read."""
        return self.account.error

    @property
    def name(self) -> str:
        """Return what to call the account."""
        return self.account.profile or self.account.account_sid or "this account"

    @property
    def title(self) -> str:
        """Return the account's profiles and SID."""
        profiles = ", ".join(filter(None, (self.account.profile, *self.account.other_profiles)))
        return " ".join(filter(None, (profiles, self.account.account_sid))) or self.name

    @cached_property
    def grades(self) -> Mapping[Grade, int]:
        """Return the number of flows by grade, hardest first, without grades that no flow has."""
        return count_grades(self.flows)

    @cached_property
    def channels(self) -> Counter[str]:
        """Return the number of flows by channel type."""
        return Counter(flow.channel for flow in self.flows)


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
    """What changed since an earlier report, and the accounts that cannot be compared, with the reason."""

    created: datetime
    changes: tuple[Change, ...]
    not_compared: tuple[tuple[str, str], ...]

    def count(self, kind: str) -> int:
        """Return the number of changes of a kind."""
        return sum(change.kind == kind for change in self.changes)


@attrs.frozen(slots=False)
class Report:
    """What is left to migrate, in which accounts, and what blocks it.

    Attributes:
        created: When the accounts were read.
        selection: The options that left flows out, such as `--where enabled=true`.
        accounts: All accounts, those that could not be read among them.
        comparison: What changed since an earlier report.
    """

    created: datetime
    selection: tuple[str, ...]
    accounts: tuple[AccountReport, ...]
    comparison: Comparison | None = None

    @cached_property
    def read(self) -> tuple[AccountReport, ...]:
        """Return the accounts that count."""
        return tuple(account for account in self.accounts if account.error is None)

    @cached_property
    def flows(self) -> tuple[tuple[AccountReport, GradedFlow], ...]:
        """Return the flows of all accounts, hardest first."""
        pairs = ((account, flow) for account in self.read for flow in account.flows)
        return tuple(sorted(pairs, key=lambda pair: GRADES.index(pair[1].grade)))

    @cached_property
    def grades(self) -> Mapping[Grade, int]:
        """Return the number of flows by grade, hardest first, without grades that no flow has."""
        return count_grades(flow for _, flow in self.flows)

    @property
    def changes(self) -> Mapping[GradedFlow, Change]:
        """Return the changes since the earlier report, by flow."""
        return {change.flow: change for change in self.comparison.changes} if self.comparison else {}

    @cached_property
    def reasons(self) -> Mapping[Fact, int]:
        """Return the number of flows by reason, hardest first; one that only gone flows had is there with 0."""
        counts = Counter(reason for _, flow in self.flows for reason in flow.reasons)
        counts.update({reason: 0 for flow in self.changes for reason in flow.reasons})
        return {reason: counts[reason] for reason in REASONS.values() if reason in counts}


def build(
    accounts: Sequence[AccountFlows], *, now: datetime, since: Report | None = None, selection: Sequence[str] = ()
) -> Report:
    """Build the report on these accounts, compared with an earlier one."""
    report = Report(now, tuple(selection), tuple(map(_report_account, accounts)))
    return report if since is None else attrs.evolve(report, comparison=_compare(since, report))


def count_grades(flows: Iterable[GradedFlow]) -> Mapping[Grade, int]:
    """Return the number of flows by grade, hardest first, without grades that no flow has."""
    counts = Counter(flow.grade for flow in flows)
    return {grade: counts[grade] for grade in GRADES if grade in counts}


def _report_account(account: AccountFlows) -> AccountReport:
    flows = [(flow, _address(flow)) for flow in account.flows] if account.error is None else []
    counts = Counter(address for _, address in flows if address is not None)
    shared = {address for address, number in counts.items() if number > 1}
    graded = [GradedFlow(flow, *assess(flow, is_shared=address in shared), address) for flow, address in flows]
    graded.sort(key=lambda flow: (GRADES.index(flow.grade), flow.channel, flow.text("friendly_name"), flow.text("sid")))
    return AccountReport(account, tuple(graded), _work(graded, shared))


def _address(flow: FlexFlow) -> tuple[str, str] | None:
    """Return a flow's channel type and identity, spelled uniformly, or None where one of them is not given."""
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


def _compare(before: Report, after: Report) -> Comparison:
    """Compare the accounts that both reports read whole: of any other, a missing flow says nothing."""
    then = {_account_key(account): account for account in before.accounts}
    now = {_account_key(account): account for account in after.accounts}
    changes: list[Change] = []
    not_compared: list[tuple[str, str]] = []
    for key, account in (then | now).items():
        if gap := _gap(now.get(key), "in this report") or _gap(then.get(key), "in the earlier report"):
            not_compared.append((account.name, gap))
        else:
            changes += _changes(then[key], now[key])
    changes.sort(key=lambda change: (CHANGE_KINDS.index(change.kind), GRADES.index(change.flow.grade)))
    return Comparison(before.created, tuple(changes), tuple(not_compared))


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
