"""What changed since an earlier report: by grade, and flow by flow."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from flexflows import FlexFlow

from .build import AccountReport, GradedFlow, Report, describe_account, name_account
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
    then, now = _by_account(before, after), _by_account(after, before)
    not_compared: dict[str, str] = {}
    flows_then: list[GradedFlow] = []
    flows_now: list[GradedFlow] = []
    for key, report in (then | now).items():
        if obstacle := _find_obstacle(then.get(key), now.get(key)):
            not_compared[describe_account(report.account)] = obstacle
        else:
            flows_then += then[key].all_flows
            flows_now += now[key].all_flows
    changes = list(_find_changes(flows_then, flows_now))
    changes.sort(key=lambda change: (KINDS.index(change.kind), GRADES.index(change.flow.grade)))
    grades_then, grades_now = Counter(flow.grade for flow in flows_then), Counter(flow.grade for flow in flows_now)
    grades = [grade for grade in GRADES if grade in grades_then or grade in grades_now]
    return Comparison(
        created=before.created,
        grades={grade: (grades_then[grade], grades_now[grade]) for grade in grades},
        changes=tuple(changes),
        counts={kind: sum(change.kind == kind for change in changes) for kind in KINDS},
        not_compared=not_compared,
    )


def _by_account(report: Report, other: Report) -> dict[tuple[str | None, str | None], AccountReport]:
    """Return the accounts by SID, since a profile can be renamed; where several have the SID, by profile, too."""
    counts = Counter(each.account.account_sid for each in report.accounts)
    counts |= Counter(each.account.account_sid for each in other.accounts)  # the higher of the two
    other_sids = {each.account.profile: each.account.account_sid for each in other.accounts}
    accounts: dict[tuple[str | None, str | None], AccountReport] = {}
    for each in report.accounts:
        profile = each.account.profile
        sid = each.account.account_sid or other_sids.get(profile)  # without flows, it may not be known
        accounts[sid, None if counts[sid] == 1 else profile] = each
    return accounts


def _find_obstacle(then: AccountReport | None, now: AccountReport | None) -> str | None:
    """Return why two reports on an account cannot be compared."""
    for report, where in ((now, "in this report"), (then, "in the earlier report")):
        if report is None:
            return f"not {where}"
        if not report.account.is_complete:
            return f"not read completely {where}"
    return None


def _find_changes(before: Iterable[GradedFlow], after: Iterable[GradedFlow]) -> Iterator[Change]:
    then = {flow.sid: flow for flow in before if flow.sid}
    now = {flow.sid: flow for flow in after if flow.sid}
    for flow in now.values():
        earlier = then.pop(flow.sid, None)
        if earlier is None:
            yield Change("new", flow)
            continue
        attributes = _compare_records(earlier.flow, flow.flow)
        has_moved = earlier.account.account_sid != flow.account.account_sid
        if has_moved:
            attributes.insert(0, ("account", name_account(earlier.account), name_account(flow.account)))
        if attributes:
            yield Change("moved" if has_moved else "changed", flow, tuple(attributes))
    for flow in then.values():
        yield Change("gone", attrs.evolve(flow, next_step=NextStep(obstacle="the flow is gone")))


def _compare_records(before: FlexFlow, after: FlexFlow) -> list[tuple[str, Any, Any]]:
    """Return the attributes that differ, those of the integration each by itself."""
    then, now = _flatten(before), _flatten(after)
    return [(name, then.get(name), now.get(name)) for name in then | now if then.get(name) != now.get(name)]


def _flatten(flow: FlexFlow) -> dict[str, Any]:
    record = flow.to_dict()
    if flow.integration is None:
        return record
    integration = record.pop("integration")
    return record | {f"integration.{name}": value for name, value in integration.items()}
