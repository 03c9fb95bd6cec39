"""The sdist, the wheel, and the declared dependencies."""

import ast
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest
from documents import ROOT, blocks
from packaging.requirements import Requirement

WRAPPER = ROOT / "wrapper" / "flexflows"
GENERATED = ROOT / "generated" / "flexflows_api"
DOCUMENT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = DOCUMENT["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = [Requirement(line) for line in [*PROJECT["dependencies"], *chain(*EXTRAS.values())]]
OTHER_PLUGINS = ("randomly", "recording", "schemathesis", "hypothesispytest", "cacheprovider", "anyio", "xdist")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and the wheel from it, as `make wheel` does."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own build
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """Return a folder with the content of the wheel, which is what an installer makes of it."""
    folder = dist / "wheel"
    shutil.unpack_archive(next(dist.glob("*.whl")), folder, "zip")
    return folder


def files_below(folder: Path) -> set[str]:
    """Return the paths of all files in a folder."""
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return {path.as_posix() for path in paths if "__pycache__" not in path.parts}


def test_the_wheel_holds_both_packages(wheel: Path) -> None:
    """The wheel has every file of both import packages, which are typed, the fragment too, and nothing else."""
    names = {name for name in files_below(wheel) if ".dist-info/" not in name}
    assert {"flexflows/py.typed", "flexflows_api/py.typed", "flexflows_api/openapi.json"} <= names
    assert names == files_below(ROOT / "wrapper") | files_below(ROOT / "generated")


def test_the_sdist_holds_sources_only(dist: Path) -> None:
    """The sdist has the packages, the sources of the generated code, and the documents, but no tests."""
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    assert {name.split("/")[0] for name in names if "/" in name} == {"wrapper", "generated", "openapi"}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "pyproject.toml"} <= set(names)


def run_with(wheel: Path, *arguments: str, folder: Path) -> str:
    """Run Python with the wheel first on its path and warnings as errors, and return what it prints."""
    command = [sys.executable, "-P", "-W", "error", *arguments]
    environment = os.environ | {"PYTHONPATH": str(wheel)}
    run = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_every_module_of_the_wheel_can_be_imported(wheel: Path) -> None:
    names = [name.removesuffix(".py") for name in files_below(wheel) if name.endswith(".py")]
    modules = [name.removesuffix("/__init__").replace("/", ".") for name in names if not name.endswith("__main__")]
    assert len(modules) > 30
    program = f"import importlib, sys; print({{importlib.import_module(name).__file__ for name in {modules}}})"
    assert run_with(wheel, "-c", program, folder=wheel).count(str(wheel)) == len(modules)


def test_the_test_of_the_readme_passes(wheel: Path, tmp_path: Path) -> None:
    """With the wheel installed, pytest finds its plugin, and the README's test of two profiles and a fault passes."""
    (code,) = (code for code in blocks("README.md", "python") if "def test_" in code)
    (tmp_path / "test_app.py").write_text(code, "utf-8")
    options = ("-q", "--strict-markers", *(f"-pno:{name}" for name in OTHER_PLUGINS))
    assert "1 passed" in run_with(wheel, "-m", "pytest", *options, "test_app.py", folder=tmp_path)


def imported(paths: Iterable[Path]) -> set[str]:
    """Return the names of the packages of others that modules import."""
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - {"flexflows", "flexflows_api"}


def test_every_imported_package_is_declared_and_every_declared_one_imported() -> None:
    """The library, the command and the sandbox need just what their part of pyproject.toml names."""
    library, command, sandbox = (
        {Requirement(line).name for line in lines}
        for lines in (PROJECT["dependencies"], EXTRAS["cli"], EXTRAS["sandbox"])
    )
    library_modules = [*WRAPPER.glob("*.py"), *GENERATED.rglob("*.py")]
    assert imported(library_modules) == library | {"pydantic_core"}  # of pydantic's hook, which pydantic calls
    assert imported((WRAPPER / "cli").rglob("*.py")) - library == command
    assert imported((WRAPPER / "sandbox").rglob("*.py")) - library - {"pytest"} == sandbox


def test_every_dependency_has_a_lower_bound_for_make_lowest() -> None:
    assert [str(each) for each in REQUIREMENTS if ">=" not in str(each.specifier)] == []
