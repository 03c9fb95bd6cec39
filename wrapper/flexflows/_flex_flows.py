"""The list of Flex Flows: binds its generated operation to the clients."""

import builtins
from collections.abc import AsyncGenerator, Generator
from typing import Any, ClassVar, Unpack

import attrs

from ._client import AsyncList, SyncList
from ._generated import FlexFlow, FlexFlowFilters, PageMeta, list_flex_flows
from ._paging import Page as AnyPage


@attrs.frozen(repr=False)
class Page(AnyPage[FlexFlow, PageMeta]):
    """One page of Flex Flows, as an immutable sequence.

    Attributes:
        meta: The page's position in the list, as the API sent it.
        next_cursor: The cursor of the next page, which can be stored; `None` on the last page.
        previous_cursor: The cursor of the previous page; `None` on the first page.
        request_id: `Twilio-Request-Id`, which Twilio's support needs; or `None`.
    """

    @property
    def flex_flows(self) -> tuple[FlexFlow, ...]:
        """The page's Flex Flows."""
        return self.records


class FlexFlows(SyncList[FlexFlow, Page]):
    """A client for the Flex Flows of a Twilio account; a context manager, and safe to share between threads."""

    operation = list_flex_flows
    page_class: ClassVar[type[AnyPage[Any, Any]]] = Page

    def list(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        **filters: Unpack[FlexFlowFilters],
    ) -> builtins.list[FlexFlow]:
        """Return the Flex Flows of the account.

        Args:
            limit: The maximum number of records, 0 or more; default: all records.
            page_size: The maximum number of records per request, within `operation.page_size`; default: `limit`, up to
                the largest page size.
            cursor: The cursor of a page or an error to resume from, with its filters; default: the first page.
            **filters: The filters that `FlexFlowFilters` documents; default: all records.

        Raises:
            FlexFlowsError: A page could not be fetched; `cursor` is that page's, and the class is the kind of failure.
            TypeError: An argument is unknown or has the wrong type; nothing was sent.
            ValueError: An argument is out of range, or `cursor` comes with filters; nothing was sent.
        """
        return self._list(self._request(filters, limit, page_size, cursor))

    def stream(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        **filters: Unpack[FlexFlowFilters],
    ) -> Generator[FlexFlow, None, None]:
        """Yield the Flex Flows of the account, requesting a page when its first record is needed.

        The arguments and errors are those of `list`; a `FlexFlowsError` is raised while iterating.
        """
        return self._stream(self._request(filters, limit, page_size, cursor))

    def pages(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        **filters: Unpack[FlexFlowFilters],
    ) -> Generator[Page, None, None]:
        """Yield the pages of the account's Flex Flows; the arguments and errors are those of `stream`."""
        return self._pages(self._request(filters, limit, page_size, cursor))

    def page(
        self, *, page_size: int | None = None, cursor: str | None = None, **filters: Unpack[FlexFlowFilters]
    ) -> Page:
        """Return one page of the account's Flex Flows; the arguments and errors are those of `list`."""
        return self._page(self._request(filters, None, page_size, cursor))


class AsyncFlexFlows(AsyncList[FlexFlow, Page]):
    """An asynchronous client for the Flex Flows of a Twilio account; a context manager, safe to share between tasks."""

    operation = list_flex_flows
    page_class: ClassVar[type[AnyPage[Any, Any]]] = Page

    async def list(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        **filters: Unpack[FlexFlowFilters],
    ) -> builtins.list[FlexFlow]:
        """Return the Flex Flows of the account; the arguments and errors are those of `FlexFlows.list`."""
        return await self._list(self._request(filters, limit, page_size, cursor))

    def stream(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        **filters: Unpack[FlexFlowFilters],
    ) -> AsyncGenerator[FlexFlow, None]:
        """Yield the Flex Flows of the account; the arguments and errors are those of `FlexFlows.stream`."""
        return self._stream(self._request(filters, limit, page_size, cursor))

    def pages(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        **filters: Unpack[FlexFlowFilters],
    ) -> AsyncGenerator[Page, None]:
        """Yield the pages of the account's Flex Flows; the arguments and errors are those of `FlexFlows.stream`."""
        return self._pages(self._request(filters, limit, page_size, cursor))

    async def page(
        self, *, page_size: int | None = None, cursor: str | None = None, **filters: Unpack[FlexFlowFilters]
    ) -> Page:
        """Return one page of the account's Flex Flows; the arguments and errors are those of `FlexFlows.list`."""
        return await self._page(self._request(filters, None, page_size, cursor))
