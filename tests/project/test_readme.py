"""The README: every command and every snippet in it is run."""

import asyncio
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

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SNIPPETS = [code for language, code in BLOCKS if language == "python"]
COMMANDS = [
    line.split("  #")[0].strip() for language, block in BLOCKS if language == "sh" for line in block.splitlines()
]


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """An account that the environment and the profiles of the Twilio CLI lead to, in an empty folder."""
    with Sandbox(flows=2500, seed=1) as sandbox:
        profile = {"accountSid": sandbox.account_sid, "apiKey": sandbox.api_key, "apiSecret": sandbox.api_secret}
        (tmp_path / "config.json").write_text(json.dumps({"profiles": {"work": profile, "shop": profile}}))
        for name, value in {
            "TWILIO_ACCOUNT_SID": sandbox.account_sid,
            "TWILIO_AUTH_TOKEN": sandbox.auth_token,
            "TWILIO_CONFIG_DIR": str(tmp_path),
        }.items():
            monkeypatch.setenv(name, value)
        for client in (flexflows.FlexFlows, flexflows.AsyncFlexFlows):
            monkeypatch.setattr(client, "server", sandbox.url)
        monkeypatch.chdir(tmp_path)
        yield sandbox


@pytest.mark.parametrize("number", range(len(SNIPPETS)))
def test_a_snippet_runs(number: int, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A snippet runs as it stands, the functions that it defines too."""
    saved: list[Any] = []
    names: dict[str, Any] = {name: getattr(flexflows, name) for name in flexflows.__all__} | {
        "key": sandbox.api_key,
        "secret": sandbox.api_secret,
        "save": saved.extend,
        "remember": pytest.fail,
        "print": lambda *_: None,
    }
    if "region=" in SNIPPETS[number]:
        monkeypatch.setattr(flexflows.FlexFlows, "server", "https://flex-api.twilio.com")
    before = set(names)
    exec(compile(SNIPPETS[number], "README.md", "exec"), names)  # noqa: S102 - the README is ours
    for name in set(names) - before:
        match name:
            case "listing":
                names[name]()
                assert len(saved) == 2500
            case "names":
                assert len(asyncio.run(names[name]())) == 2500
            case "everything":
                assert len(list(names[name](["work", "shop"]))) == 5000
            case "test_my_app":
                names[name]()
            case "frame":
                assert len(names[name]) == 2500
            case _:
                code = getattr(names[name], "__code__", None)
                assert code is None or code.co_filename != "README.md", f"{name} is not called here"


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("flexflows")])
def test_a_command_runs(command: str, sandbox: Sandbox) -> None:
    """A command runs as it stands, but for the origin that it asks."""
    command = re.sub(r"^flexflows (list|summary|drift)", rf"\g<0> --base-url {sandbox.url}", command)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(  # noqa: S602 - the README is ours
        command, shell=True, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    if "flows.csv" in command:
        assert len(Path("flows.csv").read_text("utf-8-sig").splitlines()) >= 2501


@pytest.mark.parametrize(
    "target",
    sorted({*re.findall(r"(?:^|`)make ([a-z-]+)", README + (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)}),
)
def test_a_target_exists(target: str) -> None:
    """A make target that is named is there."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_a_link_leads_somewhere(path: str) -> None:
    """A file that the README links to is there."""
    assert (ROOT / path).exists()
