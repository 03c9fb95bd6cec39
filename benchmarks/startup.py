"""Processes from start to end: the library's, and the command's."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence

from contenders import ACCOUNT_SID, AUTH_TOKEN
from environments import plain_environ, program
from measure import Measure, Target
from options import Options
from pages import serving

CLIENT = f"from flexflows import FlexFlows; FlexFlows('{ACCOUNT_SID}', '{AUTH_TOKEN}')"
TWILIO = f"from twilio.rest import Client; Client('{ACCOUNT_SID}', '{AUTH_TOKEN}').flex_api.v1.flex_flow"


def measure(options: Options) -> Iterator[Measure]:
    """Compare how long processes take that do little."""
    python, twilio = program("library"), program("twilio")
    yield Measure(
        "A process that imports, makes a client and exits, wall",
        "ms",
        _milliseconds(
            {
                "flexflows": [python, "-c", CLIENT],
                "twilio-python": [twilio, "-c", TWILIO],
                "import httpx; httpx.Client()": [python, "-c", "import httpx; httpx.Client()"],
                "import flexflows": [python, "-c", "import flexflows"],
                "import httpx": [python, "-c", "import httpx"],
                "nothing": [python, "-c", "pass"],
            },
            2 * options.rounds,
        ),
        (
            Target("twilio-python", "times", 1.2, 1),
            Target("import httpx; httpx.Client()", "times", 1.4, 1.2),
        ),
        "flexflows, like twilio-python, reads certificates when the first connection needs them, and imports what "
        "decodes and retries then; httpx.Client() reads them at once.",
        ("flexflows", "twilio-python", "import httpx; httpx.Client()"),
    )
    with serving(5, page_sizes=[5]) as url:
        python, flexflows = program("command"), program("command", "flexflows")
        yield Measure(
            "flexflows list --limit 5, start to end, wall",
            "ms",
            _milliseconds(
                {
                    "flexflows list --limit 5": [flexflows, "list", "--limit", "5", "--base-url", url],
                    "import httpx, rich": [python, "-c", "import httpx, rich"],
                },
                2 * options.rounds,
            ),
            (Target("import httpx, rich", "times", 2, 1.5),),
        )


def _milliseconds(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[float]]:
    environ = plain_environ() | {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    figures: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(-1, rounds):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environ)
            if turn >= 0:
                figures[name].append(1000 * (time.perf_counter() - start))
    return figures
