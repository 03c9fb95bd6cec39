"""`flexflows summary`: counts each account, and draws or writes what was counted."""

import json
from collections.abc import Sequence
from typing import Any

import attrs
from rich.cells import cell_len
from rich.text import Text

from ._accounts import Account
from ._bars import chart
from ._outcome import Code, report_failures
from ._output import Output
from ._screen import Screen, progress
from ._source import Source
from ._tally import COUNTED, Dated, Tally, ranked
from ._text import counted, fit, one_line, shortened, to_json, visible
from ._walk import walk

SIDE_BY_SIDE = 100
"""From how many cells on the charts stand beside each other."""
GAP = 4
LONGEST_LABEL = 24


@attrs.frozen
class Counted:
    """What was counted of some account, or of all.

    Attributes:
        title: Whose it is.
        tally: The counts.
    """

    title: str
    tally: Tally


def summarize(source: Source, *, is_json: bool, is_colored: bool) -> Code:
    """Count, show the counts, and give the code to exit with."""
    output = Output.standard()
    with source.accounts() as accounts:
        tallies = _count(accounts, is_colored=is_colored)
        complete = [(account, tally) for account, tally in zip(accounts, tallies, strict=True) if account.is_complete]
        total = Tally()
        for _, tally in complete:
            total.merge(tally)
        if is_json:
            output.write(f"{to_json(_document(accounts, tallies, total))}\n".encode())
        elif complete:
            parts = [Counted(account.profile or "Flex Flows", tally) for account, tally in complete]
            _draw(Screen(output, is_colored=is_colored), parts, total if source.has_several else None)
        return report_failures(accounts, has_profiles=source.has_several)


def _count(accounts: Sequence[Account], *, is_colored: bool) -> list[Tally]:
    tallies = {account: Tally() for account in accounts}
    with progress(is_colored=is_colored) as tell:
        for account, page in walk(accounts):
            tallies[account].add(page)
            tell(counted(sum(tally.flows for tally in tallies.values()), "flow"))
    return list(tallies.values())


def _document(accounts: Sequence[Account], tallies: Sequence[Tally], total: Tally) -> dict[str, Any]:
    def numbers(tally: Tally) -> dict[str, Any]:
        return {
            "flows": tally.flows,
            **{
                name: [{"value": json.loads(value), "flows": number} for value, number in ranked(counts)]
                for name, counts in tally.values.items()
            },
            "oldest": tally.oldest and tally.oldest.record,
            "newest": tally.newest and tally.newest.record,
        }

    def entry(account: Account, tally: Tally) -> dict[str, Any]:
        counts = numbers(tally) if account.is_complete else {"error": str(account.failure)}
        return {"profile": account.profile, **counts}

    return {"accounts": list(map(entry, accounts, tallies)), "all": numbers(total)}


def _draw(screen: Screen, parts: Sequence[Counted], total: Tally | None) -> None:
    for part in parts:
        _draw_part(screen, part)
    if total is not None:
        accounts = {part.title: part.tally.flows for part in parts}
        _draw_part(screen, Counted("all accounts", total), accounts)


def _draw_part(screen: Screen, part: Counted, accounts: dict[str, int] | None = None) -> None:
    title = visible(part.title)
    screen.draw(Text.assemble((title, "bold"), "  ", counted(part.tally.flows, "flow")))
    for name, dated in (("oldest", part.tally.oldest), ("newest", part.tally.newest)):
        if dated is not None:
            screen.draw(Text.assemble((f"{name}  ", "dim"), _said(dated, screen.width - len(name) - 2)))
    charts = [] if accounts is None else [("account", sorted(accounts.items(), key=lambda item: -item[1]))]
    for name, label in COUNTED.items():
        charts.append((label, [(_label(value), number) for value, number in ranked(part.tally.values[name])]))
    if part.tally.flows:
        _draw_charts(screen, charts)
    screen.draw("")


def _draw_charts(screen: Screen, charts: Sequence[tuple[str, list[tuple[str, int]]]]) -> None:
    is_wide = screen.width >= SIDE_BY_SIDE
    width = (screen.width - GAP * (len(charts) - 1)) // len(charts) if is_wide else screen.width
    labels = [cell_len(shortened(label, LONGEST_LABEL)) for _, counts in charts for label, _ in counts]
    drawn = [
        chart(title, counts, width, 0 if is_wide else max(labels), has_blocks=screen.has_blocks)
        for title, counts in charts
    ]
    if not is_wide:
        for lines in drawn:
            screen.draw("", *lines)
        return
    screen.draw("")
    for level in range(max(map(len, drawn))):
        line = Text()
        for lines in drawn:
            cell = lines[level].copy() if level < len(lines) else Text()
            cell.pad_right(width + GAP - cell_len(cell.plain))
            line.append_text(cell)
        line.rstrip()
        screen.draw(line)


def _said(dated: Dated, width: int) -> str:
    name, sid = (one_line(str(dated.record[key] or "-")) for key in ("friendly_name", "sid"))
    return fit(f"{dated.moment:%Y-%m-%d}  {sid}  {name}", width).rstrip()


def _label(value: str) -> str:
    """Say a value, which is JSON, in a word."""
    plain = json.loads(value)
    names = {None: "none", True: "yes", False: "no"}
    return plain if isinstance(plain, str) else names.get(plain, value) if isinstance(plain, bool | None) else value
