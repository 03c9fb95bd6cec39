"""Measurements of processes from start to end, and of installations on disk."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence

from clients import ACCOUNT_SID, AUTH_TOKEN
from environments import FOLDER, plain_environ, program, site_packages
from measure import Figures, Measure, Options
from server import serving

CLIENT = f"from flexflows import FlexFlows; FlexFlows('{ACCOUNT_SID}', '{AUTH_TOKEN}')"
TWILIO = f"from twilio.rest import Client; Client('{ACCOUNT_SID}', '{AUTH_TOKEN}').flex_api.v1.flex_flow"
TWILIO_CLI = FOLDER / "twilio-cli" / "node_modules" / ".bin" / "twilio"
"""Installed by `make bench-cli`."""


def startup(options: Options) -> Iterator[Measure]:
    """Compare the time of processes that do little."""
    python, command = program("library"), program("command", "flexflows")
    commands = {
        "flexflows": [python, "-c", CLIENT],
        "twilio-python": [program("twilio"), "-c", TWILIO],
        "import httpx; httpx.Client()": [python, "-c", "import httpx; httpx.Client()"],
    }
    figures = _milliseconds(commands, 2 * options.rounds)
    yield Measure("A process that imports, makes a client and exits, wall", "ms", figures)
    with serving(5) as url:
        commands = {
            "flexflows list --limit 5": [command, "list", "--limit", "5", "--base-url", url],
            "import httpx, rich": [program("command"), "-c", "import httpx, rich"],
        }
        figures = _milliseconds(commands, 2 * options.rounds)
        yield Measure("The command lists five flows, start to end, wall", "ms", figures, drawn=False)
    commands = {"flexflows": [command, "--version"], "twilio-cli": [str(TWILIO_CLI), "--version"]}
    if TWILIO_CLI.exists():
        figures = _milliseconds(commands, options.rounds)
        yield Measure("The command's --version, start to end, wall", "ms", figures)


def size(_options: Options) -> Iterator[Measure]:
    """Compare the library and twilio-python on disk, each with all dependencies and byte code."""
    figures = {"flexflows": [_megabytes("library")], "twilio-python": [_megabytes("twilio")]}
    yield Measure("Installed size, with all needs", "MB", figures)


def _megabytes(environment: str) -> float:
    return sum(path.stat().st_size for path in site_packages(environment).rglob("*") if path.is_file()) / 1e6


def _milliseconds(commands: Mapping[str, Sequence[str]], rounds: int) -> Figures:
    environ = plain_environ() | {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    figures: Figures = {name: [] for name in commands}
    for turn in range(-1, rounds):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environ)
            if turn >= 0:
                figures[name].append(1000 * (time.perf_counter() - start))
    return figures
