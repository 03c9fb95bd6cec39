"""The report as text for a terminal or a file: the headline, the grades, each account, and the reasons with their sources."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from flexflows import __version__

from flexflows.cli._accounts import describe_accounts
from flexflows.cli._text import cell_width, pluralize, visible
from .build import AccountReport, GradedFlow, Report, WorkItem
from .changes import Change, Comparison
from .facts import GENERAL, Fact, Grade
from .masking import mask_text

STYLES = {
    Grade.REDESIGN: "red",
    Grade.LOOK_AT_IT: "magenta",
    Grade.PORT_CODE: "yellow",
    Grade.CONNECT_TRIGGER: "cyan",
}
LONGEST_GRADE = max(map(len, Grade))
PROSE_WIDTH = 100
"""The cells in a line of prose in a file; what comes from a record is not folded there."""
MAX_BAR = 40
MIN_WIDTH = 30
COMMENTS = {
    "remove": "remove the legacy flow",
    "create": "create its address",
    "undo": "undo: create the legacy flow again",
}


class Line(NamedTuple):
    """A line without a line break, and the terminal style to show it in, if any."""

    text: str
    style: str = ""


def text_lines(
    report: Report, comparison: Comparison | None = None, *, width: int | None, has_blocks: bool = True
) -> Iterator[Line]:
    """Yield the report's lines.

    Args:
        report: The report.
        comparison: The changes since an earlier report.
        width: The cells in a line of the terminal; `None`: not a terminal.
        has_blocks: Whether the bars may be drawn with █.
    """
    return _Text(report, width, has_blocks=has_blocks).lines(comparison)


class _Text:
    """The lines of a report for one width."""

    def __init__(self, report: Report, width: int | None, *, has_blocks: bool) -> None:
        self._report = report
        self._width = width
        self._block = "█" if has_blocks else "#"
        self._common = report.common_notes
        cited = (source for fact in (*GENERAL.values(), *report.reasons) for source in fact.sources)
        self._numbers = {source: number for number, source in enumerate(dict.fromkeys(cited), 1)}

    def lines(self, comparison: Comparison | None) -> Iterator[Line]:
        """Yield all lines."""
        yield from self._headline()
        if comparison is not None:
            yield from self._comparison(comparison)
        for account in self._report.read:
            yield from self._account(account)
        if self._report.flows:
            yield from self._reasons()
            yield from self._sources()

    def _headline(self) -> Iterator[Line]:
        report = self._report
        yield Line("Flex Flows to migrate to Flex Conversations", "bold")
        yield Line(f"{report.created:%Y-%m-%d %H:%M %Z}, flexflows {__version__}", "dim")
        if report.selection.options:
            yield from self._data(f"Only flows that match {mask_text(' '.join(report.selection.options))}")
        accounts = describe_accounts([account.account for account in report.accounts])
        accepted = f" and {len(report.accepted):,} accepted" if report.accepted else ""
        yield Line("")
        yield from self._data(f"{pluralize(len(report.flows), 'flow')} left{accepted}, {accounts}", style="bold")
        yield from self._grades(report.grades)
        for account in report.accounts:
            if account.account.error is not None:
                yield from self._data(f"Not read: {account.title}: {account.account.error}", style="red", hanging=2)
        for sid, reason in report.unused.items():
            yield from self._data(f"Accepted, but not among the flows read: {sid}  {reason}", hanging=2)
        for fact in GENERAL.values() if report.flows else ():
            yield Line("")
            yield from self._prose(f"{fact.label[:1].upper()}{fact.label[1:]}: {self._cite(fact)}")
        common = [f"{reason.label} ({number:,})" for reason, number in report.reasons.items() if reason in self._common]
        if common:
            yield Line("")
            yield from self._prose(f"Notes on nearly every flow, not repeated below: {', '.join(common)}.")

    def _grades(self, grades: Mapping[Grade, int]) -> Iterator[Line]:
        longest = max(grades.values(), default=1)
        room = min(MAX_BAR, (self._width or PROSE_WIDTH) - LONGEST_GRADE - len("  100,000    "))
        for grade, number in grades.items():
            bar = self._block * max(1, round(number / longest * room)) if room > 0 else ""
            yield Line(f"  {number:>7,}  {grade:<{LONGEST_GRADE}}  {bar}".rstrip(), STYLES[grade])
            yield from self._prose(grade.sentence, indent=11, style="dim")

    def _comparison(self, comparison: Comparison) -> Iterator[Line]:
        counts = ", ".join(f"{number:,} {kind}" for kind, number in comparison.counts.items())
        yield Line("")
        yield Line(f"Since {comparison.created:%Y-%m-%d %H:%M %Z}: {counts}", "bold")
        for grade, (before, after) in comparison.grades.items():
            yield Line(f"  {grade} {before:,} -> {after:,}")
        for change in comparison.changes:
            yield from self._change(change)
        for name, reason in comparison.not_compared.items():
            yield from self._data(f"not compared: {name}, {reason}", indent=2, hanging=4)

    def _change(self, change: Change) -> Iterator[Line]:
        flow = change.flow
        yield from self._data(f"{change.kind:<7}  {flow.sid or '-'}  {flow.name}", indent=2, hanging=11)
        yield from self._data(f"{change.account.name}, {flow.grade}", indent=11, style="dim")
        for attribute in change.attributes:
            yield from self._data(attribute.describe(is_masked=True), indent=11, hanging=13)

    def _account(self, report: AccountReport) -> Iterator[Line]:
        only = "" if report.account.is_complete else " (the first ones, cut by --limit)"
        yield Line("")
        yield from self._data(f"{report.title}: {pluralize(len(report.flows), 'flow')} left{only}", style="bold")
        yield from self._data(", ".join(f"{number:,} {grade}" for grade, number in report.grades.items()), indent=2)
        for work_list, group in groupby(report.work, lambda item: item.work_list):
            items = list(group)
            yield Line("")
            yield Line(f"  {work_list.label} ({len(items):,})", "bold")
            yield from self._prose(work_list.text, indent=2, style="dim")
            for item in items:
                yield from self._item(item)
        for grade, flows in groupby(report.flows, lambda flow: flow.grade):
            yield Line("")
            yield Line(f"  {grade} ({report.grades[grade]:,})", STYLES[grade])
            for flow in flows:
                yield from self._flow(flow)
        if report.accepted:
            yield Line("")
            yield Line(f"  accepted ({len(report.accepted):,})", "bold")
            for flow in report.accepted:
                yield from self._data(f"{flow.sid}  {flow.name}", indent=4, hanging=6)
                yield from self._data(f"{flow.grade}; accepted: {flow.accepted}", indent=6)

    def _item(self, item: WorkItem) -> Iterator[Line]:
        entry = _masked(item.item, item.masked_item)
        yield from self._data(f"[ ] {entry}  {pluralize(len(item.flows), 'flow')}", indent=4, hanging=8)
        for flow in item.flows if item.work_list.code == "shared" else ():
            yield from self._data(
                f"{flow.sid or '-'}  {flow.integration}, {flow.state or 'enabled or not: unknown'}", indent=8
            )

    def _flow(self, flow: GradedFlow) -> Iterator[Line]:
        yield from self._data(f"{flow.sid or '-'}  {flow.name}", indent=4, hanging=6)
        target = _masked(flow.target, flow.masked_target)
        leads = filter(None, (flow.channel, flow.identity, "->", flow.integration, target))
        yield from self._data(" ".join(leads), indent=6, hanging=8)
        reasons = [reason.label for reason in flow.reasons if reason not in self._common]
        yield from self._data(", ".join(reasons), indent=6, style="dim")
        step = flow.next_step.masked()
        if not step.commands:
            if flow.grade in {Grade.PORT_CODE, Grade.CONNECT_TRIGGER}:
                yield from self._data(f"no commands: {step.obstacle}", indent=6, style="dim")
            return
        yield Line(f"      {step.after}:", "dim")
        for name, words in step.quoted().items():
            yield Line(f"        # {COMMENTS[name]}", "dim")
            yield from self._command(words)

    def _command(self, words: Iterable[str]) -> Iterator[Line]:
        """Yield a command that can be copied: on a terminal, a backslash continues a line."""
        indent, text = " " * 8, ""
        for word in words:
            if text and self._width and cell_width(f"{indent}{text} {word} \\") > self._width:
                yield Line(f"{indent}{text} \\")
                indent, text = " " * 10, word
            else:
                text = f"{text} {word}" if text else word
        yield Line(indent + text)

    def _reasons(self) -> Iterator[Line]:
        yield Line("")
        yield Line("Reasons", "bold")
        for reason, number in self._report.reasons.items():
            yield Line(f"{reason.label} ({pluralize(number, 'flow')}; {reason.grade or 'note'})", "bold")
            yield from self._prose(self._cite(reason), indent=2)

    def _cite(self, fact: Fact) -> str:
        """Return a fact's text with the numbers of its sources."""
        return f"{fact.text} {''.join(f'[{self._numbers[source]}]' for source in fact.sources)}"

    def _sources(self) -> Iterator[Line]:
        yield Line("")
        yield Line("Sources", "bold")
        for source, number in self._numbers.items():
            yield Line(f"[{number}] {source.title}")
            yield Line(f"    {source.url}", "dim")

    def _prose(self, text: str, *, indent: int = 0, style: str = "") -> Iterator[Line]:
        return _wrap(text, self._width or PROSE_WIDTH, indent=indent, hanging=indent, style=style)

    def _data(self, text: str, *, indent: int = 0, hanging: int | None = None, style: str = "") -> Iterator[Line]:
        """Yield a line with text from a record, which is folded on a terminal only."""
        hanging = indent if hanging is None else hanging
        return _wrap(visible(text), self._width, indent=indent, hanging=hanging, style=style)


def _wrap(text: str, width: int | None, *, indent: int, hanging: int, style: str) -> Iterator[Line]:
    """Yield the lines of a text, folded between words; a word that is wider than the line stays whole."""
    margin, line = " " * indent, ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width and line.strip() and cell_width(margin + longer) > max(width, MIN_WIDTH):
            yield Line((margin + line).rstrip(), style)
            margin, line = " " * hanging, word
        else:
            line = longer
    if line.strip():
        yield Line((margin + line).rstrip(), style)


def _masked(text: str, masked: str) -> str:
    return text if masked == text else f"{masked} (masked)"
