"""Peak memory of a process that streams few flows, and many."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from environments import plain_environ
from measure import Measure, Target
from options import Options

MANY, FEW = 1_000_000, 10_000


def measure(options: Options) -> Iterator[Measure]:
    """Compare listings of two lengths, each in a fresh process."""
    from flexflows.sandbox import Sandbox

    with Sandbox(options.scaled(MANY)) as many, Sandbox(options.scaled(FEW)) as few:
        sandboxes = {f"{len(sandbox.flows):,} flows": sandbox for sandbox in (many, few)}
        figures: dict[str, list[float]] = {name: [] for name in sandboxes}
        for _ in range(options.few_rounds):
            for name, sandbox in sandboxes.items():
                streamed, peak = _stream(sandbox.url, sandbox.account_sid, sandbox.auth_token)
                if streamed != len(sandbox.flows):
                    raise RuntimeError(f"{streamed} flows came of {name}")
                figures[name].append(peak)
    first, second = sandboxes
    yield Measure(f"Peak memory, {first} streamed, against {second}", "MiB", figures, (Target(second, "more", 10, 5),))


def _stream(*arguments: str) -> tuple[int, float]:
    command = [sys.executable, __file__, *arguments]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=plain_environ())
    streamed, peak = run.stdout.split()
    return int(streamed), float(peak)


def peak_memory() -> float:
    """Give this process's, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux's ru_maxrss is never less than what the process that started this one had.
        return int(status.read_text("ascii").partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main(url: str, account_sid: str, auth_token: str) -> None:
    """Stream all there are, and print how many, and the process's peak."""
    from flexflows import FlexFlows

    with FlexFlows(account_sid, auth_token, base_url=url) as client:
        streamed = sum(1 for _ in client.stream())
    print(streamed, peak_memory())


if __name__ == "__main__":
    main(*sys.argv[1:])
