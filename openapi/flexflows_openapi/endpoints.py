"""The facts of each operation that the generator drops: its server, its path as written, and its page size's bounds."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import Property
from openapi_python_client.schema.untrusted_string import UntrustedString

from .fragment import Document, resolve

PAGING = ("PageSize", "Page", "PageToken")
"""The query parameters by which every list of Twilio's is paged (https://www.twilio.com/docs/usage/twilios-response)."""


@attrs.frozen
class PageSizeFacts:
    """The parameter that bounds a page."""

    name: str
    minimum: int
    maximum: int


@attrs.frozen
class OperationFacts:
    """What the template of an operation needs beside the generator's own view of it."""

    server: str
    path: str
    page_size: PageSizeFacts | None
    descriptions: Mapping[tuple[str, str], str]
    paging: tuple[str, ...] = PAGING

    def description(self, parameter: Property, *, is_path: bool) -> UntrustedString:
        """Return the description of a parameter, else of its schema; empty where the document has neither."""
        own = self.descriptions[("path" if is_path else "query", parameter.name.get_untrusted_value())]
        return UntrustedString(own) if own else parameter.description or UntrustedString("")


def operation_facts(document: Document) -> Callable[[Endpoint], OperationFacts]:
    """Return the function that looks up an endpoint's facts in the document."""

    def follow(value: Any) -> Any:
        return follow(resolve(document, value["$ref"])) if "$ref" in value else value

    facts: dict[tuple[str, str], OperationFacts] = {}
    for path, raw in document.data["paths"].items():
        item = follow(raw)
        operation = item.get("get")
        if operation is not None:
            servers = operation.get("servers") or item.get("servers") or document.data.get("servers") or [{"url": "/"}]
            parameters = [follow(each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))]
            facts["get", _shape(path)] = OperationFacts(
                server=_url(servers[0]),
                path=path,
                page_size=_page_size(parameters, follow),
                descriptions={
                    (each["in"], each["name"]): " ".join(each.get("description", "").split()) for each in parameters
                },
            )
    return lambda endpoint: facts[endpoint.method, _shape(endpoint.path.get_untrusted_value())]


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _url(server: Mapping[str, Any]) -> str:
    url = str(server["url"])
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", str(variable["default"]))
    return url.rstrip("/")


def _page_size(parameters: Iterable[Any], follow: Callable[[Any], Any]) -> PageSizeFacts | None:
    for parameter in parameters:
        if parameter.get("name") == PAGING[0] and parameter.get("in") == "query":
            schema = follow(parameter.get("schema", {}))
            return PageSizeFacts(PAGING[0], int(schema.get("minimum", 1)), int(schema.get("maximum", 1000)))
    return None
