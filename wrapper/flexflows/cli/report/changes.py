"""What changed since an earlier report: by grade, and flow by flow."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import attrs

from .build import AccountReport, GradedFlow, Report, count_grades
from .commands import NextStep
from .facts import Grade
from .masking import mask_text, mask_url

KINDS = ("gone", "new", "moved", "changed")


@attrs.frozen
class Attribute:
    """An attribute of a flow before and after; one within an object has a dotted name."""

    name: str
    before: Any
    after: Any

    def describe(self, arrow: str = "->", *, is_masked: bool = False) -> str:
        """Return it as a text; `is_masked`: whether it is for a format that is shared."""
        before, after = (_format(value) for value in (self.before, self.after))
        if is_masked:
            mask = mask_url if self.name == "integration.url" else mask_text
            before, after = mask(before), mask(after)
        return f"{self.name}: {before} {arrow} {after}"


@attrs.frozen(eq=False)
class Change:
    """A flow that is gone, new, moved to another account, or changed since the earlier report."""

    kind: str
    account: AccountReport
    flow: GradedFlow
    attributes: tuple[Attribute, ...] = ()


@attrs.frozen
class Comparison:
    """The changes since an earlier report.

    Attributes:
        created: When the earlier report was made.
        grades: The number of flows by grade, then and now, in the accounts that both reports have completely.
        changes: The changes, by kind.
        not_compared: The accounts that cannot be compared, with the reason.
    """

    created: datetime
    grades: Mapping[Grade, tuple[int, int]]
    changes: tuple[Change, ...]
    not_compared: Mapping[str, str]

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of changes by kind."""
        counts = Counter(change.kind for change in self.changes)
        return {kind: counts[kind] for kind in KINDS}


def compare(before: Report, after: Report) -> Comparison:
    """Compare the accounts that both reports have completely; in others a missing flow may still exist."""
    then = {_key(report): report for report in before.accounts}
    now = {_key(report): report for report in after.accounts}
    not_compared: dict[str, str] = {}
    compared: list[str] = []
    for key, report in (then | now).items():
        if gap := _gap(now.get(key), "in this report") or _gap(then.get(key), "in the earlier report"):
            not_compared[report.title] = gap
        else:
            compared.append(key)
    pairs = [(then[key], now[key]) for key in compared]
    changes = sorted(_changes(pairs), key=lambda change: (KINDS.index(change.kind), change.flow.grade.rank))
    counts_then = count_grades(flow for report, _ in pairs for flow in report.all_flows)
    counts_now = count_grades(flow for _, report in pairs for flow in report.all_flows)
    grades = {
        grade: (counts_then.get(grade, 0), counts_now.get(grade, 0))
        for grade in Grade
        if grade in counts_then or grade in counts_now
    }
    return Comparison(before.created, grades, tuple(changes), not_compared)


def _key(report: AccountReport) -> str:
    """Return what an account is recognized by; its profile can be renamed."""
    sid = report.account.account_sid or next((flow.flow.account_sid for flow in report.all_flows), None)
    return sid or report.account.profile or ""


def _gap(report: AccountReport | None, where: str) -> str | None:
    if report is None:
        return f"not {where}"
    if report.account.error is not None:
        return f"could not be read {where}"
    return None if report.account.is_complete else f"cut off by --limit {where}"


def _changes(pairs: Sequence[tuple[AccountReport, AccountReport]]) -> Iterator[Change]:
    gone: dict[str, tuple[AccountReport, GradedFlow]] = {}
    new: dict[str, tuple[AccountReport, GradedFlow]] = {}
    for before, after in pairs:
        then, now = ({flow.sid: flow for flow in report.all_flows if flow.sid} for report in (before, after))
        gone |= {sid: (after, flow) for sid, flow in then.items() if sid not in now}
        new |= {sid: (after, flow) for sid, flow in now.items() if sid not in then}
        for sid in then.keys() & now.keys():
            if attributes := tuple(_differences(then[sid].flow.to_dict(), now[sid].flow.to_dict())):
                yield Change("changed", after, now[sid], attributes)
    for sid, (account, flow) in (gone | new).items():
        if sid in gone and sid in new:
            origin, earlier = gone[sid]
            differences = _differences(earlier.flow.to_dict(), flow.flow.to_dict())
            yield Change("moved", account, flow, (Attribute("account", origin.name, account.name), *differences))
        elif sid in new:
            yield Change("new", account, flow)
        else:
            yield Change("gone", account, attrs.evolve(flow, next_step=NextStep(obstacle="the flow is gone")))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> Iterator[Attribute]:
    """Yield the attributes that differ; of an object, each of its own."""
    for name in {**before, **after}:
        pair = (before.get(name), after.get(name))
        if pair[0] == pair[1]:
            continue
        if all(value is None or isinstance(value, dict) for value in pair):
            objects = [cast("dict[str, Any]", value or {}) for value in pair]
            if inner := tuple(_differences(*objects, prefix=f"{prefix}{name}.")):
                yield from inner
                continue
        yield Attribute(f"{prefix}{name}", *pair)


def _format(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
