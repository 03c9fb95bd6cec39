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
from flexflows.cli.report.rules import (
    CUSTOM_CHANNELS,
    NUMBERS,
    RULES,
    SHARED_ADDRESSES,
    STUDIO_FLOWS,
    WEBHOOKS,
    WORK_KINDS,
    Grade,
    Rule,
    WorkKind,
    assess,
    given,
    leads_to,
)

NO_IDENTITY = "(no identity)"
_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_SEPARATORS = re.compile(r"[\s().-]")
_PHONES = ("sms", "whatsapp")
_PREFIXES = {"sms": "sms:", "whatsapp": "whatsapp:", "facebook": "messenger:"}


@attrs.frozen
class GradedFlow:
    """A flow, its grade, the rules that apply to it, and the address that it answers to."""

    flow: FlexFlow
    grade: Grade
    rules: tuple[Rule, ...]
    address: tuple[str, str] | None

    @property
    def channel(self) -> str:
        """Return the channel type, or nothing."""
        return self.flow.channel_type or ""

    @property
    def state(self) -> str:
        """Return whether the flow is enabled, in a word, or nothing."""
        return {True: "enabled", False: "disabled", None: ""}[self.flow.enabled]

    @property
    def target(self) -> str:
        """Return where the flow leads, or nothing."""
        return leads_to(self.flow) or ""


@attrs.frozen
class WorkItem:
    """An entry of a work list, and the flows that it concerns."""

    kind: WorkKind
    item: str
    flows: tuple[GradedFlow, ...]

    @property
    def channels(self) -> str:
        """Return the channel types of its flows."""
        return ", ".join(sorted({flow.channel for flow in self.flows}))


@attrs.frozen(slots=False)
class AccountReport:
    """One account: its flows, hardest first, and its work lists. An account with an error has neither."""

    profile: str | None
    account_sid: str | None
    error: str | None
    is_complete: bool
    flows: tuple[GradedFlow, ...]
    work: tuple[WorkItem, ...]
    other_profiles: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return what to call the account."""
        return self.profile or self.account_sid or "this account"

    @property
    def title(self) -> str:
        """Return the account's profiles and SID."""
        profiles = ", ".join(filter(None, (self.profile, *self.other_profiles)))
        return " ".join(filter(None, (profiles, self.account_sid))) or self.name

    @cached_property
    def grades(self) -> Mapping[Grade, int]:
        """Return the number of flows by grade, hardest first, without grades that no flow has."""
        return count_grades(self.flows)

    @cached_property
    def channels(self) -> Mapping[str, int]:
        """Return the number of flows by channel type."""
        return Counter(flow.channel for flow in self.flows)


CHANGE_KINDS = ("gone", "new", "changed")


@attrs.frozen
class Change:
    """A flow that is gone, new or changed since the earlier report; `attributes` are (name, before, after)."""

    kind: str
    account: AccountReport
    flow: GradedFlow
    attributes: tuple[tuple[str, Any, Any], ...] = ()


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

    @property
    def failed(self) -> tuple[AccountReport, ...]:
        """Return the accounts that could not be read."""
        return tuple(account for account in self.accounts if account.error is not None)

    @cached_property
    def flows(self) -> tuple[tuple[AccountReport, GradedFlow], ...]:
        """Return the flows of all accounts, hardest first."""
        pairs = [(account, flow) for account in self.read for flow in account.flows]
        return tuple(sorted(pairs, key=lambda pair: -pair[1].grade))

    @cached_property
    def grades(self) -> Mapping[Grade, int]:
        """Return the number of flows by grade, hardest first, without grades that no flow has."""
        return count_grades(flow for _, flow in self.flows)

    @cached_property
    def rules(self) -> Mapping[Rule, int]:
        """Return the number of flows by rule, hardest first; a rule of a changed flow is there with 0."""
        counts = Counter(rule for _, flow in self.flows for rule in flow.rules)
        changes = self.comparison.changes if self.comparison else ()
        mentioned = {rule for change in changes for rule in change.flow.rules}
        return {rule: counts[rule] for rule in RULES if rule in counts or rule in mentioned}


def build(
    accounts: Sequence[AccountFlows],
    *,
    now: datetime,
    since: Report | None = None,
    selection: Sequence[str] = (),
) -> Report:
    """Build the report on these accounts, compared with an earlier one."""
    report = Report(now, tuple(selection), tuple(map(_report_account, accounts)))
    return report if since is None else attrs.evolve(report, comparison=_compare(since, report))


def format_value(value: object) -> str:
    """Return an attribute's value as text: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def count_grades(flows: Iterable[GradedFlow]) -> Mapping[Grade, int]:
    """Return the number of flows by grade, hardest first, without grades that no flow has."""
    counts = Counter(flow.grade for flow in flows)
    return {grade: counts[grade] for grade in reversed(Grade) if grade in counts}


def _report_account(account: AccountFlows) -> AccountReport:
    flows = account.flows if account.error is None else ()
    addresses = [_address(flow) for flow in flows]
    shared = {address for address, number in Counter(addresses).items() if address is not None and number > 1}
    graded = [
        GradedFlow(flow, *assess(flow, is_shared=address in shared), address)
        for flow, address in zip(flows, addresses, strict=True)
    ]
    graded.sort(key=lambda flow: (-flow.grade, flow.channel, flow.flow.friendly_name or "", flow.flow.sid or ""))
    work = _work(graded, shared)
    return AccountReport(
        account.profile,
        account.account_sid,
        account.error,
        account.is_complete,
        tuple(graded),
        work,
        account.other_profiles,
    )


def _address(flow: FlexFlow) -> tuple[str, str] | None:
    """Return a flow's channel type and identity, spelled uniformly, or None where one of them is not given."""
    channel, identity = given(flow.channel_type), given(flow.contact_identity)
    if channel is None or identity is None:
        return None
    identity = identity.removeprefix(_PREFIXES.get(channel, "")).strip()
    if channel in _PHONES and _NUMBER.fullmatch(number := _SEPARATORS.sub("", identity)):
        identity = number
    return (channel, identity) if identity else None


def _work(flows: Sequence[GradedFlow], shared: Container[tuple[str, str] | None]) -> tuple[WorkItem, ...]:
    items: dict[tuple[WorkKind, str], list[GradedFlow]] = {}
    for flow in flows:
        for entry in _entries(flow, is_shared=flow.address in shared):
            items.setdefault(entry, []).append(flow)
    ordered = sorted(items.items(), key=lambda item: (WORK_KINDS.index(item[0][0]), -len(item[1]), item[0][1]))
    return tuple(WorkItem(kind, name, tuple(concerned)) for (kind, name), concerned in ordered)


def _entries(flow: GradedFlow, *, is_shared: bool) -> Iterator[tuple[WorkKind, str]]:
    channel, identity = flow.address or (flow.channel, "")
    if flow.flow.integration_type == "studio" and flow.target:
        yield STUDIO_FLOWS, flow.target
    if flow.flow.integration_type == "external" and flow.target:
        yield WEBHOOKS, flow.target
    if channel in _PHONES and _NUMBER.fullmatch(identity):
        yield NUMBERS, identity
    if channel == "custom":
        yield CUSTOM_CHANNELS, identity or NO_IDENTITY
    if is_shared:
        yield SHARED_ADDRESSES, f"{channel} {identity}"


def _compare(before: Report, after: Report) -> Comparison:
    """Compare the accounts that both reports read whole: of any other, a missing flow says nothing."""
    then = {_account_key(account): account for account in before.accounts}
    now = {_account_key(account): account for account in after.accounts}
    changes: list[Change] = []
    not_compared: list[tuple[str, str]] = []
    for key, account in (then | now).items():
        if reason := _gap(now.get(key), "in this report") or _gap(then.get(key), "in the earlier report"):
            not_compared.append((account.name, reason))
        else:
            changes += _changes(then[key], now[key])
    changes.sort(key=lambda change: (CHANGE_KINDS.index(change.kind), -change.flow.grade))
    return Comparison(before.created, tuple(changes), tuple(not_compared))


def _account_key(account: AccountReport) -> str:
    sids = (account.account_sid, *(flow.flow.account_sid for flow in account.flows[:1]), account.profile)
    return next(filter(None, sids), "")


def _gap(account: AccountReport | None, where: str) -> str | None:
    if account is None:
        return f"not {where}"
    if account.error is not None:
        return f"could not be read {where}"
    return None if account.is_complete else f"cut off by --limit {where}"


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


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in (*before, *(name for name in after if name not in before)):
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)
