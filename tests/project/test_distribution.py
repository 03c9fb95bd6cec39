"""The sdist, the wheel, the declared dependencies and the locked ones."""

import ast
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
WRAPPER = ROOT / "wrapper" / "flexflows"
DOCUMENT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = DOCUMENT["project"]
EXTRAS = PROJECT["optional-dependencies"]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and the wheel from it, as `make wheel` does."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own build
    return folder


def test_one_wheel_holds_both_packages(dist: Path) -> None:
    """The wheel has both import packages, typed, with the fragment, and nothing else."""
    names = zipfile.ZipFile(next(dist.glob("*.whl"))).namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"flexflows", "flexflows_api"}
    assert {"flexflows/py.typed", "flexflows_api/py.typed", "flexflows_api/openapi.json"} <= set(names)
    assert not [name for name in names if "/test_" in name or "conftest" in name]


def test_the_wheel_has_every_file_of_the_packages(dist: Path) -> None:
    """Every file of the packages' folders is in the wheel."""
    names = set(zipfile.ZipFile(next(dist.glob("*.whl"))).namelist())
    for package in ("wrapper/flexflows", "generated/flexflows_api"):
        folder = ROOT / package
        files = {path.relative_to(folder.parent).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert {file for file in files if "__pycache__" not in file} <= names


def test_the_sdist_holds_sources_only(dist: Path) -> None:
    """The sdist has the packages, the sources of the generated code, and the documents, but no tests."""
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    assert {name.split("/")[0] for name in names if "/" in name} == {"wrapper", "generated", "openapi"}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "pyproject.toml"} <= set(names)
    assert not [name for name in names if "/test_" in name or "conftest" in name]


def test_every_module_of_the_wheel_can_be_imported(dist: Path) -> None:
    """Python imports every module from the wheel itself, with warnings as errors."""
    wheel = next(dist.glob("*.whl"))
    names = [name.removesuffix(".py") for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".py")]
    modules = [name.removesuffix("/__init__").replace("/", ".") for name in names if not name.endswith("__main__")]
    assert len(modules) > 30
    program = f"import importlib, sys; print({{importlib.import_module(name).__file__ for name in {modules}}})"
    command = [sys.executable, "-P", "-W", "error", "-c", program]
    environment = os.environ | {"PYTHONPATH": str(wheel)}
    run = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    assert run.stdout.count(str(wheel)) == len(modules)


def imported(folder: Path, *, apart_from: tuple[Path, ...] = ()) -> set[str]:
    """Return the names of the packages of others that the modules in a folder import."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        if not any(path.is_relative_to(part) for part in apart_from):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names.add(str(node.module).partition(".")[0])
    return names - sys.stdlib_module_names - {"flexflows", "flexflows_api"}


def declared(requirements: list[str]) -> set[str]:
    """Return the names of the packages that requirements name."""
    return {Requirement(line).name for line in requirements}


def test_every_imported_package_is_declared_and_every_declared_one_imported() -> None:
    """The library, the command and the sandbox need just what their part of pyproject.toml names."""
    command, sandbox, generated = WRAPPER / "cli", WRAPPER / "sandbox", ROOT / "generated"
    library = declared(PROJECT["dependencies"])
    only_when_used = {"pydantic_core"}  # imported by pydantic's hook, which pydantic calls
    imports = imported(WRAPPER, apart_from=(command, sandbox)) | imported(generated)
    assert imports - only_when_used == library
    assert imported(command) - library == declared(EXTRAS["cli"])
    assert imported(sandbox) - library - {"pytest"} == declared(EXTRAS["sandbox"])


def test_every_lower_bound_is_tested() -> None:
    """Each dependency of the package has a lower bound, which `make lowest` installs."""
    for line in [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]:
        assert ">=" in {part.operator for part in Requirement(line).specifier}, line


def test_every_dependency_is_locked() -> None:
    """`constraints.txt`, written by `make lock`, has a fitting version of each dependency in pyproject.toml."""
    lines = [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]
    lines += [
        line
        for name, group in DOCUMENT["dependency-groups"].items()
        for line in group
        if isinstance(line, str) and name != "lowest"
    ]
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    for line in lines:
        requirement = Requirement(line)
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), line
