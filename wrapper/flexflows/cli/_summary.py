"""`flexflows summary`: counts of flows, of each account and in total."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from flexflows import FlexFlow

from ._accounts import describe_accounts, read_accounts, report_failures
from ._options import output_option, source_options
from ._source import Account, Source
from ._terminal import Terminal
from ._text import cell_width, fit, pluralize, shorten, to_json, visible

HELP = """Count flows by channel, by integration, and by enabled or not, of each account and in total.

\b
Examples:
  flexflows summary --sandbox
  flexflows summary -p production -p staging
  flexflows summary --all-profiles -o json
"""

COUNTED_FIELDS = ("channel_type", "integration_type", "enabled")
MAX_LABEL = 24
MAX_BAR = 60
EIGHTHS = " ▏▎▍▌▋▊▉█"


Tally = Mapping[str, Sequence[tuple[str, int]]]
"""The values of each counted field as JSON, with the number of flows, the most frequent first."""


def tally(flows: Sequence[FlexFlow]) -> Tally:
    """Return the number of flows by the value of each counted field."""
    records = [flow.to_dict() for flow in flows]
    counters = {name: Counter(to_json(record.get(name)) for record in records) for name in COUNTED_FIELDS}
    return {name: sorted(each.items(), key=lambda item: (-item[1], item[0])) for name, each in counters.items()}


@click.command("summary", help=HELP)
@source_options
@output_option("text for people, json for machines.", "text", "json")
def command(source: Source, kind: str) -> int:
    """Run `flexflows summary`."""
    terminal = source.terminal
    output = terminal.output
    accounts = read_accounts(source)
    now = datetime.now(UTC).replace(microsecond=0)
    flows = [flow for account in accounts if account.failure is None for flow in account.flows]
    if kind == "json":
        output.write(f"{to_json(_document(accounts, flows, now))}\n".encode())
    elif any(account.failure is None for account in accounts):
        _draw(terminal, accounts, flows, f"{now:%Y-%m-%d %H:%M} UTC", has_several=source.has_several)
    return report_failures(terminal, accounts)


def _document(accounts: Sequence[Account], flows: Sequence[FlexFlow], now: datetime) -> dict[str, Any]:
    def counts(flows: Sequence[FlexFlow]) -> dict[str, Any]:
        values = {
            name: [{"value": json.loads(value), "flows": number} for value, number in ranked]
            for name, ranked in tally(flows).items()
        }
        return {"flows": len(flows), **values}

    def entry(account: Account) -> dict[str, Any]:
        return {
            "profile": account.profile,
            "other_profiles": list(account.other_profiles),
            "account_sid": account.account_sid,
            **(
                {"error": account.error}
                if account.error
                else {"is_complete": account.is_complete, **counts(account.flows)}
            ),
        }

    return {
        "date": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "accounts_read": sum(account.failure is None for account in accounts),
        "accounts": [entry(account) for account in accounts],
        "all": counts(flows),
    }


def _draw(
    terminal: Terminal, accounts: Sequence[Account], flows: Sequence[FlexFlow], date: str, *, has_several: bool
) -> None:
    read = [account for account in accounts if account.failure is None]
    for account in read:
        names = visible(", ".join(filter(None, [account.profile, *account.other_profiles])))
        title = "  ".join(filter(None, [names, account.account_sid])) or "Flex Flows"
        extent = pluralize(len(account.flows), "flow")
        extent += "" if account.is_complete else " (more were left out by --limit)"
        if has_several:
            terminal.draw(*_headline(terminal, title, extent), *_counts(tally(account.flows)), "")
        else:
            terminal.draw(*_headline(terminal, title, f"{extent} · {date}"))
    if has_several:
        terminal.draw(*_headline(terminal, describe_accounts(accounts), f"{pluralize(len(flows), 'flow')} · {date}"))
    terminal.draw(*_charts(terminal, tally(flows), len(flows)), "")


def _headline(terminal: Terminal, title: str, rest: str) -> list[str]:
    styled = terminal.style(title, "bold")
    fits = cell_width(f"{title} · {rest}") <= terminal.width
    return [f"{styled} · {rest}"] if fits else [styled, rest]


def _counts(counts: Tally) -> list[str]:
    """Return a line for each counted field: `channel_type  web 20 · sms 15`."""
    widest = max(map(len, COUNTED_FIELDS))
    lines = {name: " · ".join(f"{_label(value)} {number:,}" for value, number in each) for name, each in counts.items()}
    return [f"  {name.ljust(widest)}  {line}" for name, line in lines.items() if line]


def _charts(terminal: Terminal, counts: Tally, flows: int) -> list[str]:
    """Return a bar chart for each counted field; the lengths are shares of the largest count."""
    labels = {value: _label(value) for values in counts.values() for value, _ in values}
    label_width = max(map(cell_width, labels.values()), default=0)
    number_width = len(f"{flows:,}")
    room = max(1, min(MAX_BAR, terminal.width - label_width - number_width - len("    100 %  ")))
    lines: list[str] = []
    for name, values in counts.items():
        lines += ["", terminal.style(name, "bold")] if values else []
        for value, number in values:
            percent = "<1 %" if number * 100 < flows else f"{100 * number / flows:.0f} %"
            bar = _bar(number / values[0][1], room, has_blocks=terminal.has_unicode)
            text = f"{fit(labels[value], label_width)}  {number:>{number_width},}  {percent:>5}  "
            lines.append(text + terminal.style(bar, "cyan"))
    return lines


def _bar(share: float, width: int, *, has_blocks: bool) -> str:
    """Return a bar that takes a share of `width` cells, and is visible however small the share is."""
    if not has_blocks:
        return "#" * max(round(share * width), 1)
    eighths = max(round(share * width * 8), 1)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _label(value: str) -> str:
    """Return a value, which is JSON, for people: a text as it is, but in quotation marks where it looks like JSON."""
    decoded = json.loads(value)
    if not isinstance(decoded, str):
        return shorten(value, MAX_LABEL)
    try:
        json.loads(decoded)
    except (ValueError, RecursionError):
        return shorten(visible(decoded), MAX_LABEL) or '""'
    return shorten(value, MAX_LABEL)
