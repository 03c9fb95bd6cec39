"""Which request is struck by which fault."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from attrs import frozen

from flexflows.sandbox._faults import FAULTS, FaultKind
from flexflows.sandbox._records import digest

_PLANNED = re.compile(r"(?P<name>[^@]+)@(?P<request>[0-9]+)(?:x(?P<times>[0-9]+))?")


@frozen
class Fault:
    """Plan a fault.

    Args:
        name: One of `FAULTS`.
        request: The number of the first request that it strikes, from 1, counted over all requests that the sandbox
            gets, repeated ones too.
        times: How many requests in a row it strikes, 1 or more.

    Raises:
        ValueError: There is no such fault, or a number is out of its range.
    """

    name: str
    request: int = 1
    times: int = 1

    def __attrs_post_init__(self) -> None:
        _kind(self.name)
        if self.request < 1 or self.times < 1:
            raise ValueError(f"request is {self.request} and times is {self.times}; both are 1 or more")

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Read `NAME@REQUEST` or `NAME@REQUESTxTIMES`, such as `429@2x3`.

        Raises:
            ValueError: It is not of that form, or names no fault.
        """
        match = _PLANNED.fullmatch(text)
        if match is None:
            raise ValueError(
                f"{text!r} is no planned fault; one is NAME@REQUEST or NAME@REQUESTxTIMES, such as 429@2x3"
            )
        return cls(match["name"], int(match["request"]), int(match["times"] or 1))

    def strikes(self, number: int) -> bool:
        """Tell whether it strikes the request `number`."""
        return self.request <= number < self.request + self.times


@frozen
class Plan:
    """What strikes when: first the planned faults, in their order, then chance."""

    planned: tuple[Fault, ...]
    by_chance: tuple[FaultKind, ...]
    rate: float
    seed: int

    @classmethod
    def of(cls, faults: Iterable[str | Fault], *, rate: float, seed: int) -> "Plan":
        """Sort out what is planned and what is left to chance.

        Raises:
            ValueError: A fault is unknown, or the rate is not between 0 and 1.
        """
        if not 0 <= rate <= 1:
            raise ValueError(f"fault_rate is {rate}; it is a share, 0 to 1")
        given = tuple(Fault.parse(fault) if isinstance(fault, str) and "@" in fault else fault for fault in faults)
        by_chance = tuple(_kind(fault) for fault in given if isinstance(fault, str))
        return cls(tuple(fault for fault in given if isinstance(fault, Fault)), by_chance, rate, seed)

    def strike(self, number: int) -> FaultKind | None:
        """Say what strikes the request `number`, from 1; the same seed says the same."""
        for fault in self.planned:
            if fault.strikes(number):
                return FAULTS[fault.name]
        roll = digest(self.seed, "fault", number)
        if self.by_chance and (roll >> 64) < self.rate * 2**64:
            return self.by_chance[roll % len(self.by_chance)]
        return None


def _kind(name: str) -> FaultKind:
    if name not in FAULTS:
        close = get_close_matches(name, FAULTS, n=3)
        raise ValueError(
            f"there is no fault {name!r}; {'close: ' + ', '.join(close) if close else 'FAULTS has them all'}"
        )
    return FAULTS[name]
