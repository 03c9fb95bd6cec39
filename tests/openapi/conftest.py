"""Fixtures: packages that are generated from small documents, and a copy of the project to edit."""

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from small import ROOT

import generate

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], ModuleType]]:
    """Return a function that generates the package of a document, and imports it under a name of its own."""
    folder = tmp_path_factory.mktemp("generated")
    packages: dict[str, ModuleType] = {}

    def make(text: str) -> ModuleType:
        if text not in packages:
            name = f"things_{len(packages)}_{folder.name}"
            (folder / f"{name}.yaml").write_text(text, "utf-8")
            generate.run(folder / f"{name}.yaml", folder / name, is_check=False)
            importlib.import_module(f"{name}.models")
            packages[text] = importlib.import_module(name)
        return packages[text]

    sys.path.insert(0, str(folder))
    yield make
    sys.path.remove(str(folder))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Copy what `make gen` reads and writes."""
    root = tmp_path / "project"
    for name in ("openapi", "generated", "wrapper"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("generator-config.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture
def python(project: Path) -> Run:
    """Return a function that runs this Python in the copy of the project, which it imports."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join(str(project / name) for name in ("generated", "wrapper"))
        return subprocess.run(  # noqa: S603 - this Python
            [sys.executable, *map(str, arguments)],
            cwd=project,
            env={**os.environ, "PYTHONPATH": path, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by name."""
    return generate.contents(folder)
