"""The generated models' support for pydantic and FastAPI; imported only by pydantic's hooks.

`make gen` copies this file beside the models.
"""

import functools
import json
from collections.abc import Mapping
from contextvars import ContextVar
from importlib import import_module
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import CoreSchema, core_schema

from .base import Model

_in_progress: ContextVar[tuple[type[Model], ...]] = ContextVar("_in_progress", default=())
"""The models whose schemas are being written, outermost first: each may refer back to one of them."""


def core_schema_of(model: type[Model]) -> CoreSchema:
    """Return the schema by which pydantic validates a model, from itself or from a JSON object, and writes it."""

    def validate(value: Any) -> Model:
        if isinstance(value, model):
            return value
        if isinstance(value, Mapping):
            return model.from_dict(value)
        raise ValueError(f"a {model.__name__} is read from a JSON object, not from {type(value).__name__}")

    return core_schema.no_info_plain_validator_function(
        validate, ref=_name(model), serialization=core_schema.plain_serializer_function_ser_schema(model.to_dict)
    )


def json_schema_of(model: type[Model], handler: Any) -> Any:
    """Return a model's schema in the document, with pydantic's references to the other models."""
    document = json.loads(files(__package__).joinpath("openapi.json").read_bytes())
    models = vars(import_module(f"{__package__}.models")).values()
    by_reference = {each._schema: each for each in models if hasattr(each, "_schema")}  # noqa: SLF001

    def rewritten(value: Any) -> Any:
        if isinstance(value, list):
            return [rewritten(item) for item in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return {name: rewritten(inner) for name, inner in value.items()}
        beside = {name: rewritten(inner) for name, inner in value.items() if name != "$ref"}
        if reference not in by_reference:
            return rewritten(_resolved(document, reference)) | beside
        other = by_reference[reference]
        is_in_progress = other in _in_progress.get()
        item: CoreSchema = (
            core_schema.definition_reference_schema(_name(other)) if is_in_progress else TypeAdapter(other).core_schema
        )
        return handler(core_schema.list_schema(item))["items"] | beside  # pydantic makes a definition of a list's items

    token = _in_progress.set((*_in_progress.get(), model))
    try:
        return rewritten(_resolved(document, model._schema) if model._schema else {"type": "object"})  # noqa: SLF001
    finally:
        _in_progress.reset(token)


@functools.cache
def serializer_of(model: type[Model]) -> Any:
    """Return pydantic's serializer of a model."""
    return TypeAdapter(model).serializer


def _name(model: type[Model]) -> str:
    return f"{model.__module__}.{model.__qualname__}"


def _resolved(document: Any, reference: str) -> Any:
    for step in reference.split("/")[1:]:
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document
