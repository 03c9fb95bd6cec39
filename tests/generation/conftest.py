"""Packages generated for these tests: a package a document, made once a run."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from generate import generate

HERE = Path(__file__).parent


def _made(document: str, package: str, folder: Path) -> Iterator[ModuleType]:
    generate(HERE / document, folder / package)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(package)
    finally:
        sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def post_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Make and import the package of stand-in.yaml."""
    yield from _made("stand-in.yaml", "post_office_api", tmp_path_factory.mktemp("post_office"))


@pytest.fixture(scope="session")
def post_office_31(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Make and import the package of stand-in-3.1.yaml."""
    yield from _made("stand-in-3.1.yaml", "post_office_31_api", tmp_path_factory.mktemp("post_office_31"))


@pytest.fixture(scope="session")
def flex_flows() -> ModuleType:
    """Import the package of the fragment."""
    return importlib.import_module("flexflows_api")


@pytest.fixture(params=["flex_flows", "post_office", "post_office_31"])
def package(request: pytest.FixtureRequest) -> ModuleType:
    """Give each generated package in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, ModuleType)
    return found
