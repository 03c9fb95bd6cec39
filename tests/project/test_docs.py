"""The documents: their commands and snippets work, and what they link to exists."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from documents import DOCUMENTS, ROOT, blocks, recipe

import flexflows
from flexflows.sandbox import Sandbox

COMMANDS = [
    line.split("  #")[0].strip()
    for document in ("README.md", "docs/recipes.md")
    for block in blocks(document, "sh")
    for line in block.splitlines()
]
INSTALLERS = ("pip install", "pipx install", "uv tool install")
MAX_README = 180


def first_line(code: str) -> str:
    return code.splitlines()[0]


@pytest.mark.parametrize(
    "snippet", [code for code in blocks("README.md", "python") if "def test_" not in code], ids=first_line
)
@pytest.mark.usefixtures("sandbox")
def test_a_snippet_of_the_readme_runs(snippet: str) -> None:
    """A snippet of the README runs, with the two profiles that it names."""
    names: dict[str, Any] = {"print": lambda *_: None}
    exec(compile(snippet, "README.md", "exec"), names)  # noqa: S102
    if "both" in names:
        assert [len(found) for found in names["both"]] == [250, 3]


@pytest.mark.parametrize("code", [code for code in blocks("README.md", "python") if "def test_" in code], ids=["test"])
def test_the_test_of_the_readme_passes(code: str, tmp_path: Path) -> None:
    """The README's example of a test passes, with no other plugin than the package's."""
    (tmp_path / "test_app.py").write_text(code, "utf-8")
    plugins = ("-p", "flexflows.sandbox._pytest_plugin", "-p", "no:cacheprovider")
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", *plugins]
    done = subprocess.run(  # noqa: S603
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert "1 passed" in done.stdout


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("command", [command for command in COMMANDS if "flexflows " in command])
def test_a_command_runs(command: str) -> None:
    """A command of the README or of a recipe runs in a shell, with nothing but notes on standard error."""
    if "--since" in command:
        run("flexflows report -o json > june.json")
    run(command, code=4 if "--fail-on" in command else 0)
    if "flows.csv" in command:
        with Path("flows.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len({row["sid"] for row in csv.DictReader(file)}) == 250


def run(command: str, code: int = 0) -> None:
    """Run a command in a shell that finds this environment's programs first, and check its exit code."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(  # noqa: S602
        command, shell=True, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=60, check=False
    )
    errors = [line for line in done.stderr.splitlines() if not re.match("flexflows: (note|--fail-on):", line)]
    assert (done.returncode, errors) == (code, [])


@pytest.mark.usefixtures("sandbox")
def test_the_weekly_job() -> None:
    """The job for cron keeps the new report, and one of no accounts does not replace it."""
    (line,) = (block.strip() for block in blocks("docs/recipes.md", "text"))
    job = line.removeprefix("0 7 * * 1  ").replace("/srv/flexflows", ".")
    run("flexflows report --all-profiles -o json > last.json")
    first = Path("last.json").stat().st_ino
    run(job)
    assert "\nSince " in Path("changes.txt").read_text("utf-8")
    kept = Path("last.json").stat().st_ino
    assert kept != first
    run(f"({job.replace('--all-profiles', '-p nobody')}) 2> errors.txt", code=3)
    assert Path("last.json").stat().st_ino == kept


@pytest.mark.usefixtures("sandbox")
def test_the_accepted_flows() -> None:
    """The report of the job for GitHub Actions reads the file of accepted flows, and fails."""
    Path("accepted.toml").write_text(*blocks("docs/recipes.md", "toml"), "utf-8")
    (command,) = re.findall("flexflows report --accept .*", *blocks("docs/recipes.md", "yaml"))
    run(command, code=4)


@pytest.mark.slow
@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith(INSTALLERS)])
def test_an_installation_resolves(command: str) -> None:
    """A command installs the package from a checkout, with its extras; offline, since its dependencies are there."""
    installer = next(each for each in INSTALLERS if command.startswith(each))
    dry_run = f"'{sys.executable}' -m pip install --dry-run --no-index --no-build-isolation"
    command = command.replace(installer, dry_run, 1)
    subprocess.run(command, shell=True, cwd=ROOT, check=True, capture_output=True, timeout=60)  # noqa: S602


def test_the_readme_names_the_version() -> None:
    """The README's wheel is the one that is built now."""
    assert re.findall(r"flexflows-([0-9.]+)-py3", DOCUMENTS["README.md"] + DOCUMENTS["docs/recipes.md"]) == [
        flexflows.__version__,
        flexflows.__version__,
    ]


def test_the_readme_is_short() -> None:
    """The README is a front door."""
    assert len(DOCUMENTS["README.md"].splitlines()) <= MAX_README


@pytest.mark.parametrize("document", DOCUMENTS)
def test_targets_and_links(document: str) -> None:
    """Every make target and every file that a document names exists."""
    text = DOCUMENTS[document]
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert targets <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize(
    ("variables", "error"),
    [
        ({"TWILIO_ACCOUNT_SID": "AC" + "0" * 32}, flexflows.MissingCredentialsError),
        ({"TWILIO_AUTH_TOKEN": "0" * 32}, flexflows.ConfigurationError),
        ({"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_API_KEY": "SK" + "0" * 32}, flexflows.ConfigurationError),
    ],
)
def test_the_rule_of_credentials(
    variables: dict[str, str], error: type[Exception], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An incomplete source is an error, also where a later one is complete; a lone account SID counts as nothing."""
    assert "A source that is incomplete is an error" in DOCUMENTS["README.md"]
    is_nothing = error is flexflows.MissingCredentialsError
    with Sandbox(1) as sandbox:
        for name, value in sandbox.environment.items():
            monkeypatch.setenv(name, value)
        for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"):
            monkeypatch.delenv(name)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        if is_nothing:
            assert len(flexflows.FlexFlows().list()) == 1  # of the active profile
            monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
        with pytest.raises(error):
            flexflows.FlexFlows()


def test_a_copy_resumes_where_it_failed(sandbox: Sandbox) -> None:
    """The recipe that resumes saves each record once."""
    saved: list[Any] = []
    cursors: list[Any] = []
    names: dict[str, Any] = {"save": saved.extend, "remember": cursors.append}
    exec(compile(recipe("from flexflows import FlexFlows, FlexFlowsError"), "recipes.md", "exec"), names)  # noqa: S102
    names["copy"]()
    assert (len(saved), cursors) == (len(sandbox.flows), [])
