"""Fixtures: copies of the fragment, some in the layout of Twilio's documents, and generated packages."""

import copy
import functools
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import openapi_python_client
import pytest
from document_parts import SAMPLE
from flexflows_openapi.document import load
from flexflows_openapi.generate import generate
from jinja2 import FileSystemBytecodeCache

Json = dict[str, Any]


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compile the generator's templates once per session, not for every package."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        environment = functools.partial(openapi_python_client.Environment, bytecode_cache=cache)
        patch.setattr(openapi_python_client, "Environment", environment)
        yield


@pytest.fixture(scope="session")
def original() -> Json:
    """The fragment, not to be changed."""
    return load(SAMPLE).data


@pytest.fixture
def document(original: Json) -> Json:
    """A copy of the fragment."""
    return copy.deepcopy(original)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Json], Path]:
    """Write a document to a file."""

    def write(document: Json) -> Path:
        path = tmp_path / "document.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return write


@pytest.fixture
def same_for_twilio(document: Json) -> Json:
    """The fragment as Twilio would write it: 3.0, `nullable`, other names, the list inline, the server in the path."""
    schemas = document["components"]["schemas"]
    item = document["paths"]["/v1/FlexFlows"]
    operation = item["get"]
    for parameter in operation["parameters"]:
        parameter.pop("examples")
    listing = schemas.pop("FlexFlowList")
    listing["properties"]["meta"] = schemas.pop("PageMeta")
    operation["responses"] = {
        "200": {"description": "OK", "content": {"application/json": {"schema": listing}}, "headers": {}}
    }
    schemas["flex.v1.flex_flow"] = schemas.pop("FlexFlow")
    schemas["flex_flow_enum_channel_type"] = schemas.pop("ChannelType")
    schemas["flex_flow_enum_integration_type"] = schemas.pop("IntegrationType")
    schemas["flex_flow_enum_channel_type"]["enum"].reverse()
    renamed = {
        "#/components/schemas/FlexFlow": "#/components/schemas/flex.v1.flex_flow",
        "#/components/schemas/ChannelType": "#/components/schemas/flex_flow_enum_channel_type",
        "#/components/schemas/IntegrationType": "#/components/schemas/flex_flow_enum_integration_type",
    }
    item["servers"] = document.pop("servers")
    operation["security"] = [{"accountSid_authToken": []}]
    del document["security"]
    document["components"]["securitySchemes"] = {"accountSid_authToken": {"type": "http", "scheme": "basic"}}
    operation |= {"operationId": "ListFlexFlow", "tags": ["FlexV1FlexFlow"], "summary": "", "description": ""}
    return {**_as_3_0(document, renamed), "openapi": "3.0.1"}


def _as_3_0(value: Any, renamed: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_as_3_0(each, renamed) for each in value]
    if not isinstance(value, dict):
        return renamed.get(value, value) if isinstance(value, str) else value
    value = {name: _as_3_0(each, renamed) for name, each in value.items() if name != "examples"}
    if isinstance(value.get("type"), list):
        (value["type"],) = set(value["type"]) - {"null"}
        value["nullable"] = True
    if isinstance(value.get("anyOf"), list):
        value["anyOf"] = [each for each in value["anyOf"] if each != {"type": "null"}]
        value["nullable"] = True
    return value


@pytest.fixture
def twilio(same_for_twilio: Json) -> Json:
    """The part of Twilio's own document that describes the fragment's operation."""
    schemas = same_for_twilio["components"]["schemas"]
    flow = schemas["flex.v1.flex_flow"]["properties"]
    flow["channel_type"] = {"$ref": "#/components/schemas/flex_flow_enum_channel_type"}
    flow["integration_type"] = {"$ref": "#/components/schemas/flex_flow_enum_integration_type"}
    flow["integration"] = {"nullable": True, "description": "An object."}
    del schemas["Integration"], schemas["flex.v1.flex_flow"]["required"]
    response = same_for_twilio["paths"]["/v1/FlexFlows"]["get"]["responses"]["200"]["content"]["application/json"]
    meta = response["schema"]["properties"]["meta"]
    del meta["required"]
    for name in ("first_page_url", "url"):
        del meta["properties"][name]["nullable"]
    return same_for_twilio


HERE = Path(__file__).parent


def _package_of(document: str, name: str) -> Any:
    @pytest.fixture(scope="session", name=name)
    def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
        """Generate and import the package of a document."""
        folder, package = tmp_path_factory.mktemp(name), f"{name}_api"
        generate(HERE / document, folder / package)
        sys.path.insert(0, str(folder))
        try:
            importlib.import_module(f"{package}.models")
            yield importlib.import_module(package)
        finally:
            sys.path.remove(str(folder))

    return generated


post_office = _package_of("stand-in.yaml", "post_office")
post_office_31 = _package_of("stand-in-3.1.yaml", "post_office_31")
zoo = _package_of("stand-in-unions.yaml", "zoo")
names = _package_of("stand-in-names.yaml", "names")


@pytest.fixture(scope="session")
def flex_flows() -> ModuleType:
    """Import the package of the fragment."""
    return importlib.import_module("flexflows_api")


@pytest.fixture(params=["flex_flows", "post_office", "post_office_31", "zoo", "names"])
def package(request: pytest.FixtureRequest) -> ModuleType:
    """Return each generated package in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, ModuleType)
    return found
