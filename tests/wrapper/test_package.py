"""The package as a whole: its exports, docstrings and imports."""

import inspect
import subprocess
import sys
import typing
from types import ModuleType
from typing import Any

import pytest

import flexflows
import flexflows.sandbox
import flexflows.testing
from flexflows import AsyncFlexFlows, FlexFlows

PUBLIC = [flexflows, flexflows.testing, flexflows.sandbox]
NAMES = [(module, name) for module in PUBLIC for name in module.__all__]
CALLABLES: list[Any] = [value for value in (getattr(*name) for name in NAMES) if callable(value)]


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_exports(module: ModuleType) -> None:
    """`__all__` is sorted, every name in it exists, and no other does."""
    assert module.__all__ == sorted(module.__all__)
    assert all(getattr(module, name) is not None for name in module.__all__)
    assert set(flexflows.__all__) <= set(dir(flexflows))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = module.nothing


@pytest.mark.parametrize("thing", [*PUBLIC, *CALLABLES], ids=lambda thing: thing.__name__)
def test_everything_public_is_documented(thing: Any) -> None:
    """Everything that is exported has a docstring, and annotations that can be read; ruff checks the methods."""
    assert inspect.getdoc(thing)
    assert typing.get_type_hints(thing) is not None
    for method in vars(thing).values():
        if inspect.isfunction(method) and method.__module__.startswith("flexflows._"):
            typing.get_type_hints(method)


def test_both_clients_have_the_same_interface() -> None:
    """Every method of one client is a method of the other, with the same parameters in the same order."""
    for method in ("__init__", "list", "stream", "pages", "page"):
        one, other = (inspect.signature(getattr(client, method)) for client in (FlexFlows, AsyncFlexFlows))
        assert list(one.parameters.values()) == list(other.parameters.values())
    ours, theirs = ({name for name in dir(client) if name[0] != "_"} for client in (FlexFlows, AsyncFlexFlows))
    assert (ours - theirs, theirs - ours) == ({"close"}, {"aclose"})


def modules_after(statement: str) -> set[str]:
    command = [sys.executable, "-c", f"import sys; {statement}; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())  # noqa: S603


def test_importing_is_light() -> None:
    """The library imports no event loop, command or sandbox beyond what httpx does; the version needs no dependency."""
    beyond = modules_after("from flexflows import *") - modules_after("import httpx, anyio")
    assert not {"asyncio", "trio", "click", "rich", "concurrent.futures", "unittest", "jsonschema", "pydantic"} & beyond
    assert not any(name.startswith(("flexflows.cli", "flexflows.sandbox")) for name in beyond)
    assert not {"httpx", "attrs", "msgspec"} & modules_after("import flexflows; flexflows.__version__")
