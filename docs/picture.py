"""Draw the README's pictures from real runs: terminal.svg, two commands, and report.png, the report as a page."""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.text import Text

from flexflows.sandbox import Sandbox

FOLDER = Path(__file__).parent
COLUMNS = 100
COMMANDS = ("flexflows list --sandbox --limit 6", "flexflows summary --sandbox")
ACCOUNTS = {"production": 140, "europe": 62, "brazil": 33, "staging": 17, "legacy": 9}
"""The accounts of the report and their flows; the last one refuses its credentials."""


def run_on_terminal(command: str) -> str:
    """Run a command of this environment on a pseudo-terminal, and return its output."""
    import pty  # noqa: PLC0415 - Windows has none

    terminal, process_side = pty.openpty()
    environment = os.environ | {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    program, *arguments = command.split()
    path = Path(sys.executable).with_name(program)
    process = subprocess.Popen([path, *arguments], stdout=process_side, stderr=subprocess.DEVNULL, env=environment)  # noqa: S603
    os.close(process_side)
    printed = b""
    try:
        while piece := os.read(terminal, 65_536):
            printed += piece
    except OSError:  # Linux raises EIO at the end
        pass
    os.close(terminal)
    if process.wait() != 0:
        sys.exit(f"{command} failed")
    return printed.decode().replace("\r\n", "\n")


def draw_terminal() -> None:
    """Write terminal.svg, with each cell placed on its own: fonts draw double-width characters in different widths."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for command in COMMANDS:
        text = Text.from_ansi(run_on_terminal(command))
        for number, cell in enumerate(re.finditer(r"\S+(?: \S+)*", text.plain)):
            text.stylize(Style(meta={"cell": number}), cell.start(), cell.end())
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
        console.print(text, soft_wrap=True)
    svg = console.export_svg(title="flexflows", unique_id="flexflows")
    (FOLDER / "terminal.svg").write_text(svg.rstrip() + "\n", encoding="utf-8")


def draw_report() -> None:
    """Write report.png with a headless browser."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("report.png needs Chromium or Google Chrome on PATH (Debian, Ubuntu: apt-get install chromium)")
    command = [sys.executable, "-m", "flexflows", "report", "--all-profiles", "-o", "html"]
    with tempfile.TemporaryDirectory() as folder, Sandbox(accounts=ACCOUNTS, faults=["legacy:401+"]) as sandbox:
        run = subprocess.run(command, env=os.environ | sandbox.environment, check=False, capture_output=True)  # noqa: S603
        if run.returncode != 1:  # the exit code of a report without one of its accounts
            sys.exit(run.stderr.decode())
        page = Path(folder, "report.html")
        page.write_bytes(run.stdout)
        options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1200,1000"]
        picture = f"--screenshot={FOLDER / 'report.png'}"
        subprocess.run([browser, *options, picture, page.as_uri()], check=True, capture_output=True, timeout=60)  # noqa: S603


if __name__ == "__main__":
    draw_terminal()
    draw_report()
