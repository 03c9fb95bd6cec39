"""How JSON values become attributes of the models, and back.

A reader takes one decoded JSON value and gives the attribute's value, or None when the value does not fit: a model then
keeps the raw value in `additional_properties`. Readers accept only what they can give back unchanged, and never raise.

`make gen` copies this file beside the models, because the generator's own code raises on, or lets through, values that
are not what the document says.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol, Self, TypeVar
from uuid import UUID

from .types import File, FileTypes, RequestFiles

T = TypeVar("T")
E = TypeVar("E", bound=Enum)
Reader = Callable[[Any], T | None]

# https://www.rfc-editor.org/rfc/rfc3339#section-5.6, as precise as a datetime
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_parse = datetime.fromisoformat
_MARKS = slice(4, None, 3)  # of YYYY-MM-DDTHH:MM:SSZ, as most times are: --T::Z


class Record(Protocol):
    """A generated model."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Read a JSON object."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON object back."""
        ...


RecordT = TypeVar("RecordT", bound=Record)


def string(value: Any) -> str | None:
    """Read a string."""
    return value if type(value) is str else None


def boolean(value: Any) -> bool | None:
    """Read a boolean."""
    return value if type(value) is bool else None


def integer(value: Any) -> int | None:
    """Read an integer; true is none, nor is 5.0."""
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
    """Read an RFC 3339 time with at most six digits of a second, into an aware datetime."""
    if type(value) is not str:
        return None
    try:
        if value[_MARKS] == "--T::Z":
            return _parse(value)
        if _DATE_TIME.fullmatch(value):
            return _parse(value.upper())
    except ValueError:
        pass
    return None


def calendar_date(value: Any) -> date | None:
    """Read an RFC 3339 date."""
    if type(value) is not str or value[_MARKS] != "--":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def uuid(value: Any) -> UUID | None:
    """Read a UUID in its canonical spelling, the only one that comes back unchanged."""
    if type(value) is not str:
        return None
    try:
        found = UUID(value)
    except ValueError:
        return None
    return found if str(found) == value else None


def file(value: Any) -> File | None:
    """Accept a file; JSON holds none."""
    return value if isinstance(value, File) else None


def member_of(enum: type[E]) -> Reader[E]:
    """Make a reader of an enum's members."""
    kind = type(next(iter(enum)).value)
    members = {member.value: member for member in enum}
    return lambda value: members.get(value) if type(value) is kind else None


def member_or_string(enum: type[E]) -> Reader[E | str]:
    """Make a reader of an enum's members that keeps any other string."""
    members: dict[str, E | str] = {member.value: member for member in enum}
    return lambda value: members.get(value, value) if type(value) is str else None


def one_of(*values: Any) -> Reader[Any]:
    """Make a reader of these values and no others; 1, 1.0 and true differ."""
    allowed = {(type(value), value) for value in values}
    kinds = {type(value) for value in values}
    return lambda value: value if type(value) in kinds and (type(value), value) in allowed else None


def record(model: type[RecordT]) -> Reader[RecordT]:
    """Make a reader of JSON objects into a model."""
    from_dict = model.from_dict
    return lambda value: from_dict(value) if type(value) is dict else None


def records_of(model: type[RecordT]) -> Reader[list[RecordT]]:
    """Make a reader of lists of JSON objects: `list_of(record(model))` with less to do for each."""
    from_dict = model.from_dict

    def read_records(value: Any) -> list[RecordT] | None:
        if type(value) is not list or not {dict}.issuperset(map(type, value)):
            return None
        return [from_dict(item) for item in value]

    return read_records


def list_of(read: Reader[Any], *, nullable: bool = False) -> Reader[list[Any]]:
    """Make a reader of lists whose items all fit."""

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


def first_of(*readers: Reader[Any]) -> Reader[Any]:
    """Make a reader that gives what the first reader that fits gives."""

    def read_first(value: Any) -> Any:
        for read in readers:
            found = read(value)
            if found is not None:
                return found
        return None

    return read_first


def or_raw(read: Reader[Any]) -> Callable[[Any], Any]:
    """Make a function that gives what the reader gives, or the raw value when it does not fit."""

    def read_or_keep(value: Any) -> Any:
        found = read(value)
        return value if found is None else found

    return read_or_keep


def plain(value: Any) -> Any:
    """Give an attribute's value as JSON holds it."""
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case list():
            return [plain(item) for item in value]
        case File():
            return value.to_tuple()
    return value.to_dict() if hasattr(value, "to_dict") else value


def parts(name: str, value: Any) -> RequestFiles:
    """Give an attribute's value as parts of a multipart body."""
    if value is None:
        return []
    if isinstance(value, list):
        return [part for item in value for part in parts(name, item)]
    if isinstance(value, File):
        return [(name, value.to_tuple())]
    value = plain(value)
    if type(value) is str:
        part: FileTypes = (None, value.encode(), "text/plain")
    else:
        kind = "application/json" if type(value) is dict else "text/plain"
        part = (None, json.dumps(value).encode(), kind)
    return [(name, part)]
