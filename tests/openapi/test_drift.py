"""`make drift`: every change of Twilio's document is told in one line, and nothing else is."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from generation import FRAGMENT, Json

import drift
from document import Document

PATH = Document.read(FRAGMENT).paths[0]
NEWER = re.sub(r"^/v\d+", "/v7", PATH)
ATTRIBUTES: Json = {
    "sid": {"type": "string", "pattern": "^F", "nullable": True},
    "kind": {"$ref": "#/components/schemas/kind"},
    "at": {"type": "string", "format": "date-time"},
    "rest": {"description": "Anything."},
}
TWILIO: Json = {
    "openapi": "3.0.1",
    "info": {"title": "Twilio", "version": "1"},
    "servers": [{"url": "https://api.example.com"}],
    "security": [{"account": []}],
    "paths": {
        PATH: {
            "get": {
                "operationId": "List",
                "parameters": [{"name": "Size", "in": "query", "schema": {"type": "integer", "maximum": 9}}],
                "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": {
                    "properties": {"flows": {"type": "array", "items": {"$ref": "#/components/schemas/flow"}}}
                }}}}},
            },
            "post": {},
        }
    },
    "components": {
        "schemas": {"flow": {"properties": ATTRIBUTES}, "kind": {"type": "string", "enum": ["a", "b"]}},
        "securitySchemes": {"account": {"type": "http", "scheme": "basic"}},
    },
}  # fmt: skip


class Twilio:
    """A copy of the document, with its parts by name."""

    def __init__(self) -> None:
        self.data = copy.deepcopy(TWILIO)
        self.path = self.data["paths"][PATH]
        self.get = self.path["get"]
        self.size = self.get["parameters"][0]
        self.schemas = self.data["components"]["schemas"]
        self.flow = self.schemas["flow"]["properties"]


# A change of the document, and the line that tells it; empty if it is not compared.
CHANGES: dict[str, tuple[Callable[[Twilio], object], str]] = {
    "an attribute": (lambda at: at.flow.update(new={"type": "boolean"}), "+ flows[].new: boolean"),
    "an attribute less": (lambda at: at.flow.pop("at"), "- flows[].at: string format=date-time"),
    "a type": (lambda at: at.flow["rest"].update(type="object"), "~ flows[].rest: anything -> object"),
    "a format": (lambda at: at.flow["at"].pop("format"), "~ flows[].at: string format=date-time -> string"),
    "null": (
        lambda at: at.flow["sid"].pop("nullable"),
        "~ flows[].sid: string pattern=^F or null -> string pattern=^F",
    ),
    "a pattern and a length": (
        lambda at: at.flow["sid"].update(pattern="^G", maxLength=9),
        "~ flows[].sid: string pattern=^F or null -> string pattern=^G maxLength=9 or null",
    ),
    "a member": (
        lambda at: at.schemas["kind"]["enum"].insert(0, "c\x1b"),
        r"~ flows[].kind: string enum=['a', 'b'] -> string enum=['a', 'b', 'c\x1b']",
    ),
    "null beside a reference": (
        lambda at: at.flow["kind"].update(nullable=True),
        "~ flows[].kind: string enum=['a', 'b'] -> string enum=['a', 'b'] or null",
    ),
    "required": (
        lambda at: at.schemas["flow"].update(required=["rest"]),
        "~ flows[].rest: anything -> anything, required",
    ),
    "a map": (lambda at: at.flow["rest"].update(additionalProperties={"type": "integer"}), "+ flows[].rest.*: integer"),
    "a parameter": (
        lambda at: at.get["parameters"].append({"name": "A", "in": "query", "schema": {"type": "string"}}),
        "+ query A: string",
    ),
    "a bound": (lambda at: at.size["schema"].update(maximum=5), "~ query Size: integer maximum=9 -> integer maximum=5"),
    **{
        f"a parameter {word}": (
            lambda at, word=word: at.size.update({word: True}),
            f"~ query Size: integer maximum=9 -> integer maximum=9, {word}",
        )
        for word in ("required", "deprecated")
    },
    "the operation deprecated": (
        lambda at: at.get.update(deprecated=True),
        f"~ GET {PATH}: not deprecated -> deprecated",
    ),
    "a server": (
        lambda at: at.path.update(servers=[{"url": "https://b.example"}]),
        "~ server: https://api.example.com -> https://b.example",
    ),
    "security": (lambda at: at.get.update(security=[]), "~ security: http basic -> none"),
    "a status": (lambda at: at.get["responses"].update({"404": {"description": "x"}}), "+ response 404: no body"),
    "a newer path": (lambda at: at.data["paths"].update({NEWER: {"get": {}}}), f"+ path {NEWER}: get"),
    "a method": (lambda at: at.path.pop("post"), f"~ path {PATH}: get, post -> get"),
    "another order": (lambda at: (at.schemas["kind"]["enum"].reverse(), at.flow.update(sid=at.flow.pop("sid"))), ""),
    "words": (lambda at: (at.get.update(operationId="X", tags=["x"]), at.flow["at"].update(description="x")), ""),
    "a header": (lambda at: at.get["responses"]["200"].update(headers={"A": {"schema": {}}}), ""),
    "another path": (lambda at: at.data["paths"].update({"/v1/Others": {"$ref": "#/nowhere"}}), ""),
    "another name of a schema": (
        lambda at: at.schemas.update(f2=at.schemas["flow"], flow={"$ref": "#/components/schemas/f2"}),
        "",
    ),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Return a function that runs drift on a document, after the unchanged one was accepted."""
    reviewed, spec, fragment = (tmp_path / name for name in ("twilio.txt", "spec.json", "fragment.yaml"))
    monkeypatch.setattr(drift, "REVIEWED", reviewed)
    monkeypatch.setattr(drift, "FRAGMENT", fragment)
    fragment.write_text(f"paths: {{{PATH}: {{}}}}", "utf-8")
    reviewed.write_text("", "utf-8")

    def main(data: Any, *arguments: str) -> tuple[int, list[str], str]:
        spec.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
        code = drift.main([str(spec), *arguments])
        out, err = capsys.readouterr()
        return code, out.splitlines(), err

    assert main(TWILIO, "--accept")[0] == 0
    return main


@pytest.mark.parametrize(("change", "line"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_told_in_one_line(run: Callable[..., Any], change: Callable[[Twilio], object], line: str) -> None:
    """The exit code is 1 until the change is accepted."""
    twilio = Twilio()
    change(twilio)
    assert run(twilio.data) == ((1, [line], "") if line else (0, ["no difference to twilio.txt"], ""))
    assert run(twilio.data, "--accept")[0] == 0
    assert run(twilio.data) == (0, ["no difference to twilio.txt"], "")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("[1]", "not an OpenAPI document"),
        ("{", "cannot be read as YAML or JSON"),
        ("{}", f"no GET {PATH}; similar paths: none"),
        ({"paths": []}, "cannot be compared: "),
        ({"paths": {f"{PATH}/{{Sid}}": {}}}, f"similar paths: {PATH}/{{Sid}}"),
        ({"paths": {PATH: {"get": {"parameters": [{"$ref": "a.yaml"}]}}}}, "leads out of the document"),
        ({"paths": {PATH: {"get": 5}}}, "cannot be compared: "),
    ],
)
def test_a_document_that_cannot_be_compared_is_exit_code_2_in_one_line(
    run: Callable[..., Any], data: Any, message: str
) -> None:
    code, out, err = run(data)
    assert (code, out, len(err.splitlines())) == (2, [], 1)
    assert message in err
    assert run(data, "--accept")[0] == 2
    assert run(TWILIO)[0] == 0


@pytest.mark.parametrize("spec", ["none.json", ".", "http://127.0.0.1:1/", "https://127.0.0.1:1/", "https://["])
def test_a_document_that_cannot_be_read_is_exit_code_2(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert drift.main([spec]) == 2
    assert capsys.readouterr().err.startswith(f"{spec}: ")


def test_changes_are_told_operation_by_operation() -> None:
    new = {"/a": {"x": "2"}, "/b": {"y": "1"}}
    assert drift.difference({"/a": {"x": "1"}}, new) == ["GET /a", "~ x: 1 -> 2", "GET /b", "+ y: 1"]


def test_an_https_url_is_read(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    response = httpx.Response(200, json=TWILIO, request=httpx.Request("GET", "https://a.example"))
    monkeypatch.setattr(httpx, "get", lambda *_args, **_options: response)
    assert run(TWILIO)[0] == drift.main(["https://a.example/twilio.json"]) == 0


def test_the_fragment_itself_can_be_compared() -> None:
    """OpenAPI 3.1 in YAML is read, and differs from Twilio's document, whose deviations the fragment explains."""
    assert drift.main([str(FRAGMENT)]) == 1
