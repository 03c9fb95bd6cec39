"""Deterministic records: each is made from the schema's examples by its number and the seed, alone and at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from itertools import cycle
from typing import Any, TypeAlias, cast

import msgspec

from flexflows.sandbox._schema import SID, Listing, Schema, facet, make_value

Slot: TypeAlias = Callable[[int, int], str]
"""Says what stands in one place of a record's text, from the record's number and its 64 random bits."""

_BITS_64 = (1 << 64) - 1
_BITS_128 = (1 << 128) - 1
# Odd, so that multiplying by it modulo 2**128 can be undone: a SID tells the number of its record.
_STRIDE = 0x9E3779B97F4A7C15F39CC0605CEDC835
_STRIDE_BACK = pow(_STRIDE, -1, 1 << 128)
_NAMES = ("%.0s", " %d", " %d Zürich", " %d", " %d São Paulo", " %d", " %d 東京", " %d 📞")
_MOMENTS = tuple(
    f"{each % 12 + 1:02d}-{each % 28 + 1:02d}T{each % 24:02d}:{each % 60:02d}:{each % 59:02d}"
    for each in range(0, 1024 * 7919, 7919)
)
_TEXT_SLOT, _NUMBER_SLOT = 0xE000, 0xF000  # two parts of Unicode's private use area mark the places that vary
_SLOT = re.compile('"([\uf000-\uf8ff])"|([\ue000-\uefff])')
_CONSTRAINTS = ("enum", "pattern", "format", "maxLength")
_LONGEST_SLOT = 24
_ANY_LENGTH = 1 << 20


def digest(*parts: object) -> int:
    """Give 128 bits that depend on `parts` alone."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=16).digest())


def make_sid(prefix: str, *parts: object) -> str:
    """Make a SID that depends on its prefix and `parts` alone."""
    return f"{prefix}{digest(prefix, *parts):032x}"


class Recipe:
    """Makes the records of one account."""

    def __init__(self, listing: Listing, *, seed: int, account_sid: str) -> None:
        self._document = listing.document
        self._seed = seed
        self._account_sid = account_sid
        self._own_prefix = listing.own_prefix()
        self._own_offset = digest(seed, "own")
        self._bits_offset = digest(seed, "bits") & _BITS_64
        templates = _templates(listing)
        self._shared = set(_sids(templates[0])).intersection(*map(_sids, templates))
        self._texts = [self._compile(template, listing.record) for template in templates]

    def text(self, number: int) -> str:
        """Give the JSON text of the record `number`, from 0."""
        bits = self._mix(number)
        text, slots, places = self._texts[bits % len(self._texts)]
        return text % places([slot(number, bits) for slot in slots])

    def sid(self, number: int) -> str:
        """Give the record's own SID; the one of record -1 stands for the place before the first."""
        return self._own_prefix + "%032x" % (number * _STRIDE + self._own_offset & _BITS_128)

    def number(self, sid: str) -> int:
        """Undo `sid`: give a record's number from its own SID, and one beyond all records' for any other SID."""
        if not sid.startswith(self._own_prefix):
            return _BITS_128
        number = (int(sid.removeprefix(self._own_prefix), 16) - self._own_offset) * _STRIDE_BACK & _BITS_128
        return -1 if number == _BITS_128 else number

    def _mix(self, number: int) -> int:
        # https://prng.di.unimi.it/splitmix64.c
        bits = (number * 0x9E3779B97F4A7C15 + self._bits_offset) & _BITS_64
        bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & _BITS_64
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & _BITS_64
        return bits ^ (bits >> 31)

    def _compile(self, template: Any, schema: Schema) -> tuple[str, list[Slot], Callable[[list[str]], tuple[str, ...]]]:
        marker = _Marker(self._document, self._sid_slots(template))
        encoded = msgspec.json.encode(marker.mark(template, schema)).decode().replace("%", "%%")
        places = [ord(match[1] or match[2]) & 0xFFF for match in _SLOT.finditer(encoded)]
        return _SLOT.sub("%s", encoded), marker.slots, lambda values: tuple([values[place] for place in places])

    def _sid_slots(self, template: Any) -> dict[str, str | Slot]:
        sids = _sids(template)
        own = next((sid for sid in sids if sid.startswith(self._own_prefix)), None)
        return {sid: self._sid_slot(sid, is_own=sid == own) for sid in sids}

    def _sid_slot(self, sid: str, *, is_own: bool) -> str | Slot:
        prefix = sid[:2]
        if prefix == "AC":
            return self._account_sid
        if is_own:
            return lambda number, _: self.sid(number)
        if sid in self._shared:
            return make_sid(prefix, self._seed)
        offset = digest(self._seed, sid)
        return lambda number, _: prefix + "%032x" % (number * _STRIDE + offset & _BITS_128)


class _Marker:
    """Replaces what varies in one template by a mark, and notes what stands there."""

    def __init__(self, document: Schema, sid_slots: Mapping[str, str | Slot]) -> None:
        self._document = document
        self._sid_slots = sid_slots
        self.slots: list[Slot] = []

    def mark(self, value: Any, schema: Schema) -> Any:
        """Mark what varies in `value`, which fits `schema`."""
        match value:
            case dict():
                properties: Schema = facet(self._document, schema, "properties") or {}
                return {name: self.mark(each, properties.get(name, {})) for name, each in cast("Schema", value).items()}
            case list():
                items: Schema = facet(self._document, schema, "items") or {}
                return [self.mark(each, items) for each in cast("Sequence[Any]", value)]
            case str():
                return self._mark_text(value, schema)
            case int() if not isinstance(value, bool):
                return self._mark_integer(value, schema)
            case _:
                return value

    def _mark_text(self, text: str, schema: Schema) -> str:
        facets = {keyword: facet(self._document, schema, keyword) for keyword in _CONSTRAINTS}
        if SID.search(text):
            return SID.sub(lambda match: self._mark_sid(match[0]), text)
        if facets["format"] == "date-time":
            # The year stays: dates of one record keep their order.
            return text[:5] + self._slot(_moment) + text[19:]
        if facets["enum"] or facets["pattern"] or len(text) + _LONGEST_SLOT > (facets["maxLength"] or _ANY_LENGTH):
            return text
        return self._mark_free_text(text, has_format=bool(facets["format"]))

    def _mark_free_text(self, text: str, *, has_format: bool) -> str:
        if "://" in text:
            return f"{text.rstrip('/')}/{self._slot(_ordinal)}"
        if has_format:
            return text
        if re.search(r"[0-9]{4}$", text):
            return text[:-4] + self._slot(_four_digits)
        return text + self._slot(_name)

    def _mark_sid(self, sid: str) -> str:
        slot = self._sid_slots[sid]
        return slot if isinstance(slot, str) else self._slot(slot)

    def _mark_integer(self, value: int, schema: Schema) -> int | str:
        lowest, highest = (facet(self._document, schema, keyword) for keyword in ("minimum", "maximum"))
        if lowest is None or highest is None:
            return value
        return self._slot(lambda _, bits: str(lowest + (bits >> 20) % (highest - lowest + 1)), _NUMBER_SLOT)

    def _slot(self, slot: Slot, plane: int = _TEXT_SLOT) -> str:
        if slot not in self.slots:
            self.slots.append(slot)
        return chr(plane + self.slots.index(slot))


def _templates(listing: Listing) -> list[dict[str, Any]]:
    made = make_value(listing.document, {**listing.record, "examples": []})
    examples = [dict(example) for example in listing.record.get("examples", ())] or [made]
    missing = made.keys() - {name for example in examples for name in example}
    examples = [example | {name: made[name] for name in made if name in missing} for example in examples]
    templates = list(examples)
    # A listed value that no example shows gets a template of its own.
    for name in sorted(listing.with_enum()):
        shown = {template.get(name) for template in templates}
        values = facet(listing.document, listing.attributes()[name], "enum")
        unseen = [value for value in values if value not in shown]
        templates += [template | {name: value} for template, value in zip(cycle(examples), unseen, strict=False)]
    return templates


def _sids(value: Any) -> list[str]:
    return [match[0] for match in SID.finditer(msgspec.json.encode(value).decode())]


def _ordinal(number: int, _: int) -> str:
    return str(number + 1)


def _name(number: int, bits: int) -> str:
    return _NAMES[bits >> 8 & 7] % (number + 1)


def _four_digits(_: int, bits: int) -> str:
    return str((bits >> 16) % 9000 + 1000)


def _moment(_: int, bits: int) -> str:
    return _MOMENTS[bits >> 32 & 1023]
