"""One client shared by threads, tasks, event loops and forked processes; nothing is left open."""

import asyncio
import gc
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import pytest
from drivers import WAYS, credentials
from raw_server import Connection, RawServer

from flexflows import AsyncFlexFlows, FlexFlows
from flexflows.sandbox import Sandbox

TRANSIENT = ["429@7", "500@20", "close@33", "cut-off@50"]
DESCRIPTORS = Path("/proc/self/fd")


@pytest.fixture(autouse=True)
def _nothing_is_left_open() -> Iterator[None]:
    """Check that a test leaves no descriptor open."""
    before = open_descriptors()
    yield
    assert open_descriptors() <= before


def open_descriptors() -> int:
    gc.collect()
    return len(list(DESCRIPTORS.iterdir())) if DESCRIPTORS.exists() else 0


def sids(sandbox: Sandbox) -> list[str]:
    return [record["sid"] for record in sandbox.flows]


def test_sixteen_threads_share_a_client() -> None:
    """Listings on sixteen threads, by every method and with transient failures, are all complete."""
    with Sandbox(flows=60, faults=TRANSIENT) as sandbox:
        with FlexFlows(**credentials(sandbox)) as client, ThreadPoolExecutor(16) as threads:
            ways = list(WAYS.values()) * 8
            listings = list(threads.map(lambda way: [flow.sid for flow in way(client, page_size=20)], ways))
        assert listings == [sids(sandbox)] * 24


@pytest.mark.anyio
async def test_fifty_tasks_share_a_client() -> None:
    """Fifty concurrent listings with transient failures are all complete under each event loop."""
    listings: list[list[str | None]] = []
    with Sandbox(flows=60, faults=TRANSIENT) as sandbox:
        async with AsyncFlexFlows(**credentials(sandbox)) as client, anyio.create_task_group() as tasks:

            async def listing() -> None:
                listings.append([flow.sid async for flow in client.stream(page_size=20)])

            for _ in range(50):
                tasks.start_soon(listing)
        assert listings == [sids(sandbox)] * 50


def test_a_client_outlives_its_event_loops() -> None:
    """A client and a half-read iterator are used from 100 event loops that are opened and closed by hand."""
    with Sandbox(flows=100) as sandbox:
        client = AsyncFlexFlows(**credentials(sandbox))
        iterator = client.stream(page_size=1)
        streamed: list[str | None] = []
        for _ in range(100):
            loop = asyncio.new_event_loop()
            streamed.append(loop.run_until_complete(anext(iterator)).sid)
            assert len(loop.run_until_complete(client.list(limit=2))) == 2
            loop.close()
        assert streamed == sids(sandbox)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_forked_processes_share_a_client_and_an_iterator() -> None:
    """Eight children forked in the middle of traffic and of an iterator each read on by themselves."""
    with Sandbox(flows=30, latency=0.005) as sandbox, FlexFlows(**credentials(sandbox)) as client:
        stopping = threading.Event()

        def traffic() -> None:
            while not stopping.is_set():
                assert len(client.list(page_size=10)) == 30

        thread = threading.Thread(target=traffic)
        thread.start()
        iterator = client.stream(page_size=10)
        first = [next(iterator).sid for _ in range(10)]
        children = []
        for _ in range(8):
            child = os.fork()
            if child == 0:
                is_right = False
                try:
                    rest = [flow.sid for flow in iterator]
                    is_right = first + rest == sids(sandbox) == [flow.sid for flow in client.list(page_size=7)]
                finally:
                    os._exit(0 if is_right else 1)
            children.append(child)
        assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 8
        assert first + [flow.sid for flow in iterator] == sids(sandbox)
        stopping.set()
        thread.join()


@pytest.mark.anyio
async def test_a_cancelled_listing_closes_its_connection() -> None:
    """A cancellation while a response is awaited passes through, and the server sees the end of the connection."""
    received: list[bytes] = []

    def handler(connection: Connection) -> None:
        received.append(connection.head())
        received.append(connection.head())

    with RawServer(handler) as server:
        async with AsyncFlexFlows(**credentials(server)) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(client.list)
            while not received:  # noqa: ASYNC110 - a thread of the server adds to them
                await anyio.sleep(0.001)
            tasks.cancel_scope.cancel()
    assert received[1:] == [b""]
