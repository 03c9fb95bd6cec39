"""The measurements as RESULTS.md."""

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from measure import Measure

VERSIONS = ("flexflows", "httpx", "attrs", "msgspec", "twilio", "openapi-python-client", "orjson")


def page(measures: Sequence[Measure]) -> str:
    """Return RESULTS.md."""
    machine = (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {_commit()}",
        f"{os.cpu_count()} × {_processor()}, {platform.system()} {platform.machine()}",
        f"{platform.python_implementation()} {platform.python_version()}",
        ", ".join(f"{name} {version(name)}" for name in VERSIONS),
    )
    head = ["# Results", "", "Written by `make bench`; [README.md](README.md) explains the measurements.", ""]
    head += [*(f"- {line}" for line in machine), "", "![The figures as bars](results.svg)", ""]
    head += [
        "Figures are medians of all rounds. A ratio is the median of the rounds' ratios, with their quartiles.",
        "",
    ]
    return "\n".join([*head, *map(section, measures)])


def section(measure: Measure) -> str:
    """Return the section of a measure with its table, for RESULTS.md and the terminal."""
    ours, *_ = measure.figures
    lines = [f"## {measure.title}", "", f"| | {measure.unit} | range | against {ours} |", "|---|---|---|---|"]
    for name, figures in measure.figures.items():
        low, median, high = map(number, measure.ratios(name))
        ratio = "" if name == ours else f"**{median}×** ({low} to {high})"
        span = f"{number(min(figures))} to {number(max(figures))}" if figures[1:] else ""
        lines.append(f"| {name} | {number(measure.median(name))} | {span} | {ratio} |")
    return "\n".join([*lines, ""])


def number(value: float) -> str:
    """Return a number with three digits or more."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return run.stdout.strip() or "unknown"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text("utf-8").splitlines() if information.is_file() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
