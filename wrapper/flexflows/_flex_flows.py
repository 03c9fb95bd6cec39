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
    """One page of Flex Flows: an immutable sequence of them.

    Attributes:
        meta: The page's place in the list, as the API gives it.
        next_cursor: The cursor of the next page, which can be stored; `None` on the last.
        previous_cursor: The cursor of the page before; `None` on the first.
        request_id: `Twilio-Request-Id`, or `None`: what Twilio's support needs.
    """

    @property
    def flex_flows(self) -> tuple[FlexFlow, ...]:
        """The page's Flex Flows."""
        return self.records


class FlexFlows(SyncList[FlexFlow, Page]):
    """List the Flex Flows of a Twilio account; a context manager, and safe to share between threads."""

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
            limit: The most records, 0 or more; default: all.
            page_size: The most records a request, within `operation.page_size`; default: the smaller of `limit` and its
                maximum.
            cursor: The page to resume from, instead of the first: a page's or an error's; it carries its filters.
            **filters: Which records, as `FlexFlowFilters` documents; default: all.

        Raises:
            FlexFlowsError: The listing broke; its `cursor` says where, and its class why.
            TypeError: An argument is unknown or of another type; nothing was sent.
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
        """Yield the Flex Flows of the account, requesting a page when its first record is wanted.

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
    """List the Flex Flows of a Twilio account; an asynchronous context manager, and safe to share between tasks."""

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
