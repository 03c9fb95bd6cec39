"""The table and the drawings, on a terminal and piped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Flexflows
from flexflows._fragment import record_schema
from rich.cells import cell_len
from terminals import STYLES, look

from flexflows.cli._text import cell_width, fit, visible
from flexflows.sandbox import Sandbox

HOSTILE = [
    "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "[bold red]markup[/] :smile:",
    "right \u202eleft\u202c \u200fmark\u2066",
    "lines\r\nof\ttext\u2028\u0085",
    "\x9b31m\x00\x7f",
    "😀 👩‍👩‍👧 東京 e\u0301 שלום",
    "%s {0} ${HOME} \\x1b",
]
NAMES = [*HOSTILE, "long " * 60, "", "Sales"]

Account = Callable[..., Sandbox]


def flows(names: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "sid": f"FO{number:032x}",
            "friendly_name": name,
            "channel_type": name or None,
            "enabled": number % 2 == 0,
            "integration": {name: name},
        }
        for number, name in enumerate(names)
    ]


@pytest.mark.parametrize("width", [20, 60, 80, 200, 400])
def test_table_on_a_terminal(account: Account, width: int) -> None:
    """On a terminal, the table is never wider than the terminal, and its columns are aligned."""
    seen = look("list", "--base-url", account(flows(NAMES)).url, width=width)
    assert seen.code == 0
    *table, footer = seen.lines
    header = table[: -len(NAMES)]
    rows = table[-len(NAMES) :]
    assert len(header) in {1, 2}
    assert all(cell_len(line) <= max(width, 34) for line in table)
    assert [row[:34] for row in rows] == [flow["sid"] for flow in flows(NAMES)]
    assert footer.startswith("10 flows")
    if width >= 60:
        starts = [row.index(part) for row, part in zip(rows[-1:], ["Sales"], strict=True)]
        assert starts == [36]


def test_table_in_a_pipe(flexflows: Flexflows, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe the table has all columns, uncut and without colors, unless COLUMNS sets its width."""
    url = account(flows(NAMES)).url
    wide = flexflows("list", "--base-url", url)
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(cell_width, flexflows("list", "--base-url", url).lines)) <= 60
    assert sorted(wide.lines[0].split()) == sorted(record_schema().properties)
    assert visible("long " * 60).strip() in wide.text
    assert wide.err == ""
    assert "\x1b" not in wide.text


@pytest.mark.parametrize(
    "arguments", [("list",), ("summary",), ("drift",), ("list", "-o", "csv"), ("list", "-o", "tsv")]
)
def test_nothing_acts_on_the_terminal(account: Account, arguments: tuple[str, ...]) -> None:
    """Of text from the API, only visible characters reach a terminal."""
    new = [{**flow, "new\x1b[31m": 1} for flow in flows(NAMES)]
    seen = look(*arguments, "--base-url", account(new).url, width=100)
    assert "\\x1b[" in seen.text or "\\u001b[" in seen.text
    assert all(character.isprintable() or character in "\n\t" for character in seen.text)


@pytest.mark.parametrize("name", HOSTILE)
def test_visible(name: str) -> None:
    """Invisible characters are shown as escapes, and the measured width is the drawn width."""
    assert visible(name).isprintable()
    assert visible("plain 東京\u3000ü") == "plain 東京\u3000ü"
    for width in range(30):
        assert cell_len(fit(visible(name), width)) == width


def test_errors_do_not_act_on_the_terminal(account: Account) -> None:
    """Names from arguments and from responses that are not pages are escaped too."""
    seen = look("list", "--columns", "\x1b[31mname", "--base-url", account(1).url)
    assert seen.code == 2
    assert "\x1b" not in seen.text


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})],
    ids=["--no-color", "NO_COLOR", "dumb"],
)
@pytest.mark.parametrize("command", ["list", "summary"])
def test_no_colors(account: Account, command: str, arguments: list[str], environ: dict[str, str]) -> None:
    """Colors are used by default, and can be turned off."""
    options = ("--base-url", account(3).url)
    assert STYLES.search(look(command, *options).raw)
    seen = look(command, *arguments, *options, environ=environ)
    assert not STYLES.search(seen.raw)
    assert seen.code == 0


def test_columns_in_the_environment(account: Account) -> None:
    """COLUMNS overrides the terminal's width."""
    url = account(3).url
    assert "date_updated" in look("list", "--base-url", url, environ={"COLUMNS": "400"}).text
    assert max(map(cell_len, look("list", "--base-url", url, width=300, environ={"COLUMNS": "60"}).lines)) <= 60


def test_ascii_terminal(account: Account) -> None:
    """A terminal that supports only ASCII gets only ASCII."""
    options = ("--base-url", account(flows(NAMES)).url)
    for command in ("list", "summary"):
        seen = look(command, *options, encoding="ascii", width=100)
        assert seen.code == 0
        assert all(line.isascii() for line in seen.lines[:-1])


def test_progress(account: Account, tmp_path: Path) -> None:
    """A terminal on stderr shows the progress, and no trace of it at the end."""
    with (tmp_path / "flows.jsonl").open("wb") as file:
        seen = look("list", "-o", "jsonl", "--page-size", "5", "--base-url", account(20).url, stdout=file.fileno())
    assert "20 flows" in seen.raw
    assert seen.text.strip() == ""
    assert len((tmp_path / "flows.jsonl").read_bytes().splitlines()) == 20


def test_no_progress_between_rows(account: Account) -> None:
    """A terminal that shows the rows shows no line of progress."""
    seen = look("list", "-o", "jsonl", "--page-size", "5", "--base-url", account(20).url, width=2000)
    assert len(seen.lines) == 20
