"""The measurements as text: a table for the terminal, and the page RESULTS.md."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from measure import Measure, Target, Verdict

VERSIONS = ("flexflows", "httpx", "attrs", "msgspec", "tenacity", "twilio", "openapi-python-client", "orjson")

Group = tuple[str, Sequence[Measure]]


def terminal(measures: Iterable[Measure]) -> str:
    """Write the figures of a group."""
    lines = []
    for measure in measures:
        lines += ["", measure.title]
        lines += [f"  {name:<32} {figure(measure, name):>16}" for name in measure.figures]
        for verdict in measure.verdicts():
            lines.append(f"  {_claim(verdict)}  {spread(verdict)}  {_bounds(verdict.target)}  {verdict.met.upper()}")
        lines += [f"  {measure.note}"] if measure.note else []
    return "\n".join(lines)


def page(measures: Sequence[Measure], *, command: str) -> str:
    """Write RESULTS.md."""
    lines = [
        "# Results",
        "",
        f"Written by `{command}`; what is measured and how: [README.md](README.md).",
        "",
        *(f"- {name}: {value}" for name, value in _machine().items()),
        "",
        "![The figures as bars](results.svg)",
        "",
        "## Held against the targets",
        "",
        "Ratios of interleaved runs: the median of the rounds, and the quartiles.",
        "",
        "| measure | against | measured | quartiles | at least | goal | |",
        "|---|---|---|---|---|---|---|",
    ]
    for measure in measures:
        for verdict in measure.verdicts():
            target = verdict.target
            cells = (
                measure.title,
                target.against,
                f"**{_shown(target, verdict.median)}**",
                spread(verdict),
                _bound(target, target.least),
                _bound(target, target.goal),
                verdict.met,
            )
            lines.append(_cells(cells))
    lines += ["", "## The figures", "", "Medians, and the range of all rounds."]
    for measure in measures:
        lines += ["", f"### {measure.title}", "", f"| | {measure.unit} | from | to |", "|---|---|---|---|"]
        for name, figures in measure.figures.items():
            lines.append(_cells((name, number(measure.median(name)), number(min(figures)), number(max(figures)))))
        lines += ["", measure.note] if measure.note else []
    return "\n".join(lines) + "\n"


def figure(measure: Measure, name: str) -> str:
    """Write a contender's figure with its unit."""
    return f"{number(measure.median(name))} {measure.unit}"


def number(value: float) -> str:
    """Write a number with three digits or more."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004


def spread(verdict: Verdict) -> str:
    """Write the quartiles."""
    return f"{number(verdict.low)} to {number(verdict.high)}"


def _claim(verdict: Verdict) -> str:
    against = f"of {verdict.target.against}'s" if verdict.target.kind == "times" else f"than {verdict.target.against}"
    return f"→ {_shown(verdict.target, verdict.median)} {against}"


def _shown(target: Target, value: float) -> str:
    words: Mapping[str, str] = {"times less": f"{number(value)}× less", "times": f"{number(value)}×"}
    return words.get(target.kind, f"{value:+.1f} MiB")


def _bounds(target: Target) -> str:
    return f"(at least {_bound(target, target.least)}, goal {_bound(target, target.goal)})"


def _bound(target: Target, value: float) -> str:
    words: Mapping[str, str] = {"times less": f"{value:.3g}×", "times": f"≤ {value:.3g}×"}
    return words.get(target.kind, f"≤ +{value:g} MiB")


def _cells(cells: Iterable[str]) -> str:
    escaped = [cell.replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(escaped)} |"


def _machine() -> dict[str, str]:
    versions = [f"{name} {version(name)}" for name in VERSIONS]
    return {
        "Date": f"{datetime.now(UTC):%Y-%m-%d}",
        "Commit": _commit(),
        "Machine": f"{_cores()} × {_processor()}, {platform.system()} {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Versions": ", ".join(versions),
    }


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return run.stdout.strip() or "unknown"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
