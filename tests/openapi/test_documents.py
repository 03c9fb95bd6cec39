"""Documents of every kind: a package without a loss, or one line with the file, the line and the name."""

import json
from pathlib import Path

import pytest
from generation import RESPONSES, THING, THING_LIST, other, small, write_package

import generate
from document import Document

# What is added to a document, and a part of the message, which begins with the line of the addition.
PROPERTIES = {
    'a: {$ref: "#/components/schemas/B"}': "names nothing",
    "a: {$ref: other.yaml}": "leads out of the document",
    "a: {type: string, enum: [in_transit, in-transit]}": "in_transit",
    "a: {type: string, enum: [A+, A-]}": "the document has",
    "a: {type: boolean, enum: [true]}": "the document has True",
    "a: {allOf: [{type: string}, {type: object}]}": "a",
    "a: {type: maybe}": "Thing/properties/a/type: 'maybe' is not",
    'a: {type: string, pattern: "["}': "is not a 'regex'",
    "a: 5": "Thing/properties/a: 5 is not",
    "to_dict: {}": "to_dict is a name that every model has",
    "additional_properties: {}": "the document has anything",
    "a: {oneOf: [{type: object, properties: {a: {}}}, {properties: {b: {}}}]}": "a: a union of several objects",
    "a: {default: !secret x}": "the tag '!secret'",
    "a: {const: x}": "Thing/properties/a/const: const is not supported",
    "a: {type: integer, example: x}": "Thing/properties/a: the example x does not fit",
}
# What the reader of YAML, the generator and ruff refuse, some of it without the line.
PASSED_ON = {
    r'a: {description: "\ud83d"}': "cannot be read as YAML or JSON",
    "a: {type: string, enum: [a, A]}": "Duplicate key A",
    "a: {type: string, enum: []}": "enum",
    "a: {enum: [a, 1]}": "Unable to process schema",
    "from_dict: {}": "Redefinition of unused `from_dict`",
}
SCHEMAS = {
    "A: {type: object, properties: {a: {}, a: {}}}": 'duplicate key "a"',
    "A: {type: object, properties: {[a]: {}}}": "a key must be a plain string",
    'A: {type: object, properties: {a: {$ref: "#/components/schemas/A"}}}': "a schema that contains itself",
    'A: {$ref: "#/components/schemas/A"}': "back to itself",
    "A: {type: object, required: [a, b], properties: {a: {}}}": "A/required: b is required",
    'A: {$ref: "#/components/schemas/Thing", properties: {a: {}}}': "a: the property is not in the package",
    'A: {properties: {a: {}}, allOf: [{$ref: "#/components/schemas/Thing"}]}': "A: the schema is not in the package",
    "A: &a {type: object}\n    B: {<<: *a, properties: {a: {}}}": "a key must be a plain string",
    "A: {allOf: [{allOf: [{properties: {a: {}}}]}, {properties: {b: {}}}]}": "a: the property is not in the package",
    "A: {type: string, properties: {a: {}}}": "A: the schema is not in the package",
    "A: {type: object, patternProperties: {a: {}}}": "patternProperties is not supported",
    "thing: {type: object, properties: {a: {}}}": '"Thing"',
    "A: {type: object, properties: {a: {properties: {b: {type: integer}}}}, example: {a: {b: x}}}": "b: the example x",
}
PARAMETERS = {
    "{name: F, in: header, schema: {type: string}}": "F is not a plain parameter of the query",
    "{name: F, in: cookie, schema: {type: string}}": "F is not a plain parameter of the query",
    "{name: F, in: query, content: {application/json: {schema: {type: string}}}}": "F is not a plain parameter",
    "{name: F, in: query, style: deepObject, schema: {type: object}}": "F is not a plain parameter",
    "{name: F, in: query, explode: false, schema: {type: string}}": "F is not a plain parameter",
    "{name: F, in: query, allowReserved: true, schema: {type: string}}": "F is not a plain parameter",
    "{name: F, in: query, schema: {type: number}}": "F is not a string, integer",
    "{name: F, in: query, schema: {}}": "F is not a string, integer",
    "{name: F, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}": "F is not a string",
    "{name: F, in: kwery, schema: {type: string}}": "kwery",
    "{name: page_size, in: query, schema: {type: string}}\n        - {name: page-size, in: query, schema: {}}": "page",
    "{name: F, in: query, schema: {type: integer}, example: many}": "an example of F: f must be an integer",
}
OTHERS = {
    "a path parameter": (small(path="/v1/{Sid}").replace('{Sid}":', '{Sid}": # here'), "Path parameter 'Sid'"),
    "a parameter twice": (
        small(parameters="- {name: PageSize, in: query, schema: {}}"),
        "Duplicate parameter 'PageSize'",
    ),
    "a stray brace": (small(path="/v1/T}"), "Single '}'"),
    **{
        f"the server {server}": (
            small(server=server).replace("get:", "get: # here"),
            f"{server} is not an https origin",
        )
        for server in ("http://a.example", "https://a.example/v1", "https://{region}.example")
    },
    "no server": (small().replace('servers: [{url: "https://api.example.com"}]', ""), "the server / is not"),
    "a path item elsewhere": (
        small(paths='/v1/Others: {$ref: "#/components/pathItems/A"} # here', components="pathItems: {A: {get: {}}}"),
        "$ref is not supported, only get is",
    ),
    "a path without get": (small(paths="/v1/Others: {summary: None} # here"), "a path without get"),
    "Swagger": ("swagger: '2.0'\ninfo: {title: T, version: '1'}\npaths: {}", "None is not OpenAPI 3.0 or 3.1"),
    "webhooks": (f"{small()}webhooks: {{}} # here", "webhooks are not supported"),
    **{method: (other(method), f"{method} is not supported, only get is") for method in ("post", "trace")},
    "a body": (small(operation="requestBody: {content: {application/json: {schema: {}}}} # here"), "requestBody"),
    **{
        f"no JSON: {text} for {old}": (small().replace(old, text), "no schema of a JSON body")
        for old, text in (("application/json", "text/csv"), ('"200"', "default"), ('"200"', "2XX"))
    },
    "an array as a response": (small(response=f"{{type: array, items: {THING}}}"), "is not an object"),
    "an operationId twice": (other("get", "list_things"), "list_things"),
    "operationIds of one name in Python": (
        other("get", "listThings, tags: [things]").replace(" # here", ""),
        "the operation is not in the package",
    ),
    "a list without next_page_url": (
        small(
            parameters="- {name: PageToken, in: query, schema: {type: string}}",
            meta="{type: object, properties: {total: {type: integer}}}",
        ),
        "a list has one array of objects, and a meta with next_page_url",
    ),
    "an alias of itself": (small(schemas="B: &b {properties: {a: *b}}"), "Circular reference"),
    "a tab": (f"{small()}x:\n\ty: 1", "cannot be read as YAML or JSON"),
}
REFUSED = {
    **{f"properties: {each}": (small(properties=f"{each} # here"), message) for each, message in PROPERTIES.items()},
    **{f"properties: {each}": (small(properties=each), message) for each, message in PASSED_ON.items()},
    **{f"schemas: {each}": (small(schemas=f"{each} # here"), message) for each, message in SCHEMAS.items()},
    **{f"parameter {each}": (small(parameters=f"- {each} # here"), message) for each, message in PARAMETERS.items()},
    **OTHERS,
}

# What is added to a document, and the attribute or filter that it gives.
ATTRIBUTES = {
    'a: {type: [string, "null"], enum: [a, null]}': "a: ThingA | None",
    "a: {type: integer, enum: [1, -2]}": "a: ThingA | None",
    "a: {enum: [yes, no, on, 2020-01-01]}": "a: ThingA | None",
    "a: {anyOf: [{enum: [a]}, {type: string}]}": "a: ThingAType0 | str | None",
    'a: {allOf: [{$ref: "#/components/schemas/Meta"}]}': "a: Meta | None",
    "a: {type: [integer, string]}": "a: int | str | None",
    "a: {type: object, additionalProperties: {type: integer}}": "a: ThingA | None",
    "a: {type: array, items: {type: array, items: {type: number}}}": "a: list[list[float]] | None",
    'a: {type: array, items: {type: [string, "null"]}}': "a: list[str | None] | None",
    "a: {}": "a: Any = None",
    "a: {items: {type: string}}": "a: Any = None",
    "a: {type: string, items: {}}": "a: str | None",
    "a: {type: string, format: date}": "a: datetime.date | None",
    "a: {type: string, default: 2020-01-01T00:00:00Z}": "a: str | None",
    'a: {type: string, description: \'x """ \\ {{ 1/0 }} {% raw %} "\'}': "a: str | None",
    "a: {type: string, description: " + "\\\\" * 200 + " " + "word " * 60 + "}": "a: str | None",
    **{
        f'"{name}": {{type: string}}': f"{attribute}: str | None"
        for name, attribute in {
            "class": "class_",
            "None": "none",
            "str": "str_",
            "datetime": "datetime_",
            "field": "field",
            "_names": "field_names",
            "raw": "raw",
            "$ref": "ref",
            "a%s": "as_",
            "self": "self_",
            "src_dict": "src_dict",
        }.items()
    },
    **{f"{key}: {{type: string}}": f'"{key}": ' for key in ("1", "1.0", "true", "null", "yes", "2020-01-01")},
}
FILTERS = {
    **{
        f'{{name: "{name}", in: query, schema: {{type: string}}}}': f"{attribute}: str | None"
        for name, attribute in {
            "class": "class_",
            "limit": "limit_query",
            "cursor": "cursor_query",
            "a[]": "a",
            "__init__": "field_init",
        }.items()
    },
    "{name: A, in: query, required: true, schema: {type: string}}": "a: Required[str]",
    "{name: A, in: query, schema: {type: boolean}}": "a: bool | None",
    "{name: A, in: query, schema: {type: string, format: date-time}}": "a: datetime.datetime | str | None",
    "{name: A, in: query, schema: {type: array, items: {type: string, format: date}}}": "a: Sequence[datetime.date",
    "{name: A, in: query, schema: {type: integer, enum: [1, 2]}}": 'a: ListThingsA | Literal["1", "2"] | None',
    """{name: A, in: query, schema: {enum: ['a"b', 'c\\d']}}""": """choices=('a"b', "c\\\\d")""",
    "{name: Page, in: query, schema: {type: integer}}": "parameters=()",
}
# One package has all the attributes, each in a model of its own, all the filters, each in an operation of its own, and:
SCHEMAS_OF_EVERYTHING = r"""
    Smile: {enum: ["\ud83d\ude00 smile"]}
    Sign: {type: string, enum: [A+, A-], x-enum-varnames: [A_PLUS, A_MINUS]}
    Whole: {allOf: [{$ref: "#/components/schemas/Thing"}, {required: [sid]}]}
    Count: {properties: {a: {type: array, items: {$ref: "#/components/schemas/Thing"}}, meta: {properties: {n: {}}}}}
"""
PATHS_OF_EVERYTHING = f"""
  /v1/Others:
    parameters: [{{name: A, in: query, required: true, schema: {{type: string}}}}]
    get:
      operationId: others
      parameters: [{{$ref: "#/components/parameters/F"}}]
      responses: {{"200": {{$ref: "#/components/responses/R"}}}}
  /v1/Several: {{get: {{operationId: several, tags: [class, more], {RESPONSES % THING_LIST}}}}}
  /v1/Nameless: {{get: {{{RESPONSES % THING_LIST}}}}}
  /v1/Count: {{get: {{operationId: count, {RESPONSES % '{$ref: "#/components/schemas/Count"}'}}}}}
"""
EVERYTHING = small(
    components="parameters: {F: {name: F, in: query, schema: {type: integer}}}\n"
    f"  responses: {{R: {{description: OK, content: {{application/json: {{schema: {THING_LIST}}}}}}}}}",
    schemas="\n    ".join(
        f"Thing{number}: {{type: object, properties: {{{each}}}}}" for number, each in enumerate(ATTRIBUTES)
    )
    + SCHEMAS_OF_EVERYTHING,
    paths="\n  ".join(
        f"/v1/{number}/Things: {{get: {{operationId: list_things, tags: [t{number}], parameters: [{each}], "
        f"{RESPONSES % THING_LIST}}}}}".replace("list_things", f"list_things_{number}")
        for number, each in enumerate(FILTERS)
    )
    + PATHS_OF_EVERYTHING,
)
PARTS = {
    "api/things/list_things.py": 'page_size=PageSize(wire_name="PageSize", minimum=1, maximum=100)',
    "models/smile.py": '"😀 smile"',
    "models/sign.py": 'A_PLUS = "A+"',
    "models/whole.py": '_required = frozenset(["sid"])',
    "api/default/others.py": "    a: Required[str]",
    "api/class_/several.py": "ListOperation[Thing, Meta]",
    "api/default/get_v_1_nameless.py": "get_v_1_nameless: ListOperation",
    "api/default/count.py": "count: Operation =",
}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_a_document_that_is_not_supported_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    path = tmp_path / "document.yaml"
    path.write_text(text, "utf-8")
    assert generate.main(["--fragment", str(path), "--into", str(tmp_path / "package")]) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1), err
    assert message in err
    assert "Traceback" not in err
    marked = [number for number, line in enumerate(text.split("\n"), 1) if "# here" in line]
    assert err.startswith(f"{path}:{marked[0]}: " if marked else f"{path}:")
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the files of the package by name."""
    package = write_package(tmp_path_factory.mktemp("package") / "everything", EVERYTHING)
    return {path.relative_to(package).as_posix(): path.read_text("utf-8") for path in package.rglob("*.py")}


@pytest.mark.parametrize(("number", "part"), list(enumerate(ATTRIBUTES.values())), ids=[key[:60] for key in ATTRIBUTES])
def test_a_property_of_each_kind_is_an_attribute(everything: dict[str, str], number: int, part: str) -> None:
    (text,) = [each for each in everything.values() if f"class Thing{number}(" in each]
    assert part.replace("Thing", f"Thing{number}") in text


@pytest.mark.parametrize(("number", "part"), list(enumerate(FILTERS.values())), ids=FILTERS)
def test_a_parameter_of_each_kind_is_a_filter(everything: dict[str, str], number: int, part: str) -> None:
    (text,) = [each for each in everything.values() if f'path="/v1/{number}/Things"' in each]
    assert part.replace("ListThings", f"ListThings{number}") in text


@pytest.mark.parametrize(("file", "part"), PARTS.items(), ids=PARTS)
def test_every_part_of_a_document_is_in_the_package(everything: dict[str, str], file: str, part: str) -> None:
    assert part in everything[file]


def test_openapi_30_without_components_in_a_file_of_windows_is_supported(tmp_path: Path) -> None:
    text = f"""\ufeffopenapi: 3.0.3
info: {{title: T, version: "1"}}
servers: [{{url: "https://a.example"}}]
paths:
  /a: {{get: {{operationId: a, {RESPONSES % "{type: object, properties: {x: {type: string, nullable: true}}}"}}}}}
"""
    package = write_package(tmp_path / "package", text.replace("\n", "\r\n"))
    assert "response=AResponse200)" in (package / "api/default/a.py").read_text("utf-8")
    assert "    x: str | None" in (package / "models/a_response_200.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ": not an OpenAPI document"),
        (b"\xff\xfe\x00", ": not UTF-8"),
        (b"[" * 500, ": cannot be read as YAML or JSON: maximum recursion"),
        (b'{"info": 1,\n "info": 2}', ':2: cannot be read as YAML or JSON: found duplicate key "info"'),
        (b"a: 1\n---\nb: 2\n", ":2: cannot be read as YAML or JSON"),
        (b"a: \x00", ": cannot be read as YAML or JSON"),
        (None, ": No such file or directory"),
        ("folder", ": Is a directory"),
    ],
)
def test_a_file_that_is_not_a_document_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | str | None, message: str
) -> None:
    path = tmp_path / "document"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    assert generate.main(["--fragment", str(path), "--into", str(tmp_path / "package")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{path}{message}")


def test_json_with_tabs_and_escapes_is_read_like_yaml() -> None:
    document = Document("a", small(properties=r'a: {type: string, description: "\ud83d\ude00"}'))
    assert Document("b", json.dumps(document.data, indent="\t")).data == document.data
