"""From page to page: what a page is, which one comes next, how many records to request, and when to stop.

Nothing here sends anything, and nothing knows which list it is about.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

import attrs
import httpx

from . import _arguments, _cursors
from ._errors import PaginationError, one_line, request_id
from ._generated import ListOperation
from ._responses import parse_list

Item = TypeVar("Item")
Meta = TypeVar("Meta")
PageT = TypeVar("PageT", bound="Page[Any, Any]")


@attrs.frozen(repr=False)
class Page(Sequence[Item], Generic[Item, Meta]):
    """One page of a list: an immutable sequence of its records.

    Attributes:
        records: The records.
        meta: The page's place in the list, as the API gives it.
        next_cursor: The cursor of the next page; `None` on the last.
        previous_cursor: The cursor of the page before; `None` on the first.
        request_id: `Twilio-Request-Id`, or `None`: what Twilio's support needs.
    """

    records: tuple[Item, ...]
    meta: Meta
    next_cursor: str | None = None
    previous_cursor: str | None = None
    request_id: str | None = None

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        return self.records[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} of {len(self)} records, next_cursor={self.next_cursor!r}, "
            f"request_id={self.request_id!r}>"
        )

    def _repr_html_(self) -> str:
        """Return a table of the records, which notebooks show."""
        from ._notebook import html_table  # noqa: PLC0415 - only notebooks need it

        return html_table(self.records)


@attrs.frozen(kw_only=True)
class PageRequest(Generic[PageT]):
    """The request of one page, and what is wanted after it.

    Attributes:
        operation: The list.
        page_class: The class of its pages.
        path: The list's path, encoded.
        place: The query of the page, as the server gave it, before the page size is set.
        page_size: The most records to request at once; `None` where the operation takes no page size.
        remaining: How many records are still wanted; `None`: all.
        requested: The identities of the pages of this listing so far, this one included.
        prefix: The path of the base URL.
    """

    operation: ListOperation[Any, Any]
    page_class: type[PageT]
    path: str
    place: str
    page_size: int | None
    remaining: int | None
    requested: frozenset[object]
    prefix: str

    @property
    def query(self) -> str:
        """The query to send."""
        if self.page_size is None or self.operation.page_size is None:
            return self.place
        bounds = self.operation.page_size
        size = self.page_size if self.remaining is None else max(min(self.page_size, self.remaining), bounds.minimum)
        return _cursors.with_page_size(self.place, bounds.wire_name, size)

    @property
    def cursor(self) -> str:
        """The cursor of this page."""
        return _cursors.encode(self.path, self.place)

    def url(self, base_url: httpx.URL) -> str:
        """Return the URL to request."""
        query = self.query
        return f"{base_url}{self.path}?{query}" if query else f"{base_url}{self.path}"

    def parse(self, body: bytes | bytearray, headers: Mapping[str, str]) -> "tuple[PageT, PageRequest[PageT] | None]":
        """Parse a 2xx response as the page, and return the request of the next one; `None` after the last wanted.

        Raises:
            UnexpectedResponseError: The body is not a page of this list.
            PaginationError: The next page cannot be followed.
        """
        operation = self.operation
        records, meta = parse_list(body, headers.get("Content-Type", ""), operation.key)
        place, requested = self._next_place(meta)
        page = self.page_class(
            tuple(map(operation.record.from_dict, records[: self.remaining])),
            operation.meta.from_dict(meta),
            next_cursor=None if place is None else _cursors.encode(self.path, place),
            previous_cursor=self._previous_cursor(meta),
            request_id=request_id(headers),
        )
        remaining = None if self.remaining is None else self.remaining - len(page)
        if place is None or remaining == 0:
            return page, None
        return page, attrs.evolve(self, place=place, remaining=remaining, requested=requested)

    def _next_place(self, meta: Mapping[str, Any]) -> tuple[str | None, frozenset[object]]:
        url = meta.get("next_page_url")
        if url is None:
            return None, self.requested
        try:
            place = _cursors.query_of(url, self.path, prefix=self.prefix)
        except ValueError as error:
            raise PaginationError(f"next_page_url cannot be followed: {one_line(str(error))}") from None
        identity = _identity(self.operation, place)
        if identity in self.requested:
            raise PaginationError("next_page_url leads back to an earlier page, so the listing would never end")
        return place, self.requested | {identity}

    def _previous_cursor(self, meta: Mapping[str, Any]) -> str | None:
        # Nothing depends on the page before: one that cannot be read is no reason to withhold this one.
        try:
            place = _cursors.query_of(meta.get("previous_page_url"), self.path, prefix=self.prefix)
        except ValueError:
            return None
        return _cursors.encode(self.path, place)


def first_request(
    operation: ListOperation[Any, Any],
    page_class: type[PageT],
    filters: Mapping[str, object],
    *,
    limit: int | None,
    page_size: int | None,
    cursor: str | None,
    prefix: str,
) -> PageRequest[PageT] | None:
    """Check a caller's arguments, and return the request of the first page; `None` when no record is wanted.

    Raises:
        TypeError: An argument is unknown, missing, or of another type.
        ValueError: An argument is out of range, or not a cursor of this list, or a cursor comes with filters.
    """
    limit = None if limit is None else _arguments.integer("limit", limit, least=0)
    bounds = operation.page_size
    if page_size is not None:
        if bounds is None:
            raise ValueError(f"{operation.name} takes no page size; leave page_size out")
        page_size = _arguments.integer("page_size", page_size, least=bounds.minimum, most=bounds.maximum)
    cursor = _arguments.text("cursor", cursor)
    given = [name for name, value in filters.items() if value is not None]
    if cursor is None or set(given) - {parameter.name for parameter in operation.parameters}:
        path, place = operation.request(filters)
        if len(place) > _cursors.MAX_QUERY:
            raise ValueError(f"{' or '.join(given)} is too long to be sent")
    elif given:
        raise ValueError(f"cursor carries the filters it was made with; pass it without {' and '.join(given)}")
    else:
        path, place = _cursors.decode(operation.path, cursor)
    if limit == 0:
        return None
    return PageRequest(
        operation=operation,
        page_class=page_class,
        path=path,
        place=place,
        page_size=page_size if bounds is None or page_size is not None else bounds.maximum,
        remaining=limit,
        requested=frozenset({_identity(operation, place)}),
        prefix=prefix,
    )


def _identity(operation: ListOperation[Any, Any], place: str) -> object:
    return _cursors.identity(place, operation.page_size.wire_name if operation.page_size else None)
