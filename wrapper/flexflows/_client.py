"""The base classes of the synchronous and the asynchronous client, for any list of the API.

They send requests and iterate over the pages; every decision is in modules that both share.
"""

import builtins
import os
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import aclosing, closing
from typing import Any, ClassVar, Generic, Self, TypeVar

import httpx

from ._exchange import Exchange
from ._generated import ListOperation
from ._paging import Item, Page, PageRequest, PageT, first_request
from ._retries import plan_retry
from ._secrets import conceal_arguments
from ._settings import resolve

TransportT = TypeVar("TransportT", httpx.BaseTransport, httpx.AsyncBaseTransport)

WITHOUT_CONNECTIONS = (httpx.MockTransport, httpx.WSGITransport, httpx.ASGITransport)
"""Transports that any process and event loop may use."""


class BaseList(Generic[Item, PageT, TransportT]):
    """Base of both clients: an account's credentials, a host, and a list of the API.

    Attributes:
        operation: The list, as `make gen` generates it.
        page_class: The class of its pages.
    """

    operation: ClassVar[ListOperation[Any, Any]]
    page_class: ClassVar[type[Page[Any, Any]]] = Page
    _transport_class: ClassVar[type[Any]]
    _open_transport: Callable[..., TransportT]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        operation: object = getattr(cls, "operation", None)
        if operation is not None and not isinstance(operation, ListOperation):
            name = getattr(operation, "name", type(operation).__name__)
            raise TypeError(
                f"{cls.__name__} cannot be bound to {name}: its response is not a list of records with a meta"
            )

    @conceal_arguments
    def __init__(
        self,
        account_sid: str | None = None,
        auth_token: str | None = None,
        *,
        api_key: str | None = None,
        api_secret: str | None = None,
        auth: httpx.Auth | None = None,
        profile: str | None = None,
        region: str | None = None,
        edge: str | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout = 30.0,
        attempts: int = 5,
        transport: TransportT | None = None,
    ) -> None:
        """Resolve the credentials and the host; nothing is sent yet.

        The credentials are those of the first source that has any: the arguments; `profile`; `TWILIO_ACCOUNT_SID` with
        `TWILIO_API_KEY` and `TWILIO_API_SECRET`, or with `TWILIO_AUTH_TOKEN`; the Twilio CLI's active profile. Region
        and edge both come from the first source that has either: the arguments, `profile`, `TWILIO_REGION` and
        `TWILIO_EDGE`, the active profile.

        Args:
            account_sid: The account's SID (`AC…`); with `auth_token`, or beside an API key.
            auth_token: The account's auth token.
            api_key: An API key's SID (`SK…`); with `api_secret`. Preferred over the auth token when both are given.
            api_secret: The API key's secret.
            auth: Any `httpx.Auth`, instead of the four above.
            profile: A profile of the Twilio CLI, by its name.
            region: Where the data is processed, such as `ie1`; default: `us1`.
            edge: Where requests enter Twilio's network, such as `dublin`; default: the region's own.
            base_url: Another origin for the API, with or without a path; https, or http to this machine.
            timeout: The time limit of a whole attempt, in seconds above 0; or an `httpx.Timeout` for each operation.
            attempts: The maximum number of attempts per page; 1 means no retry.
            transport: An httpx transport to send through, with its own proxies, certificates and connections.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: An argument is out of range.
            ConfigurationError: The credentials, the profile, the region, the edge, the base URL, or a proxy or
                certificate of the environment are missing or wrong.
        """
        if transport is not None and not isinstance(transport, self._transport_class):
            raise TypeError(
                f"transport must be an httpx.{self._transport_class.__name__}, not of type {type(transport).__name__}"
            )
        self._settings = resolve(
            self.operation.server,
            account_sid=account_sid,
            auth_token=auth_token,
            api_key=api_key,
            api_secret=api_secret,
            auth=auth,
            profile=profile,
            region=region,
            edge=edge,
            base_url=base_url,
            timeout=timeout,
            attempts=attempts,
            has_transport=transport is not None,
            environ=os.environ,
        )
        self._is_closed = False
        self._owner: object = None
        self._has_own_connections = transport is not None and not isinstance(transport, WITHOUT_CONNECTIONS)
        self._transport: Any = transport or self._open_transport()

    def __repr__(self) -> str:
        settings = getattr(self, "_settings", None)  # missing while __init__ runs
        return f"<{type(self).__name__} of {settings and settings.base_url}>"

    def __reduce__(self) -> str:
        raise TypeError(f"a {type(self).__name__} cannot be pickled: it holds credentials; create one in each process")

    def _request(
        self, filters: Mapping[str, object], limit: int | None, page_size: int | None, cursor: str | None
    ) -> PageRequest[Any]:
        """Return the request of a listing's first page."""
        self._check_open()
        return first_request(
            self.operation,
            self.page_class,
            filters,
            limit=limit,
            page_size=page_size,
            cursor=cursor,
            prefix=self._settings.base_url.path.rstrip("/"),
        )

    def _check_open(self) -> None:
        if self._is_closed:
            raise ValueError(f"this {type(self).__name__} is closed; create another")

    def _exchange(self, request: PageRequest[PageT], attempt: int, owner: object) -> Exchange[PageT]:
        """Build the exchange of an attempt, made in the process or event loop `owner`."""
        self._check_open()
        if self._has_own_connections and owner != (self._owner or owner):
            raise ValueError(
                "transport belongs to another process or event loop; create a client and a transport in each"
            )
        self._owner = owner
        return Exchange(request, self._settings, attempt)

    def _backoff(self, failure: BaseException, attempt: int) -> float:
        """Return the seconds to wait before the next attempt, or raise the failure if there is to be no retry."""
        retry = plan_retry(failure, attempt=attempt, attempts=self._settings.attempts)
        if retry is None:
            raise failure
        return retry.delay


class SyncList(BaseList[Item, PageT, httpx.BaseTransport]):
    """A list of the API, for synchronous code; safe to share between threads, and usable after a fork."""

    _transport_class = httpx.BaseTransport

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the client cannot be used again."""
        self._is_closed = True
        self._transport.close()

    def _open_transport(self) -> httpx.BaseTransport:
        from ._connections import Transport  # noqa: PLC0415 - keeps httpcore out of `import flexflows`

        return Transport(self._settings)

    def _list(self, request: PageRequest[PageT]) -> builtins.list[Item]:
        return [item for page in self._pages(request) for item in page]

    def _stream(self, request: PageRequest[PageT]) -> Generator[Item, None, None]:
        with closing(self._pages(request)) as pages:
            for page in pages:
                yield from page

    def _pages(self, request: PageRequest[PageT] | None) -> Generator[PageT, None, None]:
        while request is not None and request.remaining != 0:
            page, request = self._fetch_with_retries(request)
            yield page

    def _page(self, request: PageRequest[PageT]) -> PageT:
        return self._fetch_with_retries(request)[0]

    def _fetch_with_retries(self, request: PageRequest[PageT]) -> tuple[PageT, PageRequest[PageT] | None]:
        attempt = 0
        while True:
            attempt += 1
            exchange = self._exchange(request, attempt, os.getpid())
            try:
                return self._send_once(exchange)
            except BaseException as error:  # noqa: BLE001 - it is raised below, without the frames that hold credentials
                failure = exchange.failure(error)
            time.sleep(self._backoff(failure, attempt))

    def _send_once(self, exchange: Exchange[PageT]) -> tuple[PageT, PageRequest[PageT] | None]:
        auth = self._settings.auth
        with closing(auth.sync_auth_flow(exchange.request)) as flow:
            request = next(flow)
            while True:
                with closing(self._transport.handle_request(exchange.send(request))) as response:
                    exchange.receive(response)
                    for chunk in response.stream:
                        if not exchange.feed(chunk):
                            break
                try:
                    request = flow.send(exchange.response_for(auth))
                except StopIteration:
                    return exchange.finish()


class AsyncList(BaseList[Item, PageT, httpx.AsyncBaseTransport]):
    """A list of the API, for asyncio and trio; safe to share between tasks, and usable in several event loops."""

    _transport_class = httpx.AsyncBaseTransport

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; the client cannot be used again."""
        self._is_closed = True
        await self._transport.aclose()

    def _open_transport(self) -> httpx.AsyncBaseTransport:
        from ._connections import AsyncTransport  # noqa: PLC0415 - keeps httpcore out of `import flexflows`

        return AsyncTransport(self._settings)

    async def _list(self, request: PageRequest[PageT]) -> builtins.list[Item]:
        return [item async for page in self._pages(request) for item in page]

    async def _stream(self, request: PageRequest[PageT]) -> AsyncGenerator[Item, None]:
        async with aclosing(self._pages(request)) as pages:
            async for page in pages:
                for item in page:
                    yield item

    async def _pages(self, request: PageRequest[PageT] | None) -> AsyncGenerator[PageT, None]:
        while request is not None and request.remaining != 0:
            page, request = await self._fetch_with_retries(request)
            yield page

    async def _page(self, request: PageRequest[PageT]) -> PageT:
        return (await self._fetch_with_retries(request))[0]

    async def _fetch_with_retries(self, request: PageRequest[PageT]) -> tuple[PageT, PageRequest[PageT] | None]:
        import anyio  # noqa: PLC0415 - as in _open_transport

        from ._connections import running_loop  # noqa: PLC0415

        attempt = 0
        while True:
            attempt += 1
            exchange = self._exchange(request, attempt, (os.getpid(), running_loop()))
            try:
                return await self._send_once(exchange)
            except BaseException as error:  # noqa: BLE001 - it is raised below, without the frames that hold credentials
                failure = exchange.failure(error)
            await anyio.sleep(self._backoff(failure, attempt))

    async def _send_once(self, exchange: Exchange[PageT]) -> tuple[PageT, PageRequest[PageT] | None]:
        auth = self._settings.auth
        async with aclosing(auth.async_auth_flow(exchange.request)) as flow:
            request = await anext(flow)
            while True:
                async with aclosing(await self._transport.handle_async_request(exchange.send(request))) as response:
                    exchange.receive(response)
                    async for chunk in response.stream:
                        if not exchange.feed(chunk):
                            break
                try:
                    request = await flow.asend(exchange.response_for(auth))
                except StopAsyncIteration:
                    return exchange.finish()
