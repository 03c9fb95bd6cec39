"""The responses of a sandbox without faults, which are like Twilio's."""

import itertools
from collections.abc import Iterator

import attrs
import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from listing import KEY, PATH, get, get_records

from flexflows import FlexFlow, FlexFlows
from flexflows._generated import Parameter, fragment
from flexflows.sandbox import Sandbox, _api

OPERATION = FlexFlows.operation
LEAST, MOST = OPERATION.page_size.minimum, OPERATION.page_size.maximum


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(230, seed=7) as running:
        yield running


@pytest.mark.parametrize("query", ["", "?PageSize=7", "?FriendlyName=nobody"])
def test_a_page_fits_the_fragment(sandbox: Sandbox, query: str) -> None:
    """A page validates against the fragment's schema of the response, formats included."""
    document = fragment()
    response = document["paths"][PATH]["get"]["responses"]["200"]
    schema = response["content"]["application/json"]["schema"] | {"components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(get(sandbox, query).json())


@pytest.mark.parametrize("size", [115, 229])
def test_pages_hold_every_flow_once_in_order(sandbox: Sandbox, size: int) -> None:
    before = len(sandbox.requests)
    assert get_records(sandbox, f"?PageSize={size}") == sandbox.flows
    assert len(sandbox.requests) - before == 2


def test_meta_leads_forth_and_back(sandbox: Sandbox) -> None:
    """URLs in meta are absolute; the ends have null."""
    first = get(sandbox, "?PageSize=100").json()["meta"]
    second = get(sandbox, first["next_page_url"]).json()["meta"]
    third = get(sandbox, second["next_page_url"]).json()["meta"]
    assert [meta["page"] for meta in (first, second, third)] == [0, 1, 2]
    assert (second["page_size"], second["key"], second["url"]) == (100, KEY, first["next_page_url"])
    assert second["first_page_url"] == f"{sandbox.url}{PATH}?PageSize=100&Page=0"
    assert (first["previous_page_url"], third["next_page_url"]) == (None, None)
    assert get(sandbox, third["previous_page_url"]).json()["meta"]["next_page_url"] == third["url"]
    assert get(sandbox, second["previous_page_url"]).json()[KEY] == sandbox.flows[:100]


def test_flows_can_be_changed() -> None:
    """A change of the list of flows, or in a flow, shows in the next response."""
    with Sandbox(3) as sandbox:
        sandbox.flows[0]["enabled"] = "perhaps"
        sandbox.flows.append({"sid": "FO1"})
        assert get_records(sandbox) == sandbox.flows
        sandbox.flows[:] = []
        assert get_records(sandbox) == []


@pytest.mark.parametrize("name", ["100% & more", "ü", ""])
def test_a_filter_applies_to_all_pages(name: str) -> None:
    """A filter selects the flows with exactly that name, and is part of the next page's URL."""
    with Sandbox(20) as sandbox:
        for index in (0, 9, 19):
            sandbox.flows[index]["friendly_name"] = name
        query = httpx.QueryParams({"FriendlyName": name, "PageSize": 2})
        assert get_records(sandbox, f"?{query}") == [sandbox.flows[index] for index in (0, 9, 19)]
        assert get_records(sandbox, f"?{query.set('FriendlyName', name + '%')}") == []


RECORDS = [
    {"sid": "FO1", "enabled": True, "date_created": "2020-01-02T00:30:00+01:00", "channel_type": "sms"},
    {"sid": "FO2", "enabled": False, "date_created": "2020-01-02T00:00:00Z", "channel_type": "pigeon"},
    {"sid": "FO3", "test_labels": ["a", "b"], "enabled": None, "date_created": 7, "channel_type": ["sms"]},
]
ENABLED = Parameter(name="enabled", wire_name="Enabled", kind="boolean")
CREATED = Parameter(name="date_created", wire_name="DateCreated", kind="date-time")


@pytest.mark.parametrize(
    ("parameter", "query", "expected"),
    [
        (ENABLED, "Enabled=true", ["FO1"]),
        (ENABLED, "Enabled=perhaps", []),
        (Parameter(name="channel_type", wire_name="ChannelType", choices=("sms", "line")), "ChannelType=sms", ["FO1"]),
        (Parameter(name="sid", wire_name="Sid", is_array=True), "Sid=FO1&Sid=FO3", ["FO1", "FO3"]),
        (CREATED, "DateCreated=2020-01-01T23:30:00Z", ["FO1"]),
        (attrs.evolve(CREATED, kind="date"), "DateCreated=2020-01-01", ["FO1"]),
        (Parameter(name="test_labels", wire_name="Label"), "Label=b", ["FO3"]),
        (Parameter(name="test_labels", wire_name="Label", is_array=True), "Label=c&Label=a", ["FO3"]),
        (Parameter(name="only_twilio_knows", wire_name="OnlyTwilioKnows"), "OnlyTwilioKnows=7", ["FO1", "FO2", "FO3"]),
    ],
    ids=["boolean", "no boolean", "enum", "array", "time", "date", "item", "items", "no attribute"],
)
def test_a_filter_compares_values_of_its_type(
    monkeypatch: pytest.MonkeyPatch, parameter: Parameter, query: str, expected: list[str]
) -> None:
    """A filter compares with the attribute of its name, by type; one without an attribute selects every record."""
    monkeypatch.setattr(_api, "list_flex_flows", attrs.evolve(OPERATION, parameters=(parameter,)))
    labels = property(lambda flow: flow.additional_properties.get("test_labels"))
    monkeypatch.setattr(FlexFlow, "test_labels", labels, raising=False)
    with Sandbox(RECORDS) as sandbox:
        assert [record["sid"] for record in get_records(sandbox, f"?{query}&PageSize=1")] == expected


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        (f"{PATH}?PageSize={MOST + 1}", 400, 20007),
        (f"{PATH}?PageSize={LEAST - 1}", 400, 20007),
        (f"{PATH}?Page=1", 400, 21481),
        (f"{PATH}?Page=1&PageToken=PB2", 400, 21481),
        (f"{PATH}/", 404, 20404),
        ("/[::1/%ff", 404, 20404),
    ],
)
def test_a_wrong_request_is_refused_in_twilios_format(sandbox: Sandbox, target: str, status: int, code: int) -> None:
    response = get(sandbox, sandbox.url + target)
    body = response.json()
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    assert body == {"code": code, "message": body["message"], "more_info": more_info, "status": status}
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/json")


@pytest.mark.parametrize("header", ["", "Basic", "Basic \xf6", "Bearer abc", "Basic QUM6dG9rZW4="])
def test_other_credentials_are_refused(sandbox: Sandbox, header: str) -> None:
    response = get(sandbox, headers={"Authorization": header.encode("latin-1")}, auth=None)
    assert (response.status_code, response.json()["code"]) == (401, 20003)
    assert response.headers["WWW-Authenticate"].startswith("Basic")


def test_credentials_of_two_kinds_do_not_mix(sandbox: Sandbox) -> None:
    pairs = itertools.product((sandbox.account_sid, sandbox.api_key), (sandbox.auth_token, sandbox.api_secret))
    assert [get(sandbox, auth=pair).status_code for pair in pairs] == [200, 401, 401, 200]
