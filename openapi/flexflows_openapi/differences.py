"""The comparison of two documents, each read into facts: a text for each aspect of each place."""

from collections.abc import Iterator, Mapping

import attrs

NO = "-"
"""The report's mark for a value that one side lacks."""

Row = tuple[str, str, str, str]
"""Place, aspect, the fragment's value and the document's value."""


@attrs.frozen
class Difference:
    """A difference between the fragment and a document.

    Attributes:
        operation: The operation, such as `GET /v1/FlexFlows`.
        place: The part of it: a parameter (`query PageSize`), an attribute (`flex_flows[].sid`), a response.
        what: The aspect of that part, such as `type`.
        fragment: The fragment's value.
        document: The document's value.
    """

    operation: str
    place: str
    what: str
    fragment: str
    document: str


@attrs.frozen
class Facts:
    """A part of a document, in the form that is compared.

    Attributes:
        place: Its place, as in `Difference`.
        noun: Its kind, for the row that reports it if only one document has it; empty: no such row.
        label: Its value in that row.
        own: Its facts by aspect.
        parts: The parts within it.
    """

    place: str
    noun: str = ""
    label: str = "yes"
    own: Mapping[str, str] = attrs.field(factory=dict)
    parts: Mapping[str, "Facts"] = attrs.field(factory=dict)

    @property
    def type_or_null(self) -> str:
        """The type, with null if that is accepted."""
        named = self.own["type"]
        return f"{named} or null" if self.own["nullable"] == "yes" and named not in {"null", "anything"} else named


def compare(ours: Facts, theirs: Facts) -> Iterator[Row]:
    """Yield the differences in a part that both documents have."""
    different = {
        what: (ours.own.get(what, NO), theirs.own.get(what, NO))
        for what in {**ours.own, **theirs.own}
        if ours.own.get(what) != theirs.own.get(what)
    }
    if different.keys() >= {"type", "nullable"}:  # one change, and one row
        del different["nullable"]
        different["type"] = ours.type_or_null, theirs.type_or_null
    yield from ((ours.place, what, *texts) for what, texts in different.items())
    for name in {**ours.parts, **theirs.parts}:
        one, other = ours.parts.get(name), theirs.parts.get(name)
        if one and other:
            yield from compare(one, other)
        elif (only := one or other) and only.noun:
            yield only.place, only.noun, one.label if one else NO, other.label if other else NO
