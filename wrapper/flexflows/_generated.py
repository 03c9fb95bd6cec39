"""The seam: the only module that imports the generated package, `flexflows_api`."""

import json
from importlib.resources import files
from typing import Any


def fragment() -> dict[str, Any]:
    """Read the OpenAPI fragment that the generated code was made from (`make gen` puts it beside that code)."""
    document: dict[str, Any] = json.loads(files("flexflows_api").joinpath("openapi.json").read_bytes())
    return document
