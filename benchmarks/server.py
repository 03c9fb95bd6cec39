"""The server of the measurements: any number of flows, in pages that are encoded only once, to respond quickly.

Run as a program, it prints its URL, and serves until its stdin is closed.
"""

import asyncio
import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from flexflows.sandbox import Sandbox

PATH = "/v1/FlexFlows"
SANDBOX = Sandbox(2_500)
RECORDS, DIGITS = SANDBOX.flows, SANDBOX.account_sid[2:].encode()


@contextmanager
def serving(flows: int, *, latency: float = 0.0) -> Iterator[str]:
    """Yield the base URL of a server of that many flows in another process, which responds after `latency` seconds."""
    command = [sys.executable, __file__, str(flows), str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()


@lru_cache(maxsize=128)
def body(flows: int, size: int, page: int, origin: str) -> bytes:
    """Return the body of a page; the sandbox's 2,500 records repeat in longer lists."""

    def url(number: int) -> str:
        token = f"&PageToken=PAFO{number:032x}" if number else ""
        return f"{origin}{PATH}?PageSize={size}&Page={number}{token}"

    start = page * size
    meta = {
        "page": page,
        "page_size": size,
        "first_page_url": url(0),
        "previous_page_url": url(page - 1) if page else None,
        "url": url(page),
        "next_page_url": url(page + 1) if start + size < flows else None,
        "key": "flex_flows",
    }
    records = [RECORDS[number % len(RECORDS)] for number in range(start, min(start + size, flows))]
    return json.dumps({"flex_flows": records, "meta": meta}, ensure_ascii=False, separators=(",", ":")).encode()


class _Connection(asyncio.Protocol):
    def __init__(self, flows: int, latency: float) -> None:
        self._flows = flows
        self._latency = latency
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._origin = "http://{}:{}".format(*transport.get_extra_info("sockname"))

    def data_received(self, data: bytes) -> None:
        head, end, self._received = (self._received + data).partition(b"\r\n\r\n")
        if not end:
            self._received = head
            return
        query = parse_qs(urlsplit(head.split(b" ", 2)[1].decode("ascii")).query)
        size, page = int(query.get("PageSize", ["50"])[0]), int(query.get("Page", ["0"])[0])
        # The account SID in the records gets the digits of the credentials, as the command lists no account twice.
        credentials = re.search(rb"(?i)authorization: basic (\S+)", head)
        digits = base64.b64decode(credentials[1])[2:34] if credentials else DIGITS
        page_body = body(self._flows, size, page, self._origin).replace(DIGITS, digits)
        headers = f"Content-Type: application/json\r\nTwilio-Request-Id: RQ0\r\nContent-Length: {len(page_body)}"
        response = f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + page_body
        asyncio.get_running_loop().call_later(self._latency, self._transport.write, response)


async def _serve(flows: int, latency: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(flows, latency), "127.0.0.1", 0)
    print("http://{}:{}".format(*server.sockets[0].getsockname()), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
