"""One host for several accounts, as Twilio's is: the credentials say whose flows are listed."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flexflows.sandbox import Sandbox
from flexflows.sandbox._server import Server


@contextmanager
def one_host(*sandboxes: Sandbox) -> Iterator[str]:
    """Serve the accounts of sandboxes, started or not, at the URL that is given; other credentials go to the first."""
    apps = {sandbox.api_key: sandbox.app for sandbox in sandboxes}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        authorization = dict(scope["headers"]).get(b"authorization", b"Basic ").partition(b" ")[2]
        key = base64.b64decode(authorization).decode().partition(":")[0]
        await apps.get(key, sandboxes[0].app)(scope, receive, send)

    server = Server(app, 0)
    try:
        yield server.url
    finally:
        server.close()
