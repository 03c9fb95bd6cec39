"""Measure flexflows beside other clients, print the tables, and write them to RESULTS.md.

The contenders of a table take turns, round by round, each in a process of its own, and only figures of the same round
are compared: a machine that is busy for a while slows all of them.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec

from flexflows import FlexFlow, FlexFlows
from flexflows.sandbox import Sandbox

RESULTS = Path(__file__).with_name("RESULTS.md")
FRAGMENT = Path(__file__).parents[1] / "openapi" / "flex-v1.yaml"
GENERATOR = "openapi-python-client"
PACKAGES = ("flexflows", "httpx", "attrs", "msgspec", "twilio", "orjson")
LIST = FlexFlows.operation
FLOWS = 2_500
"""The most Flex Flows of an account (https://www.twilio.com/docs/flex/developer/messaging/limits)."""
LARGEST = 1_000
"""The page size of all contenders: the largest, which is flexflows' default."""
CONCURRENCY = 16
"""How many accounts are listed at the same time, as in the command."""
REPEATS = 20
"""How many times a page is decoded in one turn."""
UNSET = re.compile("(TWILIO|FLEXFLOWS|PYTHON|SSL_CERT|REQUESTS_CA|CURL_CA)|.*_PROXY$", re.IGNORECASE)
"""Environment variables that would change what is measured."""

Credentials = tuple[str, str]
Work = Callable[[], int]
Contender = tuple[Any, ...]
"""A function that returns the work of a contender, and the function's arguments."""


# The contenders. Each function prepares a contender and returns its work, which returns the number of records read.


def list_flexflows(url: str, *accounts: Credentials) -> Work:
    """List with `FlexFlows`, several accounts in threads."""
    clients = [FlexFlows(*account, base_url=url) for account in accounts]
    return lambda: in_threads([client.list for client in clients])


def list_twilio(url: str, *accounts: Credentials) -> Work:
    """List with twilio-python, several accounts in threads."""
    lists = [twilio_flows(url, *account).list for account in accounts]
    return lambda: in_threads([partial(each, page_size=LARGEST) for each in lists])


@cache
def twilio_flows(url: str, account_sid: str, auth_token: str) -> Any:
    """Return the Flex Flows of Twilio's own client with its own HTTP client; its requests go to the origin `url`."""
    http = import_module("twilio.http.http_client").TwilioHttpClient()
    send = http.request
    http.request = lambda method, target, **options: send(method, url + target[target.index("/v1") :], **options)
    return import_module("twilio.rest").Client(account_sid, auth_token, http_client=http).flex_api.v1.flex_flow


def in_threads(listings: Sequence[Callable[[], Sequence[object]]]) -> int:
    """Run the listings, several at a time, and return the number of records."""
    if len(listings) == 1:
        return len(listings[0]())
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        return sum(pool.map(lambda listing: len(listing()), listings))


def list_stock(url: str, account: Credentials) -> Work:
    """List with the stock generator's code; its user writes the loop over the pages."""
    fetch = import_module(f"stock.api.flex_flows.{LIST.name}").sync
    client = import_module("stock").Client(base_url=url, httpx_args={"auth": account})

    def work() -> int:
        pages = [fetch(client=client, page_size=LARGEST)]
        while target := pages[-1].meta.next_page_url:
            query = dict(parse_qsl(urlsplit(target).query))
            position = {"page": int(query["Page"]), "page_token": query["PageToken"]}
            pages.append(fetch(client=client, page_size=LARGEST, **position))
        return sum(len(page.flex_flows) for page in pages)

    return work


def list_httpx(url: str, account: Credentials) -> Work:
    """List with httpx and orjson; the records stay dictionaries."""
    client, loads = httpx.Client(auth=account), import_module("orjson").loads

    def work() -> int:
        pages = [loads(client.get(f"{url}{LIST.path}?PageSize={LARGEST}").content)]
        while target := pages[-1]["meta"]["next_page_url"]:
            pages.append(loads(client.get(target).content))
        return sum(len(page[LIST.key]) for page in pages)

    return work


def twilio_page(body: bytes) -> Sequence[object]:
    """Turn the bytes of a page into the objects of twilio-python."""
    page_class = import_module("twilio.rest.flex_api.v1.flex_flow").FlexFlowPage
    response = import_module("twilio.http.response").Response(200, body.decode())
    return [*page_class(twilio_flows("", "AC", "")._version, response)]  # noqa: SLF001 - no public name has it


READERS: Mapping[str, Callable[[bytes], Sequence[object]]] = {
    "flexflows": lambda body: [FlexFlow.from_dict(flow) for flow in msgspec.json.decode(body)[LIST.key]],
    "twilio-python": twilio_page,
    "stock generator": lambda body: [
        *import_module("stock.models").FlexFlowList.from_dict(json.loads(body)).flex_flows
    ],
    "orjson, dictionaries": lambda body: [*import_module("orjson").loads(body)[LIST.key]],
}
"""How each client turns the bytes of a page into its objects."""


def decode(reader: str) -> Work:
    """Read a full page several times."""
    with Sandbox(FLOWS) as sandbox:
        account = (sandbox.account_sid, sandbox.auth_token)
        body = httpx.get(f"{sandbox.url}{LIST.path}?PageSize={LARGEST}", auth=account).content
    return lambda: sum(len(READERS[reader](body)) for _ in range(REPEATS))


def run(*options: str) -> Work:
    """Run Python with options from start to end; each line that it prints is a record if it is a JSON object."""

    def work() -> int:
        output = subprocess.run([sys.executable, *options], check=True, stdout=subprocess.PIPE).stdout
        return sum(line.startswith(b'{"') for line in output.splitlines())

    return work


# The measurement.


class Table(NamedTuple):
    """The milliseconds of each contender in each round; the others are compared with the first contender."""

    title: str
    figures: Mapping[str, Sequence[float]]

    def __str__(self) -> str:
        first = next(iter(self.figures))
        lines = [f"## {self.title}", "", f"| | ms | range | against {first} |", "|---|---|---|---|"]
        for name, figures in self.figures.items():
            ratios = [figure / base for figure, base in zip(figures, self.figures[first], strict=True)]
            low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
            ratio = "" if name == first else f"**{median:.2f}×** ({low:.2f} to {high:.2f})"
            span = f"{min(figures):,.1f} to {max(figures):,.1f}"
            lines.append(f"| {name} | {statistics.median(figures):,.1f} | {span} | {ratio} |")
        return "\n".join([*lines, ""])


def measure(title: str, contenders: Mapping[str, Contender], rounds: int, time_of: str) -> Table:
    """Measure the contenders, each in a process of its own, in turns; a first round is not counted."""
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    with ExitStack() as stack:
        pools = [stack.enter_context(ProcessPoolExecutor(1, get_context("spawn"))) for _ in contenders]
        for turn in range(rounds + 1):
            records = {}
            for pool, (name, contender) in zip(pools, contenders.items(), strict=True):
                records[name], seconds = pool.submit(work_once, contender).result()
                figures[name] += [1000 * seconds[time_of]] if turn else []
            if len(set(records.values())) > 1:
                raise RuntimeError(f"{title}: the contenders read different numbers of records: {records}")
    return Table(title, figures)


def work_once(contender: Contender) -> tuple[int, dict[str, float]]:
    """Do the work of a contender, and return the number of records and the seconds that it took."""
    work = prepare(contender)
    cpu, start = time.process_time(), time.perf_counter()
    records = work()
    return records, {"CPU": time.process_time() - cpu, "wall": time.perf_counter() - start}


@cache
def prepare(contender: Contender) -> Work:
    """Prepare a contender, once in its process."""
    function, *arguments = contender
    return cast("Work", function(*arguments))


def measure_all(rounds: int) -> Iterator[Table]:
    """Measure one table after the other."""
    contenders: dict[str, Contender] = {name: (decode, name) for name in READERS}
    yield measure(f"{REPEATS} pages of {LARGEST:,} flows, bytes to objects: CPU time", contenders, rounds, "CPU")
    with Sandbox(FLOWS) as sandbox:
        account = (sandbox.account_sid, sandbox.auth_token)
        contenders = {
            "flexflows": (list_flexflows, sandbox.url, account),
            "twilio-python": (list_twilio, sandbox.url, account),
            "stock generator": (list_stock, sandbox.url, account),
            "httpx + orjson, dictionaries": (list_httpx, sandbox.url, account),
        }
        yield measure(f"{FLOWS:,} flows over loopback, {LARGEST:,} a page: CPU time", contenders, rounds, "CPU")
    with Sandbox(accounts={f"account{number}": 25 for number in range(100)}, latency=0.05) as sandbox:
        os.environ.update(sandbox.environment)
        accounts = [(account.account_sid, account.auth_token) for account in sandbox.accounts.values()]
        contenders = {
            "flexflows list --all-profiles": (run, "-m", "flexflows", "list", "--all-profiles", "-o", "jsonl"),
            "flexflows, threads": (list_flexflows, sandbox.url, *accounts),
            "twilio-python, threads": (list_twilio, sandbox.url, *accounts),
        }
        title = f"100 accounts of 25 flows, {CONCURRENCY} at a time, 50 ms a response: time"
        yield measure(title, contenders, rounds, "wall")
    with Sandbox(5) as sandbox:
        os.environ.update(sandbox.environment)
        create = f"import flexflows; flexflows.FlexFlows(base_url={LIST.server!r})"
        contenders = {
            "import flexflows, create a client": (run, "-c", create),
            "import twilio, create a client": (run, "-c", "from twilio.rest import Client; Client().flex_api.v1"),
            "import httpx, create a client": (run, "-c", "import httpx; httpx.Client()"),
            "import nothing": (run, "-c", ""),
            "flexflows list, 5 flows": (run, "-m", "flexflows", "list"),
            "flexflows --version": (run, "-m", "flexflows", "--version"),
        }
        yield measure("A process from start to end: time", contenders, rounds, "wall")


def results(tables: Sequence[Table], generator: str) -> str:
    """Return RESULTS.md."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    head = f"""# Results

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}, on {os.cpu_count()} cores, {platform.machine()}, {python}:
{versions}, {generator}.

Figures are medians of all rounds. A ratio is the median of the rounds' ratios, with their quartiles. The CPU time is
the client's own. The server is the sandbox, which closes each connection after its response. It is plain HTTP, so no
figure has a TLS handshake, of which flexflows makes one for each page, and the others one for each client.
"""
    return "\n".join([head, *map(str, tables)])


def main() -> None:
    """Measure every table, and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each table, 2 or more (%(default)s)")
    rounds: int = parser.parse_args().rounds
    for name in [name for name in os.environ if UNSET.match(name)]:
        del os.environ[name]
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        sys.path.append(folder)
        output = f"--output-path={Path(folder, 'stock')}"
        command = [GENERATOR, "generate", "--meta=none", f"--path={FRAGMENT}", output]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for table in measure_all(rounds):
            print(table, flush=True)
            tables.append(table)
    generator = subprocess.run([GENERATOR, "--version"], check=True, capture_output=True, text=True).stdout
    RESULTS.write_text(results(tables, generator.strip().replace(" version:", "")), "utf-8")


if __name__ == "__main__":
    main()
