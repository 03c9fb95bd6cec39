"""The lists that the sandbox serves from a document: any of Twilio's lists, with filters of any type."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from flexflows.sandbox._endpoints import ListEndpoint, attribute_name, list_endpoints
from flexflows.sandbox._responses import Response

from flexflows._generated import fragment
from flexflows.sandbox import Sandbox, _sandbox
from flexflows.sandbox._api import Api

CREDENTIALS = ("AC1:token",)
AUTHORIZATION = "Basic " + base64.b64encode(b"AC1:token").decode()
THING = {
    "properties": {
        "sid": {"type": "string"},
        "kind": {"type": "string"},
        "active": {"type": "boolean"},
        "size": {"type": "integer"},
        "share": {"type": "number"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "date_created": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "workspace_sid": {"type": "string"},
    }
}
FILTERS: dict[str, Any] = {
    "Kind": {"$ref": "#/components/schemas/Kind"},
    "Active": {"type": "boolean"},
    "Size": {"type": ["integer", "null"], "maximum": 100},
    "Share": {"type": "number"},
    "Tags": {"type": "array", "items": {"type": "string", "minLength": 1}},
    "Sid": {"type": "array", "items": {"type": "string"}},
    "DateCreated": {"type": "string", "format": "date-time"},
    "Day": {"type": "string", "format": "date"},
    "SomethingElse": {"type": "string", "maxLength": 40, "pattern": "[0-9]"},
}
RECORDS: list[dict[str, Any]] = [
    {
        "sid": "TH1",
        "kind": "a",
        "active": True,
        "size": 1,
        "share": 0.5,
        "tags": ["x"],
        "date_created": "2020-01-01T23:30:00Z",
        "day": "2020-01-01",
        "workspace_sid": "?",
    },
    {
        "sid": "TH2",
        "kind": "b",
        "active": False,
        "size": 2,
        "share": 1,
        "tags": ["x", "y"],
        "date_created": "2020-01-02T00:30:00+01:00",
        "day": "2020-01-02",
        "workspace_sid": "?",
    },
    {"sid": "TH3", "kind": None, "active": None, "size": True, "share": None, "tags": [], "date_created": "", "day": 0},
]


def listing(filters: dict[str, Any], *parameters: dict[str, Any], key: str = "things") -> dict[str, Any]:
    """Return an operation that lists things."""
    page = {"properties": {key: {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}, "meta": {}}}
    query = [{"name": name, "in": "query", "schema": schema} for name, schema in filters.items()]
    return {
        "parameters": [*query, *parameters],
        "responses": {"200": {"content": {"application/json": {"schema": page}}}},
    }


def document(**paths: Any) -> dict[str, Any]:
    schemas = {"Thing": THING, "Kind": {"type": "string", "enum": ["a", "b"]}}
    return {"paths": paths, "components": {"schemas": schemas}}


def api(*parameters: dict[str, Any], path: str = "/v1/Things") -> Api:
    [endpoint] = list_endpoints(document(**{path: {"get": listing(FILTERS, *parameters)}}))
    return Api([endpoint], CREDENTIALS, {path: RECORDS})


def get(api: Api, path: str = "/v1/Things", **query: Any) -> Response:
    query_string = urlencode(query, doseq=True)
    return api.respond("GET", path, query_string, authorization=AUTHORIZATION, origin="http://here")


def found(response: Response) -> list[str]:
    assert response.status == 200
    return [record["sid"] for record in json.loads(response.body)["things"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"Kind": "a"}, ["TH1"]),
        ({"Active": "true"}, ["TH1"]),
        ({"Active": "false"}, ["TH2"]),
        ({"Size": "1"}, ["TH1"]),
        ({"Size": "01"}, ["TH1"]),
        ({"Size": "-1"}, []),
        ({"Share": "1"}, ["TH2"]),
        ({"Share": "5e-1"}, ["TH1"]),
        ({"Tags": "x"}, ["TH1", "TH2"]),
        ({"Tags": ["y", "z"]}, ["TH2"]),
        ({"Sid": ["TH1", "TH3"]}, ["TH1", "TH3"]),
        ({"DateCreated": "2020-01-01T23:30:00Z"}, ["TH1", "TH2"]),
        ({"DateCreated": "2020-01-02t00:30:00.0+01:00"}, ["TH1", "TH2"]),
        ({"DateCreated": "2020-01-01T00:00:00Z"}, []),
        ({"Day": "2020-01-02"}, ["TH2"]),
        ({"Kind": "a", "Active": "false"}, []),
        ({"Kind": ["b", "a"]}, ["TH1"]),
        ({"SomethingElse": "anything 1"}, ["TH1", "TH2", "TH3"]),
    ],
)
def test_a_filter_compares_values_of_its_type(query: dict[str, Any], expected: list[str]) -> None:
    """Values are compared by type; a parameter that matches no attribute selects every record."""
    assert found(get(api(), **query)) == expected


def test_a_date_selects_times_of_the_day() -> None:
    """A date selects the times of that day in UTC."""
    day = {"name": "DateCreated", "in": "query", "schema": {"type": "string", "format": "date"}}
    operation = listing({}, day)
    [endpoint] = list_endpoints(document(**{"/v1/Things": {"get": operation}}))
    things = Api([endpoint], CREDENTIALS, {"/v1/Things": RECORDS})
    assert found(get(things, DateCreated="2020-01-01")) == ["TH1", "TH2"]
    assert found(get(things, DateCreated="2020-01-02")) == []


@pytest.mark.parametrize(
    "query",
    [
        {"Kind": "c"},
        {"Active": "yes"},
        {"Active": "True"},
        {"Size": "1_0"},
        {"Size": "101"},
        {"Share": "nan"},
        {"Tags": ["x", ""]},
        {"SomethingElse": "x" * 41},
        {"SomethingElse": "no digits"},
        {"DateCreated": "2020-01-01"},
        {"Day": "20200101"},
        {"Size": "many"},
        {"Size": ""},
        {"Share": "half"},
        {"DateCreated": "yesterday"},
        {"DateCreated": "0001-01-01T00:00:00+01:00"},
        {"Day": "2020-02-30"},
    ],
)
def test_a_value_that_is_not_allowed_is_refused(query: dict[str, str]) -> None:
    """The error for a wrong value names the parameter."""
    response = get(api(), **query)
    assert response.status == 400
    assert f"Parameter {next(iter(query))}" in json.loads(response.body)["message"]


def test_a_required_parameter_is_required() -> None:
    """A missing required parameter is an error that names the parameter."""
    required = {"name": "Must", "in": "query", "required": True, "schema": {"type": "string"}}
    response = get(api(required))
    assert (response.status, json.loads(response.body)["message"]) == (400, "Parameter Must is required")
    assert found(get(api(required), Must="x")) == ["TH1", "TH2", "TH3"]


def test_filters_are_carried_to_the_next_page() -> None:
    """All values of an array filter are in the next page's URL."""
    meta = json.loads(get(api(), Tags=["x", "y"], PageSize=1).body)["meta"]
    assert meta["next_page_url"].startswith("http://here/v1/Things?Tags=x&Tags=y&PageSize=1&Page=1&PageToken=PATH1")


def test_path_parameters() -> None:
    """A list below a workspace has that workspace's records."""
    path = "/v1/Workspaces/{WorkspaceSid}/Things"
    things = api({"name": "WorkspaceSid", "in": "path", "required": True, "schema": {}}, path=path)
    page = json.loads(get(things, "/v1/Workspaces/WS 1/Things", PageSize=2).body)
    assert [record["workspace_sid"] for record in page["things"]] == ["WS 1", "WS 1"]
    assert page["meta"]["next_page_url"].startswith("http://here/v1/Workspaces/WS%201/Things?")
    assert "workspace_sid" not in RECORDS[2]
    assert get(things, "/v1/Workspaces/WS1/Other/Things").status == 404


def test_page_sizes_are_from_the_document() -> None:
    """The document's bounds apply, and the default is at most the maximum."""
    size = {"name": "PageSize", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 2}}
    assert len(found(get(api(size)))) == 2
    response = get(api(size), PageSize=3)
    assert (response.status, json.loads(response.body)["code"]) == (400, 20007)


def test_list_operations() -> None:
    """A GET whose response has records and meta is a list; other operations are ignored."""
    not_a_list = {"responses": {"200": {"content": {"application/json": {"schema": THING}}}}}
    without_meta = listing({})
    page = without_meta["responses"]["200"]["content"]["application/json"]["schema"]
    del page["properties"]["meta"]
    paths = {
        "/v1/Things": {"post": {}, "get": listing({})},
        "/v1/Things/{Sid}": {"get": not_a_list},
        "/v1/Others": {"get": listing({}, key="others")},
        "/v1/Flat": {"get": without_meta},
        "/v1/Nothing": {"get": {"responses": {"204": {}}}},
        "/v1/New": {"post": {}},
    }
    endpoints = list_endpoints(document(**paths))
    assert [(each.path, each.key) for each in endpoints] == [("/v1/Things", "things"), ("/v1/Others", "others")]


def test_every_list_of_the_fragment_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second list is served after the one of Flex Flows."""
    whole = fragment()
    whole["components"]["schemas"] |= document()["components"]["schemas"]
    flows = whole["paths"]["/v1/FlexFlows"]
    whole["paths"] = {"/v1/Things": {"get": listing(FILTERS)}, "/v1/FlexFlows": flows}
    monkeypatch.setattr(_sandbox, "fragment", lambda: whole)
    sandbox = Sandbox(7)
    assert list(sandbox.records) == ["/v1/FlexFlows", "/v1/Things"]
    assert [len(records) for records in sandbox.records.values()] == [7, 7]
    assert sandbox.flows is sandbox.records["/v1/FlexFlows"]


def test_the_lists_of_the_fragment(endpoint: ListEndpoint) -> None:
    """The fragment's lists include Flex Flows, with its filter."""
    assert (endpoint.path, endpoint.key) == ("/v1/FlexFlows", "flex_flows")
    assert "FriendlyName" in endpoint.filters
    assert attribute_name("FriendlyName") == "friendly_name"
