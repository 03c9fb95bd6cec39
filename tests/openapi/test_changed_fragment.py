"""Single changes to the fragment: the report of drift, and the report of `make gen` for users."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from document_parts import SAMPLE, Parts, compared
from flexflows_openapi import changes, generate

Json = dict[str, Any]
Change = Callable[[Parts], object]

SID = ["string", "null"]
CHANNEL = "FlexFlow.channel_type: type ChannelType | str | None"
BEARER = {"type": "http", "scheme": "bearer"}

# The change to the fragment; the rows of drift's report; the lines of the report of `make gen`, None if it refuses.
CHANGES: dict[str, tuple[Change, list[str], list[str] | None]] = {
    "an attribute added": (
        lambda at: at.flow.update(priority={"type": ["integer", "null"]}),
        ["flex_flows[].priority | attribute | - | integer or null"],
        ["FlexFlow.priority: added (int | None)"],
    ),
    "an attribute removed": (
        lambda at: at.flow.pop("long_lived"),
        ["flex_flows[].long_lived | attribute | boolean or null | -"],
        ["FlexFlow.long_lived: removed  (breaking)"],
    ),
    "an attribute of another type": (
        lambda at: at.flow["enabled"].update(type=["string", "null"]),
        ["flex_flows[].enabled | type | boolean | string"],
        ["FlexFlow.enabled: type bool | None -> str | None  (breaking)"],
    ),
    "an attribute of one type more": (
        lambda at: at.integration["timeout"].update(type=["integer", "string", "null"]),
        ["flex_flows[].integration.timeout | type | integer | integer or string"],
        ["Integration.timeout: type int | None -> int | str | None  (breaking)"],
    ),
    "a nested attribute added": (
        lambda at: at.integration.update(skill={"type": "string", "format": "uri"}),
        ["flex_flows[].integration.skill | attribute | - | string (uri)"],
        ["Integration.skill: added (str | None)"],
    ),
    "an object as attribute added": (
        lambda at: at.flow.update(owner={"type": "object", "properties": {"sid": {"type": "string"}}}),
        ["flex_flows[].owner | attribute | - | object"],
        ["FlexFlow.owner: added (FlexFlowOwner | None)", "FlexFlowOwner: added (model)"],
    ),
    "a list as attribute added": (
        lambda at: at.flow.update(tags={"type": ["array", "null"], "items": {"type": "string"}}),
        ["flex_flows[].tags | attribute | - | list of string or null"],
        ["FlexFlow.tags: added (list[str] | None)"],
    ),
    "the list renamed": (
        lambda at: at.schemas["FlexFlowList"]["properties"].update(
            flows=at.schemas["FlexFlowList"]["properties"].pop("flex_flows")
        ),
        ["flex_flows | attribute | list of object | -", "flows | attribute | - | list of object"],
        ["FlexFlowList.flex_flows: removed  (breaking)", "FlexFlowList.flows: added (list[FlexFlow] | None)"],
    ),
    "the list's items of another type": (
        lambda at: at.schemas["FlexFlowList"]["properties"]["flex_flows"].update(items={"type": "string"}),
        ["flex_flows[] | type | object | string"],
        None,
    ),
    "an attribute of the page added": (
        lambda at: at.meta.update(total={"type": "integer"}),
        ["meta.total | attribute | - | integer"],
        ["PageMeta.total: added (int | None)"],
    ),
    "a format removed": (
        lambda at: at.flow["date_updated"].pop("format"),
        ["flex_flows[].date_updated | format | date-time | -"],
        ["FlexFlow.date_updated: type datetime.datetime | None -> str | None  (breaking)"],
    ),
    "another format": (
        lambda at: at.flow["date_created"].update(format="date"),
        ["flex_flows[].date_created | format | date-time | date"],
        ["FlexFlow.date_created: type datetime.datetime | None -> datetime.date | None  (breaking)"],
    ),
    "another bound of a parameter": (
        lambda at: at.schema("PageSize").update(maximum=500),
        ["query PageSize | maximum | 1000 | 500"],
        ["FlexFlows.list(page_size=…): bounds 1 to 1000 -> 1 to 500  (breaking)"],
    ),
    "an enum member added": (
        lambda at: at.schemas["ChannelType"]["enum"].append("fax"),
        ["flex_flows[].channel_type | enum member | - | fax"],
        ["ChannelType.FAX: added ('fax')"],
    ),
    "an enum member removed": (
        lambda at: at.schemas["ChannelType"]["enum"].remove("line"),
        ["flex_flows[].channel_type | enum member | line | -"],
        ["ChannelType.LINE: removed  (breaking)"],
    ),
    "an enum member renamed": (
        lambda at: at.schemas["IntegrationType"].update(enum=["Studio", "external", "task"]),
        [
            "flex_flows[].integration_type | enum member | studio | -",
            "flex_flows[].integration_type | enum member | - | Studio",
        ],
        ["IntegrationType.STUDIO: value 'studio' -> 'Studio'  (breaking)"],
    ),
    "an enum closed": (
        lambda at: at.flow["channel_type"]["anyOf"].pop(1),
        ["flex_flows[].channel_type | other values | yes | no"],
        [f"{CHANNEL} -> ChannelType | None  (breaking)"],
    ),
    "an enum removed": (
        lambda at: (at.flow.update(channel_type={"type": SID}), at.schemas.pop("ChannelType")),
        ["flex_flows[].channel_type | enum | custom, facebook, line, sms, web, whatsapp | -"],
        ["ChannelType: removed  (breaking)", f"{CHANNEL} -> str | None  (breaking)"],
    ),
    "a string that becomes an enum, open": (
        lambda at: (
            at.schemas.update(Key={"type": "string", "enum": ["flex_flows"]}),
            at.meta.update(key={"anyOf": [{"$ref": "#/components/schemas/Key"}, {"type": "string"}]}),
        ),
        ["meta.key | enum | - | flex_flows"],
        ["Key: added (enum)", "PageMeta.key: type str | None -> Key | str | None"],
    ),
    "an enum's schema renamed": (
        lambda at: (
            at.schemas.update(Channel=at.schemas.pop("ChannelType")),
            at.flow["channel_type"]["anyOf"][0].update({"$ref": "#/components/schemas/Channel"}),
        ),
        [],
        [
            "ChannelType: removed  (breaking)",
            f"{CHANNEL} -> Channel | str | None  (breaking)",
            "Channel: added (enum)",
        ],
    ),
    "a parameter added": (
        lambda at: at.add_parameter("Status"),
        ["query Status | parameter | - | string"],
        ["FlexFlows.list(status=…): added (str)"],
    ),
    "a required parameter added": (
        lambda at: at.add_parameter("Status", required=True),
        ["query Status | parameter | - | string, required"],
        ["FlexFlows.list(status=…): added (str, required)  (breaking)"],
    ),
    "a parameter removed": (
        lambda at: at.remove_parameter("FriendlyName"),
        ["query FriendlyName | parameter | string | -"],
        ["FlexFlows.list(friendly_name=…): removed  (breaking)"],
    ),
    "a parameter required": (
        lambda at: at.query["FriendlyName"].update(required=True),
        ["query FriendlyName | required | no | yes"],
        ["FlexFlows.list(friendly_name=…): now required  (breaking)"],
    ),
    "a parameter of another type": (
        lambda at: at.query["FriendlyName"].update(schema={"type": "integer"}),
        ["query FriendlyName | type | string | integer"],
        ["FlexFlows.list(friendly_name=…): type str -> int  (breaking)"],
    ),
    "a parameter of one type more": (
        lambda at: at.query["FriendlyName"].update(
            schema={"anyOf": [{"type": "string", "enum": ["x"]}, {"type": "string"}]}
        ),
        ["query FriendlyName | enum | - | x"],
        [
            "FlexFlows.list(friendly_name=…): type str -> ListFlexFlowsFriendlyNameType0 | str",
            "ListFlexFlowsFriendlyNameType0: added (enum)",
        ],
    ),
    "a parameter elsewhere": (
        lambda at: at.query["PageToken"].update({"in": "header"}),
        ["query PageToken | parameter | string | -", "header pagetoken | parameter | - | string"],
        None,
    ),
    "the operation renamed": (
        lambda at: at.operation.update(operationId="list_flows", tags=["flows"]),
        [],
        ["FlexFlows.list(): removed  (breaking)", "Flows.list(): added (operation)"],
    ),
    "another operation added": (
        lambda at: at.document["paths"].update(
            {"/v1/Others": {"get": {**at.operation, "operationId": "list_others", "tags": ["others"]}}}
        ),
        [],
        ["Others.list(): added (operation)"],
    ),
    "another server": (
        lambda at: at.document.update(servers=[{"url": "https://flex.twilio.com"}]),
        [
            "operation | server | https://flex-api.twilio.com/v1/FlexFlows | https://flex.twilio.com/v1/FlexFlows",
        ],
        ["FlexFlows.list(): URL https://flex-api.twilio.com/v1/FlexFlows -> https://flex.twilio.com/v1/FlexFlows"],
    ),
}

# Changes without an effect for users, and the rows of drift's report.
WITHOUT_EFFECT: dict[str, tuple[Change, list[str]]] = {
    "the list bounded": (
        lambda at: at.schemas["FlexFlowList"]["properties"]["flex_flows"].update(maxItems=1000),
        ["flex_flows | maxItems | - | 1000"],
    ),
    "an attribute required": (
        lambda at: at.schemas["Integration"].update(required=["url"]),
        ["flex_flows[].integration.url | required | no | yes"],
    ),
    "an attribute deprecated": (
        lambda at: at.flow["url"].update(deprecated=True),
        ["flex_flows[].url | deprecated | - | yes"],
    ),
    "other attributes refused": (
        lambda at: at.schemas["Integration"].update(additionalProperties=False),
        ["flex_flows[].integration | other attributes | - | no"],
    ),
    "other attributes typed": (
        lambda at: at.schemas["Integration"].update(additionalProperties={"type": "string"}),
        ["flex_flows[].integration.* | attribute | - | string"],
    ),
    "a format added": (
        lambda at: at.flow["friendly_name"].update(format="email"),
        ["flex_flows[].friendly_name | format | - | email"],
    ),
    "a pattern added": (
        lambda at: at.flow["friendly_name"].update(pattern="^[^ ]"),
        ["flex_flows[].friendly_name | pattern | - | ^[^ ]"],
    ),
    "another pattern": (
        lambda at: at.flow["sid"].update(pattern="^FX[0-9a-f]{32}$"),
        ["flex_flows[].sid | pattern | ^FO[0-9a-fA-F]{32}$ | ^FX[0-9a-f]{32}$"],
    ),
    "a length added": (
        lambda at: at.flow["friendly_name"].update(maxLength=256),
        ["flex_flows[].friendly_name | maxLength | - | 256"],
    ),
    "a bound added": (
        lambda at: at.integration["priority"].update(minimum=0),
        ["flex_flows[].integration.priority | minimum | - | 0"],
    ),
    "an exclusive bound": (lambda at: at.schema("Page").update(exclusiveMinimum=0), ["query Page | minimum | 0 | 1"]),
    "a step added": (lambda at: at.schema("PageSize").update(multipleOf=10), ["query PageSize | multipleOf | - | 10"]),
    "null refused": (lambda at: at.flow["sid"].update(type="string"), ["flex_flows[].sid | nullable | yes | no"]),
    "null accepted": (lambda at: at.meta["page"].update(type=["integer", "null"]), ["meta.page | nullable | no | yes"]),
    "null refused beside an enum": (
        lambda at: at.flow["channel_type"]["anyOf"].pop(),
        ["flex_flows[].channel_type | nullable | yes | no"],
    ),
    "a parameter with a default": (
        lambda at: at.schema("PageSize").update(default=50),
        ["query PageSize | default | - | 50"],
    ),
    "the operation deprecated": (
        lambda at: at.operation.update(deprecated=True),
        ["operation | deprecated | no | yes"],
    ),
    "another scheme of security": (
        lambda at: at.document["components"].update(securitySchemes={"accountSidAuthToken": BEARER}),
        ["operation | security | HTTP basic | HTTP bearer"],
    ),
    "a scheme of security added": (
        lambda at: (
            at.document["components"]["securitySchemes"].update(bearer=BEARER),
            at.document["security"].append({"bearer": []}),
        ),
        ["operation | security | HTTP basic | HTTP basic, HTTP bearer"],
    ),
    "security removed": (lambda at: at.operation.update(security=[]), ["operation | security | HTTP basic | none"]),
    "a response added": (
        lambda at: at.operation["responses"].update({"404": {"description": "Not found"}}),
        ["response 404 | response | - | yes"],
    ),
    "a media type added": (
        lambda at: at.operation["responses"]["200"]["content"].update({"text/csv": {"schema": {"type": "string"}}}),
        ["response 200 | media type | - | text/csv"],
    ),
    "other words and another order": (
        lambda at: (
            at.operation.update(summary="Other words", description="Other words."),
            at.flow["sid"].update(description="Other words."),
            at.flow.update(sid=at.flow.pop("sid")),
            at.schemas["ChannelType"]["enum"].reverse(),
            at.operation["parameters"].reverse(),
        ),
        [],
    ),
}


@pytest.mark.parametrize(
    ("change", "rows"), [pytest.param(*case[:2], id=name) for name, case in {**CHANGES, **WITHOUT_EFFECT}.items()]
)
def test_drift_reports_exactly_the_change(original: Json, document: Json, change: Change, rows: list[str]) -> None:
    """A vendor's document with one change is reported with that change, and nothing else."""
    change(Parts(document))
    (found,) = compared(original, document).values()
    assert [f"{row.place} | {row.what} | {row.fragment} | {row.document}" for row in found] == rows


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> changes.Package:
    """Read the package that is generated from the sample."""
    package = tmp_path_factory.mktemp("before") / "flexflows_api"
    generate.generate(SAMPLE, package)
    return changes.read(package)


@pytest.fixture
def report(before: changes.Package, written: Callable[[Json], Path], tmp_path: Path) -> Callable[[Json], list[str]]:
    """Generate from a document, and return the lines of the report for users."""

    def regenerate(document: Json) -> list[str]:
        generate.generate(written(document), tmp_path / "flexflows_api")
        return [str(change) for change in changes.compare(before, changes.read(tmp_path / "flexflows_api"))]

    return regenerate


@pytest.mark.parametrize(
    ("change", "lines"),
    [pytest.param(change, lines, id=name) for name, (change, _, lines) in CHANGES.items() if lines is not None],
)
def test_the_report_for_users(
    document: Json, report: Callable[[Json], list[str]], change: Change, lines: list[str]
) -> None:
    """The report of `make gen` lists the effects of a change to the fragment on users, and whether they break code."""
    change(Parts(document))
    assert report(document) == lines


def test_changes_without_an_effect_are_not_reported(document: Json, report: Callable[[Json], list[str]]) -> None:
    """Changes without an effect for users are not in the report, even all of them together."""
    for change, _ in WITHOUT_EFFECT.values():
        change(Parts(document))
    assert report(document) == []
