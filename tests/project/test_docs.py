"""The documents: their commands and snippets work, and what they link to exists."""

import contextlib
import csv
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from documents import DOCUMENTS, ROOT, blocks

import flexflows.cli
from flexflows.sandbox import Sandbox

COMMANDS = [
    line.split("  #")[0].strip()
    for document in ("README.md", "docs/recipes.md")
    for block in blocks(document, "sh")
    for line in block.splitlines()
]
INSTALLERS = ("pip install", "pipx install", "uv tool install")
SNIPPETS = {code.splitlines()[0]: code for code in blocks("README.md", "python") if "def test_" not in code}


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=SNIPPETS)
def test_a_snippet_of_the_readme_runs(snippet: str) -> None:
    names: dict[str, Any] = {"print": lambda *_: None}
    exec(compile(snippet, "README.md", "exec"), names)  # noqa: S102
    if "both" in names:
        assert [len(found) for found in names["both"]] == [250, 3]


@pytest.fixture
def run(sandbox: Sandbox, capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., None]:  # noqa: ARG001
    """Run a command, check its exit code, and that it writes nothing but notes to standard error."""

    def run(command: str, code: int = 0) -> None:
        line, _, file = command.partition(" > ")
        assert flexflows.cli.run(shlex.split(line)[1:]) == code
        out, err = capsysbinary.readouterr()
        assert [line for line in err.splitlines() if not re.match(b"flexflows: (note|--fail-on):", line)] == []
        if file:
            Path(file).write_bytes(out)

    return run


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("flexflows ")])
def test_a_command_runs(run: Callable[..., None], command: str) -> None:
    if "--since" in command:
        run("flexflows report -o json > june.json")
    run(command, code=4 if "--fail-on" in command else 0)
    if "flows.csv" in command:
        with Path("flows.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len({row["sid"] for row in csv.DictReader(file)}) == 250


def in_a_shell(command: str) -> tuple[int, str]:
    """Run a command in a shell that finds this environment's programs first; return its exit code and its errors."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(  # noqa: S602
        command, shell=True, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.usefixtures("sandbox")
def test_an_address_is_created_if_no_flow_has_the_number() -> None:
    """The recipe for a shell runs, and lists without an error."""
    (command,) = (command for command in COMMANDS if "echo" in command)
    assert in_a_shell(command) == (0, "")


@pytest.mark.slow
def test_the_weekly_job(run: Callable[..., None]) -> None:
    """The job for cron keeps the new report, and one of no accounts does not replace it."""
    (line,) = (block.strip() for block in blocks("docs/recipes.md", "text"))
    job = line.removeprefix("0 7 * * 1  ").replace("/srv/flexflows", ".")
    run("flexflows report --all-profiles -o json > last.json")
    first = Path("last.json").stat().st_ino
    assert in_a_shell(job) == (0, "")
    assert "\nSince " in Path("changes.txt").read_text("utf-8")
    kept = Path("last.json").stat().st_ino
    assert kept != first
    assert in_a_shell(job.replace("--all-profiles", "-p nobody"))[0] == 3
    assert Path("last.json").stat().st_ino == kept


def test_the_accepted_flows(run: Callable[..., None]) -> None:
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
    versions = re.findall(r"flexflows-([0-9.]+)-py3", DOCUMENTS["README.md"] + DOCUMENTS["docs/recipes.md"])
    assert versions == [flexflows.__version__] * 2


def test_the_readme_is_short() -> None:
    assert len(DOCUMENTS["README.md"].splitlines()) <= 180


@pytest.mark.parametrize("document", DOCUMENTS)
def test_targets_and_links(document: str) -> None:
    """Every make target and every file that a document names exists."""
    text = DOCUMENTS[document]
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert targets <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("present", [["ACCOUNT_SID"], ["AUTH_TOKEN"], ["ACCOUNT_SID", "API_KEY"]], ids=" ".join)
def test_the_sentence_about_incomplete_credentials(present: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An incomplete source is an error, although the active profile is complete; a lone account SID is none."""
    assert "A source that is incomplete is an error, except that a `TWILIO_ACCOUNT_SID` alone" in DOCUMENTS["README.md"]
    for name in {"ACCOUNT_SID", "AUTH_TOKEN", "API_KEY", "API_SECRET"}.difference(present):
        monkeypatch.delenv(f"TWILIO_{name}")
    is_error = present != ["ACCOUNT_SID"]
    with pytest.raises(flexflows.ConfigurationError) if is_error else contextlib.nullcontext():
        flexflows.FlexFlows()
