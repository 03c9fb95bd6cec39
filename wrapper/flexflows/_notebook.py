"""Records as an HTML table, for notebooks."""

from collections.abc import Sequence
from html import escape
from typing import Any

import attrs

MAX_COLUMNS = 7
"""The first attributes in the fragment identify a record and its destination."""
MAX_ROWS = 50


def html_table(records: Sequence[Any]) -> str:
    """Return an HTML table of the first attributes of the first records.

    Args:
        records: Generated models, all of one class.
    """
    shown: Sequence[attrs.AttrsInstance] = records[:MAX_ROWS]
    names = [attribute.name for attribute in attrs.fields(type(shown[0]))][:MAX_COLUMNS] if shown else []
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    rows = ["".join(f"<td>{escape(_text(getattr(record, name)))}</td>" for name in names) for record in shown]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    caption = f"{len(records)} record{'' if len(records) == 1 else 's'}"
    caption += f", the first {MAX_ROWS} shown" if len(records) > MAX_ROWS else ""
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "to_dict"):
        fields: dict[str, Any] = value.to_dict()
        return ", ".join(f"{name}: {inner}" for name, inner in fields.items() if inner is not None)
    return str(value)
