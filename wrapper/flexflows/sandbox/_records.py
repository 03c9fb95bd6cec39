"""The records of an account: the fragment's examples in turn, each round with its own SIDs, names and numbers."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
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


def to_record(value: object, name: str) -> Record:
    """Return a copy of a record, or raise a `NotJsonError` with the caller's name for it."""
    value = value.to_dict() if isinstance(value, FlexFlow) else value
    if not isinstance(value, Mapping):
        described = _arguments.described(value)
        raise NotJsonError(f"{name} is {described}; pass a dictionary as the API would send it, or a FlexFlow")
    try:
        text = json.dumps(dict(cast("Record", value)), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as problem:
        raise NotJsonError(f"{name} is not JSON: {problem}") from None
    if not _has_text_keys(cast("Record", value)):
        raise NotJsonError(f"{name} is not JSON: it has a key that is not a string")
    record: Record = json.loads(text)
    return record


def _has_text_keys(value: object) -> bool:
    if isinstance(value, Mapping):
        record = cast("dict[object, object]", value)
        return all(isinstance(key, str) and _has_text_keys(each) for key, each in record.items())
    return not isinstance(value, list | tuple) or all(map(_has_text_keys, cast("Sequence[object]", value)))


def make_sid(prefix: str, *parts: object) -> str:
    """Return a SID that depends on its prefix and `parts` alone."""
    return prefix + blake2b(repr((prefix, *parts)).encode(), digest_size=16).hexdigest()


def make_records(count: object, argument: str, seed: object, account_sid: str) -> list[Record]:
    """Return `count` records of an account; `argument` is the name of `count` for errors.

    SIDs that several examples share, such as that of the chat service, are the same in all records.
    """
    templates = [json.dumps(each) for each in make_templates(record_schema())]
    uses = Counter(sid for text in templates for sid in {match[0] for match in SID.finditer(text)})

    def make(index: int) -> Record:
        number, place = divmod(index, len(templates))

        def sid(match: re.Match[str]) -> str:
            own = number if uses[match[0]] == 1 else 0
            return account_sid if match[1] == "AC" else make_sid(match[1], seed, match[0], own)

        record: Record = json.loads(SID.sub(sid, templates[place]))
        names = [name for name in NUMBERED if number and isinstance(record.get(name), str)]
        return record | {name: _numbered(record[name], number) for name in names}

    return [make(index) for index in range(_arguments.integer(argument, count, least=0, most=MAX_RECORDS))]


def _numbered(text: str, number: int) -> str:
    if re.search(r"[0-9]{4}$", text):  # a telephone number
        return f"{text[:-4]}{(int(text[-4:]) + number) % 10_000:04d}"
    return f"{text} {number + 1}"


def make_templates(schema: Schema) -> list[Record]:
    """Return the examples of a record's schema, and one more for each value of an enum that no example has."""
    templates = _complete(schema.keywords.get("examples") or [{}], schema)
    for name, inner in schema.properties.items():
        for value in inner.keywords.get("enum", ()):
            if all(each.get(name) != value for each in templates):
                sid = str(templates[0].get("sid"))
                text = json.dumps(templates[0] | {name: value})
                templates.append(json.loads(text.replace(sid, make_sid(sid[:2], name, value))))
    return templates


def _complete(examples: Sequence[Mapping[str, Any]], schema: Schema) -> list[Record]:
    """Return the examples with a value for each property, at any depth, that none of them has."""
    known = {name for example in examples for name in example}
    new = {name: make_value(inner) for name, inner in schema.properties.items() if name not in known}
    records = [{**example, **new} for example in examples]
    for name, inner in schema.properties.items():
        parents = [record for record in records if isinstance(record.get(name), Mapping)]
        for parent, value in zip(parents, _complete([each[name] for each in parents], inner), strict=True):
            parent[name] = value
    return [{name: each[name] for name in (*schema.properties, *each) if name in each} for each in records]


def make_value(schema: Schema) -> Any:
    """Return a value that fits a schema, or `None` where the schema does not say enough."""
    keywords = schema.keywords
    least = keywords.get("minimum", keywords.get("exclusiveMinimum", 0) + 1)
    number = min(least, keywords.get("maximum", least))
    by_type: dict[str, Any] = {
        "object": {name: make_value(inner) for name, inner in schema.properties.items()},
        "string": _make_text(keywords),
        "boolean": True,
        "integer": number,
        "number": number,
        "array": [],
    }
    types = ["object"] if schema.properties else schema.types
    listed = [*keywords.get("examples", ()), *keywords.get("enum", ()), keywords.get("const")]
    return next((each for each in (*listed, *map(by_type.get, types)) if each is not None), None)


def _make_text(keywords: Mapping[str, Any]) -> str | None:
    if "pattern" in keywords:
        match = SID_PATTERN.fullmatch(keywords["pattern"])
        return match[1] + "a" * 32 if match else None
    text = "text".ljust(keywords.get("minLength", 0), "x")[: keywords.get("maxLength")]
    return FORMATS.get(keywords.get("format", ""), text)
