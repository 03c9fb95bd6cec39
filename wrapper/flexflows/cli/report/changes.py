"""What changed since an earlier report: by grade, and flow by flow."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import attrs

from .build import AccountReport, GradedFlow, Report, count_grades, describe_account, name_account
from .commands import NextStep
from .facts import GRADES, Grade
from .masking import mark, mask_text, mask_url

KINDS = ("gone", "new", "moved", "changed")


@attrs.frozen(eq=False)
class Change:
    """A flow that is gone, new, moved to another account, or changed; the attributes are (name, before, after)."""

    kind: str
    flow: GradedFlow
    attributes: tuple[tuple[str, Any, Any], ...] = ()

    def describe(self, arrow: str = "->", *, is_masked: bool = False) -> list[str]:
        """Return the attributes as texts; `is_masked`: whether they are for a format that is shared."""

        def text(name: str, value: object) -> str:
            plain = value if isinstance(value, str) else json.dumps(value)
            mask = mask_url if name == "integration.url" else mask_text
            return mark(plain, mask(plain)) if is_masked else plain

        return [f"{name}: {text(name, before)} {arrow} {text(name, after)}" for name, before, after in self.attributes]


@attrs.frozen
class Comparison:
    """The changes since an earlier report, in the accounts that both have completely; grades are (then, now)."""

    created: datetime
    grades: Mapping[Grade, tuple[int, int]]
    changes: tuple[Change, ...]
    counts: Mapping[str, int]
    not_compared: Mapping[str, str]


def compare(before: Report, after: Report) -> Comparison:
    """Compare two reports."""
    then, now = _by_account(before), _by_account(after)
    not_compared: dict[str, str] = {}
    pairs: list[tuple[AccountReport, AccountReport]] = []
    for key, report in (then | now).items():
        if gap := _gap(now.get(key), "in this report") or _gap(then.get(key), "in the earlier report"):
            not_compared[describe_account(report.account)] = gap
        else:
            pairs.append((then[key], now[key]))
    changes = sorted(_changes(pairs), key=lambda change: (KINDS.index(change.kind), GRADES.index(change.flow.grade)))
    grades_then = count_grades(flow for report, _ in pairs for flow in _flows(report))
    grades_now = count_grades(flow for _, report in pairs for flow in _flows(report))
    grades = [grade for grade in GRADES if grade in grades_then or grade in grades_now]
    return Comparison(
        before.created,
        {grade: (grades_then.get(grade, 0), grades_now.get(grade, 0)) for grade in grades},
        tuple(changes),
        {kind: sum(change.kind == kind for change in changes) for kind in KINDS},
        not_compared,
    )


def _flows(report: AccountReport) -> tuple[GradedFlow, ...]:
    return (*report.flows, *report.accepted)


def _by_account(report: Report) -> dict[tuple[str, str], AccountReport]:
    """Return the accounts by SID, since a profile can be renamed; where several have the SID, by profile, too."""
    accounts: dict[tuple[str, str], AccountReport] = {}
    for each in report.accounts:
        sid, profile = each.account.account_sid or "", each.account.profile or ""
        has_own = sid and (sid, "") not in accounts
        accounts[sid, "" if has_own else profile] = each
    return accounts


def _gap(report: AccountReport | None, where: str) -> str | None:
    if report is None:
        return f"not {where}"
    if report.account.error is not None:
        return f"could not be read {where}"
    return None if report.account.is_complete else f"cut off by --limit {where}"


def _changes(pairs: Sequence[tuple[AccountReport, AccountReport]]) -> Iterator[Change]:
    then = {(number, flow.sid): flow for number, (report, _) in enumerate(pairs) for flow in _flows(report) if flow.sid}
    now = {(number, flow.sid): flow for number, (_, report) in enumerate(pairs) for flow in _flows(report) if flow.sid}
    gone = {flow.sid: flow for key, flow in then.items() if key not in now}
    for key, flow in now.items():
        before = then.get(key) or gone.pop(flow.sid, None)
        if before is None:
            yield Change("new", flow)
            continue
        attributes = list(_differences(before.flow.to_dict(), flow.flow.to_dict()))
        if key not in then:
            attributes.insert(0, ("account", name_account(before.account), name_account(flow.account)))
        if attributes:
            yield Change("changed" if key in then else "moved", flow, tuple(attributes))
    for flow in gone.values():
        yield Change("gone", attrs.evolve(flow, next_step=NextStep(obstacle="the flow is gone")))


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """Yield the attributes that differ; of two objects, each attribute within them."""
    for name in {**before, **after}:
        pair = (before.get(name), after.get(name))
        if pair[0] == pair[1]:
            continue
        if all(value is None or isinstance(value, dict) for value in pair) and any(pair):
            inner = [cast("dict[str, Any]", value or {}) for value in pair]
            yield from _differences(inner[0], inner[1], f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", *pair
