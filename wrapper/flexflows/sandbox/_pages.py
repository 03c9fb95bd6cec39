"""Paging as Twilio does it: which records a page holds, and the tokens of the pages around it."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

import msgspec
from attrs import frozen

from flexflows.sandbox._flows import Flows

_TOKEN = re.compile(r"P([AB])([A-Z]{2}[0-9a-f]{32})=*")


@frozen
class Span:
    """The records of one page, by their positions in the list."""

    positions: tuple[int, ...] | range
    start: int
    """The position from which the page was read."""
    has_previous: bool
    has_next: bool


def select(flows: Flows, size: int, token: str | None, wanted: Mapping[str, str]) -> Span | None:
    """Find the page of at most `size` records that `token` asks for, or `None` when it is no token of this list.

    A token names a record, and the page lies after (PA…) or before (PB…) it: so records that are added meanwhile, or
    another page size, neither lose nor repeat one.
    """
    match = _TOKEN.fullmatch(token) if token is not None else None
    if token is not None and match is None:
        return None
    anchor = flows.position(flows.recipe.number(match[2])) if match else -1
    if anchor is None:
        return None
    if match is None or match[1] == "A":
        return _forwards(flows, size, anchor + 1, wanted)
    return _backwards(flows, size, anchor, wanted)


def _forwards(flows: Flows, size: int, start: int, wanted: Mapping[str, str]) -> Span:
    positions = _matching(flows, range(start, len(flows)), wanted, size + 1)
    before = _matching(flows, range(start - 1, -1, -1), wanted, 1)
    return Span(positions[:size], start, has_previous=bool(before), has_next=len(positions) > size)


def _backwards(flows: Flows, size: int, end: int, wanted: Mapping[str, str]) -> Span:
    positions = _matching(flows, range(end - 1, -1, -1), wanted, size + 1)
    page = positions[:size][::-1]
    return Span(page, page[0] if page else 0, has_previous=len(positions) > size, has_next=True)


def _matching(flows: Flows, positions: range, wanted: Mapping[str, str], most: int) -> tuple[int, ...] | range:
    if not wanted:
        return positions[:most]
    # Looking for the encoded value in the text first is quicker by far than decoding every record.
    needles = [msgspec.json.encode(value).decode().strip('"') for value in wanted.values()]
    return tuple(islice((each for each in positions if _matches(flows, each, wanted, needles)), most))


def _matches(flows: Flows, position: int, wanted: Mapping[str, str], needles: list[str]) -> bool:
    text = flows.text(position)
    if not all(needle in text for needle in needles):
        return False
    record = msgspec.json.decode(text)
    return all(_spell(record.get(name)) == value for name, value in wanted.items())


def _spell(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()


def token_after(flows: Flows, position: int) -> str:
    """Make the token of the page that follows the record at `position`."""
    return f"PA{flows.recipe.sid(flows.number(position))}"


def token_before(flows: Flows, position: int) -> str:
    """Make the token of the page that ends before the record at `position`."""
    return f"PB{flows.recipe.sid(flows.number(position))}"
