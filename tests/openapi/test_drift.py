"""`make drift`: equivalent documents, intended differences, and invalid documents."""

import contextlib
import copy
import io
import json
import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from document_parts import SAMPLE, Parts, compared
from flexflows_openapi import document as documents
from flexflows_openapi import drift
from flexflows_openapi.document import DocumentError
from loopback import serving
from ruamel.yaml import YAML

Json = dict[str, Any]
PATH = "/v1/FlexFlows"


def test_the_fragment_does_not_differ_from_itself(original: Json) -> None:
    """A copy of the fragment has no difference."""
    assert list(compared(original, copy.deepcopy(original)).values()) == [[]]


def test_twilios_document_is_equivalent(original: Json, same_for_twilio: Json) -> None:
    """The fragment in Twilio's layout, of OpenAPI 3.0, has no difference."""
    assert list(compared(original, same_for_twilio).values()) == [[]]


SPELLINGS: dict[str, Callable[[Parts], object]] = {
    "a server with a part of the path": lambda at: at.document.update(
        servers=[{"url": "https://FLEX-API.twilio.com/{version}/", "variables": {"version": {"default": "v1"}}}],
        paths={"/FlexFlows": at.document["paths"][PATH]},
    ),
    "parameters of the path, by reference": lambda at: (
        at.components.update(parameters={"token": at.operation["parameters"].pop()}),
        at.document["paths"][PATH].update(parameters=[{"$ref": "#/components/parameters/token"}]),
    ),
    "bounds that exclude": lambda at: at.query["PageSize"].update(
        schema={"type": "integer", "format": "int64", "minimum": 0, "exclusiveMinimum": True, "exclusiveMaximum": 1001}
    ),
    "allOf and oneOf": lambda at: at.query["Page"].update(
        schema={"oneOf": [{"allOf": [{"type": "number"}, {"type": "integer", "minimum": 0}]}]}
    ),
    "a bound that bounds nothing": lambda at: at.flow["friendly_name"].update(minLength=0),
    "constants instead of an enum": lambda at: at.schemas.update(
        IntegrationType={"oneOf": [{"const": "task"}, {"const": "studio"}, {"const": "external"}]}
    ),
    "a media type with a parameter": lambda at: at.operation["responses"].update(
        {"200": {"content": {"application/json; charset=utf-8": at.json}}}
    ),
    "a scheme of another name": lambda at: (
        at.components.update(securitySchemes={"basic": {"type": "http", "scheme": "Basic"}}),
        at.operation.update(security=[{"basic": []}]),
    ),
    "a response by reference": lambda at: (
        at.components.update(responses={"page": at.operation["responses"].pop("200")}),
        at.operation["responses"].update({"200": {"$ref": "#/components/responses/page"}}),
    ),
    "an object without a type": lambda at: at.schemas["PageMeta"].pop("type"),
    "an object in two parts": lambda at: at.schemas.update(
        Half={"type": "object", "properties": {name: at.flow.pop(name) for name in ("sid", "url", "integration")}},
        FlexFlow={"allOf": [{"$ref": "#/components/schemas/Half"}, at.schemas["FlexFlow"]]},
    ),
    "headers that are no parameters": lambda at: at.add_parameter("Accept", "header"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_equivalent_documents(original: Json, document: Json, spelling: str) -> None:
    """Equivalent descriptions are no difference."""
    SPELLINGS[spelling](Parts(document))
    assert list(compared(original, document).values()) == [[]]


def test_schemas_may_refer_to_themselves(document: Json) -> None:
    """A schema that contains itself is compared down to the reference to itself."""
    Parts(document).flow["parent"] = {"$ref": "#/components/schemas/FlexFlow"}
    other = copy.deepcopy(document)
    Parts(other).flow["sid"]["maxLength"] = 40
    (found,) = compared(document, other).values()
    assert [(row.place, row.what) for row in found] == [("flex_flows[].sid", "maxLength")]


def test_a_missing_operation(document: Json) -> None:
    """An operation that the document lacks is reported; the other operation is compared."""
    two = copy.deepcopy(document)
    two["paths"]["/v1/Others"] = {"get": {**two["paths"][PATH]["get"], "operationId": "list_others"}}
    same, gone = compared(two, document).values()
    assert (same, [(row.what, row.document) for row in gone]) == ([], [("operation", "-")])


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run drift, and return its exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        given = ["--fragment", SAMPLE, "--deviations", SAMPLE.with_name("sample-deviations.yaml"), *arguments]
        code = drift.main([str(argument) for argument in given])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


Run = Callable[..., tuple[int, str, str]]
Write = Callable[[Json], Path]


def test_every_difference_from_twilio_is_explained(command: Run, written: Write, twilio: Json) -> None:
    """Twilio's document differs only where deviations.yaml says so, and no deviation is stale."""
    code, out, _ = command(written(twilio))
    assert (code, out.splitlines()[0]) == (0, "GET /v1/FlexFlows: no differences, 28 more are intended")
    assert out.count("intended: ") == 5
    assert "explain nothing" not in out


def test_an_unexplained_difference_fails(command: Run, written: Write, twilio: Json) -> None:
    """An additional enum member is a row above the intended differences, and the exit code is 1."""
    twilio["components"]["schemas"]["flex_flow_enum_channel_type"]["enum"].append("fax\x1b[2J")
    code, out, _ = command(written(twilio))
    assert code == 1
    assert out.splitlines()[2].split() == ["flex_flows[].channel_type", "enum", "member", "-", "fax\\x1b[2J"]
    assert out.splitlines()[-1].startswith("1 unexplained: ")


def test_a_deviation_explains_one_difference_only(command: Run, written: Write, twilio: Json) -> None:
    """If the document changes at a deviation's place, the row is reported again, and the deviation as stale."""
    twilio["components"]["schemas"]["flex.v1.flex_flow"]["properties"]["integration"] = {"type": "string"}
    code, out, _ = command(written(twilio))
    above, _, stale = out.partition("Deviations that explain nothing; delete them:")
    assert code == 1
    assert "flex_flows[].integration       type          object or null  string" in above
    assert "flex_flows[].integration  type  object    anything" in stale


def test_stale_deviations_alone_do_not_fail(command: Run) -> None:
    """If nothing differs any more, every deviation is named, and the command exits with 0."""
    code, out, _ = command(SAMPLE)
    assert code == 0
    assert out.startswith("GET /v1/FlexFlows: no differences\n\nDeviations that explain nothing")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("GET /v1/FlexFlows:\n- place: a\n  what: type\n", "deviations.yaml:2: a deviation has a place"),
        ("GET /v1/FlexFlows: [", "deviations.yaml:1: neither JSON nor YAML"),
        ("GET /v1/FlexFlows:\n  type\n", "deviations.yaml:1: a deviation has a place"),
    ],
    ids=["no reason", "not YAML", "no list"],
)
def test_invalid_deviations(command: Run, tmp_path: Path, text: str, message: str) -> None:
    """An error in the deviations file is reported with its line."""
    path = tmp_path / "deviations.yaml"
    path.write_text(text, encoding="utf-8")
    code, out, err = command(SAMPLE, "--deviations", path)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert message in err


def test_a_missing_deviations_file(command: Run, tmp_path: Path) -> None:
    """Without a deviations file nothing is explained."""
    assert command(SAMPLE, "--deviations", tmp_path / "none.yaml")[0] == 0


def test_yaml_documents(command: Run, tmp_path: Path, twilio: Json) -> None:
    """A document may be YAML."""
    text = io.StringIO()
    YAML().dump(twilio, text)
    path = tmp_path / "document.yaml"
    path.write_text(text.getvalue(), encoding="utf-8")
    assert command(path)[0] == 0


UNRELATED: dict[str, Callable[[Parts], object]] = {
    "a path elsewhere": lambda at: at.document["paths"].update({"/v1/Others": {"$ref": "others.yaml"}}),
    "a path that is nowhere": lambda at: at.document["paths"].update({"/v1/Others": {"$ref": "#/components/x"}}),
    "a parameter elsewhere": lambda at: at.document["paths"].update(
        {"/v1/Others": {"get": {"parameters": [{"$ref": "x.yaml"}], "responses": {"200": {"$ref": "y.yaml"}}}}}
    ),
    "a server that is no URL": lambda at: at.document["paths"].update(
        {"/v1/Others": {"servers": [{"url": "http://["}], "get": {}}}
    ),
    "an invalid operation": lambda at: at.document["paths"].update({"/v1/Others": {"get": 5}, "/v1/More": 7}),
    "a schema elsewhere": lambda at: at.schemas.update(Other={"$ref": "other.json#/a"}),
    "an anchor": lambda at: (
        at.schemas["FlexFlow"].update({"$anchor": "flow"}),
        at.schemas["FlexFlowList"]["properties"]["flex_flows"].update(items={"$ref": "#flow"}),
    ),
}


@pytest.mark.parametrize("change", UNRELATED.values(), ids=UNRELATED)
def test_mistakes_elsewhere_in_the_document_are_ignored(
    original: Json, document: Json, change: Callable[[Parts], object]
) -> None:
    """A mistake in another operation is ignored, and a reference to an anchor is followed."""
    change(Parts(document))
    assert list(compared(original, document).values()) == [[]]


COMPARED_AS_TEXT: dict[str, tuple[Callable[[Parts], object], str]] = {
    "not": (lambda at: at.schemas["FlexFlow"].update({"not": {"required": ["x"]}}), "flex_flows[] | not | - | {"),
    "patternProperties": (
        lambda at: at.schemas["FlexFlow"].update(patternProperties={"^x": {}}),
        'flex_flows[] | patternProperties | - | {"^x": {}}',
    ),
    "unevaluatedProperties": (
        lambda at: at.schemas["FlexFlow"].update(unevaluatedProperties=False),
        "flex_flows[] | unevaluatedProperties | - | false",
    ),
    "a discriminator": (
        lambda at: at.schemas["FlexFlow"].update(discriminator={"propertyName": "sid"}),
        "flex_flows[] | discriminator | - | {",
    ),
    "a response's header": (
        lambda at: at.operation["responses"]["200"].update(headers={"X-Rate": {"schema": {"type": "integer"}}}),
        "response 200 header x-rate | header | - | integer",
    ),
    "a response's links": (
        lambda at: at.operation["responses"]["200"].update(links={"next": {"operationId": "x"}}),
        "operation | response 200 links | - | {",
    ),
    "a callback": (lambda at: at.operation.update(callbacks={"x": {}}), 'operation | callbacks | - | {"x": {}}'),
    "reserved characters": (
        lambda at: at.query["FriendlyName"].update(allowReserved=True),
        "query FriendlyName | allowReserved | - | true",
    ),
    "another style": (
        lambda at: at.query["FriendlyName"].update(style="pipeDelimited"),
        "query FriendlyName | style | form | pipeDelimited",
    ),
    "another type and no null": (
        lambda at: at.flow.update(sid={"type": "integer"}),
        "flex_flows[].sid | type | string or null | integer",
    ),
}


@pytest.mark.parametrize(("change", "expected"), COMPARED_AS_TEXT.values(), ids=COMPARED_AS_TEXT)
def test_no_keyword_is_ignored(
    original: Json, document: Json, change: Callable[[Parts], object], expected: str
) -> None:
    """Keywords that drift does not interpret are compared as text; one change is one row."""
    change(Parts(document))
    (rows,) = compared(original, document).values()
    (row,) = [f"{row.place} | {row.what} | {row.fragment} | {row.document}" for row in rows]
    assert row.startswith(expected)


def test_explode_is_compared_for_arrays_and_objects_only(document: Json) -> None:
    """`explode` is compared if it is not the style's default, and only for arrays and objects."""
    at = Parts(document)
    at.schema("FriendlyName").update(type="array", items={"type": "string"})
    other = copy.deepcopy(document)
    Parts(other).query["FriendlyName"].update(explode=False)
    Parts(other).query["PageToken"].update(explode=False)
    Parts(other).query["Page"].update(explode=True)
    (rows,) = compared(document, other).values()
    assert [(row.place, row.what, row.fragment, row.document) for row in rows] == [
        ("query FriendlyName", "explode", "-", "no")
    ]


def test_a_path_in_another_file_is_an_error(command: Run, written: Write, document: Json) -> None:
    """A document that has the fragment's path in another file is an error with the reason."""
    document["paths"][PATH] = {"$ref": "flows.yaml"}
    code, _, err = command(written(document))
    assert (code, len(err.splitlines())) == (2, 1)
    assert "$ref 'flows.yaml' leaves the document" in err


def test_a_long_value_does_not_widen_other_rows(command: Run, written: Write, document: Json) -> None:
    """A long value does not widen other rows."""
    flow = Parts(document).flow
    flow["sid"]["pattern"] = "x" * 300
    flow["url"]["pattern"] = "y"
    _, out, _ = command(written(document))
    assert sorted(map(len, out.splitlines()))[-2] < 130


def test_a_file_url_is_read(command: Run) -> None:
    """A document may be named by a `file:` URL."""
    assert command(SAMPLE.as_uri())[0] == 0


def _without(name: str) -> Callable[[Json], str]:
    return lambda document: json.dumps({key: value for key, value in document.items() if key != name})


def _with(**parts: Any) -> Callable[[Json], str]:
    return lambda document: json.dumps({**document, **parts})


def _multiplying(document: Json) -> str:
    schemas = {
        f"S{n}": {"properties": {name: {"$ref": f"#/components/schemas/S{n + 1}"} for name in "abcdef"}}
        for n in range(9)
    }
    document["components"]["schemas"] |= schemas | {"S9": {"type": "string"}, "FlexFlow": schemas["S0"]}
    return json.dumps(document)


def _dangling(document: Json) -> str:
    return json.dumps(document).replace('"#/components/schemas/FlexFlow"', '"#/components/schemas/Gone"')


def _leaving(document: Json) -> str:
    return json.dumps(document).replace('"#/components/schemas/FlexFlow"', '"other.yaml#/FlexFlow"')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(lambda _: "[1, 2]", "it has no object at its top", id="a list"),
        pytest.param(_without("openapi"), "not an OpenAPI document", id="not OpenAPI"),
        pytest.param(_with(swagger="2.0"), "Swagger 2.0; convert it to OpenAPI 3.0 or 3.1", id="Swagger"),
        pytest.param(_with(openapi="4.0.0"), "OpenAPI 4.0.0; only 3.0 and 3.1", id="another OpenAPI"),
        pytest.param(_with(paths={}), "has no GET /v1/FlexFlows", id="without the operation"),
        pytest.param(_without("paths"), "has no GET /v1/FlexFlows", id="without paths"),
        pytest.param(_with(paths=[]), "paths: expected an object", id="paths of another type"),
        pytest.param(_with(servers=[{"url": "http://["}]), "'http://[' is not a URL", id="an invalid server"),
        pytest.param(_dangling, "names nothing in the document", id="a reference to nothing"),
        pytest.param(_leaving, "leaves the document", id="a reference to another file"),
        pytest.param(_multiplying, "its references multiply", id="references that multiply"),
    ],
)
def test_invalid_documents(
    command: Run, tmp_path: Path, document: Json, content: Callable[[Json], str], message: str
) -> None:
    """A file that cannot be compared is named, with the reason, in one line; the command exits with 2."""
    path = tmp_path / "document"
    path.write_text(content(document), encoding="utf-8")
    code, out, err = command(path)
    assert (code, out, len(err.splitlines())) == (2, "", 1), err
    assert err.startswith(f"{path}:")
    assert message in err


def test_a_missing_file(command: Run, tmp_path: Path) -> None:
    """A missing file and an invalid fragment exit with 2."""
    assert command(tmp_path / "none") == (2, "", f"{tmp_path / 'none'}: No such file or directory\n")
    assert command(SAMPLE, "--fragment", tmp_path / "none")[0] == 2


def test_a_document_at_a_url(command: Run, twilio: Json) -> None:
    """A URL is fetched."""
    with serving(lambda _: (200, json.dumps(twilio).encode())) as url:
        assert command(url)[0] == 0


def test_a_url_with_a_404_response(command: Run) -> None:
    """A URL with a 404 response is an error with the status."""
    with serving(lambda _: (404, b"{}")) as url:
        assert command(url) == (2, "", f"{url}: the server responds 404 Not Found\n")


def test_a_url_that_never_responds(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that never responds is an error after the timeout."""
    monkeypatch.setattr(documents, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert command(url) == (2, "", f"{url}: no complete response within 0.2 s\n")


def test_a_url_with_an_endless_body(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """More bytes than any document has are not read."""
    monkeypatch.setattr(documents, "MAX_BYTES", 50_000)
    with serving(lambda _: (200, b" " * 60_000)) as url:
        assert command(url) == (2, "", f"{url}: larger than 0 MB\n")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://", "https://[::1"])
def test_a_url_that_cannot_be_fetched(command: Run, url: str) -> None:
    """A URL that cannot be fetched is an error of one line."""
    code, out, err = command(url)
    assert (code, out, len(err.splitlines())) == (2, "", 1), err


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*place, step)
        yield from _places(inner, (*place, step))


JUNK = [None, True, 0, -1.5, 10**400, "", "x", "http://[", [], [None], ["x"], [[]], [{}], {}, {"x": None}, {"$ref": 5}]


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: str(junk)[:20])
def test_any_value_in_any_place(original: Json, junk: Any) -> None:
    """With any value in any place of a document, drift returns a report or raises its own error."""
    for place in random.sample(list(_places(original)), 60):
        document = copy.deepcopy(original)
        inner: Any = document
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = copy.deepcopy(junk)
        with contextlib.suppress(DocumentError):
            assert drift.report(compared(original, document), {})[0]


def test_parts_of_another_type_are_refused(original: Json, document: Json) -> None:
    """Parts of another type than in OpenAPI are refused, and do not count as empty."""
    for part in ("parameters", "responses", "security"):
        other = copy.deepcopy(document)
        other["paths"][PATH]["get"][part] = "none"
        with pytest.raises(DocumentError, match=part):
            compared(original, other)
