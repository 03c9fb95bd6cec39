"""Documents of every kind: a package without a loss, or one line with the file, the line and the name."""

import json
from pathlib import Path

import pytest
from generation import small, write_package

import generate
from document import Document

# What is added to a document, and a part of the message, which begins with the line of the addition.
PROPERTIES = {
    'a: {$ref: "#/components/schemas/B"}': "names nothing",
    "a: {$ref: other.yaml}": "leads out of the document",
    "a: {type: string, enum: [in_transit, in-transit]}": "in_transit",
    "a: {type: string, enum: [A+, A-]}": "the document has",
    "a: {allOf: [{type: string}, {type: object}]}": "the document has object or string",
    "a: {type: maybe}": "Thing/properties/a/type: 'maybe' is not",
    'a: {type: string, pattern: "["}': "is not a 'regex'",
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
    "a: &a {properties: {b: *a}}": "Circular reference",
    "a:\n\tb: 1": "cannot be read as YAML or JSON",
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
    "{name: F, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}": "F is not a string",
    "{name: page_size, in: query, schema: {type: string}}\n        - {name: page-size, in: query, schema: {}}": "page",
    "{name: F, in: query, schema: {type: integer}, example: many}": "an example of F: f must be an integer",
}
PATHS = {
    "/{sid}: {get: {<things>}}": "Path parameter 'sid'",
    "/others: {post: {}}": "post is not supported, only get is",
    '/others: {$ref: "#/components/schemas/Thing"}': "$ref is not supported, only get is",
    "/others: {summary: None}": "a path without get",
    "/others: {get: {operationId: list_things, <things>}}": "list_things",
    "/others: {get: {requestBody: {content: {}}, <things>}}": "requestBody is not supported",
    "/others: {get: {servers: [{url: http://a.example}], <things>}}": "http://a.example is not an https origin",
    "/others: {get: {servers: [{url: https://a.example/v1}], <things>}}": "https://a.example/v1 is not an https origin",
    '/others: {get: {servers: [{url: "https://{a}.example"}], <things>}}': "https://{a}.example is not an https origin",
    "/others: {get: {responses: {default: {description: OK}}}}": "no schema of a JSON body",
    '/others: {get: {responses: {"200": {description: OK, content: {text/csv: {}}}}}}': "no schema of a JSON body",
    '/others: {get: {responses: {"200": {description: OK, content: {application/json: {schema: {}}}}}}}': "is not an",
}
OTHERS = {
    "a stray brace": (small(paths='"/v1/T}": {get: {<things>}}'), "Single '}'"),
    "a parameter twice": (small(parameters="- {name: PageSize, in: query, schema: {}}"), "Duplicate parameter"),
    "operationIds of one name in Python": (
        small(paths="/others: {get: {operationId: listThings, tags: [things], <things>}}"),
        "the operation is not in the package",
    ),
    "no server": (small().replace('servers: [{url: "https://api.example.com"}]', ""), "the server / is not"),
    "Swagger": ("swagger: '2.0'\ninfo: {title: T, version: '1'}\npaths: {}", "None is not OpenAPI 3.0 or 3.1"),
    "webhooks": (f"{small()}webhooks: {{}} # here", "webhooks are not supported"),
    "a list without next_page_url": (
        small(parameters="- {name: PageToken, in: query, schema: {type: string}}").replace("next_page_url", "total"),
        "a list has one array of objects, and a meta with next_page_url",
    ),
}
REFUSED = {
    **{f"property {each}": (small(properties=f"{each} # here"), message) for each, message in PROPERTIES.items()},
    **{f"property {each}": (small(properties=each), message) for each, message in PASSED_ON.items()},
    **{f"schema {each}": (small(schemas=f"{each} # here"), message) for each, message in SCHEMAS.items()},
    **{f"parameter {each}": (small(parameters=f"- {each} # here"), message) for each, message in PARAMETERS.items()},
    **{f"path {each}": (small(paths=f"{each} # here"), message) for each, message in PATHS.items()},
    **OTHERS,
}

# A property or a parameter, and the attribute or filter that it gives.
ATTRIBUTES = {
    'state: {type: [string, "null"], enum: [a, null]}': "state: ThingState | None",
    "size: {type: integer, enum: [1, -2]}": "size: ThingSize | None",
    "odd: {enum: [yes, no, on, 2020-01-01]}": "odd: ThingOdd | None",
    "shade: {anyOf: [{enum: [a]}, {type: string}]}": "shade: ThingShadeType0 | str | None",
    'whole: {allOf: [{$ref: "#/components/schemas/Meta"}]}': "whole: Meta | None",
    "either: {type: [integer, string]}": "either: int | str | None",
    "map: {type: object, additionalProperties: {type: integer}}": "map_: ThingMap | None",
    "grid: {type: array, items: {type: array, items: {type: number}}}": "grid: list[list[float]] | None",
    'texts: {type: array, items: {type: [string, "null"]}}': "texts: list[str | None] | None",
    "anything: {}": "anything: Any = None",
    "untyped: {items: {type: string}}": "untyped: Any = None",
    "text: {type: string, items: {}}": "text: str | None",
    "day: {type: string, format: date}": "day: datetime.date | None",
    "default: {type: string, default: 2020-01-01T00:00:00Z}": "default: str | None",
    'quoted: {type: string, description: \'x """ \\ {{ 1/0 }} {% raw %} "\'}': "quoted: str | None",
    "long: {type: string, description: " + "\\\\" * 200 + " " + "word " * 60 + "}": "long: str | None",
    "class: {type: string}": "class_: str | None",
    "None: {type: string}": "none: str | None",
    "str: {type: string}": "str_: str | None",
    "datetime: {type: string}": "datetime_: str | None",
    "_names: {type: string}": "field_names: str | None",
    "$ref: {type: string}": "ref: str | None",
    "a%s: {type: string}": "as_: str | None",
    "self: {type: string}": "self_: str | None",
    **{f"{key}: {{type: string}}": f'"{key}": ' for key in ("1", "1.0", "true", "null", "yes", "2020-01-01")},
}
FILTERS = {
    "{name: class, in: query, schema: {type: string}}": "class_: str | None",
    "{name: limit, in: query, schema: {type: string}}": "limit_query: str | None",
    '{name: "a[]", in: query, schema: {type: string}}': "a: str | None",
    "{name: __init__, in: query, schema: {type: string}}": "field_init: str | None",
    "{name: Flag, in: query, schema: {type: boolean}}": "flag: bool | None",
    "{name: At, in: query, schema: {type: string, format: date-time}}": "at: datetime.datetime | str | None",
    "{name: Days, in: query, schema: {type: array, items: {type: string, format: date}}}": "days: Sequence[datetime.da",
    "{name: Level, in: query, schema: {type: integer, enum: [1, 2]}}": 'ListThingsLevel | Literal["1", "2"] | None',
    """{name: Quoted, in: query, schema: {enum: ['a"b', 'c\\d']}}""": """choices=('a"b', "c\\\\d")""",
}
# One package has all of them, and:
EVERYTHING = small(
    properties="\n        ".join(ATTRIBUTES),
    parameters="\n        ".join(f"- {each}" for each in FILTERS),
    components="""parameters: {F: {name: F, in: query, schema: {type: integer}}}
  responses: {R: {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/ThingList"}}}}}""",
    schemas=r"""
    Smile: {enum: ["\ud83d\ude00 smile"]}
    Sign: {type: string, enum: [A+, A-], x-enum-varnames: [A_PLUS, A_MINUS]}
    Whole: {allOf: [{$ref: "#/components/schemas/Thing"}, {required: [sid]}]}
    Count: {properties: {a: {type: array, items: {$ref: "#/components/schemas/Thing"}}, meta: {properties: {n: {}}}}}
""",
    paths="""
  /v1/Others:
    parameters: [{name: A, in: query, required: true, schema: {type: string}}]
    get:
      operationId: others
      parameters: [{$ref: "#/components/parameters/F"}, {name: Page, in: query, schema: {type: integer}}]
      responses: {"200": {$ref: "#/components/responses/R"}}
  /v1/Several: {get: {operationId: several, tags: [class, more], <things>}}
  /v1/Nameless: {get: {<things>}}
  /v1/Count:
    get:
      operationId: count
      responses:
        "200": {description: OK, content: {application/json: {schema: {$ref: "#/components/schemas/Count"}}}}
""",
)
PARTS = [
    *(("models/thing.py", part) for part in ATTRIBUTES.values()),
    *(("api/things/list_things.py", part) for part in FILTERS.values()),
    ("api/things/list_things.py", 'page_size=PageSize(wire_name="PageSize", minimum=1, maximum=100)'),
    ("models/smile.py", '"😀 smile"'),
    ("models/sign.py", 'A_PLUS = "A+"'),
    ("models/whole.py", '_required = frozenset(["sid"])'),
    ("api/default/others.py", "    f: int | None\n    a: Required[str]\n\n"),
    ("api/class_/several.py", "ListOperation[Thing, Meta]"),
    ("api/default/get_v_1_nameless.py", "get_v_1_nameless: ListOperation"),
    ("api/default/count.py", "count: Operation ="),
]


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


@pytest.mark.parametrize(("file", "part"), PARTS)
def test_every_part_of_a_document_is_in_the_package(everything: dict[str, str], file: str, part: str) -> None:
    assert part in everything[file]


def test_openapi_30_without_components_in_a_file_of_windows_is_supported(tmp_path: Path) -> None:
    text = """\ufeffopenapi: 3.0.3
info: {title: T, version: "1"}
servers: [{url: "https://a.example"}]
paths:
  /a:
    get:
      operationId: a
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {type: object, properties: {x: {type: string, nullable: true}}}}}
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
        (b'a: !!int ""', ": cannot be read as YAML or JSON"),
        (b"a: !!str {b: 1}", ":1: cannot be read as YAML or JSON: expected a scalar node"),
        (b"a: 1\n---\nb: 2\n", ":2: cannot be read as YAML or JSON"),
        (None, ": No such file or directory"),
    ],
)
def test_a_file_that_is_not_a_document_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, message: str
) -> None:
    path = tmp_path / "document"
    if content is not None:
        path.write_bytes(content)
    assert generate.main(["--fragment", str(path), "--into", str(tmp_path / "package")]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{path}{message}")


def test_json_with_tabs_and_escapes_is_read_like_yaml() -> None:
    document = Document("a", small(properties=r'a: {type: string, description: "\ud83d\ude00"}'))
    assert Document("b", json.dumps(document.data, indent="\t")).data == document.data
