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
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec

from flexflows import FlexFlow, FlexFlows
from flexflows.sandbox import Sandbox

FRAGMENT = Path(__file__).parents[1] / "openapi" / "flex-v1.yaml"
GENERATOR = "openapi-python-client"
PACKAGES = ("flexflows", "httpx", "attrs", "msgspec", "twilio", "orjson")
SID, TOKEN = f"AC{0:032}", f"{0:032}"  # not a real token
LIST = FlexFlows.operation
FLOWS = 2_500
"""The most Flex Flows of an account (https://www.twilio.com/docs/flex/developer/messaging/limits)."""
LARGEST = 1_000
"""The page size of all contenders: the largest, which is flexflows' default."""
RECORDS = list(Sandbox(FLOWS).flows)
CONCURRENCY = 16
"""How many accounts are listed at the same time, as in the command."""
REPEATS = 20
"""How many times a page is decoded in one turn."""
UNSET = re.compile("(TWILIO|FLEXFLOWS|PYTHON|SSL_CERT|REQUESTS_CA|CURL_CA)|.*_PROXY$", re.IGNORECASE)
"""Environment variables that would change what is measured."""

Accounts = Iterable[tuple[str, str]]
"""The account SID and the auth token of each account."""
ONE: Accounts = ((SID, TOKEN),)
Work = Callable[[], int]
Contender = tuple[Any, ...]
"""The name of a function that returns the work of a contender, and the function's arguments."""


class Handler(BaseHTTPRequestHandler):
    """The server of a full account; unlike the sandbox's, it keeps connections open for clients that use them again."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Send the page that the query names."""
        query = dict(parse_qsl(urlsplit(self.path).query))
        origin = f"http://{self.headers['Host']}"
        body = encode_page(int(query.get("PageSize", LARGEST)), int(query.get("Page", 0)), origin)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Log nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve a full account on loopback, and yield the origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@cache
def encode_page(size: int, number: int, origin: str) -> bytes:
    """Return a page of a full account; each page is encoded once."""
    url = f"{origin}{LIST.path}?PageSize={size}&Page={{}}"
    following = url.format(number + 1) if (number + 1) * size < FLOWS else None
    meta = {"page": number, "page_size": size, "key": LIST.key, "first_page_url": url.format(0)}
    meta |= {"url": url.format(number), "previous_page_url": None, "next_page_url": following}
    return json.dumps({LIST.key: RECORDS[number * size :][:size], "meta": meta}).encode()


# The contenders. Each function prepares a contender and returns its work, which returns the number of records read.


def list_flexflows(url: str, accounts: Accounts = ONE, page_size: int | None = None) -> Work:
    """List with `FlexFlows`, several accounts in threads."""
    clients = [FlexFlows(*account, base_url=url) for account in accounts]
    return lambda: in_threads([partial(client.list, page_size=page_size) for client in clients])


def list_twilio(url: str, accounts: Accounts = ONE) -> Work:
    """List with twilio-python, several accounts in threads."""
    lists = [twilio_client(*account, url).flex_api.v1.flex_flow for account in accounts]
    return lambda: in_threads([partial(flows.list, page_size=LARGEST) for flows in lists])


@cache
def twilio_client(account_sid: str, auth_token: str, url: str) -> Any:
    """Return Twilio's own client with its own HTTP client; its requests go to the origin `url`."""
    http = import_module("twilio.http.http_client").TwilioHttpClient()
    send = http.request
    http.request = lambda method, target, **options: send(method, url + target[target.index("/v1") :], **options)
    return import_module("twilio.rest").Client(account_sid, auth_token, http_client=http)


def in_threads(listings: Sequence[Callable[[], Sequence[object]]]) -> int:
    """Run the listings, several at a time, and return the number of records."""
    if len(listings) == 1:
        return len(listings[0]())
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        return sum(pool.map(lambda listing: len(listing()), listings))


def list_stock(url: str) -> Work:
    """List with the stock generator's code; its user writes the loop over the pages."""
    fetch = import_module(f"stock.api.flex_flows.{LIST.name}").sync
    client = import_module("stock").Client(base_url=url, httpx_args={"auth": (SID, TOKEN)})

    def work() -> int:
        pages = [fetch(client=client, page_size=LARGEST)]
        while pages[-1].meta.next_page_url:
            pages.append(fetch(client=client, page_size=LARGEST, page=len(pages)))
        return sum(len(page.flex_flows) for page in pages)

    return work


def list_httpx(url: str) -> Work:
    """List with httpx and orjson; the records stay dictionaries."""
    client, loads = import_module("httpx").Client(auth=(SID, TOKEN)), import_module("orjson").loads

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
    return [*page_class(twilio_client(SID, TOKEN, "").flex_api.v1, response)]


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
    body = encode_page(LARGEST, 0, "https://api.example.com")
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
        workers = {}
        for name, contender in contenders.items():
            command = [sys.executable, __file__, "--worker", json.dumps(contender)]
            worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            workers[name] = stack.enter_context(worker)
        for turn in range(rounds + 1):
            records = {}
            for name, worker in workers.items():
                assert worker.stdin and worker.stdout  # noqa: PT018 - for type checkers
                print(file=worker.stdin, flush=True)
                result = json.loads(worker.stdout.readline())
                records[name] = result["records"]
                figures[name] += [1000 * result[time_of]] if turn else []
            if len(set(records.values())) > 1:
                raise RuntimeError(f"{title}: the contenders read different numbers of records: {records}")
    return Table(title, figures)


def work_in_turns(function: str, *arguments: Any) -> None:
    """Do the work of a contender once for each line of stdin, and print the records and the seconds that it took."""
    work: Work = globals()[function](*arguments)
    for _ in sys.stdin:
        cpu, start = time.process_time(), time.perf_counter()
        records = work()
        seconds = {"CPU": time.process_time() - cpu, "wall": time.perf_counter() - start}
        print(json.dumps({"records": records} | seconds), flush=True)


def measure_all(rounds: int) -> Iterator[Table]:
    """Measure one table after the other."""
    contenders: dict[str, Contender] = {name: ("decode", name) for name in READERS}
    yield measure(f"{REPEATS} pages of {LARGEST:,} flows, bytes to objects: CPU time", contenders, rounds, "CPU")
    with serving() as url:
        contenders = {
            "flexflows": ("list_flexflows", url),
            "twilio-python": ("list_twilio", url),
            "stock generator": ("list_stock", url),
            "httpx + orjson, dictionaries": ("list_httpx", url),
        }
        yield measure(f"{FLOWS:,} flows over loopback, {LARGEST:,} a page: CPU time", contenders, rounds, "CPU")
    with Sandbox(accounts={f"account{number}": 25 for number in range(100)}, latency=0.05) as sandbox:
        os.environ.update(sandbox.environment)
        accounts = [(account.account_sid, account.auth_token) for account in sandbox.accounts.values()]
        contenders = {
            "flexflows list --all-profiles": ("run", "-m", "flexflows", "list", "--all-profiles", "-o", "jsonl"),
            "flexflows, threads": ("list_flexflows", sandbox.url, accounts),
            "twilio-python, threads": ("list_twilio", sandbox.url, accounts),
        }
        title = f"100 accounts of 25 flows, {CONCURRENCY} at a time, 50 ms a response: time"
        yield measure(title, contenders, rounds, "wall")
    with Sandbox(5) as sandbox:
        os.environ.update(sandbox.environment)
        create = f"import flexflows; flexflows.FlexFlows(base_url={LIST.server!r})"
        contenders = {
            "import flexflows, create a client": ("run", "-c", create),
            "import twilio, create a client": ("run", "-c", "from twilio.rest import Client; Client().flex_api.v1"),
            "import httpx, create a client": ("run", "-c", "import httpx; httpx.Client()"),
            "import nothing": ("run", "-c", ""),
            "flexflows list, 5 flows": ("run", "-m", "flexflows", "list"),
            "flexflows --version": ("run", "-m", "flexflows", "--version"),
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
the client's own. Loopback is plain HTTP, so no figure has a TLS handshake, of which flexflows makes one for each page,
and the others one for each client.
"""
    return "\n".join([head, *map(str, tables)])


def main() -> None:
    """Measure every table, or do the work of one contender."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each table, 2 or more (%(default)s)")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("RESULTS.md"), help="the file to write")
    parser.add_argument("--worker", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work_in_turns(*options.worker)
        return
    for name in [name for name in os.environ if UNSET.match(name)]:
        del os.environ[name]
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPATH"] = folder
        output = f"--output-path={Path(folder, 'stock')}"
        command = [GENERATOR, "generate", "--meta=none", f"--path={FRAGMENT}", output]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for table in measure_all(options.rounds):
            print(table, flush=True)
            tables.append(table)
    generator = subprocess.run([GENERATOR, "--version"], check=True, capture_output=True, text=True).stdout
    options.output.write_text(results(tables, generator.strip().replace(" version:", "")), "utf-8")


if __name__ == "__main__":
    main()
