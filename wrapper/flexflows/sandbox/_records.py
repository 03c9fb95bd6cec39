"""The records of an account: the fragment's examples in turn, each round with its own SIDs, names and numbers."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from hashlib import blake2b
from typing import Any, TypeAlias, cast

from flexflows import _arguments
from flexflows._fields import Schema, record_schema
from flexflows._generated import FlexFlow

MAX_RECORDS = 2_500
"""The most Flex Flows of an account (https://www.twilio.com/docs/flex/developer/messaging/limits)."""
SID = re.compile(r"\b([A-Z]{2})[0-9a-fA-F]{32}\b")
SID_PATTERN = re.compile(r"\^([A-Z]{2})\[0-9a-fA-F\]\{32\}\$")
FORMATS = {"date": "2020-01-01", "date-time": "2020-01-01T00:00:00Z", "uri": "https://www.example.com/"}
NUMBERED = ("friendly_name", "contact_identity")
"""The attributes that are different in each round of the examples."""

Record: TypeAlias = dict[str, Any]


class NotJsonError(TypeError):
    """A record is not a JSON object."""


def to_json(record: object, name: str) -> str:
    """Return the JSON text of a record, or raise a `NotJsonError` with the caller's name for it."""
    record = record.to_dict() if isinstance(record, FlexFlow) else record
    if not isinstance(record, Mapping):
        described = _arguments.described(record)
        raise NotJsonError(f"{name} is {described}; pass a dictionary as the API would send it, or a FlexFlow")
    try:
        return json.dumps(dict(cast("Record", record)), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as problem:
        raise NotJsonError(f"{name} is not JSON: {problem}") from None


def make_sid(prefix: str, *parts: object) -> str:
    """Return a SID that depends on its prefix and `parts` alone."""
    return prefix + blake2b(repr((prefix, *parts)).encode(), digest_size=16).hexdigest()


def make_records(flows: object, argument: str, seed: object, account_sid: str) -> list[Record]:
    """Return copies of the given records, or a number of generated ones; errors name `flows` by `argument`."""
    if isinstance(flows, Iterable):
        numbered = enumerate(cast("Iterable[object]", flows))
        return [json.loads(to_json(each, f"{argument}[{index}]")) for index, each in numbered]
    templates = make_templates(record_schema())
    records: list[Record] = []
    for index in range(_arguments.integer(argument, flows, least=0, most=MAX_RECORDS)):
        round_number, position = divmod(index, len(templates))
        sids = {"AC": account_sid, "FO": make_sid("FO", seed, index)}
        records.append(_vary(templates[position], round_number, seed, sids))
    return records


def _vary(template: Record, round_number: int, seed: object, sids: Mapping[str, str]) -> Record:
    """Return a record of a round; what a Flex Flow refers to, apart from `sids`, has the same SIDs in all rounds."""
    text = SID.sub(lambda match: sids.get(match[1]) or make_sid(match[1], seed, match[0]), json.dumps(template))
    record: Record = json.loads(text)
    names = [name for name in NUMBERED if round_number and isinstance(record.get(name), str)]
    return record | {name: _numbered(record[name], round_number) for name in names}


def _numbered(text: str, number: int) -> str:
    if re.search(r"[0-9]{4}$", text):  # a telephone number
        return f"{text[:-4]}{(int(text[-4:]) + number) % 10_000:04d}"
    return f"{text} {number + 1}"


def make_templates(schema: Schema) -> list[Record]:
    """Return the examples of a record's schema, and one more for each value of an enum that no example has."""
    templates: list[Record] = deepcopy(schema.keywords.get("examples") or [{}])
    _complete(templates, schema)
    for name, inner in schema.properties.items():
        values = [each.get(name) for each in templates]
        templates += [templates[0] | {name: value} for value in inner.keywords.get("enum", ()) if value not in values]
    return templates


def _complete(examples: Sequence[Record], schema: Schema) -> None:
    """Add to examples a value for each property, at any depth, that none of them has."""
    for name, inner in schema.properties.items():
        if not any(name in each for each in examples):
            for each in examples:
                each[name] = make_value(inner)
        _complete([each[name] for each in examples if isinstance(each.get(name), dict)], inner)


def make_value(schema: Schema) -> Any:
    """Return a value that fits a schema, or `None` where the schema does not say enough."""
    keywords = schema.keywords
    for value in (*keywords.get("examples", ()), *keywords.get("enum", ())):
        if value is not None:
            return value
    if schema.properties:
        return {name: make_value(inner) for name, inner in schema.properties.items()}
    if "pattern" in keywords:
        match = SID_PATTERN.fullmatch(keywords["pattern"])
        return match[1] + "a" * 32 if match else None
    number = keywords.get("minimum", 1)
    by_type: dict[str, Any] = {"boolean": True, "integer": number, "number": number, "array": [], "object": {}}
    by_type["string"] = FORMATS.get(keywords.get("format", ""), "text")
    return by_type[schema.types[0]] if schema.types else None
