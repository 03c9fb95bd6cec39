"""Text from outside, made safe to show: characters that would act on a terminal become readable escapes."""

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

FIRST_COMBINING = "\u0300"
"""All printable characters before this one take one cell."""


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def visible(text: str, escape: Callable[[str], str] = _escape) -> str:
    r"""Return a text with an escape for each character that is invisible or acts: `\x1b`, `\n`, `\u202e`."""
    if text.isprintable():
        return text
    return "".join(each if _is_visible(each) else escape(each) for each in text)


def _is_visible(character: str) -> bool:
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
    if text.isascii() or max(text) < FIRST_COMBINING:
        return len(text)
    from wcwidth import wcswidth  # noqa: PLC0415 - most accounts do not need its tables

    return max(0, wcswidth(text))


def fit(text: str, width: int) -> str:
    """Pad or cut a text to `width` cells of a terminal; wide characters take two, combining ones none."""
    missing = width - cell_width(text)
    if missing >= 0:
        return text + " " * missing
    cut = _prefix(text, max(0, width - 1)).rstrip() + "…"[:width]
    return cut + " " * (width - cell_width(cut))


def _prefix(text: str, width: int) -> str:
    """Return the longest beginning of a text that takes at most `width` cells, with whole characters."""
    if text.isascii():
        return text[:width]
    from wcwidth import iter_graphemes  # noqa: PLC0415 - as above

    end = used = 0
    for grapheme in iter_graphemes(text):
        used += cell_width(grapheme)
        if used > width:
            break
        end += len(grapheme)
    return text[:end]


def pluralize(number: int, noun: str) -> str:
    """Return a number with its noun: `1 flow`, `2,000 flows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shorten(text: str, length: int) -> str:
    """Cut a text to at most `length` characters."""
    return text if len(text) <= length else text[: length - 1] + "…"


def quote(words: Sequence[str]) -> str:
    r"""Quote words for a shell; one that is not printable as `$'…\x0a…'`, so that the command stays one line."""
    if sys.platform == "win32":
        import subprocess  # noqa: PLC0415 - for its quoting

        return subprocess.list2cmdline(words)
    import shlex  # noqa: PLC0415 - for a message only

    return " ".join(shlex.quote(word) if word.isprintable() else f"$'{_shell_escapes(word)}'" for word in words)


def _shell_escapes(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return visible(escaped, lambda each: "".join(f"\\x{byte:02x}" for byte in os.fsencode(each)))
