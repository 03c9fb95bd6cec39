"""Cursors: a page's position in its list, as an opaque string that can be stored and used in another process.

A cursor holds the list's path, and the query of the page's URL as the server sent it; no host and no credential. A
string that is not a cursor of the list, or a URL that is not one of its pages, raises a `ValueError`.
"""

import base64
import binascii
import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

MAX_QUERY = 32_000
"""The maximum length of a query, in characters; httpx refuses a URL of 65,536, and servers refuse much shorter ones."""

_UNQUOTED = "".join(chr(code) for code in range(0x21, 0x7F))
"""The characters of a query that are sent unchanged, since they need no encoding or are part of an escape."""


def encode(path: str, query: str) -> str:
    """Return the cursor of a page."""
    return base64.urlsafe_b64encode(f"{path}?{query}".encode()).decode("ascii").rstrip("=")


def decode(template: str, cursor: str) -> tuple[str, str]:
    """Return the path and the query that a cursor holds."""
    try:
        target = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        target = ""
    path, _, query = target.partition("?")
    pattern = re.sub(r"\\\{.*?\\\}", "[^/?#]+", re.escape(template))
    is_path = re.fullmatch(pattern, path) and not {".", ".."} & set(path.split("/"))
    if not is_path or quote(query, safe=_UNQUOTED) != query or "#" in query or len(query) > MAX_QUERY:
        raise ValueError("cursor must be a next_cursor, previous_cursor or error's cursor of this list, unchanged")
    return path, query


def query_of(url: object, path: str, *, prefix: str) -> str:
    """Return the query of a page's URL, whatever host the URL names."""
    if not isinstance(url, str):
        raise ValueError(f"it is not a string but a JSON {type(url).__name__}")  # noqa: TRY004
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(f"it cannot be read: {error}") from None
    if not parts.query:
        raise ValueError("it has no query")
    if unquote(parts.path).rstrip("/") not in (unquote(path), unquote(prefix + path)):
        raise ValueError(f"its path is {parts.path!r} and not {path!r}")
    query = quote(parts.query, safe=_UNQUOTED)
    if len(query) > MAX_QUERY:
        raise ValueError(f"its query is longer than {MAX_QUERY} characters")
    return query


def with_page_size(query: str, name: str, page_size: int) -> str:
    """Return a query with the page size replaced in place or appended, and every other byte unchanged."""
    size = f"{name}={page_size}"
    parts = query.split("&") if query else []
    kept = [size if part.partition("=")[0] == name else part for part in parts]
    return "&".join(kept if size in kept else [*kept, size])


def identity(query: str, page_size_name: str | None) -> tuple[object, ...]:
    """Return the unique identifier of a page in its list: its token, else its parameters without the page size."""
    # Latin-1 keeps all bytes distinct; UTF-8 would decode all invalid bytes alike.
    pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
    tokens = [pair for pair in pairs if pair[0] == "PageToken"]
    rest = [pair for pair in pairs if pair[0] != page_size_name and pair != ("Page", "0")]
    return tuple(tokens or sorted(rest))
