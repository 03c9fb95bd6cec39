"""Draw the README's pictures: terminal.svg, two commands on a terminal, and report.png, the report as a page."""

import json
import os
import pty
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

sys.path.append(str(Path(__file__).parent.parent / "tests" / "cli"))
from accounts import one_host

COLUMNS = 100
COMMANDS = (
    "flexflows list --sandbox --limit 6",
    "flexflows summary --sandbox",
)
ACCOUNTS = {"production": 140, "europe": 62, "brazil": 33, "staging": 17, "legacy": 9}
"""The accounts of the report, and their flows; the last one refuses its credentials."""


def run_on_terminal(command: str) -> str:
    """Run a command on a pseudo-terminal and return its output."""
    terminal, process_side = pty.openpty()
    environment = os.environ | {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    program, *arguments = command.split()
    path = Path(sys.executable).parent / program
    process = subprocess.Popen([path, *arguments], stdout=process_side, stderr=subprocess.DEVNULL, env=environment)  # noqa: S603
    os.close(process_side)
    printed = b""
    try:
        while piece := os.read(terminal, 65_536):
            printed += piece
    except OSError:  # Linux raises EIO at the end.
        pass
    os.close(terminal)
    if process.wait() != 0:
        sys.exit(f"{command} failed")
    return printed.decode().replace("\r\n", "\n")


def place_cells(text: Text) -> Text:
    """Return the text with every cell placed on its own: fonts draw double-width characters in different widths."""
    for number, cell in enumerate(re.finditer(r"\S+(?: \S+)*", text.plain)):
        text.stylize(Style(meta={"cell": number}), cell.start(), cell.end())
    return text


def draw_terminal() -> None:
    """Write terminal.svg."""
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True)  # noqa: PTH123, SIM115
    for command in COMMANDS:
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
        console.print(place_cells(Text.from_ansi(run_on_terminal(command))), soft_wrap=True)
    Path(__file__).with_name("terminal.svg").write_text(
        console.export_svg(title="flexflows", unique_id="flexflows").rstrip() + "\n", encoding="utf-8"
    )


def draw_report() -> None:
    """Write report.png; `make browser` explains how to install Chromium."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("report.png needs Chromium; run make browser")
    sandboxes = {name: Sandbox(flows, seed=flows) for name, flows in ACCOUNTS.items()}
    sandboxes["legacy"] = Sandbox(faults=["401+"])
    profiles = {
        name: {"accountSid": each.account_sid, "apiKey": each.api_key, "apiSecret": each.api_secret}
        for name, each in sandboxes.items()
    }
    with tempfile.TemporaryDirectory() as folder, one_host(*sandboxes.values()) as url:
        Path(folder, "config.json").write_text(json.dumps({"profiles": profiles}), encoding="utf-8")
        page = Path(folder, "report.html")
        command = [
            Path(sys.executable).with_name("flexflows"),
            "report",
            "--all-profiles",
            "--base-url",
            url,
            "-o",
            "html",
        ]
        environment = os.environ | {"TWILIO_CONFIG_DIR": folder}
        run = subprocess.run(command, env=environment, check=False, capture_output=True)  # noqa: S603
        if run.returncode != 1:  # the exit code of a report without one of its accounts
            sys.exit(run.stderr.decode())
        page.write_bytes(run.stdout)
        picture = Path(__file__).with_name("report.png")
        options = [
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            "--window-size=1200,1000",
            f"--screenshot={picture}",
        ]
        subprocess.run([browser, *options, page.as_uri()], check=True, capture_output=True, timeout=60)  # noqa: S603


if __name__ == "__main__":
    draw_terminal()
    draw_report()
