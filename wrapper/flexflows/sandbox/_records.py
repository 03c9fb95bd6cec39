"""The records of an account: the fragment's examples in turn, each round with its own SIDs, names and numbers."""

import json
import re
from collections.abc import Iterable, Mapping, MutableSequence
from hashlib import blake2b
from typing import Any

from flexflows._fields import Schema, record_schema

MAX_RECORDS = 2_500
"""The most Flex Flows of an account (https://www.twilio.com/docs/flex/developer/messaging/limits)."""
SID = re.compile(r"\b([A-Z]{2})[0-9a-fA-F]{32}\b")
SID_PATTERN = re.compile(r"\^([A-Z]{2})\[0-9a-fA-F\]\{32\}\$")
FORMATS = {"date-time": "2020-01-01T00:00:00Z", "date": "2020-01-01", "uri": "https://www.example.com/"}
NUMBERED = ("friendly_name", "contact_identity")
"""The fields that are different in each round of the examples."""

Record = dict[str, Any]


class Records(MutableSequence[Record]):
    """A list of records; a value that is no JSON object is refused when it is given."""

    def __init__(self, records: Iterable[Mapping[str, Any]]) -> None:
        self._records: list[Record] = []
        self.extend(records)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: Any) -> Any:
        return self._records[index]

    def __setitem__(self, index: Any, record: Any) -> None:
        self._records[index] = list(map(_checked, record)) if isinstance(index, slice) else _checked(record)

    def __delitem__(self, index: Any) -> None:
        del self._records[index]

    def __repr__(self) -> str:
        return repr(self._records)

    def insert(self, index: int, value: Mapping[str, Any]) -> None:
        """Insert a record."""
        self._records.insert(index, _checked(value))


def _checked(record: object) -> Record:
    if not isinstance(record, Mapping):
        raise TypeError(f"a record is a dictionary as the API would send it (a FlexFlow's to_dict()), not {record!r}")
    try:
        copy: Record = json.loads(json.dumps(dict(record)))
    except (TypeError, ValueError) as error:
        raise TypeError(f"a record is not JSON: {error}") from error
    return copy


def make_sid(prefix: str, *parts: object) -> str:
    """Return a SID that depends on its prefix and `parts` alone."""
    return prefix + blake2b(repr((prefix, *parts)).encode(), digest_size=16).hexdigest()


def make_records(count: int, *, seed: object, account_sid: str) -> Records:
    """Return `count` records of an account.

    Raises:
        ValueError: The count is out of range.
    """
    if not 0 <= count <= MAX_RECORDS:
        raise ValueError(f"flows is {count}; use 0 to {MAX_RECORDS}, the most Flex Flows of an account")
    schema = record_schema()
    templates = [_complete(example, schema) for example in schema.keywords.get("examples", ({},))]
    return Records(
        _vary(templates[number % len(templates)], number // len(templates), seed) | {"account_sid": account_sid}
        for number in range(count)
    )


def _complete(example: Mapping[str, Any], schema: Schema) -> Record:
    """Return an example with a value for each property that it lacks."""
    return {name: example[name] if name in example else make_value(each) for name, each in schema.properties.items()}


def _vary(template: Record, round_number: int, seed: object) -> Record:
    text = SID.sub(lambda match: make_sid(match[1], seed, match[0], round_number), json.dumps(template))
    record: Record = json.loads(text)
    for name in NUMBERED if round_number else ():
        if isinstance(record.get(name), str):
            record[name] = _numbered(record[name], round_number)
    return record


def _numbered(text: str, number: int) -> str:
    if re.search(r"[0-9]{4}$", text):  # a telephone number
        return f"{text[:-4]}{(int(text[-4:]) + number) % 10_000:04d}"
    return f"{text} {number + 1}"


def make_value(schema: Schema) -> Any:
    """Return a value that fits a schema, or `None` where the schema does not say enough."""
    values = [
        value for value in (*schema.keywords.get("examples", ()), *schema.keywords.get("enum", ())) if value is not None
    ]
    if values:
        return values[0]
    if schema.properties or "object" in schema.types:
        return {name: make_value(each) for name, each in schema.properties.items()}
    if "string" in schema.types:
        match = SID_PATTERN.fullmatch(schema.keywords.get("pattern", ""))
        text = match[1] + "a" * 32 if match else FORMATS.get(schema.keywords.get("format", ""), "text")
        return None if "pattern" in schema.keywords and not match else text
    others: dict[str, Any] = {"boolean": True, "array": []}
    others |= {"integer": schema.keywords.get("minimum", 1), "number": schema.keywords.get("minimum", 1.5)}
    return next((value for name, value in others.items() if name in schema.types), None)
