"""Prefetching: the next page is asked for while the caller works on this one, never more than one page ahead."""

import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import TypeVar

PageT = TypeVar("PageT")
RawT = TypeVar("RawT")
StepT = TypeVar("StepT")

HEAD_START = 0.001
"""The seconds that a request has to leave, before the page at hand keeps the interpreter busy."""


class _AbandonedError(BaseException):
    """The caller has gone: nobody waits for the page that was being retried."""


def in_thread(
    fetch: Callable[[StepT, Callable[[float], None]], tuple[RawT, StepT | None]],
    step: StepT,
    finish: Callable[[RawT], PageT],
) -> Generator[PageT, None, None]:
    """Walk the pages with a thread that is one page ahead.

    Breaking off ends a pause between attempts at once, and waits for a request that is on its way (a blocking socket
    cannot be told to stop), so that nothing is left running.

    Args:
        fetch: Fetches a page, pausing between attempts with the function it is given; says what comes next.
        step: The first page to fetch.
        finish: What is left to do with a page, and is done while the next one is on its way.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - costs every import of flexflows otherwise

    gone = threading.Event()

    def pause(seconds: float) -> None:
        if gone.wait(seconds):
            raise _AbandonedError

    with ThreadPoolExecutor(1, thread_name_prefix="flexflows-prefetch") as thread:
        try:
            following: StepT | None = step
            pending = thread.submit(fetch, step, pause)
            while following is not None:
                raw, following = pending.result()
                if following is not None:
                    pending = thread.submit(fetch, following, pause)
                    time.sleep(HEAD_START)
                page = finish(raw)
                del raw  # the caller may take long over the page
                yield page
        finally:
            gone.set()


async def in_task(
    fetch: Callable[[StepT], Awaitable[tuple[RawT, StepT | None]]], step: StepT, finish: Callable[[RawT], PageT]
) -> AsyncGenerator[PageT, None]:
    """Walk the pages with a task that is one page ahead; breaking off cancels it.

    Args:
        fetch: Fetches a page, and says what comes next.
        step: The first page to fetch.
        finish: What is left to do with a page, and is done while the next one is on its way.

    Raises:
        ValueError: The event loop is another than asyncio's.
    """
    import asyncio  # noqa: PLC0415 - takes as long to import as half of httpx

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise ValueError("prefetch=True needs asyncio; leave it out under another event loop") from None
    following: StepT | None = step
    pending = asyncio.ensure_future(fetch(step))
    try:
        while following is not None:
            raw, following = await pending
            if following is not None:
                pending = asyncio.ensure_future(fetch(following))
                await asyncio.sleep(HEAD_START)
            page = finish(raw)
            del raw  # the caller may take long over the page
            yield page
    finally:
        pending.cancel()
        await asyncio.gather(pending, return_exceptions=True)
