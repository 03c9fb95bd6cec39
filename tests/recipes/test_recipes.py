"""The README's recipes, run on accounts of every kind: no value from the API is lost."""

import asyncio
import json
import runpy
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from flexflows import FlexFlow
from flexflows.sandbox import Sandbox

HERE = Path(__file__).parent
COLUMNS = list(FlexFlow().to_dict())
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
def sent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[Any]]:
    """The records of an account that a sandbox serves, and that clients find through the environment."""
    with Sandbox(flows=request.param) as sandbox:
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", sandbox.account_sid)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", sandbox.auth_token)
        monkeypatch.setenv("FLEXFLOWS_BASE_URL", sandbox.url)
        monkeypatch.chdir(tmp_path)
        yield request.param


def run(recipe: str) -> dict[str, Any]:
    """Run a recipe unchanged, and return its global names."""
    return runpy.run_path(str(HERE / recipe))


def without_nulls(value: Any) -> Any:
    """Return a value without nulls, which a table has for fields that a record lacks."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return value


def test_pandas(sent: list[Any]) -> None:
    """A data frame has the same first columns for every account, then new fields, and the values of the API."""
    frame = run("into_pandas.py")["frame"]
    assert list(frame.columns[: len(COLUMNS)]) == COLUMNS
    assert len(frame) == len(sent)
    assert int((frame["channel_type"] == "web").sum()) == len(sent)
    assert json.loads(frame.to_json(orient="records")) == [
        dict.fromkeys(frame.columns) | FlexFlow.from_dict(flow).to_dict() for flow in sent
    ]


def test_polars(sent: list[Any]) -> None:
    """A data frame has the same columns for every account, of a type that a query can use."""
    import polars as pl  # noqa: PLC0415 - slow to import

    frame = run("into_polars.py")["frame"]
    assert frame.columns[: len(COLUMNS)] == COLUMNS
    assert len(frame.filter(pl.col("contact_identity").str.starts_with("+"))) == 0
    assert [
        without_nulls({**record, "brand_new": record.get("brand_new") and str(record["brand_new"])})
        for record in frame.to_dicts()
    ] == [without_nulls({**flow, "brand_new": flow.get("brand_new") and str(flow["brand_new"])}) for flow in sent]


def test_sqlite(sent: list[Any]) -> None:
    """Running the recipe twice leaves each record once, as it was sent."""
    for _ in range(2):
        names = run("into_sqlite.py")
        assert names["channels"] == ([("web", len(sent))] if sent else [])
    with closing(sqlite3.connect("flows.db")) as database:
        rows = database.execute("SELECT record FROM flows").fetchall()
    assert sorted((json.loads(record) for (record,) in rows), key=by_sid) == sorted(sent, key=by_sid)


def test_fastapi(sent: list[Any]) -> None:
    """The endpoint returns the records as the API sent them, and its schema names the models."""
    app = run("from_fastapi.py")["app"]

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app.example") as client:
            return await client.get("/flows")

    assert asyncio.run(get()).json() == sent
    assert set(app.openapi()["components"]["schemas"]) >= {"FlexFlow", "Integration"}


by_sid: Callable[[dict[str, Any]], str] = lambda record: record["sid"]  # noqa: E731


@pytest.mark.filterwarnings("default")  # dask's own warnings
def test_dask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Other processes read the accounts: an account gives all its records, or its error."""
    with Sandbox(flows=30, seed=1) as sandbox:
        profile = {"accountSid": sandbox.account_sid, "apiKey": sandbox.api_key, "apiSecret": sandbox.api_secret}
        profiles = {"work": profile, "shop": profile, "closed": profile | {"apiSecret": "wrong"}}
        (tmp_path / "config.json").write_text(json.dumps({"profiles": profiles}), "utf-8")
        monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
        monkeypatch.setenv("FLEXFLOWS_BASE_URL", sandbox.url)
        read_all = run("with_dask.py")["read_all"]
        from dask.distributed import LocalCluster  # noqa: PLC0415 - slow to import

        with LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster:
            records, errors = read_all(profiles, cluster)
    expected = [FlexFlow.from_dict(flow) for flow in sandbox.flows]
    assert records == {"work": expected, "shop": expected}
    assert {name: type(error).__name__ for name, error in errors.items()} == {
        "work": "NoneType",
        "shop": "NoneType",
        "closed": "AuthenticationError",
    }
