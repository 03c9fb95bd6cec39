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
        number, position = divmod(index, len(templates))
        records.append(_vary(templates[position], number, seed, account_sid))
    return records


def _vary(template: Record, number: int, seed: object, account_sid: str) -> Record:
    """Return a record for a round; the SIDs of what a Flex Flow refers to are the same in all rounds."""

    def sid(match: re.Match[str]) -> str:
        is_own = match[0] == template.get("sid")
        return account_sid if match[1] == "AC" else make_sid(match[1], seed, match[0], number if is_own else 0)

    record: Record = json.loads(SID.sub(sid, json.dumps(template)))
    names = [name for name in NUMBERED if number and isinstance(record.get(name), str)]
    return record | {name: _numbered(record[name], number) for name in names}


def _numbered(text: str, number: int) -> str:
    if re.search(r"[0-9]{4}$", text):  # a telephone number
        return f"{text[:-4]}{(int(text[-4:]) + number) % 10_000:04d}"
    return f"{text} {number + 1}"


def make_templates(schema: Schema) -> list[Record]:
    """Return the examples of a record's schema, and one more for each value of an enum that no example has."""
    templates: list[Record] = deepcopy(schema.keywords.get("examples") or [{}])
    _complete(templates, schema)
    for name, inner in schema.properties.items():
        for value in inner.keywords.get("enum", ()):
            if all(each.get(name) != value for each in templates):
                sid = str(templates[0].get("sid"))
                text = json.dumps(templates[0] | {name: value})
                templates.append(json.loads(text.replace(sid, make_sid(sid[:2], name, value))))
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
    listed = [*keywords.get("examples", ()), *keywords.get("enum", ()), keywords.get("const")]
    by_type: dict[str, Any] = {
        "object": {name: make_value(inner) for name, inner in schema.properties.items()},
        "string": _make_text(keywords),
        "boolean": True,
        "integer": keywords.get("minimum", 1),
        "number": keywords.get("minimum", 1),
        "array": [],
    }
    types = ["object"] if schema.properties else schema.types
    return next((each for each in (*listed, *map(by_type.get, types)) if each is not None), None)


def _make_text(keywords: Mapping[str, Any]) -> str | None:
    if "pattern" in keywords:
        match = SID_PATTERN.fullmatch(keywords["pattern"])
        return match[1] + "a" * 32 if match else None
    return FORMATS.get(keywords.get("format", ""), "text"[: keywords.get("maxLength")])
