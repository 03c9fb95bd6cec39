"""The records of an account: the fragment's examples in turn, each round with its own SIDs, names and numbers."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from math import isfinite
from typing import Any, TypeAlias, cast

from flexflows import _arguments
from flexflows._fields import Schema, record_schema
from flexflows._generated import FlexFlow

MAX_RECORDS = 2_500
"""The most Flex Flows of an account (https://www.twilio.com/docs/flex/developer/messaging/limits)."""
MAX_BITS = 10_000
"""The largest integers, in bits: Python converts those of more than 4,300 digits to no text."""
SID = re.compile(r"\b([A-Z]{2})[0-9a-fA-F]{32}\b")
SID_PATTERN = re.compile(r"\^([A-Z]{2})\[0-9a-fA-F\]\{32\}\$")
FORMATS = {
    "date": "2020-01-01",
    "date-time": "2020-01-01T00:00:00Z",
    "email": "someone@example.com",
    "uri": "https://www.example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
NUMBERED = ("friendly_name", "contact_identity")
"""The attributes that are different in each round of the examples."""

Record: TypeAlias = dict[str, Any]


class NotJsonError(TypeError):
    """A record is not a JSON object; the message names the part of it that is not."""


def to_record(value: object, name: str) -> Record:
    """Return a copy of a record; `name` is the caller's name for it.

    Raises:
        NotJsonError: The value is no JSON object.
    """
    value = value.to_dict() if isinstance(value, FlexFlow) else value
    if not isinstance(value, Mapping):
        described = _arguments.described(value)
        raise NotJsonError(f"{name} is {described}; pass a dictionary as the API would send it, or a FlexFlow")
    try:
        record: Record = _to_json(value, name)
    except RecursionError:
        raise NotJsonError(f"{name} is nested too deeply, or contains itself") from None
    return record


def _to_json(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        copy: dict[Any, Any] = dict(cast("dict[Any, Any]", value))
        for key in copy:
            if not isinstance(key, str):
                raise NotJsonError(f"{name} has the key {key!r}, but the keys of JSON are strings")
        return {key: _to_json(each, f"{name}[{key!r}]") for key, each in copy.items()}
    if isinstance(value, list | tuple):
        items = cast("list[Any]", value)
        return [_to_json(each, f"{name}[{index}]") for index, each in enumerate(items)]
    is_number = isinstance(value, int) and value.bit_length() <= MAX_BITS
    if value is None or isinstance(value, str) or is_number or (isinstance(value, float) and isfinite(value)):
        return value
    described = value if isinstance(value, float) else _arguments.described(value)
    raise NotJsonError(f"{name} is {described}, which is not JSON")


def make_sid(prefix: str, *parts: object) -> str:
    """Return a SID that depends on its prefix and `parts` alone."""
    return prefix + blake2b(repr((prefix, *parts)).encode(), digest_size=16).hexdigest()


def make_records(count: object, *, name: str, seed: object, account_sid: str) -> list[Record]:
    """Return `count` records of an account; `name` is the caller's name for the number.

    SIDs that several examples share, such as that of the chat service, are the same in all records.

    Raises:
        TypeError: The count is not an integer.
        ValueError: The count is out of range.
    """
    number = _arguments.integer(name, count, least=0, most=MAX_RECORDS)
    templates = [json.dumps(each) for each in make_templates(record_schema())]
    uses = Counter(sid for text in templates for sid in {match[0] for match in SID.finditer(text)})

    def sid(match: re.Match[str], round_number: int) -> str:
        own = round_number if uses[match[0]] == 1 else 0
        return account_sid if match[1] == "AC" else make_sid(match[1], seed, match[0], own)

    records: list[Record] = []
    for index in range(number):
        round_number, place = divmod(index, len(templates))
        record = json.loads(SID.sub(lambda match: sid(match, round_number), templates[place]))  # noqa: B023
        records.append(_numbered(record, round_number) if round_number else record)
    return records


def _numbered(record: Record, number: int) -> Record:
    for name in NUMBERED:
        text = record.get(name)
        if isinstance(text, str) and re.search(r"[0-9]{4}$", text):  # a telephone number
            record[name] = f"{text[:-4]}{(int(text[-4:]) + number) % 10_000:04d}"
        elif isinstance(text, str):
            record[name] = f"{text} {number + 1}"
    return record


def make_templates(schema: Schema) -> list[Record]:
    """Return the examples of a record's schema, and more of them for the values of its enums that no example has."""
    templates = _complete(schema.keywords.get("examples") or [{}], schema)
    for name, inner in schema.properties.items():
        for value in inner.keywords.get("enum", ()):
            if all(each.get(name) != value for each in templates):
                text = json.dumps(templates[0] | {name: value})
                own = str(templates[0].get("sid"))
                templates.append(json.loads(text.replace(own, make_sid(own[:2], name, value))))
    return templates


def _complete(examples: Sequence[Mapping[str, Any]], schema: Schema) -> list[Record]:
    """Return the examples with a value for each property, at any depth, that none of them has."""
    new = {
        name: make_value(inner)
        for name, inner in schema.properties.items()
        if not any(name in example for example in examples)
    }
    records = [{**example, **new} for example in examples]
    for name, inner in schema.properties.items():
        parents = [record for record in records if isinstance(record.get(name), Mapping)]
        for parent, value in zip(parents, _complete([each[name] for each in parents], inner), strict=True):
            parent[name] = value
    return [{name: each[name] for name in (*schema.properties, *each) if name in each} for each in records]


def make_value(schema: Schema) -> Any:
    """Return a value that fits a schema, or `None` where the schema does not say enough."""
    keywords = schema.keywords
    listed = [*keywords.get("examples", ()), *keywords.get("enum", ()), keywords.get("default"), keywords.get("const")]
    value = next((each for each in listed if each is not None), None)
    if value is not None:
        return value
    if schema.properties or "object" in schema.types:
        return {name: make_value(each) for name, each in schema.properties.items()}
    if "string" in schema.types:
        return _make_text(keywords)
    least = keywords.get("minimum", keywords.get("exclusiveMinimum", 0) + 1)
    number = min(least, keywords.get("maximum", least))
    others: dict[str, Any] = {"boolean": True, "integer": number, "number": number, "array": []}
    return next((each for name, each in others.items() if name in schema.types), None)


def _make_text(keywords: Mapping[str, Any]) -> str | None:
    if "pattern" in keywords:
        match = SID_PATTERN.fullmatch(keywords["pattern"])
        return match[1] + "a" * 32 if match else None
    if keywords.get("format") in FORMATS:
        return FORMATS[keywords["format"]]
    return "text".ljust(keywords.get("minLength", 0), "x")[: keywords.get("maxLength")]
