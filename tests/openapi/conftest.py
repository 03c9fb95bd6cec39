"""Fixtures: a copy of the project to edit, and `make gen` in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from generation import ROOT, Gen, Run

import generate


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
    """Return a function that runs this Python in the copy of the project, which it imports, and returns its output."""

    def run(*arguments: object, code: int = 0, **environment: str) -> str:
        path = os.pathsep.join(str(project / name) for name in ("generated", "wrapper"))
        command, environ = [sys.executable, *map(str, arguments)], os.environ | {"PYTHONPATH": path} | environment
        result = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)  # noqa: S603
        assert result.returncode == code, result.stderr
        return result.stdout

    return run
