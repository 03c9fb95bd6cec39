"""The server of the measurements: pages of the sandbox, rendered beforehand, so that it never is what one waits for.

Run as a program, it prints its port, and serves until its stdin is closed.
"""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

Key = tuple[str | None, str | None]
"""Page size and token: all that makes a page."""


@contextmanager
def serving(flows: int, *, page_sizes: Sequence[int] = (50, 1000), latency: float = 0.0) -> Iterator[str]:
    """Serve that many flows in another process, `latency` seconds after each request; gives the base URL."""
    command = [sys.executable, __file__, f"--flows={flows}", f"--latency={latency}", *map(str, page_sizes)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.communicate()


def rendered(flows: int, page_size: int, origin: str) -> Iterator[tuple[Key, bytes]]:
    """Give the bodies of a list's pages."""
    import httpx

    from flexflows.sandbox import Sandbox

    with Sandbox(flows, host_in_urls=origin) as sandbox, httpx.Client(timeout=60) as client:
        auth = (sandbox.account_sid, sandbox.auth_token)
        target = f"/v1/FlexFlows?PageSize={page_size}"
        while target:
            body = client.get(sandbox.url + target, auth=auth).raise_for_status()
            yield key(target), body.content
            target = (body.json()["meta"]["next_page_url"] or "").removeprefix(origin)


def key(target: str) -> Key:
    """Say which page a request is for."""
    query = parse_qs(urlsplit(target).query)
    return query.get("PageSize", ["50"])[0], query.get("PageToken", [None])[0]


class _Connection(asyncio.Protocol):
    def __init__(self, answers: dict[Key, bytes], latency: float) -> None:
        self._answers = answers
        self._latency = latency
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        head, end, self._received = (self._received + data).partition(b"\r\n\r\n")
        if not end:
            self._received = head
            return
        answer = self._answers[key(head.split(b" ", 2)[1].decode("ascii"))]
        asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)


async def _serve(page_sizes: Sequence[int], flows: int, latency: float) -> None:
    answers: dict[Key, bytes] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(answers, latency), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for page_size in page_sizes:
        for place, body in rendered(flows, page_size, f"http://127.0.0.1:{port}"):
            head = (
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTwilio-Request-Id: RQ0\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            answers[place] = head.encode() + body
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("page_sizes", type=int, nargs="+")
    parser.add_argument("--flows", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.0)
    asyncio.run(_serve(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
