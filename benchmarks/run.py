"""Measure and print the figures; without arguments, also write RESULTS.md and results.svg."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import chart
import library
import processes
import report
from measure import Measure, Options

GROUPS: Mapping[str, Callable[[Options], Iterator[Measure]]] = {
    "listing": library.listing,
    "waiting": library.waiting,
    "accounts": library.accounts,
    "records": library.records,
    "memory": library.memory,
    "startup": processes.startup,
    "size": processes.size,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the named groups, or all groups."""
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; default: all")
    parser.add_argument("--runs", type=int, default=Options.rounds, help="rounds of each measure (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="check that everything runs; the figures mean nothing")
    given = parser.parse_args(arguments)
    if unknown := set(given.groups) - GROUPS.keys():
        parser.error(f"unknown group {', '.join(sorted(unknown))}; use {', '.join(GROUPS)}")
    measures: list[Measure] = []
    for name in given.groups or GROUPS:
        for measure in GROUPS[name](Options(given.runs, given.quick)):
            print(report.section(measure), flush=True)
            measures.append(measure)
    if not given.groups:
        Path(__file__).with_name("RESULTS.md").write_text(report.page(measures), "utf-8")
        Path(__file__).with_name("results.svg").write_text(chart.draw(measures), "utf-8")


if __name__ == "__main__":
    main()
