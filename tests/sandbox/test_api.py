"""The responses of a sandbox without faults, which are like Twilio's."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import attrs
import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from flexflows import FlexFlows
from flexflows._generated import Parameter, fragment
from flexflows.sandbox import Sandbox, _api

Connect: TypeAlias = Callable[..., Any]
OPERATION = FlexFlows.operation
KEY = OPERATION.key
LEAST, MOST = OPERATION.page_size.minimum, OPERATION.page_size.maximum


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(230, seed=7) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox, connect: Connect) -> Any:
    return connect(sandbox)


@pytest.mark.parametrize("query", ["", "?PageSize=7", "?FriendlyName=nobody"])
def test_a_page_fits_the_fragment(client: Any, query: str) -> None:
    """A page validates against the fragment's schema of the response, formats included."""
    document = fragment()
    response = document["paths"][OPERATION.path]["get"]["responses"]["200"]
    schema = response["content"]["application/json"]["schema"] | {"components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(client.get(query).json())


@pytest.mark.parametrize("size", [50, 115, 229, 230])
def test_pages_hold_the_whole_list(sandbox: Sandbox, client: Any, size: int) -> None:
    """With any page size, the pages hold every flow once, in order."""
    before = len(sandbox.requests)
    assert client.records(f"?PageSize={size}") == sandbox.flows
    assert len(sandbox.requests) - before == -(-230 // size)


def test_meta_has_the_neighbouring_pages(sandbox: Sandbox, client: Any) -> None:
    """URLs in meta are absolute, and lead forth and back; the ends have null."""
    first = client.get("?PageSize=100").json()["meta"]
    second = client.get(first["next_page_url"]).json()["meta"]
    third = client.get(second["next_page_url"]).json()["meta"]
    assert [meta["page"] for meta in (first, second, third)] == [0, 1, 2]
    assert {(meta["page_size"], meta["key"], meta["first_page_url"]) for meta in (first, second, third)} == {
        (100, KEY, f"{sandbox.url}{OPERATION.path}?PageSize=100&Page=0")
    }
    assert (first["previous_page_url"], third["next_page_url"]) == (None, None)
    assert second["url"] == first["next_page_url"]
    assert client.get(third["previous_page_url"]).json()["meta"]["next_page_url"] == third["url"]
    assert client.get(second["previous_page_url"]).json()[KEY] == sandbox.flows[:100]


def test_urls_may_name_another_host(connect: Connect) -> None:
    """The URLs in responses can have another origin than the sandbox's."""
    with Sandbox(3, host_in_urls=f"{OPERATION.server}/") as sandbox:
        meta = connect(sandbox).get("?PageSize=1").json()["meta"]
        assert meta["next_page_url"].startswith(f"{OPERATION.server}{OPERATION.path}?")


def test_flows_can_be_changed(connect: Connect) -> None:
    """A change of the list of flows, or in a flow, shows in the next response."""
    with Sandbox(3) as sandbox:
        sandbox.flows[0]["enabled"] = "perhaps"
        sandbox.flows.append({"sid": "FO1"})
        assert connect(sandbox).records() == sandbox.flows
        sandbox.flows[:] = []
        assert connect(sandbox).records() == []


@pytest.mark.parametrize("name", ["100% & more", "ü", ""])
def test_a_filter_applies_to_all_pages(connect: Connect, name: str) -> None:
    """A filter selects the flows with exactly that name, and is part of the next page's URL."""
    with Sandbox(20) as sandbox:
        for index in (0, 9, 19):
            sandbox.flows[index]["friendly_name"] = name
        query = httpx.QueryParams({"FriendlyName": name, "PageSize": 2})
        assert connect(sandbox).records(f"?{query}") == [sandbox.flows[index] for index in (0, 9, 19)]
        assert connect(sandbox).records(f"?{query.set('FriendlyName', name + '%')}") == []


RECORDS = [
    {"sid": "FO1", "enabled": True, "date_created": "2020-01-02T00:30:00+01:00", "channel_type": "sms"},
    {"sid": "FO2", "enabled": False, "date_created": "2020-01-02T00:00:00Z", "channel_type": "pigeon"},
    {"sid": "FO3", "enabled": None, "date_created": 7, "channel_type": ["sms"]},
]
CREATED = Parameter(name="date_created", wire_name="DateCreated", kind="date-time")


@pytest.mark.parametrize(
    ("parameter", "query", "expected"),
    [
        (Parameter(name="enabled", wire_name="Enabled", kind="boolean"), "Enabled=true", ["FO1"]),
        (Parameter(name="enabled", wire_name="Enabled", kind="boolean"), "Enabled=perhaps", []),
        (Parameter(name="channel_type", wire_name="ChannelType", choices=("sms", "line")), "ChannelType=sms", ["FO1"]),
        (Parameter(name="sid", wire_name="Sid", is_array=True), "Sid=FO1&Sid=FO3", ["FO1", "FO3"]),
        (CREATED, "DateCreated=2020-01-01T23:30:00Z", ["FO1"]),
        (attrs.evolve(CREATED, kind="date"), "DateCreated=2020-01-01", ["FO1"]),
        (Parameter(name="only_twilio_knows", wire_name="OnlyTwilioKnows"), "OnlyTwilioKnows=7", ["FO1", "FO2", "FO3"]),
    ],
    ids=["boolean", "no boolean", "enum", "array", "time", "date", "no attribute"],
)
def test_a_filter_compares_values_of_its_type(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, parameter: Parameter, query: str, expected: list[str]
) -> None:
    """A filter compares with the attribute of its name, by type; one without an attribute selects every record."""
    monkeypatch.setattr(_api, "list_flex_flows", attrs.evolve(OPERATION, parameters=(parameter,)))
    with Sandbox(RECORDS) as sandbox:
        assert [record["sid"] for record in connect(sandbox).records(f"?{query}&PageSize=1")] == expected


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"PageSize={MOST + 1}", 20007),
        (f"PageSize={LEAST - 1}", 20007),
        ("PageSize=99999999999999999999", 20007),
        ("Page=1", 21481),
        ("Page=-1", 21481),
        ("Page=1&PageToken=PB2", 21481),
    ],
)
def test_invalid_parameters(client: Any, query: str, code: int) -> None:
    """A parameter out of range gives Twilio's status and code, in Twilio's format."""
    response = client.get(f"?{query}")
    message = response.json()["message"]
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    assert response.json() == {"code": code, "message": message, "more_info": more_info, "status": 400}
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/json")


@pytest.mark.parametrize("header", ["", "Basic", "Basic ???", "Basic \xf6", "Bearer abc", "Basic QUM6dG9rZW4="])
def test_other_credentials_are_refused(client: Any, header: str) -> None:
    """Missing, wrong or malformed credentials give 401, code 20003."""
    response = client.get("", headers={"Authorization": header.encode("latin-1")}, auth=None)
    assert (response.status_code, response.json()["code"]) == (401, 20003)
    assert response.headers["WWW-Authenticate"].startswith("Basic")


def test_credentials_of_two_kinds_do_not_mix(sandbox: Sandbox, client: Any) -> None:
    """The account SID goes with the token alone, and the API key with its secret."""
    pairs = itertools.product((sandbox.account_sid, sandbox.api_key), (sandbox.auth_token, sandbox.api_secret))
    assert [client.get("", auth=pair).status_code for pair in pairs] == [200, 401, 401, 200]


@pytest.mark.parametrize("path", ["/", OPERATION.path.upper(), f"{OPERATION.path}/", "/[::1/%ff"])
def test_other_paths_are_not_found(sandbox: Sandbox, client: Any, path: str) -> None:
    """Any other path gives 404, code 20404."""
    response = client.get(sandbox.url + path)
    assert (response.status_code, response.json()["code"]) == (404, 20404)
