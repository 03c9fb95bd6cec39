"""One interface to both clients, so that one test checks the behaviour of both."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from raw_server import RawServer

from flexflows import AsyncFlexFlows, FlexFlow, FlexFlows
from flexflows.sandbox import Sandbox

Client = Any
"""A `FlexFlows`, or an `AsyncFlexFlows` in a `BlockingAdapter`."""
Driver = Callable[..., Client]
"""A function that opens a client, of a server if its first argument is one; the client is closed after the test."""


class BlockingAdapter:
    """An `AsyncFlexFlows` with the methods of `FlexFlows`: each call runs in an event loop of another thread."""

    def __init__(self, portal: BlockingPortal, client: AsyncFlexFlows) -> None:
        self.portal = portal
        self.client = client

    def list(self, *args: Any, **kwargs: Any) -> list[FlexFlow]:
        return self.portal.call(partial(self.client.list, *args, **kwargs))

    def page(self, *args: Any, **kwargs: Any) -> Any:
        return self.portal.call(partial(self.client.page, *args, **kwargs))

    def stream(self, *args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        return self._iterate(self.client.stream(*args, **kwargs))

    def pages(self, *args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        return self._iterate(self.client.pages(*args, **kwargs))

    def close(self) -> None:
        self.portal.call(self.client.aclose)

    def _iterate(self, iterator: Any) -> Generator[Any, None, None]:
        end = object()
        try:
            while (item := self.portal.call(anext, iterator, end)) is not end:
                yield item
        finally:
            self.portal.call(iterator.aclose)


@contextmanager
def driver(kind: str) -> Iterator[Driver]:
    """Yield a function that opens clients of a kind: `sync`, or the name of an event loop."""
    with ExitStack() as stack:
        portal = None if kind == "sync" else stack.enter_context(start_blocking_portal(kind))

        def open_client(server: Sandbox | RawServer | None = None, **arguments: Any) -> Client:
            if server is not None:
                arguments = {**credentials(server), **arguments}
            client = BlockingAdapter(portal, AsyncFlexFlows(**arguments)) if portal else FlexFlows(**arguments)
            stack.callback(client.close)
            return client

        yield open_client


def credentials(server: Sandbox | RawServer) -> dict[str, Any]:
    """Return the arguments of a client of a server."""
    return {"account_sid": server.account_sid, "auth_token": server.auth_token, "base_url": server.url}


WAYS: dict[str, Callable[..., Iterator[FlexFlow]]] = {
    "list": lambda client, **arguments: iter(client.list(**arguments)),
    "stream": lambda client, **arguments: client.stream(**arguments),
    "pages": lambda client, **arguments: (flow for page in client.pages(**arguments) for flow in page),
}
"""Every way to get all records of a listing."""
