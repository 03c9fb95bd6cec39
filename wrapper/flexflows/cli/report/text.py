"""The report as text for a terminal or a file: headline, then each account, then the reasons with their sources."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.cells import chop_cells
from rich.text import Text

from flexflows._version import __version__
from flexflows.cli._text import counted, visible
from flexflows.cli.report.build import AccountReport, Change, Comparison, GradedFlow, Report, WorkItem, format_value
from flexflows.cli.report.rules import EVERY_FLOW, EVERY_FLOW_SOURCES, SHARED_ADDRESSES, Grade

_STYLES = {
    Grade.REDESIGN: "red",
    Grade.LOOK_AT_IT: "magenta",
    Grade.PORT_CODE: "yellow",
    Grade.CONNECT_TRIGGER: "cyan",
    Grade.RECREATE: "green",
}
_LONGEST_LABEL = max(len(grade.label) for grade in Grade)


def text_lines(report: Report, width: int = 80, *, has_blocks: bool = True) -> Iterator[Text]:
    """Yield the report's lines, each at most `width` cells wide; `has_blocks`: whether the bars may be drawn with █."""
    yield Text("Flex Flows to migrate to Flex Conversations", "bold")
    yield Text(f"{report.created:%Y-%m-%d %H:%M %Z}, flexflows {__version__}", "dim")
    if report.selection:
        yield from _fold(f"Only flows that match {' '.join(report.selection)}", width)
    yield Text()
    total = f"{counted(len(report.flows), 'flow')} in {len(report.read)} of {counted(len(report.accounts), 'account')}"
    yield Text(total, "bold")
    yield from _bars(report.grades, width, "█" if has_blocks else "#")
    for account in report.failed:
        yield from _fold(f"Not read: {account.title}: {account.error}", width, style="bold red", hanging=2)
    if report.comparison is not None:
        yield from _comparison(report.comparison, width)
    for account in report.read:
        yield from _account(account, width)
    yield from _reasons(report, width)


def _bars(grades: Mapping[Grade, int], width: int, block: str) -> Iterator[Text]:
    longest = max(grades.values(), default=1)
    room = max(1, min(40, width - _LONGEST_LABEL - 12))
    for grade, number in grades.items():
        bar = block * max(1, round(number / longest * room))
        yield Text.assemble(f"  {number:>7,}  {grade.label:<{_LONGEST_LABEL}}  ", (bar, _STYLES[grade]))


def _comparison(comparison: Comparison, width: int) -> Iterator[Text]:
    counts = ", ".join(f"{comparison.count(kind):,} {kind}" for kind in ("gone", "new", "changed"))
    yield Text()
    yield Text(f"Since {comparison.created:%Y-%m-%d %H:%M %Z}: {counts}", "bold")
    for change in comparison.changes:
        yield from _change(change, width)
    for name, reason in comparison.not_compared:
        yield from _fold(f"not compared: {name}, {reason}", width, indent=2, hanging=4)


def _change(change: Change, width: int) -> Iterator[Text]:
    record = change.flow.flow
    flow = f"{change.kind:<7}  {record.sid or '-'}  {record.friendly_name or ''}".rstrip()
    yield from _fold(flow, width, indent=2, hanging=11)
    yield from _fold(f"{change.account.name}, {change.flow.grade.label}", width, indent=11, hanging=13, style="dim")
    for name, before, after in change.attributes:
        yield from _fold(f"{name}: {format_value(before)} -> {format_value(after)}", width, indent=11, hanging=13)


def _account(account: AccountReport, width: int) -> Iterator[Text]:
    yield Text()
    only = "" if account.is_complete else " (the first, up to --limit)"
    yield from _fold(f"{account.title}: {counted(len(account.flows), 'flow')}{only}", width, style="bold underline")
    summary = ", ".join(f"{number:,} {grade.label}" for grade, number in account.grades.items())
    yield from _wrap(summary, width, indent=2)
    for kind, items in groupby(account.work, lambda item: item.kind):
        entries = list(items)
        yield Text()
        yield Text.assemble((f"  {kind.title} ({len(entries):,})", "bold"))
        yield from _wrap(
            f"{kind.text} ({'; '.join(source.title for source in kind.sources)})", width, indent=2, style="dim"
        )
        for item in entries:
            yield from _item(item, width)
    for grade, flows in groupby(account.flows, lambda flow: flow.grade):
        yield Text()
        yield Text.assemble("  ", (f"{grade.label} ({account.grades[grade]:,})", f"bold {_STYLES[grade]}"))
        for flow in flows:
            yield from _flow(flow, width)


def _item(item: WorkItem, width: int) -> Iterator[Text]:
    yield from _fold(f"[ ] {item.item}  {counted(len(item.flows), 'flow')}", width, indent=4, hanging=8)
    if item.kind is SHARED_ADDRESSES:
        for flow in item.flows:
            integration = flow.flow.integration_type or "no integration type"
            yield from _fold(
                f"{flow.flow.sid or '-'}  {integration}  {flow.state}".rstrip(), width, indent=8, hanging=10
            )


def _flow(flow: GradedFlow, width: int) -> Iterator[Text]:
    record = flow.flow
    yield from _fold(f"{record.sid or '-'}  {record.friendly_name or ''}".rstrip(), width, indent=4, hanging=6)
    address = " ".join(filter(None, (flow.channel or "no channel type", record.contact_identity)))
    target = " ".join(filter(None, (record.integration_type or "no integration type", flow.target)))
    yield from _fold(f"{address} -> {target}", width, indent=6, hanging=8)
    yield from _wrap(", ".join(rule.label for rule in flow.rules), width, indent=6, style="dim")


def _reasons(report: Report, width: int) -> Iterator[Text]:
    rules = report.rules
    cited = (*EVERY_FLOW_SOURCES, *(source for rule in rules for source in rule.sources))
    numbers = {source: number for number, source in enumerate(dict.fromkeys(cited), 1)}
    yield Text()
    yield Text("Reasons", "bold underline")
    yield from _reason("every flow", EVERY_FLOW, [numbers[source] for source in EVERY_FLOW_SOURCES], width)
    for rule, number in rules.items():
        title = f"{rule.label} ({counted(number, 'flow')}; {rule.grade.label if rule.grade else 'note'})"
        yield from _reason(title, rule.text, [numbers[source] for source in rule.sources], width)
    yield Text()
    yield Text("Sources", "bold underline")
    for source, number in numbers.items():
        yield from _wrap(f"[{number}] {source.title}", width, indent=0)
        if source.url is not None:
            yield Text(f"    {source.url}", "dim")  # in one piece, so that a terminal can open it


def _reason(title: str, text: str, sources: Sequence[int], width: int) -> Iterator[Text]:
    yield Text(title, "bold")
    yield from _wrap(f"{text} {''.join(f'[{number}]' for number in sources)}", width, indent=2)


def _wrap(text: str, width: int, *, indent: int, style: str = "") -> Iterator[Text]:
    for line in textwrap.wrap(text, max(20, width - indent), break_on_hyphens=False):
        yield Text(" " * indent + line, style)


def _fold(text: str, width: int, *, indent: int = 0, hanging: int = 0, style: str = "") -> Iterator[Text]:
    """Yield a text from the API in full, broken anywhere where it is too wide."""
    text = visible(text)
    first, *rest = chop_cells(text, max(20, width - indent)) or [""]
    yield Text(" " * indent + first, style)
    remainder = text[len(first) :]
    if rest:
        for line in chop_cells(remainder, max(20, width - hanging)):
            yield Text(" " * hanging + line, style)
