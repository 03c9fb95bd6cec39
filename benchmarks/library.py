"""Measurements of the library and the command beside twilio-python: listings, single pages, and memory."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import server
from measure import Measure, Options, measure

FRAGMENT = Path(__file__).parent.parent / "openapi" / "flex-v1.yaml"
FLOWS = 2_500  # the most that an account can hold
ACCOUNTS, FLOWS_OF_EACH = 100, 25
MANY = 1_000_000
LATENCY = 0.05
SIZES = {"default page sizes (1,000 and 50)": None, "1,000 a page": 1000}


def listing(options: Options) -> Iterator[Measure]:
    """Compare the CPU time of whole listings over loopback."""
    with server.serving(FLOWS) as url:
        for sizes, page_size in SIZES.items():
            arguments: dict[str, Any] = {"url": url, "page_size": page_size}
            contenders = {"flexflows": ("flexflows", arguments), "twilio-python": ("twilio", arguments)}
            if page_size:
                contenders["AsyncFlexFlows"] = ("flexflows_async", arguments)
                contenders["httpx + orjson, no objects"] = ("floor", arguments)
            figures = measure("µs a record", contenders, 3 * options.rounds)
            yield Measure(f"{FLOWS:,} flows over loopback, {sizes}, CPU", "µs a record", figures)


def waiting(options: Options) -> Iterator[Measure]:
    """Compare the time of whole listings from a slow server."""
    flows = options.scaled(FLOWS)
    with server.serving(flows, latency=LATENCY) as url:
        for sizes, page_size in SIZES.items():
            arguments: dict[str, Any] = {"url": url, "page_size": page_size}
            contenders = {"flexflows": ("flexflows", arguments), "twilio-python": ("twilio", arguments)}
            figures = measure("ms", contenders, options.rounds)
            yield Measure(f"{flows:,} flows, 50 ms a response, {sizes}, wall", "ms", figures)


def accounts(options: Options) -> Iterator[Measure]:
    """Compare the time for many accounts from a slow server."""
    number = options.scaled(ACCOUNTS)
    with server.serving(FLOWS_OF_EACH, latency=LATENCY) as url:
        arguments: dict[str, Any] = {"url": url, "accounts": number}
        contenders = {
            "flexflows list --all-profiles": ("command", arguments),
            "AsyncFlexFlows, 16 at a time": ("flexflows_async", arguments),
            "FlexFlows, one by one": ("flexflows", arguments),
            "twilio-python, one by one": ("twilio", arguments),
        }
        title = f"{number} accounts of {FLOWS_OF_EACH} flows, 50 ms a response, wall"
        yield Measure(title, "ms", measure("ms", contenders, options.rounds))


def records(options: Options) -> Iterator[Measure]:
    """Compare the CPU time from a page's bytes to typed objects."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.json")
        page.write_bytes(server.body(FLOWS, 1000, 0, "https://flex-api.twilio.com"))
        _generate_stock_models(Path(folder, "stock_models"))
        arguments: dict[str, Any] = {"page": str(page), "times": options.scaled(30)}
        contenders = {
            "flexflows": ("flexflows_page", arguments),
            "twilio-python": ("twilio_page", arguments),
            "stock openapi-python-client": ("stock_page", arguments | {"folder": folder}),
            "orjson, no objects": ("orjson_page", arguments),
        }
        figures = measure("µs a record", contenders, options.rounds)
        yield Measure("A page of 1,000 records: bytes to typed objects, CPU", "µs a record", figures)


def _generate_stock_models(package: Path) -> None:
    """Generate the models without this project's templates."""
    config = package.with_suffix(".yaml")
    config.write_text("post_hooks: []\n", "utf-8")
    arguments = ["--meta=none", f"--path={FRAGMENT}", f"--output-path={package}", f"--config={config}"]
    command = [sys.executable, "-m", "openapi_python_client", "generate", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def memory(options: Options) -> Iterator[Measure]:
    """Compare the peak memory of streaming a full account, and of far more flows than an account can hold."""
    figures: dict[str, list[float]] = {}
    for flows in (FLOWS, options.scaled(MANY)):
        with server.serving(flows) as url:
            name, contenders = f"{flows:,} flows", {"": ("flexflows", {"url": url})}
            figures[name] = [measure("MiB", contenders, 1)[""][0] for _ in range(options.rounds)]
    yield Measure("Peak memory of a process that streams", "MiB", figures, drawn=False)
