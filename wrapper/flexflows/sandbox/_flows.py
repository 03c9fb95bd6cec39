"""The records that an account holds, in the order of its list, made when they are asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

import msgspec
from attrs import evolve, frozen

from flexflows.sandbox._records import Recipe


@frozen(eq=False)
class Flows(Sequence[dict[str, Any]]):
    """An account's records, newest first: those that were added, then those that were there from the start.

    A record's number never changes: it is its index in the list as it was at the start, and goes on from there for
    the added ones. Its position does.
    """

    recipe: Recipe
    at_start: int
    given: Sequence[str] = ()
    """The JSON texts of records that the sandbox was handed; they take the place of made ones."""
    added: int = 0

    @classmethod
    def of(cls, flows: int | Iterable[Mapping[str, Any]], recipe: Recipe) -> "Flows":
        """Hold `flows` made records, or exactly the records `flows`."""
        if isinstance(flows, int):
            if flows < 0:
                raise ValueError(f"flows is {flows}; it is a number of records, 0 or more")
            return cls(recipe, flows)
        given = [msgspec.json.encode(flow).decode() for flow in flows]
        return cls(recipe, len(given), given)

    def with_added(self, count: int) -> "Flows":
        """Hold `count` records more."""
        return evolve(self, added=self.added + count)

    def __len__(self) -> int:
        return self.at_start + self.added

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        positions = range(len(self))[index]
        if isinstance(positions, range):
            return [self._record(position) for position in positions]
        return self._record(positions)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self._record, range(len(self)))

    def text(self, position: int) -> str:
        """Give the JSON text of the record at `position`."""
        number = self.number(position)
        return self.given[number] if number < len(self.given) else self.recipe.text(number)

    def number(self, position: int) -> int:
        """Give the number of the record at `position`; the place before the first is -1 in both."""
        if position < 0:
            return -1
        return position - self.added if position >= self.added else len(self) - 1 - position

    def position(self, number: int) -> int | None:
        """Undo `number`; `None` when there is no such record."""
        if not -1 <= number < len(self):
            return None
        return number + self.added if 0 <= number < self.at_start else -1 if number < 0 else len(self) - 1 - number

    def _record(self, position: int) -> dict[str, Any]:
        record: dict[str, Any] = msgspec.json.decode(self.text(position))
        return record
