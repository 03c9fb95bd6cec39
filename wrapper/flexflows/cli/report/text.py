"""The report as text for a terminal or a file."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from flexflows import __version__
from flexflows.cli._accounts import describe_accounts
from flexflows.cli._text import cell_width, pluralize, visible

from .build import AccountReport, GradedFlow, Report, describe_account, name_account
from .changes import Comparison
from .facts import GENERAL, OBSERVED, SENTENCES, Fact, Grade
from .masking import mark, mask_text

STYLES = dict(zip(Grade, ("red", "magenta", "yellow", "cyan"), strict=True))
PROSE_WIDTH = 100  # in a file, where text from a record is not folded
MIN_WIDTH = 30
COMMENTS = {"remove": "remove the flow", "create": "create its address", "undo": "undo: create the flow again"}


def text_lines(
    report: Report, comparison: Comparison | None, width: int | None, style: Callable[[str, str], str]
) -> Iterator[str]:
    """Yield the report's lines; `width`: the cells in a line of the terminal; `style`: returns a text in a style."""
    text = _Text(report, width, style)
    yield from text.headline()
    if comparison is not None:
        yield from text.comparison(comparison)
    for account in report.read:
        yield from text.account(account)
    if report.flows:
        yield from text.reasons()


class _Text:
    """The lines of a report for one width; without a terminal (`None`), nothing from a record is folded."""

    def __init__(self, report: Report, width: int | None, style: Callable[[str, str], str]) -> None:
        self._report = report
        self._width = width
        self._style = style

    def headline(self) -> Iterator[str]:
        report = self._report
        yield from self._data("Flex Flows to migrate to Flex Conversations", style="bold")
        yield from self._data(f"{report.created:%Y-%m-%d %H:%M %Z}, flexflows {__version__}", style="dim")
        if report.options:
            options = " ".join(report.options)
            yield from self._data(f"Only flows that match {mark(options, mask_text(options))}")
        accounts = describe_accounts([account.account for account in report.accounts])
        accepted = f" and {len(report.accepted):,} accepted" if report.accepted else ""
        yield from self._title(f"{pluralize(len(report.flows), 'flow')}{accepted}, {accounts}")
        for grade, number in report.grades.items():
            yield self._style(f"  {number:>7,}  {grade}", STYLES[grade])
            yield from self._prose(SENTENCES[grade], 11, "dim")
        for account in report.accounts:
            if account.account.error is not None:
                name = describe_account(account.account)
                yield from self._data(f"Not read: {name}: {account.account.error}", 0, 2, "red")
        for sid, reason in report.accepted_not_found.items():
            yield from self._data(f"Accepted, but not among the flows read: {sid}  {reason}", 0, 2)
        for fact in GENERAL.values() if report.flows else ():
            yield ""
            yield from self._fact(f"{fact.label}: {fact.text}", fact)
        common = [
            f"{each.label} ({number:,})" for each, number in report.reasons.items() if each in report.common_notes
        ]
        if common:
            yield from self._title("Notes on nearly every flow, not repeated below")
            yield from self._prose(", ".join(common))

    def comparison(self, comparison: Comparison) -> Iterator[str]:
        counts = ", ".join(f"{number:,} {kind}" for kind, number in comparison.counts.items())
        yield from self._title(f"Since {comparison.created:%Y-%m-%d %H:%M %Z}: {counts}")
        for grade, (before, after) in comparison.grades.items():
            yield f"  {grade} {before:,} → {after:,}"
        for change in comparison.changes:
            flow = change.flow
            yield from self._data(f"{change.kind:<7}  {flow.sid or '-'}  {flow.name}", 2, 11)
            yield from self._data(f"{name_account(flow.account)}, {flow.grade}", 11, style="dim")
            for attribute in change.describe("→", is_masked=True):
                yield from self._data(attribute, 11, 13)
        for name, reason in comparison.not_compared.items():
            yield from self._data(f"not compared: {name}, {reason}", 2, 4)

    def account(self, report: AccountReport) -> Iterator[str]:
        cut = ", cut by --limit" if report.account.has_more else ""
        yield from self._title(f"{describe_account(report.account)}: {pluralize(len(report.flows), 'flow')}{cut}")
        yield from self._data(", ".join(f"{number:,} {grade}" for grade, number in report.grades.items()), 2)
        for work_list, group in groupby(report.work, lambda item: item.work_list):
            items = list(group)
            yield from self._title(f"  {work_list.label} ({len(items):,})")
            yield from self._prose(work_list.text, 2, "dim")
            for item in items:
                entry = mark(item.item, item.masked_item)
                yield from self._data(f"[ ] {entry}  {pluralize(len(item.flows), 'flow')}", 4, 8)
                for flow in item.flows if work_list.code == "shared" else ():
                    disabled = ", disabled" if flow.flow.enabled is False else ""
                    yield from self._data(f"{flow.sid or '-'}  {flow.integration}{disabled}", 8)
        for grade, flows in groupby(report.flows, lambda flow: flow.grade):
            yield from self._title(f"  {grade} ({report.grades[grade]:,})", STYLES[grade])
            for flow in flows:
                yield from self._flow(flow)
        if report.accepted:
            yield from self._title(f"  accepted ({len(report.accepted):,})")
        for flow in report.accepted:
            yield from self._data(f"{flow.sid}  {flow.name}", 4, 6)
            yield from self._data(f"{flow.grade}; accepted: {flow.accepted}", 6)

    def reasons(self) -> Iterator[str]:
        yield from self._title("Reasons")
        for reason, number in self._report.reasons.items():
            heading = f"{reason.label} ({pluralize(number, 'flow')}; {reason.grade or 'note'})"
            yield from self._data(heading, style="bold")
            yield from self._fact(reason.text, reason, 2)

    def _flow(self, flow: GradedFlow) -> Iterator[str]:
        yield from self._data(f"{flow.sid or '-'}  {flow.name}", 4, 6)
        target = mark(flow.target, flow.masked_target)
        leads = filter(None, (flow.channel, flow.identity, "→", flow.integration, target))
        yield from self._data(" ".join(leads), 6, 8)
        reasons = [reason.label for reason in flow.reasons if reason not in self._report.common_notes]
        yield from self._data(", ".join(reasons), 6, style="dim")
        step = flow.next_step.masked()
        if step.commands:
            yield self._style(f"      {step.after}:", "dim")
        elif flow.grade in {Grade.PORT_CODE, Grade.CONNECT_TRIGGER}:
            yield from self._data(f"no commands: {step.obstacle}", 6, style="dim")
        for name, words in step.commands.items():
            yield self._style(f"        # {COMMENTS[name]}", "dim")
            # On a terminal, a backslash continues a line, so that a folded command can be copied.
            yield from _fold(words, self._width, 8, 10, end=" \\")

    def _fact(self, text: str, fact: Fact, indent: int = 0) -> Iterator[str]:
        """Yield a fact's text, with our observation if there is one, and the addresses of its pages."""
        observation = f" {OBSERVED} {fact.observation}" if fact.observation else ""
        yield from self._prose(text + observation, indent)
        for source in fact.sources:
            yield self._style(f"{' ' * indent}{source.url}", "dim")

    def _title(self, text: str, style: str = "bold") -> Iterator[str]:
        yield ""
        yield from self._data(text, style=style)

    def _prose(self, text: str, indent: int = 0, style: str = "") -> Iterator[str]:
        return self._data(text, indent, style=style, width=self._width or PROSE_WIDTH)

    def _data(
        self, text: str, indent: int = 0, hanging: int = 0, style: str = "", width: int | None = None
    ) -> Iterator[str]:
        lines = _fold(visible(text).split(" "), width or self._width, indent, hanging or indent)
        return (self._style(line, style) if style else line for line in lines)


def _fold(words: Sequence[str], width: int | None, indent: int, hanging: int, *, end: str = "") -> Iterator[str]:
    """Yield words in lines that fit the width; `end` is added to each line but the last; a word is never cut."""
    line = " " * indent + words[0]
    for word in words[1:]:
        if width and line.strip() and cell_width(f"{line} {word}{end}") > max(width, MIN_WIDTH):
            yield line.rstrip() + end
            line = " " * hanging + word
        else:
            line = f"{line} {word}"
    if line.strip():
        yield line.rstrip()
