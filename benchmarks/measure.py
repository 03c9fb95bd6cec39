"""Measure the same work of several contenders, each in its own process, which take turns.

Run as a program, this module is the process of a contender: it prepares, then works once for each line of its stdin.
"""

import gc
import importlib
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any

from environments import plain_environ

Figures = dict[str, list[float]]


@dataclass(frozen=True)
class Options:
    """The amount of work.

    Attributes:
        rounds: The turns of each contender.
        quick: Whether to do only a hundredth of the work, to check that everything runs.
    """

    rounds: int = 9
    quick: bool = False

    def scaled(self, count: int) -> int:
        """Return a count, or a hundredth of it if `quick`."""
        return max(1, count // 100) if self.quick else count


@dataclass(frozen=True)
class Measure:
    """The figures of several contenders for the same work.

    Attributes:
        title: The work.
        unit: The unit of the figures.
        figures: The figures of every round by contender, ours first; only figures of the same round are compared.
        drawn: Whether the chart shows the figures.
    """

    title: str
    unit: str
    figures: Mapping[str, Sequence[float]]
    drawn: bool = True

    def median(self, contender: str) -> float:
        """Return the median of a contender's figures."""
        return statistics.median(self.figures[contender])

    def ratios(self, contender: str) -> tuple[float, float, float]:
        """Return the lower quartile, the median and the upper quartile of a contender's figures divided by ours."""
        ours = next(iter(self.figures.values()))
        ratios = [theirs / own for own, theirs in zip(ours, self.figures[contender], strict=True)]
        low, median, high = statistics.quantiles(ratios, n=4, method="inclusive") if ratios[1:] else ratios * 3
        return low, median, high


def measure(unit: str, contenders: Mapping[str, tuple[str, Mapping[str, Any]]], rounds: int) -> Figures:
    """Return the figures of every contender in every round, after a first turn that is not counted.

    Args:
        unit: The unit of the figures: "µs a record" of CPU time, "ms" of wall time, or "MiB" of peak memory.
        contenders: For each name, the function in clients.py that prepares the contender, and its arguments.
        rounds: The number of rounds.

    Raises:
        RuntimeError: A contender failed, or did other work than the others.
    """
    figures: Figures = {name: [] for name in contenders}
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        processes: dict[str, subprocess.Popen[bytes]] = {}
        for name, (function, arguments) in contenders.items():
            command = [sys.executable, __file__, function, json.dumps(arguments)]
            process = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, bufsize=0, env=plain_environ())
            stack.callback(process.communicate)
            processes[name] = process
        for number in range(rounds + 1):
            for name, process in processes.items():
                assert process.stdin
                assert process.stdout
                process.stdin.write(b"\n")
                turn = json.loads(process.stdout.readline() or b"null")
                if turn is None:
                    raise RuntimeError(f"{name} failed")
                counts[name] = turn["records"]
                if number:
                    figures[name].append(turn[unit])
    if len(set(counts.values())) > 1:
        raise RuntimeError(f"the contenders did not do the same work: {counts}")
    return figures


def _peak_memory() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        # Linux's ru_maxrss is never less than that of the process that started this one.
        return int(status.read_text("ascii").partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _work_in_turns(contender: str, arguments: str) -> None:
    work = getattr(importlib.import_module("clients"), contender)(**json.loads(arguments))
    for _ in sys.stdin:
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        records = work()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        turn = {"µs a record": 1e6 * cpu / records, "ms": 1000 * wall, "MiB": _peak_memory(), "records": records}
        print(json.dumps(turn), flush=True)


if __name__ == "__main__":
    _work_in_turns(*sys.argv[1:])
