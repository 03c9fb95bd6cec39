"""The package as a whole: what it exports, what it imports, and who knows what."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

import flexflows
import flexflows.sandbox
import flexflows.testing
from flexflows import _generated as generated
from flexflows._flex_flows import AsyncFlexFlows, FlexFlows

FOLDER = Path(flexflows.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))
PUBLIC = [flexflows, flexflows.testing, flexflows.sandbox]


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: module.__name__)
def test_what_is_exported(module: ModuleType) -> None:
    """`__all__` is sorted, and has every public name there is."""
    named = module.__all__
    public = {
        name for name, value in vars(module).items() if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert named == sorted(named)
    assert set(named) - {"__version__"} == public


def public_things() -> Iterator[Any]:
    for module in PUBLIC:
        yield pytest.param(module, id=module.__name__)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                yield pytest.param(value, id=f"{module.__name__}.{name}")


@pytest.mark.parametrize("thing", list(public_things()))
def test_everything_public_has_a_docstring(thing: Any) -> None:
    """A class, a function, and each public method and property of it says what it is."""
    assert inspect.getdoc(thing)
    for name, value in vars(thing).items() if inspect.isclass(thing) else ():
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property | classmethod)):
            assert inspect.getdoc(getattr(thing, name)), name


def test_both_clients_take_the_same() -> None:
    """Every verb of one client is a verb of the other, with the same parameters in the same order."""
    for verb in ("__init__", "list", "stream", "pages", "page"):
        one, other = (inspect.signature(getattr(client, verb)) for client in (FlexFlows, AsyncFlexFlows))
        assert list(one.parameters.values()) == list(other.parameters.values())
    ours = {name for name in dir(FlexFlows) if not name.startswith("_")}
    theirs = {name for name in dir(AsyncFlexFlows) if not name.startswith("_")}
    assert (ours - theirs, theirs - ours) == ({"close"}, {"aclose"})


def modules_after(statement: str) -> set[str]:
    command = [sys.executable, "-c", f"import sys; {statement}; print(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())  # noqa: S603


def test_importing_is_light() -> None:
    """Importing the library takes nothing of an event loop, the command or the sandbox beyond what httpx takes."""
    beyond = modules_after("import flexflows") - modules_after("import httpx")
    heavy = {"asyncio", "trio", "uvicorn", "click", "rich", "tenacity", "concurrent.futures", "unittest", "jsonschema"}
    assert beyond & heavy == set()
    assert not any(name.startswith(("flexflows.cli", "flexflows.sandbox")) for name in beyond)


def test_the_server_is_the_fragments() -> None:
    """The host in the code and the one in the fragment are the same."""
    assert [server["url"] for server in generated.fragment()["servers"]] == [FlexFlows.server]
    assert FlexFlows.server == AsyncFlexFlows.server


def test_the_endpoint_is_the_fragments() -> None:
    """Path and key in the code are those of the fragment."""
    document = generated.fragment()
    (path,) = document["paths"]
    assert FlexFlows.endpoint.path == path
    assert FlexFlows.endpoint.key in document["components"]["schemas"]["FlexFlowList"]["properties"]


def names_in(source: str) -> set[str]:
    """Give what a module names: attributes, variables, arguments, and strings that are one word."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Constant(value=str(text)) if text.isidentifier():
                found.add(text)
    return found


def test_only_the_seam_knows_the_generated_code() -> None:
    """One module imports `flexflows_api`."""
    importing = set()
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            modules = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            if any(re.match(r"flexflows_api\b", module) for module in modules):
                importing.add(file.relative_to(FOLDER).as_posix())
    assert importing == {"_generated.py"}


def test_the_generated_code_knows_nothing_of_the_wrapper() -> None:
    """No generated module imports the wrapper."""
    import flexflows_api  # noqa: PLC0415 - what is looked into, not used

    for file in Path(flexflows_api.__file__).parent.rglob("*.py"):
        assert not re.search(r"^\s*(from|import) flexflows\b", file.read_text("utf-8"), re.MULTILINE)


ELSEWHERE = {"url", "account_sid", "sid"}
"""Attributes whose names mean other things too: a request's URL, a credential."""


def test_no_module_names_an_attribute_of_a_flow() -> None:
    """A new attribute needs no edit: the core names none, the filter of the operation aside."""
    attributes = {field.name for field in attrs.fields(generated.FlexFlow)} - {"additional_properties"}
    assert attributes == set(generated.fragment()["components"]["schemas"]["FlexFlow"]["properties"])
    named = {}
    for file in FOLDER.glob("*.py"):
        found = names_in(file.read_text("utf-8")) & (attributes - ELSEWHERE)
        if found:
            named[file.name] = found
    assert named == {"_flex_flows.py": {"friendly_name"}}


def test_the_version_is_one_of_pep_440() -> None:
    """The version is one that installers understand."""
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", flexflows.__version__)
