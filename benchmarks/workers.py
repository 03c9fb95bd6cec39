"""Contenders, each in a process of its own that is told when it is its turn.

Run as a program, this is such a process: it prepares one contender, then does its work once for each line it is sent.
"""

import gc
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from environments import plain_environ


@dataclass(frozen=True)
class Sample:
    """One turn: the seconds it took, of the process's own CPU and of the clock, and how many records came out."""

    cpu: float
    wall: float
    records: int


class Worker:
    """A contender in its process.

    Args:
        group: The module that has it.
        contender: The function there that prepares it: it gives a function that does the work and counts the records.
        arguments: What that function is called with.
    """

    def __init__(self, group: str, contender: str, **arguments: Any) -> None:
        command = [sys.executable, __file__, Path(group).stem, contender, json.dumps(arguments)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=plain_environ()
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate()

    def turn(self) -> Sample:
        """Let it work once.

        Raises:
            RuntimeError: It failed; what it said is on stderr.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with status {self._process.wait()}")
        return Sample(**json.loads(line))


def interleave(workers: Mapping[str, Worker], rounds: int) -> dict[str, list[Sample]]:
    """Let every worker have its turn in every round, after a turn that does not count."""
    samples: dict[str, list[Sample]] = {name: [] for name in workers}
    with ExitStack() as stack:
        for worker in workers.values():
            stack.enter_context(worker).turn()
        for _ in range(rounds):
            for name, worker in workers.items():
                samples[name].append(worker.turn())
    counts = {name: {sample.records for sample in turns} for name, turns in samples.items()}
    if len(set().union(*counts.values())) != 1:
        raise RuntimeError(f"the contenders did not do the same work: {counts}")
    return samples


def microseconds_a_record(samples: Mapping[str, Sequence[Sample]]) -> dict[str, list[float]]:
    """Give the CPU time of each turn."""
    return {name: [1e6 * turn.cpu / turn.records for turn in turns] for name, turns in samples.items()}


def wall_seconds(samples: Mapping[str, Sequence[Sample]]) -> dict[str, list[float]]:
    """Give the time on the clock of each turn."""
    return {name: [turn.wall for turn in turns] for name, turns in samples.items()}


def main(group: str, contender: str, arguments: str, turns: Iterable[str]) -> None:
    """Be a worker."""
    work = getattr(importlib.import_module(group), contender)(**json.loads(arguments))
    for _ in turns:
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        records = work()
        sample = Sample(time.process_time() - cpu, time.perf_counter() - wall, records)
        print(json.dumps(asdict(sample)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.stdin)
