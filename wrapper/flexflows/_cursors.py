"""Cursors: a page's place in its list, as an opaque string that can be stored, and resumed from in another process.

Inside is the query of the page's URL as the server gave it, every parameter of it, with the path of the list; never a
host, and never a credential.
"""

import base64
import binascii
from urllib.parse import parse_qsl, quote, unquote, urlsplit

MAX_QUERY = 32_000
"""The longest query that is sent, in characters; httpx refuses a URL of 65,536, and servers far shorter ones."""

_KEPT = "".join(chr(code) for code in range(0x21, 0x7F))
"""What a query holds unencoded or encoded already, and is sent as it came."""


def encode(path: str, query: str) -> str:
    """Make a page's cursor."""
    return base64.urlsafe_b64encode(f"{path}?{query}".encode()).decode("ascii").rstrip("=")


def decode(path: str, cursor: str) -> str:
    """Give the query that a cursor holds.

    Raises:
        ValueError: It is not a cursor of the list at `path`.
    """
    try:
        place = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        place = ""
    found, _, query = place.partition("?")
    if found != path or quote(query, safe=_KEPT) != query or "#" in query or len(query) > MAX_QUERY:
        raise ValueError("cursor must be a next_cursor, previous_cursor or error's cursor of this list, unchanged")
    return query


def from_url(path: str, url: object, *, prefix: str) -> str:
    """Give the query of a page's URL, whatever host the URL names.

    Args:
        path: The list's path.
        url: The `next_page_url` or `previous_page_url` of an answer.
        prefix: The path of the base URL, which a proxy may have put before the list's.

    Raises:
        ValueError: It is not the URL of a page of this list; the message says why.
    """
    if not isinstance(url, str):
        raise ValueError(f"it is not a string but a JSON {type(url).__name__}")  # noqa: TRY004
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError(f"it cannot be read: {error}") from None
    if not parts.query:
        raise ValueError("it has no query")
    if unquote(parts.path).rstrip("/") not in (path, prefix + path):
        raise ValueError(f"its path is {parts.path!r} and not {path!r}")
    query = quote(parts.query, safe=_KEPT)
    if len(query) > MAX_QUERY:
        raise ValueError(f"its query is longer than {MAX_QUERY} characters")
    return query


def with_page_size(query: str, page_size: int) -> str:
    """Set `PageSize` in a query, where it stands, and leave every other byte as it is."""
    size = f"PageSize={page_size}"
    parts = query.split("&") if query else []
    kept = [size if part.partition("=")[0] == "PageSize" else part for part in parts]
    return "&".join(kept if size in kept else [*kept, size])


def identity(query: str) -> tuple[tuple[str, str], ...]:
    """Say which page a query is, whatever the order of its parameters, their encoding and the page size."""
    first_page = ("Page", "0")
    # Latin-1 tells any two bytes apart, UTF-8 does not.
    pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
    return tuple(sorted(pair for pair in pairs if pair[0] != "PageSize" and pair != first_page))
