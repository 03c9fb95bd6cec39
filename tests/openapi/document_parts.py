"""The parts of a document that the tests change."""

from pathlib import Path
from typing import Any

import attrs
from flexflows_openapi import document, drift
from flexflows_openapi.differences import Difference

Json = dict[str, Any]
SAMPLE = Path(__file__).with_name("sample.yaml")
"""The document that the tests change and compare, instead of the fragment, which is edited."""


@attrs.define
class Parts:
    """The parts of a document that a test can change."""

    document: Json

    @property
    def operation(self) -> Json:
        return self.document["paths"]["/v1/FlexFlows"]["get"]

    @property
    def components(self) -> Json:
        return self.document["components"]

    @property
    def json(self) -> Json:
        return self.operation["responses"]["200"]["content"]["application/json"]

    @property
    def schemas(self) -> Json:
        return self.document["components"]["schemas"]

    @property
    def flow(self) -> Json:
        return self.schemas["FlexFlow"]["properties"]

    @property
    def meta(self) -> Json:
        return self.schemas["PageMeta"]["properties"]

    @property
    def integration(self) -> Json:
        return self.schemas["Integration"]["properties"]

    @property
    def query(self) -> Json:
        return {parameter["name"]: parameter for parameter in self.operation["parameters"]}

    def schema(self, parameter: str) -> Json:
        return self.query[parameter]["schema"]

    def add_parameter(self, name: str, where: str = "query", **more: Any) -> None:
        self.operation["parameters"].append({"name": name, "in": where, "schema": {"type": "string"}, **more})

    def remove_parameter(self, name: str) -> None:
        self.operation["parameters"].remove(self.query[name])


def compared(ours: Json, theirs: Json) -> dict[tuple[str, str], list[Difference]]:
    """Return the differences between two documents without files."""
    return drift.differences(document.Document("ours", ours, {}), document.Document("theirs", theirs, {}))
