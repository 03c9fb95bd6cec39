"""The package as a whole: its exports, docstrings and imports."""

import inspect
import pydoc
import subprocess
import sys
import typing
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import flexflows
import flexflows.sandbox
import flexflows.testing
from flexflows._flex_flows import AsyncFlexFlows, FlexFlows

PUBLIC = [flexflows, flexflows.testing, flexflows.sandbox]


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_exports(module: ModuleType) -> None:
    """`__all__` is sorted, and every name in it exists."""
    named = module.__all__
    assert named == sorted(named)
    assert set(named) <= set(dir(module))
    assert len(dir(module)) == len(set(dir(module)))
    for name in named:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = module.nothing


def public_things() -> Iterator[Any]:
    for module in PUBLIC:
        yield pytest.param(module, id=module.__name__)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                yield pytest.param(value, id=f"{module.__name__}.{name}")


@pytest.mark.parametrize("thing", list(public_things()))
def test_everything_public_has_a_docstring(thing: Any) -> None:
    """Every public class, function, method and property has a docstring."""
    assert inspect.getdoc(thing)
    for name, value in vars(thing).items() if inspect.isclass(thing) else ():
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property | classmethod)):
            assert inspect.getdoc(getattr(thing, name)), name


def test_both_clients_have_the_same_interface() -> None:
    """Every method of one client is a method of the other, with the same parameters in the same order."""
    for method in ("__init__", "list", "stream", "pages", "page"):
        one, other = (inspect.signature(getattr(client, method)) for client in (FlexFlows, AsyncFlexFlows))
        assert list(one.parameters.values()) == list(other.parameters.values())
    ours = {name for name in dir(FlexFlows) if not name.startswith("_")}
    theirs = {name for name in dir(AsyncFlexFlows) if not name.startswith("_")}
    assert (ours - theirs, theirs - ours) == ({"close"}, {"aclose"})


@pytest.mark.parametrize("name", [name for name in flexflows.__all__ if name[0].isupper()])
def test_type_hints(name: str) -> None:
    """The annotations of every public class, and of its methods, can be read at run time."""
    kind = getattr(flexflows, name)
    assert typing.get_type_hints(kind) is not None
    for method in filter(inspect.isfunction, vars(kind).values()):
        if method.__module__.startswith("flexflows."):
            typing.get_type_hints(method)


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """`help(flexflows)` shows the clients and the errors."""
    pydoc.Helper(output=sys.stdout)(flexflows)
    shown = capsys.readouterr().out
    assert "class FlexFlows(" in shown
    assert "class RateLimitError(" in shown


def modules_after(statement: str) -> set[str]:
    command = [sys.executable, "-c", f"import sys; {statement}; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())  # noqa: S603


def test_importing_is_light() -> None:
    """Importing the library imports no event loop, command or sandbox, beyond what httpx imports."""
    beyond = modules_after("from flexflows import *") - modules_after("import httpx")
    heavy = {"asyncio", "trio", "uvicorn", "click", "rich", "tenacity", "concurrent.futures", "unittest", "jsonschema"}
    assert beyond & heavy == set()
    assert not any(name.startswith(("flexflows.cli", "flexflows.sandbox")) for name in beyond)


def test_the_version_needs_no_dependency() -> None:
    """Reading the version imports no dependency."""
    assert not {"httpx", "attrs", "msgspec"} & modules_after("import flexflows; flexflows.__version__")
