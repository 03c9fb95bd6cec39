"""Pages and their requests: how to parse a page, find the next one, choose the page size, and stop at the limit.

This module sends nothing, and works for any list.
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
        meta: The page's position in the list, as the API sent it.
        next_cursor: The cursor of the next page; `None` on the last page.
        previous_cursor: The cursor of the previous page; `None` on the first page.
        request_id: `Twilio-Request-Id`, which Twilio's support needs; or `None`.
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
    """The request of one page, and the number of records wanted from it on.

    Attributes:
        path: The list's path, encoded.
        raw_query: The query of the page, as the server sent it, before the page size is set.
        page_size: The maximum number of records per request, if the operation takes a page size.
        remaining: The number of records still wanted; `None` means all.
        prefix: The path of the base URL.
        requested: The identities of the pages of this listing that were requested before.
    """

    operation: ListOperation[Any, Any]
    page_class: type[PageT]
    path: str
    raw_query: str
    page_size: int
    remaining: int | None
    prefix: str
    requested: frozenset[object] = frozenset()

    @property
    def query(self) -> str:
        """The query to send."""
        bounds = self.operation.page_size
        if bounds is None:
            return self.raw_query
        size = self.page_size if self.remaining is None else max(min(self.page_size, self.remaining), bounds.minimum)
        return _cursors.with_page_size(self.raw_query, bounds.wire_name, size)

    @property
    def cursor(self) -> str:
        """The cursor of this page."""
        return _cursors.encode(self.path, self.raw_query)

    @property
    def identity(self) -> object:
        """The unique identifier of this page in its list, whatever the page size."""
        bounds = self.operation.page_size
        return _cursors.identity(self.raw_query, bounds.wire_name if bounds else None)

    def url(self, base_url: httpx.URL) -> str:
        """Return the URL to request."""
        return f"{base_url}{self.path}?{self.query}".removesuffix("?")

    def parse(self, body: bytes | bytearray, headers: Mapping[str, str]) -> "tuple[PageT, PageRequest[PageT] | None]":
        """Parse a 2xx response as the page, and return the request of the next one; `None` after the last."""
        operation = self.operation
        records, meta = parse_list(body, headers.get("Content-Type", ""), operation.key)
        following = self._following(meta.get("next_page_url"), len(records))
        page = self.page_class(
            tuple(map(operation.record.from_dict, records[: self.remaining])),
            operation.meta.from_dict(meta),
            next_cursor=following.cursor if following else None,
            previous_cursor=self._previous_cursor(meta.get("previous_page_url")),
            request_id=request_id(headers),
        )
        return page, following

    def _following(self, url: object, records: int) -> "PageRequest[PageT] | None":
        if url is None:
            return None
        try:
            raw_query = _cursors.query_of(url, self.path, prefix=self.prefix)
        except ValueError as error:
            raise PaginationError(f"next_page_url cannot be followed: {one_line(str(error))}") from None
        remaining = None if self.remaining is None else max(self.remaining - records, 0)
        requested = self.requested | {self.identity}
        following = attrs.evolve(self, raw_query=raw_query, remaining=remaining, requested=requested)
        if following.identity in requested:
            raise PaginationError("next_page_url leads back to an earlier page, so the listing would never end")
        return following

    def _previous_cursor(self, url: object) -> str | None:
        # Nothing depends on the previous page, so an unreadable URL of it is not an error.
        try:
            return _cursors.encode(self.path, _cursors.query_of(url, self.path, prefix=self.prefix))
        except ValueError:
            return None


def first_request(
    operation: ListOperation[Any, Any],
    page_class: type[PageT],
    filters: Mapping[str, object],
    *,
    limit: int | None,
    page_size: int | None,
    cursor: str | None,
    prefix: str,
) -> PageRequest[PageT]:
    """Return the request of the first page; a wrong argument raises a `TypeError` or a `ValueError` that names it."""
    limit = None if limit is None else _arguments.integer("limit", limit, least=0)
    bounds = operation.page_size
    if page_size is None:
        page_size = bounds.maximum if bounds else 0
    elif bounds is None:
        raise ValueError(f"{operation.name} takes no page size; remove page_size")
    else:
        page_size = _arguments.integer("page_size", page_size, least=bounds.minimum, most=bounds.maximum)
    cursor = _arguments.text("cursor", cursor)
    given = [name for name, value in filters.items() if value is not None]
    if cursor is None or set(given) - {parameter.name for parameter in operation.parameters}:
        path, raw_query = operation.request(filters)
        if len(raw_query) > _cursors.MAX_QUERY:
            raise ValueError(f"{' or '.join(given)} is too long to be sent; shorten it")
    elif given:
        raise ValueError(f"cursor carries the filters it was made with; pass it without {' and '.join(given)}")
    else:
        path, raw_query = _cursors.decode(operation.path, cursor)
    return PageRequest(
        operation=operation,
        page_class=page_class,
        path=path,
        raw_query=raw_query,
        page_size=page_size,
        remaining=limit,
        prefix=prefix,
    )
