"""One client shared by threads, tasks and concurrent listings."""

import asyncio
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
import pytest
from drivers import WAYS, credentials

import flexflows
from flexflows.sandbox import Sandbox

LISTINGS = 50
TRANSIENT = ["429@7", "500@20x2", "close@33", "cut-off@50", "bad-json@70"]


def test_eight_threads_share_a_client() -> None:
    """Fifty listings on eight threads, by every method and with transient failures, are all complete."""
    before = set(threading.enumerate())
    with Sandbox(flows=60, faults=TRANSIENT) as sandbox:
        wanted = [record["sid"] for record in sandbox.flows]
        with flexflows.FlexFlows(**credentials(sandbox)) as client, ThreadPoolExecutor(8) as threads:
            ways = (list(WAYS.values()) * LISTINGS)[:LISTINGS]
            found = list(threads.map(lambda way: [flow.sid for flow in way(client, page_size=20)], ways))
            (pool,) = client._transport._pool._pools.values()
            assert 0 < len(pool.connections) <= 16
        assert found == [wanted] * LISTINGS
        assert pool.connections == []
    assert set(threading.enumerate()) == before


@pytest.mark.anyio
async def test_a_hundred_tasks_share_a_client(anyio_backend: str) -> None:
    """A hundred concurrent listings with transient failures are all complete under each event loop."""
    found: list[list[str | None]] = []
    tasks_before = asyncio.all_tasks() if anyio_backend == "asyncio" else None
    with Sandbox(flows=60, faults=TRANSIENT) as sandbox:
        wanted = [record["sid"] for record in sandbox.flows]
        async with flexflows.AsyncFlexFlows(**credentials(sandbox)) as client:

            async def listing() -> None:
                found.append([flow.sid async for flow in client.stream(page_size=20)])

            async with anyio.create_task_group() as tasks:
                for _ in range(100):
                    tasks.start_soon(listing)
            ((pool, _),) = client._transport._pool._pools.values()
            assert len(pool.connections) > 0
        assert pool.connections == []
    assert found == [wanted] * 100
    if tasks_before is not None:
        assert asyncio.all_tasks() <= tasks_before


@pytest.mark.anyio
async def test_more_tasks_than_connections() -> None:
    """Waiting for a free connection of the pool does not time out, however many tasks wait."""
    one_connection = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=1))
    found: list[int] = []
    with Sandbox(flows=1, latency=0.03) as sandbox:
        async with flexflows.AsyncFlexFlows(
            **credentials(sandbox), timeout=0.3, attempts=1, transport=one_connection
        ) as client:

            async def listing() -> None:
                found.append(len(await client.list()))

            async with anyio.create_task_group() as tasks:
                for _ in range(20):
                    tasks.start_soon(listing)
    assert found == [1] * 20


def test_a_closed_client_causes_no_warning() -> None:
    """After closing, no socket is left about which the garbage collector would warn."""
    with warnings.catch_warnings(record=True) as caught, Sandbox(flows=3) as sandbox:
        warnings.simplefilter("always")
        client = flexflows.FlexFlows(**credentials(sandbox))
        stream = client.stream(page_size=1)
        next(stream)
        client.close()
        del stream, client
    assert [str(warning.message) for warning in caught] == []
