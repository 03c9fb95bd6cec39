"""How much to measure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How many rounds, and how much work in each.

    Attributes:
        rounds: How often each contender has its turn; measures that take long have a third of it, 3 at least.
        quick: A hundredth of the work: the figures mean nothing, and show that everything runs.
    """

    rounds: int = 15
    quick: bool = False

    @property
    def few_rounds(self) -> int:
        """The rounds of a measure that takes long."""
        return min(self.rounds, max(3, self.rounds // 3))

    def scaled(self, count: int, *, least: int = 1) -> int:
        """Give the amount of work."""
        return max(least, count // 100) if self.quick else count
