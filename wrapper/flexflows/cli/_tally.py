"""The counts of `flexflows summary`: the one module that names a Flex Flow's attributes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

import attrs

from ._text import to_json

COUNTED = {"channel_type": "channel", "integration_type": "integration", "enabled": "enabled"}
"""The attributes whose values are counted, and what they are called."""
SHOWN = ("sid", "friendly_name", "date_created")
"""What is said of the oldest and the newest."""


@attrs.frozen(order=True)
class Dated:
    """A record by its age."""

    moment: datetime
    record: Mapping[str, Any] = attrs.field(eq=False, order=False)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self | None:
        """Date a record; `None` when it says no date that can be read."""
        try:
            moment = datetime.fromisoformat(record.get("date_created") or "")
            return cls(
                moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC), {name: record.get(name) for name in SHOWN}
            )
        except (TypeError, ValueError, OverflowError):
            return None


@attrs.define
class Tally:
    """Counts of records.

    Attributes:
        flows: How many there were.
        values: For each attribute that is counted, how often which value came, as JSON.
        oldest: The one that was made first.
        newest: The one that was made last.
    """

    flows: int = 0
    values: dict[str, Counter[str]] = attrs.field(factory=lambda: {name: Counter[str]() for name in COUNTED})
    oldest: Dated | None = None
    newest: Dated | None = None

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Count records."""
        for record in records:
            self.flows += 1
            for name, counts in self.values.items():
                counts[to_json(record.get(name))] += 1
            self._see(Dated.of(record))

    def merge(self, other: "Tally") -> None:
        """Count what another counted."""
        self.flows += other.flows
        for name, counts in self.values.items():
            counts.update(other.values[name])
        self._see(other.oldest)
        self._see(other.newest)

    def _see(self, dated: Dated | None) -> None:
        if dated is not None:
            self.oldest = dated if self.oldest is None else min(self.oldest, dated)
            self.newest = dated if self.newest is None else max(self.newest, dated)


def ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """Give values, as JSON, and how often they came, the most frequent first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
