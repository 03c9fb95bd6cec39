"""Helpers for generated models: their classes, their names in JSON, and whether a value has a type."""

import datetime as dt
import importlib
import pkgutil
import types
import typing
from enum import Enum
from types import ModuleType
from typing import Any


def models(package: ModuleType) -> list[Any]:
    """Return every model of a package."""
    return [each for each in _classes(package) if hasattr(each, "from_dict")]


def enums(package: ModuleType) -> list[type[Enum]]:
    """Return every enum of a package."""
    return [each for each in _classes(package) if issubclass(each, Enum)]


def modules(package: ModuleType) -> list[str]:
    """Import every module of a package, and return their names."""
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    for name in names:
        importlib.import_module(name)
    return names


def _classes(package: ModuleType) -> list[type]:
    found = importlib.import_module(f"{package.__name__}.models")
    return [getattr(found, name) for name in found.__all__]


def wire_names(model: Any) -> list[str]:
    """Return the names of a model's properties in JSON."""
    return sorted(model._names)


def annotations(model: Any) -> dict[str, Any]:
    """Return the type of each attribute of a model."""
    hints = typing.get_type_hints(model)
    return {name: hints[name] for name in model.__slots__ if name in hints}


def is_a(value: Any, annotation: Any) -> bool:
    """Check whether a value is of a type, as strictly as a type checker would: true is no integer, 5 is a float."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, types.UnionType}:
        fits = any(is_a(value, argument) for argument in arguments)
    elif origin is typing.Literal:
        fits = any(value == argument and type(value) is type(argument) for argument in arguments)
    elif origin is list:
        fits = type(value) is list and all(is_a(item, arguments[0]) for item in value)
    elif origin is dict:
        fits = type(value) is dict and all(
            is_a(name, arguments[0]) and is_a(item, arguments[1]) for name, item in value.items()
        )
    elif annotation is Any:
        fits = True
    elif annotation is float:
        fits = type(value) in {int, float}
    elif annotation is dt.datetime:
        fits = type(value) is dt.datetime and value.tzinfo is not None
    else:
        fits = type(value) is annotation and (not hasattr(value, "from_dict") or holds(value))
    return fits


def holds(record: Any) -> bool:
    """Check whether every attribute of a model, and of nested models, has a value of its annotated type."""
    return all(is_a(getattr(record, name), hint) for name, hint in annotations(type(record)).items())
