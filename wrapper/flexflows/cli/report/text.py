"""The report as text for a terminal or a file: headline, then each account, then the reasons with their sources."""

import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from flexflows import __version__
from flexflows.cli._text import cell_width, pluralize, visible
from flexflows.cli.report.build import CHANGE_KINDS, AccountReport, Change, Comparison, GradedFlow, Report, WorkItem
from flexflows.cli.report.rules import EVERY_FLOW, Fact, Grade

_STYLES = {
    Grade.REDESIGN: "red",
    Grade.LOOK_AT_IT: "magenta",
    Grade.PORT_CODE: "yellow",
    Grade.CONNECT_TRIGGER: "cyan",
    Grade.RECREATE: "green",
}
_LONGEST_LABEL = max(map(len, Grade))


class Line(NamedTuple):
    """A line without a line break, and the terminal style to show it in, if any."""

    text: str
    style: str = ""


def text_lines(report: Report, width: int = 80, *, has_blocks: bool = True) -> Iterator[Line]:
    """Yield the report's lines, each at most `width` cells wide; `has_blocks`: whether the bars may be drawn with █."""
    yield Line("Flex Flows to migrate to Flex Conversations", "bold")
    yield Line(f"{report.created:%Y-%m-%d %H:%M %Z}, flexflows {__version__}", "dim")
    if report.selection:
        yield from _fold(f"Only flows that match {' '.join(report.selection)}", width)
    yield Line("")
    total = (
        f"{pluralize(len(report.flows), 'flow')} in {len(report.read)} of {pluralize(len(report.accounts), 'account')}"
    )
    yield Line(total, "bold")
    yield from _bars(report.grades, width, "█" if has_blocks else "#")
    for account in report.accounts:
        if account.error is not None:
            yield from _fold(f"Not read: {account.title}: {account.error}", width, style="red", hanging=2)
    if report.comparison is not None:
        yield from _comparison(report, report.comparison, width)
    for account in report.read:
        yield from _account(account, width)
    yield from _reasons(report, width)


def _bars(grades: Mapping[Grade, int], width: int, block: str) -> Iterator[Line]:
    longest = max(grades.values(), default=1)
    room = min(40, width - _LONGEST_LABEL - len("  100,000    "))
    for grade, number in grades.items():
        bar = block * max(1, round(number / longest * room)) if room > 0 else ""
        yield Line(f"  {number:>7,}  {grade:<{_LONGEST_LABEL}}  {bar}".rstrip(), _STYLES[grade])


def _comparison(report: Report, comparison: Comparison, width: int) -> Iterator[Line]:
    counts = ", ".join(f"{comparison.counts[kind]:,} {kind}" for kind in CHANGE_KINDS)
    yield Line("")
    yield Line(f"Since {comparison.created:%Y-%m-%d %H:%M %Z}: {counts}", "bold")
    for change in report.changes.values():
        yield from _change(change, width)
    for name, reason in comparison.not_compared.items():
        yield from _fold(f"not compared: {name}, {reason}", width, indent=2, hanging=4)


def _change(change: Change, width: int) -> Iterator[Line]:
    flow = f"{change.kind:<7}  {change.flow.text('sid', '-')}  {change.flow.text('friendly_name')}"
    yield from _fold(flow, width, indent=2, hanging=11)
    yield from _fold(f"{change.account.name}, {change.flow.grade}", width, indent=11, hanging=13, style="dim")
    for attribute in change.describe("->"):
        yield from _fold(attribute, width, indent=11, hanging=13)


def _account(report: AccountReport, width: int) -> Iterator[Line]:
    yield Line("")
    only = "" if report.account.is_complete else " (the first, up to --limit)"
    yield from _fold(f"{report.title}: {pluralize(len(report.flows), 'flow')}{only}", width, style="bold")
    yield from _wrap(", ".join(f"{number:,} {grade}" for grade, number in report.grades.items()), width, indent=2)
    for work_list, group in groupby(report.work, lambda item: item.work_list):
        items = list(group)
        yield Line("")
        yield Line(f"  {work_list.label} ({len(items):,})", "bold")
        sources = "; ".join(source.title for source in work_list.sources)
        yield from _wrap(f"{work_list.text} ({sources})", width, indent=2, style="dim")
        for item in items:
            yield from _item(item, width)
    for grade, flows in groupby(report.flows, lambda flow: flow.grade):
        yield Line("")
        yield Line(f"  {grade} ({report.grades[grade]:,})", _STYLES[grade])
        for flow in flows:
            yield from _flow(flow, width)


def _item(item: WorkItem, width: int) -> Iterator[Line]:
    yield from _fold(f"[ ] {item.item}  {pluralize(len(item.flows), 'flow')}", width, indent=4, hanging=8)
    for flow in item.flows if item.work_list.code == "shared" else ():
        yield from _fold(f"{flow.text('sid', '-')}  {flow.integration}  {flow.state}", width, indent=8, hanging=10)


def _flow(flow: GradedFlow, width: int) -> Iterator[Line]:
    yield from _fold(f"{flow.text('sid', '-')}  {flow.text('friendly_name')}", width, indent=4, hanging=6)
    leads = f"{flow.channel} {flow.text('contact_identity')} -> {flow.integration} {flow.target}"
    yield from _fold(leads.replace("  ", " "), width, indent=6, hanging=8)
    yield from _wrap(", ".join(reason.label for reason in flow.reasons), width, indent=6, style="dim")


def _reasons(report: Report, width: int) -> Iterator[Line]:
    cited = (source for reason in (EVERY_FLOW, *report.reasons) for source in reason.sources)
    numbers = {source: number for number, source in enumerate(dict.fromkeys(cited), 1)}

    def describe(reason: Fact, extent: str = "") -> Iterator[Line]:
        yield Line(f"{reason.label}{extent}", "bold")
        marks = "".join(f"[{numbers[source]}]" for source in reason.sources)
        yield from _wrap(f"{reason.text} {marks}", width, indent=2)

    yield Line("")
    yield Line("Reasons", "bold")
    yield from describe(EVERY_FLOW)
    for reason, number in report.reasons.items():
        yield from describe(reason, f" ({pluralize(number, 'flow')}; {reason.grade or 'note'})")
    yield Line("")
    yield Line("Sources", "bold")
    for source, number in numbers.items():
        yield from _wrap(f"[{number}] {source.title}", width, indent=0)
        if source.url is not None:
            yield Line(f"    {source.url}", "dim")  # in one piece, so that a terminal can open it


def _wrap(text: str, width: int, *, indent: int, style: str = "") -> Iterator[Line]:
    for line in textwrap.wrap(text, max(20, width - indent), break_on_hyphens=False):
        yield Line(" " * indent + line, style)


def _fold(text: str, width: int, *, indent: int = 0, hanging: int = 0, style: str = "") -> Iterator[Line]:
    """Yield a text from the API in full, broken anywhere where it is too wide."""
    text = visible(text).rstrip()
    while True:
        end = _prefix_length(text, max(20, width - indent))
        yield Line(" " * indent + text[:end], style)
        if end == len(text):
            return
        text, indent = text[end:], hanging


def _prefix_length(text: str, width: int) -> int:
    """Return how many characters of a text fit in `width` cells."""
    end = min(len(text), width)
    while cell_width(text[:end]) > width:
        end -= 1
    return end
