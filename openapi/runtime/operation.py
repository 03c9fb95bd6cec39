"""Operations of the API as data: their server, path, parameters and response.

This module sends no requests. Each generated operation module holds one of these values; `make gen` copies this file
beside them, because the generator's own modules send requests, and parse a response before its status is checked.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from enum import Enum
from operator import index
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from attrs import field, frozen

RecordT = TypeVar("RecordT")
MetaT = TypeVar("MetaT")

Kind = Literal["string", "integer", "number", "boolean", "date", "date-time"]

_EXPECTED: Mapping[str, str] = {
    "string": "a string",
    "integer": "an integer of up to 18 digits",
    "number": "a finite number",
    "boolean": "True or False",
    "date": "a date, or its ISO 8601 text such as '2026-06-01'",
    "date-time": "a datetime with a time zone, or its ISO 8601 text such as '2026-06-01T00:00:00Z'",
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_MAX_INTEGER = 10**18
_MAX_SHOWN = 60


@frozen(kw_only=True)
class Parameter:
    """One parameter of an operation, in its path or its query.

    Attributes:
        name: The keyword in Python, such as `friendly_name`.
        wire_name: The name in the URL, such as `FriendlyName`.
        location: The part of the URL that it belongs to.
        kind: The type of its value, or of each item of an array.
        required: Whether a request needs it.
        description: The document's description.
        choices: The values that the document lists, as text; empty: any.
        is_open: Whether other values than `choices` may be sent.
        is_array: Whether it takes several values.
    """

    name: str
    wire_name: str
    location: Literal["path", "query"] = "query"
    kind: Kind = "string"
    required: bool = False
    description: str = ""
    choices: tuple[str, ...] = ()
    is_open: bool = False
    is_array: bool = False

    def encode(self, value: object) -> list[str]:
        """Return the texts of a value in the URL: one, or one for each item of an array.

        Raises:
            TypeError: The value is of another type; the message names the expected type.
            ValueError: The value is not allowed; the message names the allowed values.
        """
        if not self.is_array:
            return [self._encode_one(value)]
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
            raise TypeError(f"{self.name} must be a list, each item {self._expected}, not {_described(value)}")
        texts = [self._encode_one(item) for item in value]
        if not texts:
            raise ValueError(f"{self.name} is an empty list; leave it out, or name a value")
        return texts

    @property
    def _expected(self) -> str:
        if self.choices and not self.is_open:
            return f"one of {', '.join(map(repr, self.choices))}"
        return _EXPECTED[self.kind]

    def _encode_one(self, value: object) -> str:
        value = value.value if isinstance(value, Enum) else value
        text = _FORMATTERS[self.kind](value)
        if text is None and not isinstance(value, str):
            raise TypeError(f"{self.name} must be {self._expected}, not {_described(value)}")
        if text is None or (self.choices and not self.is_open and text not in self.choices):
            raise ValueError(f"{self.name} must be {self._expected}, not {_quoted(value)}")
        if self.location == "path" and text in {"", ".", ".."}:
            raise ValueError(f"{self.name} must be the identifier of a resource, not {text!r}")
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"{self.name} has the character {text[error.start]!r}, which no URL can hold") from None
        return text


@frozen(kw_only=True)
class Operation:
    """One GET of the API.

    Attributes:
        name: The operation's name in Python, such as `list_flex_flows`.
        method: The HTTP method.
        server: The origin that serves it, such as `https://flex-api.twilio.com`.
        path: The path below the server, with each path parameter in braces.
        parameters: The parameters that callers choose, in the document's order.
        response: The model of a successful response's body, or `None` if the document describes no body.
    """

    name: str
    method: Literal["GET"] = "GET"
    server: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    response: type[Any] | None = None

    def request(self, arguments: Mapping[str, object]) -> tuple[str, str]:
        """Build the path and the query of a request, both percent-encoded.

        Args:
            arguments: The parameters' values by their name in Python; `None` counts as not given.

        Raises:
            TypeError: An argument is unknown, missing, or of another type.
            ValueError: An argument has a value that is not allowed.
        """
        unknown = [name for name in arguments if name not in {parameter.name for parameter in self.parameters}]
        if unknown:
            raise TypeError(self._unknown(unknown[0]))
        path, query = self.path, list[tuple[str, str]]()
        for parameter in self.parameters:
            value = arguments.get(parameter.name)
            if value is None:
                if parameter.required:
                    raise TypeError(f"{parameter.name} is missing; it must be {parameter._expected}")  # noqa: SLF001
                continue
            texts = parameter.encode(value)
            if parameter.location == "path":
                path = path.replace(f"{{{parameter.wire_name}}}", ",".join(quote(text, safe="") for text in texts))
            else:
                query += [(parameter.wire_name, text) for text in texts]
        return path, urlencode(query, quote_via=quote)

    def _unknown(self, name: str) -> str:
        known = [parameter.name for parameter in self.parameters]
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(known) or 'no filter'}"
        return f"{self.name} has no filter {name!r}; {hint}"


@frozen(kw_only=True)
class PageSize:
    """The bounds of the number of records in a page.

    Attributes:
        wire_name: The query parameter that sets the number.
        minimum: The smallest number.
        maximum: The largest number.
    """

    wire_name: str
    minimum: int = 1
    maximum: int


@frozen(kw_only=True)
class ListOperation(Operation, Generic[RecordT, MetaT]):
    """One GET of the API that lists records, page by page.

    Attributes:
        key: The response's attribute that holds the records.
        record: The model of a record.
        meta: The model of a page's position in the list.
        page_size: The bounds of a page's size, or `None` if the operation has no parameter for it.
    """

    key: str
    record: type[RecordT]
    meta: type[MetaT]
    page_size: PageSize | None = field(default=None)


def _string(value: object) -> str | None:
    return str(value) if isinstance(value, str | UUID) else None


def _integer(value: object) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return value if _INTEGER.fullmatch(value) else None
    try:
        number = index(value)  # type: ignore[arg-type]  # a value without __index__ raises
    except TypeError:
        return None
    return str(number) if abs(number) < _MAX_INTEGER else None


def _number(value: object) -> str | None:
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else None
    return _integer(value)


def _boolean(value: object) -> str | None:
    if isinstance(value, str):
        return value if value in {"true", "false"} else None
    return str(value).lower() if isinstance(value, bool) else None


def _date(value: object) -> str | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str) and _DATE.fullmatch(value) and _is_iso(value) else None


def _date_time(value: object) -> str | None:
    if isinstance(value, datetime):
        if value.tzinfo is None or value.utcoffset() is None:
            return None
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value if isinstance(value, str) and _DATE_TIME.fullmatch(value) and _is_iso(value) else None


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


_FORMATTERS = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "date-time": _date_time,
}


def _described(value: object) -> str:
    if isinstance(value, date):
        return repr(value.isoformat())
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"
