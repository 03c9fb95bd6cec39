"""The sdist, the wheel and the locked dependencies."""

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


def test_every_dependency_is_locked() -> None:
    """`constraints.txt`, written by `make lock`, has a fitting version of each dependency in pyproject.toml."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = document["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    lines += [line for group in document["dependency-groups"].values() for line in group if isinstance(line, str)]
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    for line in lines:
        requirement = Requirement(line)
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)]), line
