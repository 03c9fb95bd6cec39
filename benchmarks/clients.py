"""The contenders: each function prepares a contender, and returns a function that works and counts the records."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "0" * 32  # not a real token
CONCURRENCY = 16
"""The number of accounts that are listed concurrently, as in the command."""

Work = Callable[[], int]


def flexflows(url: str, page_size: int | None = None, accounts: int = 1) -> Work:
    """Stream with `FlexFlows`, one account after another."""
    from flexflows import FlexFlows

    clients = [FlexFlows(ACCOUNT_SID, AUTH_TOKEN, base_url=url) for _ in range(accounts)]
    return lambda: sum(1 for client in clients for _ in client.stream(page_size=page_size))


def flexflows_async(url: str, page_size: int | None = None, accounts: int = 1) -> Work:
    """Stream with `AsyncFlexFlows`, sixteen accounts at a time."""
    from flexflows import AsyncFlexFlows

    clients = [AsyncFlexFlows(ACCOUNT_SID, AUTH_TOKEN, base_url=url) for _ in range(accounts)]
    runner = asyncio.Runner()

    async def work() -> int:
        free = asyncio.Semaphore(CONCURRENCY)

        async def count(client: AsyncFlexFlows) -> int:
            async with free:
                records = 0
                async for _ in client.stream(page_size=page_size):
                    records += 1
                return records

        return sum(await asyncio.gather(*map(count, clients)))

    return lambda: runner.run(work())


def command(url: str, accounts: int) -> Work:
    """Run `flexflows list --all-profiles`, with a profile for each account."""
    folder = tempfile.mkdtemp()
    profiles = {
        f"account{each}": {"accountSid": f"AC{each:032x}", "apiKey": f"SK{each:032x}", "apiSecret": AUTH_TOKEN}
        for each in range(accounts)
    }
    Path(folder, "config.json").write_text(json.dumps({"profiles": profiles}), "utf-8")
    environ = os.environ | {"TWILIO_CONFIG_DIR": folder, "FLEXFLOWS_BASE_URL": url}
    run = [sys.executable, "-m", "flexflows", "list", "--all-profiles", "-o", "jsonl"]
    return lambda: subprocess.run(run, env=environ, check=True, capture_output=True).stdout.count(b"\n")


def twilio(url: str, page_size: int | None = None, accounts: int = 1) -> Work:
    """Stream with twilio-python, one account after another."""
    lists = [twilio_client(url).flex_api.v1.flex_flow for _ in range(accounts)]
    return lambda: sum(1 for flows in lists for _ in flows.stream(page_size=page_size))


def twilio_client(url: str | None = None) -> Any:
    """Build Twilio's own client, with its own HTTP client; its requests go to the origin `url`."""
    http = import_module("twilio.http.http_client").TwilioHttpClient()
    send, origin = http.request, url or ""
    http.request = lambda method, target, **options: send(method, origin + target[target.index("/v1") :], **options)
    return import_module("twilio.rest").Client(ACCOUNT_SID, AUTH_TOKEN, http_client=http)


def floor(url: str, page_size: int) -> Work:
    """Request and decode one page after another: the minimum cost of any listing."""
    import httpx

    loads = import_module("orjson").loads
    client = httpx.Client(auth=(ACCOUNT_SID, AUTH_TOKEN))

    def work() -> int:
        records, target = 0, f"{url}/v1/FlexFlows?PageSize={page_size}"
        while target:
            page = loads(client.get(target).content)
            records += len(page["flex_flows"])
            target = page["meta"]["next_page_url"]
        return records

    return work


def flexflows_page(page: str, times: int) -> Work:
    """Decode a page and build its records as flexflows does."""
    from flexflows import FlexFlow

    decode = import_module("msgspec").json.decode
    return _page(lambda body: len([FlexFlow.from_dict(flow) for flow in decode(body)["flex_flows"]]), page, times)


def twilio_page(page: str, times: int) -> Work:
    """Decode a page and build its records as twilio-python does."""
    page_class = import_module("twilio.rest.flex_api.v1.flex_flow").FlexFlowPage
    response_class = import_module("twilio.http.response").Response
    version = twilio_client().flex_api.v1
    return _page(lambda body: len(list(page_class(version, response_class(200, body.decode())))), page, times)


def stock_page(page: str, times: int, folder: str) -> Work:
    """Decode a page and build its records with the generator's own models."""
    sys.path.insert(0, folder)
    from_dict = import_module("stock_models.models").FlexFlowList.from_dict
    return _page(lambda body: len(from_dict(json.loads(body)).flex_flows), page, times)


def orjson_page(page: str, times: int) -> Work:
    """Decode a page."""
    loads = import_module("orjson").loads
    return _page(lambda body: len(loads(body)["flex_flows"]), page, times)


def _page(read: Callable[[bytes], int], page: str, times: int) -> Work:
    body = Path(page).read_bytes()
    return lambda: sum(read(body) for _ in range(times))
