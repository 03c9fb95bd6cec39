"""The README: its commands and snippets work, and its links have targets."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import flexflows
from flexflows.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = {path.name: path.read_text("utf-8") for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]}
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.split("  #")[0].strip() for language, block in BLOCKS if language == "sh" for line in block.splitlines()
]
RECIPES = {
    path.name: path.read_text("utf-8") for path in (ROOT / "tests/recipes").glob("*.py") if path.name[:4] != "test"
}
SNIPPETS = [code for language, code in BLOCKS if language == "python" and code not in RECIPES.values()]


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox that clients find through the environment and two profiles; the working directory is empty."""
    with Sandbox(flows=2500, seed=1) as sandbox:
        profile = {"accountSid": sandbox.account_sid, "apiKey": sandbox.api_key, "apiSecret": sandbox.api_secret}
        (tmp_path / "config.json").write_text(json.dumps({"profiles": {"work": profile, "shop": profile}}))
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", sandbox.account_sid)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", sandbox.auth_token)
        monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))
        monkeypatch.setenv("FLEXFLOWS_BASE_URL", sandbox.url)
        monkeypatch.chdir(tmp_path)
        yield sandbox


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.splitlines()[0])
def test_a_snippet_runs(snippet: str) -> None:
    """A Python snippet runs, and so do the functions that it defines."""
    saved: list[Any] = []
    names: dict[str, Any] = {name: getattr(flexflows, name) for name in flexflows.__all__}
    names |= {"save": saved.extend, "remember": pytest.fail, "print": lambda *_: None}
    if "def test_" in snippet:
        Path("test_snippet.py").write_text(snippet, "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "flexflows._pytest_plugin", "-p", "no:cacheprovider"]
        only_this_plugin = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        subprocess.run(command, env=only_this_plugin, check=True, timeout=60)  # noqa: S603
        return
    exec(compile(snippet, "README.md", "exec"), names)  # noqa: S102
    if "copy" in names:
        names["copy"]()
        assert len(saved) == 2500
    if "both" in names:
        assert [len(found) for found in names["both"]] == [2500, 2500]


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("command", [command for command in COMMANDS if "flexflows " in command])
def test_a_command_runs(command: str) -> None:
    """A command of the README runs in a shell, without an error."""
    if "june.json" in command:
        run("flexflows report -o json > june.json")
    run(command)
    if "flows.csv" in command:
        assert Path("flows.csv").read_text("utf-8-sig").count("\nFO") == 2500


def run(command: str) -> None:
    """Run a command in a shell that finds this environment's programs first."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(  # noqa: S602
        command, shell=True, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=60, check=False
    )
    errors = [line for line in done.stderr.splitlines() if not line.startswith("flexflows: note:")]
    assert (done.returncode, errors) == (0, [])


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("pip install")])
def test_an_installation_resolves(command: str) -> None:
    """`pip install` finds the package in a checkout, with its extras; offline, since all dependencies are installed."""
    command = command.replace(
        "pip install", f"'{sys.executable}' -m pip install --dry-run --no-index --no-build-isolation"
    )
    subprocess.run(command, shell=True, cwd=ROOT, check=True, capture_output=True, timeout=60)  # noqa: S602


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_is_in_the_readme(recipe: str) -> None:
    """The README has every tested recipe of tests/recipes, word for word."""
    assert RECIPES[recipe] in [code for _, code in BLOCKS]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_targets_and_links(document: str) -> None:
    """Every make target and every file that a document names exists."""
    text = DOCUMENTS[document]
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    assert targets <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    folder = ROOT if (ROOT / document).exists() else ROOT / "docs"
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text)
    assert [link for link in links if not (folder / link).exists()] == []
