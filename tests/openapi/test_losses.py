"""Small documents with parts that the generator would lose or break: generated correctly, or refused with one line."""

import gzip
import json
from pathlib import Path

import pytest
from flexflows_openapi import generate
from flexflows_openapi.document import DocumentError

THING = '{$ref: "#/components/schemas/Thing"}'
THING_LIST = '{$ref: "#/components/schemas/ThingList"}'
RESPONSES = 'responses: {"200": {description: OK, content: {application/json: {schema: %s}}}}'


def _document(
    *,
    path: str = "/v1/Things",
    operation: str = "",
    parameters: str = "",
    response: str = THING_LIST,
    properties: str = "",
    schemas: str = "",
    paths: str = "",
    components: str = "",
) -> str:
    """Write a small document; `# here` marks the line that its error must name."""
    return f"""openapi: 3.1.0
info: {{title: Things, version: "1"}}
servers: [{{url: "https://api.example.com"}}]
paths:
  "{path}":
    get:
      operationId: list_things
      tags: [things]
      {operation}
      parameters:
        - {{name: PageSize, in: query, schema: {{type: integer, maximum: 100}}}}
        {parameters}
      {RESPONSES % response}
  {paths}
components:
  {components}
  schemas:
    ThingList:
      type: object
      properties:
        things: {{type: array, items: {{$ref: "#/components/schemas/Thing"}}}}
        meta: {{$ref: "#/components/schemas/Meta"}}
    Meta: {{type: object, properties: {{next_page_url: {{type: [string, "null"]}}}}}}
    Thing:
      type: object
      properties:
        sid: {{type: string}}
        {properties}
    {schemas}
"""


def _parameter(text: str) -> str:
    return _document(parameters=f"- {text} # here")


def _enum(values: str, more: str = "") -> str:
    return _document(properties=f"state: {{type: string, enum: {values}{more}}} # here")


def _other(method: str, more: str = "") -> str:
    return _document(paths=f"/v1/Others: {{{method}: {{operationId: others{more}, {RESPONSES % THING_LIST}}}}} # here")


# The document, and a part of the message with the names.
REFUSED: dict[str, tuple[str, str]] = {
    "half of a surrogate pair": (
        _document(properties=r'note: {description: "\ud83d"} # here'),
        r"'\ud83d' has half of",
    ),
    "half of a pair as a name": (_document(properties=r'"\ude00": {type: string} # here'), r"'\ude00' has half of"),
    "references in a circle": (
        _document(schemas='A: {$ref: "#/components/schemas/B"} # here\n    B: {$ref: "#/components/schemas/A"}'),
        "schema A contains itself",
    ),
    "allOf of itself": (
        _document(schemas='A: {type: object, allOf: [{$ref: "#/components/schemas/A"}]} # here'),
        "schema A contains itself",
    ),
    "oneOf of itself": (
        _document(schemas='A: {oneOf: [{$ref: "#/components/schemas/A"}, {type: string}]} # here'),
        "schema A contains itself",
    ),
    "a list of itself": (
        _document(schemas='A: {type: array, items: {$ref: "#/components/schemas/A"}} # here'),
        "schema A: ",
    ),
    "a path item of itself": (
        _document(paths='/v1/Others: {$ref: "#/paths/~1v1~1Others"} # here'),
        "/v1/Others contains itself",
    ),
    "a path item elsewhere": (_document(paths="/v1/Others: {$ref: others.yaml} # here"), "'others.yaml' leaves"),
    "a stray brace": (_document().replace('"/v1/Things":', '"/v1/Things}": # here'), "'/v1/Things}' is not a template"),
    "a brace that stays open": (_document().replace('"/v1/Things":', '"/v1/{Things": # here'), "'/v1/{Things' is not"),
    "a parameter without a name": (
        _document().replace('"/v1/Things":', '"/v1/{}": # here'),
        "'/v1/{}' is not a",
    ),
    "a path parameter that is not described": (
        _document(path="/v1/{Sid}/Things").replace("get:", "get: # here"),
        "GET /v1/{Sid}/Things: path parameters do not match: the path has Sid, and no path parameter is described",
    ),
    "a path parameter that the path lacks": (
        _document(parameters="- {name: Sid, in: path, required: true, schema: {type: string}}").replace(
            "get:", "get: # here"
        ),
        "the path has no parameter, and the document describes Sid",
    ),
    "one path twice": (
        _document(
            path="/v1/{Sid}",
            parameters="- {name: Sid, in: path, required: true, schema: {type: string}}",
            paths=f"/v1/{{Id}}: {{get: {{operationId: others, parameters: [{{name: Id, in: path, required: true, "
            f"schema: {{type: string}}}}], {RESPONSES % THING_LIST}}}}} # here",
        ),
        "path '/v1/{Id}' is the same as '/v1/{Sid}'",
    ),
    "values that are one member": (
        _enum("[in_transit, in-transit]"),
        "'in_transit' and 'in-transit' would both be IN_TR",
    ),
    "values that differ in a sign": (_enum("[A+, A-]"), "property state: the values 'A+' and 'A-' would both be A"),
    "values that differ in case": (_enum("[a, A]"), "the values 'a' and 'A' would both be A"),
    "values that are equal in NFKC": (_enum("[Ａ, A]"), "would both be A"),  # noqa: RUF001
    "names of members that are one": (_enum("[a+, a-]", ", x-enum-varnames: [A, a]"), "'a+' and 'a-' would both be A"),
    "an invalid member name": (_enum("[a]", ', x-enum-varnames: ["1"]'), "'a' would be the member '1'"),
    "a joiner in a value": (_enum(r'["a\u200db"]'), r"the value 'a\u200db' has an invisible"),
    "a newline in a value": (_enum(r'["a\nb"]'), r"the value 'a\nb' has an invisible"),
    "a soft hyphen in a value": (_enum(r'["a\u00adb"]'), r"the value 'a\xadb' has an invisible"),
    "a line separator in a value": (_enum(r'["a\u2028b"]'), r"the value 'a\u2028b' has an invisible"),
    "a newline in a constant": (_document(properties=r'word: {const: "a\nb"} # here'), r"the value 'a\nb' has an"),
    "a value twice": (_enum("[a, b, a]"), "the enum has a value twice: a"),
    "an enum without values": (_enum("[]"), "the enum has no value"),
    "an enum of two types": (_document(properties="state: {enum: [a, 1]} # here"), "values of types int, str"),
    "an enum of fractions": (
        _document(properties="state: {type: number, enum: [1.5]} # here"),
        "values of types float",
    ),
    "an enum of one boolean": (_document(properties="state: {type: boolean, enum: [true]} # here"), "enum of booleans"),
    "alternatives beside properties": (
        _document(
            schemas="X: {properties: {a: {type: string}}, oneOf: [{properties: {b: {}}}, {properties: {c: {}}}]} # here"
        ),
        "schema X: the properties a would be missing",
    ),
    "a reference beside properties": (
        _document(schemas='X: {$ref: "#/components/schemas/Thing", properties: {a: {type: string}}} # here'),
        "schema X: the properties a would be missing",
    ),
    "alternatives within allOf": (
        _document(
            schemas='X: {allOf: [{$ref: "#/components/schemas/Thing"}, {oneOf: [{properties: {a: {}}}, {}]}]} # here'
        ),
        "schema X: allOf combines objects",
    ),
    "a string within allOf": (
        _document(schemas="X: {allOf: [{type: string}]} # here"),
        "schema X: allOf combines objects",
    ),
    "allOf within allOf": (
        _document(schemas="X: {allOf: [{allOf: [{properties: {a: {}}}]}, {properties: {b: {}}}]} # here"),
        "schema X, property a would be missing",
    ),
    "properties of a string": (
        _document(schemas="X: {type: string, properties: {a: {type: string}}} # here"),
        "schema X: the properties a would be missing",
    ),
    "items of no array": (
        _document(schemas="X: {items: {properties: {a: {}}}} # here"),
        "the properties a would be missing",
    ),
    "properties by pattern": (
        _document(schemas='X: {type: object, patternProperties: {"^x": {type: string}}} # here'),
        "schema X: patternProperties is not supported",
    ),
    "properties under a condition": (
        _document(schemas="X: {type: object, if: {properties: {a: {}}}, then: {properties: {b: {}}}} # here"),
        "schema X: if is not supported",
    ),
    "properties that are one attribute": (
        _document(properties="ﬁ: {type: string}\n        fi: {type: string} # here"),
        "the properties ﬁ and fi would both be fi",
    ),
    "properties that differ in a joiner": (
        _document(properties='"a\u200db": {type: string}\n        ab: {type: string} # here'),
        "ab would both be ab",
    ),
    "a property of the model's own": (
        _document(properties="to_dict: {type: string}").replace("    Thing:", "    Thing: # here"),
        "to_dict",
    ),
    "schemas that are one class": (
        _document(
            schemas="a_b: {type: object, properties: {x: {}}}\n    AB: {type: object, properties: {y: {}}} # here"
        ),
        '"AB"',
    ),
    "a schema that hides an import": (_document(schemas="Any: {type: object, properties: {a: {}}} # here"), "Any"),
    "parameters that are one filter": (
        _document(
            parameters="- {name: ﬁ, in: query, schema: {type: string}}\n"
            "        - {name: fi, in: query, schema: {type: string}}"
        ).replace("get:", "get: # here"),
        "GET /v1/Things: the name fi would have two meanings",
    ),
    "a parameter twice": (
        _document(
            parameters="- {name: F, in: query, schema: {type: string}}\n"
            "        - {name: F, in: query, schema: {type: integer}} # here"
        ),
        "GET /v1/Things: the query parameter F is described twice",
    ),
    "a parameter by content": (
        _parameter("{name: F, in: query, content: {application/json: {schema: {type: string}}}}"),
        "GET /v1/Things, query parameter F: content is not supported",
    ),
    "a header": (
        _parameter("{name: headers, in: header, schema: {type: string}}"),
        "header parameter headers: a header",
    ),
    "a cookie": (_parameter("{name: F, in: cookie, schema: {type: string}}"), "cookie parameter F: a cookie"),
    "deepObject": (
        _parameter("{name: F, in: query, style: deepObject, schema: {type: object, properties: {a: {}}}}"),
        "query parameter F: style deepObject is not supported",
    ),
    "explode: false": (
        _parameter("{name: F, in: query, explode: false, schema: {type: array, items: {type: string}}}"),
        "query parameter F: explode: false is not supported",
    ),
    "pipes": (
        _parameter("{name: F, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}"),
        "query parameter F: style pipeDelimited is not supported",
    ),
    "reserved characters": (
        _parameter("{name: F, in: query, allowReserved: true, schema: {type: string}}"),
        "query parameter F: allowReserved is not supported",
    ),
    "an object in the query": (
        _parameter("{name: F, in: query, schema: {type: object}}"),
        "parameter F: an object is not",
    ),
    "anything in the query": (
        _parameter("{name: F, in: query, schema: {}}"),
        "parameter F of GET /v1/Things has a type",
    ),
    "lists in the query": (
        _parameter("{name: F, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}"),
        "parameter F of GET /v1/Things has a type",
    ),
    "a matrix in the path": (
        _document(
            path="/v1/{Sid}",
            parameters="- {name: Sid, in: path, required: true, style: matrix, schema: {type: string}} # here",
        ),
        "path parameter Sid: style matrix is not supported",
    ),
    **{
        method: (_other(method), f"{method.upper()} /v1/Others: only GET")
        for method in ("post", "put", "delete", "head")
    },
    "a body": (
        _document(operation="requestBody: {content: {application/json: {schema: {type: object}}}} # here"),
        "GET /v1/Things: requestBody is not supported",
    ),
    "a callback": (
        _document(operation='callbacks: {x: {"{$url}": {get: {responses: {"200": {description: x}}}}}} # here'),
        "GET /v1/Things: callbacks is not supported",
    ),
    "a list at the top of a response": (
        _document(response='{type: array, items: {$ref: "#/components/schemas/Thing"}}').replace(
            "}}}}\n", "}}}} # here\n"
        ),
        "GET /v1/Things: the response would be missing",
    ),
    "a response that is not JSON": (
        _document().replace("application/json", "text/csv").replace("get:", "get: # here"),
        "GET /v1/Things: the response would be missing",
    ),
    "a response for other statuses only": (
        _document().replace('"200"', "default").replace("}}}}\n", "}}}} # here\n"),
        "GET /v1/Things: the response would be missing",
    ),
    "a page size of an operation that is no list": (
        _document(
            paths="/v1/Others: {get: {operationId: others, parameters: "
            f"[{{name: PageSize, in: query, schema: {{type: integer}}}}], {RESPONSES % THING}}}}} # here"
        ),
        "GET /v1/Others: the parameter PageSize would be missing",
    ),
    "an operation's name twice": (
        _other("get").replace("others", "list_things"),
        "'list_things' is used already, on line 7",
    ),
    "an operation named like an import": (
        _other("get").replace("others", "uuid"),
        "the name uuid would have two meanings",
    ),
    "a name that no file can have": (_other("get").replace("others", "x" * 300), "longer than 200 bytes"),
    "text that turns around": (
        _document(properties=r'note: {description: "a\u202eb"} # here'),
        "control character U+202E",
    ),
    "a bell in a text": (_document(properties=r'note: {description: "a\u0007b"} # here'), "control character U+0007"),
    "a key twice": (_document(properties="a: {}\n        a: {} # here"), "duplicate key 'a', first on line 28"),
    "a key that is a list": (
        _document(properties="? [a]\n        : {}").replace("? [a]", "? [a] # here"),
        "a key that is a list",
    ),
    "an alias of itself": (_document(schemas="B: &b {properties: {a: *b}} # here"), "an alias that contains itself"),
    "a number that JSON lacks": (_enum("[010]"), "JSON has no value such as 010; quote it"),
    "a number without end": (
        _document(properties=f"a: {{maximum: {'9' * 5000}}} # here"),
        "JSON has no value such as 999",
    ),
    "a tag": (
        _document(properties="a: !secret {} # here").replace("!secret {}", "{default: !secret x}"),
        "no value such as x",
    ),
    "a character that ends a line in YAML": (
        _document(properties='a: {description: "\u2028"} # here'),
        r"character \u2028",
    ),
}

# The document, a file of the package, and a part of that file.
SUPPORTED: dict[str, tuple[str, str, str]] = {
    "an escaped emoji in YAML": (_enum(r'["\ud83d\ude00 smile"]'), "models/thing_state.py", '"😀 smile"'),
    "a recursive object": (
        _document(properties='parent: {$ref: "#/components/schemas/Thing"}'),
        "models/thing.py",
        "parent: Thing | None",
    ),
    "names of members": (
        _enum("[A+, A-]", ", x-enum-varnames: [A_PLUS, A_MINUS]"),
        "models/thing_state.py",
        'A_PLUS = "A+"',
    ),
    "values with quotes": (_enum("""['a"b', 'c\\d', "e'f"]"""), "models/thing_state.py", "'a\"b'"),
    "values that are words of YAML": (_enum("[yes, no, on]"), "models/thing_state.py", 'NO = "no"'),
    "null among the values": (
        _document(properties='state: {type: [string, "null"], enum: [a, null]}'),
        "models/thing.py",
        "state: ThingState | None",
    ),
    "alternatives that only require": (
        _document(schemas="X: {type: object, properties: {a: {}, b: {}}, anyOf: [{required: [a]}, {required: [b]}]}"),
        "models/x.py",
        "    b: Any",
    ),
    "properties beside allOf": (
        _document(schemas='X: {properties: {a: {type: string}}, allOf: [{$ref: "#/components/schemas/Thing"}]}'),
        "models/x.py",
        "    a: str | None",
    ),
    "a description within allOf": (
        _document(
            schemas="E: {type: string, enum: [a]}",
            properties='state: {allOf: [{$ref: "#/components/schemas/E"}, {description: x}]}',
        ),
        "models/thing.py",
        "state: E | None",
    ),
    "properties that must not be": (
        _document(schemas="X: {type: object, properties: {a: {}}, not: {properties: {b: {}}}}"),
        "models/x.py",
        "    a: Any",
    ),
    "a path item by reference": (
        _document(
            paths='/v1/Others: {$ref: "#/components/pathItems/Others"}',
            components=f"pathItems: {{Others: {{get: {{operationId: others, {RESPONSES % THING_LIST}}}}}}}",
        ),
        "api/default/others.py",
        'path="/v1/Others"',
    ),
    "parameters of the path, by reference": (
        _document(
            paths="/v1/{Sid}/Others: {parameters: [{name: Sid, in: path, required: true, schema: {type: string}}], "
            'get: {operationId: others, parameters: [{$ref: "#/components/parameters/F"}], '
            f"{RESPONSES % THING_LIST}}}}}",
            components="parameters: {F: {name: F, in: query, schema: {type: integer}}}",
        ),
        "api/default/others.py",
        "    sid: Required[str]",
    ),
    "a response by reference": (
        _document(
            paths='/v1/Others: {get: {operationId: others, responses: {"200": {$ref: "#/components/responses/R"}}}}',
            components=f"responses: {{R: {{description: x, content: {{application/json: {{schema: {THING_LIST}}}}}}}}}",
        ),
        "api/default/others.py",
        "response=ThingList",
    ),
    **{
        f"a parameter called {name}": (
            _document(parameters=f'- {{name: "{name}", in: query, schema: {{type: string}}}}'),
            "api/things/list_things.py",
            f"    {attribute}: str | None",
        )
        for name, attribute in {
            "Params": "params",
            "headers": "headers",
            "class": "class_",
            "__init__": "field_init",
            "limit": "limit_query",
            "a[]": "a",
        }.items()
    },
    "quote beside a path parameter": (
        _document(
            path="/v1/{Sid}/Things",
            parameters="- {name: quote, in: query, schema: {type: string}}\n"
            "        - {name: Sid, in: path, required: true, schema: {type: string}}",
        ),
        "api/things/list_things.py",
        "    quote: str | None",
    ),
    "parameters that differ in a hyphen": (
        _document(
            parameters="- {name: A-b, in: query, schema: {type: string}}\n"
            "        - {name: a_b, in: query, schema: {type: string}}"
        ),
        "api/things/list_things.py",
        'wire_name="A-b"',
    ),
    "values with quotes in the query": (
        _document(parameters="""- {name: F, in: query, schema: {type: string, enum: ['a"b', 'c\\d']}}"""),
        "api/things/list_things.py",
        """choices=('a"b', "c\\\\d")""",
    ),
    "a default with quotes": (
        _document(parameters="""- {name: F, in: query, schema: {type: string, default: 'a"b\\c'}}"""),
        "api/things/list_things.py",
        "    f: str | None",
    ),
    "descriptions with quotes": (
        _document(properties="""state: {type: string, enum: [a], description: 'say \""" and \\ "'}"""),
        "models/thing_state.py",
        'A = "a"',
    ),
    **{
        f"a schema called {name}": (
            _document(
                schemas=f"{name}: {{type: object, properties: {{a: {{type: string, format: date-time}}}}}}",
                properties=f'other: {{$ref: "#/components/schemas/{name}"}}',
            ),
            f"models/{module}.py",
            f"class {class_name}(",
        )
        for name, module, class_name in (
            ("Client", "client", "Client"),
            ("Response", "response", "Response"),
            ("ThingFilters", "thing_filters", "ThingFilters"),
            ("Operation", "operation", "Operation"),
            ("None", "none", "None_"),
        )
    },
    "keys that are no strings in YAML": (
        _document(properties="1: {}\n        1.0: {}\n        null: {}\n        true: {}\n        2020-01-01: {}"),
        "models/thing.py",
        '"true": ',
    ),
    "keys merged": (
        _document(schemas="B: &b {type: object, description: b}\n    X: {<<: *b, properties: {a: {}}}"),
        "models/x.py",
        "    a: Any",
    ),
    "Windows' line ends after a byte order mark": (
        "\ufeff" + _document(properties="a: {type: string}").replace("\n", "\r\n"),
        "models/thing.py",
        "    a: str | None",
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_a_document_that_would_lose_parts_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    """The error is one line with the file, the line and the name; nothing is written."""
    path = tmp_path / "document.yaml"
    path.write_text(text, encoding="utf-8")
    (line,) = [number for number, content in enumerate(text.split("\n"), 1) if "# here" in content]
    assert generate.main(["--fragment", str(path), "--into", str(tmp_path / "package")]) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1), err
    assert err.startswith(f"{path}:{line}: ")
    assert message in err
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("text", "file", "part"), SUPPORTED.values(), ids=SUPPORTED)
def test_a_supported_document_loses_no_part(tmp_path: Path, text: str, file: str, part: str) -> None:
    """The package has the part in question, and each of its modules is valid Python."""
    path = tmp_path / "document.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    files = generate.build(path)
    assert part in files[file].decode()
    for name, content in files.items():
        if name.endswith(".py"):
            compile(content, name, "exec")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1: not an OpenAPI document: it has no object at its top"),
        (b"\x00\x01", ":1: neither JSON nor YAML"),
        (b"all:\n  make: : test\n", ":2: neither JSON nor YAML"),
        (b"{'a': " * 5000, ": nested too deeply"),
        (b"PK\x03\x04", ": a zip archive"),
        (_document().encode("utf-16"), ": UTF-16, not UTF-8"),
        (b"a: 1\nb: \xe9\n", ":2: not UTF-8"),
        (b"<html></html>", ":1: HTML or XML"),
        (b'{"a":' * 5000, ": nested too deeply"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, ": nested too deeply"),
        (b'{"openapi": "3.1.0",\n "info": 1,\n "info": 2}', ":3: duplicate key 'info', first on line 2"),
        (b"a: 1\n---\nb: 2\n", ":2: neither JSON nor YAML"),
        (b"a: @x\n", ":1: neither JSON nor YAML"),
        (b'{"a": NaN}', ":1: JSON has no value such as NaN"),
        (b"\x1f\x8bbroken", ": compressed with gzip, and damaged"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """A file without a document is refused with one line that describes its content."""
    path = tmp_path / "document"
    path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        generate.build(path)
    (line,) = caught.value.args
    assert line.startswith(f"{path}{message}")


def test_json_is_read_like_yaml(tmp_path: Path) -> None:
    """JSON with tabs and escapes, compressed or not, results in the same package as YAML."""
    (tmp_path / "document").write_text(_document(properties=r'note: {description: "\ud83d\ude00"}'), encoding="utf-8")
    expected = generate.build(tmp_path / "document")
    text = json.dumps(
        {name: value for name, value in json.loads(expected["openapi.json"]).items() if name != "x-generated"},
        indent="\t",
    )
    for content in (text.encode(), gzip.compress(text.encode())):
        (tmp_path / "document").write_bytes(content)
        assert generate.build(tmp_path / "document") == expected
