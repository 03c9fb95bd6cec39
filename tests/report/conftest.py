"""Ways to run `flexflows report` against a sandbox."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from runs import Result, Run, Serve

from flexflows.cli import run
from flexflows.sandbox import Sandbox
from flexflows.testing import instant_retries


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove everything of this machine that the command would read."""
    for name in [name for name in os.environ if name.startswith("TWILIO_") or name.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TWILIO_CONFIG_DIR", str(tmp_path))


@pytest.fixture
def report(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run `flexflows report` in this process, as if its output were piped."""

    def report(*arguments: object) -> Result:
        capsysbinary.readouterr()
        with instant_retries():
            code = run(["report", *map(str, arguments)])
        out, err = capsysbinary.readouterr()
        return Result(code, out.decode(), err.decode())

    return report


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serve accounts as profiles of the Twilio CLI; the credentials of those named `bad…` are wrong."""
    running: list[Sandbox] = []

    def serve(accounts: Mapping[str, Any]) -> Sandbox:
        sandbox = Sandbox(accounts=accounts).start()
        running.append(sandbox)
        profiles = {
            name: {"accountSid": each.account_sid, "apiKey": each.api_key, "apiSecret": each.api_secret}
            for name, each in sandbox.accounts.items()
        }
        for name, profile in profiles.items():
            profile["apiSecret"] += "x" if name.startswith("bad") else ""
        (tmp_path / "config.json").write_text(json.dumps({"profiles": profiles}))
        monkeypatch.setenv("FLEXFLOWS_BASE_URL", sandbox.url)
        return sandbox

    yield serve
    for sandbox in running:
        sandbox.close()
