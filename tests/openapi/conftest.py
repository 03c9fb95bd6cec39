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
from generation import ROOT, Gen, Run

import generate


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], ModuleType]]:
    """Return a function that generates the package of a document once, and imports it under a name of its own."""
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
def gen(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Gen:
    """Return a function that runs `make gen` for the copy of the project in this process."""
    monkeypatch.setattr(generate, "ROOT", project)
    monkeypatch.setattr(generate, "FRAGMENT", project / "openapi" / "flex-v1.yaml")
    monkeypatch.setattr(generate, "PACKAGE", project / "generated" / "flexflows_api")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = generate.main(["--fragment", str(generate.FRAGMENT), *arguments])
        return code, *capsys.readouterr()

    return run


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
