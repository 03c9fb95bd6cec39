"""What pydantic, and so FastAPI, needs of the generated models; imported only when pydantic asks.

`make gen` copies this file beside the models.
"""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from importlib import import_module
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import core_schema

from .base import Model

_in_progress: ContextVar[tuple[type[Model], ...]] = ContextVar("_in_progress", default=())
"""The models whose schemas are being written, outermost first: a model may refer back to one of them."""


def core_schema_of(model: type[Model]) -> Any:
    """Return how pydantic validates a model, from itself or from a JSON object, and writes it."""

    def validate(value: Any) -> Model:
        if isinstance(value, model):
            return value
        if isinstance(value, Mapping):
            return model.from_dict(value)
        raise ValueError(f"a {model.__name__} is read from a JSON object, not from {type(value).__name__}")

    return core_schema.no_info_plain_validator_function(
        validate, ref=_reference(model), serialization=core_schema.plain_serializer_function_ser_schema(model.to_dict)
    )


def json_schema_of(model: type[Model], handler: Any) -> Any:
    """Return a model's schema in the document, with pydantic's references to the other models."""
    document = json.loads(files(__package__).joinpath("openapi.json").read_bytes())
    found = [thing for thing in vars(import_module(f"{__package__}.models")).values() if hasattr(thing, "from_dict")]
    models = {each._schema: each for each in found if each._schema}  # noqa: SLF001

    def rewritten(value: Any) -> Any:
        if isinstance(value, list):
            return [rewritten(item) for item in value]
        if not isinstance(value, dict):
            return value
        others = {name: rewritten(inner) for name, inner in value.items() if name != "$ref"}
        if not isinstance(value.get("$ref"), str):
            return {**others, **value} if "$ref" in value else others
        if value["$ref"] not in models:
            return rewritten(_resolved(document, value["$ref"])) | others
        other = models[value["$ref"]]
        if other in _in_progress.get():
            item = core_schema.definition_reference_schema(_reference(other))
        else:
            item = TypeAdapter(other).core_schema
        return handler(core_schema.list_schema(item))["items"] | others  # in a list, so that pydantic defines it once

    token = _in_progress.set((*_in_progress.get(), model))
    try:
        own = _resolved(document, model._schema) if model._schema else {"type": "object"}  # noqa: SLF001
        return rewritten(own)
    finally:
        _in_progress.reset(token)


def _reference(model: type[Model]) -> str:
    return f"{model.__module__}.{model.__qualname__}"


def _resolved(document: Any, reference: str) -> Any:
    for step in reference.split("/")[1:]:
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document
