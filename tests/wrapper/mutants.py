"""Run mutmut on the wrapper's core: `make mutants` counts the deliberate wrongs that the tests let pass.

mutmut wants the package at the root of a folder of its own, so a copy is made in `mutants/`. Left out are the tests
that its own frames and timing break: secrets in the locals of a frame, what the package consists of, and chance.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "mutants"
LEFT_OUT = ("test_package.py", "test_fuzzing.py", "test_concurrency.py", "test_secrets.py", "mutants.py")
CONFIGURATION = """\
[tool.mutmut]
source_paths = ["flexflows"]
only_mutate = ["flexflows/_*.py"]
do_not_mutate = ["flexflows/sandbox/*", "flexflows/__init__.py", "flexflows/__main__.py", "flexflows/_generated.py"]
also_copy = ["flexflows", "flexflows_api", "tests"]
pytest_add_cli_args_test_selection = ["tests/wrapper"]
pytest_add_cli_args = [
    "-p", "no:randomly", "-q", "-W", "ignore",
    "--deselect", "tests/wrapper/test_arguments.py::test_what_is_optional_is_named",
    "--deselect", "tests/wrapper/test_every_fault.py::test_faults_by_chance",
]

[tool.pytest.ini_options]
pythonpath = ["."]
"""


def main() -> int:
    """Make the copy, run, and show what survived."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(ROOT / "wrapper/flexflows", FOLDER / "flexflows", ignore=shutil.ignore_patterns("cli"))
    shutil.copytree(ROOT / "generated/flexflows_api", FOLDER / "flexflows_api")
    shutil.copytree(ROOT / "tests/wrapper", FOLDER / "tests/wrapper", ignore=shutil.ignore_patterns(*LEFT_OUT))
    shutil.copy(ROOT / "tests/conftest.py", FOLDER / "tests")
    (FOLDER / "pyproject.toml").write_text(CONFIGURATION, "utf-8")
    mutmut = [sys.executable, "-m", "mutmut"]
    subprocess.run([*mutmut, "run", "--max-children", "2"], cwd=FOLDER, check=True)  # noqa: S603
    return subprocess.run([*mutmut, "results"], cwd=FOLDER, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
