"""Draw docs/terminal.svg: what two commands really print on a terminal of 100 columns."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.text import Text

COLUMNS = 100
COMMANDS = (
    "flexflows list --sandbox --limit 6",
    "flexflows summary --sandbox",
)


def on_a_terminal(command: str) -> str:
    """Run a command on a pseudo-terminal and give what it printed there."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    # The command of the environment that this runs in.
    program, *arguments = command.split()
    path = Path(sys.executable).parent / program
    process = subprocess.Popen([path, *arguments], stdout=theirs, stderr=subprocess.DEVNULL, env=environment)  # noqa: S603
    os.close(theirs)
    printed = b""
    try:
        while piece := os.read(ours, 65_536):
            printed += piece
    except OSError:  # Linux says so when the other end is closed.
        pass
    os.close(ours)
    if process.wait() != 0:
        sys.exit(f"{command} failed")
    return printed.decode().replace("\r\n", "\n")


def cells(text: Text) -> Text:
    """Have each cell placed by itself: fonts differ in how wide they draw what a terminal gives two columns."""
    for number, cell in enumerate(re.finditer(r"\S+(?: \S+)*", text.plain)):
        text.stylize(Style(meta={"cell": number}), cell.start(), cell.end())
    return text


def main() -> None:
    """Draw the picture."""
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True)  # noqa: PTH123, SIM115
    for command in COMMANDS:
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
        console.print(cells(Text.from_ansi(on_a_terminal(command))), soft_wrap=True)
    Path(__file__).with_name("terminal.svg").write_text(
        console.export_svg(title="flexflows", unique_id="flexflows").rstrip() + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
