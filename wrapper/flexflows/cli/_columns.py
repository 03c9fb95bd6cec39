"""Columns: which fields of a record are shown, by the names that the fragment gives them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import attrs

from ._schema import Shape


@attrs.frozen
class Column:
    """A field of a record, or of an object within it.

    Attributes:
        name: Its name, dotted.
        shape: What the fragment says of it.
    """

    name: str
    shape: Shape = attrs.field(factory=Shape)

    def value(self, record: Mapping[str, Any], profile: str | None = None) -> Any:
        """Find the field's value; `None` when it is not there."""
        if self is PROFILE:
            return profile
        value: Any = record
        for step in self.name.split("."):
            if not isinstance(value, dict):
                return None
            value = cast("dict[str, Any]", value).get(step)
        return value


PROFILE = Column("profile", Shape(description="The profile that the record was listed with; the command's own column."))


def columns_of(shape: Shape) -> list[Column]:
    """Give the columns of a record as the fragment has them."""
    return [Column(name, each) for name, each in shape.properties.items()]


def every_column(shape: Shape, prefix: str = "") -> Iterator[Column]:
    """Give all columns that can be asked for by a name that the fragment has."""
    for name, each in shape.properties.items():
        yield Column(prefix + name, each)
        yield from every_column(each, f"{prefix}{name}.")


def parse_columns(text: str, shape: Shape) -> list[Column]:
    """Read `sid,integration.flow_sid`, each name once.

    A name that the fragment does not have is taken below an object that may have any, or with a dot before it.

    Raises:
        ValueError: There is no such column.
    """
    columns = [_column(name, shape) for name in map(str.strip, text.split(",")) if name]
    return list({column.name: column for column in columns}.values()) or _no_columns()


def _column(name: str, shape: Shape) -> Column:
    if name == PROFILE.name:
        return PROFILE
    if name.startswith("."):
        return Column(name[1:])
    known = {column.name: column for column in every_column(shape)}
    if name in known:
        return known[name]
    steps = name.split(".")
    outer = [known[each] for each in (".".join(steps[:end]) for end in range(1, len(steps))) if each in known]
    if outer and outer[-1].shape.is_open and all(steps):
        return Column(name)
    raise ValueError(_unknown(name, [PROFILE.name, *known]))


def _unknown(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - for a mistake only

    near = get_close_matches(name, known, n=3) or [each for each in known if each.rpartition(".")[2] == name]
    hint = f"did you mean {' or '.join(near)}?" if near else "`--columns help` lists them"
    return f"there is no column {name!r}; {hint} (.{name} takes a field of that name all the same)"


def _no_columns() -> list[Column]:
    raise ValueError("name one column or more; `--columns help` lists them")


def complete_columns(_context: object, _parameter: object, incomplete: str) -> list[str]:
    """Complete the last of several names."""
    from ._schema import record_shape  # noqa: PLC0415 - read from a file, when a shell asks

    before, comma, name = incomplete.rpartition(",")
    names = ["help", PROFILE.name, *(column.name for column in every_column(record_shape()))]
    return [before + comma + each for each in names if each.startswith(name)]
