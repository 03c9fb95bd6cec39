"""pydantic and FastAPI read, write and describe records by one hook."""

import asyncio
import json
import subprocess
import sys
from typing import Any

import httpx
import pytest
from fastapi import Body, FastAPI
from pydantic import BaseModel, TypeAdapter, ValidationError

from flexflows_api.models import FlexFlow

RAW = FlexFlow().to_dict() | {
    "sid": "FO1",
    "channel_type": "fax",
    "integration": {"retry_count": 3},
    "new": {"a": None},
}
FLOW = FlexFlow.from_dict(RAW)


class Owned(BaseModel):
    owner: str
    flow: FlexFlow


def one() -> FlexFlow:
    return FLOW


def several() -> list[FlexFlow]:
    return [FLOW]


def owned() -> Owned:
    return Owned(owner="Ann", flow=FLOW)


def receive(flow: FlexFlow = Body()) -> FlexFlow:  # noqa: B008, FAST002
    return flow


APP = FastAPI()
for path, endpoint in {"/one": one, "/several": several, "/owned": owned}.items():
    APP.get(path)(endpoint)
APP.post("/flows")(receive)


def request(method: str, path: str, content: Any = None) -> httpx.Response:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://app.example") as client:
            return await client.request(method, path, json=content)

    return asyncio.run(send())


@pytest.mark.parametrize(
    ("path", "expected"), [("/one", RAW), ("/several", [RAW]), ("/owned", {"owner": "Ann", "flow": RAW})]
)
def test_an_endpoint_returns_what_to_dict_returns(path: str, expected: Any) -> None:
    assert request("GET", path).json() == expected


def test_a_body_is_read_by_from_dict_and_anything_but_an_object_is_refused() -> None:
    assert request("POST", "/flows", RAW).json() == RAW
    refused = request("POST", "/flows", [1])
    assert refused.status_code == 422
    assert "a FlexFlow is read from a JSON object, not from list" in refused.text


def test_the_schema_is_the_fragments() -> None:
    schema = TypeAdapter(FlexFlow).json_schema(mode="serialization")
    assert list(schema["properties"]) == list(FlexFlow._names)
    assert "$ref" not in json.dumps(schema)
    assert APP.openapi()["paths"]["/one"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]


def test_pydantic_reads_and_writes_records() -> None:
    adapter = TypeAdapter(FlexFlow)
    assert adapter.validate_python(FLOW) is FLOW
    assert adapter.validate_json(adapter.dump_json(FLOW)) == FLOW
    assert Owned.model_validate({"owner": "Ann", "flow": RAW}).model_dump()["flow"] == RAW
    with pytest.raises(ValidationError, match="is read from a JSON object, not from str"):
        adapter.validate_python("text")


def test_only_pydantic_imports_pydantic() -> None:
    code = "import sys; from flexflows_api.models import FlexFlow; FlexFlow.from_dict({}); print('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"  # noqa: S603
