"""One interface to both clients, so that one test checks the behaviour of both."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal

from flexflows import AsyncFlexFlows, FlexFlow, FlexFlows, Page
from flexflows.sandbox import Sandbox

Client = Any
"""A `FlexFlows`, or an `AsyncFlexFlows` in a `BlockingAdapter`."""


class BlockingAdapter:
    """An `AsyncFlexFlows` with the methods of `FlexFlows`: each call runs in an event loop of another thread."""

    def __init__(self, portal: BlockingPortal, client: AsyncFlexFlows) -> None:
        self.portal = portal
        self.client = client

    def list(self, *args: Any, **kwargs: Any) -> list[FlexFlow]:
        return self.portal.call(partial(self.client.list, *args, **kwargs))

    def page(self, *args: Any, **kwargs: Any) -> Page:
        return self.portal.call(partial(self.client.page, *args, **kwargs))

    def stream(self, *args: Any, **kwargs: Any) -> Generator[FlexFlow, None, None]:
        return self._iterate(self.client.stream(*args, **kwargs))

    def pages(self, *args: Any, **kwargs: Any) -> Generator[Page, None, None]:
        return self._iterate(self.client.pages(*args, **kwargs))

    def close(self) -> None:
        self.portal.call(self.client.aclose)

    def _iterate(self, iterator: Any) -> Generator[Any, None, None]:
        async def next_item() -> tuple[Any, ...]:
            try:
                return (await anext(iterator),)
            except StopAsyncIteration:
                return ()

        try:
            while found := self.portal.call(next_item):
                yield found[0]
        finally:
            self.portal.call(iterator.aclose)


class Driver:
    """A factory of clients of one kind, which closes them at the end of the test."""

    def __init__(self, kind: str, portal: BlockingPortal | None) -> None:
        self.kind = kind
        self.portal = portal
        self.opened: list[Client] = []

    def __call__(self, sandbox: Sandbox | None = None, **arguments: Any) -> Client:
        """Return a new client, of `sandbox` if it is not `None`."""
        if sandbox is not None:
            arguments = {**credentials(sandbox), **arguments}
        client = self._open(**arguments)
        self.opened.append(client)
        return client

    def _open(self, **arguments: Any) -> Client:
        if self.portal is None:
            return FlexFlows(**arguments)

        async def open_in_its_loop() -> AsyncFlexFlows:
            return AsyncFlexFlows(**arguments)

        return BlockingAdapter(self.portal, self.portal.call(open_in_its_loop))

    def close(self) -> None:
        for client in self.opened:
            client.close()


@contextmanager
def driver(kind: str) -> Iterator[Driver]:
    """Yield the driver of a kind: `sync`, or the name of an event loop."""
    if kind == "sync":
        one = Driver(kind, None)
        try:
            yield one
        finally:
            one.close()
        return
    with start_blocking_portal(kind) as portal:
        one = Driver(kind, portal)
        try:
            yield one
        finally:
            one.close()


def credentials(sandbox: Sandbox) -> dict[str, Any]:
    """Return the arguments of a client of a sandbox."""
    return {"account_sid": sandbox.account_sid, "auth_token": sandbox.auth_token, "base_url": sandbox.url}


def _list(client: Client, **arguments: Any) -> Iterator[FlexFlow]:
    yield from client.list(**arguments)


def _pages(client: Client, **arguments: Any) -> Iterator[FlexFlow]:
    for page in client.pages(**arguments):
        yield from page


WAYS: dict[str, Callable[..., Iterator[FlexFlow]]] = {
    "list": _list,
    "stream": lambda client, **arguments: client.stream(**arguments),
    "pages": _pages,
}
"""Every way to get all records of a listing."""
