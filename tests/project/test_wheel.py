"""What is shipped."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel as `pip` would."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own build
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_one_wheel_holds_both_packages(wheel: zipfile.ZipFile) -> None:
    """The wheel has the two import packages, typed, with the fragment, and nothing besides."""
    names = wheel.namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"flexflows", "flexflows_api"}
    assert {"flexflows/py.typed", "flexflows_api/py.typed", "flexflows_api/openapi.json"} <= set(names)
    assert all(name.endswith((".py", "py.typed", "openapi.json")) or ".dist-info/" in name for name in names)


def test_the_library_needs_little(wheel: zipfile.ZipFile) -> None:
    """Only four packages come along without an extra."""
    (metadata,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    lines = wheel.read(metadata).decode().splitlines()
    needs = [line.split(": ")[1] for line in lines if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert {need.split(">")[0].split("<")[0] for need in needs} == {"attrs", "httpx", "msgspec", "tenacity"}
