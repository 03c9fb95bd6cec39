"""Measure, and print what was measured; with no group named, write RESULTS.md and results.svg too."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import chart
import cli
import latency
import listing
import memory
import records
import report
import size
import startup
from measure import Measure
from options import Options

GROUPS: Mapping[str, Callable[[Options], Iterator[Measure]]] = {
    "records": records.measure,
    "listing": listing.measure,
    "latency": latency.measure,
    "startup": startup.measure,
    "memory": memory.measure,
    "size": size.measure,
    "cli": cli.measure,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the groups that are named, or all."""
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description=__doc__)
    parser.add_argument(
        "groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; all by default, cli if it is installed"
    )
    parser.add_argument("--runs", type=int, default=Options.rounds, help="rounds of each measure (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="see that everything runs; the figures mean nothing")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="where results are written")
    given = parser.parse_args(arguments)
    if unknown := set(given.groups) - GROUPS.keys():
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    measures: list[Measure] = []
    for name in given.groups or (name for name in GROUPS if name != "cli" or cli.installed()):
        for measure in GROUPS[name](Options(given.runs, given.quick)):
            print(report.terminal([measure]), flush=True)
            measures.append(measure)
    if not given.groups:
        (given.into / "RESULTS.md").write_text(report.page(measures, command="make bench"), "utf-8")
        (given.into / "results.svg").write_text(chart.draw(measures), "utf-8")


if __name__ == "__main__":
    main()
