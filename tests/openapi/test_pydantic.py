"""pydantic and FastAPI read, write and describe records by one hook."""

import asyncio
import json
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, FastAPI
from pydantic import BaseModel, TypeAdapter, ValidationError

from flexflows_api.models import FlexFlow

RAW = FlexFlow().to_dict() | {"sid": "FO1", "channel_type": "fax", "integration": {"timeout": 3}, "new": {"a": None}}
FLOW = FlexFlow.from_dict(RAW)
ADAPTER = TypeAdapter(FlexFlow)
APP = FastAPI()


class Owned(BaseModel):
    owner: str
    flow: FlexFlow


@APP.get("/several")
def several() -> list[FlexFlow]:
    return [FLOW]


@APP.post("/owned")
def owned(flow: Annotated[FlexFlow, Body()]) -> Owned:
    return Owned(owner="Ann", flow=flow)


def test_fastapi_reads_and_returns_records() -> None:
    async def request(method: str, path: str, content: Any = None) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://app.example") as client:
            return await client.request(method, path, json=content)

    assert asyncio.run(request("GET", "/several")).json() == [RAW]
    assert asyncio.run(request("POST", "/owned", RAW)).json() == {"owner": "Ann", "flow": RAW}
    refused = asyncio.run(request("POST", "/owned", [1]))
    assert refused.status_code == 422
    assert "a FlexFlow is read from a JSON object, not from list" in refused.text


@pytest.mark.parametrize("mode", ["serialization", "validation"])
def test_the_schema_is_the_fragments(mode: Any) -> None:
    schema = ADAPTER.json_schema(mode=mode)
    assert list(schema["properties"]) == list(FlexFlow._names)
    assert "$ref" not in json.dumps(schema)
    assert '"timeout"' in json.dumps(APP.openapi())


def test_pydantic_reads_and_writes_records() -> None:
    assert ADAPTER.validate_python(FLOW) is FLOW
    assert ADAPTER.validate_json(ADAPTER.dump_json(FLOW)) == FLOW
    assert Owned.model_validate({"owner": "Ann", "flow": RAW}).model_dump()["flow"] == RAW
    with pytest.raises(ValidationError, match="is read from a JSON object, not from str"):
        ADAPTER.validate_python("text")
