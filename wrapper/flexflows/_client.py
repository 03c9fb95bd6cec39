"""The two drivers: a client and its asynchronous twin, for any list of the API.

They hold the connections and walk the pages; every decision is made elsewhere, by code that both share.
"""

import os
import platform
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import aclosing, closing
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar

import httpx

from . import _ahead, _arguments, _retries, _tls
from ._errors import ConfigurationError, one_line
from ._exchange import Exchange
from ._hosts import is_loopback
from ._paging import Item, ListEndpoint, PageT, RawPage, Step, first_step
from ._settings import Settings, resolve
from ._version import __version__

TransportT = TypeVar("TransportT", httpx.BaseTransport, httpx.AsyncBaseTransport)
HttpT = TypeVar("HttpT", httpx.Client, httpx.AsyncClient)

USER_AGENT = f"flexflows/{__version__} httpx/{httpx.__version__} python/{platform.python_version()}"

ENVIRONMENT_OF_HTTPX = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


class BaseClient(Generic[Item, PageT, TransportT, HttpT]):
    """What both clients are: an account's credentials, a host, and how patiently to ask it."""

    server: ClassVar[str]
    endpoint: ClassVar[ListEndpoint[Any, Any, Any]]
    _http_class: ClassVar[type[Any]]
    _transport_class: ClassVar[type[Any]]
    _http: HttpT

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
        """Find the credentials and the host, and open a pool of connections; nothing is sent yet.

        Args:
            account_sid: The account's SID (`AC…`); with `auth_token`, or beside an API key.
            auth_token: The account's auth token.
            api_key: An API key's SID (`SK…`); with `api_secret`. Preferred over the auth token when both are given.
            api_secret: The API key's secret.
            auth: Any `httpx.Auth`, instead of the four above.
            profile: A profile of the Twilio CLI, by its name.
            region: Where the data is processed, such as `ie1`; else `TWILIO_REGION`, else the profile's, else `us1`.
            edge: Where requests enter Twilio's network, such as `dublin`; else `TWILIO_EDGE`, else the profile's, else
                the region's own.
            base_url: Another origin for the API, with or without a path; https, or http to this machine.
            timeout: The seconds for each operation on the network and for an answer's body as a whole, above 0; or an
                `httpx.Timeout`, which bounds the operations alone.
            attempts: How many times a page is asked for at most; 1: no retry.
            transport: An httpx transport to send through, instead of httpx's own. httpx then takes no proxy from the
                environment.

        Without credentials among the arguments, those of `profile` are used; without a profile, `TWILIO_ACCOUNT_SID`
        with `TWILIO_API_KEY` and `TWILIO_API_SECRET`, or with `TWILIO_AUTH_TOKEN`; else the Twilio CLI's active one.

        Raises:
            TypeError: An argument is of another type.
            ValueError: An argument is out of range.
            ConfigurationError: The credentials, the profile, the region, the edge or the base URL are missing or wrong.
        """
        try:
            self._settings = resolve(
                self.server,
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
                environ=os.environ,
            )
            self._http = _open(self._http_class, self._transport_class, self._settings, transport)
        except (ConfigurationError, TypeError, ValueError) as error:
            # A traceback that shows locals would show secrets: this frame's, those of the frames below, and what the
            # error arose from (a JSON error holds the whole of the file).
            del account_sid, auth_token, api_key, api_secret, auth, profile, region, edge, base_url, timeout, attempts
            del transport
            error.__cause__ = error.__context__ = None
            raise error.with_traceback(None) from None

    def __repr__(self) -> str:
        settings: Settings | None = getattr(self, "_settings", None)
        return f"<{type(self).__name__} of {settings and settings.base_url}>"

    def __reduce__(self) -> str:
        raise TypeError(f"a {type(self).__name__} cannot be pickled: it holds connections, and credentials")

    def _first(
        self, filters: Mapping[str, str | None], *, limit: int | None, page_size: int | None, cursor: str | None
    ) -> Step | None:
        self._check_open()
        prefix = self._settings.base_url.path.rstrip("/")
        return first_step(self.endpoint, filters, limit=limit, page_size=page_size, cursor=cursor, prefix=prefix)

    def _check_open(self) -> None:
        if self._http.is_closed:
            raise ValueError(f"this {type(self).__name__} is closed; make another")

    def _exchange(self, step: Step) -> Exchange:
        url = f"{self._settings.base_url}{step.endpoint.path}?{step.query}"
        return Exchange(step, self._http.build_request("GET", url), self._settings.deadline)

    def _typed(self, raw: RawPage) -> PageT:
        page: PageT = self.endpoint.typed(raw)
        return page


class SyncClient(BaseClient[Item, PageT, httpx.BaseTransport, httpx.Client]):
    """A list of the API, for code that blocks; safe to share between threads."""

    _http_class = httpx.Client
    _transport_class = httpx.BaseTransport

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the client cannot be used again."""
        self._http.close()

    def _page(self, filters: Mapping[str, str | None], *, page_size: int | None, cursor: str | None) -> PageT:
        step = self._first(filters, limit=None, page_size=page_size, cursor=cursor)
        assert step is not None  # noqa: S101 - only a limit of 0 asks for nothing
        return self._turn(step)[0]

    def _pages(
        self,
        filters: Mapping[str, str | None],
        *,
        limit: int | None,
        page_size: int | None,
        cursor: str | None,
        prefetch: bool,
    ) -> Generator[PageT, None, None]:
        step = self._first(filters, limit=limit, page_size=page_size, cursor=cursor)
        if _arguments.flag("prefetch", prefetch) and step is not None:
            return _ahead.in_thread(self._fetch, step, self._typed)
        return self._walk(step)

    def _stream(self, pages: Generator[PageT, None, None]) -> Generator[Item, None, None]:
        with closing(pages):
            for page in pages:
                yield from page

    def _walk(self, step: Step | None) -> Generator[PageT, None, None]:
        while step is not None:
            page, step = self._turn(step)
            yield page

    def _turn(self, step: Step) -> tuple[PageT, Step | None]:
        raw, following = self._fetch(step)
        return self._typed(raw), following

    def _fetch(self, step: Step, pause: Callable[[float], None] = time.sleep) -> tuple[RawPage, Step | None]:
        import tenacity  # noqa: PLC0415 - costs every import of flexflows otherwise

        retrying = tenacity.Retrying(**_retries.loop(self._settings.attempts), sleep=pause)
        return retrying(self._attempt, self._exchange(step))

    def _attempt(self, exchange: Exchange) -> tuple[RawPage, Step | None]:
        self._check_open()
        with exchange.attempt():
            with closing(self._http.send(exchange.request, stream=True)) as answer:
                for chunk in answer.iter_bytes():
                    exchange.take(chunk)
            return exchange.read(answer)


class AsyncClient(BaseClient[Item, PageT, httpx.AsyncBaseTransport, httpx.AsyncClient]):
    """A list of the API, for asyncio and trio; safe to share between tasks."""

    _http_class = httpx.AsyncClient
    _transport_class = httpx.AsyncBaseTransport

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; the client cannot be used again."""
        await self._http.aclose()

    async def _page(self, filters: Mapping[str, str | None], *, page_size: int | None, cursor: str | None) -> PageT:
        step = self._first(filters, limit=None, page_size=page_size, cursor=cursor)
        assert step is not None  # noqa: S101 - only a limit of 0 asks for nothing
        return (await self._turn(step))[0]

    def _pages(
        self,
        filters: Mapping[str, str | None],
        *,
        limit: int | None,
        page_size: int | None,
        cursor: str | None,
        prefetch: bool,
    ) -> AsyncGenerator[PageT, None]:
        step = self._first(filters, limit=limit, page_size=page_size, cursor=cursor)
        if _arguments.flag("prefetch", prefetch) and step is not None:
            return _ahead.in_task(self._fetch, step, self._typed)
        return self._walk(step)

    async def _stream(self, pages: AsyncGenerator[PageT, None]) -> AsyncGenerator[Item, None]:
        async with aclosing(pages):
            async for page in pages:
                for item in page:
                    yield item

    async def _walk(self, step: Step | None) -> AsyncGenerator[PageT, None]:
        while step is not None:
            page, step = await self._turn(step)
            yield page

    async def _turn(self, step: Step) -> tuple[PageT, Step | None]:
        raw, following = await self._fetch(step)
        return self._typed(raw), following

    async def _fetch(self, step: Step) -> tuple[RawPage, Step | None]:
        import tenacity  # noqa: PLC0415 - costs every import of flexflows otherwise

        retrying = tenacity.AsyncRetrying(**_retries.loop(self._settings.attempts))
        return await retrying(self._attempt, self._exchange(step))

    async def _attempt(self, exchange: Exchange) -> tuple[RawPage, Step | None]:
        self._check_open()
        with exchange.attempt():
            async with aclosing(await self._http.send(exchange.request, stream=True)) as answer:
                async for chunk in answer.aiter_bytes():
                    exchange.take(chunk)
            return exchange.read(answer)


def _open(http_class: type[Any], transport_class: type[Any], settings: Settings, transport: Any) -> Any:
    if transport is not None and not isinstance(transport, transport_class):
        raise TypeError(
            f"transport must be an httpx.{transport_class.__name__}, not of type {type(transport).__name__}"
        )
    loopback = settings.base_url.scheme == "http" and is_loopback(settings.base_url.host)
    try:
        return http_class(
            auth=settings.auth,
            headers={"Accept": "application/json", "User-Agent": USER_AGENT},
            timeout=settings.timeout,
            transport=transport,
            verify=_tls.verification(),
            # A proxy from the environment would take plain http, and the credentials in it, off this machine.
            trust_env=not loopback,
        )
    except (ValueError, httpx.InvalidURL, ImportError, OSError) as error:
        found = [name for name in ENVIRONMENT_OF_HTTPX if os.environ.get(name) or os.environ.get(name.lower())]
        # What is said of a malformed proxy may hold its password.
        why = one_line(str(error)) if isinstance(error, ImportError | OSError) else "malformed"
        raise ConfigurationError(f"{' or '.join(found) or 'TLS'} of the environment cannot be used: {why}") from None
