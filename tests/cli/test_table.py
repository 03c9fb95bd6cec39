"""The table and the drawings, on a terminal and piped."""

from typing import Any

import pytest
from commands import CHANNELS, COLUMNS, Account, Flexflows
from terminals import STYLES, look
from wcwidth import wcswidth

from flexflows.cli._text import cell_width

HOSTILE = [
    "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "[bold red]markup[/] :smile:",
    "right \u202eleft\u202c \u200fmark\u2066",
    "lines\r\nof\ttext\u2028\u0085",
    "\x9b31m\x00\x7f",
    "%s {0} ${HOME} \\x1b",
]
LANGUAGES = [
    "東京オフィスのチャット窓口",
    "خدمة العملاء في القاهرة",
    "😀👍🏽❤️ 🇩🇪 1️⃣ Emoji Support",
    "e\u0301te\u0301 comple\u0300tement a\u0300 part",
    "नमस्ते दुनिया सहायता केंद्र",
    "Zürich, Größe",
]
NAMES = [*HOSTILE, *LANGUAGES, "long " * 60, "", "Sales"]
LONG = "Sales and Support of the Northern Region"


def flows(*names: str, identity: str = "+15005550006") -> list[dict[str, Any]]:
    return [
        {
            "sid": f"FO{number:032x}",
            "friendly_name": name,
            "channel_type": max(CHANNELS, key=len),
            "contact_identity": identity,
            "enabled": number % 2 == 0,
            "integration_type": "studio",
            "integration": {"flow_sid": f"FW{number:028x}bd2d"},
        }
        for number, name in enumerate(names)
    ]


@pytest.mark.parametrize("width", [20, 60, 80, 83, 97, 120, 131, 200, 400])
def test_no_line_is_wider_than_the_terminal(account: Account, width: int) -> None:
    """On a terminal the SIDs are whole, the table is no wider than the terminal, and its columns are aligned."""
    account(flows(*NAMES))
    view = look("list", width=width)
    rows = [line for line in view.lines if line.startswith("FO")]
    assert view.code == 0
    assert [row[:34] for row in rows] == [flow["sid"] for flow in flows(*NAMES)]
    assert all(wcswidth(line) <= max(width, 34) for line in view.lines[:-1])
    if width >= 80:
        channel = max(CHANNELS, key=len)
        assert len({wcswidth(row[: row.index(channel)]) for row in rows}) == 1


@pytest.mark.parametrize(
    ("width", "options", "texts"),
    [
        (60, [], ["Sales and Support of th…"]),
        (80, [], ["Sales and S…", "channel", "whatsapp:+150055500…"]),
        (120, [], ["Sales and Support of ", "channel", "whatsapp:+15005550006", "studio …bd2d"]),
        (200, [], [LONG, "channel", "whatsapp:+15005550006", "studio …bd2d", "true"]),
        (80, ["--with-profile", "-p", "shop"], ["shop", "Sales and Support of the…", "channel"]),
        (120, ["--with-profile", "-p", "shop"], ["shop", "Sales and S", "channel", "whatsapp:+1500", "studio …bd2d"]),
    ],
)
def test_what_identifies_a_flow_comes_first(account: Account, width: int, options: list[str], texts: list[str]) -> None:
    """The name is shortened first, to a dozen letters, then the identity; beside profiles the identity goes first."""
    records = flows(LONG, identity="whatsapp:+15005550006")
    account(accounts={"shop": [{**records[0], "channel_type": "channel"}]})
    line = next(line for line in look("list", *options, width=width).lines if "FO0" in line)
    start = 0
    for text in ["FO" + "0" * 32, *texts] if not options else texts:
        assert text in line[start:], line
        start = line.index(text, start) + len(text)
    assert ("whatsapp" in line) == any("whatsapp" in text for text in texts)
    assert ("studio" in line) == any("studio" in text for text in texts)


@pytest.mark.parametrize(
    ("kind", "integration", "text"),
    [
        ("task", {"workflow_sid": "WW" + "0" * 28 + "bfe4"}, "task …bfe4"),
        ("external", {"url": "https://user:secret@www.example.com/flex?a=1"}, "external www.example.com"),
        ("studio", {}, "studio"),
        (None, {"flow_sid": "FW" + "0" * 28 + "bd2d"}, "…bd2d"),
        (None, None, "-"),
        ("\x1b", "odd", "\\x1b …odd"),
    ],
)
def test_where_an_integration_leads(account: Account, kind: Any, integration: Any, text: str) -> None:
    """A destination is shortened to the end of its SID, or to its host."""
    account([{**flows(LONG)[0], "integration_type": kind, "integration": integration}])
    line = next(line for line in look("list", width=120).lines if line.startswith("FO"))
    assert f"+15005550006  {text}  " in f"{line}  "


def test_headings_break_between_words(account: Account) -> None:
    """A heading on several lines has whole words on each."""
    account(flows("Sales"))
    for width in range(40, 240, 20):
        view = look("list", width=width, environ={"TERM": "dumb"})
        heading = view.lines[: next(number for number, line in enumerate(view.lines) if line.startswith("FO"))]
        words = {word for line in heading for word in line.split()}
        parts = {part for name in COLUMNS for part in name.replace("_", "_ ").split()}
        assert words <= {*COLUMNS, *parts} | {f"{a}{b}" for a in parts for b in parts}


def test_table_in_a_pipe(flexflows: Flexflows, account: Account) -> None:
    """In a pipe the table has all columns, uncut and without colors."""
    account(flows(*NAMES))
    wide = flexflows("list")
    assert sorted(wide.lines[0].split()) == sorted(COLUMNS)
    assert ("long " * 60).strip() in wide.text
    assert (wide.err, "\x1b" in wide.text) == ("", False)


def test_columns_in_the_environment(flexflows: Flexflows, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS sets the width, also in a pipe; what is no width is ignored."""
    account(3)
    assert all(name in look("list", environ={"COLUMNS": "500"}).text for name in COLUMNS)
    assert max(map(cell_width, look("list", width=300, environ={"COLUMNS": "60"}).lines)) <= 60
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(cell_width, flexflows("list").lines)) <= 60
    for wrong in ("x", "-1", "0"):
        assert max(map(cell_width, look("list", environ={"COLUMNS": wrong}).lines[:-1])) <= 80


def test_named_columns_are_all_drawn(account: Account) -> None:
    """Columns that the user named are never left out, and are cut to share the line."""
    account(flows(LONG))
    view = look("list", "--columns", "friendly_name,sid,integration", width=60)
    assert view.lines[-2].startswith("Sales and S…  FO0")


@pytest.mark.parametrize(
    "command", ["list", "summary", *(f"list -o {kind}" for kind in ("csv", "tsv", "json", "jsonl"))]
)
def test_nothing_acts_on_the_terminal(account: Account, command: str) -> None:
    """Of text from the API, only visible characters reach a terminal."""
    account([{**flow, "new\x1b[31m": 1, "channel_type": flow["friendly_name"]} for flow in flows(*HOSTILE)])
    view = look(*command.split(), width=100)
    assert "\\x1b[" in view.text or "\\u001b[" in view.text
    assert all(character.isprintable() or character in "\n\t" for character in view.text)


@pytest.mark.parametrize("command", ["list", "summary", "report"])
def test_no_colors(account: Account, command: str) -> None:
    """Colors are used by default, and can be turned off."""
    account(3)
    assert STYLES.search(look(command).raw)
    assert not STYLES.search(look(command, "--no-color").raw)
    for environ in ({"NO_COLOR": "1"}, {"CLICOLOR": "0"}, {"TERM": "dumb"}):
        assert not STYLES.search(look(command, environ=environ).raw)


def test_ascii_terminal(account: Account) -> None:
    """A terminal that supports only ASCII gets only ASCII."""
    account(flows(*NAMES))
    for command in ("list", "summary", "report"):
        view = look(command, encoding="ascii", width=100)
        assert (view.code, view.raw.isascii()) == (0, True)
