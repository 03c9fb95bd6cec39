"""Prefetching: one page ahead and no more, errors where they belong, and nothing left running."""

import asyncio
import gc
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from drivers import Driver, credentials
from listeners import Listener, answer, page

import flexflows
from flexflows import _ahead as ahead
from flexflows import _retries as retries
from flexflows.sandbox import Sandbox


def eventually(condition: Callable[[], bool]) -> bool:
    """Wait for what another thread is about to do."""
    deadline = time.monotonic() + 5
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.001)
    return True


def prefetching_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("flexflows-prefetch")]


def other_tasks() -> set[Any]:
    return asyncio.all_tasks() - {asyncio.current_task()}


def account(listener: Listener) -> dict[str, Any]:
    return {"account_sid": "AC1", "auth_token": "t", "base_url": listener.url}


def pages_forever(number: int) -> bytes:
    return answer(page(f"FO{number}", next_page_url=f"/v1/FlexFlows?Page={number + 1}&PageToken=PA{number}"))


def test_one_page_ahead_and_no_more(open_prefetching: Driver) -> None:
    """While a page is worked on, the next one comes, and not the one after it."""
    with Sandbox(flows=10) as sandbox:
        pages = open_prefetching(sandbox).pages(page_size=2, prefetch=True)
        assert sandbox.requests == ()
        for number in range(1, 6):
            assert len(next(pages)) == 2
            ahead = min(number + 1, 5)
            assert eventually(lambda ahead=ahead: len(sandbox.requests) == ahead)  # type: ignore[misc]
            threading.Event().wait(0.01)
            assert len(sandbox.requests) == ahead
        assert next(pages, None) is None


@pytest.mark.parametrize(("limit", "requests"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_never_past_the_limit(open_prefetching: Driver, limit: int, requests: int) -> None:
    """No page is fetched ahead that the limit does not want."""
    with Sandbox(flows=10) as sandbox:
        stream = open_prefetching(sandbox).stream(limit=limit, page_size=2, prefetch=True)
        assert len(list(stream)) == limit
        assert len(sandbox.requests) == requests


def test_a_limit_of_0_starts_nothing(open_prefetching: Driver) -> None:
    """Nothing wanted is nothing started."""
    with Sandbox(flows=10) as sandbox:
        assert list(open_prefetching(sandbox).stream(limit=0, prefetch=True)) == []
        assert sandbox.requests == ()


def test_the_next_request_leaves_first() -> None:
    """A page is made while the next one is on its way already, in a thread as in a task."""
    left = threading.Event()

    def fetch(number: int, _: Callable[[float], None]) -> tuple[int, int | None]:
        if number == 2:
            left.set()
        return number, number + 1 if number < 2 else None

    async def fetch_async(number: int) -> tuple[int, int | None]:
        return fetch(number, time.sleep)

    def made(number: int) -> tuple[int, bool]:
        return number, left.wait(5)

    async def in_task() -> list[tuple[int, bool]]:
        return [page async for page in ahead.in_task(fetch_async, 1, made)]

    assert list(ahead.in_thread(fetch, 1, made)) == [(1, True), (2, True)]
    left.clear()
    assert asyncio.run(in_task()) == [(1, True), (2, True)]


def test_an_error_surfaces_at_its_record(open_prefetching: Driver) -> None:
    """What breaks ahead is told after the last record before it, with the cursor to go on from."""
    with Sandbox(flows=6, faults=["403@2"]) as sandbox:
        client = open_prefetching(sandbox)
        stream = client.stream(page_size=2, prefetch=True)
        got = [next(stream).sid]
        assert eventually(lambda: len(sandbox.requests) == 2)
        got.append(next(stream).sid)
        with pytest.raises(flexflows.PermissionDeniedError) as caught:
            next(stream)
        got += [flow.sid for flow in client.stream(cursor=caught.value.cursor, prefetch=True)]
        assert got == [record["sid"] for record in sandbox.flows]
        assert next(stream, None) is None


def test_an_error_that_nobody_waits_for(open_prefetching: Driver) -> None:
    """A caller that has enough does not hear of what broke ahead."""
    with Sandbox(flows=6, faults=["403@2"]) as sandbox:
        stream = open_prefetching(sandbox).stream(page_size=2, prefetch=True)
        assert next(stream) is not None
        assert eventually(lambda: len(sandbox.requests) == 2)
        stream.close()
        assert prefetching_threads() == []


def _break_off(stream: Iterator[Any]) -> None:
    for _ in stream:
        break


def _raise(stream: Iterator[Any]) -> None:
    with pytest.raises(ZeroDivisionError):
        _ = [1 / 0 for _ in stream]


def _close(stream: Any) -> None:
    next(stream)
    assert len(prefetching_threads()) == 1
    stream.close()


@pytest.mark.parametrize("leave", [_break_off, _raise, _close])
@pytest.mark.parametrize("verb", ["stream", "pages"])
def test_leaving_leaves_no_thread(leave: Callable[[Any], None], verb: str) -> None:
    """Breaking off, an exception and closing all end the thread, with the page ahead on its way."""
    with Sandbox(flows=100) as sandbox, flexflows.FlexFlows(**credentials(sandbox)) as client:
        stream = getattr(client, verb)(page_size=2, prefetch=True)
        leave(stream)
        del stream
        gc.collect()
        assert prefetching_threads() == []
        assert len(sandbox.requests) <= 2


def test_leaving_ends_a_pause_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller that goes does not wait for the minute that the server asked for."""
    monkeypatch.setattr(retries, "_pauses_are_skipped", False)

    def reply(number: int) -> bytes:
        return pages_forever(number) if number == 0 else answer({}, "Retry-After: 60", status="429 Wait")

    with Listener(reply) as listener, flexflows.FlexFlows(**account(listener)) as client:
        stream = client.stream(prefetch=True)
        assert next(stream).sid == "FO0"
        assert eventually(lambda: len(listener.requests) == 2)
        started = time.monotonic()
        stream.close()
        assert time.monotonic() - started < 5
        assert prefetching_threads() == []
        assert len(listener.requests) == 2


def test_a_thread_per_listing() -> None:
    """Two listings at once on one client do not wait for each other, and end on their own."""
    with Sandbox(flows=6) as sandbox, flexflows.FlexFlows(**credentials(sandbox)) as client:
        one, other = (client.stream(page_size=2, prefetch=True) for _ in range(2))
        pairs = list(itertools.zip_longest(one, other))
        assert len(pairs) == 6
        assert all(first == second for first, second in pairs)
        assert prefetching_threads() == []


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("verb", ["stream", "pages"])
@pytest.mark.parametrize("how", ["close", "exhaust", "error"])
async def test_leaving_leaves_no_task(anyio_backend: str, verb: str, how: str) -> None:
    """A listing that is closed, ends or breaks leaves no task."""
    assert anyio_backend == "asyncio"
    before = other_tasks()
    faults = {"close": ["stall@2"], "error": ["403@2"]}.get(how, [])
    with Sandbox(flows=4, faults=faults) as sandbox:
        async with flexflows.AsyncFlexFlows(**credentials(sandbox)) as client:
            stream = getattr(client, verb)(page_size=2, prefetch=True)
            assert other_tasks() == before
            await anext(stream)
            if how == "close":
                assert len(other_tasks() - before) == 1
                await stream.aclose()
            elif how == "error":
                with pytest.raises(flexflows.PermissionDeniedError):
                    _ = [item async for item in stream]
            else:
                _ = [item async for item in stream]
            assert other_tasks() == before


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("first", [True, False])
async def test_a_cancelled_caller_leaves_no_task(anyio_backend: str, first: bool) -> None:  # noqa: FBT001 - a column
    """Cancelling the caller cancels the page that it waits for, the first or one ahead."""
    assert anyio_backend == "asyncio"
    before = other_tasks()
    got: list[str | None] = []
    stalled = 1 if first else 2
    with Sandbox(flows=4, faults=[f"stall@{stalled}"]) as sandbox:
        async with flexflows.AsyncFlexFlows(**credentials(sandbox)) as client:

            async def consume() -> None:
                async for flow in client.stream(page_size=2, prefetch=True):
                    got.append(flow.sid)  # noqa: PERF401 - what was there when cancelled

            task = asyncio.ensure_future(consume())
            while len(sandbox.requests) < stalled or len(got) < 2 * (stalled - 1):  # noqa: ASYNC110 - of a thread
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert other_tasks() == before
            assert len(got) == 2 * (stalled - 1)
            assert [flow.sid async for flow in client.stream(prefetch=True)] == [flow["sid"] for flow in sandbox.flows]


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_dropped_iterator_leaves_no_task(anyio_backend: str) -> None:
    """An iterator that is dropped unfinished ends its task."""
    assert anyio_backend == "asyncio"
    before = other_tasks()
    with Sandbox(flows=10) as sandbox:
        async with flexflows.AsyncFlexFlows(**credentials(sandbox)) as client:
            async for _ in client.pages(page_size=2, prefetch=True):
                break
            gc.collect()
            for _ in range(100):
                if other_tasks() == before:
                    break
                await asyncio.sleep(0.001)
            assert other_tasks() == before


def test_a_loop_that_ends_amid_a_listing() -> None:
    """An event loop that ends while an iterator is open ends it too, without a word."""

    async def main() -> None:
        client = flexflows.AsyncFlexFlows(**credentials(sandbox))
        kept.append(client.pages(page_size=2, prefetch=True))
        await anext(kept[0])
        await client.aclose()

    kept: list[Any] = []
    with Sandbox(flows=10, faults=["stall@2"]) as sandbox:
        asyncio.run(main())
        kept.clear()
        gc.collect()


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_another_event_loop_is_told(anyio_backend: str) -> None:
    """Under trio, prefetching is the caller's mistake: said at the first record, nothing sent."""
    assert anyio_backend == "trio"
    with Sandbox(flows=10) as sandbox:
        async with flexflows.AsyncFlexFlows(**credentials(sandbox)) as client:
            with pytest.raises(ValueError, match=r"^prefetch=True needs asyncio"):
                await anext(client.stream(prefetch=True))
            assert sandbox.requests == ()
