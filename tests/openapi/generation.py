"""Small OpenAPI documents to generate packages from, and the fragment with edits."""

from collections.abc import Callable
from pathlib import Path

import generate

Run = Callable[..., str]
Gen = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).parents[2]
FRAGMENT = ROOT / "openapi" / "flex-v1.yaml"
THINGS = (
    'responses: {"200": {description: OK, content: {application/json: {schema: '
    '{$ref: "#/components/schemas/ThingList"}}}}}'
)


def small(
    *, parameters: str = "", properties: str = "", schemas: str = "", paths: str = "", components: str = ""
) -> str:
    """Write a document with one list of things; `<things>` are the responses of another operation that lists them.

    `# here` marks the line that the document's error must name.
    """
    return f"""openapi: 3.1.0
info: {{title: Things, version: "1"}}
servers: [{{url: "https://api.example.com"}}]
paths:
  /v1/Things:
    get:
      operationId: list_things
      tags: [things]
      parameters:
        - {{name: PageSize, in: query, schema: {{type: integer, maximum: 100}}}}
        {parameters}
      <things>
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
""".replace("<things>", THINGS)


def write_package(folder: Path, text: str) -> Path:
    """Generate the package of a document into a new folder."""
    folder.with_suffix(".yaml").write_text(text, "utf-8")
    generate.run(folder.with_suffix(".yaml"), folder, is_check=False)
    return folder


def edited(*replacements: tuple[str, str]) -> str:
    """Return the text of the fragment after some replacements, each of the first occurrence."""
    text = FRAGMENT.read_text("utf-8")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
