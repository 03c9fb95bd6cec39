"""What a measurement is: the same work by several contenders, round by round, and the targets it is held to."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["times less", "times", "more"]


@dataclass(frozen=True)
class Target:
    """How the first contender of a measure has to do against another.

    Attributes:
        against: The other contender.
        kind: What is compared. "times less": the other's figure by the first's, higher is better. "times": the first's
            by the other's, lower is better. "more": the first's minus the other's, lower is better.
        least: What has to be reached.
        goal: What should be reached.
    """

    against: str
    kind: Kind
    least: float
    goal: float


@dataclass(frozen=True)
class Verdict:
    """A target, and what was measured."""

    target: Target
    median: float
    low: float
    high: float

    @property
    def met(self) -> str:
        """Say in a word or two how it went."""
        if self._reaches(self.target.goal):
            return "goal met"
        return "met, goal missed" if self._reaches(self.target.least) else "missed"

    def _reaches(self, bound: float) -> bool:
        return self.median >= bound if self.target.kind == "times less" else self.median <= bound


@dataclass(frozen=True)
class Measure:
    """The same work by several contenders.

    Attributes:
        title: What was done.
        unit: What the figures are in.
        figures: A figure for every round by contender, the one that the targets are for first. Figures of one round
            were taken one after the other, and are compared with each other only.
        targets: What the first contender is held to; contenders without one are there to compare with.
        note: What a reader has to know.
        drawn: The contenders that the chart shows.
    """

    title: str
    unit: str
    figures: Mapping[str, Sequence[float]]
    targets: Sequence[Target] = ()
    note: str = ""
    drawn: Sequence[str] = ()

    def median(self, contender: str) -> float:
        """Give a contender's figure."""
        return statistics.median(self.figures[contender])

    def verdicts(self) -> list[Verdict]:
        """Hold the figures against the targets: the median of the rounds, and the quartiles."""
        first = next(iter(self.figures.values()))
        verdicts = []
        for target in self.targets:
            pairs = zip(first, self.figures[target.against], strict=True)
            ratios = [_compare(target.kind, ours, theirs) for ours, theirs in pairs]
            low, median, high = statistics.quantiles(ratios, n=4, method="inclusive") if ratios[1:] else ratios * 3
            verdicts.append(Verdict(target, median, low, high))
        return verdicts


def _compare(kind: Kind, ours: float, theirs: float) -> float:
    return theirs / ours if kind == "times less" else ours / theirs if kind == "times" else ours - theirs
