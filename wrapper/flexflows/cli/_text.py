"""Text from outside, made fit to be looked at: what would act on a terminal is shown instead."""

import json
import unicodedata
from typing import Any

import msgspec
from rich.cells import cell_len, set_cell_size


def visible(text: str) -> str:
    r"""Show what cannot be seen, or would act on the terminal, as an escape: `\x1b`, `\n`, `\u202e`."""
    if text.isprintable():
        return text
    return "".join(c if _is_shown(c) else c.encode("unicode_escape").decode("ascii") for c in text)


def _is_shown(character: str) -> bool:
    # isprintable() takes the spaces of other scripts, such as U+3000, for unprintable.
    return character.isprintable() or unicodedata.category(character) == "Zs"


def to_json(value: Any) -> str:
    r"""Write a value as JSON on one line, whatever is not printable in it as `\u…`: nothing is lost, nothing acts."""
    try:
        encoded = msgspec.json.encode(value)
        text = encoded.decode()
        if encoded.isascii() and b"\x7f" not in encoded:
            return text  # JSON escapes all that is not printable below that
    except (UnicodeEncodeError, ValueError, OverflowError):  # lone surrogates, and whatever else the fast way refuses
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if text.isprintable():
        return text
    # Such a character can only be within a string.
    return "".join(c if _is_shown(c) else json.dumps(c)[1:-1] for c in text)


def spell(value: Any) -> str:
    """Write a value as the text of one cell: a string as it is, null as nothing, anything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else to_json(value)


def fit(text: str, width: int, *, ellipsis: str = "…") -> str:
    """Pad or cut a text to so many cells of a terminal; wide characters take two."""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    cut = set_cell_size(text, max(0, width - cell_len(ellipsis))).rstrip() + ellipsis[:width]
    return cut + " " * (width - cell_len(cut))


def counted(number: int, noun: str) -> str:
    """Say how many: `1 flow`, `2,000 flows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shortened(text: str, most: int) -> str:
    """Cut a text to at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def one_line(text: str) -> str:
    """Make a text one line, and visible."""
    return visible(" ".join(text.split()))
