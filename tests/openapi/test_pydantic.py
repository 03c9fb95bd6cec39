"""FastAPI and pydantic read, write and describe records without conversion."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from types import ModuleType
from typing import Any

import httpx
import pytest
from fastapi import Body, FastAPI
from pydantic import BaseModel, TypeAdapter, ValidationError
from shapes import models

from flexflows_api.models import FlexFlow

RAW = FlexFlow().to_dict() | {
    "sid": "FO00000000000000000000000000000001",
    "channel_type": "fax",
    "date_created": "2019-11-05T16:21:39.000Z",
    "integration": {"flow_sid": None, "retry_count": 3},
    "new": {"field": None},
}
FLOW = FlexFlow.from_dict(RAW)


class Owned(BaseModel):
    """A model of an app with a record as an attribute."""

    owner: str
    flow: FlexFlow


def one() -> FlexFlow:
    return FLOW


async def several() -> list[FlexFlow]:
    return [FLOW]


def one_untyped():  # type: ignore[no-untyped-def]  # noqa: ANN201
    return FLOW


async def several_untyped():  # type: ignore[no-untyped-def]  # noqa: ANN201
    return [FLOW]


def anything() -> Any:
    return {"flows": [FLOW]}


def owned() -> Owned:
    return Owned(owner="Ann", flow=FLOW)


def request(app: FastAPI, method: str, path: str, content: Any = None) -> httpx.Response:
    """Send one request to an app in this process."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app.example") as client:
            return await client.request(method, path, json=content)

    return asyncio.run(send())


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        (one, RAW),
        (several, [RAW]),
        (one_untyped, RAW),
        (several_untyped, [RAW]),
        (anything, {"flows": [RAW]}),
        (owned, {"owner": "Ann", "flow": RAW}),
    ],
)
def test_an_endpoint_returns_a_record(endpoint: Callable[..., Any], expected: Any) -> None:
    """With or without a return type, an endpoint returns exactly what the API sent."""
    app = FastAPI()
    app.get("/flows")(endpoint)
    response = request(app, "GET", "/flows")
    assert (response.status_code, response.json()) == (200, expected)


def test_the_document_of_an_app_has_the_schema_of_the_fragment() -> None:
    """An app's OpenAPI document has the record's schema, and its nested ones, by name."""
    app = FastAPI()
    app.get("/flows")(several)
    app.get("/owned")(owned)
    shown = app.openapi()["components"]["schemas"]
    fragment = json.loads(files("flexflows_api").joinpath("openapi.json").read_text("utf-8"))["components"]["schemas"]
    assert shown["Integration"] == fragment["Integration"]
    flow, expected = shown["FlexFlow"], fragment["FlexFlow"]
    assert (flow["description"], flow["required"]) == (expected["description"], expected["required"])
    assert list(flow["properties"]) == list(expected["properties"])
    named = {"channel_type": "ChannelType", "integration_type": "IntegrationType"}
    for name, schema in expected["properties"].items():
        if name in named:  # an enum is inline: only models have definitions
            schema["anyOf"][0] = fragment[named[name]]
        assert flow["properties"][name] == schema
    items = app.openapi()["paths"]["/flows"]["get"]["responses"]["200"]["content"]["application/json"]["schema"][
        "items"
    ]
    assert items == shown["Owned"]["properties"]["flow"] == {"$ref": "#/components/schemas/FlexFlow"}


def test_a_body_is_read_as_a_record() -> None:
    """A JSON object in a request's body becomes a record; anything else is refused."""
    app = FastAPI()
    read: list[FlexFlow] = []

    @app.post("/flows")
    def receive(flow: FlexFlow = Body()) -> None:  # noqa: B008, FAST002
        read.append(flow)

    assert request(app, "POST", "/flows", RAW).status_code == 200
    assert read == [FLOW]
    refused = request(app, "POST", "/flows", [1])
    assert refused.status_code == 422
    assert "a FlexFlow is read from a JSON object, not from list" in refused.text


def test_pydantic_reads_and_writes_records(package: ModuleType) -> None:
    """Each model is read from itself and from JSON, and written as to_dict does."""
    for model in models(package):
        adapter = TypeAdapter(model)
        record = model.from_dict({"unknown": [1]})
        assert adapter.validate_python(record) is record
        assert adapter.validate_json(adapter.dump_json(record)).to_dict() == record.to_dict()
        assert adapter.dump_python(record) == record.to_dict()
        assert adapter.json_schema(mode="serialization")
        with pytest.raises(ValidationError, match="is read from a JSON object, not from str"):
            adapter.validate_python("text")


def test_models_that_refer_to_each_other_are_described_once(zoo: ModuleType) -> None:
    """Models that refer to each other have one definition each, with references."""
    schema = TypeAdapter(zoo.models.Zoo).json_schema()
    tree = schema["$defs"]["Tree"]["properties"]
    assert tree["leaf"] == {"anyOf": [{"$ref": "#/$defs/Tree"}, {"$ref": "#/$defs/Left"}]}
    assert tree["branches"] == {"type": "array", "items": {"$ref": "#/$defs/Branch"}}
    assert schema["$defs"]["Branch"]["properties"] == {"tree": {"$ref": "#/$defs/Tree"}}
    alone = TypeAdapter(zoo.models.Branch).json_schema()
    assert alone["$defs"]["Tree"]["properties"]["branches"]["items"] == {"$ref": "#/$defs/Branch"}


def test_only_pydantic_users_import_pydantic() -> None:
    """Importing, reading and writing records does not import pydantic."""
    program = (
        "import sys; from flexflows_api.models import FlexFlow; FlexFlow.from_dict({}).to_dict(); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert "pydantic" not in run.stdout
