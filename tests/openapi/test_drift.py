"""`make drift`: every change of Twilio's document is told in one line, and nothing else is."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from generation import FRAGMENT

import drift
from document import Document

PATH = Document.read(FRAGMENT).paths[0]
NEWER = re.sub(r"^/v\d+", "/v7", PATH)
TWILIO = f"""
servers: [{{url: "https://api.example.com"}}]
security: [{{account: []}}]
paths:
  {PATH}:
    get:
      operationId: List
      parameters:
        - {{name: Top, in: query, schema: {{type: integer}}}}
      responses:
        "200": {{description: OK, content: {{application/json: {{schema: {{$ref: "#/components/schemas/page"}}}}}}}}
    post: {{}}
components:
  schemas:
    page: {{properties: {{flows: {{type: array, items: {{$ref: "#/components/schemas/record"}}}}}}}}
    record:
      properties:
        sid: {{type: string, pattern: ^F, nullable: true}}
        kind: {{$ref: "#/components/schemas/kind"}}
        at: {{type: string, format: date-time}}
        data: {{}}
        rest: {{}}
    kind: {{type: string, enum: [a, b]}}
  securitySchemes: {{account: {{type: http, scheme: basic}}}}
"""
# A text of the document, what replaces it, and the line that tells the change; empty if it is not compared.
CHANGES = {
    "an attribute": ("data: {}", "data: {}\n        new: {type: boolean}", "+ flows[].new: boolean"),
    "an attribute less": ("at: {type: string, format: date-time}", "", "- flows[].at: string format=date-time"),
    "a type": ("data: {}", "data: {type: object}", "~ flows[].data: anything -> object"),
    "a format": (", format: date-time", "", "~ flows[].at: string format=date-time -> string"),
    "null": (", nullable: true", "", "~ flows[].sid: string pattern=^F or null -> string pattern=^F"),
    "a pattern": ("^F", "^G", "~ flows[].sid: string pattern=^F or null -> string pattern=^G or null"),
    "a member": (
        "[a, b]",
        '["\\e", a, b]',
        r"~ flows[].kind: string enum=['a', 'b'] -> string enum=['\x1b', 'a', 'b']",
    ),
    "null beside a reference": (
        'kind"}',
        'kind", nullable: true}',
        "~ flows[].kind: string enum=['a', 'b'] -> string enum=['a', 'b'] or null",
    ),
    "required": ("record:\n", "record:\n      required: [data]\n", "~ flows[].data: anything -> anything, required"),
    "a map": ("data: {}", "data: {additionalProperties: {type: integer}}", "+ flows[].data.*: integer"),
    "a parameter": (" - {", " - {name: A, in: query, schema: {type: string}}\n        - {", "+ query A: string"),
    "a bound": ("type: integer", "type: integer, maximum: 5", "~ query Top: integer -> integer maximum=5"),
    "a style": ("name: Top", "name: Top, explode: false", "~ query Top: integer -> integer, explode=False"),
    "a step": ("type: integer", "type: integer, multipleOf: 5", "~ query Top: integer -> integer multipleOf=5"),
    "required parameter": ("name: Top", "name: Top, required: true", "~ query Top: integer -> integer, required"),
    "deprecated parameter": ("name: Top", "name: Top, deprecated: true", "~ query Top: integer -> integer, deprecated"),
    "deprecated": ("operationId: List", "deprecated: true", f"~ GET {PATH}: not deprecated -> deprecated"),
    "a server": ("//api.", "//b.", "~ server: https://api.example.com -> https://b.example.com"),
    "security": ("operationId: List", "security: []", "~ security: http basic -> none"),
    "a status": ("responses:", 'responses:\n        "404": {description: x}', "+ response 404: no body"),
    "a newer path": ("paths:", f"paths:\n  {NEWER}: {{get: {{}}}}", f"+ path {NEWER}: get"),
    "a method": ("post: {}", "", f"~ path {PATH}: get, post -> get"),
    "another order of members": ("[a, b]", "[b, a]", ""),
    "another order of attributes": ("data: {}\n        rest: {}", "rest: {}\n        data: {}", ""),
    "words": ("operationId: List", "operationId: X\n      tags: [x]\n      description: x", ""),
    "a header": ("description: OK", "description: OK, headers: {A: {schema: {}}}", ""),
    "another path": ("paths:", 'paths:\n  /v1/Others: {$ref: "#/nowhere"}', ""),
    "another name of a schema": ("record", "flow", ""),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return a function that runs drift on a document, after the unchanged one was accepted."""
    reviewed, spec, fragment = (tmp_path / name for name in ("twilio.txt", "spec.json", "fragment.yaml"))
    monkeypatch.setattr(drift, "REVIEWED", reviewed)
    monkeypatch.setattr(drift, "FRAGMENT", fragment)
    fragment.write_text(f"paths: {{{PATH}: {{}}}}", "utf-8")
    reviewed.write_text("", "utf-8")

    def main(text: str, *arguments: str) -> tuple[int, list[str], str]:
        spec.write_text(text, "utf-8")
        code = drift.main([str(spec), *arguments])
        out, err = capsys.readouterr()
        return code, out.splitlines(), err

    assert main(TWILIO, "--accept")[0] == 0
    return main


@pytest.mark.parametrize(("old", "new", "line"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_told_in_one_line(run: Callable[..., Any], old: str, new: str, line: str) -> None:
    """The exit code is 1 until the change is accepted."""
    changed = TWILIO.replace(old, new)
    assert changed != TWILIO
    assert run(changed) == ((1, [line], "") if line else (0, ["no difference to twilio.txt"], ""))
    assert run(changed, "--accept")[0] == 0
    assert run(changed) == (0, ["no difference to twilio.txt"], "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "not an OpenAPI document"),
        ("{", "cannot be read as YAML or JSON"),
        ("{}", f"no GET {PATH}; similar paths: none"),
        ("paths: []", "cannot be compared: "),
        (f"paths:\n  {PATH}/Sid: {{}}", f"similar paths: {PATH}/Sid"),
        (f"paths:\n  {PATH}: {{get: {{parameters: [{{$ref: a.yaml}}]}}}}", "leads out of the document"),
        (f"paths:\n  {PATH}: {{get: 5}}", "cannot be compared: "),
    ],
)
def test_a_document_that_cannot_be_compared_is_exit_code_2_in_one_line(
    run: Callable[..., Any], text: str, message: str
) -> None:
    code, out, err = run(text)
    assert (code, out, len(err.splitlines())) == (2, [], 1)
    assert message in err
    assert run(text, "--accept")[0] == 2
    assert run(TWILIO)[0] == 0


@pytest.mark.parametrize("spec", ["none.json", ".", "http://127.0.0.1:1/", "https://127.0.0.1:1/", "https://["])
def test_a_document_that_cannot_be_read_is_exit_code_2(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert drift.main([spec]) == 2
    assert capsys.readouterr().err.startswith(f"{spec}: ")


def test_changes_are_told_operation_by_operation() -> None:
    new = {"/a": {"x": "2"}, "/b": {"y": "1"}}
    assert drift.difference({"/a": {"x": "1"}}, new) == ["GET /a", "~ x: 1 -> 2", "GET /b", "+ y: 1"]


def test_an_https_url_is_read(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    response = httpx.Response(200, text=TWILIO, request=httpx.Request("GET", "https://a.example"))
    monkeypatch.setattr(httpx, "get", lambda *_args, **_options: response)
    assert run(TWILIO)[0] == drift.main(["https://a.example/twilio.json"]) == 0
