"""20,000 flows over loopback: the client's CPU time for each record."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from statistics import median
from typing import Any

from contenders import ACCOUNT_SID, AUTH_TOKEN, twilio_client
from measure import Measure, Target
from options import Options
from pages import serving
from workers import Worker, interleave, microseconds_a_record

FLOWS = 20_000


def measure(options: Options) -> Iterator[Measure]:
    """Compare whole listings, each as its client does them, and at one page size."""
    flows = options.scaled(FLOWS)
    with serving(flows) as url:
        workers = {
            "flexflows": Worker(__file__, "flexflows", url=url),
            "twilio-python": Worker(__file__, "twilio", url=url),
        }
        yield Measure(
            f"{flows:,} flows over loopback, each at its defaults, CPU",
            "µs a record",
            microseconds_a_record(interleave(workers, options.rounds)),
            (Target("twilio-python", "times less", 3.5, 5),),
            "The defaults: 1,000 records a page, and 50.",
            ("flexflows", "twilio-python"),
        )
        workers = {
            "flexflows": Worker(__file__, "flexflows", url=url, page_size=1000),
            "AsyncFlexFlows": Worker(__file__, "flexflows_async", url=url, page_size=1000),
            "twilio-python": Worker(__file__, "twilio", url=url, page_size=1000),
            "httpx + orjson, no objects": Worker(__file__, "floor", url=url, page_size=1000),
            "httpx alone": Worker(__file__, "fetch", url=url, page_size=1000),
            "httpx + msgspec": Worker(__file__, "decode", url=url, page_size=1000),
            "httpx + msgspec + models": Worker(__file__, "models", url=url, page_size=1000),
        }
        figures = microseconds_a_record(interleave(workers, options.rounds))
        yield Measure(
            f"{flows:,} flows over loopback, both at 1,000 a page, CPU",
            "µs a record",
            figures,
            (
                Target("twilio-python", "times less", 2.2, 3),
                Target("httpx + orjson, no objects", "times", 2.7, 2),
            ),
            _where_it_goes(figures),
        )


def _where_it_goes(figures: Mapping[str, Sequence[float]]) -> str:
    names = ("httpx alone", "httpx + msgspec", "httpx + msgspec + models", "flexflows")
    wire, decoded, typed, whole = (median(figures[name]) for name in names)
    parts = (
        (wire, "reading the answers with httpx"),
        (decoded - wire, "decoding"),
        (typed - decoded, "making the objects"),
        (whole - typed, "all the rest: paging, checks, errors, retries, and handing out one record at a time"),
    )
    return "Where it goes, µs a record: " + "; ".join(f"{part:.2f} {what}" for part, what in parts) + "."


def flexflows(url: str, page_size: int | None = None) -> Callable[[], int]:
    """Stream them."""
    from flexflows import FlexFlows

    client = FlexFlows(ACCOUNT_SID, AUTH_TOKEN, base_url=url)
    return lambda: sum(1 for _ in client.stream(page_size=page_size))


def flexflows_async(url: str, page_size: int | None = None) -> Callable[[], int]:
    """Stream them in an event loop."""
    from flexflows import AsyncFlexFlows

    client = AsyncFlexFlows(ACCOUNT_SID, AUTH_TOKEN, base_url=url)
    run = asyncio.Runner().run

    async def work() -> int:
        records = 0
        async for _ in client.stream(page_size=page_size):
            records += 1
        return records

    return lambda: run(work())


def twilio(url: str, page_size: int | None = None) -> Callable[[], int]:
    """Stream them."""
    flows = twilio_client(url).flex_api.v1.flex_flow
    return lambda: sum(1 for _ in flows.stream(page_size=page_size))


def floor(url: str, page_size: int) -> Callable[[], int]:
    """Ask for one page after the other, and decode them: no listing can cost less."""
    import httpx

    loads = import_module("orjson").loads
    client = httpx.Client(auth=(ACCOUNT_SID, AUTH_TOKEN))

    def work() -> int:
        records, target = 0, f"{url}/v1/FlexFlows?PageSize={page_size}"
        while target:
            page = loads(client.get(target).content)
            for _ in page["flex_flows"]:
                records += 1
            target = page["meta"]["next_page_url"]
        return records

    return work


def fetch(url: str, page_size: int) -> Callable[[], int]:
    """Ask for pages whose URLs are known, and do nothing with them."""
    return _fetch(url, page_size, len)


def decode(url: str, page_size: int) -> Callable[[], int]:
    """Decode them too, as flexflows does."""
    return _fetch(url, page_size, import_module("msgspec").json.decode)


def models(url: str, page_size: int) -> Callable[[], int]:
    """Make the objects too."""
    from flexflows import FlexFlow

    loads = import_module("msgspec").json.decode
    return _fetch(url, page_size, lambda body: [FlexFlow.from_dict(flow) for flow in loads(body)["flex_flows"]])


def _fetch(url: str, page_size: int, read: Callable[[bytes], Any]) -> Callable[[], int]:
    import httpx

    client = httpx.Client(auth=(ACCOUNT_SID, AUTH_TOKEN))
    targets, records = [f"{url}/v1/FlexFlows?PageSize={page_size}"], 0
    for target in targets:
        page = client.get(target).json()
        records += len(page["flex_flows"])
        targets += filter(None, [page["meta"]["next_page_url"]])

    def work() -> int:
        for target in targets:
            read(client.get(target).content)
        return records

    return work
