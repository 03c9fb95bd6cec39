"""From page to page: what a page is, which one comes next, how many records to ask for, and when to stop.

Nothing here sends anything, and nothing knows which list it is about.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

import attrs

from . import _arguments, _cursors
from ._answers import Listing
from ._errors import PaginationError, one_line

MAX_PAGE_SIZE = 1000
"""The most that Twilio gives at once; its own default, 50, would take 20 times the requests."""

Item = TypeVar("Item")
Meta = TypeVar("Meta")
PageT = TypeVar("PageT", bound="Page[Any, Any]")
Record = dict[str, Any]


@attrs.frozen(repr=False)
class Page(Sequence[Item], Generic[Item, Meta]):
    """One page of a list: an immutable sequence of its records.

    Attributes:
        records: The records.
        meta: The page's place in the list, as the API says it.
        next_cursor: The cursor of the next page; `None` on the last.
        previous_cursor: The cursor of the page before; `None` on the first.
        request_id: `Twilio-Request-Id`, or `None`: what Twilio's support asks for.
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


RawPage = Page[Record, Record]
"""A page as it was decoded, its records not yet typed."""


@attrs.frozen
class ListEndpoint(Generic[Item, Meta, PageT]):
    """One list of the API, in the terms that paging needs.

    Attributes:
        request: The generated function that gives the list's `url` and, from the operation's arguments, its `params`.
        key: The attribute of its answers that holds the records.
        item: Types one record.
        meta: Types a page's `meta`.
        page: Makes a page of it all.
    """

    request: Any
    key: str
    item: Callable[[Record], Item]
    meta: Callable[[Record], Meta]
    page: Callable[..., PageT]

    @property
    def path(self) -> str:
        """The list's path, such as `/v1/FlexFlows`."""
        path: str = self.request.path
        return path

    def query(self, filters: Mapping[str, str]) -> str:
        """Spell filters as the query of a request.

        Raises:
            ValueError: A filter is too long, or holds characters that no URL can hold.
        """
        query: str = self.request.request(filters)[1]
        if len(query) > _cursors.MAX_QUERY:
            raise ValueError(f"{' or '.join(filters)} is too long to be sent")
        return query

    def typed(self, raw: RawPage) -> PageT:
        """Make the page of the list that a decoded one is."""
        item = self.item
        records = tuple([item(record) for record in raw.records])
        return self.page(records, self.meta(raw.meta), raw.next_cursor, raw.previous_cursor, raw.request_id)


@attrs.frozen(eq=False)
class Step:
    """One page to ask for, and what is wanted after it.

    Attributes:
        endpoint: The list.
        place: The query of the page, as the server gave it, before the page size is set.
        page_size: The most records to ask for at once.
        remaining: How many records are still wanted; `None`: all.
        visited: The pages of this listing so far, this one included; its steps share it.
        prefix: The path of the base URL.
    """

    endpoint: ListEndpoint[Any, Any, Any]
    place: str
    page_size: int
    remaining: int | None
    visited: set[object]
    prefix: str

    @property
    def query(self) -> str:
        """The query to send."""
        size = self.page_size if self.remaining is None else min(self.page_size, self.remaining)
        return _cursors.with_page_size(self.place, size)

    @property
    def cursor(self) -> str:
        """The cursor of this page."""
        return _cursors.encode(self.endpoint.path, self.place)

    def read(self, listing: Listing, request_id: str | None) -> tuple[RawPage, "Step | None"]:
        """Make a page of an answer, and say which comes next; `None` after the last that is wanted.

        Raises:
            PaginationError: The next page cannot be followed.
        """
        records = tuple(listing.records[: self.remaining])
        place = self._next_place(listing.meta)
        page = Page(
            records,
            listing.meta,
            next_cursor=None if place is None else _cursors.encode(self.endpoint.path, place),
            previous_cursor=self._previous_cursor(listing.meta),
            request_id=request_id,
        )
        remaining = None if self.remaining is None else self.remaining - len(records)
        if place is None or remaining == 0:
            return page, None
        return page, attrs.evolve(self, place=place, remaining=remaining)

    def _next_place(self, meta: Mapping[str, Any]) -> str | None:
        url = meta.get("next_page_url")
        if url is None:
            return None
        try:
            place = _cursors.from_url(self.endpoint.path, url, prefix=self.prefix)
        except ValueError as error:
            raise PaginationError(f"next_page_url cannot be followed: {one_line(str(error))}") from None
        identity = _cursors.identity(place)
        if identity in self.visited:
            raise PaginationError("next_page_url leads back to a page seen before, so the listing would never end")
        self.visited.add(identity)
        return place

    def _previous_cursor(self, meta: Mapping[str, Any]) -> str | None:
        # Nothing depends on the page before: one that cannot be read is no reason to withhold this one.
        try:
            place = _cursors.from_url(self.endpoint.path, meta.get("previous_page_url"), prefix=self.prefix)
        except ValueError:
            return None
        return _cursors.encode(self.endpoint.path, place)


def first_step(
    endpoint: ListEndpoint[Any, Any, Any],
    filters: Mapping[str, str | None],
    *,
    limit: int | None,
    page_size: int | None,
    cursor: str | None,
    prefix: str,
) -> Step | None:
    """Check a caller's arguments, and say which page comes first; `None` when no record is wanted.

    Args:
        endpoint: The list.
        filters: The operation's own arguments, `None` where not given; none with a cursor, which carries them.
        limit: The most records, 0 or more; `None`: all.
        page_size: The most records a page, 1 to 1000; `None`: the smaller of `limit` and 1000.
        cursor: Where to go on from; `None`: the beginning.
        prefix: The path of the base URL.

    Raises:
        TypeError: One of them is of another type.
        ValueError: One of them is out of range, or no cursor of this list, or a cursor comes with filters.
    """
    if limit is not None:
        _arguments.integer("limit", limit, least=0)
    if page_size is not None:
        _arguments.integer("page_size", page_size, least=1, most=MAX_PAGE_SIZE)
    for name, value in filters.items():
        _arguments.text(name, value)
    given = {name: value for name, value in filters.items() if value is not None}
    cursor = _arguments.text("cursor", cursor)
    if cursor is None:
        place = endpoint.query(given)
    elif given:
        raise ValueError(f"cursor carries the filter it was made with; pass it without {' and '.join(given)}")
    else:
        place = _cursors.decode(endpoint.path, cursor)
    if limit == 0:
        return None
    return Step(endpoint, place, page_size or MAX_PAGE_SIZE, limit, {_cursors.identity(place)}, prefix)
