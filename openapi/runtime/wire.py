"""The conversion of JSON values to attributes of the models, and back.

A reader returns the attribute's value for a decoded JSON value, or None if the value does not fit: then the model
keeps it in `additional_properties`. Readers accept only what `plain` writes back unchanged, and never raise.

`make gen` copies this file beside the models; the generator's own code raises on, or accepts, values that do not fit.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound="Model")
E = TypeVar("E", bound=Enum)
Reader = Callable[[Any], T | None]

# https://www.rfc-editor.org/rfc/rfc3339#section-5.6, as precise as a datetime; only ISO 8601 allows hour 24
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?!24)[0-9:]{8}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_parse = datetime.fromisoformat
_MARKS = slice(4, None, 3)  # of the usual form YYYY-MM-DDTHH:MM:SSZ: --T::Z


class Model(Protocol):
    """The part of a generated model that readers and writers need; `base.Model` has it."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Build the model from a JSON object."""
        ...

    def _rank(self, raw: Mapping[str, Any]) -> tuple[int, ...]:
        """Return how well the model suits the object that it was built from."""
        ...


class AsWritten(tzinfo):
    """The offset and the text of a time that `time_text` would otherwise write differently."""

    def __init__(self, offset: tzinfo, text: str) -> None:
        self.offset = offset
        self.text = text

    def utcoffset(self, moment: datetime | None, /) -> timedelta | None:
        """Return the offset."""
        return self.offset.utcoffset(moment)

    def tzname(self, moment: datetime | None, /) -> str | None:
        """Return the offset's name."""
        return self.offset.tzname(moment)

    def dst(self, _: datetime | None, /) -> timedelta:
        """Return zero, since the offset never changes."""
        return timedelta()

    def __eq__(self, other: object) -> bool:
        return self.offset == (other.offset if isinstance(other, AsWritten) else other)

    def __hash__(self) -> int:
        return hash(self.offset)

    def __repr__(self) -> str:
        return repr(self.offset)

    def __reduce__(self) -> tuple[Any, ...]:
        return AsWritten, (self.offset, self.text)


def string(value: Any) -> str | None:
    """Read a string."""
    return value if type(value) is str else None


def boolean(value: Any) -> bool | None:
    """Read a boolean."""
    return value if type(value) is bool else None


def integer(value: Any) -> int | None:
    """Read an integer; true and 5.0 are not integers."""
    return value if type(value) is int else None


def number(value: Any) -> float | None:
    """Read a number; an integer stays one."""
    return value if type(value) is float or type(value) is int else None


def anything(value: Any) -> Any:
    """Read any value."""
    return value


def nothing(value: Any) -> None:
    """Read null only."""


def date_time(value: Any) -> datetime | None:
    """Read an RFC 3339 time with at most six digits of a second, into an aware datetime that keeps its text."""
    if type(value) is not str:
        return None
    try:
        if value[_MARKS] == "--T::Z" and "T24" not in value:
            return _parse(value)
        if _DATE_TIME.fullmatch(value):
            moment = _parse(value.upper())
            if moment.tzinfo and time_text(moment) != value:
                moment = moment.replace(tzinfo=AsWritten(moment.tzinfo, value))
            return moment
    except ValueError:
        pass
    return None


def time_text(moment: datetime) -> str:
    """Write a time as it was read, else in ISO 8601 with `Z` for UTC."""
    if isinstance(moment.tzinfo, AsWritten) and date_time(moment.tzinfo.text) == moment:
        return moment.tzinfo.text
    text = moment.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def calendar_date(value: Any) -> date | None:
    """Read an RFC 3339 date."""
    if type(value) is not str or value[_MARKS] != "--":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def uuid(value: Any) -> UUID | None:
    """Read a UUID in its canonical spelling, the only one that is written back unchanged."""
    if type(value) is not str:
        return None
    try:
        found = UUID(value)
    except ValueError:
        return None
    return found if str(found) == value else None


def member_of(enum: type[E]) -> Reader[E]:
    """Return a reader of an enum's members."""
    kind = type(next(iter(enum)).value)
    members = {member.value: member for member in enum}
    return lambda value: members.get(value) if type(value) is kind else None


def member_or_string(enum: type[E]) -> Reader[E | str]:
    """Return a reader of an enum's members that keeps any other string."""
    members: dict[str, E | str] = {member.value: member for member in enum}
    return lambda value: members.get(value, value) if type(value) is str else None


def one_of(*values: Any) -> Reader[Any]:
    """Return a reader of these values and no others; 1, 1.0 and true differ."""
    allowed = {(type(value), value) for value in values}
    kinds = {type(value) for value in values}
    return lambda value: value if type(value) in kinds and (type(value), value) in allowed else None


def model_of(model: type[ModelT]) -> Reader[ModelT]:
    """Return a reader of JSON objects into a model."""
    from_dict = model.from_dict
    return lambda value: from_dict(value) if type(value) is dict else None


def list_of(read: Reader[Any], *, nullable: bool = False) -> Reader[list[Any]]:
    """Return a reader of lists whose items all fit."""

    def read_list(value: Any) -> list[Any] | None:
        if type(value) is not list:
            return None
        items: list[Any] = []
        for raw in value:
            item = read(raw)
            if item is None and not (nullable and raw is None):
                return None
            items.append(item)
        return items

    return read_list


def best_of(*readers: Reader[Any]) -> Reader[Any]:
    """Return a reader of a union: of the values that several readers return, the best match, or else the first."""

    def read_best(value: Any) -> Any:
        accepted = [found for read in readers if (found := read(value)) is not None]
        if len(accepted) > 1:
            return max(accepted, key=lambda found: _rank(found, value))
        return accepted[0] if accepted else None

    return read_best


def _rank(found: Any, raw: Any) -> tuple[int, ...]:
    if type(found) is list:
        ranks = [_rank(*pair) for pair in zip(found, raw, strict=True)]
        return tuple(map(sum, zip(*ranks, strict=False)))
    is_model = type(raw) is dict and type(found) is not dict
    return found._rank(raw) if is_model else ()  # noqa: SLF001 - a public name could be a property's


def or_raw(read: Reader[Any]) -> Callable[[Any], Any]:
    """Return a function that returns the reader's value, or the raw value if it does not fit."""

    def read_or_keep(value: Any) -> Any:
        found = read(value)
        return value if found is None else found

    return read_or_keep


def plain(value: Any) -> Any:
    """Return the JSON value of an attribute's value."""
    try:
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items()}
    except RecursionError:
        return value  # only JSON that was kept unchanged is nested so deep
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return value.to_dict() if hasattr(value, "to_dict") else value


_WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Enum, lambda member: member.value),
    (datetime, time_text),
    (date, date.isoformat),
    (UUID, str),
)
