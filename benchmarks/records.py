"""A page of 1,000 records, its bytes in memory, to typed objects."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from contenders import twilio_client
from measure import Measure, Target
from options import Options
from pages import rendered
from workers import Worker, interleave, microseconds_a_record

FRAGMENT = Path(__file__).parent.parent / "openapi" / "flex-v1.yaml"


def measure(options: Options) -> Iterator[Measure]:
    """Compare what becomes of a page's bytes."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.json")
        page.write_bytes(next(rendered(options.scaled(1000), 1000, "https://flex-api.twilio.com"))[1])
        generate_stock(Path(folder, "stock_models"))
        arguments = {"page": str(page), "times": options.scaled(30)}
        workers = {
            "flexflows": Worker(__file__, "flexflows", **arguments),
            "twilio-python": Worker(__file__, "twilio", **arguments),
            "stock openapi-python-client": Worker(__file__, "stock", folder=folder, **arguments),
            "orjson, no objects": Worker(__file__, "orjson", **arguments),
            "msgspec, no objects": Worker(__file__, "msgspec", **arguments),
        }
        yield Measure(
            "A page of 1,000 records: bytes to typed objects, CPU",
            "µs a record",
            microseconds_a_record(interleave(workers, options.rounds)),
            (
                Target("twilio-python", "times less", 3.5, 5),
                Target("stock openapi-python-client", "times less", 2.5, 4),
            ),
            drawn=("flexflows", "twilio-python", "stock openapi-python-client", "orjson, no objects"),
        )


def generate_stock(package: Path) -> None:
    """Generate the same models without this project's templates."""
    config = package.with_suffix(".yaml")
    config.write_text("post_hooks: []\n", "utf-8")
    options = ["--meta=none", f"--path={FRAGMENT}", f"--output-path={package}", f"--config={config}"]
    command = [sys.executable, "-m", "openapi_python_client", "generate", *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _work(read: Callable[[bytes], int], page: str, times: int) -> Callable[[], int]:
    body = Path(page).read_bytes()
    return lambda: sum(read(body) for _ in range(times))


def flexflows(page: str, times: int) -> Callable[[], int]:
    """Do what the client does with an answer's body."""
    import httpx

    from flexflows._answers import read_listing
    from flexflows._flex_flows import FLEX_FLOWS

    item, meta = FLEX_FLOWS.item, FLEX_FLOWS.meta

    def read(body: bytes) -> int:
        listing = read_listing(httpx.Response(200, content=body), FLEX_FLOWS.key)
        meta(listing.meta)
        return len(tuple([item(record) for record in listing.records]))

    return _work(read, page, times)


def twilio(page: str, times: int) -> Callable[[], int]:
    """Do what twilio-python's `Page` does with an answer's body."""
    page_class = import_module("twilio.rest.flex_api.v1.flex_flow").FlexFlowPage
    response_class = import_module("twilio.http.response").Response
    version = twilio_client().flex_api.v1
    return _work(lambda body: len(list(page_class(version, response_class(200, body.decode())))), page, times)


def stock(page: str, times: int, folder: str) -> Callable[[], int]:
    """Do what the generator's own models do, from a decoded body."""
    sys.path.insert(0, folder)
    from_dict = import_module("stock_models.models").FlexFlowList.from_dict
    return _work(lambda body: len(from_dict(json.loads(body)).flex_flows), page, times)


def orjson(page: str, times: int) -> Callable[[], int]:
    """Decode, and leave it at that."""
    loads = import_module("orjson").loads
    return _work(lambda body: len(loads(body)["flex_flows"]), page, times)


def msgspec(page: str, times: int) -> Callable[[], int]:
    """Decode with what flexflows decodes with, and leave it at that."""
    decode = import_module("msgspec").json.Decoder().decode
    return _work(lambda body: len(decode(body)["flex_flows"]), page, times)
