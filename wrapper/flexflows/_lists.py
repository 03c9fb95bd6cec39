"""All that it takes to bind a list without filters; `docs/maintaining.md` does it with another endpoint."""

import builtins
from collections.abc import AsyncGenerator, Generator

from ._client import AsyncClient, SyncClient
from ._generated import SERVER
from ._paging import Item, ListEndpoint, Page, PageT

__all__ = ["AsyncList", "ListEndpoint", "Page", "SyncList"]


class SyncList(SyncClient[Item, PageT]):
    """Read a list of the account; a context manager, and safe to share between threads."""

    server = SERVER

    def list(
        self, *, limit: int | None = None, page_size: int | None = None, cursor: str | None = None
    ) -> builtins.list[Item]:
        """List the records; the arguments and errors are those of `FlexFlows.list`."""
        return [item for page in self.pages(limit=limit, page_size=page_size, cursor=cursor) for item in page]

    def stream(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        prefetch: bool = False,
    ) -> Generator[Item, None, None]:
        """Iterate over the records; the arguments and errors are those of `FlexFlows.stream`."""
        return self._stream(self.pages(limit=limit, page_size=page_size, cursor=cursor, prefetch=prefetch))

    def pages(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        prefetch: bool = False,
    ) -> Generator[PageT, None, None]:
        """Iterate over the pages; the arguments and errors are those of `stream`."""
        return self._pages({}, limit=limit, page_size=page_size, cursor=cursor, prefetch=prefetch)

    def page(self, *, page_size: int | None = None, cursor: str | None = None) -> PageT:
        """Ask for one page; the arguments and errors are those of `list`."""
        return self._page({}, page_size=page_size, cursor=cursor)


class AsyncList(AsyncClient[Item, PageT]):
    """Read a list of the account; an asynchronous context manager, and safe to share between tasks."""

    server = SERVER

    async def list(
        self, *, limit: int | None = None, page_size: int | None = None, cursor: str | None = None
    ) -> builtins.list[Item]:
        """List the records; the arguments and errors are those of `AsyncFlexFlows.list`."""
        return [item async for page in self.pages(limit=limit, page_size=page_size, cursor=cursor) for item in page]

    def stream(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        prefetch: bool = False,
    ) -> AsyncGenerator[Item, None]:
        """Iterate over the records; the arguments and errors are those of `AsyncFlexFlows.stream`."""
        return self._stream(self.pages(limit=limit, page_size=page_size, cursor=cursor, prefetch=prefetch))

    def pages(
        self,
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
        prefetch: bool = False,
    ) -> AsyncGenerator[PageT, None]:
        """Iterate over the pages; the arguments and errors are those of `stream`."""
        return self._pages({}, limit=limit, page_size=page_size, cursor=cursor, prefetch=prefetch)

    async def page(self, *, page_size: int | None = None, cursor: str | None = None) -> PageT:
        """Ask for one page; the arguments and errors are those of `list`."""
        return await self._page({}, page_size=page_size, cursor=cursor)
