"""20,000 flows from a server that takes its time: what one waits."""

import asyncio
import time
from collections.abc import Callable, Iterator

from contenders import ACCOUNT_SID, AUTH_TOKEN
from listing import FLOWS, fetch, flexflows, twilio
from measure import Measure, Target
from options import Options
from pages import serving
from workers import Worker, interleave, wall_seconds

LATENCY = 0.05
WORK = 0.05

__all__ = ["fetch", "flexflows", "measure", "prefetch", "prefetch_async", "twilio", "work_alone"]


def measure(options: Options) -> Iterator[Measure]:
    """Compare whole listings, each as its client does them; then one that is worked on as it comes."""
    flows = options.scaled(FLOWS)
    with serving(flows, latency=LATENCY) as url:
        workers = {
            "flexflows": Worker(__file__, "flexflows", url=url),
            "twilio-python": Worker(__file__, "twilio", url=url),
        }
        yield Measure(
            f"{flows:,} flows, the server answers after 50 ms, each at its defaults, wall",
            "s",
            wall_seconds(interleave(workers, options.few_rounds)),
            (Target("twilio-python", "times less", 15, 18),),
            "The defaults: 1,000 records a page, and 50.",
            ("flexflows", "twilio-python"),
        )
        workers = {
            "flexflows, prefetch=True": Worker(__file__, "prefetch", url=url),
            "AsyncFlexFlows, prefetch=True": Worker(__file__, "prefetch_async", url=url),
            "the network alone": Worker(__file__, "fetch", url=url, page_size=1000),
            "the caller's work alone": Worker(__file__, "work_alone", flows=flows),
        }
        seconds = wall_seconds(interleave(workers, options.rounds))
        alone = zip(seconds["the network alone"], seconds["the caller's work alone"], strict=True)
        longer = "the longer of the two"
        yield Measure(
            f"{flows:,} flows, 50 ms an answer, the caller works 50 ms a page, prefetch, wall",
            "s",
            seconds | {longer: [max(both) for both in alone]},
            (Target(longer, "times", 1.15, 1.05),),
            "Neither the first answer nor the work on the last page can overlap with anything: "
            "of 20 pages, that is 1.05 already.",
        )


def prefetch(url: str) -> Callable[[], int]:
    """Work on a page while the next one is on its way."""
    from flexflows import FlexFlows

    client = FlexFlows(ACCOUNT_SID, AUTH_TOKEN, base_url=url)

    def work() -> int:
        records = 0
        for page in client.pages(page_size=1000, prefetch=True):
            records += len(page)
            time.sleep(WORK)
        return records

    return work


def prefetch_async(url: str) -> Callable[[], int]:
    """Do the same in an event loop."""
    from flexflows import AsyncFlexFlows

    client = AsyncFlexFlows(ACCOUNT_SID, AUTH_TOKEN, base_url=url)
    run = asyncio.Runner().run

    async def work() -> int:
        records = 0
        async for page in client.pages(page_size=1000, prefetch=True):
            records += len(page)
            await asyncio.sleep(WORK)
        return records

    return lambda: run(work())


def work_alone(flows: int) -> Callable[[], int]:
    """Work on as many pages, all of them there."""

    def work() -> int:
        for _ in range(0, flows, 1000):
            time.sleep(WORK)
        return flows

    return work
