"""Run the wrapper's tests on the built wheel, once for each Python that is installed.

`make environments` builds the wheel first. The oldest Python gets the lowest versions that pyproject.toml declares,
the others the versions of constraints.txt; the development environment's own Python is left out, since `make test` uses
it. The environments are in .venv-environments/, and are recreated in every run.
"""

import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv-environments"
LOCKED = ROOT / "constraints.txt"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
TESTS = ("tests/wrapper", "tests/wire", "tests/cli", "tests/report", "tests/sandbox")
NEED_TOOLS = ("tests/sandbox/test_conformance.py",)
"""Tests that need more than the dependency group `test`."""
MOST_SECONDS = 300
"""The time limit of one run."""


def main() -> int:
    """Run the tests in every environment, print one line for each, and return 1 if any run failed."""
    wheel = next((ROOT / "dist").glob("*.whl"))
    pythons = {version: python for version in PYTHONS if (python := find_python(version))}
    oldest, *others = pythons
    development = f"{sys.version_info.major}.{sys.version_info.minor}"
    runs = {f"{oldest} with the lowest versions": (oldest, lowest_versions())}
    runs |= {version: (version, LOCKED) for version in others if version != development}
    outcomes = {}
    for name, (version, constraints) in runs.items():
        print(f"\nThe wheel on Python {name}:", flush=True)
        start = time.monotonic()
        outcome = "passed" if run_tests(make_environment(pythons[version], version, wheel, constraints)) else "FAILED"
        outcomes[name] = f"{outcome} in {time.monotonic() - start:.0f} s"
    outcomes |= {version: "skipped, not installed" for version in PYTHONS if version not in pythons}
    print("\nThe wheel, by Python:", *(f"  {name}: {outcome}" for name, outcome in outcomes.items()), sep="\n")
    return int(any(outcome.startswith("FAILED") for outcome in outcomes.values()))


def find_python(version: str) -> str | None:
    """Return the interpreter of that version: on the path, from pyenv, or from the launcher on Windows."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    commands = [[str(path)] for path in sorted(pyenv.glob(f"{version}.*/bin/python"))]
    commands += [[path] for path in [shutil.which(f"python{version}")] if path]
    commands += [["py", f"-{version}"]] if shutil.which("py") else []
    probe = "import sys; print(*sys.version_info[:2], sep='.'); print(sys.executable)"
    for command in commands:
        found = subprocess.run([*command, "-c", probe], capture_output=True, text=True, check=False).stdout.splitlines()
        if found[:1] == [version]:
            return found[1]
    return None


def lowest_versions() -> Path:
    """Write constraints.txt with the lowest version of every dependency of the package, and return the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    lowest = {}
    for requirement in map(Requirement, declared):
        (floor,) = (part.version for part in requirement.specifier if part.operator == ">=")
        lowest[requirement.name] = f"{requirement.name}=={floor}"
    others = [line for line in LOCKED.read_text("utf-8").splitlines() if line.split("==")[0] not in lowest]
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / "lowest.txt"
    file.write_text("\n".join([*others, *lowest.values(), ""]), "utf-8")
    return file


def make_environment(python: str, version: str, wheel: Path, constraints: Path) -> str:
    """Install the wheel and its tests' dependencies, and return the environment's interpreter."""
    folder = FOLDER / version
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    own = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    pip = [sys.executable, "-m", "pip", "--python", own, "--quiet", "--disable-pip-version-check", "install"]
    packages = ["--constraint", str(constraints), "--group", "test", f"{wheel}[cli,sandbox]"]
    subprocess.run([*pip, "--no-compile", *packages], cwd=ROOT, check=True)
    return own


def run_tests(python: str) -> bool:
    """Return whether the tests pass with the packages of that interpreter's environment."""
    probe = "import flexflows, flexflows_api; print(flexflows.__file__, flexflows_api.__file__)"
    found = subprocess.run([python, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert found.count("site-packages") == 2, f"the tests would not run on the wheel but on {found}"
    tests = [test for test in TESTS if (ROOT / test).exists()] + [f"--ignore={test}" for test in NEED_TOOLS]
    command = [python, "-m", "pytest", "-q", "-n", "2", "-m", "not slow", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(command, cwd=ROOT, timeout=MOST_SECONDS, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"Ended after {MOST_SECONDS} seconds.")
        return False


if __name__ == "__main__":
    sys.exit(main())
