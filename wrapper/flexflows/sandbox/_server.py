"""A thread that serves an ASGI application on loopback with uvicorn, and ends at once when it is closed."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from flexflows._errors import ConfigurationError
from flexflows.sandbox._responses import TRANSPORT

HOST = "127.0.0.1"


class Server:
    """A running server of an application, until `close`."""

    def __init__(self, app: Callable[..., Awaitable[None]], port: int) -> None:
        self._config = uvicorn.Config(
            app,
            log_config=None,
            lifespan="off",
            ws="none",
            interface="asgi3",
            proxy_headers=False,
            timeout_keep_alive=60,
        )
        self._config.load()
        try:
            self._socket = socket.create_server((HOST, port), backlog=2048)
        except OSError as problem:
            raise ConfigurationError(f"the sandbox cannot listen on {HOST}:{port}: {problem.strerror}") from problem
        self.url = f"http://{HOST}:{self._socket.getsockname()[1]}"
        self._loop = asyncio.SelectorEventLoop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"Sandbox {self.url}", daemon=True)
        self._thread.start()
        self._ready.wait()

    def close(self) -> None:
        """Stop serving, and drop all connections."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        state = ServerState()
        server = await self._loop.create_server(lambda: _Protocol(self._config, state, {}), sock=self._socket)
        self._ready.set()
        await self._stop.wait()
        # Stop accepting first: a connection that is accepted while the server closes would stay open.
        self._loop.remove_reader(self._socket)
        # Requests in flight see their client disconnect, and end by themselves.
        while state.connections or len(asyncio.all_tasks()) > 1:
            for connection in list(state.connections):
                connection.transport.abort()
            await asyncio.sleep(0.001)
        server.close()
        await server.wait_closed()


class _Protocol(H11Protocol):
    """uvicorn's protocol; it hands its transport to the application, and logs no requests."""

    def __init__(self, config: uvicorn.Config, server_state: ServerState, app_state: dict[str, Any]) -> None:
        super().__init__(config, server_state, app_state)
        self.access_log = False
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            scope["extensions"] = {TRANSPORT: self.transport}
            await app(scope, receive, send)

        self.app = with_transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        # Without TCP_NODELAY, a response's body waits 40 ms for the client to acknowledge the headers; asyncio sets it
        # only on sockets that it created.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
