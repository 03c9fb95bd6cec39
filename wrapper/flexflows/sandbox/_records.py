"""Deterministic records, made from the fragment's examples and the record's schema."""

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, cast

import msgspec
from attrs import frozen

from flexflows._fragment import Schema

MAX_RECORDS = 2_500
_LIMITS = "https://www.twilio.com/docs/flex/developer/messaging/limits"
_SID = re.compile(r"\b([A-Z]{2})[0-9a-fA-F]{32}\b")
_SID_PATTERN = re.compile(r"\^([A-Z]{2})\[0-9a-fA-F\]\{32\}\$")
_TIME = re.compile(r"(?!0001)([0-9]{4})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_SUFFIXES = ("", " {}", " Zürich {}", " 東京 {}")
_ROUNDS_PER_SID = 5  # this many flows of a kind share their Studio Flow, workspace and so on
_FORMATS = {
    "date-time": "2020-01-01T00:00:00Z",
    "date": "2020-01-01",
    "uri": "https://www.example.com/",
    "email": "someone@example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def make_sid(prefix: str, *parts: object) -> str:
    """Return a SID that depends on its prefix and `parts` alone."""
    return prefix + blake2b(repr((prefix, *parts)).encode(), digest_size=16).hexdigest()


def make_records(
    count: int, schema: Schema, examples: Sequence[Mapping[str, Any]], *, seed: int, account_sid: str
) -> list[dict[str, Any]]:
    """Return `count` records: the examples in turn, each round of them with its own SIDs, numbers, names and times."""
    if not 0 <= count <= MAX_RECORDS:
        raise ValueError(f"flows is {count}; use 0 to {MAX_RECORDS}, the most Flex Flows of an account ({_LIMITS})")
    templates = make_templates(schema, examples)
    shared = frozenset[str].intersection(*(frozenset(_sids(template)) for template in templates))
    records: list[dict[str, Any]] = []
    for number in range(count):
        round_, index = divmod(number, len(templates))
        own = templates[index].get("sid")
        variation = _Variation(seed, account_sid, shared, own, number, round_)
        records.append(variation.of(templates[index], schema))
    return records


def make_templates(schema: Schema, examples: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the examples, with the schema's missing attributes added, and one more for each missing enum value."""
    known = {name for example in examples for name in example}
    templates: list[dict[str, Any]] = []
    for number, example in enumerate(examples or [{}]):
        made = {name: make_value(each, number) for name, each in schema.properties.items() if name not in known}
        record = {**example, **made}
        templates.append({name: record[name] for name in (*schema.properties, *record) if name in record})
    for name, each in schema.properties.items():
        shown = [template.get(name) for template in templates]
        unseen = [value for value in each.values if value not in shown]
        templates += [templates[number % len(shown)] | {name: value} for number, value in enumerate(unseen)]
    return templates


def make_value(schema: Schema, number: int = 0) -> Any:
    """Return a value that fits a schema, or null for an unknown pattern; values vary with the number."""
    known = schema.examples or tuple(value for value in schema.values if value is not None)
    if known:
        return known[number % len(known)]
    if schema.properties or "object" in schema.types:
        return {name: make_value(each, number) for name, each in schema.properties.items()}
    if schema.items or "array" in schema.types:
        return [make_value(schema.items or Schema(), number)] * max(1, schema.min_items)
    if "string" in schema.types:
        return _make_text(schema)
    if "integer" in schema.types or "number" in schema.types:
        return _make_number(schema, number)
    return number % 2 == 0 if "boolean" in schema.types else None


def _make_text(schema: Schema) -> str | None:
    if schema.pattern:
        match = _SID_PATTERN.fullmatch(schema.pattern)
        return match and match[1] + "a" * 32
    text = _FORMATS.get(schema.format or "", "text")
    return text.ljust(schema.min_length, "x")[: schema.max_length]


def _make_number(schema: Schema, number: int) -> float:
    least = min(1, schema.maximum or 1) if schema.minimum is None else schema.minimum
    if schema.minimum is None or schema.maximum is None or "integer" not in schema.types:
        return least
    return least + number % (schema.maximum - least + 1)


def _sids(value: object) -> list[str]:
    return [match[0] for match in _SID.finditer(msgspec.json.encode(value).decode())]


@frozen
class _Variation:
    """The variation of the examples that makes a record distinct; SIDs that examples share stay shared in a round."""

    seed: int
    account_sid: str
    shared_sids: frozenset[str]
    own_sid: str | None
    number: int
    round: int

    def of(self, value: Any, schema: Schema) -> Any:
        """Return an example's value, varied for this record."""
        match value:
            case dict():
                fields = cast("dict[str, Any]", value).items()
                return {name: self.of(each, schema.properties.get(name, Schema())) for name, each in fields}
            case list():
                return [self.of(each, schema.items or Schema()) for each in cast("Sequence[Any]", value)]
            case str():
                return self._text(value, schema)
            case _:
                return value

    def _text(self, text: str, schema: Schema) -> str:
        if _SID.search(text):
            return _SID.sub(self._sid, text)
        if schema.format == "date-time":
            # The year stays, so that a record is not updated before it is created.
            return _TIME.sub(lambda match: f"{match[1]}-{_moment(self.number)}", text)
        if schema.values or schema.pattern or schema.format or schema.max_length or not self.round:
            return text
        if re.search(r"[0-9]{4}$", text):
            return f"{text[:-4]}{(int(text[-4:]) + self.round) % 10_000:04d}"
        if any(character.isupper() for character in text):  # a name, not a keyword such as `instagram`
            return text + _SUFFIXES[self.round % len(_SUFFIXES)].format(self.round + 1)
        return text

    def _sid(self, match: re.Match[str]) -> str:
        sid, prefix = match[0], match[1]
        if sid == self.own_sid:
            return make_sid(prefix, self.seed, self.number)
        if prefix == "AC":
            return self.account_sid
        return make_sid(prefix, self.seed, sid, 0 if sid in self.shared_sids else self.round // _ROUNDS_PER_SID)


def _moment(number: int) -> str:
    mixed = number * 7919
    return f"{mixed % 12 + 1:02d}-{mixed % 28 + 1:02d}T{mixed % 24:02d}:{mixed % 60:02d}:{mixed % 59:02d}"
