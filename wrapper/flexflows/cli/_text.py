"""Text from outside, made safe to show: characters that would act on a terminal become readable escapes."""

import json
import unicodedata
from collections.abc import Callable
from typing import Any


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def visible(text: str, escape: Callable[[str], str] = _escape) -> str:
    r"""Return a text with an escape for each character that is invisible or acts: `\x1b`, `\n`, `\u202e`."""
    if text.isprintable():
        return text
    return "".join(each if _is_shown(each) else escape(each) for each in text)


def _is_shown(character: str) -> bool:
    # isprintable() takes the spaces of other scripts, such as U+3000, for unprintable.
    return character.isprintable() or unicodedata.category(character) == "Zs"


def to_json(value: Any) -> str:
    r"""Return a value as JSON on one line, with `\u…` for each character that is invisible or acts."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return visible(text, lambda each: json.dumps(each)[1:-1])  # such a character can only be within a string


def format_cell(value: Any) -> str:
    """Return a value as the text of one cell: a string as it is, null as an empty text, anything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else to_json(value)


def cell_width(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # noqa: PLC0415 - most accounts do not need its tables

    return max(0, wcswidth(text))


def fit(text: str, width: int, *, ellipsis: str = "…") -> str:
    """Pad or cut a text to `width` cells of a terminal; wide characters take two."""
    missing = width - cell_width(text)
    if missing >= 0:
        return text + " " * missing
    end = min(len(text), max(0, width - len(ellipsis)))
    while end and cell_width(text[:end]) > width - len(ellipsis):
        end -= 1
    cut = text[:end].rstrip() + ellipsis[:width]
    return cut + " " * (width - cell_width(cut))


def pluralize(number: int, noun: str) -> str:
    """Return a number with its noun: `1 flow`, `2,000 flows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shorten(text: str, length: int) -> str:
    """Cut a text to at most `length` characters."""
    return text if len(text) <= length else text[: length - 1] + "…"
