"""The recipes, run on accounts of every kind: no value from the API is lost."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from documents import blocks

from flexflows import AuthenticationError, FlexFlow, record_fields
from flexflows.sandbox import Sandbox

COLUMNS = [field.name for field in record_fields() if "." not in field.name]
WEB = [flow for flow in Sandbox(flows=50, seed=1).flows if flow["channel_type"] == "web"]
ACCOUNTS: dict[str, list[dict[str, Any]]] = {
    "an empty account": [],
    "one flow": WEB[:1],
    "web flows only": [flow | {"contact_identity": None} for flow in WEB],
    "unknown fields": [
        WEB[0] | {"brand_new": "text", "labels": ["a", "b"]},
        WEB[1] | {"brand_new": 1, "owner": {"name": "Ann"}},
        WEB[2] | {"integration": {"flow_sid": None, "new": True}},
        WEB[3] | {"integration": None},
    ],
}


@pytest.fixture(params=ACCOUNTS.values(), ids=list(ACCOUNTS))
def sent(request: pytest.FixtureRequest, serve: Callable[..., Sandbox]) -> list[Any]:
    """The records of an account that a sandbox serves."""
    return [FlexFlow.from_dict(flow).to_dict() for flow in serve(request.param).flows]


def run(start: str, **names: Any) -> dict[str, Any]:
    """Run the recipe that begins with a line, with the names that it needs, and return its names."""
    (code,) = [code for code in blocks("docs/recipes.md", "python") if code.startswith(start)]
    names["__name__"] = "a_recipe"
    exec(compile(code, "recipes.md", "exec"), names)  # noqa: S102
    return names


def without_nulls(value: Any) -> Any:
    """Return a value without nulls, which a table has for fields that a record lacks."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return value


def test_pandas(sent: list[Any]) -> None:
    """A data frame has the same first columns for every account, then new fields, and the values of the API."""
    frame = run("import pandas")["frame"]
    assert list(frame.columns[: len(COLUMNS)]) == COLUMNS
    assert json.loads(frame.to_json(orient="records")) == [dict.fromkeys(frame.columns) | flow for flow in sent]


def test_polars(sent: list[Any]) -> None:
    """A data frame has the same columns for every account, of a type that a query can use."""
    import polars as pl  # noqa: PLC0415 - slow to import

    frame = run("import polars")["frame"]
    assert frame.columns[: len(COLUMNS)] == COLUMNS
    assert len(frame.filter(pl.col("contact_identity").str.starts_with("+"))) == 0
    texts = [flow | {"brand_new": flow.get("brand_new") and str(flow["brand_new"])} for flow in sent]
    assert [without_nulls(record) for record in frame.to_dicts()] == [without_nulls(flow) for flow in texts]


def test_sqlite(sent: list[Any]) -> None:
    """Running the recipe twice leaves each record once, as it was sent."""
    for _ in range(2):
        names = run("import json\nimport sqlite3")
        assert names["channels"] == ([("web", len(sent))] if sent else [])
    with closing(sqlite3.connect("flows.db")) as database:
        rows = database.execute("SELECT sid, record FROM flows").fetchall()
    assert {sid: json.loads(record) for sid, record in rows} == {flow["sid"]: flow for flow in sent}


def test_fastapi(sent: list[Any]) -> None:
    """The endpoint returns the records as the API sent them, and its schema describes them."""
    app = run("from fastapi")["app"]

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app.example") as client:
            return await client.get("/flows")

    assert asyncio.run(get()).json() == sent
    assert set(COLUMNS) <= set(json.dumps(app.openapi()).replace('"', " ").split())


def test_tracing(sent: list[Any]) -> None:
    """The transport opens a span for each request."""
    import sentry_sdk  # noqa: PLC0415 - slow to import

    spans: list[Any] = []
    with sentry_sdk.new_scope():
        sentry_sdk.init(
            "https://key@sentry.invalid/1",
            default_integrations=False,
            traces_sample_rate=1,
            before_send_transaction=lambda event, _: spans.append(event),
        )
        with sentry_sdk.start_transaction(name="listing"):
            assert len(run("import httpx\nimport sentry_sdk")["everything"]) == len(sent)
    ((span,),) = [event["spans"] for event in spans]
    assert span["description"].startswith("GET /")


def test_a_copy_resumes_where_it_failed(serve: Callable[..., Sandbox]) -> None:
    saved: list[FlexFlow] = []
    cursors: list[str] = []
    copy = run("from flexflows import FlexFlows, FlexFlowsError", save=saved.extend, remember=cursors.append)["copy"]
    sandbox = serve(1_200, faults=["403@2"])
    copy()
    copy(*cursors)
    assert [flow.sid for flow in saved] == [flow["sid"] for flow in sandbox.flows]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # dask's own warnings
def test_dask(sandbox: Sandbox) -> None:
    """Other processes read the accounts: an account gives all its records, or its error."""
    config = Path(sandbox.config_dir, "config.json")
    profiles = json.loads(config.read_text("utf-8"))["profiles"]
    profiles["closed"] = profiles["shop"] | {"apiSecret": "wrong"}
    config.write_text(json.dumps({"profiles": profiles}), "utf-8")
    read_all = run("from dask")["read_all"]
    from dask.distributed import LocalCluster  # noqa: PLC0415 - slow to import

    with LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster:
        records, errors = read_all(profiles, cluster)
    assert records == {
        name: [FlexFlow.from_dict(flow) for flow in account.flows] for name, account in sandbox.accounts.items()
    }
    assert isinstance(errors["closed"], AuthenticationError)
