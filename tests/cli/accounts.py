"""One host for several accounts, like Twilio's: the credentials decide whose flows are listed."""

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flexflows.sandbox import Sandbox
from flexflows.sandbox._server import Server


@contextmanager
def one_host(*sandboxes: Sandbox, together: int | None = None) -> Iterator[str]:
    """Serve the accounts of sandboxes, started or not, at the yielded URL; unknown credentials get the first account.

    Args:
        sandboxes: The accounts.
        together: How many requests must have arrived before any gets its response; more at once are an error.
    """
    apps = {sandbox.api_key: sandbox._app for sandbox in sandboxes}

    gate: list[asyncio.Event] = []
    waiting = 0

    async def meet() -> None:
        nonlocal waiting
        if not gate or gate[-1].is_set():
            gate.append(asyncio.Event())
        waiting += 1
        assert waiting <= (together or 0)
        if waiting == together:
            gate[-1].set()
        await asyncio.wait_for(gate[-1].wait(), 10)
        waiting -= 1

    async def app(scope: Any, receive: Any, send: Any) -> None:
        authorization = dict(scope["headers"]).get(b"authorization", b"Basic ").partition(b" ")[2]
        key = base64.b64decode(authorization).decode().partition(":")[0]
        if together is not None:
            await meet()
        await apps.get(key, sandboxes[0]._app)(scope, receive, send)

    server = Server(app, 0)
    try:
        yield server.url
    finally:
        server.close()
