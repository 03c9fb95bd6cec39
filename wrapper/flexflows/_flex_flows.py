"""The list of Flex Flows: binds the generated code for it to the clients."""

import builtins
from collections.abc import AsyncGenerator, Generator

import attrs

from ._client import AsyncClient, SyncClient
from ._generated import SERVER, FlexFlow, PageMeta, list_flex_flows
from ._paging import ListEndpoint
from ._paging import Page as AnyPage


@attrs.frozen(repr=False)
class Page(AnyPage[FlexFlow, PageMeta]):
    """One page of Flex Flows: an immutable sequence of them.

    Attributes:
        meta: The page's place in the list, as the API says it.
        next_cursor: The cursor of the next page, which can be stored; `None` on the last.
        previous_cursor: The cursor of the page before; `None` on the first.
        request_id: `Twilio-Request-Id`, or `None`: what Twilio's support asks for.
    """

    @property
    def flex_flows(self) -> tuple[FlexFlow, ...]:
        """The page's Flex Flows."""
        return self.records


FLEX_FLOWS = ListEndpoint(list_flex_flows, "flex_flows", FlexFlow.from_dict, PageMeta.from_dict, Page)


class FlexFlows(SyncClient[FlexFlow, Page]):
    """List the Flex Flows of a Twilio account; a context manager, and safe to share between threads."""

    server = SERVER
    endpoint = FLEX_FLOWS

    def list(
        self,
        friendly_name: str | None = None,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> builtins.list[FlexFlow]:
        """List the Flex Flows of the account.

        Args:
            friendly_name: Only those of this name, as Twilio compares it.
            limit: The most records, 0 or more; default: all.
            page_size: The most records a request, 1 to 1000; default: the smaller of `limit` and 1000.
            cursor: Where to go on from, instead of the beginning: a page's or an error's; it carries its filter.

        Raises:
            FlexFlowsError: The listing broke; `cursor` on it says where, and the error's class says why.
            TypeError: An argument is of another type.
            ValueError: An argument is out of range, or `cursor` comes with a filter.
        """
        pages = self.pages(friendly_name, limit=limit, page_size=page_size, cursor=cursor)
        return [flow for page in pages for flow in page]

    def stream(
        self,
        friendly_name: str | None = None,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        prefetch: bool = False,
    ) -> Generator[FlexFlow, None, None]:
        """Iterate over the Flex Flows of the account, asking for a page when its first record is wanted.

        Args:
            friendly_name: Only those of this name, as Twilio compares it.
            limit: The most records, 0 or more; default: all.
            page_size: The most records a request, 1 to 1000; default: the smaller of `limit` and 1000.
            cursor: Where to go on from, instead of the beginning: a page's or an error's; it carries its filter.
            prefetch: Ask for the next page while the caller works on this one.

        Raises:
            FlexFlowsError: While iterating; `cursor` on it says where to go on from.
            TypeError: An argument is of another type; nothing was sent.
            ValueError: An argument is out of range, or `cursor` comes with a filter; nothing was sent.
        """
        pages = self.pages(friendly_name, limit=limit, page_size=page_size, cursor=cursor, prefetch=prefetch)
        return self._stream(pages)

    def pages(
        self,
        friendly_name: str | None = None,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        prefetch: bool = False,
    ) -> Generator[Page, None, None]:
        """Iterate over the pages of the account's Flex Flows; the arguments and errors are those of `stream`."""
        filters = {"friendly_name": friendly_name}
        return self._pages(filters, limit=limit, page_size=page_size, cursor=cursor, prefetch=prefetch)

    def page(
        self, friendly_name: str | None = None, *, page_size: int | None = None, cursor: str | None = None
    ) -> Page:
        """Ask for one page of the account's Flex Flows; the arguments and errors are those of `list`."""
        return self._page({"friendly_name": friendly_name}, page_size=page_size, cursor=cursor)


class AsyncFlexFlows(AsyncClient[FlexFlow, Page]):
    """List the Flex Flows of a Twilio account; an asynchronous context manager, and safe to share between tasks."""

    server = SERVER
    endpoint = FLEX_FLOWS

    async def list(
        self,
        friendly_name: str | None = None,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> builtins.list[FlexFlow]:
        """List the Flex Flows of the account.

        Args:
            friendly_name: Only those of this name, as Twilio compares it.
            limit: The most records, 0 or more; default: all.
            page_size: The most records a request, 1 to 1000; default: the smaller of `limit` and 1000.
            cursor: Where to go on from, instead of the beginning: a page's or an error's; it carries its filter.

        Raises:
            FlexFlowsError: The listing broke; `cursor` on it says where, and the error's class says why.
            TypeError: An argument is of another type.
            ValueError: An argument is out of range, or `cursor` comes with a filter.
        """
        pages = self.pages(friendly_name, limit=limit, page_size=page_size, cursor=cursor)
        return [flow async for page in pages for flow in page]

    def stream(
        self,
        friendly_name: str | None = None,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        prefetch: bool = False,
    ) -> AsyncGenerator[FlexFlow, None]:
        """Iterate over the Flex Flows of the account, asking for a page when its first record is wanted.

        Args:
            friendly_name: Only those of this name, as Twilio compares it.
            limit: The most records, 0 or more; default: all.
            page_size: The most records a request, 1 to 1000; default: the smaller of `limit` and 1000.
            cursor: Where to go on from, instead of the beginning: a page's or an error's; it carries its filter.
            prefetch: Ask for the next page while the caller works on this one; needs asyncio.

        Raises:
            FlexFlowsError: While iterating; `cursor` on it says where to go on from.
            TypeError: An argument is of another type; nothing was sent.
            ValueError: An argument is out of range, or `cursor` comes with a filter; nothing was sent.
        """
        pages = self.pages(friendly_name, limit=limit, page_size=page_size, cursor=cursor, prefetch=prefetch)
        return self._stream(pages)

    def pages(
        self,
        friendly_name: str | None = None,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        prefetch: bool = False,
    ) -> AsyncGenerator[Page, None]:
        """Iterate over the pages of the account's Flex Flows; the arguments and errors are those of `stream`."""
        filters = {"friendly_name": friendly_name}
        return self._pages(filters, limit=limit, page_size=page_size, cursor=cursor, prefetch=prefetch)

    async def page(
        self, friendly_name: str | None = None, *, page_size: int | None = None, cursor: str | None = None
    ) -> Page:
        """Ask for one page of the account's Flex Flows; the arguments and errors are those of `list`."""
        return await self._page({"friendly_name": friendly_name}, page_size=page_size, cursor=cursor)
