"""Run mutmut on the wrapper's core: `make mutants` counts the deliberate mistakes that no test notices.

mutmut requires the package at the root of a folder of its own, so the core is copied to `mutants/`. Left out are the
tests that mutmut's own frames and timing break: secrets in the locals of a frame, the package's contents, and chance.

Each known survivor is in survivors.txt, under the reason why no test kills it. `--report` repeats the last report.
"""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "mutants"
KNOWN = Path(__file__).with_name("survivors.txt")
MIN_SCORE = 0.9
NOTICED = {"killed", "timeout"}
MUTMUT = (sys.executable, "-m", "mutmut")
LEFT_OUT = ("test_package.py", "test_fuzzing.py", "test_concurrency.py", "test_secrets.py", "mutants.py")
CONFIGURATION = """\
[tool.mutmut]
source_paths = ["flexflows"]
only_mutate = ["flexflows/_*.py"]
do_not_mutate = [
    "flexflows/sandbox/*", "flexflows/__init__.py", "flexflows/__main__.py", "flexflows/_generated.py",
    "flexflows/_pytest_plugin.py",
]
also_copy = ["conftest.py", "flexflows", "flexflows_api", "tests"]
timeout_multiplier = 4
pytest_add_cli_args_test_selection = ["tests/wrapper"]
pytest_add_cli_args = [
    "-p", "no:randomly", "-q", "-W", "ignore",
    "--deselect", "tests/wrapper/test_arguments.py::test_most_arguments_are_keywords",
    "--deselect", "tests/wrapper/test_surroundings.py::test_ctrl_c_shows_no_credential",
]

[tool.pytest.ini_options]
pythonpath = [".", "tests/support"]
"""

QUICK_FIRST = '''\
"""Runs the quick tests first, by what mutmut measured: most mutants fall to one of them."""

import json
from pathlib import Path


def pytest_collection_modifyitems(items):
    measured = Path(__file__).with_name("mutmut-stats.json")
    seconds = json.loads(measured.read_text("utf-8"))["duration_by_test"] if measured.exists() else {}
    items.sort(key=lambda item: seconds.get(item.nodeid, 0))
'''


def main() -> int:
    """Run mutmut and print the survivors; return 1 for a low score, or for a survivor that is not explained."""
    if "--report" not in sys.argv:
        _prepare()
        subprocess.run([*MUTMUT, "run", "--max-children", "2"], cwd=FOLDER, check=True)
    outcomes = _outcomes()
    unnoticed = [mutant for mutant, outcome in outcomes.items() if outcome not in NOTICED]
    score = 1 - len(unnoticed) / len(outcomes)
    print(f"\n{len(outcomes):,} mutants, {score:.1%} noticed by the tests:", dict(Counter(outcomes.values())))
    known = {line for line in KNOWN.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    survivors = set(map(_describe, unnoticed))
    for title, lines in (("Not explained", survivors - known), ("Explained, but noticed now", known - survivors)):
        if lines:
            print(f"\n{title}:", *sorted(lines), sep="\n")
    return int(score < MIN_SCORE or not survivors <= known)


def _prepare() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(ROOT / "wrapper/flexflows", FOLDER / "flexflows", ignore=shutil.ignore_patterns("cli"))
    shutil.copytree(ROOT / "generated/flexflows_api", FOLDER / "flexflows_api")
    shutil.copytree(ROOT / "tests/support", FOLDER / "tests/support")
    shutil.copytree(ROOT / "tests/wrapper", FOLDER / "tests/wrapper", ignore=shutil.ignore_patterns(*LEFT_OUT))
    shutil.copy(ROOT / "tests/conftest.py", FOLDER / "tests")
    (FOLDER / "pyproject.toml").write_text(CONFIGURATION, "utf-8")
    (FOLDER / "conftest.py").write_text(QUICK_FIRST, "utf-8")


def _outcomes() -> dict[str, str]:
    lines = _mutmut("results", "--all", "true").splitlines()
    return dict(line.strip().split(": ", 1) for line in lines if "__mutmut_" in line)


def _describe(mutant: str) -> str:
    """Return a mutant as one line: its function, the line before, and the line after."""
    where = mutant.removeprefix("flexflows.").partition("__mutmut_")[0].replace("xǁ", "").replace("ǁ", ".")
    changes = [line for line in _mutmut("show", mutant).splitlines()[3:] if line[:1] in {"-", "+"}]
    was, became = (" ".join(line[1:].strip() for line in changes if line.startswith(sign)) for sign in ("-", "+"))
    return f"{where.replace('.x_', '.')}: {was} => {became}"


def _mutmut(*arguments: str) -> str:
    return subprocess.run([*MUTMUT, *arguments], cwd=FOLDER, check=True, capture_output=True, encoding="utf-8").stdout


if __name__ == "__main__":
    sys.exit(main())
